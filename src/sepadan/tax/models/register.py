"""The living register of PBB-P2: places, zones, objects and everything that was ever known of them.

An object has one row that is locked and counted (``RegisterObject``) and any number of versions. A version holds from
``valid_from`` until before ``valid_to`` (None: still) and was known from ``recorded_at`` until ``superseded_at`` (None:
still): what was known is never overwritten. ``set_fields`` are the names of the fields that were set on the first day
of the version (``engine/register.py`` says why). The live versions of an object lie end to end from its first day on
without an end: a closed object is one whose version says ``closed``, so that its past can be corrected too.

Areas are whole m2, values whole rupiah. Codes of SISMIOP are kept as they are written there.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import RegionalKey, RegionalModel
from sepadan.tax.models.taxpayers import Taxpayer
from sepadan.tax.names import Use


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


def live_once(*fields: str, name: str) -> models.UniqueConstraint:
    """No two live versions of one thing begin on one day; that they do not overlap is kept under the object's lock."""
    return models.UniqueConstraint(fields=["region", *fields, "valid_from"], condition=Q(superseded_at__isnull=True),
                                   name=name)


def whole_span(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=name)


class ObjectState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why an object is not taxed any more as an object of its own."""

    NONE = ""
    SPLIT = "split"
    MERGED = "merged"
    DOUBLE = "double"
    NOT_FOUND = "not_found"
    PUBLIC_USE = "public_use"
    OUTSIDE = "outside"
    OTHER = "other"


class Exemption(StrEnum):
    """Objects that PBB-P2 does not cover (UU 1/2022 Art. 38(3), letters a to i)."""

    NONE = ""
    GOVERNMENT = "government"
    PUBLIC_INTEREST = "public_interest"
    CEMETERY = "cemetery"
    PROTECTED_LAND = "protected_land"
    DIPLOMATIC = "diplomatic"
    INTERNATIONAL = "international"
    RAILWAY = "railway"
    DWELLING = "dwelling"
    CENTRAL_TAX = "central_tax"


class LandKind(StrEnum):
    """JNS_BUMI of SISMIOP."""

    BUILT = "1"
    READY_PLOT = "2"
    EMPTY = "3"
    PUBLIC = "4"


class Holder(StrEnum):
    """In what capacity the taxpayer is liable (KD_STATUS_WP of SISMIOP)."""

    OWNER = "1"
    TENANT = "2"
    MANAGER = "3"
    USER = "4"
    DISPUTED = "5"


class ChangeKind(StrEnum):
    """Which act made a version."""

    OPENED = "opened"
    IMPORTED = "imported"
    REGISTERED = "registered"
    CORRECTED = "corrected"
    TRANSFERRED = "transferred"
    SPLIT = "split"
    MERGED = "merged"
    CLOSED = "closed"
    REOPENED = "reopened"
    EXEMPTED = "exempted"
    BUILT = "built"
    REMOVED = "removed"


class NopPlace(RegionalModel):
    """Which kelurahan the first ten digits of a NOP (province to kelurahan, SISMIOP's codes) lie in."""

    code = models.CharField(max_length=10)
    kelurahan = RegionalKey("territory.Kelurahan", on_delete=models.PROTECT, related_name="+")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="nop_place_code"),
            models.CheckConstraint(condition=Q(code__regex=r"^\d{10}$"), name="nop_place_form"),
        ]

    def __str__(self) -> str:
        c = self.code
        return f"{c[:2]}.{c[2:4]}.{c[4:7]}.{c[7:]}"


class LandZone(RegionalModel):
    """A zone of equal land value (ZNT) within a kelurahan of SISMIOP. A synthetic one was made, not drawn on a map."""

    place = RegionalKey(NopPlace, on_delete=models.PROTECT, related_name="zones")
    code = models.CharField(max_length=8)
    description = models.CharField(max_length=120, blank=True)
    synthetic = models.BooleanField(default=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["place_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["region", "place", "code"], name="zone_code"),
            models.CheckConstraint(condition=~Q(code=""), name="zone_has_code"),
        ]

    def __str__(self) -> str:
        return self.code


class RegisterObject(RegionalModel):
    """The object itself: what never changes, and what two officers who act at once meet on.

    ``version`` rises by one with every change of the object, its buildings, links or shares; ``changed_by`` and
    ``changed_at`` name the last one. ``nop`` begins with the code of ``place``.
    """

    nop = models.CharField(max_length=18)
    place = RegionalKey(NopPlace, on_delete=models.PROTECT, related_name="objects_here")
    version = models.PositiveIntegerField(default=1)
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["nop"]
        constraints = [
            models.UniqueConstraint(fields=["region", "nop"], name="register_object_nop"),
            models.CheckConstraint(condition=Q(nop__regex=r"^\d{18}$"), name="register_object_nop_form"),
        ]

    def __str__(self) -> str:
        d = self.nop
        return f"{d[:2]}.{d[2:4]}.{d[4:7]}.{d[7:10]}.{d[10:13]}-{d[13:17]}.{d[17]}"


class Version(RegionalModel):
    """What all versions share. ``entry`` is the audit record of the act; an import has one for all its rows."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    set_fields = models.JSONField(default=list)
    change = models.CharField(max_length=12, choices=choices(ChangeKind))
    entry = models.BigIntegerField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = True


class ObjectVersion(Version):
    """Land, place, use, owner and standing of an object over a span of days."""

    register_object = RegionalKey(RegisterObject, on_delete=models.PROTECT, related_name="versions")
    taxpayer = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=1, choices=choices(Holder), default=Holder.OWNER.value)
    state = models.CharField(max_length=6, choices=choices(ObjectState), default=ObjectState.ACTIVE.value)
    close_reason = models.CharField(max_length=12, choices=choices(CloseReason), blank=True)
    exemption = models.CharField(max_length=16, choices=choices(Exemption), blank=True)
    street = models.CharField(max_length=80, blank=True)
    block_number = models.CharField(max_length=20, blank=True)
    rt = models.CharField(max_length=3, blank=True)
    rw = models.CharField(max_length=3, blank=True)
    land_m2 = models.IntegerField()
    zone = RegionalKey(LandZone, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    land_kind = models.CharField(max_length=1, choices=choices(LandKind), default=LandKind.BUILT.value)
    use = models.CharField(max_length=10, choices=choices(Use), default=Use.GENERAL.value)
    parcel = models.CharField(max_length=20, blank=True)
    spop_number = models.CharField(max_length=30, blank=True)

    FIELDS = ("taxpayer_id", "holder", "state", "close_reason", "exemption", "street", "block_number", "rt", "rw",
              "land_m2", "zone_id", "land_kind", "use", "parcel", "spop_number")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["register_object_id", "valid_from", "id"]
        indexes = [
            models.Index(fields=["region", "taxpayer"], condition=Q(superseded_at__isnull=True),
                         name="object_of_owner"),
            models.Index(fields=["region", "zone"], condition=Q(superseded_at__isnull=True), name="object_in_zone"),
        ]
        constraints = [
            live_once("register_object", name="object_version_live_once"),
            whole_span("object_version_span"),
            models.CheckConstraint(condition=Q(land_m2__gte=0), name="object_version_land"),
            models.CheckConstraint(condition=Q(state=ObjectState.ACTIVE.value, close_reason="") |
                                   (Q(state=ObjectState.CLOSED.value) & ~Q(close_reason="")),
                                   name="object_version_closed_why"),
            models.CheckConstraint(condition=Q(use__in=[u.value for u in Use]), name="object_version_use"),
            models.CheckConstraint(condition=Q(exemption__in=[e.value for e in Exemption]),
                                   name="object_version_exemption"),
        ]

    def __str__(self) -> str:
        return f"{self.register_object_id} {self.valid_from}"

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.FIELDS}


class BuildingVersion(Version):
    """One building (LSPOP) of an object, by its number there, over a span of days; ``removed``: it does not stand.

    ``value`` is the entered value of the whole building in rupiah; None where nobody has valued it yet. ``facilities``
    follow the schema of ``services/register_buildings.py``. Materials are the digits of SISMIOP, empty when unknown.
    """

    register_object = RegionalKey(RegisterObject, on_delete=models.PROTECT, related_name="buildings")
    number = models.SmallIntegerField()
    removed = models.BooleanField(default=False)
    jpb = models.CharField(max_length=2)
    built_year = models.SmallIntegerField(null=True, blank=True)
    renovated_year = models.SmallIntegerField(null=True, blank=True)
    storeys = models.SmallIntegerField(default=1)
    area_m2 = models.IntegerField()
    value = models.BigIntegerField(null=True, blank=True)
    condition = models.CharField(max_length=1, blank=True)
    construction = models.CharField(max_length=1, blank=True)
    roof = models.CharField(max_length=1, blank=True)
    wall = models.CharField(max_length=1, blank=True)
    floor = models.CharField(max_length=1, blank=True)
    ceiling = models.CharField(max_length=1, blank=True)
    facilities = models.JSONField(default=dict, blank=True)
    lspop_number = models.CharField(max_length=30, blank=True)

    FIELDS = ("removed", "jpb", "built_year", "renovated_year", "storeys", "area_m2", "value", "condition",
              "construction", "roof", "wall", "floor", "ceiling", "facilities", "lspop_number")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["register_object_id", "number", "valid_from", "id"]
        constraints = [
            live_once("register_object", "number", name="building_version_live_once"),
            whole_span("building_version_span"),
            models.CheckConstraint(condition=Q(number__gte=1, area_m2__gt=0, storeys__gte=1),
                                   name="building_version_sound"),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="building_version_value"),
            models.CheckConstraint(condition=Q(jpb__regex=r"^\d{2}$"), name="building_version_jpb"),
        ]

    def __str__(self) -> str:
        return f"{self.register_object_id}/{self.number} {self.valid_from}"

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.FIELDS}

"""Names and addresses of taxpayers over time, and how objects hang together: split, merged, shared.

A taxpayer's own row (``Taxpayer``) carries the number and the name as it is now; versions carry what was known when. A
NIK is a keyed digest and four digits here too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Person, RegionalKey, RegionalModel
from sepadan.tax.models.register import RegisterObject, Version, choices, live_once, whole_span
from sepadan.tax.models.taxpayers import Taxpayer


class TaxpayerVersion(Version):
    """Name, address and identity of a taxpayer over a span of days. ``occupation``: STATUS_PEKERJAAN_WP of SISMIOP."""

    taxpayer = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=120)
    nik_digest = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - unknown, not empty
    nik_last4 = models.CharField(max_length=4, blank=True)
    street = models.CharField(max_length=80, blank=True)
    block_number = models.CharField(max_length=20, blank=True)
    rt = models.CharField(max_length=3, blank=True)
    rw = models.CharField(max_length=3, blank=True)
    village = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=60, blank=True)
    postal_code = models.CharField(max_length=5, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    occupation = models.CharField(max_length=1, blank=True)

    FIELDS = ("name", "nik_digest", "nik_last4", "street", "block_number", "rt", "rw", "village", "city",
              "postal_code", "phone", "occupation")

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["taxpayer_id", "valid_from", "id"]
        constraints = [
            live_once("taxpayer", name="taxpayer_version_live_once"),
            whole_span("taxpayer_version_span"),
            models.CheckConstraint(condition=~Q(name=""), name="taxpayer_version_named"),
            models.CheckConstraint(condition=Q(nik_digest__isnull=True, nik_last4="") |
                                   Q(nik_digest__regex="^[0-9a-f]{64}$", nik_last4__regex=r"^\d{4}$"),
                                   name="taxpayer_version_nik_form"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.FIELDS}


class MergeGround(StrEnum):
    """By what two entries are known to be one person."""

    NIK = "nik"
    ADDRESS = "address"
    PAPERS = "papers"


class MergeState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    PARTED = "parted"


NOT_MERGED = (MergeState.REFUSED.value, MergeState.PARTED.value)
"""States of a merge that leave both entries by themselves."""


class TaxpayerMerge(RegionalModel):
    """Two entries are one person: *dropped* is carried under *kept*, once a second person has approved it.

    Nothing of *dropped* is changed: its row, its versions and its bills stay. ``into`` is the entry that stands for it
    today; it differs from ``kept`` where that one was merged into another later. ``parted``: found out to be two people
    after all, and set right by a ``TaxpayerParting``.
    """

    kept = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="+")
    dropped = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="+")
    into = RegionalKey(Taxpayer, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=8, choices=choices(MergeGround))
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=choices(MergeState), default=MergeState.PROPOSED.value)
    objects_moved = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)
    decided_why = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "dropped"], condition=~Q(state__in=NOT_MERGED),
                                    name="taxpayer_merged_once"),
            models.CheckConstraint(condition=~Q(kept=F("dropped")) & ~Q(into=F("dropped")), name="taxpayer_merge_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="taxpayer_merge_reason"),
            models.CheckConstraint(condition=Q(state=MergeState.PROPOSED.value) |
                                   (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                                   name="taxpayer_merge_second_person"),
        ]

    def __str__(self) -> str:
        return f"{self.dropped_id} > {self.kept_id}"


class TaxpayerParting(RegionalModel):
    """A merge is taken back, once a second person has approved it: the two entries are two people.

    What *dropped* held at the merge and *kept* still holds goes back to it; what changed hands since stays. Bills that
    were issued meanwhile name who they name. ``objects_left`` counts objects that were merged and did not go back.
    """

    merge = RegionalKey(TaxpayerMerge, on_delete=models.PROTECT, related_name="partings")
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=[(s, s) for s in ("proposed", "approved", "refused")],
                             default=MergeState.PROPOSED.value)
    objects_moved = models.PositiveIntegerField(default=0)
    objects_left = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)
    decided_why = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "merge"], condition=~Q(state=MergeState.REFUSED.value),
                                    name="taxpayer_parted_once"),
            models.CheckConstraint(condition=Q(state__in=["proposed", "approved", "refused"]),
                                   name="taxpayer_parting_known_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="taxpayer_parting_reason"),
            models.CheckConstraint(condition=Q(state=MergeState.PROPOSED.value) |
                                   (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                                   name="taxpayer_parting_second_person"),
        ]

    def __str__(self) -> str:
        return f"{self.merge_id}"


class LinkKind(StrEnum):
    SPLIT = "split"
    MERGE = "merge"


class ObjectLink(RegionalModel):
    """On *on*, land went from one object to another. Never changed: an undone split is a merge."""

    kind = models.CharField(max_length=5, choices=choices(LinkKind))
    source = RegionalKey(RegisterObject, on_delete=models.PROTECT, related_name="links_out")
    target = RegionalKey(RegisterObject, on_delete=models.PROTECT, related_name="links_in")
    on = models.DateField()
    land_m2 = models.IntegerField()
    recorded_at = models.DateTimeField()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="object_link_two"),
            models.CheckConstraint(condition=Q(land_m2__gt=0), name="object_link_land"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} > {self.target_id}"


class SharedPart(RegionalModel):
    """The part of a shared object (*parent*: a common garden, a stairwell) that a *member* bears, over a span of days.

    The parent is not billed; the land and building area that each member bears is added to its own.
    """

    parent = RegionalKey(RegisterObject, on_delete=models.PROTECT, related_name="parts")
    member = RegionalKey(RegisterObject, on_delete=models.PROTECT, related_name="shares")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    land_m2 = models.IntegerField()
    building_m2 = models.IntegerField(default=0)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["parent_id", "member_id", "valid_from"]
        constraints = [
            live_once("parent", "member", name="shared_part_live_once"),
            whole_span("shared_part_span"),
            models.CheckConstraint(condition=~Q(parent=F("member")), name="shared_part_two"),
            models.CheckConstraint(condition=Q(land_m2__gte=0, building_m2__gte=0), name="shared_part_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id} > {self.member_id}"

"""Reading the register of the region in scope: an object on any day, as known at any time, its history, and lists.

``on`` is a legal day, ``as_known_at`` an instant: what was recorded later does not count. Without it: as known now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Max, Q, QuerySet

from sepadan.records.public import AuditEntry, history_of
from sepadan.tax.engine.nop import LAST_NUMBER
from sepadan.tax.models import BuildingVersion, ObjectLink, ObjectVersion, RegisterObject, SharedPart
from sepadan.tax.models.register import Version

_V = TypeVar("_V", bound=Version)


def known(rows: QuerySet[_V], as_known_at: datetime | None = None) -> QuerySet[_V]:
    """The versions that counted at *as_known_at*."""
    if as_known_at is None:
        return rows.filter(superseded_at__isnull=True)
    return rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=as_known_at), recorded_at__lte=as_known_at)


def holding(on: date) -> Q:
    """In force on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


@dataclass(frozen=True, slots=True)
class Standing:
    """An object as it stood on a day: its version, and the buildings that stood on it."""

    register_object: RegisterObject
    version: ObjectVersion
    buildings: tuple[BuildingVersion, ...]

    @property
    def building_m2(self) -> int:
        return sum(one.area_m2 for one in self.buildings)


def find_object(nop: str) -> RegisterObject | None:
    """The object with these 18 digits."""
    return RegisterObject.objects.select_related("place__kelurahan__kecamatan").filter(nop=nop).first()


def object_on(nop: str, on: date, as_known_at: datetime | None = None) -> Standing | None:
    """The object with these 18 digits as it stood on *on*; None where nothing was known of it."""
    one = find_object(nop)
    return None if one is None else standing(one, on, as_known_at)


def standing(one: RegisterObject, on: date, as_known_at: datetime | None = None) -> Standing | None:
    version = version_on(one, on, as_known_at)
    return None if version is None else Standing(one, version, tuple(buildings_on(one, on, as_known_at)))


def version_on(one: RegisterObject, on: date, as_known_at: datetime | None = None) -> ObjectVersion | None:
    rows = ObjectVersion.objects.select_related("taxpayer", "zone").filter(holding(on), register_object=one)
    return known(rows, as_known_at).first()


def buildings_on(one: RegisterObject, on: date, as_known_at: datetime | None = None) -> list[BuildingVersion]:
    """The buildings that stood on *on*, by number."""
    rows = BuildingVersion.objects.filter(holding(on), register_object=one, removed=False)
    return list(known(rows, as_known_at).order_by("number"))


def live_versions(one: RegisterObject) -> list[ObjectVersion]:
    """What is known now, from the first day on."""
    rows = ObjectVersion.objects.select_related("taxpayer", "zone").filter(register_object=one)
    return list(known(rows).order_by("valid_from"))


def live_buildings(one: RegisterObject, number: int | None = None) -> list[BuildingVersion]:
    rows = known(BuildingVersion.objects.filter(register_object=one)).order_by("number", "valid_from")
    return list(rows if number is None else rows.filter(number=number))


def all_versions(one: RegisterObject) -> list[ObjectVersion]:
    """Also the superseded ones, in the order in which they were recorded."""
    return list(ObjectVersion.objects.select_related("taxpayer", "zone").filter(register_object=one)
                .order_by("recorded_at", "valid_from"))


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who was liable for an object from which day until before which (None: still)."""

    version: ObjectVersion
    valid_from: date
    valid_to: date | None


def owners_of(versions: Sequence[ObjectVersion]) -> list[Ownership]:
    """The owners one after the other, newest first, from the live versions of an object."""
    found: list[Ownership] = []
    for version in versions:
        if found and found[-1].version.taxpayer_id == version.taxpayer_id:
            found[-1] = Ownership(version, found[-1].valid_from, version.valid_to)
        else:
            found.append(Ownership(version, version.valid_from, version.valid_to))
    return found[::-1]


def links_of(one: RegisterObject) -> list[ObjectLink]:
    """Where its land came from and where it went."""
    return list(ObjectLink.objects.select_related("source", "target").filter(Q(source=one) | Q(target=one)))


def shares_of(one: RegisterObject, on: date) -> list[SharedPart]:
    """The parts that this object gives to members, or bears as a member, on *on*."""
    return list(SharedPart.objects.select_related("parent", "member").filter(
        holding(on), Q(parent=one) | Q(member=one), superseded_at__isnull=True))


def changes_since(one: RegisterObject, seen: int) -> list[AuditEntry]:
    """The audit entries of the acts after version *seen*, newest first."""
    recent = history_of(one, limit=20)
    return [entry for entry in recent if int((entry.after or {}).get("version", 0)) > seen]


def last_number(block: str) -> int:
    """The highest running number taken in a block of thirteen digits; 0 when none is."""
    found = RegisterObject.objects.filter(nop__gte=f"{block}00000", nop__lte=f"{block}{LAST_NUMBER}9").aggregate(
        last=Max("nop"))["last"]
    return int(found[13:17]) if found else 0

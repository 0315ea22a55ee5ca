"""Buildings of an object (LSPOP): recorded, corrected, removed, each from a legal day on.

A building is the number it has on its object. A removed building keeps its versions and says that it does not stand;
recording it again from a later day lets it stand again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor
from sepadan.tax.engine.building_parts import check_materials, check_years, read_facilities
from sepadan.tax.models import BuildingVersion, RegisterObject
from sepadan.tax.models.register import ChangeKind
from sepadan.tax.queries.register import holding, live_buildings
from sepadan.tax.services.register_acts import Act, bump, in_force, lock, revise_rows
from sepadan.tax.services.register_fields import LARGEST, field_label, refuse_unsound, unsound


@transaction.atomic
def record_building(one: RegisterObject, number: int | None, fields: Mapping[str, Any], *, seen: int, on: date,
                    actor: Actor, now: datetime, reason: str = "") -> RegisterObject:
    """Set *fields* of building *number* from *on*; without a number it is a new building, which needs ``jpb`` and
    ``area_m2``. Refused on a closed object and where a field is not sound."""
    held = lock(one, seen)
    in_force(held, on)
    values = checked_building(fields, on.year)
    act = Act(on, actor, now, reason)
    if number is None:
        add_building(held, values, act)
        return held
    known = live_buildings(held, number)
    if not known:
        raise refuse("tax.building.unknown", where=f"{held} / {number}", remedy="tax.building.unknown.remedy")
    if not values:
        raise refuse("tax.register.nothing", where=str(held), remedy="tax.register.nothing.remedy")
    before = next((row for row in known if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)), None)
    old = {} if before is None else before.values()
    both = {**old, **values}
    check_years(both.get("built_year"), both.get("renovated_year"), on.year)
    entry = bump(held, "tax.audit.building_recorded", act, {name: old.get(name) for name in values},
                 {**values, "building": number})
    revise_rows(known, values, act, ChangeKind.BUILT, entry, {"register_object": held, "number": number})
    return held


@transaction.atomic
def remove_building(one: RegisterObject, number: int, *, seen: int, on: date, actor: Actor, now: datetime,
                    reason: str = "") -> RegisterObject:
    """The building does not stand any more from *on*."""
    held = lock(one, seen)
    take_building(held, number, Act(on, actor, now, reason))
    return held


# --- what splitting and merging share --------------------------------------------------------------------------------


def add_building(held: RegisterObject, values: Mapping[str, Any], act: Act, *, silent: bool = False) -> int:
    """A new building of a locked object; its number. *silent*: the act has an audit record of its own."""
    missing = [name for name in ("jpb", "area_m2") if not values.get(name)]
    if missing:
        raise refuse("tax.register.field_missing", where=str(held), remedy="tax.register.field_missing.remedy",
                     field=field_label(missing[0]))
    last = max((row.number for row in BuildingVersion.objects.filter(register_object=held).only("number")), default=0)
    number = last + 1
    entry = None if silent else bump(held, "tax.audit.building_added", act, {}, {**values, "building": number})
    BuildingVersion.objects.create(
        register_object=held, number=number, valid_from=act.on, recorded_at=act.now, set_fields=sorted(values),
        change=ChangeKind.BUILT.value, entry=None if entry is None else entry.pk, **values)
    return number


def take_building(held: RegisterObject, number: int, act: Act, *, silent: bool = False) -> dict[str, Any]:
    """Let a standing building of a locked object end on the day of the act; its values there."""
    standing = BuildingVersion.objects.filter(
        holding(act.on), register_object=held, number=number, superseded_at__isnull=True, removed=False).first()
    if standing is None:
        raise refuse("tax.building.unknown", where=f"{held} / {number}", remedy="tax.building.unknown.remedy")
    entry = None if silent else bump(held, "tax.audit.building_removed", act, {"removed": False},
                                     {"removed": True, "building": number})
    revise_rows(live_buildings(held, number), {"removed": True}, act, ChangeKind.REMOVED, entry,
                {"register_object": held, "number": number})
    return standing.values()


def checked_building(fields: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Fields of a building, each known and sound. Raises Refused naming the field."""
    refuse_unsound(BuildingVersion, fields)
    check_materials(fields)
    check_years(fields.get("built_year"), fields.get("renovated_year"), year)
    for name, lowest, highest in (("area_m2", 1, LARGEST), ("storeys", 1, 200), ("value", 0, 2**53)):
        value = fields.get(name)
        if value is not None and not lowest <= value <= highest:
            raise unsound(name, value)
    found = dict(fields)
    if "facilities" in found:
        found["facilities"] = read_facilities(found["facilities"])
    return found

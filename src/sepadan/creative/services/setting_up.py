"""A centre from its data: floors, units, spaces, owners and hours of one YAML file, so that any region sets up its own.

    region, code, name, address, about {id, en}, sources {fact: where}, owner {department, since}, rules, hours, floors,
    units (shared ones, such as a goods lift), stock [{code, name {id, en}, quantity, space, unsure}], unsure (which
    facts are configuration without a published source)

A space needs the units under ``needs`` (a unit of its own where nothing stands there) and those under ``handling`` only
for carrying. ``plan`` is [x, y, width, depth] in metres on its floor. Setting up again changes what differs and adds
what is new; it removes nothing, since past bookings refer to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from sepadan.creative.engine.desk_rules import read_rules
from sepadan.creative.engine.nature import read_policy
from sepadan.creative.engine.payment import read_appeal_days, read_payment
from sepadan.creative.engine.quota_rules import read_line, read_quotas, unknown_spaces
from sepadan.creative.models import Centre, Floor, OpeningHours, Space, SpaceOwner, SpaceUnit, Unit
from sepadan.creative.names import Hold, SpaceKind
from sepadan.creative.services.stock_acts import Doing, set_up_item
from sepadan.ground.problems import refuse
from sepadan.ground.yaml_exact import read_exact
from sepadan.records.public import Actor, current_region, record

CENTRES = Path(__file__).resolve().parents[1] / "centres"
KEYS = {"region", "code", "name", "address", "about", "sources", "owner", "rules", "hours", "unsure", "units", "floors",
        "stock"}
SPACE_KEYS = {"code", "name", "kind", "tariff", "layouts", "equipment", "step_free", "setup", "cleardown", "needs",
              "handling", "plan"}


def known_centres(region: str) -> list[Path]:
    """The files of centres that come with the product for *region*."""
    return sorted(CENTRES.glob(f"{region}-*.yaml"))


def set_up_centre(path: Path, *, actor: Actor, now: datetime, synthetic: bool = False) -> Centre:
    """Set up or bring up to date the centre that *path* describes, in the region in scope.

    Raises Refused on a file for another region, an unknown key or kind, or a space that needs an unknown unit.
    """
    data = _checked(read_exact(path), str(path))
    unsure = list(data.get("unsure", []))
    centre, made = Centre.objects.update_or_create(code=data["code"], defaults={
        "name": data["name"], "address": data.get("address", ""), "synthetic": synthetic,
        "about": {**data.get("about", {}), "sources": dict(data.get("sources", {})), "unsure": unsure},
        "rules": _plain(data.get("rules", {}))})
    units = {code: _unit(centre, code) for code in data.get("units", [])}
    for floor in data["floors"]:
        _floor(centre, floor, units, data, unsure)
    _hours(centre, data.get("hours", []))
    for number, row in enumerate(data.get("stock", []), 1):
        set_up_item(centre, row, f"stock[{number}]", Doing(actor, now))
    record(actor, "creative.audit.set_up" if made else "creative.audit.set_up_again", centre, now=now, after={
        "code": centre.code, "spaces": Space.objects.filter(floor__centre=centre).count()})
    return centre


def _checked(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not {"region", "code", "name", "floors"} <= set(data):
        raise refuse("creative.set_up.not_a_centre", where=where)
    for key in data:
        if key not in KEYS:
            raise refuse("creative.set_up.unknown_key", where=where, key=str(key), allowed=", ".join(sorted(KEYS)))
    if str(data["region"]) != current_region().code:
        raise refuse("creative.set_up.other_region", where=where, region=str(data["region"]))
    rules = data.get("rules", {})
    read_rules(rules)
    read_line(rules)
    read_policy(rules.get("nature") or {})
    read_payment(rules)
    read_appeal_days(rules)
    codes = frozenset(str(space.get("code")) for floor in data["floors"] for space in floor["spaces"])
    for code, name in unknown_spaces(read_quotas(rules), codes):
        raise refuse("creative.quotas.unknown_space", where=where, code=code, space=name)
    for floor in data["floors"]:
        for space in floor["spaces"]:
            for key in space:
                if key not in SPACE_KEYS:
                    raise refuse("creative.set_up.unknown_key", where=f"{where} {space.get('code', '?')}",
                                 key=str(key), allowed=", ".join(sorted(SPACE_KEYS)))
            if space["kind"] not in list(SpaceKind):
                raise refuse("creative.set_up.unknown_kind", where=f"{where} {space['code']}", kind=str(space["kind"]),
                             allowed=", ".join(SpaceKind))
    return data


def _unit(centre: Centre, code: str) -> Unit:
    return Unit.objects.get_or_create(centre=centre, code=code, defaults={"name": code})[0]


def _floor(centre: Centre, data: Mapping[str, Any], units: dict[str, Unit], whole: Mapping[str, Any],
           unsure: list[str]) -> None:
    floor = Floor.objects.update_or_create(centre=centre, level=int(data["level"]),
                                           defaults={"name": data["name"]["id"]})[0]
    for one in data["spaces"]:
        x, y, width, depth = (int(number) for number in one["plan"])
        space = Space.objects.update_or_create(code=one["code"], defaults={
            "floor": floor, "name": one["name"], "kind": one["kind"], "tariff": one.get("tariff", ""),
            "layouts": {name: int(seats) for name, seats in one.get("layouts", {}).items()},
            "equipment": list(one.get("equipment", [])), "step_free": one.get("step_free"),
            "setup_minutes": int(one.get("setup", 0)), "cleardown_minutes": int(one.get("cleardown", 0)),
            "plan": [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth]], "unsure": unsure})[0]
        for code in one.get("needs", [one["code"]]):
            units.setdefault(code, _unit(centre, code))
            SpaceUnit.objects.get_or_create(space=space, unit=units[code], defaults={"hold": Hold.WHOLE.value})
        for code in one.get("handling", []):
            if code not in units:
                raise refuse("creative.set_up.unknown_unit", where=one["code"], unit=code)
            SpaceUnit.objects.get_or_create(space=space, unit=units[code], defaults={"hold": Hold.HANDLING.value})
        owner = whole.get("owner")
        if owner and not space.owners.exists():
            since = owner["since"]
            SpaceOwner.objects.create(space=space, department=owner["department"], decree=owner.get("decree", ""),
                                      during=DateRange(since if isinstance(since, date) else None, None))


def _hours(centre: Centre, rows: list[Mapping[str, Any]]) -> None:
    if centre.hours.exists():
        return
    OpeningHours.objects.bulk_create(
        OpeningHours(centre=centre, weekday=int(day), opens=time.fromisoformat(row["opens"]),
                     closes=time.fromisoformat(row["closes"]))
        for row in rows for day in row["weekdays"])


def _plain(value: Any) -> Any:
    """YAML values as JSON holds them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, (str, bool)) or value is None:
        return value
    return int(value) if value == int(value) else str(value)

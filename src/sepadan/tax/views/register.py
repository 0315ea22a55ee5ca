"""The register on the desk: the list of objects, and one object as it stood on any day, as known at any time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.entry import as_day
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.ground.tables import Column, Listing, Table
from sepadan.records.public import history_shown, language, needs, permitted, region_of, zone_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_register import object_for
from sepadan.tax.desk import desk_page, take_names
from sepadan.tax.models import BuildingVersion, ObjectVersion, RegisterObject
from sepadan.tax.models.register import Exemption, ObjectState
from sepadan.tax.names import Use
from sepadan.tax.queries.bills import bills_of_object
from sepadan.tax.queries.register import (
    Standing,
    links_of,
    live_buildings,
    live_versions,
    owners_of,
    shares_of,
    standing,
)
from sepadan.tax.queries.register_lists import kelurahan_names, object_rows
from sepadan.tax.services.register_fields import READABLE
from sepadan.tax.services.register_valuation import value_standing

STATES = {one.value: message(f"tax.state.{one.value}") for one in ObjectState}
OBJECTS = Table("objek-pajak", message("tax.register.title"), (
    Column("register_object__nop", message("tax.register.nop"), href="url"),
    Column("taxpayer__name", message("tax.field.taxpayer")), Column("street", message("tax.field.street")),
    Column("register_object__place__kelurahan__name", message("tax.field.kelurahan"), choice=True),
    Column("land_m2", message("tax.field.land_m2"), "integer"),
    Column("use", message("tax.field.use"), words={one.value: message(f"tax.use.{one.value}") for one in Use}),
    Column("state", message("tax.field.state"), choice=True, words=STATES, tones={"active": "ok", "closed": ""}),
    Column("exemption", message("tax.field.exemption"), choice=True,
           words={one.value: message(f"tax.exemption.{one.value}.short") for one in Exemption}),
), order="register_object__nop", search=("taxpayer__name", "street"))


@never_cache
@require_safe
@needs("tax.read")
def register(request: HttpRequest, kode: str) -> HttpResponseBase:
    """All objects as they stand today: searched by number, name and street."""
    on = today_in(region_of(request))

    def shape(row: dict[str, Any]) -> dict[str, Any]:
        nop = row["register_object__nop"]
        street = " ".join(part for part in (row["street"], row["block_number"]) if part)
        return row | {"register_object__nop": str(RegisterObject(nop=nop)), "street": street or None,
                      "url": reverse("tax:register_object", args=[kode, nop])}

    names = kelurahan_names()
    rows = object_rows(on, shape, names, [one.value for one in ObjectState],
                       [one.value for one in Exemption if one.value])
    writes = may(request, "tax.write")
    listing = Listing(OBJECTS, rows, request.GET, language(), files=writes)
    if listing.wanted:
        return take_names(request, listing)
    shown = listing.count  # the search is carried out, and says whether it found more
    return desk_page(request, "tax/register_list.html", {
        "listing": listing, "on": on, "empty": not names, "may": writes,
        "more": shown if rows.more else 0})


@never_cache
@require_safe
@needs("tax.read")
def register_object(request: HttpRequest, kode: str, nop: str) -> HttpResponse:
    """One object: as it stood on a day, and everything that happened to it."""
    region, lang = region_of(request), language()
    one = object_for(request.user, region, nop)
    today = today_in(region)
    on, known_on = _day(request, "tanggal") or today, _day(request, "diketahui")
    known_at = None if known_on is None else _end_of(known_on, request)
    found = standing(one, on, known_at)
    return desk_page(request, "tax/register_object.html", {
        "one": one, "on": on, "known_on": known_on, "found": found, "today": today,
        "land": land_facts(found.version) if found else [], "rows": building_rows(found) if found else [],
        "valued": value_standing(found, on.year) if found and known_at is None else None,
        "owners": owners_of(live_versions(one)), "events": events_of(one), "links": links_of(one),
        "shares": shares_of(one, on), "bills": [_bill(bill, kode) for bill in bills_of_object(nop)],
        "entries": history_shown(one, zone_of(region), lang), "may": may(request, "tax.write"),
        "closed": found is not None and found.version.state == ObjectState.CLOSED})


def may(request: HttpRequest, action: str) -> bool:
    return permitted(request.user, region_of(request), action)


def _day(request: HttpRequest, name: str) -> date | None:
    """A day of the address. Raises Refused on anything else."""
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        return as_day(text)
    except ValueError as error:
        raise refuse("tax.typed.bad_day", where=f"?{name}={text[:20]}", remedy="tax.typed.bad_day.remedy") from error


def _end_of(day: date, request: HttpRequest) -> datetime:
    """The last instant of a local day."""
    start = datetime.combine(day, time(), zone_of(region_of(request)))
    return start + timedelta(days=1) - timedelta(microseconds=1)


def land_facts(version: ObjectVersion) -> list[tuple[Message, Any]]:
    """The lines of an object's record."""
    place = " ".join(part for part in (
        version.street, version.block_number, f"RT {version.rt}" if version.rt else "",
        f"RW {version.rw}" if version.rw else "") if part)
    pairs: list[tuple[str, Any]] = [
        ("taxpayer", f"{version.taxpayer.name} ({version.taxpayer.npwpd})"),
        ("holder", message(f"tax.holder.{version.holder}")), ("street", place or None), ("land_m2", version.land_m2),
        ("zone", version.zone.code if version.zone_id else None),
        ("land_kind", message(f"tax.land_kind.{version.land_kind}")), ("use", message(f"tax.use.{version.use}")),
        ("exemption", message(f"tax.exemption.{version.exemption}") if version.exemption else None),
        ("parcel", version.parcel or None), ("spop_number", version.spop_number or None)]
    if version.state == ObjectState.CLOSED:
        pairs.insert(0, ("close_reason", message(f"tax.close_reason.{version.close_reason}")))
    return [(message(f"tax.field.{name}"), value) for name, value in pairs if value is not None]


def building_rows(found: Standing) -> list[dict[str, Any]]:
    """The buildings of a day, each with what it is made of in one line."""
    return [{"row": one, "kind": message(f"tax.jpb.{one.jpb}"), "made": made_of(one)} for one in found.buildings]


def made_of(one: BuildingVersion) -> list[tuple[Message, Any]]:
    """Condition, materials and facilities that are known."""
    pairs: list[tuple[Message, Any]] = [
        (message(f"tax.field.{name}"), message(f"tax.{name}.{getattr(one, name)}"))
        for name in ("condition", "construction", "roof", "wall", "floor", "ceiling") if getattr(one, name)]
    return pairs + [(message(f"tax.field.facility.{name}"), message("tax.yes") if value is True else value)
                    for name, value in sorted(one.facilities.items())]


def events_of(one: RegisterObject) -> list[dict[str, Any]]:
    """What changed from which day on, newest first, from the versions that count now."""
    rows: list[tuple[date, Message]] = []
    for version in live_versions(one):
        rows.append((version.valid_from, message("tax.register.event", what=message(f"tax.change.{version.change}"),
                                                 fields=_fields(version.set_fields))))
    rows += [(row.valid_from, message("tax.register.event.building", number=str(row.number),
                                      what=message(f"tax.change.{row.change}"))) for row in live_buildings(one)]
    ordered = sorted(rows, key=lambda pair: pair[0], reverse=True)
    return [{"when": when, "text": text} for when, text in ordered]


def _fields(names: list[str]) -> Message:
    """Names of fields in one phrase."""
    if not names or len(names) > 5:
        return message("tax.register.event.all")
    phrase = message(f"tax.field.{READABLE.get(names[0], names[0])}")
    for name in names[1:]:
        phrase = message("tax.register.and", first=phrase, second=message(f"tax.field.{READABLE.get(name, name)}"))
    return phrase


def _bill(bill: Any, kode: str) -> dict[str, Any]:
    try:
        href = reverse("tax:bill", args=[kode, bill.pk])
    except NoReverseMatch:
        href = ""
    return {"bill": bill, "href": href, "year": str(bill.tax_year)}

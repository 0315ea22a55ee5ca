"""The facts behind a centre's months at a moment of knowledge: dates, requests, open hours, first events, cost, money.

Several months are read at once with as many queries as one. ``Facts`` come out in the order of the months; what the
engine makes of them is in ``engine/measures.py``. Visits: those counted at the door where there are any, else what was
reported after the event, else the people that the request stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sepadan.creative.engine.holidays import known_on, years_of
from sepadan.creative.engine.measures import Ask, Facts, Place, Use, Visits, organiser_key
from sepadan.creative.engine.nature import judge, read_nature, read_policy
from sepadan.creative.engine.opening import Closed, Hours, Schedule
from sepadan.creative.engine.recurrence import SKIPS, Skip
from sepadan.creative.models import Centre, CentreCost, RefusedWish
from sepadan.creative.names import Hold
from sepadan.creative.queries.known import (
    Knowledge,
    KnownBooking,
    KnownDate,
    first_events,
    known_bookings,
    known_dates,
    known_settings,
)
from sepadan.creative.queries.month_money import Money, money_of
from sepadan.creative.queries.month_visits import Counts, counts_of
from sepadan.ground.messages import message
from sepadan.ground.statutes import load_book
from sepadan.records.public import current_region, zone_of

Settings = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Shape:
    """The centre as it stood: spaces by id, places by code, a schedule by code of a space, its rules, names of floors.
    """

    codes: Mapping[int, str]
    places: Mapping[str, Place]
    schedules: Mapping[str, Schedule]
    rules: Mapping[str, Any]
    floors: Mapping[int, str]


def facts_of(centre: Centre, first: date, last: date, known: Knowledge) -> list[Facts]:
    """One ``Facts`` for each month from that of *first* to that of *last*."""
    zone = zone_of(current_region())
    months = list(months_between(first, last))
    since, until = _start(months[0], zone), _start(following(months[-1]), zone)
    shape = shape_of(centre, known, months[0], following(months[-1]) - timedelta(days=1))
    dates = known_dates(centre, since, until, known)
    bookings = {one.id: one for one in known_bookings(centre, since, until, sorted({one.booking for one in dates}),
                                                      known)}
    counts = counts_of([one.id for one in dates], known.at)
    uses = [_use(one, bookings[one.booking], shape, counts, zone) for one in dates if one.booking in bookings]
    asks = [Ask(one.id, one.number, one.received_at.astimezone(zone), one.state, organiser_key(one.organiser),
                one.reason, one.decided_at) for one in bookings.values()]
    began = _first_days(centre, known, zone)
    costs, money = costs_of(centre, known.at), money_of(centre, following(months[-1]), known.at)
    away = _turned_away(centre, since, until, known.at)
    return [_month(month, zone, uses, asks, shape, began, costs.get(month.year), money, away) for month in months]


def _month(month: date, zone: tzinfo, uses: Sequence[Use], asks: Sequence[Ask], shape: Shape,
           began: Mapping[str, date], cost: CentreCost | None, money: Money,
           away: Sequence[tuple[str, datetime]]) -> Facts:
    low, high = _start(month, zone), _start(following(month), zone)
    last = following(month) - timedelta(days=1)
    off = {day for one in shape.schedules.values() for day in one.days_off if month <= day <= last}
    mine = tuple(one for one in uses if one.start < high and low < one.end)
    present = {one.organiser for one in mine}
    return Facts(
        month, last, zone, mine, tuple(one for one in asks if low <= one.received < high), shape.places,
        shape.schedules, {name: day for name, day in began.items() if name in present}, tuple(sorted(off)),
        None if cost is None else cost.amount,
        money.of_month(month, [one.id for one in mine if low <= one.start]),
        Counter(rule for rule, at in away if low <= at < high))


def _turned_away(centre: Centre, since: datetime, until: datetime, at: datetime) -> list[tuple[str, datetime]]:
    """Rule and moment of each request that was refused before it was filed, as far as noted by *at*."""
    rows = RefusedWish.objects.filter(centre=centre, at__gte=since, at__lt=min(until, at)).order_by("id")
    return [(rule or key, moment) for rule, key, moment in rows.values_list("rule", "key", "at")]


def _use(one: KnownDate, booking: KnownBooking, shape: Shape, counts: Mapping[int, Counts], zone: tzinfo) -> Use:
    counted = counts.get(one.id)
    visits = None if booking.people is None else Visits(booking.people, "stated")
    if counted is not None and counted.reported is not None:
        visits = Visits(counted.reported, "reported")
    if counted is not None and counted.entries is not None:
        visits = Visits(counted.entries, "scanned", counted.tickets)
    return Use(
        one.id, one.booking, booking.number, shape.codes[one.space], one.starts_at.astimezone(zone),
        one.ends_at.astimezone(zone), one.state, organiser_key(booking.organiser), booking.organiser_kind,
        booking.purpose, booking.subsector, pays_of(booking.nature, shape.rules), visits)


def pays_of(nature: Mapping[str, Any], rules: Mapping[str, Any]) -> str:
    """What the answers make of a use under the policy of the centre: free, reduced, pays or unknown."""
    return judge(read_nature(nature), read_policy(rules.get("nature") or {})).kind


def _first_days(centre: Centre, known: Knowledge, zone: tzinfo) -> dict[str, date]:
    found: dict[str, date] = {}
    for name, start in first_events(centre, known).items():
        key, day = organiser_key(name), start.astimezone(zone).date()
        found[key] = min(day, found.get(key, day))
    return found


def shape_of(centre: Centre, known: Knowledge, first: date, last: date) -> Shape:
    """The centre as it was known to be, with the days off from *first* to *last* as decreed by then."""
    rows: Settings = known_settings(known)
    here = next((one for one in rows.get("centre", ()) if one["id"] == centre.pk), None)
    rules = dict((here or {}).get("rules") or {})
    floors = {one["id"]: one for one in rows.get("floor", ()) if one["centre_id"] == centre.pk}
    needs: dict[int, list[int]] = {}
    for one in rows.get("spaceunit", ()):
        if one["hold"] == Hold.WHOLE:
            needs.setdefault(one["space_id"], []).append(one["unit_id"])
    spaces = [one for one in rows.get("space", ()) if one["floor_id"] in floors]
    places = {one["code"]: Place(one["code"], one["name"], floors[one["floor_id"]]["level"],
                                 tuple(sorted(needs.get(one["id"], ()))), bool(one["bookable"])) for one in spaces}
    return Shape({one["id"]: one["code"] for one in spaces}, places,
                 _schedules(centre, rows, spaces, _days_off(rules, first, last, known)), rules,
                 {one["level"]: one["name"] for one in floors.values()})


def _days_off(rules: Mapping[str, Any], first: date, last: date, known: Knowledge) -> dict[date, Any]:
    """Days on which the centre leaves out its series: national holidays unless its rules say otherwise."""
    skip: Skip = next((way for way in SKIPS if way == rules.get("skip")), "national")
    at = known.at.astimezone(zone_of(current_region())).date()
    found = known_on(load_book().holiday_decrees(), years_of([first, last]), at).days_off(skip)
    return {day: message("creative.measures.day_off", name=name) for day, name in found.items()}


def _schedules(centre: Centre, rows: Settings, spaces: Sequence[Mapping[str, Any]],
               days_off: Mapping[date, Any]) -> dict[str, Schedule]:
    """The schedule of each space by its code; spaces without rows of their own share one value."""
    hours = [one for one in rows.get("openinghours", ()) if one["centre_id"] == centre.pk]
    closures = [one for one in rows.get("closure", ()) if one["centre_id"] == centre.pk]
    own = {one["space_id"] for one in (*hours, *closures)} - {None}
    made: dict[int | None, Schedule] = {}
    for key in (None, *sorted(own)):
        made[key] = Schedule(
            zone_of(current_region()), tuple(_hours(one) for one in hours if one["space_id"] in (None, key)),
            closed=tuple(Closed(_date(one["first"]), _date(one["last"]), one["reason"]) for one in closures
                         if one["space_id"] in (None, key)), days_off=days_off)
    return {one["code"]: made.get(one["id"], made[None]) for one in spaces}


def _hours(row: Mapping[str, Any]) -> Hours:
    return Hours(row["weekday"], time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]),
                 _date(row["valid_from"]) if row["valid_from"] else None,
                 _date(row["valid_to"]) if row["valid_to"] else None, row["rank"], row["space_id"] is not None,
                 row["reason"])


def _date(text: str) -> date:
    return date.fromisoformat(text)


def costs_of(centre: Centre, at: datetime) -> dict[int, CentreCost]:
    """The running cost that counted at that moment, by year: the last one entered."""
    return {one.year: one for one in CentreCost.objects.filter(centre=centre, entered_at__lte=at).order_by("id")}


def months_between(first: date, last: date) -> Iterator[date]:
    """First days of the months from that of *first* to that of *last*."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = following(month)


def following(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)

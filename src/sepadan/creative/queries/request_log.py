"""The log of requests of a centre for a replay: every date that was asked for in a year, with what became of it.

Read as it is known at a moment; outcomes are those of the dates: held and confirmed in the past, missed and cancelled
ones were granted (the rules had let them in), wanted and held ones to come are open. Rules and hours are those of the
centre now, tariffs those that were approved. Nothing here has a name: organisers are what tells two apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max

from sepadan.creative.engine.centre_rules import CentreRules, read_centre_rules
from sepadan.creative.engine.holidays import known_on, years_of
from sepadan.creative.engine.measures import organiser_key
from sepadan.creative.engine.nature import read_nature
from sepadan.creative.engine.opening import Closed
from sepadan.creative.engine.quota_rules import groups_of
from sepadan.creative.engine.replay import Log, Outcome, Wish
from sepadan.creative.models import BookingPast, Centre, Closure, DatePast, OpeningHours, Space, SpaceUnit, Tariff
from sepadan.creative.names import DateState, Hold
from sepadan.creative.queries.known import Knowledge, known_bookings, known_dates
from sepadan.ground.statutes import load_book
from sepadan.records.public import current_region, zone_of

OUTCOME: Mapping[str, Outcome] = {
    DateState.CONFIRMED: "granted", DateState.NO_SHOW: "granted", DateState.CANCELLED: "granted",
    DateState.DISPLACED: "granted", DateState.REFUSED: "refused", DateState.SKIPPED: "waiting",
    DateState.WAITING: "waiting", DateState.EXPIRED: "fallen", DateState.WITHDRAWN: "fallen",
    DateState.WANTED: "open", DateState.HELD: "open"}


def request_log(centre: Centre, first: date, last: date, known: Knowledge) -> Log:
    """Dates from *first* to *last* (inclusive) that were asked for, and the rules of the centre."""
    zone = zone_of(current_region())
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    dates = [one for one in known_dates(centre, since, until, known) if since <= one.starts_at]
    ids = sorted({one.booking for one in dates})
    bookings = {one.id: one for one in known_bookings(centre, since, since, ids, known)}
    spaces = {one.pk: one for one in Space.objects.filter(floor__centre=centre)}
    needs: dict[int, list[int]] = {}
    for space, unit in SpaceUnit.objects.filter(space__in=list(spaces), hold=Hold.WHOLE.value).values_list(
            "space", "unit"):
        needs.setdefault(space, []).append(unit)
    wishes = []
    for one in [each for each in dates if each.booking in bookings]:
        booking, space = bookings[one.booking], spaces[one.space]
        wishes.append(Wish(
            one.id, one.booking, booking.number, space.code, space.kind, space.tariff,
            tuple(sorted(needs.get(one.space, ()))), one.starts_at.astimezone(zone), one.ends_at.astimezone(zone),
            timedelta(minutes=one.setup_minutes), timedelta(minutes=one.cleardown_minutes),
            booking.received_at.astimezone(zone), organiser_key(booking.organiser), booking.intake, booking.people,
            read_nature(booking.nature), OUTCOME[one.state],
            groups_of(booking.organiser_kind, newcomer=False, disability=False, subsector=booking.subsector)))
    decrees = known_on(load_book().holiday_decrees(), years_of([first, last]), known.at.astimezone(zone).date())
    closed = tuple(Closed(one.first, one.last, one.reason)
                   for one in Closure.objects.filter(centre=centre, space__isnull=True))
    return Log(tuple(sorted(wishes, key=lambda one: one.id)), rules_now(centre, on=last), zone, decrees, closed)


def rules_now(centre: Centre, on: date | None = None) -> CentreRules:
    """Hours, rules and approved tariffs of the centre (those that count *on* a day), as its file would say them."""
    rows = OpeningHours.objects.filter(centre=centre, space__isnull=True, rank=0, valid_from__isnull=True,
                                       valid_to__isnull=True).order_by("weekday", "opens")
    hours = [{"weekdays": [one.weekday], "opens": f"{one.opens:%H:%M}", "closes": f"{one.closes:%H:%M}"}
             for one in rows]
    rules: dict[str, Any] = dict(centre.rules)
    rules["tariffs"] = {**_tariffs(centre, on, rules.get("tariff_per") or {}), **dict(rules.get("tariffs") or {})}
    return read_centre_rules({"name": centre.name, "hours": hours, "rules": rules}, centre.name)


def _tariffs(centre: Centre, on: date | None, pers: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """By name of a tariff the amount that counts. Of a tariff that is charged in several ways it is the one by which
    the centre hires; which that is not said, there is none."""
    ways: dict[str, dict[str, int | None]] = {}
    for one in Tariff.objects.filter(centre=centre, state="approved").order_by("since", "id"):
        if on is None or one.since <= on:
            ways.setdefault(one.name, {})[one.per] = one.amount
    found: dict[str, dict[str, int]] = {}
    for name, amounts in ways.items():
        known = {per: amount for per, amount in amounts.items() if amount is not None}
        per = str(pers.get(name, next(iter(known)) if len(known) == 1 else ""))
        if per in known:
            found[name] = {per: known[per]}
    return found


def log_digest(centre: Centre) -> str:
    """What tells this state of the log and the rules from others, without reading the log."""
    last = [model.objects.aggregate(last=Max("id"))["last"] or 0 for model in (BookingPast, DatePast)]
    return hashlib.sha256(f"{centre.pk} {last} {json.dumps(rules_now(centre).written)}".encode()).hexdigest()


def span_of_log(centre: Centre) -> tuple[date, date] | None:
    """The first and last day for which anything was asked; None without a request."""
    zone = zone_of(current_region())
    rows = DatePast.objects.filter(booking__centre=centre).order_by("starts_at").values_list("starts_at", flat=True)
    first, last = rows.first(), rows.last()
    return None if first is None or last is None else (first.astimezone(zone).date(), last.astimezone(zone).date())

"""The desk changes a series: one date, that and the rest, or all; cancels them; brings back one that was left out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.access import booking_for
from sepadan.creative.desk import desk_page
from sepadan.creative.engine.rule_text import read_rule
from sepadan.creative.models import Booking, SeriesPlan, Space
from sepadan.creative.names import BLOCKING, OPEN, BookingState, DateState
from sepadan.creative.queries.bookings import dates_of
from sepadan.creative.services.decisions import STILL_OPEN
from sepadan.creative.services.series_changes import SCOPES, Goal, Scope, drop_dates, move_dates, restore_date
from sepadan.creative.services.wishes import DESK, check_within
from sepadan.creative.views.calendar import day_of, read_time
from sepadan.creative.views.series_words import rule_words
from sepadan.creative.views.shown import TONES, date_row
from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.records.public import actor_of, language, needs, now, region_of, zone_of
from sepadan.records.public import today as today_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.write")
def series_desk(request: HttpRequest, kode: str, booking_id: int) -> HttpResponseBase:
    """The dates of a booking with what can be done to some of them."""
    found = booking_for(request.user, region_of(request), booking_id, action="creative.write")
    refusal = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                done = _done(request, found)
        except Refused as refused:
            refusal = refused.problem
            found.refresh_from_db()
        else:
            messages.success(request, done.text(language()))
            return redirect("creative:series_desk", kode=kode, booking_id=found.pk)
    return _page(request, found, refusal)


def _done(request: HttpRequest, found: Booking) -> Message:
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:2000]
             for name in ("act", "ordinal", "scope", "version", "day", "since", "until", "space", "note", "skip")}
    number = {name: int(given[name]) if given[name].isdecimal() and len(given[name]) < 8 else 0
              for name in ("ordinal", "version")}
    how: dict[str, Any] = {"version": number["version"], "actor": actor_of(request), "now": now(),
                           "reason": given["note"]}
    scope: Scope = next((one for one in SCOPES if one == given["scope"]), "one")
    if given["act"] == "restore":
        restore_date(found, number["ordinal"], **how)
        return message("creative.event.restore")
    if given["act"] == "drop":
        drop_dates(found, number["ordinal"], scope, **how)
        return message("creative.own.dropped")
    day, since, until = day_of(given["day"]), read_time(given["since"]), read_time(given["until"])
    if day is None or since is None or until is None:
        raise refuse("creative.booking.times", remedy="creative.booking.times.remedy")
    check_within(day, day, since, until, today=today_in(region_of(request)), reach=DESK)
    space = Space.objects.select_related("floor__centre").filter(
        floor__centre=found.centre, code=given["space"]).first() if given["space"] else None
    _, stayed = move_dates(found, number["ordinal"], scope, Goal(day, since, until, space),
                           skip=given["skip"] == "yes", **how)
    return message("creative.own.moved_some", count=len(stayed)) if stayed else message("creative.own.moved")


def _page(request: HttpRequest, found: Booking, refusal: Problem | None) -> HttpResponse:
    zone, moment = zone_of(region_of(request)), now()
    rows = [date_row(one, zone) for one in dates_of(found)]
    coming = [row for row in rows if row["date"].starts_at > moment]
    droppable = OPEN if found.state in STILL_OPEN else (DateState.CONFIRMED,)
    standing = found.state in (*STILL_OPEN, BookingState.CONFIRMED)
    return desk_page(request, "creative/series_desk.html", {
        "found": found, "tone": TONES[found.state], "refusal": refusal, "dates": rows,
        "movable": [row for row in coming if row["date"].state in BLOCKING],
        "droppable": [row for row in coming if row["date"].state in droppable],
        "restorable": [row for row in coming if standing and row["date"].state == DateState.SKIPPED],
        "scopes": [(scope, f"creative.scope.{scope}") for scope in SCOPES],
        "spaces": Space.objects.filter(floor__centre=found.centre, bookable=True),
        "rule": _rule(found), "plan": SeriesPlan.objects.filter(booking=found).first()},
        status=409 if refusal else 200)


def _rule(found: Booking) -> str:
    try:
        return rule_words(read_rule(found.rule)).text(language()) if found.rule else ""
    except Refused:
        return words("creative.series.unreadable", language())

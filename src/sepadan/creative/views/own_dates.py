"""An applicant's own dates, opened by number and code: change some of them, and follow them in a calendar.

Number and code travel with each form of the page, since there is no account; a wrong pair counts as an attempt, as on
the page that follows a request. A personal calendar link is shown once, by the answer to its making.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.models import Booking
from sepadan.creative.names import FeedKind
from sepadan.creative.queries.bookings import dates_of
from sepadan.creative.services.booking_codes import booking_code
from sepadan.creative.services.feeds import links_of, make_link, revoke_link
from sepadan.creative.services.own_changes import changes_left, days_before, drop_own, may_drop, may_move, move_own
from sepadan.creative.services.series_changes import SCOPES, Goal, Scope
from sepadan.creative.views.by_code import open_booking
from sepadan.creative.views.calendar import day_of, read_time
from sepadan.creative.views.shown import TONES, date_row, sample_of
from sepadan.creative.views.subscribing import secret_address
from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Actor, address_of, grouped, now, region_of, zone_of

ACTS = ("move", "drop", "link", "revoke")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_dates(request: HttpRequest, kode: str) -> HttpResponse:
    """Ask for number and code; then show the dates, and do what a button says."""
    status = 200
    context: dict[str, Any] = {"region": region_of(request), "number": ""}
    if request.method == "POST":
        found, context, status = open_booking(request)
        if found is not None:
            status = _act(request, kode, found, context)
            found.refresh_from_db()
            context |= _shown(found, _actor(request))
    return render(request, "creative/own_dates.html", context, status=status)


def _actor(request: HttpRequest) -> Actor:
    return Actor(name=words("creative.own.actor", "id"), ip=address_of(request))


def _act(request: HttpRequest, kode: str, found: Booking, context: dict[str, Any]) -> int:
    """Do what was pressed; what came of it goes into *context*. Returns the status of the answer."""
    act = request.POST.get("act", "")
    if act not in ACTS:
        return 200
    try:
        with transaction.atomic():
            if act == "link":
                link = make_link(FeedKind.PERSON, found.centre, actor=_actor(request), now=now(), booking=found)
                context["address"] = secret_address(request, kode, link[1])
            elif act == "revoke":
                for one in links_of(found):
                    revoke_link(one, actor=_actor(request), now=now())
                context["done"] = message("creative.feed.revoked")
            else:
                context["done"] = _changed(request, found, act)
    except Refused as refused:
        context["refusal"] = refused.problem
        return 409
    return 200


def _changed(request: HttpRequest, found: Booking, act: str) -> Message:
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:300]
             for name in ("ordinal", "scope", "version", "day", "since", "until", "note", "skip")}
    number = {name: int(given[name]) if given[name].isdecimal() and len(given[name]) < 8 else 0
              for name in ("ordinal", "version")}
    scope: Scope = next((one for one in SCOPES if one == given["scope"]), "one")
    how = {"version": number["version"], "actor": _actor(request), "now": now(),
           "reason": given["note"] or words("creative.own.reason", "id")}
    if act == "drop":
        drop_own(found, number["ordinal"], scope, **how)
        return message("creative.own.dropped")
    day, since, until = day_of(given["day"]), read_time(given["since"]), read_time(given["until"])
    if day is None or since is None or until is None or until <= since:
        raise refuse("creative.booking.times", remedy="creative.booking.times.remedy")
    stayed = move_own(found, number["ordinal"], scope, Goal(day, since, until), skip=given["skip"] == "yes", **how)
    return message("creative.own.moved_some", count=len(stayed)) if stayed else message("creative.own.moved")


def _shown(found: Booking, actor: Actor) -> dict[str, Any]:
    zone, moment = zone_of(found.region), now()
    dates = dates_of(found)
    return {
        "found": found, "code": grouped(booking_code(found)), "tone": TONES[found.state],
        "dates": [date_row(one, zone) for one in dates], "left": changes_left(found, actor.name),
        "movable": [date_row(one, zone) for one in dates if may_move(found, one, moment)],
        "droppable": [date_row(one, zone) for one in dates if may_drop(found, one, moment)],
        "days": days_before(found), "scopes": [(scope, f"creative.scope.{scope}") for scope in SCOPES],
        "links": links_of(found).count(), "sample": sample_of(found.centre)}

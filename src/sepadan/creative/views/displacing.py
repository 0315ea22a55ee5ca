"""Giving a confirmed booking's time to an official event: who is in the way, what each would be offered, then the act.

Only an approver sees the page. It names everybody who loses his time and asks for the reason that stands in the notice;
the versions seen here go with the act, so that nobody is displaced in a state that was not looked at.
"""

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
from sepadan.creative.documents.letters import issue_confirmation, issue_notice
from sepadan.creative.models import Booking
from sepadan.creative.names import DateState
from sepadan.creative.services.displacing import displace, in_the_way
from sepadan.creative.services.step_rules import rules_of
from sepadan.creative.views.reading import address_of_letter, text_of, version_of
from sepadan.creative.views.shown import date_row
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import actor_of, language, needs, now, region_of, zone_of
from sepadan.records.public import today as today_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.approve")
def displacing(request: HttpRequest, kode: str, booking_id: int) -> HttpResponseBase:
    """What stands in the way of an official event, and its displacement."""
    found = booking_for(request.user, region_of(request), booking_id, action="creative.approve")
    if request.method != "POST":
        return _page(request, found)
    try:
        with transaction.atomic():
            count = _displace(request, found)
    except Refused as refused:
        found.refresh_from_db()
        return _page(request, found, refusal=refused.problem, status=409)
    messages.success(request, words("creative.done.displace", language(), {"count": count}))
    return redirect("creative:booking", kode=kode, booking_id=found.pk)


def _displace(request: HttpRequest, found: Booking) -> int:
    actor, at = actor_of(request), now()
    made = displace(found, version=version_of(request), seen=_seen(request), reason=text_of(request, "reason", 500),
                    actor=actor, now=at, today=today_in(region_of(request)))
    for one in made:
        issue_notice(one, actor=actor, now=at)
    found.refresh_from_db()
    issue_confirmation(found, address=address_of_letter(request, found), actor=actor, now=at)
    return len(made)


def _seen(request: HttpRequest) -> dict[int, int]:
    """``seen=<booking>.<version>`` of each booking on the page."""
    pairs = (one.partition(".") for one in request.POST.getlist("seen")[:500])
    return {int(pk): int(version) for pk, _, version in pairs
            if pk.isdecimal() and version.isdecimal() and len(pk) < 19 and len(version) < 9}


def _page(request: HttpRequest, found: Booking, *, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    zone, rules = zone_of(region_of(request)), rules_of(found.centre)
    ways: list[dict[str, Any]] = [{**date_row(one, zone), "booking": one.booking,
                                   "confirmed": one.state == DateState.CONFIRMED} for one in in_the_way(found)]
    return desk_page(request, "creative/displace.html", {
        "found": found, "refusal": refusal, "ways": ways, "hours": rules.offer_hours, "offers": rules.offers,
        "seen": sorted({(one["booking"].pk, one["booking"].version) for one in ways}),
        "reason": text_of(request, "reason", 500),
        "dates": [date_row(one, zone) for one in found.dates.select_related("space").order_by("ordinal")]},
        status=status)

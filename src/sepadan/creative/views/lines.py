"""The desk's page of lines: who waits for which slot, in which order and why, and what is offered at the moment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.access import booking_for
from sepadan.creative.desk import desk_page
from sepadan.creative.engine.space_line import meet
from sepadan.creative.fairness_names import TurnState
from sepadan.creative.models import Booking, Centre, Override, SpaceOffer, StockDemand
from sepadan.creative.names import DateState
from sepadan.creative.queries.groups import groups_of_booking, with_newcomer
from sepadan.creative.queries.stock import out_by_date
from sepadan.creative.services.lines import Waiting, line, line_rules
from sepadan.creative.services.owners import owner_on
from sepadan.creative.services.stock import name_of
from sepadan.creative.services.waiting import live_offers, raise_in_line
from sepadan.creative.views.shown import date_row
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of, zone_of


@never_cache
@require_safe
@needs("creative.read")
def lines(request: HttpRequest, kode: str) -> HttpResponse:
    """Every party in line of every centre; with ``?untuk=<booking>`` those who contend with that booking."""
    zone, moment = zone_of(region_of(request)), now()
    wanted = request.GET.get("untuk", "")
    one = booking_for(request.user, region_of(request), int(wanted)) \
        if wanted.isdecimal() and len(wanted) < 15 else None
    centres = []
    for centre in Centre.objects.order_by("id"):
        if one is not None and one.centre_id != centre.pk:
            continue
        everybody = line(centre, moment)
        if one is not None:
            mine = [each for each in everybody if each.booking.pk == one.pk]
            everybody = [each for each in everybody
                         if any(meet(each.queued.takes, other.queued.takes) for other in mine)]
        centres.append({"centre": centre, "rules": line_rules(centre), "rows": _rows(everybody, kode, zone)})
    return desk_page(request, "creative/lines.html", {
        "centres": centres, "one": one, "offers": _offers(kode, zone) if one is None else []})


@never_cache
@require_POST
@needs("creative.approve")
def act(request: HttpRequest, kode: str, booking_id: int) -> HttpResponseBase:
    """Give a booking that waits more or fewer points, with a reason."""
    found = booking_for(request.user, region_of(request), booking_id, action="creative.approve")
    text = request.POST.get("points", "").strip()
    points = int(text) if text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 4 else 99
    try:
        with transaction.atomic():
            raise_in_line(found, points, reason=request.POST.get("note", "").replace("\0", "")[:500],
                          actor=actor_of(request), now=now())
    except Refused as refused:
        messages.error(request, refused.problem.text(language()))
    else:
        messages.success(request, words("creative.event.priority", language()))
    return redirect("creative:booking", kode=kode, booking_id=found.pk)


def _rows(everybody: list[Waiting], kode: str, zone: Any) -> list[dict[str, Any]]:
    """The parties with their place among those who contend with them."""
    found = []
    for number, one in enumerate(everybody):
        ahead = sum(meet(other.queued.takes, one.queued.takes) for other in everybody[:number])
        found.append({"booking": one.booking, "url": reverse("creative:booking", args=[kode, one.booking.pk]),
                      "dates": [date_row(date, zone) for date in one.dates], "place": ahead + 1,
                      "points": one.party.priority, "passed": one.party.passed,
                      "since": one.party.joined_at.astimezone(zone), "closes": one.queued.closes_at.astimezone(zone)})
    return found


def _offers(kode: str, zone: Any) -> list[dict[str, Any]]:
    rows = SpaceOffer.objects.filter(state=TurnState.OPEN.value).select_related("date__booking", "date__space")
    return [{"number": one.date.booking.number, "url": reverse("creative:booking", args=[kode, one.date.booking_id]),
             "row": date_row(one.date, zone), "until": one.until.astimezone(zone)}
            for one in rows.order_by("until", "id")[:200]]


def sharing_shown(request: HttpRequest, found: Booking) -> dict[str, Any]:
    """What ``creative/booking_sharing.html`` shows of one booking: its groups, its place, exceptions, equipment."""
    moment, region = now(), region_of(request)
    zone = zone_of(region)
    newcomer = with_newcomer(Booking.objects.filter(pk=found.pk)).get().newcomer
    waits = found.dates.filter(state=DateState.WAITING.value).exists()
    everybody = line(found.centre, moment) if waits else []
    mine = [one for one in everybody if one.booking.pk == found.pk]
    row = next(iter(mine), None)
    ahead = [] if row is None else [one.booking for one in everybody[:everybody.index(row)]
                                    if meet(one.queued.takes, row.queued.takes)]
    demands = list(StockDemand.objects.filter(date__booking=found).select_related("item", "date__space").order_by(
        "date__starts_at", "id"))
    out = out_by_date(one.date_id for one in demands)
    first = found.dates.order_by("starts_at").first()
    owner = owner_on(first.space, first.starts_at.astimezone(zone).date()) if first is not None else None
    return {"sharing": {
        "owner": owner.department if owner is not None else "",
        "groups": [message(f"creative.quota.group.{name.partition(':')[0]}", code=name.partition(":")[2])
                   for name in sorted(groups_of_booking(found, newcomer=newcomer))],
        "waits": row is not None, "place": len(ahead) + 1, "ahead": ahead[:10], "points": found.line_priority,
        "overrides": list(Override.objects.filter(booking=found)), "offers": offered_rows(found, moment),
        "may_approve": permitted(person_of(request), region, "creative.approve"),
        "demands": [{"one": one, "name": name_of(one.item), "row": date_row(one.date, zone),
                     "out": out.get((one.item_id, one.date_id), 0)} for one in demands]}}


def offered_rows(found: Booking, moment: Any) -> list[dict[str, Any]]:
    """What the applicant may accept now: the date and until when."""
    zone = zone_of(found.region)
    return [{"row": date_row(one.date, zone), "until": one.until.astimezone(zone)}
            for one in live_offers(found, moment)]

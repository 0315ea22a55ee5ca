"""Keys at the desk: out to a person, back with condition, photos, damage. One page for each date, made for a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.access import booking_for
from sepadan.creative.desk import desk_page
from sepadan.creative.engine.papers import LARGEST
from sepadan.creative.models import Booking, BookingDate, Handover
from sepadan.creative.names import DateState
from sepadan.creative.queries.deskwork import handovers_of
from sepadan.creative.services.handover import MOST_PHOTOS, Photo, hand_out, key_of, take_back
from sepadan.creative.services.step_rules import rules_of
from sepadan.creative.views.booking_work import shown_items
from sepadan.creative.views.reading import checked, text_of, version_of
from sepadan.creative.views.shown import date_row
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of, zone_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def key(request: HttpRequest, kode: str, booking_id: int, ordinal: int) -> HttpResponseBase:
    """The key of one date: hand it out, take it back, or what became of it."""
    action = "creative.write" if request.method == "POST" else "creative.read"
    found = booking_for(request.user, region_of(request), booking_id, action=action)
    date = found.dates.select_related("space").filter(ordinal=ordinal, state=DateState.CONFIRMED.value).first()
    if date is None:
        raise Http404
    handover = handovers_of(found).get(date.pk)
    if request.method != "POST":
        return _page(request, found, date, handover)
    try:
        with transaction.atomic():
            done = _act(request, found, date, handover)
    except Refused as refused:
        found.refresh_from_db()
        return _page(request, found, date, handover, refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.done.{done}", language()))
    return redirect(reverse("creative:booking", args=[kode, found.pk]) + "#kunci")


def _act(request: HttpRequest, found: Booking, date: BookingDate, handover: Handover | None) -> str:
    condition = checked(request, [item.code for item in rules_of(found.centre).condition])
    how: dict[str, Any] = {"version": version_of(request), "actor": actor_of(request), "now": now(),
                           "condition": condition, "photos": _photos(request)}
    if handover is None or handover.returned_at is not None:
        hand_out(found, date.ordinal, to=text_of(request, "who", 120), key_label=text_of(request, "key", 80),
                 note=text_of(request, "note", 500), **how)
        return "hand_out"
    take_back(handover, by=text_of(request, "who", 120), damage=text_of(request, "note", 1000), **how)
    return "hand_back"


def _photos(request: HttpRequest) -> list[Photo]:
    """Every photo, one more than may be so that the service can say it; an empty field is none."""
    return [Photo(one.read(LARGEST + 1), (one.name or "")[:100])
            for one in request.FILES.getlist("photos")[:MOST_PHOTOS + 1]]


def _page(request: HttpRequest, found: Booking, date: BookingDate, handover: Handover | None, *,
          refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    region, zone = region_of(request), zone_of(region_of(request))
    items = shown_items(rules_of(found.centre).condition, "creative.condition", language())
    typed = request.POST if request.method == "POST" else {}
    names = dict(items)
    return desk_page(request, "creative/key.html", {
        "found": found, "date": date_row(date, zone), "handover": handover, "refusal": refusal,
        "items": [(code, text, typed.get(f"check-{code}", "")) for code, text in items],
        "who": typed.get("who", ""), "note": typed.get("note", ""),
        "key": typed.get("key") or key_of(found, date), "coming_back": handover is not None
        and handover.returned_at is None, "may": permitted(person_of(request), region, "creative.write"),
        "open": handover is None or handover.returned_at is None, "most": MOST_PHOTOS,
        "handed_at": handover.handed_at.astimezone(zone) if handover else None,
        "returned_at": handover.returned_at.astimezone(zone) if handover and handover.returned_at else None,
        "out_lines": [(names.get(code, code), ok) for code, ok in handover.out_condition.items()] if handover else [],
        "in_lines": [(names.get(code, code), ok) for code, ok in handover.in_condition.items()] if handover else [],
        "photos": list(handover.photos.all()) if handover else []}, status=status)

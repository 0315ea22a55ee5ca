"""An organiser makes and keeps an event without an account: by the number and code of his confirmed booking.

Both are sent with every act and never stand in an address. What he drafts the desk publishes; afterwards he changes it,
reads who registered, decides where he asked to decide, and takes the list with him for a reason that is recorded.
Guessing slows down as everywhere. He sees the events of his booking and nobody else's.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.access_events import event_of_booking, events_of_booking, registration_of_event
from sepadan.creative.event_names import EventState
from sepadan.creative.models import Booking, Event
from sepadan.creative.names import BookingState
from sepadan.creative.queries.events import counts_of, registrations_of
from sepadan.creative.services.events import draft_event
from sepadan.creative.services.registrations import approve_registration, refuse_registration
from sepadan.creative.services.seats import change_event
from sepadan.creative.services.visitor_lists import export_visitors, name_to_show
from sepadan.creative.views import event_form
from sepadan.creative.views.by_code import open_booking
from sepadan.creative.views.event_shown import EVENT_TONES, TONES, answers_of
from sepadan.creative.views.events_desk import version_of
from sepadan.ground.messages import Message
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.ground.sheets import CSV_TYPE
from sepadan.records.public import (
    Actor,
    address_of,
    grouped,
    language,
    now,
    plain_code,
    region_of,
    zone_of,
)

MOST_EVENTS, SHOWN = 6, 500
"""Events that one booking may have by its organiser; registrations shown at once."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organising(request: HttpRequest, kode: str) -> HttpResponse:
    """Ask for the booking's number and code; then what the organiser asks for."""
    context, status = {"region": region_of(request), "number": ""}, 200
    if request.method == "POST":
        found, context, status = open_booking(request)
        if found is not None:
            return opened(request, found, grouped(plain_code(context["code"])))
    return render(request, "creative/organising_open.html", context, status=status)


def opened(request: HttpRequest, booking: Booking, code: str) -> HttpResponse:
    """What the organiser does with a booking that he has opened."""
    act, event = request.POST.get("act", ""), event_of_booking(booking, request.POST.get("event", ""))
    if act == "new" and event is None:
        return form_page(request, booking, code, None, event_form.blank(booking, zone_of(booking.region)))
    if act == "edit" and event is not None:
        return form_page(request, booking, code, event, event_form.as_fields(event, zone_of(booking.region)))
    if act == "save":
        return save(request, booking, code, event)
    if act in ("approve", "refuse") and event is not None:
        return decide(request, booking, code, event, act)
    if act == "export" and event is not None:
        return export(request, booking, code, event)
    return shown(request, booking, code, event)


def save(request: HttpRequest, booking: Booking, code: str, event: Event | None) -> HttpResponse:
    data, zone = event_form.read(request.POST), zone_of(booking.region)
    faults: dict[str, Message] = {}
    try:
        draft, faults = event_form.draft_of(data, booking, zone)
        if draft is None:
            return form_page(request, booking, code, event, data, faults=faults)
        with transaction.atomic():
            if event is None and len(events_of_booking(booking)) >= MOST_EVENTS:
                return form_page(request, booking, code, event, data, refusal=problem(
                    "creative.organising.many", most=MOST_EVENTS))
            made = draft_event(booking, draft, actor=_organiser(request, booking), now=now()) if event is None else \
                change_event(event, draft, version=version_of(request), actor=_organiser(request, booking), now=now())
    except Refused as refused:
        return form_page(request, booking, code, event, data, refusal=refused.problem)
    return shown(request, booking, code, event_of_booking(booking, made.code), saved=True)


def decide(request: HttpRequest, booking: Booking, code: str, event: Event, act: str) -> HttpResponse:
    found = registration_of_event(event, request.POST.get("registration", "")[:60])
    if found is None:
        return shown(request, booking, code, event)
    how: dict[str, Any] = {"version": version_of(request), "actor": _organiser(request, booking), "now": now()}
    try:
        with transaction.atomic():
            if act == "approve":
                approve_registration(found, **how)
            else:
                refuse_registration(found, reason=request.POST.get("note", "").replace("\0", "")[:500], **how)
    except Refused as refused:
        return shown(request, booking, code, event, refusal=refused.problem, status=409)
    return shown(request, booking, code, event_of_booking(booking, event.code))


def export(request: HttpRequest, booking: Booking, code: str, event: Event) -> HttpResponse:
    try:
        with transaction.atomic():
            content = export_visitors(event, reason=request.POST.get("reason", "").replace("\0", ""),
                                      actor=_organiser(request, booking), now=now())
    except Refused as refused:
        return shown(request, booking, code, event, refusal=refused.problem, status=422)
    return HttpResponse(content, content_type=CSV_TYPE, headers={
        "Content-Disposition": f'attachment; filename="pendaftaran-{event.code}.csv"'})


def shown(request: HttpRequest, booking: Booking, code: str, event: Event | None, *, saved: bool = False,
          refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    """The events of the booking; of the one that was chosen, its visitors."""
    context: dict[str, Any] = {
        "region": region_of(request), "booking": booking, "code": code, "saved": saved, "refusal": refusal,
        "may": booking.state == BookingState.CONFIRMED and bool(booking.letter_number),
        "events": [{"event": one, "title": one.title_in(language()), "tone": EVENT_TONES[one.state]}
                   for one in events_of_booking(booking)]}
    if event is not None:
        rows = list(registrations_of(event).order_by("-id")[:SHOWN])
        context |= {
            "event": event, "title": event.title_in(language()), "counts": [
                (f"creative.registration.state.{state}", many, seats)
                for state, (many, seats) in sorted(counts_of(event).items())],
            "live": event.state in (EventState.DRAFT, EventState.PUBLISHED), "most": SHOWN,
            "visitors": [{"registration": one, "name": name_to_show(one), "tone": TONES[one.state],
                          "contact": one.guardian_contact if one.minor else one.contact,
                          "answers": answers_of(one), "approval": one.state == "approval"} for one in rows]}
    return render(request, "creative/organising.html", context, status=status)


def form_page(request: HttpRequest, booking: Booking, code: str, event: Event | None, data: dict[str, Any], *,
              faults: dict[str, Message] | None = None, refusal: Problem | None = None) -> HttpResponse:
    return render(request, "creative/organising_form.html", {
        "region": region_of(request), "booking": booking, "code": code, "event": event, "refusal": refusal,
        "version": request.POST.get("version") or (event.version if event else 0),
        **event_form.context(data, booking, faults or {}, zone_of(booking.region))},
        status=422 if faults or refusal else 200)


def _organiser(request: HttpRequest, booking: Booking) -> Actor:
    return Actor(name=booking.organiser[:120], ip=address_of(request))

"""The desk's side of events: the list, one event with what can be done, the form, its visitors, files for a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.creative.access import booking_for
from sepadan.creative.access_events import event_for
from sepadan.creative.desk import desk_page
from sepadan.creative.event_names import EventState, Registering, RegistrationState
from sepadan.creative.models import Booking, Event
from sepadan.creative.queries.doors import attendance_of, by_seat, seats_of
from sepadan.creative.queries.events import counts_of, desk_events, registrations_of, sessions_of
from sepadan.creative.services.events import (
    cancel_event,
    draft_event,
    publish_event,
    set_picture,
)
from sepadan.creative.services.seats import change_event, free_seats
from sepadan.creative.services.visitor_lists import export_visitors, name_to_show, seats_confirmed
from sepadan.creative.views import event_form
from sepadan.creative.views.event_shown import EVENT_TONES, TONES, session_row
from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.sheets import CSV_TYPE
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import (
    actor_of,
    history_shown,
    language,
    needs,
    now,
    permitted,
    person_of,
    region_of,
    zone_of,
)

STATES = {one.value: message(f"creative.event_state.{one.value}") for one in EventState}
REGISTRATION_STATES = {one.value: message(f"creative.registration.state.{one.value}") for one in RegistrationState}
MOST = 2_000


def table() -> Table:
    return Table("acara", message("creative.public_events"), (
        Column("title", message("creative.public_event"), href="url"),
        Column("organiser", message("creative.ask.organiser")),
        Column("first", message("creative.desk.first"), "date"),
        Column("seats", message("creative.public_event.taken")),
        Column("queue", message("creative.public_event.queue"), "integer"),
        Column("to_decide", message("creative.public_event.to_decide"), "integer"),
        Column("state", message("creative.desk.state"), choice=True, words=STATES,
               tones=EVENT_TONES),  # type: ignore[arg-type]
    ), search=("title", "organiser"))


@never_cache
@require_safe
@needs("creative.read")
def events(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Events of every state, the latest first, with what waits for a decision."""
    region, zone = region_of(request), zone_of(region_of(request))
    view = request.GET.get("lihat", "")
    rows = [{"title": one.title_in(language()), "url": reverse("creative:event_desk", args=[kode, one.pk]),
             "organiser": one.organiser, "first": one.first.astimezone(zone).date() if one.first else None,
             "seats": seats_text(one), "queue": one.queue, "to_decide": one.to_decide, "state": one.state}
            for one in desk_events(state=view if view in STATES else "")[:MOST]]
    listing = Listing(table(), ListRows(rows), request.GET, language(), files=False)
    tabs = [("creative.all", "?", view not in STATES)] + [
        (f"creative.event_state.{one}", f"?lihat={one}", view == one) for one in STATES]
    return desk_page(request, "creative/events_desk.html", {"listing": listing, "tabs": tabs, "any": bool(rows),
                                                            "region": region})


def seats_text(event: Any) -> str:
    return str(event.taken) if event.capacity is None else f"{event.taken} / {event.capacity}"


@never_cache
@require_safe
@needs("creative.read")
def event(request: HttpRequest, kode: str, event_id: int) -> HttpResponseBase:
    """One event: what it is, what can be done, who registered."""
    return page_of(request, event_for(request.user, region_of(request), event_id))


def page_of(request: HttpRequest, found: Event, *, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    region, zone = region_of(request), zone_of(region_of(request))
    return desk_page(request, "creative/event_desk.html", {
        "region": region, "found": found, "title": found.title_in(language()), "tone": EVENT_TONES[found.state],
        "refusal": refusal, "facts": facts(found), "sessions": sessions_with_came(found, zone),
        "listing": visitors(request, found), "any": found.registrations.exists(),
        "draft": found.state == EventState.DRAFT, "live": found.state in (EventState.DRAFT, EventState.PUBLISHED),
        "public": found.published_at is not None, "may": permitted(person_of(request), region, "creative.write"),
        "states": list(REGISTRATION_STATES.items()),
        "history": history_shown(found, zone, language())}, status=status)


def sessions_with_came(found: Event, zone: tzinfo) -> list[dict[str, Any]]:
    """The sessions, each with how many seats the doors saw; None where nobody has been seen at any."""
    came: Counter[int] | None = None
    if found.scans.exists():
        seats = seats_of(found)
        came = Counter(ordinal for some in by_seat(attendance_of(found, seats=seats), seats).values()
                       for ordinal in some)
    return [{**session_row(one, zone), "came": None if came is None else came[one.ordinal]}
            for one in sessions_of(found)]


def facts(found: Event) -> list[tuple[str, Any]]:
    left = free_seats(found, found.taken)  # type: ignore[attr-defined]
    counts = counts_of(found)
    rows: list[tuple[str, Any]] = [
        ("creative.letter", found.booking.letter_number),
        ("creative.ask.organiser", found.organiser),
        ("creative.public_event.capacity", message("creative.public_event.unbounded") if left is None else message(
            "creative.public_event.capacity.words", capacity=found.capacity, left=left)),
        ("creative.public_event.joining", message(f"creative.registering.{found.registration}")),
        ("creative.reason", found.reason)]
    rows += [(f"creative.registration.state.{state}", message("creative.public_event.count", many=many, seats=seats))
             for state, (many, seats) in sorted(counts.items())]
    return [(key, value) for key, value in rows if value not in ("", None)]


def visitors(request: HttpRequest, found: Event) -> Listing:
    """Registrations as a table. A child is not named in a list; its page at the desk names it."""
    zone = zone_of(region_of(request))
    kode = region_of(request).code
    rows = [{"number": one.number, "url": reverse("creative:registration_desk", args=[kode, one.pk]),
             "name": name_to_show(one), "contact": one.guardian_contact if one.minor else one.contact,
             "seats": one.seats, "received": one.received_at.astimezone(zone).date(), "state": one.state}
            for one in registrations_of(found).order_by("id")[:MOST]]
    return Listing(Table("pendaftaran", message("creative.registrations"), (
        Column("number", message("creative.registration.number"), href="url"),
        Column("name", message("creative.registration.name")),
        Column("contact", message("creative.registration.contact")),
        Column("seats", message("creative.registration.seats_of"), "integer", summable=True),
        Column("received", message("creative.received"), "date"),
        Column("state", message("creative.desk.state"), choice=True, words=REGISTRATION_STATES,
               tones=TONES),  # type: ignore[arg-type]
    ), search=("number", "name", "contact")), ListRows(rows), request.GET, language(), files=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.write")
def new(request: HttpRequest, kode: str, booking_id: int) -> HttpResponseBase:
    """A draft for a confirmed booking."""
    found = booking_for(request.user, region_of(request), booking_id, action="creative.write")
    return _form(request, found, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.write")
def change(request: HttpRequest, kode: str, event_id: int) -> HttpResponseBase:
    """The form with what the event says now."""
    found = event_for(request.user, region_of(request), event_id, action="creative.write")
    return _form(request, found.booking, found)


def _form(request: HttpRequest, booking: Booking, found: Event | None) -> HttpResponseBase:
    zone = zone_of(region_of(request))
    faults: dict[str, Message] = {}
    refusal = None
    if request.method == "POST":
        data = event_form.read(request.POST)
        try:
            draft, faults = event_form.draft_of(data, booking, zone)
            if draft is not None:
                with transaction.atomic():
                    made = draft_event(booking, draft, actor=actor_of(request), now=now()) if found is None else \
                        change_event(found, draft, version=version_of(request), actor=actor_of(request), now=now())
                messages.success(request, words("creative.public_event.saved", language()))
                return redirect("creative:event_desk", kode=region_of(request).code, event_id=made.pk)
        except Refused as refused:
            refusal = refused.problem
    else:
        data = event_form.as_fields(found, zone) if found else event_form.blank(booking, zone)
    return desk_page(request, "creative/event_form.html", {
        "region": region_of(request), "booking": booking, "found": found, "refusal": refusal,
        "version": request.POST.get("version") or (found.version if found else 0),
        **event_form.context(data, booking, faults, zone)}, status=422 if faults or refusal else 200)


def version_of(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@never_cache
@require_POST
@needs("creative.write")
def act(request: HttpRequest, kode: str, event_id: int) -> HttpResponseBase:
    """Publish, cancel, put a picture: on the version that was seen."""
    found = event_for(request.user, region_of(request), event_id, action="creative.write")
    name, note = request.POST.get("act", ""), request.POST.get("note", "").replace("\0", "")[:500]
    how: dict[str, Any] = {"version": version_of(request), "actor": actor_of(request), "now": now()}
    upload = request.FILES.get("picture")
    acts: dict[str, Callable[[], object]] = {
        "publish": lambda: publish_event(found, **how),
        "cancel": lambda: cancel_event(found, reason=note, **how),
        "picture": lambda: set_picture(found, upload.read() if upload else b"", {
            "id": request.POST.get("alt_id", ""), "en": request.POST.get("alt_en", "")}, **how)}
    if name not in acts:
        raise Http404
    try:
        with transaction.atomic():
            acts[name]()
    except Refused as refused:
        again = event_for(request.user, region_of(request), event_id)
        return page_of(request, again, refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.public_event.did.{name}", language()))
    return redirect("creative:event_desk", kode=kode, event_id=event_id)


@never_cache
@require_POST
@needs("creative.write")
def export(request: HttpRequest, kode: str, event_id: int) -> HttpResponseBase:
    """The visitors as CSV, for a reason that is recorded."""
    found = event_for(request.user, region_of(request), event_id, action="creative.write")
    states = [one for one in request.POST.getlist("state") if one in REGISTRATION_STATES]
    try:
        with transaction.atomic():
            content = export_visitors(found, reason=request.POST.get("reason", "").replace("\0", ""), states=states,
                                      actor=actor_of(request), now=now())
    except Refused as refused:
        return page_of(request, found, refusal=refused.problem, status=422)
    return HttpResponse(content, content_type=CSV_TYPE, headers={
        "Content-Disposition": f'attachment; filename="pendaftaran-{found.code}.csv"'})


@never_cache
@require_safe
@needs("creative.read")
def printed(request: HttpRequest, kode: str, event_id: int) -> HttpResponseBase:
    """The confirmed visitors on paper, with room to sign, for a door without a phone. Children are not named."""
    found = event_for(request.user, region_of(request), event_id)
    rows = [{"registration": one, "name": name_to_show(one)} for one in registrations_of(found).filter(
        state=RegistrationState.CONFIRMED.value).order_by("name", "id")[:MOST]]
    zone = zone_of(region_of(request))
    return desk_page(request, "creative/event_print.html", {
        "region": region_of(request), "found": found, "title": found.title_in(language()), "rows": rows,
        "sessions": [session_row(one, zone) for one in sessions_of(found)], "seats": seats_confirmed(found),
        "registers": found.registration != Registering.NONE})

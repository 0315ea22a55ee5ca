"""Registering for an event without an account: the form, number and code, and afterwards everything by these two.

Sending counts as an attempt of a network address and slows down, also when it succeeds; so do wrong codes. The form
carries a key, so that sending twice (a nervous thumb, a reload) registers once. A refusal keeps what was typed.
What is stored, why and for how long stands above the button, and the visitor agrees to it; photographs and the name on
a certificate are asked apart and are off unless chosen. An officer who is signed in registers somebody here as well:
without that bound, and after the closing.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.documents.ticket_papers import tickets_pdf
from sepadan.creative.engine.questions import Question, read_answers, read_questions
from sepadan.creative.event_names import LIVE, RegistrationState, TicketState
from sepadan.creative.models import Event, Registration
from sepadan.creative.queries.ecosystem import helix_of, sector_words
from sepadan.creative.queries.events import registration_of, sessions_of, tickets_of
from sepadan.creative.services.certificates import own_certificates
from sepadan.creative.services.event_files import registration_calendar
from sepadan.creative.services.events import locked_event
from sepadan.creative.services.forgetting import retention_days
from sepadan.creative.services.registrations import (
    SENT_BEFORE,
    Wanted,
    accept_offer,
    cancel_registration,
    opens_registration,
    place_in_line,
    register,
    registration_code,
)
from sepadan.creative.services.seats import advance
from sepadan.creative.views.by_code import open_by_code
from sepadan.creative.views.event_shown import TONES, answers_of, seats_words, session_row, ticket_rows
from sepadan.creative.views.events import closed_because, public_of
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.records.public import (
    Actor,
    actor_of,
    address_of,
    begin_attempt,
    grouped,
    keep_written,
    language,
    now,
    permitted,
    region_of,
    zone_of,
)
from sepadan.records.public import today as today_in
from sepadan.territory.public import kecamatan_in

TEXTS = ("name", "contact", "seats", "companions", "sector", "kecamatan", "guardian_name", "guardian_contact", "key")
TICKS = ("agreed", "photographs", "name_on_certificate", "minor", "guardian_agreed")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registering(request: HttpRequest, kode: str, centre: str, event: str) -> HttpResponse:
    """The form; after sending it number, code and, where there is a seat, the tickets."""
    found, region = public_of(centre, event), region_of(request)
    data, desk = read_form(request), permitted(request.user, region, "creative.write")
    closed, faults, refusal, status = closed_because(found, desk=desk), {}, None, 200
    if request.method == "POST" and closed is None:
        answers, faults = read_form_faults(request, found, data)
        seconds = 0 if desk else begin_attempt(
            "event_registration", f"{region.code}:{found.pk}:{data['contact'].lower()}", address_of(request),
            now=now()).seconds
        if seconds:
            refusal, faults, status = problem("creative.ask.wait", seconds=seconds), {}, 429
        elif not faults:
            try:
                with transaction.atomic():
                    made = register(
                        found, wanted_of(found, data, answers), now=now(), today=today_in(region), by_desk=desk,
                        actor=actor_of(request) if desk else _visitor(request))
            except Refused as refused:
                refusal = refused.problem
                if refusal.what.key == SENT_BEFORE:
                    data["key"] = new_key()
            else:
                return shown(request, made, fresh=True)
        status = 422 if status == 200 else status
    elif request.method == "POST":
        status = 409
    return form_page(request, found, data, faults, refusal, closed, status)


def read_form(request: HttpRequest) -> dict[str, Any]:
    """What was typed, bounded; on the first look an empty form with a fresh key."""
    given = request.POST if request.method == "POST" else {}
    data: dict[str, Any] = {name: str(given.get(name, ""))[:2_000].replace("\0", "").strip() for name in TEXTS}
    data |= {name: given.get(name) == "yes" for name in TICKS}
    data["seats"] = data["seats"] or "1"
    data["key"] = data["key"][:80] or new_key()
    return data


def new_key() -> str:
    """What makes sending one form twice one registration."""
    return secrets.token_urlsafe(18)


def read_form_faults(request: HttpRequest, found: Event, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers to the organiser's questions, and what is missing or cannot be read by the id of its field."""
    answers, wrong = read_answers(questions_of(found), {
        one.code: request.POST.getlist(f"q-{one.code}")[:40] for one in questions_of(found)})
    faults: dict[str, Any] = {}
    for name in ("name",) if found.minors else ("name", "contact"):
        if not data[name]:
            faults[name] = message("creative.ask.needed")
    if not (data["seats"].isdecimal() and len(data["seats"]) <= 6 and 1 <= int(data["seats"]) <= found.groups_to):
        faults["seats"] = message("creative.registration.seats", most=found.groups_to)
    if data["minor"] or found.minors:
        for name in ("guardian_name", "guardian_contact"):
            if not data[name]:
                faults[name] = message("creative.ask.needed")
        if not data["guardian_agreed"]:
            faults["guardian_agreed"] = message("creative.registration.guardian")
    if not data["agreed"]:
        faults["agreed"] = message("creative.registration.not_agreed")
    return answers, faults | {f"q-{code}": fault for code, fault in wrong.items()}


def questions_of(found: Event) -> tuple[Question, ...]:
    return read_questions(found.questions)


def wanted_of(found: Event, data: dict[str, Any], answers: dict[str, Any]) -> Wanted:
    """What the checked form wants; a sector or kecamatan that was not offered is not kept."""
    places = ("-", *(one.name for one in kecamatan_in(found.region)))
    return Wanted(
        name=data["name"][:120], contact=data["contact"][:160], seats=int(data["seats"]),
        companions=data["companions"].splitlines()[:50], answers=answers,
        sector=data["sector"] if data["sector"] in helix_of(found.centre) else "",
        kecamatan=data["kecamatan"] if data["kecamatan"] in places else "", language=language(),
        agreed=data["agreed"], photographs=data["photographs"],
        name_on_certificate=data["name_on_certificate"], minor=data["minor"],
        guardian_name=data["guardian_name"][:120], guardian_contact=data["guardian_contact"][:160],
        guardian_agreed=data["guardian_agreed"], request_key=data["key"])


def form_page(request: HttpRequest, found: Event, data: dict[str, Any], faults: dict[str, Any],
              refusal: Problem | None, closed: Problem | None, status: int) -> HttpResponse:
    region, lang = region_of(request), language()
    labels = {name: f"creative.registration.{name}" for name in (*TEXTS, *TICKS)}
    labels["seats"] = "creative.registration.seats_of"  # ``.seats`` is what is said of a wrong number
    questions = [{"question": one, "text": one.text(lang), "id": f"q-{one.code}",
                  "given": request.POST.getlist(f"q-{one.code}"), "fault": faults.get(f"q-{one.code}")}
                 for one in questions_of(found)]
    texts = {one["id"]: one["text"] for one in questions}
    return render(request, "creative/registering.html", {
        "region": region, "centre": found.centre, "found": found, "title": found.title_in(lang), "data": data,
        "faults": {name: fault.text(lang) for name, fault in faults.items()}, "questions": questions,
        "summary": [(f"f-{name}" if name in labels else name, labels.get(name) or texts.get(name, name),
                     fault.text(lang)) for name, fault in faults.items()],
        "refusal": refusal, "closed": closed, "group": found.groups_to > 1, "days": retention_days(found.centre),
        "sectors": [(one, sector_words(one)) for one in helix_of(found.centre)],
        "kecamatan": [one.name for one in kecamatan_in(region)],
        "full": found.capacity is not None and found.taken >= found.capacity,  # type: ignore[attr-defined]
        "sample": sample_of(found.centre)}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, kode: str) -> HttpResponse:
    """Ask for number and code; show the registration, take its offer, cancel it, give its files."""
    context, status = {"region": region_of(request), "number": ""}, 200
    if request.method == "POST":
        found, context, status = open_by_code(request, "registration", registration_of, opens_registration)
        if found is not None:
            return opened(request, found)
    return render(request, "creative/registration_open.html", context, status=status)


def opened(request: HttpRequest, found: Registration) -> HttpResponse:
    """What the holder of number and code asks for."""
    act = request.POST.get("act", "")
    if act in ("pdf", "ics"):
        return file_of(request, found, act)
    if act in ("accept", "cancel"):
        advance(locked_event(found.event), now())
        keep_written()  # an offer that ran out is the next one's, though this visitor be refused
        try:
            with transaction.atomic():
                found = accept_offer(found, actor=_visitor(request), now=now()) if act == "accept" \
                    else cancel_registration(found, actor=_visitor(request), now=now())
        except Refused as refused:
            again = registration_of(found.number)
            return shown(request, again or found, refusal=refused.problem, status=409)
    return shown(request, registration_of(found.number) or found)


def file_of(request: HttpRequest, found: Registration, form: str) -> HttpResponse:
    """Tickets as PDF, or the sessions as a calendar file."""
    page = request.build_absolute_uri(reverse("creative:event", args=[
        region_of(request).code, found.event.centre.code, found.event.code]))
    if form == "pdf" and found.tickets.filter(state=TicketState.VALID.value).exists():
        content, media = tickets_pdf(found, language()), "application/pdf"
    elif form == "pdf":
        return shown(request, found, refusal=problem("creative.ticket.none"), status=409)
    else:
        content, media = registration_calendar(found, page, language()), "text/calendar; charset=utf-8"
    return HttpResponse(content, content_type=media, headers={
        "Content-Disposition": f'attachment; filename="{found.number.lower()}.{form}"'})


def shown(request: HttpRequest, found: Registration, *, fresh: bool = False, refusal: Problem | None = None,
          status: int = 200) -> HttpResponse:
    """The registration as its visitor sees it."""
    zone, at = zone_of(found.region), now()
    place = place_in_line(found, at) if found.state == RegistrationState.WAITING else None
    tickets = list(tickets_of([found]))
    return render(request, "creative/registration.html", {
        "region": region_of(request), "centre": found.event.centre, "event": found.event, "found": found,
        "title": found.event.title_in(language()), "tone": TONES[found.state], "fresh": fresh, "refusal": refusal,
        "code": grouped(registration_code(found)), "rows": seats_words(found, place, zone),
        "next": message(f"creative.registration.next.{found.state}"), "answers": answers_of(found),
        "sessions": [session_row(one, zone) for one in sessions_of(found.event)],
        "tickets": ticket_rows(tickets, at), "valid": any(one.state == TicketState.VALID for one in tickets),
        "live": found.state in LIVE and found.event.state == "published",
        "offered": found.state == RegistrationState.OFFERED, "cancelled": found.event.state == "cancelled",
        "message": found.event.message if found.state == RegistrationState.CONFIRMED else "",
        "certificates": own_certificates(found), "sample": sample_of(found.event.centre)}, status=status)


def _visitor(request: HttpRequest) -> Actor:
    return Actor(name=words("creative.registration.actor", "id"), ip=address_of(request))

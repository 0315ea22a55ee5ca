"""One registration at the desk: its visitor, answers, tickets, what can be done; and one entered by the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.access_events import registration_for
from sepadan.creative.desk import desk_page
from sepadan.creative.event_names import LIVE, RegistrationState
from sepadan.creative.models import Registration, Ticket
from sepadan.creative.queries.ecosystem import sector_words
from sepadan.creative.queries.events import tickets_of
from sepadan.creative.services.registrations import (
    approve_registration,
    cancel_registration,
    place_in_line,
    prefer_registration,
    refuse_registration,
    registration_code,
)
from sepadan.creative.services.tickets import COMPANIONS, reissue_ticket, revoke_ticket
from sepadan.creative.views.event_shown import TONES, answers_of, seats_words, ticket_rows
from sepadan.creative.views.events_desk import version_of
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import (
    actor_of,
    grouped,
    history_shown,
    language,
    needs,
    now,
    permitted,
    person_of,
    region_of,
    zone_of,
)


@never_cache
@require_safe
@needs("creative.read")
def registration(request: HttpRequest, kode: str, registration_id: int) -> HttpResponseBase:
    """Who it is, where it stands, what can be done, everything that happened."""
    return page_of(request, registration_for(request.user, region_of(request), registration_id))


def page_of(request: HttpRequest, found: Registration, *, refusal: Problem | None = None,
            status: int = 200) -> HttpResponse:
    region, zone, at = region_of(request), zone_of(region_of(request)), now()
    place = place_in_line(found, at) if found.state == RegistrationState.WAITING else None
    return desk_page(request, "creative/registration_desk.html", {
        "region": region, "found": found, "event": found.event, "title": found.event.title_in(language()),
        "tone": TONES[found.state], "refusal": refusal, "rows": [*seats_words(found, place, zone), *facts(found)],
        "answers": answers_of(found), "tickets": ticket_rows(list(tickets_of([found])), at, codes=0),
        "code": grouped(registration_code(found)), "live": found.state in LIVE,
        "approval": found.state == RegistrationState.APPROVAL,
        "waiting": found.state in (RegistrationState.WAITING, RegistrationState.APPROVAL),
        "confirmed": found.state == RegistrationState.CONFIRMED, "priorities": range(-3, 4),
        "may": permitted(person_of(request), region, "creative.write"),
        "history": history_shown(found, zone, language())}, status=status)


def facts(found: Registration) -> list[tuple[str, Any]]:
    """What the visitor told, what was not told left out."""
    def said(value: bool) -> Any:
        return message(f"creative.{'yes' if value else 'no'}")

    rows: list[tuple[str, Any]] = [
        ("creative.registration.companions", ", ".join(found.answers.get(COMPANIONS, []))),
        ("creative.registration.contact", found.contact),
        ("creative.registration.minor.short", said(True) if found.minor else ""),
        ("creative.registration.guardian_name", found.guardian_name),
        ("creative.registration.guardian_contact", found.guardian_contact),
        ("creative.registration.sector", sector_words(found.sector) if found.sector else ""),
        ("creative.registration.kecamatan", found.kecamatan),
        ("creative.registration.priority", found.priority or ""),
        ("creative.consent.photographs.short", said(found.photographs)),
        ("creative.consent.name.short", said(found.name_on_certificate)),
        ("creative.consent.to", found.agreed_to)]
    return [(key, value) for key, value in rows if value != ""]


@never_cache
@require_POST
@needs("creative.write")
def act(request: HttpRequest, kode: str, registration_id: int) -> HttpResponseBase:
    """Do what the button says on the version that was seen."""
    found = registration_for(request.user, region_of(request), registration_id, action="creative.write")
    acts, name = _acts(request, found), request.POST.get("act", "")
    if name not in acts:
        raise Http404
    try:
        with transaction.atomic():
            acts[name]()
    except Refused as refused:
        again = registration_for(request.user, region_of(request), registration_id)
        return page_of(request, again, refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.registration.did.{name}", language()))
    return redirect("creative:registration_desk", kode=kode, registration_id=registration_id)


def _acts(request: HttpRequest, found: Registration) -> dict[str, Callable[[], object]]:
    note = request.POST.get("note", "").replace("\0", "")[:500]
    how: dict[str, Any] = {"actor": actor_of(request), "now": now()}
    seen: dict[str, Any] = {"version": version_of(request), **how}
    raw = request.POST.get("priority", "")
    priority = int(raw) if raw.lstrip("-").isdecimal() and len(raw) < 4 else 0

    def ticket() -> Ticket:
        key = request.POST.get("ticket", "")
        one = tickets_of([found]).filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
        if one is None:
            raise Http404
        return one

    return {
        "approve": lambda: approve_registration(found, **seen),
        "refuse": lambda: refuse_registration(found, reason=note, **seen),
        "cancel": lambda: cancel_registration(found, reason=note, **how),
        "prefer": lambda: prefer_registration(found, priority=priority, reason=note, **seen),
        "revoke": lambda: revoke_ticket(ticket(), note, **how),
        "reissue": lambda: reissue_ticket(ticket(), note, **how),
    }

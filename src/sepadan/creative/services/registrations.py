"""Registering for an event without an account, and everything that becomes of a registration afterwards.

``register`` gives seats at once where they are free and nobody is in line, else a place in the line; where somebody
decides it waits for that. The same request sent twice (``request_key``) is one registration. A seat that is freed is
offered at once to who is next (``services/seats.py``). No act sells a seat twice: acts on one event stand in a row
(``locked_event``), and the database counts again.

A registration is opened by its number and a code over it (``registration_code``), as bookings are. Nothing personal
enters the audit record: it names the registration by its number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from sepadan.creative.engine.waiting import Line, accept
from sepadan.creative.event_names import LIVE, EventState, Registering, RegistrationState
from sepadan.creative.models import Event, Registration
from sepadan.creative.queries.events import live_of_contact, sessions_of
from sepadan.creative.services.events import last_moment, locked_event
from sepadan.creative.services.seats import advance, id_of, line_of, put
from sepadan.creative.services.tickets import COMPANIONS, companions_of, issue_tickets, revoke_tickets
from sepadan.ground.messages import render
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    NumberPeriod,
    code_opens,
    current_region,
    open_series,
    paper_code,
    record,
    take_number,
    zone_of,
)

REGISTRATIONS = ("creative.registration", "Pendaftaran acara", "ACR-{year}-{number:6}", NumberPeriod.YEAR)
AGREED_TO = "2026-11"
"""The wording of the consent that is shown (``creative.consent.*``); another wording is another date."""
MOST_OF_CONTACT = 3
"""Live registrations of one event under one telephone number or address: a family, not a trader in seats."""
LONGEST_LINE = 1_000
SENT_BEFORE = "creative.registration.sent_before"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor sends. ``answers`` were read by ``engine/questions.py``; ``agreed``: to what is kept and why."""

    name: str
    contact: str
    seats: int = 1
    companions: Sequence[str] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    sector: str = ""
    kecamatan: str = ""
    language: str = "id"
    agreed: bool = False
    photographs: bool = False
    name_on_certificate: bool = False
    minor: bool = False
    guardian_name: str = ""
    guardian_contact: str = ""
    guardian_agreed: bool = False
    request_key: str = ""

    def digest(self) -> str:
        """What makes two requests with one key the same."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


def registration_code(registration: Registration) -> str:
    """The code on a visitor's receipt; with the number it opens the registration, and nothing else does."""
    return paper_code("registration", registration.region.code, registration.number,
                      registration.received_at.isoformat())


def opens_registration(registration: Registration | None, typed: str) -> bool:
    """Takes the same time whatever was typed, and with no registration at all."""
    return code_opens(None if registration is None else registration_code(registration), typed)


def register(event: Event, wanted: Wanted, *, actor: Actor, now: datetime, today: date,
             by_desk: bool = False) -> Registration:
    """A registration in the state that the seats allow. Raises Refused: closed, unsound, too many, or a key reused."""
    if found := _known(event, wanted):
        return found
    try:
        with transaction.atomic():
            return _register(event, wanted, actor, now, today, by_desk)
    except IntegrityError as fault:
        if "registration_request_key_once" not in str(fault):
            raise
    again = _known(event, wanted)
    if again is None:
        raise refuse("creative.booking.try_again")
    return again


def _known(event: Event, wanted: Wanted) -> Registration | None:
    if not wanted.request_key:
        return None
    found = Registration.objects.select_related("event", "region").filter(request_key=wanted.request_key).first()
    if found is not None and (found.request_digest != wanted.digest() or found.event_id != event.pk):
        raise refuse(SENT_BEFORE, where=found.number, number=found.number, remedy=f"{SENT_BEFORE}.remedy")
    return found


def _register(event: Event, wanted: Wanted, actor: Actor, now: datetime, today: date, by_desk: bool) -> Registration:
    held = locked_event(event)
    if found := _known(held, wanted):  # its twin held the event until now
        return found
    check_open(held, now, by_desk=by_desk)
    check_wanted(held, wanted)
    minor = wanted.minor or held.minors
    contact = (wanted.guardian_contact if minor else wanted.contact).strip()[:160]  # a child is not reached directly
    if not by_desk and live_of_contact(held, contact, [one.value for one in LIVE]) >= MOST_OF_CONTACT:
        raise refuse("creative.registration.many", most=MOST_OF_CONTACT, remedy="creative.registration.many.remedy")
    advance(held, now)
    state = RegistrationState.APPROVAL if held.registration == Registering.APPROVAL \
        else seat_or_line(line_of(held, now), wanted.seats)
    answers = dict(wanted.answers)
    if companions := companions_of(wanted.companions, wanted.seats):
        answers[COMPANIONS] = companions
    open_series(*REGISTRATIONS)
    made = Registration.objects.create(
        event=held, number=take_number(current_region(), REGISTRATIONS[0], today), name=wanted.name.strip()[:120],
        contact=contact, seats=wanted.seats, answers=answers, sector=wanted.sector[:30],
        kecamatan=wanted.kecamatan[:80], language=wanted.language[:2], state=state.value, received_at=now,
        decided_at=now if state is RegistrationState.CONFIRMED else None, agreed_at=now, agreed_to=AGREED_TO,
        photographs=wanted.photographs, name_on_certificate=wanted.name_on_certificate,
        minor=minor, guardian_name=wanted.guardian_name.strip()[:120],
        guardian_contact=wanted.guardian_contact.strip()[:160],
        guardian_agreed_at=now if wanted.guardian_agreed else None, request_key=wanted.request_key or None,
        request_digest=wanted.digest() if wanted.request_key else "", changed_at=now, changed_by=actor.name[:120])
    if state is RegistrationState.CONFIRMED:
        issue_tickets(made, now=now)
    record(actor, "creative.audit.registered", made, now=now,
           after={"event": held.code, "seats": made.seats, "state": made.state})
    if state is RegistrationState.WAITING and advance(held, now):
        made.refresh_from_db()
    return made


def seat_or_line(line: Line, seats: int) -> RegistrationState:
    """Confirmed where *seats* are free and nobody waits for them; else in line. Raises Refused on an endless line.

    A party that waits for more seats than there are (the capacity was lowered) holds up nobody.
    """
    if line.free >= seats and not any(one.seats <= line.capacity for one in line.waiting):
        return RegistrationState.CONFIRMED
    if seats > line.capacity:
        raise refuse("creative.waiting.seats", seats=seats, capacity=line.capacity)
    if len(line.waiting) >= LONGEST_LINE:
        raise refuse("creative.registration.line_full", most=LONGEST_LINE)
    return RegistrationState.WAITING


def check_open(event: Event, now: datetime, *, by_desk: bool = False) -> None:
    """Raises Refused when nobody can register (any more). The desk may still do so after the closing."""
    if event.state != EventState.PUBLISHED:
        raise refuse("creative.registration.not_public", where=event.code, state=event.state_label)
    if event.registration == Registering.NONE:
        raise refuse("creative.registration.none", where=event.code)
    ends = last_moment(sessions_of(event), now)
    if ends is None or ends <= now:
        raise refuse("creative.registration.over", where=event.code)
    if by_desk:
        return
    zone = zone_of(event.region)
    if event.opens_at is not None and now < event.opens_at:
        local = event.opens_at.astimezone(zone)
        raise refuse("creative.registration.early", on=local.date(), at=f"{local:%H.%M}")
    if event.closes_at is not None and now >= event.closes_at:
        raise refuse("creative.registration.closed", on=event.closes_at.astimezone(zone).date(),
                     remedy="creative.registration.closed.remedy")


def check_wanted(event: Event, wanted: Wanted) -> None:
    """Raises Refused on what no free seat could make good."""
    if not wanted.name.strip() or not (wanted.contact.strip() or wanted.guardian_contact.strip()):
        raise refuse("creative.registration.unnamed", remedy="creative.registration.unnamed.remedy")
    if not 1 <= wanted.seats <= event.groups_to:
        raise refuse("creative.registration.seats", most=event.groups_to)
    if not wanted.agreed:
        raise refuse("creative.registration.not_agreed", remedy="creative.registration.not_agreed.remedy")
    if (wanted.minor or event.minors) and not (
            wanted.guardian_name.strip() and wanted.guardian_contact.strip() and wanted.guardian_agreed):
        raise refuse("creative.registration.guardian", remedy="creative.registration.guardian.remedy")


def accept_offer(registration: Registration, *, actor: Actor, now: datetime) -> Registration:
    """The visitor takes the seats that were offered. Raises Refused when the offer ran out: then the next have it."""
    event, row = _held(registration)
    advance(event, now)  # a late offer lapses before anybody can take it
    row.refresh_from_db()
    if event.state != EventState.PUBLISHED:
        raise refuse("creative.registration.not_public", where=event.code, state=event.state_label)
    accept(line_of(event, now), id_of(row), now)
    return _confirm(row, actor, now, "creative.audit.seat_taken")


def cancel_registration(registration: Registration, *, actor: Actor, now: datetime, reason: str = "") -> Registration:
    """The seats are free for the next; tickets fall. A second time changes nothing. Raises Refused when it ended
    otherwise."""
    event, row = _held(registration)
    if row.state == RegistrationState.CANCELLED:
        return row
    if row.state not in LIVE:
        raise refuse("creative.registration.ended", where=row.number, state=row.state_label)
    row.reason = reason.strip()[:500]
    put(row, RegistrationState.CANCELLED, actor, now, fields=("reason",))
    revoke_tickets(row, render("creative.registration.state.cancelled", "id"), now=now)
    record(actor, "creative.audit.registration_cancelled", row, now=now, reason=row.reason, after={"seats": row.seats})
    advance(event, now)
    return row


def approve_registration(registration: Registration, *, version: int, actor: Actor, now: datetime) -> Registration:
    """Somebody decides for a registration: seats where they are free and nobody waits, else a place in the line."""
    event, row = _held(registration, version)
    if row.state != RegistrationState.APPROVAL:
        raise refuse("creative.registration.decided", where=row.number, state=row.state_label)
    check_open(event, now, by_desk=True)
    advance(event, now)
    state = seat_or_line(line_of(event, now), row.seats)
    if state is RegistrationState.CONFIRMED:
        return _confirm(row, actor, now, "creative.audit.registration_approved")
    row.decided_at = now
    put(row, state, actor, now, fields=("decided_at",))
    record(actor, "creative.audit.registration_approved", row, now=now, after={"state": row.state})
    if advance(event, now):
        row.refresh_from_db()
    return row


def refuse_registration(registration: Registration, *, version: int, reason: str, actor: Actor,
                        now: datetime) -> Registration:
    """Somebody decides against a registration, with a reason that the visitor reads."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=registration.number)
    event, row = _held(registration, version)
    if row.state not in LIVE:
        raise refuse("creative.registration.decided", where=row.number, state=row.state_label)
    row.reason, row.decided_at = reason.strip()[:500], now
    put(row, RegistrationState.REFUSED, actor, now, fields=("reason", "decided_at"))
    revoke_tickets(row, row.reason, now=now)
    record(actor, "creative.audit.registration_refused", row, now=now, reason=row.reason, after={"seats": row.seats})
    advance(event, now)
    return row


def prefer_registration(registration: Registration, *, version: int, priority: int, reason: str, actor: Actor,
                        now: datetime) -> Registration:
    """Move a waiting party forward or back: a higher priority comes first. With a reason, since others see the order.
    """
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=registration.number)
    _, row = _held(registration, version)
    if row.state not in (RegistrationState.WAITING, RegistrationState.APPROVAL):
        raise refuse("creative.registration.decided", where=row.number, state=row.state_label)
    before, row.priority = row.priority, max(-9, min(9, priority))
    put(row, RegistrationState(row.state), actor, now, fields=("priority",))
    record(actor, "creative.audit.registration_preferred", row, now=now, reason=reason.strip()[:500],
           before={"priority": before}, after={"priority": row.priority})
    return row


def place_in_line(registration: Registration, now: datetime) -> int | None:
    """The place of a waiting registration, from 1."""
    return line_of(registration.event, now).place(id_of(registration))


def _held(registration: Registration, version: int | None = None) -> tuple[Event, Registration]:
    """The event, then the registration, locked; as the person saw it where *version* is given."""
    event = locked_event(registration.event)
    row = Registration.objects.select_for_update(of=("self",)).select_related("event__centre", "region").get(
        pk=registration.pk)
    if version is not None and row.version != version:
        local = row.changed_at.astimezone(zone_of(row.region))
        raise refuse("creative.booking.changed", where=row.number, remedy="creative.booking.changed.remedy",
                     who=row.changed_by, on=local.date(), at=f"{local:%H.%M}", state=row.state_label)
    return event, row


def _confirm(row: Registration, actor: Actor, now: datetime, action: str) -> Registration:
    row.decided_at = now
    put(row, RegistrationState.CONFIRMED, actor, now, fields=("decided_at",))
    issue_tickets(row, now=now)
    record(actor, action, row, now=now, after={"seats": row.seats, "state": row.state})
    return row


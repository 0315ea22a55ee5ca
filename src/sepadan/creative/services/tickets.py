"""Tickets: one for each seat of a confirmed registration, with a random code; revoked with a reason, issued anew.

The code is drawn from the operating system's randomness (60 bits of Crockford's letters): it can neither be guessed nor
derived from a number. What a door checks is the signed text around it (``services/ticket_signing.py``).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sepadan.creative.event_names import RegistrationState, TicketState
from sepadan.creative.models import Registration, Ticket
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
COMPANIONS = "_companions"
"""Names of those who come along, among the answers: an organiser's question never has this code."""


def issue_tickets(registration: Registration, *, now: datetime) -> list[Ticket]:
    """A ticket for each seat that has none. The first is the registrant's, the others carry the names that came."""
    names = [registration.name, *registration.answers.get(COMPANIONS, [])]
    had = set(registration.tickets.filter(state=TicketState.VALID.value).values_list("ordinal", flat=True))
    return Ticket.objects.bulk_create(
        Ticket(registration=registration, ordinal=ordinal, code=draw_code(), issued_at=now,
               holder_name=names[ordinal - 1] if ordinal <= len(names) else "")
        for ordinal in range(1, registration.seats + 1) if ordinal not in had)


def revoke_tickets(registration: Registration, reason: str, *, now: datetime) -> int:
    """Every valid ticket of a registration. Returns how many."""
    return registration.tickets.filter(state=TicketState.VALID.value).update(
        state=TicketState.REVOKED.value, revoked_at=now, reason=reason[:300])


def revoke_ticket(ticket: Ticket, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """One ticket, such as a lost one. Its seat stays with the registration. Raises Refused when it is revoked."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=ticket.code)
    row = Ticket.objects.select_for_update(of=("self",)).select_related("registration").get(pk=ticket.pk)
    if row.state != TicketState.VALID:
        raise refuse("creative.ticket.revoked_already", where=row.code)
    row.state, row.revoked_at, row.reason = TicketState.REVOKED.value, now, reason.strip()[:300]
    row.save(update_fields=["state", "revoked_at", "reason"])
    record(actor, "creative.audit.ticket_revoked", row, now=now, reason=row.reason,
           after={"number": row.registration.number, "ordinal": row.ordinal})
    return row


def reissue_ticket(ticket: Ticket, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """A new ticket in the place of *ticket*, which is revoked where it was not. Raises Refused without a seat."""
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=ticket.registration_id)
    if registration.state != RegistrationState.CONFIRMED:
        raise refuse("creative.ticket.no_seat", where=registration.number, state=registration.state_label)
    current = registration.tickets.filter(ordinal=ticket.ordinal, state=TicketState.VALID.value).first()
    if current is not None:
        revoke_ticket(current, reason, actor=actor, now=now)
    made = Ticket.objects.create(registration=registration, ordinal=ticket.ordinal, holder_name=ticket.holder_name,
                                 code=draw_code(), issued_at=now)
    record(actor, "creative.audit.ticket_reissued", made, now=now, reason=reason.strip()[:500],
           after={"number": registration.number, "ordinal": made.ordinal, "instead_of": ticket.code})
    return made


def companions_of(names: Sequence[str], seats: int) -> list[str]:
    """Names of those who come along, one for each further seat at most."""
    plain = [text for one in names if (text := one.replace("\0", "").strip()[:120])]
    return plain[:max(0, seats - 1)]


def draw_code() -> str:
    """A code that nobody can guess: twelve of Crockford's letters."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))

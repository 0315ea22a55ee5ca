"""The seats of an event as the line of ``engine/waiting.py``: read from the rows, and what an act changed written back.

Whoever gives out or frees a seat holds the event (``services/events.locked_event``): acts on one event stand in a row,
so that what the engine says of a line is still true when it is written. Beneath it the database counts again and
refuses whatever would exceed the capacity, by whichever path a row comes (migration 0007). An offer takes its seats
until it is *marked* as lapsed; so neither a restart nor a clock that is set back gives a seat twice: a late sweep only
offers later.

Confirmed registrations enter the line as one sum: the engine needs no more of them, and an event has thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Sum

from sepadan.creative.engine.waiting import Line, Offer, Party, offer
from sepadan.creative.event_names import EventState, RegistrationState
from sepadan.creative.models import Event, Registration
from sepadan.creative.queries.events import offers_due, sessions_of
from sepadan.creative.services.events import EventDraft, last_moment, locked_event, rewrite_event
from sepadan.records.public import Actor, record

SYSTEM = Actor(name="sepadan")
ENDLESS = 10**9  # an event without a capacity
CONFIRMED = "confirmed"


def line_of(event: Event, now: datetime) -> Line:
    """The line of *event*, which the caller holds."""
    confirmed = event.registrations.filter(state=RegistrationState.CONFIRMED.value).order_by().aggregate(
        all=Sum("seats"))["all"] or 0
    rows = list(event.registrations.filter(state__in=[RegistrationState.OFFERED.value,
                                                      RegistrationState.WAITING.value]).order_by("id"))
    return Line(
        ENDLESS if event.capacity is None else event.capacity, {CONFIRMED: confirmed} if confirmed else {},
        tuple(Offer(party_of(one), one.offered_at or one.received_at, one.offered_until) for one in rows
              if one.state == RegistrationState.OFFERED and one.offered_until is not None),
        tuple(party_of(one) for one in rows if one.state == RegistrationState.WAITING),
        lasts=timedelta(hours=event.offer_hours), closes_at=last_moment(sessions_of(event), now) or now)


def party_of(one: Registration) -> Party:
    return Party(id_of(one), one.received_at, one.seats, one.priority, one.passed)


def id_of(one: Registration) -> str:
    """As text that sorts like the number, since the engine breaks a tie by it."""
    return f"{one.pk:012d}"


def advance(event: Event, now: datetime) -> list[Registration]:
    """Let run out what is past its time and offer what is free, in order. The caller holds *event*.

    Returns the registrations that were offered seats. Of a cancelled or ended event nothing is offered any more.
    """
    before = line_of(event, now)
    if event.state != EventState.PUBLISHED or not (before.offers or before.waiting):
        return []
    after = offer(before, now)
    if after is before:
        return []
    changed = {int(one.id): one for one in (*after.waiting, *after.lapsed)}
    offers = {int(one.party.id): one for one in after.offers}
    rows = event.registrations.filter(pk__in=[*changed, *offers]).select_related("event")
    offered = []
    for row in sorted(rows, key=lambda one: (one.pk in offers, one.pk)):  # what frees seats is written first
        if row.pk in offers and row.state == RegistrationState.WAITING:
            made = offers[row.pk]
            row.offered_at, row.offered_until = made.made_at, made.until
            put(row, RegistrationState.OFFERED, SYSTEM, now, fields=("offered_at", "offered_until"))
            record(SYSTEM, "creative.audit.seat_offered", row, now=now,
                   after={"seats": row.seats, "until": made.until.isoformat()})
            offered.append(row)
        elif row.state == RegistrationState.OFFERED and row.pk in changed:
            put(row, RegistrationState.LAPSED, SYSTEM, now)
            record(SYSTEM, "creative.audit.seat_lapsed", row, now=now, after={"seats": row.seats})
        elif row.pk in changed and changed[row.pk].passed != row.passed:
            row.passed = changed[row.pk].passed
            row.save(update_fields=["passed"])
    return offered


def put(row: Registration, state: RegistrationState, actor: Actor, now: datetime, *,
        fields: Sequence[str] = ()) -> None:
    """Save *row* in *state* with a higher version."""
    row.state, row.version = state.value, row.version + 1
    row.changed_at, row.changed_by = now, actor.name[:120]
    row.save(update_fields=["state", "version", "changed_at", "changed_by", *fields])


def change_event(event: Event, draft: EventDraft, *, version: int, actor: Actor, now: datetime) -> Event:
    """Change an event; what a larger capacity frees is offered at once. Raises Refused."""
    held = rewrite_event(event, draft, version=version, actor=actor, now=now)
    advance(held, now)
    return held


def sweep_offers(now: datetime) -> int:
    """Every event of the region in scope in which an offer ran out: the next are offered. Returns how many offers."""
    made = 0
    for key in offers_due(now):
        made += len(advance(locked_event(Event(pk=key)), now))
    return made


def free_seats(event: Event, taken: int) -> int | None:
    """Seats that nobody has or is offered; None without a capacity."""
    return None if event.capacity is None else max(0, event.capacity - taken)

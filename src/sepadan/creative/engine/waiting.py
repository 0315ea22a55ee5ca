"""A waiting list whose offers run out: who is offered free seats next, and never more seats than there are.

Idea: a line is a value; each act gives a new one. ``offer`` is the only act that hands out seats: it lets run out what
is past its time, then walks the line by (priority, time of joining) and offers whole parties what is free. A group that
is too large for what is free is passed over; after ``ROUNDS`` rounds in which somebody else was offered seats in its
stead it goes to the head, and nobody is offered anything before it. So it is overtaken at most ``ROUNDS`` times.
``walk`` is that round by itself, for lines whose parties want other things than seats (``space_line.py``).

It holds whatever the clock does: confirmed + live offers <= capacity after every ``offer``, and an offer that ran out
does not come back when the clock is set back. A capacity lowered below what is confirmed throws nobody out; it only
stops offers. Moments carry a zone; ``now`` is an argument. Who lapsed or declined is out of the line and may join anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sepadan.ground.problems import refuse

ROUNDS = 3
LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Party:
    """Who waits, with how many seats; a higher ``priority`` comes first. ``passed``: rounds when overtaken."""

    id: str
    joined_at: datetime
    seats: int = 1
    priority: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Seats kept for a party until a moment (excluded)."""

    party: Party
    made_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """Everybody who is in, was offered seats, waits, or let an offer lapse. ``closes_at``: the end of offers."""

    capacity: int
    confirmed: Mapping[str, int] = field(default_factory=dict)  # party -> seats
    offers: tuple[Offer, ...] = ()
    waiting: tuple[Party, ...] = ()
    lapsed: tuple[Party, ...] = ()
    lasts: timedelta = LASTS
    rounds: int = ROUNDS
    closes_at: datetime | None = None

    @property
    def taken(self) -> int:
        """Seats that are confirmed or offered."""
        return sum(self.confirmed.values()) + sum(one.party.seats for one in self.offers)

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)

    def holds(self, id: str) -> bool:
        return id in self.confirmed or any(one.party.id == id for one in self.offers) \
            or any(one.id == id for one in self.waiting)

    def order(self) -> list[Party]:
        """Who comes next."""
        return in_order(self.waiting, self.rounds)

    def place(self, id: str) -> int | None:
        """The place in the line, from 1; None when not waiting."""
        return next((place for place, one in enumerate(self.order(), 1) if one.id == id), None)


def join(line: Line, party: Party) -> Line:
    """*party* at its place. Raises Refused when it is in already, or larger than the room."""
    if line.holds(party.id):
        raise refuse("creative.waiting.twice", where=party.id)
    if not 1 <= party.seats <= line.capacity:
        raise refuse("creative.waiting.seats", where=party.id, seats=party.seats, capacity=line.capacity)
    return replace(line, waiting=(*line.waiting, replace(party, passed=0)),
                   lapsed=tuple(one for one in line.lapsed if one.id != party.id))


def offer(line: Line, now: datetime) -> Line:
    """One round: what ran out by *now* lapses, and what is free is offered in order. The same line when nothing is due.

    Groups larger than the capacity (which was lowered) are passed over for good and hold up nobody.
    """
    line = lapse(line, now)
    if line.closes_at is not None and now >= line.closes_at:
        return line
    until = now + line.lasts if line.closes_at is None else min(now + line.lasts, line.closes_at)
    free = line.free

    def fits(party: Party, made: Sequence[Party]) -> bool:
        return party.seats + sum(one.seats for one in made) <= free

    made, kept = walk(line.order(), fits, rounds=line.rounds, able=lambda party: party.seats <= line.capacity)
    if not made:
        return line
    return replace(line, offers=(*line.offers, *(Offer(one, now, until) for one in made)), waiting=kept)


def in_order(parties: Iterable[Party], rounds: int = ROUNDS) -> list[Party]:
    """Who comes next: those overtaken too often, then by priority and time."""
    return sorted(parties, key=lambda one: (one.passed < rounds, -one.priority, one.joined_at, one.id))


def walk(order: Sequence[Party], fits: Callable[[Party, Sequence[Party]], bool], *, rounds: int = ROUNDS,
         contend: Callable[[Party, Party], bool] = lambda one, other: True,
         able: Callable[[Party], bool] = lambda party: True) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """One round over *order*: who is offered what is free, and who is kept, those overtaken with one more ``passed``.

    ``fits(party, made)``: whether the party fits beside what is taken and those offered before it in this round.
    ``contend``: whether two parties want something that both cannot have; who does not contend overtakes nobody.
    ``able``: whether the party could be served at all; who could not holds up nobody and is not counted.
    """
    made: list[Party] = []
    kept: list[Party] = []
    overtaken: set[str] = set()
    for party in order:
        ahead = [one for one in kept if able(one) and contend(one, party)]
        if fits(party, made) and not any(one.passed >= rounds for one in ahead):
            made.append(party)
            overtaken |= {one.id for one in ahead}
        else:
            kept.append(party)
    return tuple(made), tuple(replace(one, passed=one.passed + (one.id in overtaken)) for one in kept)


def lapse(line: Line, now: datetime) -> Line:
    """Offers past their time lapse; nobody is offered anything yet."""
    late = [one for one in line.offers if one.until <= now]
    if not late:
        return line
    return replace(line, offers=tuple(one for one in line.offers if one.until > now),
                   lapsed=(*line.lapsed, *(one.party for one in late)))


def accept(line: Line, id: str, now: datetime) -> Line:
    """The party takes its offer. Raises Refused when it has none, or when it ran out."""
    found = next((one for one in line.offers if one.party.id == id), None)
    if found is None:
        key = "lapsed" if any(one.id == id for one in line.lapsed) else "no_offer"
        raise refuse(f"creative.waiting.{key}", where=id, remedy="creative.waiting.rejoin.remedy")
    if found.until <= now:
        raise refuse("creative.waiting.lapsed", where=id, remedy="creative.waiting.rejoin.remedy")
    return replace(line, offers=tuple(one for one in line.offers if one is not found),
                   confirmed={**line.confirmed, id: found.party.seats})


def leave(line: Line, id: str) -> Line:
    """A confirmed party cancels, an offer is declined, or somebody stops waiting. Raises Refused on a stranger."""
    if not line.holds(id):
        raise refuse("creative.waiting.stranger", where=id)
    return replace(line, confirmed={one: seats for one, seats in line.confirmed.items() if one != id},
                   offers=tuple(one for one in line.offers if one.party.id != id),
                   waiting=tuple(one for one in line.waiting if one.id != id))

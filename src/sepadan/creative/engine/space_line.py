"""The line for spaces: who is offered a slot that became free, when parties want units for spans of time.

Idea: the same round as in ``waiting.py``, with other goods. A party takes units for spans (buffers counted); it is
offered whatever it wants, all of it, or nothing. Two parties contend when they want one unit at overlapping times: only
then does one overtake the other. So a wish for the whole hall that was overtaken three times by wishes for half A keeps
half A free until half B is free too, and holds up nobody who wants the studio.

A party closes at a moment: later nobody would have time to answer. Who wants something in the past, or after its
closing, is no longer able to be served, and holds up nobody. Pure: moments carry a zone, ``now`` is an argument.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.waiting import ROUNDS, Party, in_order, walk

Takes = Mapping[Hashable, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Queued:
    """A party in line for units. ``closes_at``: from then on it is offered nothing."""

    party: Party
    takes: Takes
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A party whose turn it is, until a moment (excluded)."""

    queued: Queued
    until: datetime


def meet(takes: Takes, other: Takes) -> bool:
    """Whether both take one unit at overlapping times."""
    return any(one.meets(another) for unit, spans in takes.items() for one in spans for another in other.get(unit, ()))


def line_of(queue: Iterable[Queued], rounds: int = ROUNDS) -> list[Queued]:
    """*queue* in the order in which it is served."""
    rows = list(queue)
    by_id = {one.party.id: one for one in rows}
    return [by_id[party.id] for party in in_order((one.party for one in rows), rounds)]


def ahead_of(queue: Iterable[Queued], wanted: Takes, busy: Takes, now: datetime, rounds: int = ROUNDS) -> list[Queued]:
    """Who in line goes before somebody who comes now and wants *wanted*: those who contend with it and could have what
    they want at once, or were overtaken too often. Empty: the newcomer may have it."""
    return [one for one in line_of(queue, rounds) if now < one.closes_at and meet(one.takes, wanted)
            and (one.party.passed >= rounds or not meet(one.takes, busy))]


def overtaken_by(queue: Iterable[Queued], wanted: Takes, now: datetime) -> list[Queued]:
    """Who in line is overtaken when *wanted* is given away past them."""
    return [one for one in queue if now < one.closes_at and meet(one.takes, wanted)]


def turns(queue: Iterable[Queued], busy: Takes, now: datetime, *, lasts: timedelta, rounds: int = ROUNDS
          ) -> tuple[list[Turn], dict[str, int]]:
    """One round: whose turn it is now, and the new count of rounds of those who were overtaken in it, by party.

    *busy*: what is taken per unit. After it, what the turns take meets neither *busy* nor each other.
    """
    by_id = {one.party.id: one for one in queue}

    def fits(party: Party, made: Sequence[Party]) -> bool:
        takes = by_id[party.id].takes
        return (now < by_id[party.id].closes_at and not meet(takes, busy)
                and not any(meet(takes, by_id[one.id].takes) for one in made))

    made, kept = walk(in_order((one.party for one in by_id.values()), rounds), fits, rounds=rounds,
                      contend=lambda one, other: meet(by_id[one.id].takes, by_id[other.id].takes),
                      able=lambda party: now < by_id[party.id].closes_at)
    passed = {one.id: one.passed for one in kept if one.passed != by_id[one.id].party.passed}
    return [Turn(by_id[one.id], min(now + lasts, by_id[one.id].closes_at)) for one in made], passed

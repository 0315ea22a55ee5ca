"""Who attended which session, from what the doors read; and whether that is enough for a certificate.

Idea: a holder is inside from an entry until he goes out, or until the day of the event ends. He attended a session when
he was inside at some moment of it, or for at least the share *least* of it where a centre asks for more. Sessions that
begin on one local day are one *occasion*: doors begin anew with each, so that somebody who never scans himself out is
not shown twice at the class of the week after. A scan belongs to the occasion nearest in time, of two the earlier.

An entry with a ticket that had been revoked is no attendance. The share is an exact fraction of the sessions that
count: 4 of 5 is 0.8, and 0.8 is enough where 0.8 is needed. Times in UTC; the zone only says where a day begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction

from sepadan.creative.engine.doors import Doors, Reading, Shown, read_doors


@dataclass(frozen=True, slots=True)
class Session:
    """A session that takes place. ``number`` names it; ``counts``: for a certificate."""

    number: int
    starts_at: datetime
    ends_at: datetime
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Occasion:
    """The sessions of one day, in order. None for an event without sessions: everything is one occasion."""

    day: date | None
    sessions: tuple[Session, ...]

    @property
    def opens(self) -> datetime:
        return min((one.starts_at for one in self.sessions), default=datetime.min.replace(tzinfo=UTC))

    @property
    def closes(self) -> datetime:
        return max((one.ends_at for one in self.sessions), default=datetime.max.replace(tzinfo=UTC))

    def distance(self, at: datetime) -> timedelta:
        """How far *at* lies outside it."""
        return max(self.opens - at, at - self.closes, timedelta(0))


@dataclass(frozen=True, slots=True)
class Attendance:
    """``doors``: what the scans of each occasion mean. ``attended``: the numbers of the sessions by ticket."""

    doors: tuple[tuple[Occasion, Doors], ...]
    attended: Mapping[str, frozenset[int]]


def occasions(sessions: Iterable[Session], zone: tzinfo) -> tuple[Occasion, ...]:
    """Sessions by the local day on which they begin, in order; one empty occasion where there is none."""
    by_day: dict[date, list[Session]] = {}
    for one in sorted(sessions, key=lambda one: (one.starts_at, one.number)):
        by_day.setdefault(one.starts_at.astimezone(zone).date(), []).append(one)
    return tuple(Occasion(day, tuple(some)) for day, some in sorted(by_day.items())) or (Occasion(None, ()),)


def occasion_of(at: datetime, known: Sequence[Occasion]) -> Occasion:
    """The occasion nearest to *at*, the earlier of two."""
    return known[0] if len(known) == 1 else min(known, key=lambda one: (one.distance(at), one.opens))


def read_attendance(readings: Iterable[Reading], tickets: Mapping[str, datetime | None], sessions: Iterable[Session],
                    zone: tzinfo, *, least: Fraction = Fraction(0)) -> Attendance:
    """What *readings* (one for each scan) mean, day by day. *tickets*: every ticket and when it was revoked, if ever.

    *least*: the share of a session, from 0 to 1, for which somebody must be inside to have attended it.
    """
    known = occasions(sessions, zone)
    logs: dict[Occasion, dict[tuple[str, str], frozenset[Reading]]] = {one: {} for one in known}
    for one in readings:
        log = logs[occasion_of(one.at, known)]
        key = (one.device, one.nonce)
        log[key] = log.get(key, frozenset()) | {one}
    read = tuple((one, read_doors(logs[one], tickets)) for one in known)
    attended: dict[str, set[int]] = {}
    for occasion, doors in read:
        for ticket, spans in presences(doors.shown, occasion.closes).items():
            found = attended.setdefault(ticket, set())
            found.update(one.number for one in occasion.sessions if was_there(one, spans, least))
    return Attendance(read, {ticket: frozenset(some) for ticket, some in attended.items() if some})


def presences(shown: Iterable[Shown], closes: datetime) -> dict[str, list[tuple[datetime, datetime]]]:
    """The spans in which each ticket's holder was inside. Entries with a revoked ticket open none."""
    inside: dict[str, datetime] = {}
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for one in shown:
        ticket, at = one.reading.ticket, one.reading.at
        if one.meaning in ("first", "again") and not one.revoked:
            inside.setdefault(ticket, at)
        elif one.meaning == "out" and ticket in inside:
            spans.setdefault(ticket, []).append((inside.pop(ticket), at))
    for ticket, since in inside.items():
        spans.setdefault(ticket, []).append((since, max(since, closes)))
    return spans


def was_there(session: Session, spans: Iterable[tuple[datetime, datetime]], least: Fraction) -> bool:
    """Whether *spans* reach into *session*, and over at least the share *least* of it."""
    zero = timedelta(0)
    parts = [min(until, session.ends_at) - max(since, session.starts_at) for since, until in spans]
    if not any(part >= zero for part in parts):
        return False
    total = sum((part for part in parts if part > zero), zero)
    return Fraction(total // timedelta(microseconds=1)) >= least * (
        (session.ends_at - session.starts_at) // timedelta(microseconds=1))


def share(attended: int, counted: int) -> Fraction:
    """The share of the sessions that count; none of none is 0."""
    return Fraction(attended, counted) if counted else Fraction(0)


def is_enough(attended: int, counted: int, needed: Decimal) -> bool:
    """Whether *attended* of *counted* sessions reach the share *needed*. Without a session that counts nothing does."""
    return counted > 0 and share(attended, counted) >= Fraction(needed)

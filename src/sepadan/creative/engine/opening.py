"""When a centre, or one of its spaces, is open: hours by weekday, periods, pauses, closed days, days off by decree.

Idea: a day is open by the rows of its weekday that hold on it; of these only those of the highest ``rank`` count, a
space's own before the centre's (so the hours of Ramadan are rows of a higher rank with a first and last day, and other
hours on one day are rows of one day). From these hours fall out pauses (Friday prayer), closed days or hours, and days
off. ``shut`` answers whether a span is open and why not; ``nearest_open`` names the nearest spans of the same length.

Hours are local times of the centre's zone (Indonesian zones have no summer time); closing at 00:00 is the end of the
day, and hours over midnight are two rows that join. Buffers for setting up are the caller's: he asks for the longer
span. The period of Ramadan is data of the centre, not computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from sepadan.ground.messages import Message, message

DAY = timedelta(days=1)
FAR = 60  # days each way in which an open span is looked for


@dataclass(frozen=True, slots=True)
class Hours:
    """Open hours of one weekday (0 Monday), from ``valid_from`` to ``valid_to`` (both inclusive, None: no limit)."""

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_to: date | None = None
    rank: int = 0
    own: bool = False  # of the space itself, not of the whole centre
    reason: str = ""

    def holds(self, day: date) -> bool:
        return day.weekday() == self.weekday and within(day, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Pause:
    """Hours of a weekday in which nothing is held, although the centre is open: Friday prayer."""

    weekday: int
    begins: time
    ends: time
    reason: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Days on which it is closed (both inclusive); with ``begins`` and ``ends`` only those hours of each day."""

    first: date
    last: date
    reason: str
    begins: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when one space is open. ``days_off``: days off on which the centre closes, named."""

    zone: tzinfo
    hours: Sequence[Hours]
    pauses: Sequence[Pause] = ()
    closed: Sequence[Closed] = ()
    days_off: Mapping[date, Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to before ``end``."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def meets(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Shut:
    """The first part of what was asked that is not open, and why."""

    kind: Literal["no_hours", "outside", "pause", "closed", "day_off"]
    span: Span
    reason: Message


def within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def day_span(day: date, begins: time | None, ends: time | None, zone: tzinfo) -> Span:
    """The hours of a day; without them the whole day. An end at 00:00 is the end of the day."""
    start = datetime.combine(day, begins or time(), zone)
    whole = ends is None or ends == time()
    end = datetime.combine(day + DAY, time(), zone) if whole else datetime.combine(day, ends or time(), zone)
    return Span(start, end)


def open_hours(schedule: Schedule, day: date) -> list[Span]:
    """The hours of *day* before pauses and closures fall out, in order and joined."""
    held = [row for row in schedule.hours if row.holds(day)]
    top = max(((row.rank, row.own) for row in held), default=None)
    return join([day_span(day, row.opens, row.closes, schedule.zone) for row in held if (row.rank, row.own) == top])


def shut_parts(schedule: Schedule, day: date) -> list[Shut]:
    """What falls out of the hours of *day*: the day off first, then closures, then pauses."""
    found = []
    if name := schedule.days_off.get(day):
        found.append(Shut("day_off", day_span(day, None, None, schedule.zone),
                          message("creative.opening.day_off", day=day, name=name)))
    for row in schedule.closed:
        if within(day, row.first, row.last):
            span = day_span(day, row.begins, row.ends, schedule.zone)
            found.append(Shut("closed", span, message("creative.opening.closed", day=day, hours=_written(span),
                                                      reason=row.reason)))
    for pause in schedule.pauses:
        if day.weekday() == pause.weekday and within(day, pause.valid_from, pause.valid_to):
            span = day_span(day, pause.begins, pause.ends, schedule.zone)
            found.append(Shut("pause", span, message("creative.opening.pause", day=day, hours=_written(span),
                                                     reason=pause.reason)))
    return found


def open_spans(schedule: Schedule, first: date, last: date) -> list[Span]:
    """The open spans from *first* to *last* (both inclusive), joined over midnight."""
    found: list[Span] = []
    for day in days(first, last):
        found += take_out(open_hours(schedule, day), [one.span for one in shut_parts(schedule, day)])
    return join(found)


def shut(schedule: Schedule, start: datetime, end: datetime, *, over_nights: bool = False) -> Shut | None:
    """Why [*start*, *end*) is not open, or None. Of several reasons the earliest; on one moment the strongest.

    *over_nights*: something that stays up for days (an exhibition). Then its nights and pauses may be closed, but not
    the hours in which it begins and ends, nor a whole day of it.
    """
    asked = Span(start.astimezone(schedule.zone), end.astimezone(schedule.zone))
    first, last = asked.start.date(), (asked.end - timedelta(microseconds=1)).date()
    found: list[Shut] = []
    if over_nights and first != last:
        free = open_spans(schedule, first, last)
        found = [one for day in days(first, last) if not any(span.start.date() <= day <= last_day(span)
                                                             for span in free) for one in _of_day(schedule, day, asked)]
        edges = (Span(asked.start, asked.start + timedelta(minutes=1)), Span(asked.end - timedelta(minutes=1),
                                                                             asked.end))
        found += [one for edge in edges for one in _of_day(schedule, edge.start.date(), edge)]
    else:
        found = [one for day in days(first, last) for one in _of_day(schedule, day, asked)]
    return min(found, key=lambda one: max(one.span.start, asked.start), default=None)


def _of_day(schedule: Schedule, day: date, asked: Span) -> list[Shut]:
    """The faults of *asked* on one day, the strongest reason first: day off, closed, pause, outside the hours."""
    found = [one for one in shut_parts(schedule, day) if one.span.meets(asked)]
    hours = open_hours(schedule, day)
    whole = day_span(day, None, None, schedule.zone)
    for gap in take_out([whole], hours):
        if gap.meets(asked):
            kind: Literal["outside", "no_hours"] = "outside" if hours else "no_hours"
            written = ", ".join(_written(one) for one in hours)
            found.append(Shut(kind, gap, message(f"creative.opening.{kind}", day=day, hours=written)))
    return found


def nearest_open(schedule: Schedule, start: datetime, end: datetime, count: int = 1,
                 not_before: datetime | None = None, free: Sequence[Span] | None = None) -> list[Span]:
    """The *count* open spans of the same length nearest to what was asked, nearest first, of equals the later.

    One per open span, up to ``FAR`` days each way. *free* replaces the open spans (those that are also not taken).
    """
    asked = Span(start.astimezone(schedule.zone), end.astimezone(schedule.zone))
    around = asked.start.date()
    spans = open_spans(schedule, around - FAR * DAY, around + FAR * DAY) if free is None else free
    found = []
    for span in spans:
        low = max(span.start, not_before.astimezone(schedule.zone)) if not_before else span.start
        high = span.end - asked.length
        if low <= high:
            at = min(max(asked.start, low), high)
            found.append(Span(at, at + asked.length))
    return sorted(found, key=lambda one: (abs(one.start - asked.start), asked.start - one.start))[:count]


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def last_day(span: Span) -> date:
    return (span.end - timedelta(microseconds=1)).date()


def join(spans: Sequence[Span]) -> list[Span]:
    """*spans* in order, those that touch or overlap as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def take_out(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """*spans* without *others*, in order."""
    found = list(spans)
    for other in others:
        parts: list[Span] = []
        for span in found:
            if not span.meets(other):
                parts.append(span)
                continue
            if span.start < other.start:
                parts.append(Span(span.start, other.start))
            if other.end < span.end:
                parts.append(Span(other.end, span.end))
        found = parts
    return sorted(found, key=lambda one: one.start)


def _written(span: Span) -> str:
    """08.00-22.00; the end of the day as 24.00."""
    end = "24.00" if span.end.time() == time() else f"{span.end:%H.%M}"
    return f"{span.start:%H.%M}–{end}"

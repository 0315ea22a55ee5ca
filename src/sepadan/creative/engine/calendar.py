"""What fits into a calendar: buffers, shared units, the free starts, and the smallest change that would fit.

Idea: a booking of a space takes units (``models/spaces.py``): the hall takes halves A and B, half A itself, both the
goods lift while things are carried. A unit that is needed all the time is taken from the set-up before the event to the
clear-down after it; a unit for carrying only in those two pieces. Two bookings may coexist when no unit is taken twice.

For an event of given length each busy span [b, c) of a unit and each piece [start + p, start + q) of the event rule out
the starts between b - q and c - p, both ends free. What is left of the opening hours is exactly where the event may
begin: ``free_starts`` gives closed intervals without trying times one by one. The database alone decides in the end
(exclusion constraint); this proposes. Moments carry a zone; spans do not contain their end.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sepadan.creative.engine.opening import Span
from sepadan.creative.names import Hold
from sepadan.ground.messages import Message, message

STEP = timedelta(minutes=15)  # proposals begin on a quarter where one is free
SHORTEST = 4  # an event is proposed at most one part in this many shorter
Busy = Mapping[Hashable, Sequence[Span]]
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Bookable:
    """A space as the calendar sees it. ``opened`` are its open spans; events lie inside them, buffers need not."""

    code: str
    needs: Mapping[Hashable, Hold]
    setup: timedelta = NOTHING
    cleardown: timedelta = NOTHING
    seats: int | None = None
    equipment: frozenset[str] = frozenset()
    opened: Sequence[Span] = field(default=(), compare=False)
    name: str = ""


def pieces(space: Bookable, length: timedelta) -> list[tuple[Hashable, timedelta, timedelta]]:
    """(unit, from, to) relative to the start of an event of *length*, buffers counted; empty pieces left out."""
    found: list[tuple[Hashable, timedelta, timedelta]] = []
    for unit, hold in space.needs.items():
        if hold is Hold.WHOLE:
            found.append((unit, -space.setup, length + space.cleardown))
        else:
            found += [(unit, -space.setup, NOTHING), (unit, length, length + space.cleardown)]
    return [(unit, begins, ends) for unit, begins, ends in found if begins < ends]


def taken(space: Bookable, event: Span) -> dict[Hashable, list[Span]]:
    """The units that *event* in *space* takes, and when."""
    found: dict[Hashable, list[Span]] = {}
    for unit, begins, ends in pieces(space, event.length):
        found.setdefault(unit, []).append(Span(event.start + begins, event.start + ends))
    return found


def busy_by(bookings: Iterable[tuple[Bookable, Span]]) -> dict[Hashable, list[Span]]:
    """The busy spans per unit of many bookings."""
    found: dict[Hashable, list[Span]] = {}
    for space, event in bookings:
        for unit, spans in taken(space, event).items():
            found.setdefault(unit, []).extend(spans)
    return found


def clash(space: Bookable, event: Span, busy: Busy) -> Hashable | None:
    """A unit that *event* would take while it is busy, or None when it fits."""
    for unit, spans in taken(space, event).items():
        if any(one.meets(other) for one in spans for other in busy.get(unit, ())):
            return unit
    return None


def may_coexist(space: Bookable, event: Span, other_space: Bookable, other: Span) -> bool:
    """Whether both bookings may stand. Half A and half B may; the hall and half A may not at overlapping times."""
    return clash(space, event, taken(other_space, other)) is None


def fits(space: Bookable, event: Span, busy: Busy, not_before: datetime | None = None) -> bool:
    """Whether *event* lies in the open spans, begins at or after *not_before* and takes nothing that is busy."""
    return ((not_before is None or event.start >= not_before) and any(one.holds(event) for one in space.opened)
            and clash(space, event, busy) is None)


def free_starts(space: Bookable, length: timedelta, busy: Busy, not_before: datetime | None = None) -> list[Span]:
    """Where an event of *length* may begin: closed intervals in order, an interval of one moment included."""
    found = [Span(max(one.start, not_before) if not_before else one.start, one.end - length) for one in space.opened]
    found = [one for one in found if one.start <= one.end]
    for unit, begins, ends in pieces(space, length):
        for other in busy.get(unit, ()):
            found = list(_without(found, other.start - ends, other.end - begins))
    return sorted(found, key=lambda one: one.start)


def _without(intervals: Iterable[Span], after: datetime, before: datetime) -> Iterator[Span]:
    """Closed *intervals* without the moments strictly between *after* and *before*."""
    for one in intervals:
        if one.end <= after or before <= one.start:
            yield one
            continue
        if one.start <= after:
            yield Span(one.start, after)
        if before <= one.end:
            yield Span(before, one.end)


def _nearest(interval: Span, wanted: datetime) -> datetime:
    """The moment of a closed interval nearest to *wanted*; on a quarter of the clock where the interval has one."""
    if interval.start <= wanted <= interval.end:
        return wanted
    late = wanted < interval.start
    edge = interval.start if late else interval.end
    over = timedelta(minutes=edge.minute % 15, seconds=edge.second, microseconds=edge.microsecond)
    rounded = edge - over + (STEP if late and over else NOTHING)
    return rounded if interval.start <= rounded <= interval.end else edge


def other_times(space: Bookable, event: Span, busy: Busy, count: int, not_before: datetime | None = None) -> list[Span]:
    """The *count* free times of the same length in *space* nearest to *event*, nearest first; one per free stretch."""
    starts = [_nearest(one, event.start) for one in free_starts(space, event.length, busy, not_before)]
    starts = sorted(set(starts), key=lambda at: (abs(at - event.start), event.start - at))
    return [Span(at, at + event.length) for at in starts[:count]]


def other_spaces(spaces: Iterable[Bookable], event: Span, busy: Busy, people: int | None = None,
                 equipment: Iterable[str] = (), not_before: datetime | None = None) -> list[Bookable]:
    """Spaces free at the time of *event* with the seats and equipment asked for: the best filled first, those whose
    seats are not known last."""
    needed = frozenset(equipment)
    found = [one for one in spaces if needed <= one.equipment and fits(one, event, busy, not_before)
             and (people is None or one.seats is None or one.seats >= people)]
    return sorted(found, key=lambda one: (one.seats is None, one.seats or 0, one.code))


@dataclass(frozen=True, slots=True)
class Shift:
    """The same space, later (or earlier: negative) by ``minutes``."""

    event: Span
    minutes: int
    same_day: bool


@dataclass(frozen=True, slots=True)
class Shorter:
    """The same space within the time asked for, shorter by ``minutes``."""

    event: Span
    minutes: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another space at the same time. ``people_over``: how many of those expected it does not hold; 0 when all fit,
    None when its seats are not known."""

    space: Bookable
    people_over: int | None


Change = Shift | Shorter | Elsewhere


@dataclass(frozen=True, slots=True)
class Changes:
    """What would fit, of each kind the smallest; ``elsewhere`` and ``smaller`` best first."""

    shift: Shift | None
    shorter: Shorter | None
    elsewhere: tuple[Elsewhere, ...]
    smaller: tuple[Elsewhere, ...]

    @property
    def smallest(self) -> Change | None:
        """The one that changes least: another space that holds all at the same time, a shift within the day, a shorter
        event, a space for fewer people, another day."""
        shift = self.shift
        order: tuple[Change | None, ...] = (
            self.elsewhere[0] if self.elsewhere else None, shift if shift and shift.same_day else None, self.shorter,
            self.smaller[0] if self.smaller else None, shift)
        return next((one for one in order if one is not None), None)


def changes_that_fit(space: Bookable, event: Span, busy: Busy, others: Iterable[Bookable] = (),
                     people: int | None = None, equipment: Iterable[str] = (), not_before: datetime | None = None
                     ) -> Changes:
    """The smallest changes by which *event*, which does not fit *space*, would. *others*: the further spaces."""
    moved = other_times(space, event, busy, 1, not_before)
    shift = None
    if moved:
        minutes = (moved[0].start - event.start) // timedelta(minutes=1)
        shift = Shift(moved[0], minutes, moved[0].start.date() == event.start.date())
    free = other_spaces((one for one in others if one.code != space.code), event, busy, None, equipment, not_before)
    judged = [Elsewhere(one, None if one.seats is None else max(0, (people or 0) - one.seats)) for one in free]
    enough = sorted((one for one in judged if not one.people_over), key=lambda one: one.people_over is None)
    fewer = sorted((one for one in judged if one.people_over), key=lambda one: one.people_over or 0)
    return Changes(shift, _shorter(space, event, busy, not_before), tuple(enough), tuple(fewer))


def _shorter(space: Bookable, event: Span, busy: Busy, not_before: datetime | None) -> Shorter | None:
    """The longest event inside *event* that fits, if it is at most one part in ``SHORTEST`` shorter.

    Its start can only be the one asked for or where something ends; its end likewise where something begins.
    """
    starts, ends = {event.start}, {event.end}
    if not_before:
        starts.add(not_before)
    for one in space.opened:
        starts.add(one.start)
        ends.add(one.end)
    for unit in space.needs:
        for other in busy.get(unit, ()):
            starts.add(other.end + space.setup)
            ends.add(other.start - space.cleardown)
    within = [Span(start, end) for start in starts for end in ends if event.start <= start < end <= event.end
              and SHORTEST * (end - start) >= (SHORTEST - 1) * event.length]
    for one in sorted(within, key=lambda one: (-one.length, one.start)):
        if fits(space, one, busy, not_before):
            return Shorter(one, (event.length - one.length) // timedelta(minutes=1))
    return None


def told(change: Change) -> Message:
    """The sentence that proposes *change*, in the times of its moments' zone."""
    if isinstance(change, Elsewhere):
        space = change.space.name or change.space.code
        if change.people_over is None:
            return message("creative.change.elsewhere_unknown", space=space)
        if change.people_over:
            return message("creative.change.smaller", space=space, seats=change.space.seats)
        return message("creative.change.elsewhere", space=space)
    times = {"since": f"{change.event.start:%H.%M}", "until": f"{change.event.end:%H.%M}"}
    if isinstance(change, Shorter):
        return message("creative.change.shorter", minutes=change.minutes, **times)
    if not change.same_day:
        return message("creative.change.other_day", day=change.event.start.date(), **times)
    way = "later" if change.minutes > 0 else "earlier"
    return message(f"creative.change.{way}", minutes=abs(change.minutes), **times)

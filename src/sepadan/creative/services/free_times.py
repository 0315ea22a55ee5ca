"""When the spaces of a centre are free: what fits a wish, the nearest other times, how each stands at a moment.

Reads hours, closures, units and occupancy of all spaces at once (five queries, however many) and asks the engine
(``engine/calendar.py``, ``engine/opening.py``), which counts buffers, halves of a hall and shared units. It proposes;
what is filed is judged anew under lock. Nothing here is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sepadan.creative.engine.calendar import Bookable, Busy, fits, other_times
from sepadan.creative.engine.opening import Schedule, Span, open_spans, shut
from sepadan.creative.models import Space, SpaceUnit
from sepadan.creative.names import Hold
from sepadan.creative.queries.calendar import blocks
from sepadan.creative.queries.occupied import occupied
from sepadan.creative.services.open_times import schedules_of
from sepadan.ground.messages import Message

AHEAD = timedelta(days=21)
"""How far ahead other times are looked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. ``equipment`` and ``kind`` only as far as given; ``step_free``: only where it is known so."""

    span: Span
    people: int | None = None
    equipment: frozenset[str] = frozenset()
    kind: str = ""
    step_free: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A space that suits: free at the time asked for, or the nearest other times of the same length."""

    space: Space
    free: bool
    others: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a space stands at a moment: free, taken, held or shut; ``until`` when that ends, ``why`` it is shut."""

    state: str
    until: datetime | None = None
    title: str = ""
    why: Message | None = None


def suits(space: Space, asked: Asked) -> bool:
    """Whether the space itself suits, whenever it is free. Unknown seats suit; unknown access does not."""
    if asked.people is not None and space.seats is not None and space.seats < asked.people:
        return False
    return ((not asked.kind or space.kind == asked.kind) and asked.equipment <= frozenset(space.equipment)
            and (not asked.step_free or space.step_free is True))


def search_free(spaces: Sequence[Space], asked: Asked, now: datetime, *, others: int = 2) -> list[Found]:
    """The spaces that suit: those that are free first, the best filled first; the others with their nearest times."""
    suitable = [space for space in spaces if suits(space, asked)]
    bookable, busy = calendar_of(suitable, asked.span.start - AHEAD, asked.span.end + AHEAD)
    found = []
    for space in suitable:
        one = bookable[space.pk]
        if fits(one, asked.span, busy, now):
            found.append(Found(space, True, ()))
        else:
            found.append(Found(space, False, tuple(other_times(one, asked.span, busy, others, now))))
    return sorted(found, key=lambda one: (not one.free, not one.others, one.space.seats is None, one.space.seats or 0,
                                          one.space.pk))


def next_free(space: Space, now: datetime, length: timedelta, count: int = 5) -> list[Span]:
    """The next free times of *length* in one space from *now* on, one for each free stretch."""
    bookable, busy = calendar_of([space], now, now + AHEAD)
    zone = bookable[space.pk].opened[0].start.tzinfo if bookable[space.pk].opened else None
    start = now.astimezone(zone) if zone else now
    near = other_times(bookable[space.pk], Span(start, start + length), busy, 60, now)
    return sorted(near, key=lambda one: one.start)[:count]


def calendar_of(spaces: Sequence[Space], since: datetime, until: datetime) -> tuple[dict[int, Bookable], Busy]:
    """The spaces as the engine sees them between two moments, and what of their units is busy."""
    if not spaces:
        return {}, {}
    needs: dict[int, dict[Hashable, Hold]] = defaultdict(dict)
    busy: dict[Hashable, list[Span]] = defaultdict(list)
    units: set[int] = set()
    for space, unit, hold in SpaceUnit.objects.filter(space__in=list(spaces)).values_list("space", "unit", "hold"):
        needs[space][unit] = Hold(hold)
        units.add(unit)
    for unit, during in occupied(units, since, until).values_list("unit", "during"):
        busy[unit].append(Span(during.lower, during.upper))
    schedules = schedules_of(spaces[0].floor.centre_id, spaces)
    return {space.pk: Bookable(
        space.code, needs[space.pk], timedelta(minutes=space.setup_minutes), timedelta(minutes=space.cleardown_minutes),
        space.seats, frozenset(space.equipment), _opened(schedules[space.pk], since, until), space.name)
        for space in spaces}, busy


def _opened(schedule: Schedule, since: datetime, until: datetime) -> list[Span]:
    """The open spans; where no hours are known, everything is."""
    first, last = since.astimezone(schedule.zone), until.astimezone(schedule.zone)
    if not schedule.hours:
        start = datetime.combine(first.date(), time(), schedule.zone)
        return [Span(start, datetime.combine(last.date() + timedelta(days=1), time(), schedule.zone))]
    return open_spans(schedule, first.date(), last.date())


def standings_at(spaces: Sequence[Space], moment: datetime) -> dict[int, Standing]:
    """How each space stands at *moment*, by its id. Four queries, however many spaces there are."""
    if not spaces:
        return {}
    taken = blocks(spaces, moment, moment + timedelta(minutes=1))
    schedules = schedules_of(spaces[0].floor.centre_id, spaces)
    found = {}
    for space in spaces:
        schedule = schedules[space.pk]
        fault = shut(schedule, moment, moment + timedelta(minutes=1)) if schedule.hours else None
        now = taken.get(space.pk, [])
        if now:
            state = "taken" if any(block.date.state == "confirmed" for block in now) else "held"
            until = max(block.ends_at + timedelta(minutes=block.date.cleardown_minutes) for block in now)
            found[space.pk] = Standing(state, until, next((block.title for block in now if block.title), ""))
        elif fault is not None:
            found[space.pk] = Standing("shut", why=fault.reason)
        else:
            found[space.pk] = Standing("free")
    return found


def equipment_of(spaces: Collection[Space]) -> list[str]:
    """What is in any of the spaces, in order."""
    return sorted({str(one) for space in spaces for one in space.equipment})

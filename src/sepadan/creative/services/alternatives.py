"""Other places and times for a date that loses its own: the calendar as the engine wants it, and what would fit.

Reads the spaces of a centre with their units, the open hours around the date, and what is taken there, once; each
alternative that is given counts as taken for the next. First another space that holds as many at the same time, then
the nearest time in the same space, by turns (``engine/calendar.py``). ``REACH`` days each way. Moments in the region's
zone inside, UTC outside. The caller has locked the units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sepadan.creative.engine.calendar import Bookable, busy_by, changes_that_fit
from sepadan.creative.engine.opening import Span, day_span, open_spans
from sepadan.creative.models import BookingDate, Centre, Occupancy, Space, SpaceUnit
from sepadan.creative.names import Hold
from sepadan.creative.services.open_times import schedule_of
from sepadan.records.public import current_region, zone_of

REACH = 14


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free time in a space, UTC."""

    space: Space
    starts_at: datetime
    ends_at: datetime


class Finder:
    """Alternatives in one centre, none of which meets another or what is taken."""

    def __init__(self, centre: Centre, now: datetime):
        self.zone, self.now = zone_of(current_region()), now
        self.spaces = {one.code: one for one in Space.objects.select_related("floor").filter(
            floor__centre=centre, bookable=True).order_by("id")}
        self.needs: dict[int, dict[Hashable, Hold]] = defaultdict(dict)
        self.units: set[int] = set()
        for space, unit, hold in SpaceUnit.objects.filter(space__in=list(self.spaces.values())).values_list(
                "space", "unit", "hold"):
            self.needs[space][unit] = Hold(hold)
            self.units.add(unit)
        self.schedules = {one.pk: schedule_of(one) for one in self.spaces.values()}

    def alternatives(self, lost: BookingDate, *, people: int | None, count: int) -> list[Alternative]:
        """Up to *count* for the date *lost*."""
        event = Span(lost.starts_at.astimezone(self.zone), lost.ends_at.astimezone(self.zone))
        busy = self.busy_around(event)
        bookables = {code: self.bookable(space, event) for code, space in self.spaces.items()}
        own = bookables.get(lost.space.code)
        found: list[Alternative] = []
        for number in range(count if own is not None else 0):
            assert own is not None
            changes = changes_that_fit(own, event, busy, bookables.values(), people, not_before=self.now)
            elsewhere = (changes.elsewhere[0].space, event) if changes.elsewhere else None
            shift = (own, changes.shift.event) if changes.shift else None
            pick = (elsewhere or shift) if number % 2 == 0 else (shift or elsewhere)
            if pick is None:
                break
            for unit, spans in busy_by([pick]).items():
                busy[unit].extend(spans)
            found.append(Alternative(self.spaces[pick[0].code], pick[1].start.astimezone(UTC),
                                     pick[1].end.astimezone(UTC)))
        return found

    def busy_around(self, event: Span) -> dict[Hashable, list[Span]]:
        """What is taken around *event*, by unit."""
        busy: dict[Hashable, list[Span]] = defaultdict(list)
        around = (event.start - timedelta(days=REACH + 2), event.end + timedelta(days=REACH + 2))
        for unit, during in Occupancy.objects.filter(unit__in=self.units, during__overlap=around).values_list(
                "unit", "during"):
            busy[unit].append(Span(during.lower.astimezone(self.zone), during.upper.astimezone(self.zone)))
        return busy

    def bookable(self, space: Space, event: Span) -> Bookable:
        """*space* as the engine wants it, with its open hours around *event*."""
        schedule = self.schedules[space.pk]
        first, last = event.start.date() - timedelta(days=REACH), event.end.date() + timedelta(days=REACH)
        opened = open_spans(schedule, first, last) if schedule.hours else [
            Span(day_span(first, None, None, self.zone).start, day_span(last, None, None, self.zone).end)]
        return Bookable(space.code, self.needs[space.pk], timedelta(minutes=space.setup_minutes),
                        timedelta(minutes=space.cleardown_minutes), space.seats, opened=opened, name=space.name)

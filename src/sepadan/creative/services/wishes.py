"""What an applicant writes, made a wish: local day and hours as moments of UTC, within what may be asked for.

Times are local to the region. One meeting is made here; a series of them in ``services/series.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sepadan.creative.engine.holidays import Known, known_on, years_of
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.planned import Planned
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import current_region, zone_of


@dataclass(frozen=True, slots=True)
class Reach:
    """How many days ahead something may be asked for, and how many meetings a series may have."""

    days: int
    meetings: int


ONLINE = Reach(366, 26)
DESK = Reach(3 * 366, 160)
"""How far ahead and how long a series may be: without an account, so that nobody keeps a centre for himself, and at the
desk. Choices of the product, not of a law."""


def plan_meeting(day: date, since: time, until: time, *, today: date, reach: Reach) -> Planned:
    """One meeting on *day*. Raises Refused when the hours or the day cannot be, or lie beyond *reach*."""
    check_within(day, day, since, until, today=today, reach=reach)
    return Planned((meeting_of(day, since, until),))


def check_within(first: date, last: date, since: time, until: time, *, today: date, reach: Reach) -> None:
    """Raises Refused on hours that cannot be, and on days in the past or beyond *reach*."""
    if until <= since:
        raise refuse("creative.booking.times", remedy="creative.booking.times.remedy")
    if not today <= first <= last <= today + timedelta(days=reach.days):
        raise refuse("creative.booking.reach", remedy="creative.booking.reach.remedy", days=reach.days,
                     until=today + timedelta(days=reach.days))


def days_off(days: Sequence[date], at: date) -> Known:
    """What is known on *at* of the days off in the years of *days*."""
    return known_on(load_book().holiday_decrees(), years_of(days), at)


def meeting_of(day: date, since: time, until: time) -> Meeting:
    """A meeting on one local day of the region in scope."""
    zone: Any = zone_of(current_region())
    start, end = datetime.combine(day, since, zone), datetime.combine(day, until, zone)
    return Meeting(start.astimezone(UTC), end.astimezone(UTC))


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The local day as moments of UTC, end excluded."""
    zone: Any = zone_of(current_region())
    start = datetime.combine(day, time(), zone)
    return start.astimezone(UTC), datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)

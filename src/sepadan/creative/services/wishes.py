"""What an applicant writes, made a wish: local day and hours, a weekly series without the centre's days off.

Times are local to the region. A series repeats the first meeting weekly to a last day (inclusive); days that the
centre skips by its rules (national holidays, joint leave) fall out, as far as a decree on that year is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sepadan.creative.engine.holidays import Known, known_on, years_of
from sepadan.creative.engine.recurrence import SKIPS, Ending, Skip, Weekly, expand, keep_open
from sepadan.creative.models import Centre
from sepadan.creative.services.holding import Meeting
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import current_region, zone_of


@dataclass(frozen=True, slots=True)
class Reach:
    """How many days ahead something may be asked for, and how many meetings a series may have."""

    days: int
    meetings: int


@dataclass(frozen=True, slots=True)
class Planned:
    """The meetings of a wish, the RRULE of a series, the days that fell out, years whose days off are not decreed."""

    meetings: tuple[Meeting, ...]
    rule: str
    skipped: tuple[date, ...]
    unknown_years: tuple[int, ...]


ONLINE = Reach(366, 26)
DESK = Reach(3 * 366, 160)
"""How far ahead and how long a series may be: without an account, so that nobody keeps a centre for himself, and at the
desk. Choices of the product, not of a law."""


def plan_meetings(centre: Centre, day: date, since: time, until: time, *, last: date | None = None, today: date,
                  reach: Reach) -> Planned:
    """One meeting on *day*, or one each week to *last*. Raises Refused when the hours or days cannot be, or lie beyond
    *reach*."""
    if until <= since:
        raise refuse("creative.booking.times", remedy="creative.booking.times.remedy")
    if not (today <= day <= today + timedelta(days=reach.days)) or (last or day) > today + timedelta(days=reach.days):
        raise refuse("creative.booking.reach", remedy="creative.booking.reach.remedy", days=reach.days,
                     until=today + timedelta(days=reach.days))
    if last is None:
        return Planned((meeting_of(day, since, until),), "", (), ())
    rule = Weekly(day, frozenset({day.weekday()}), Ending(until=last))
    days = expand(rule)
    if len(days) > reach.meetings:
        raise refuse("creative.booking.series", remedy="creative.booking.series.remedy", count=len(days),
                     most=reach.meetings)
    known = days_off(days, today)
    skip: Skip = next((way for way in SKIPS if way == centre.rules.get("skip")), "none")
    series = keep_open(days, known.holidays.closed(skip))
    if not series.kept:
        raise refuse("creative.booking.no_meeting")
    return Planned(tuple(meeting_of(one, since, until) for one in series.kept), f"{rule.rrule()};UNTIL={last:%Y%m%d}",
                   series.skipped, known.unknown)


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

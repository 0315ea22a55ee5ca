"""A series of meetings: from what somebody chose in a form to its dates, with those that fall out and those in the way.

    Pattern       what was chosen: weekdays of every n-th week or the n-th weekday of every n-th month, its end, days
                  that are not wanted
    plan_series   its meetings and the dates that are passed over, ready to be filed
    preview_of    every date of it with what stands in the way, as the calendar is now

Days off by decree fall out as the centre's rules say (``skip``: none, national, joint); a year without a decree is
named. With ``OnClash.SKIP`` days on which the centre is not open fall out as well, otherwise filing refuses them with
the reason. All dates keep the same local hours. What another booking takes is judged when the wish is filed; the
preview shows it as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from sepadan.creative.engine.holidays import Known
from sepadan.creative.engine.opening import Schedule, shut
from sepadan.creative.engine.recurrence import SKIPS, Ending, MonthlyNth, Rule, Skip, Weekly, expand
from sepadan.creative.engine.rule_text import write_rule
from sepadan.creative.models import Centre, Space
from sepadan.creative.names import DateCause, OnClash
from sepadan.creative.services.holding import Clash, Meeting, clashes_of
from sepadan.creative.services.open_times import schedule_of
from sepadan.creative.services.planned import LeftOut, Planned, SeriesDraft
from sepadan.creative.services.wishes import Reach, check_within, days_off, meeting_of
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region, zone_of

Repeat = Literal["weekly", "monthly"]
REPEATS: tuple[Repeat, ...] = ("weekly", "monthly")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What was chosen. ``weekdays`` (0 Monday) for weekly, ``nth`` and ``weekday`` for monthly; ``last`` or ``count``
    ends it; ``unwanted``: days of the rule that are left out on wish."""

    first: date
    repeat: Repeat
    weekdays: frozenset[int] = frozenset()
    nth: int = 1
    weekday: int = 0
    every: int = 1
    last: date | None = None
    count: int | None = None
    unwanted: frozenset[date] = frozenset()

    def rule(self) -> Rule:
        ending = Ending(self.last, self.count)
        if self.repeat == "monthly":
            return MonthlyNth(self.first, self.nth, self.weekday, ending, self.every)
        return Weekly(self.first, self.weekdays or frozenset({self.first.weekday()}), ending, self.every)


@dataclass(frozen=True, slots=True)
class Previewed:
    """One date of a series before it is filed: kept, or passed over with ``cause``; ``clash`` is in its way."""

    day: date
    meeting: Meeting
    cause: DateCause | None
    why: Message | None
    clash: Clash | None

    @property
    def free(self) -> bool:
        return self.cause is None and self.clash is None


@dataclass(frozen=True, slots=True)
class Preview:
    """A series before it is filed."""

    dates: tuple[Previewed, ...]
    unknown_years: tuple[int, ...]

    @property
    def free(self) -> int:
        return sum(one.free for one in self.dates)

    @property
    def clashing(self) -> int:
        return sum(one.cause is None and one.clash is not None for one in self.dates)

    @property
    def passed_over(self) -> int:
        return sum(one.cause is not None for one in self.dates)


def policy_of(centre: Centre) -> Skip:
    """Which days off the centre leaves out of a series, by its rules."""
    return as_skip(centre.rules.get("skip"))


def as_skip(text: object) -> Skip:
    """A policy on days off as it is written; anything else leaves none out."""
    return next((way for way in SKIPS if way == text), "none")


def plan_series(centre: Centre, space: Space | None, pattern: Pattern, since: time, until: time, *, today: date,
                reach: Reach, on_clash: OnClash = OnClash.WHOLE) -> Planned:
    """The meetings of *pattern* and the dates that are passed over. Raises Refused when the rule, its hours or days
    cannot be, lie beyond *reach*, or nothing is left."""
    rule, days = pattern.rule(), _days(pattern, since, until, today, reach)
    known, skip = days_off(days, today), policy_of(centre)
    causes = _causes(days, pattern, known, skip)
    if space is not None and on_clash is OnClash.SKIP:
        causes = {**_closed(schedule_of(space), days, since, until), **causes}
    kept = tuple(day for day in days if day not in causes)
    if not kept:
        raise refuse("creative.booking.no_meeting")
    _check_many(len(kept), reach)
    left_out = []
    for day, (cause, why) in sorted(causes.items()):
        meeting = meeting_of(day, since, until)
        left_out.append(LeftOut(meeting.starts_at, meeting.ends_at, cause, why.text("id")))
    draft = SeriesDraft(write_rule(rule, since, str(zone_of(current_region()))), skip, known.version, tuple(left_out))
    return Planned(tuple(meeting_of(day, since, until) for day in kept), draft,
                   tuple(day for day, (cause, _) in sorted(causes.items()) if cause is DateCause.DAY_OFF),
                   known.unknown)


def preview_of(space: Space, pattern: Pattern, since: time, until: time, *, today: date, reach: Reach) -> Preview:
    """Every date of *pattern* with what stands in the way in *space*: days off, closed days, other bookings.

    Two queries for the bookings, however many dates there are. Raises Refused as ``plan_series``.
    """
    days = _days(pattern, since, until, today, reach)
    known = days_off(days, today)
    causes = {**_closed(schedule_of(space), days, since, until),
              **_causes(days, pattern, known, policy_of(space.floor.centre))}
    meetings = {day: meeting_of(day, since, until) for day in days}
    clashes = {one.meeting: one for one in clashes_of(space, list(meetings.values()))}
    dates = []
    for day in days:
        cause, why = causes.get(day, (None, None))
        dates.append(Previewed(day, meetings[day], cause, why, clashes.get(meetings[day])))
    _check_many(sum(one.cause is None for one in dates), reach)
    return Preview(tuple(dates), known.unknown)


def _days(pattern: Pattern, since: time, until: time, today: date, reach: Reach) -> list[date]:
    days = expand(pattern.rule())
    if not days:
        raise refuse("creative.series.no_date", remedy="creative.series.no_date.remedy")
    check_within(days[0], days[-1], since, until, today=today, reach=reach)
    return days


def _check_many(meetings: int, reach: Reach) -> None:
    if meetings > reach.meetings:
        raise refuse("creative.booking.series", remedy="creative.booking.series.remedy", count=meetings,
                     most=reach.meetings)


def _causes(days: list[date], pattern: Pattern, known: Known, skip: Skip) -> dict[date, tuple[DateCause, Message]]:
    """The days that fall out whatever the calendar says: those off by decree, and those not wanted."""
    found: dict[date, tuple[DateCause, Message]] = {}
    for day in days:
        if off := known.day_off(day, skip):
            found[day] = (DateCause.DAY_OFF, off.name)
        elif day in pattern.unwanted:
            found[day] = (DateCause.WISH, message("creative.series.unwanted"))
    return found


def _closed(schedule: Schedule, days: list[date], since: time, until: time
            ) -> Mapping[date, tuple[DateCause, Message]]:
    """The days on which the space is not open at these hours. A centre without hours is not judged."""
    if not schedule.hours:
        return {}
    found: dict[date, tuple[DateCause, Message]] = {}
    for day in days:
        meeting = meeting_of(day, since, until)
        if fault := shut(schedule, meeting.starts_at, meeting.ends_at):
            found[day] = (DateCause.CLOSED, fault.reason)
    return found

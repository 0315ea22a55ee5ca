"""Recurring dates: a rule of RFC 5545 expanded to days, and what of it falls out on closed days.

    expand(rule)        the days the rule names, in order: count is taken here, before closed days fall out
    keep_open(...)      kept = expanded without closed days; skipped = the rest, which a calendar file names as EXDATE

Two kinds: some weekdays of every n-th week, weeks counted from the Monday of the week of the start; or the n-th weekday
of every m-th month, negative n from the end (a month without a fifth Friday has no date). A rule ends with a day
(inclusive) or after a number of dates, never both, never neither. Days are local days of the centre; ``instants`` turns
them into moments of UTC. Source: RFC 5545 section 3.3.10 with WKST=MO; no BYSETPOS, no rule within a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Literal

from sepadan.ground.problems import refuse

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_DATES = 5_000  # ten years of every day and more: a longer series is a slip of the pen
Skip = Literal["none", "national", "joint"]
SKIPS: tuple[Skip, ...] = ("none", "national", "joint")


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day (inclusive) or the number of dates; exactly one of them."""

    until: date | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        if (self.until is None) == (self.count is None):
            raise refuse("creative.recurrence.ending", remedy="creative.recurrence.ending.remedy")
        if self.count is not None and not 1 <= self.count <= MOST_DATES:
            raise refuse("creative.recurrence.count", count=self.count, most=MOST_DATES)


@dataclass(frozen=True, slots=True)
class Weekly:
    """Some weekdays (0 Monday to 6 Sunday) of every ``interval``-th week, from ``start`` on."""

    start: date
    weekdays: frozenset[int]
    ending: Ending
    interval: int = 1

    def __post_init__(self) -> None:
        if not self.weekdays or not all(0 <= day <= 6 for day in self.weekdays):
            raise refuse("creative.recurrence.weekdays", allowed=", ".join(WEEKDAYS))
        _check(self.start, self.ending, self.interval)

    def days(self) -> Iterator[date]:
        monday = self.start.toordinal() - self.start.weekday()
        while True:
            for weekday in sorted(self.weekdays):
                if monday + weekday > date.max.toordinal():
                    return
                if monday + weekday >= self.start.toordinal():
                    yield date.fromordinal(monday + weekday)
            monday += 7 * self.interval

    def rrule(self) -> str:
        """The rule without its ending, as RFC 5545 writes it."""
        every = f"INTERVAL={self.interval};" if self.interval != 1 else ""
        return f"FREQ=WEEKLY;{every}BYDAY={','.join(WEEKDAYS[day] for day in sorted(self.weekdays))};WKST=MO"


@dataclass(frozen=True, slots=True)
class MonthlyNth:
    """The ``nth`` ``weekday`` (1 to 5, or -1 to -5 from the end) of every ``interval``-th month, from ``start`` on."""

    start: date
    nth: int
    weekday: int
    ending: Ending
    interval: int = 1

    def __post_init__(self) -> None:
        if not 1 <= abs(self.nth) <= 5:
            raise refuse("creative.recurrence.nth", nth=self.nth)
        if not 0 <= self.weekday <= 6:
            raise refuse("creative.recurrence.weekdays", allowed=", ".join(WEEKDAYS))
        _check(self.start, self.ending, self.interval)

    def days(self) -> Iterator[date]:
        month = self.start.year * 12 + self.start.month - 1
        while month < (date.max.year * 12 + 11):
            day = self._in_month(month // 12, month % 12 + 1)
            if day is not None and day >= self.start:
                yield day
            month += self.interval

    def _in_month(self, year: int, month: int) -> date | None:
        following = date(year + month // 12, month % 12 + 1, 1)
        if self.nth > 0:
            first = date(year, month, 1)
            day = first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))
        else:
            last = following - timedelta(days=1)
            day = last - timedelta(days=(last.weekday() - self.weekday) % 7 + 7 * (-self.nth - 1))
        return day if (day.year, day.month) == (year, month) else None

    def rrule(self) -> str:
        """The rule without its ending, as RFC 5545 writes it."""
        every = f"INTERVAL={self.interval};" if self.interval != 1 else ""
        return f"FREQ=MONTHLY;{every}BYDAY={self.nth}{WEEKDAYS[self.weekday]};WKST=MO"


Rule = Weekly | MonthlyNth


def _check(start: date, ending: Ending, interval: int) -> None:
    if not 1 <= interval <= 520:
        raise refuse("creative.recurrence.interval", interval=interval)
    if ending.until is not None and ending.until < start:
        raise refuse("creative.recurrence.until", start=start, until=ending.until)


def expand(rule: Rule) -> list[date]:
    """The days *rule* names, in order. Refuses more than ``MOST_DATES``; empty when none falls before the end."""
    until, count = rule.ending.until, rule.ending.count
    days: list[date] = []
    for day in islice(rule.days(), count):
        if until is not None and day > until:
            break
        if len(days) == MOST_DATES:
            raise refuse("creative.recurrence.too_many", most=MOST_DATES)
        days.append(day)
    if count is not None and len(days) < count:  # the calendar ended first
        raise refuse("creative.recurrence.beyond", count=count)
    return days


@dataclass(frozen=True, slots=True)
class Holidays:
    """The closed days of decrees: national holidays and days of joint leave."""

    national: frozenset[date] = frozenset()
    joint_leave: frozenset[date] = frozenset()

    def closed(self, skip: Skip) -> frozenset[date]:
        """The days that fall out under the policy *skip*: none, national holidays, or joint leave as well."""
        return {"none": frozenset[date](), "national": self.national, "joint": self.national | self.joint_leave}[skip]


@dataclass(frozen=True, slots=True)
class Kept:
    """The days of a series that stay and those that fall out, both in order."""

    kept: tuple[date, ...]
    skipped: tuple[date, ...]


def keep_open(days: Sequence[date], closed: Collection[date]) -> Kept:
    """*days* parted by whether they are closed."""
    shut = frozenset(closed)
    return Kept(tuple(day for day in days if day not in shut), tuple(day for day in days if day in shut))


def instants(days: Sequence[date], at: time, zone: tzinfo) -> list[datetime]:
    """The moments of UTC at which *days* begin, when each begins at the local time *at* of *zone*."""
    return [datetime.combine(day, at, zone).astimezone(UTC) for day in days]

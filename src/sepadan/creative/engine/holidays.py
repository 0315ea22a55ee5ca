"""Days off by decree, as known on a day; and what a later decree changes in a planned series.

Idea: each year's days off are named by a decree, which a later one may replace. What was planned is judged by what was
known then: ``known_on(decrees, years, at)`` takes of each year the last decree known on the day *at*. A year without a
decree is told in ``unknown``; nothing is computed from a moon. ``replan`` holds two such states against a series: days
that fall out and days that come back, only after *today* and never those that somebody has moved or decided by hand.

Source: the decree tables under ``statutes/national/creative``; days are local days of the centre.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sepadan.creative.engine.recurrence import Holidays, Skip
from sepadan.ground.problems import refuse
from sepadan.ground.provisions import KNOWN, HolidayDecree, Words


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day off, what it is called, and the decree that names it."""

    day: date
    name: Words
    joint_leave: bool
    decree: HolidayDecree


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of the days off of some years on the day ``at``: one decree per year; ``unknown`` has none."""

    at: date
    decrees: tuple[HolidayDecree, ...]
    unknown: tuple[int, ...]

    @property
    def holidays(self) -> Holidays:
        return Holidays(frozenset(row.day for one in self.decrees for row in one.national),
                        frozenset(row.day for one in self.decrees for row in one.joint_leave))

    @property
    def version(self) -> tuple[str, ...]:
        """The decrees by id: two states with the same version plan the same."""
        return tuple(one.id for one in self.decrees)

    def days_off(self, skip: Skip) -> dict[date, Words]:
        """The days off under the policy *skip* and their names, as ``opening.Schedule`` takes them."""
        lists = [one.joint_leave for one in self.decrees] if skip == "joint" else []
        lists += [one.national for one in self.decrees] if skip != "none" else []
        return {row.day: row.name for rows in lists for row in rows}

    def day_off(self, day: date, skip: Skip = "joint") -> DayOff | None:
        """What *day* is called when it is off under the policy *skip*; a national holiday before joint leave."""
        if skip == "none":
            return None
        for decree in (one for one in self.decrees if one.year == day.year):
            lists = ((False, decree.national), (True, decree.joint_leave if skip == "joint" else ()))
            for joint, rows in lists:
                for row in rows:
                    if row.day == day:
                        return DayOff(day, row.name, joint, decree)
        return None


def known_on(decrees: Iterable[HolidayDecree], years: Iterable[int], at: date) -> Known:
    """Of each of *years* the last decree known on the day *at*; a year without one is in ``unknown``."""
    usable = [one for one in decrees if one.confidence in KNOWN and one.known_from <= at]
    found, unknown = [], []
    for year in sorted(set(years)):
        last = max((one for one in usable if one.year == year), key=lambda one: one.known_from, default=None)
        if last is None:
            unknown.append(year)
        else:
            found.append(last)
    return Known(at, tuple(found), tuple(unknown))


def require_decree(decrees: Iterable[HolidayDecree], year: int, at: date) -> HolidayDecree:
    """The decree on the days off of *year* known on *at*. Raises Refused: none is loaded, or it came later."""
    held = list(decrees)
    known = known_on(held, (year,), at)
    if known.decrees:
        return known.decrees[0]
    later = min((one for one in held if one.year == year and one.confidence in KNOWN),
                key=lambda one: one.known_from, default=None)
    if later is not None:
        raise refuse("creative.holidays.later", where=str(year), remedy="creative.holidays.later.remedy",
                     year=str(year), at=at, title=later.instrument.title, known_from=later.known_from)
    loaded = ", ".join(str(one) for one in sorted({one.year for one in held}))
    raise refuse("creative.holidays.none", where=str(year), remedy="creative.holidays.none.remedy", year=str(year),
                 loaded=loaded or "-")


@dataclass(frozen=True, slots=True)
class Replan:
    """What a later decree changes in a series: what falls out and what comes back, with the day off that did it."""

    falls_out: tuple[DayOff, ...]
    returns: tuple[DayOff, ...]
    now_known: tuple[int, ...]  # years that had no decree before

    @property
    def changes(self) -> bool:
        return bool(self.falls_out or self.returns)


def replan(days: Sequence[date], skip: Skip, before: Known, after: Known, today: date,
           settled: Collection[date] = ()) -> Replan:
    """What changes in the series *days* (as its rule expands) when *after* is known instead of *before*.

    Only days after *today*: today's and past dates stay as they were. *settled* are days that somebody moved, cancelled
    or kept by hand. A year that *after* knows nothing of changes nothing.
    """
    fixed = frozenset(settled)
    out, back = [], []
    for day in days:
        if day <= today or day in fixed or day.year in after.unknown:
            continue
        was, now = before.day_off(day, skip), after.day_off(day, skip)
        if was is None and now is not None:
            out.append(now)
        elif was is not None and now is None:
            back.append(was)
    return Replan(tuple(out), tuple(back), tuple(year for year in before.unknown if year not in after.unknown))


def years_of(days: Iterable[date], *more: date) -> tuple[int, ...]:
    """The years that *days* touch: those whose decrees a series needs."""
    return tuple(sorted({day.year for day in chain(days, more)}))

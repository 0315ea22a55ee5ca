"""Checks that catch a published figure out: each takes figures and returns what it found, or nothing.

Idea: most errors in public figures close arithmetically and are still wrong; they show when figures are laid beside
each other. A cumulative count that falls, a year copied from the last, a jump without a cause, a percentage that its
parts do not give, a weekday that does not fit its date, a column whose sums mean three things.

Exact: fractions throughout. Nothing here decides what to publish; ``conflicts`` and ``gate`` do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from sepadan.ground.money import Exact, exact
from sepadan.study.engine.periods import Period

JUMP = Fraction(1, 5)  # a year-to-year change beyond this asks for a cause
SAME = Fraction(1, 100)  # two yearly figures this close are one figure printed twice
MONDAY_FIRST = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Meaning = Literal["per_cent", "generated_t_per_day", "handled_t_per_day", "unknown"]


@dataclass(frozen=True, slots=True)
class Fall:
    """A count over a window that is smaller than the same count over a window inside it."""

    wider: Period
    wider_count: Fraction
    inner: Period
    inner_count: Fraction


@dataclass(frozen=True, slots=True)
class Copy:
    """Two years of a series that carry the same figure."""

    year: int
    earlier: int
    value: Fraction


@dataclass(frozen=True, slots=True)
class Break:
    """A change from one year to a later one beyond what passes without a cause. ``change`` is a fraction."""

    year: int
    earlier: int
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        return self.after / self.before - 1


def falling_totals(counts: Sequence[tuple[Period, Exact]]) -> list[Fall]:
    """Pairs of windows, one inside the other, of which the wider holds fewer. Counts may not be negative."""
    exacts = [(period, exact(count)) for period, count in counts]
    falls = [
        Fall(wider, wider_count, inner, inner_count)
        for wider, wider_count in exacts
        for inner, inner_count in exacts
        if wider.text != inner.text and wider.holds(inner) and wider_count < inner_count
    ]
    return sorted(falls, key=lambda fall: (fall.wider.end, fall.inner.end))


def carried_over(series: Mapping[int, Exact], within: Fraction = SAME) -> list[Copy]:
    """Years whose figure equals that of the year before to *within* its unit: copied, not measured."""
    years = sorted(series)
    return [
        Copy(year, earlier, exact(series[year]))
        for earlier, year in pairwise(years)
        if year == earlier + 1 and abs(exact(series[year]) - exact(series[earlier])) < within
    ]


def breaks(series: Mapping[int, Exact], beyond: Fraction = JUMP) -> list[Break]:
    """Steps between neighbouring known years larger than *beyond* as a share of the earlier figure."""
    years = sorted(series)
    found = []
    for earlier, year in pairwise(years):
        before, after = exact(series[earlier]), exact(series[year])
        if before and abs(after / before - 1) > beyond:
            found.append(Break(year, earlier, before, after))
    return found


def weekday_years(day: int, month: int, weekday: str, years: Iterable[int]) -> list[int]:
    """The years of *years* in which that day of the month fell on *weekday* (English, lower case)."""
    wanted = MONDAY_FIRST.index(weekday)
    return [year for year in years if date(year, month, day).weekday() == wanted]


def years_that_fit(seen: Sequence[tuple[int, int, str]], years: Iterable[int]) -> list[int]:
    """The years that fit every ``(day, month, weekday)`` that a text mentions."""
    candidates = list(years)
    for day, month, weekday in seen:
        candidates = weekday_years(day, month, weekday, candidates)
    return candidates


def band(value: Exact, rounded_to: Exact | None) -> tuple[Fraction, Fraction]:
    """What *value* may have been before it was rounded to a multiple of *rounded_to* (None: it is exact)."""
    middle = exact(value)
    half = exact(rounded_to) / 2 if rounded_to else Fraction(0)
    return middle - half, middle + half


def quotient_band(part: tuple[Fraction, Fraction], whole: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """The quotients that two positive rounded figures allow, in per cent."""
    if whole[0] <= 0:
        raise ValueError("the whole must be above zero")
    return part[0] / whole[1] * 100, part[1] / whole[0] * 100


def implied_whole(part: Exact, percent: Exact) -> Fraction:
    """The whole of which *part* is *percent* per cent: 606.15 bn = 16.48 % implies 3,678 bn."""
    if exact(percent) <= 0:
        raise ValueError("a percentage that implies a whole is above zero")
    return exact(part) / exact(percent) * 100


def percent_contradicts(part: Exact, whole: Exact, percent: Exact) -> bool:
    """Whether *percent* lies on the other side of 100 than part and whole do."""
    return (exact(part) > exact(whole)) != (exact(percent) > 100) and exact(part) != exact(whole)


def total_gap(parts: Sequence[Exact], stated: Exact) -> tuple[Fraction, Fraction]:
    """The sum of *parts*, and how far the stated total lies above it."""
    total = sum((exact(part) for part in parts), Fraction(0))
    return total, exact(stated) - total


def meaning_of_sum(total: Exact, generated_t: Exact | None, handled_t: Exact | None) -> Meaning:
    """What the row sum of a column headed "tonnes" really is: per cent, or a tonnage a day of one of two kinds.

    ``generated_t`` and ``handled_t`` are tonnes a year, None where not known. Agreement is to 0.05 per cent or a day.
    """
    near = Fraction(1, 20)
    if abs(exact(total) - 100) < near:
        return "per_cent"
    if generated_t is not None and abs(exact(total) - exact(generated_t) / 365) < near:
        return "generated_t_per_day"
    if handled_t is not None and abs(exact(total) - exact(handled_t) / 365) < near:
        return "handled_t_per_day"
    return "unknown"

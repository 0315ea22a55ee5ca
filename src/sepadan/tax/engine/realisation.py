"""What a realisation says beyond its sums: running totals beside a target, rates, and cells large enough to publish.

    rate of collection of a tax year = principal received on its bills / what its bills came to

Receipts are principal and interest that arrived, net of payments taken back; money beyond a debt is no receipt. Money
is whole rupiah, rates are exact fractions. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sepadan.ground.money import Rupiah

LEAST = 10
"""A published cell stands for at least so many payers."""
BANDS = (100_000, 500_000, 2_000_000, 10_000_000)
"""Upper limits of what a bill comes to, in rupiah, included; the last band has none."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was billed and received in one group (a kelurahan, a band, a channel), and how many payers stand behind."""

    key: str
    payers: int
    billed: Rupiah = 0
    received: Rupiah = 0
    bills: int = 0
    paid_bills: int = 0

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.received, self.billed) if self.billed else None


@dataclass(frozen=True, slots=True)
class Merged:
    """Groups as they may be published: ``rows`` stand for themselves, ``rest`` for the groups named in ``within``."""

    rows: tuple[Group, ...]
    rest: Group | None = None
    within: tuple[str, ...] = ()


def merge_small(groups: Sequence[Group], least: int = LEAST) -> Merged:
    """Groups of fewer than *least* payers as one, together with the smallest others where it takes them.

    A single small group would follow from the total and the rest, so it never stands alone; where all together are too
    few, nothing is left but an empty publication. Groups nobody is in are left out.
    """
    known = sorted((one for one in groups if one.payers), key=lambda one: (one.payers, one.key))
    small = [one for one in known if one.payers < least]
    large = known[len(small):]
    while small and large and (sum(one.payers for one in small) < least or len(small) < 2):
        small.append(large.pop(0))
    if small and sum(one.payers for one in small) < least:
        return Merged(())
    rest = None if not small else Group(
        "", sum(one.payers for one in small), sum(one.billed for one in small), sum(one.received for one in small),
        sum(one.bills for one in small), sum(one.paid_bills for one in small))
    return Merged(tuple(sorted(large, key=lambda one: one.key)), rest, tuple(sorted(one.key for one in small)))


def running(by_day: Mapping[date, Rupiah], until: date) -> list[tuple[date, Rupiah]]:
    """The total up to the end of each day with a receipt, from the first day of the year of *until* to *until*."""
    total, found = 0, [(date(until.year, 1, 1), by_day.get(date(until.year, 1, 1), 0))]
    for day in sorted(by_day):
        if day.year == until.year and day <= until:
            total += by_day[day]
            found = [*found[:-1], (day, total)] if found[-1][0] == day else [*found, (day, total)]
    if found[-1][0] < until:
        found.append((until, total))
    return found


def thinned(points: Sequence[tuple[date, Rupiah]], most: int = 120) -> list[tuple[date, Rupiah]]:
    """At most *most* of the points and the last one: a chart has no room for more."""
    step = max(1, -(-len(points) // most))
    kept = [*points[::step]]
    return kept if kept[-1] == points[-1] else [*kept, points[-1]]


def same_day(day: date, year: int) -> date:
    """*day* in another year; 29 February is the 28th where there is none."""
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def share(part: Rupiah, whole: Rupiah | None) -> Fraction | None:
    return Fraction(part, whole) if whole else None

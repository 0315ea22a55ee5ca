"""Where a region stands among all that report a year of waste: thresholds, medians, ranks, over rows given.

Idea: only rows that report generated, reduced and handled are counted (blank is not zero); shares are exact and
unrounded; the median of an even number is the mean of the two middle values; ranks run from the highest share, and
equal shares have the same rank. The rows come from the caller: this module holds no table of other publishers.

Goals of the national policy (Jakstranas, Perpres 97/2017) for 2025: 30 % reduced, 70 % handled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.money import Exact, exact

REDUCED_GOAL, HANDLED_GOAL = Fraction(30, 100), Fraction(70, 100)


@dataclass(frozen=True, slots=True)
class WasteRow:
    """One region of a national table; tonnes a year, None where not reported. ``managed_t`` is the printed B + C."""

    region: str
    generated_t: Exact | None
    reduced_t: Exact | None
    handled_t: Exact | None
    managed_t: Exact | None = None

    @property
    def complete(self) -> bool:
        return bool(self.generated_t) and self.reduced_t is not None and self.handled_t is not None

    def share(self, name: str) -> Fraction:
        """``reduced``, ``handled`` or ``managed`` as a share of generated. Only for a complete row."""
        if self.generated_t is None or self.reduced_t is None or self.handled_t is None:
            raise ValueError(f"the row of {self.region} is not complete")
        parts = {"reduced": (self.reduced_t,), "handled": (self.handled_t,),
                 "managed": (self.reduced_t, self.handled_t)}[name]
        return sum((exact(part) for part in parts), Fraction(0)) / exact(self.generated_t)


@dataclass(frozen=True, slots=True)
class National:
    """The year as a whole. Medians are shares; ranks start at 1."""

    rows: int
    complete: int
    sum_generated_t: Fraction
    identity_fail: int
    reduced_goal_reached: int
    handled_goal_reached: int
    median_reduced: Fraction
    median_handled: Fraction
    median_managed: Fraction
    rank_reduced: dict[str, int]
    rank_handled: dict[str, int]
    rank_managed: dict[str, int]


def national(rows: Iterable[WasteRow]) -> National:
    """The year over *rows*. Raises ValueError when no row is complete.

    ``identity_fail`` counts printed sums B + C that are off by more than a hundredth of a tonne.
    """
    everything = list(rows)
    complete = [row for row in everything if row.complete]
    if not complete:
        raise ValueError("no row reports generated, reduced and handled")
    shares = {name: {row.region: row.share(name) for row in complete} for name in ("reduced", "handled", "managed")}
    return National(
        rows=len(everything), complete=len(complete),
        sum_generated_t=sum((exact(row.generated_t or 0) for row in everything), Fraction(0)),
        identity_fail=sum(not _closes(row) for row in complete),
        reduced_goal_reached=_count(shares["reduced"].values(), lambda share: share >= REDUCED_GOAL),
        handled_goal_reached=_count(shares["handled"].values(), lambda share: share >= HANDLED_GOAL),
        median_reduced=median(list(shares["reduced"].values())),
        median_handled=median(list(shares["handled"].values())),
        median_managed=median(list(shares["managed"].values())),
        rank_reduced=ranks(shares["reduced"]), rank_handled=ranks(shares["handled"]),
        rank_managed=ranks(shares["managed"]))


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value, or the mean of the two middle ones. Raises ValueError on nothing."""
    if not values:
        raise ValueError("nothing has no median")
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def ranks(values: dict[str, Fraction]) -> dict[str, int]:
    """Rank from the highest; equal values share a rank."""
    ordered = sorted(values.values(), reverse=True)
    first: dict[Fraction, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return {name: first[value] for name, value in values.items()}


def _closes(row: WasteRow) -> bool:
    if row.managed_t is None or row.reduced_t is None or row.handled_t is None:
        return True
    return abs(exact(row.reduced_t) + exact(row.handled_t) - exact(row.managed_t)) <= Fraction(1, 100)


def _count(values: Iterable[Fraction], test: Callable[[Fraction], bool]) -> int:
    return sum(1 for value in values if test(value))

"""The levers of a draft PBB law and their lawful bounds: the assessment ratio, written with six decimals, and rates.

Bounds: ratio 20 to 100 % (UU 1/2022 Art. 40(5), PMK 85/2024 Art. 15(1)), highest rate 0.5 % (UU 1/2022 Art. 41(1)).
They are law and are read from the statutes of the day; nothing here knows a number of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sepadan.ground.money import exact, round_rupiah
from sepadan.ground.statutes import Law
from sepadan.tax.engine.pbb import PbbRule, RatioBand
from sepadan.tax.names import RatioOrder

PLACES = 10**6
"""A lever is a whole number of millionths: 27.5 % is 275,000."""


@dataclass(frozen=True, slots=True)
class LeverBounds:
    """What national law allows on the day: the assessment ratio from and to, and the highest rate."""

    ratio_min: Fraction
    ratio_max: Fraction
    rate_max: Fraction

    def within(self, ratio: Fraction) -> bool:
        return self.ratio_min <= ratio <= self.ratio_max

    def nearest(self, ratio: Fraction) -> Fraction:
        return min(max(ratio, self.ratio_min), self.ratio_max)


def lever_bounds(law: Law) -> LeverBounds:
    """What national law allows on the day of *law*. Raises Refused where a bound is not known."""
    values = [exact(law.require(name).value) for name in ("ratio_min", "ratio_max", "rate_max")]
    return LeverBounds(*values)


def with_ratio(rule: PbbRule, value: Fraction) -> PbbRule:
    """The rule with one ratio for all, taken of the NJOP after the NJOPTKP."""
    return replace(rule, ratio=(RatioBand(None, value),), ratio_order=RatioOrder.AFTER_NJOPTKP)


def with_ratios(rule: PbbRule, edges: Sequence[int | None], ratios: Sequence[Fraction]) -> PbbRule:
    """The rule with a ratio for each band of NJOP up to and including its edge; its own order of ratio and NJOPTKP."""
    return replace(rule, ratio=tuple(RatioBand(to, ratio) for to, ratio in zip(edges, ratios, strict=True)))


def written(value: Fraction) -> Fraction:
    """*value* with the six decimals of a lever."""
    return Fraction(round_rupiah(value * PLACES, "half_up"), PLACES)

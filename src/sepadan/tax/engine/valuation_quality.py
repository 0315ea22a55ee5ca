"""How close assessed land values are to the market: ratios of a zone or kelurahan against its sales.

    ratio of a sale = assessed value per m2 / adjusted price of land per m2 (``nir.adjusted_value``)
    quality         = mean of the ratios / median of the ratios          (PMK 85/2024 Annex III.C.2)
    below 0.90 under-assessment, 0.90 to 1.10 proportional, above 1.10 over-assessment

The bounds belong to "proportional". The median ratio itself says how far values lie below or above the market; the
annex sets no band for it. All exact. It does not choose or weed out sales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sepadan.ground.problems import refuse
from sepadan.tax.engine.nir import Comparable, adjusted_value
from sepadan.tax.engine.valuation import pmk85

QUALITY = pmk85("quality_bands", "Annex III.C.2")
LOW, HIGH = Fraction(9, 10), Fraction(11, 10)
Verdict = Literal["under_assessment", "proportional", "over_assessment"]


@dataclass(frozen=True, slots=True)
class Quality:
    """Of so many sales: mean and median ratio, and one over the other."""

    sales: int
    mean: Fraction
    median: Fraction

    @property
    def spread(self) -> Fraction:
        return self.mean / self.median

    @property
    def verdict(self) -> Verdict:
        if self.spread < LOW:
            return "under_assessment"
        return "over_assessment" if self.spread > HIGH else "proportional"


def ratio_of(assessed_m2: Fraction, sale: Comparable) -> Fraction | None:
    """Assessed over market; None for a sale whose land is worth nothing after adjustment."""
    market = adjusted_value(sale)
    return None if market <= 0 else assessed_m2 / market


def quality_of(ratios: Sequence[Fraction]) -> Quality:
    """Mean, median and their quotient. Raises Refused without a ratio above zero."""
    ordered = sorted(one for one in ratios if one > 0)
    if not ordered:
        raise refuse("tax.quality.no_sales", remedy="tax.quality.no_sales.remedy")
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Quality(len(ordered), sum(ordered, Fraction(0)) / len(ordered), median)

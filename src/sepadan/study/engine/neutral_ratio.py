"""The assessment ratio that keeps an old bracket's bills when one rate replaces tiers: old rate / new rate.

Idea: before a roll is run, the law alone says whether "one rate, nobody pays more" can be reached by a ratio per
bracket: the ratio must lie within 20 to 100 % (UU 1/2022 Art. 40(5), PMK 85/2024 Art. 15(1)). Exact fractions. It knows
no roll; totals and the neutral run over a roll are in ``tax_neutral``, the jumps at tier limits in the tax engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.money import Exact, exact

RATIO_MIN, RATIO_MAX = Fraction(20, 100), Fraction(1)


@dataclass(frozen=True, slots=True)
class NeutralRatio:
    """The ratio that keeps the bills of a bracket, and whether the law allows it."""

    old_rate: Fraction
    ratio: Fraction
    allowed: bool


def neutral_ratio(old_rate: Exact | str, new_rate: Exact | str) -> NeutralRatio:
    """old / new. Raises ValueError when the new rate is not above zero."""
    old, new = exact(old_rate), exact(new_rate)
    if new <= 0:
        raise ValueError("the new rate must be above zero")
    ratio = old / new
    return NeutralRatio(old, ratio, RATIO_MIN <= ratio <= RATIO_MAX)

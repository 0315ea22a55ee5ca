"""The shape of a rate change by itself: the ratio that keeps each old bracket where it was, and the cliff at a tier.

Idea: before a roll is run, two numbers of the law alone say much. When one rate replaces tiers, the assessment ratio that
leaves the bills of an old bracket unchanged is old rate / new rate, and must lie within the band of UU 1/2022 Art. 40(5)
(20 to 100 %). Where tiers are slabs, the bill jumps at an edge; the jump is the bill just above less the bill at the edge.

Exact fractions; bills by ``tax.engine.pbb``. It knows no roll: totals, winners and losers are another matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.money import Exact, Rupiah, exact
from sepadan.tax.engine.pbb import PbbRule, assess

RATIO_MIN, RATIO_MAX = Fraction(20, 100), Fraction(1)


@dataclass(frozen=True, slots=True)
class NeutralRatio:
    """The ratio that keeps an old bracket's bills, and whether the law allows it."""

    old_rate: Fraction
    ratio: Fraction
    allowed: bool


@dataclass(frozen=True, slots=True)
class Cliff:
    """The bill of an object at the edge and of one a rupiah above it."""

    edge: Rupiah
    below: Rupiah
    above: Rupiah

    @property
    def jump(self) -> Fraction:
        """The rise as a share of the bill at the edge."""
        return Fraction(self.above, self.below) - 1


def neutral_ratio(old_rate: Exact | str, new_rate: Exact | str) -> NeutralRatio:
    """old / new. Raises ValueError when the new rate is not above zero."""
    old, new = exact(old_rate), exact(new_rate)
    if new <= 0:
        raise ValueError("the new rate must be above zero")
    ratio = old / new
    return NeutralRatio(old, ratio, RATIO_MIN <= ratio <= RATIO_MAX)


def cliffs(rule: PbbRule, *, takes_njoptkp: bool = False) -> tuple[Cliff, ...]:
    """The cliff at the upper edge of every tier but the last, for an object without (or with) the NJOPTKP."""
    edges = [tier.to for tier in rule.tiers if tier.to is not None]
    return tuple(
        Cliff(edge, assess(rule, edge, takes_njoptkp=takes_njoptkp).pbb,
              assess(rule, edge + 1, takes_njoptkp=takes_njoptkp).pbb)
        for edge in edges
    )

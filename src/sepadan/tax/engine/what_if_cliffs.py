"""The cliffs of slab tiers: what one rupiah of NJOP more costs at each limit.

With slab tiers the whole value moves to the next rate; with marginal tiers or one tier there is no cliff.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.money import Rupiah
from sepadan.tax.engine.pbb import PbbRule, assess
from sepadan.tax.names import Tiering


@dataclass(frozen=True, slots=True)
class Cliff:
    """Bills of an object without NJOPTKP at the limit of a tier and one rupiah above it."""

    at: Rupiah
    below: Rupiah
    above: Rupiah

    @property
    def jump(self) -> Rupiah:
        return self.above - self.below

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.jump, self.below) if self.below else None


def cliffs(rule: PbbRule) -> list[Cliff]:
    """Each limit of *rule* where the bill jumps by more than the rate on one rupiah. Empty for marginal or one tier."""
    if len(rule.tiers) < 2 or rule.tiering is Tiering.MARGINAL:
        return []
    found = []
    for tier, following in zip(rule.tiers, rule.tiers[1:], strict=False):
        if tier.to is None or tier.rate is None or following.rate is None:
            continue
        last = tier.to if tier.inclusive else tier.to - 1
        below = assess(rule, last, takes_njoptkp=False).payable
        above = assess(rule, last + 1, takes_njoptkp=False).payable
        if above - below > 1:
            found.append(Cliff(last, below, above))
    return found

"""The revenue-neutral run: the host's structure at the guest's revenue, by a stated lever.

Levers (a study names the one it used):
- ``ratio``: one assessment ratio (NJKP) for all, within 20-100 % (UU 1/2022 Art. 40(5), PMK 85/2024 Art. 15(1));
- ``ratio_by_band``: one ratio per band of NJOP between the limits of both laws, each keeping the revenue of its band;
- ``rates``: one factor on every rate, none above the national ceiling of 0.5 % (UU 1/2022 Art. 41(1)).

Where a lever has no solution inside its bounds the nearest bound is taken and the shortfall said. Sums are exact; the
lever is written with six decimals, and the residue that rounding leaves is part of the result. The bounds themselves
are law and come from the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from sepadan.ground.money import Rupiah
from sepadan.study.engine.tax_cells import MIN_OWNERS
from sepadan.study.engine.tax_practice import scaled_rates
from sepadan.study.engine.tax_replay import Replay, Totals, common_edges
from sepadan.tax.engine.pbb import PbbRule, RatioBand
from sepadan.tax.engine.what_if_levers import PLACES, LeverBounds, with_ratio, written
from sepadan.tax.names import BandBase, RatioOrder, Tiering

Lever = Literal["ratio", "ratio_by_band", "rates"]
FACTOR_MAX = Fraction(1000)


@dataclass(frozen=True)
class Neutral:
    """A run that aims at ``target`` rupiah. ``residue`` = reached - target; solved only if within what rounding leaves.

    ``value`` is the factor or the ratio (0 for ``ratio_by_band``, whose ratios are in ``rule.ratio``).
    ``wanted`` is the value that would solve it were there no bounds, None where none would.
    """

    lever: Lever
    target: Rupiah
    value: Fraction
    wanted: Fraction | None
    within_bounds: bool
    totals: Totals
    rule: PbbRule
    capped: int = 0

    @property
    def residue(self) -> Rupiah:
        return self.totals.payable - self.target

    @property
    def shortfall(self) -> Rupiah:
        """What is missing to the target when the bound is reached, else 0; below zero: what is left over."""
        return 0 if self.within_bounds else -self.residue

    @property
    def highest_rate(self) -> Fraction | None:
        return max((tier.rate for tier in self.rule.tiers if tier.rate is not None), default=None)


def neutral_by_ratio(replay: Replay, before: PbbRule, practice: PbbRule, bounds: LeverBounds) -> Neutral:
    """One ratio for the whole roll in place of the practice's own; the target is what *before* yields."""

    def run(value: Fraction) -> Totals:
        return replay.compare(before, with_ratio(practice, value)).after

    full, target = run(Fraction(1)), replay.total(before).payable
    wanted = Fraction(target, full.payable) if full.payable else None
    within = wanted is not None and bounds.within(wanted)
    if wanted is not None and within:
        value = _refined(run, written(wanted), target, bounds.ratio_min, bounds.ratio_max)
    else:
        value = bounds.ratio_max if wanted is None else bounds.nearest(wanted)
    return Neutral("ratio", target, value, wanted, within, run(value), with_ratio(practice, value))


def neutral_by_rates(replay: Replay, before: PbbRule, practice: PbbRule, bounds: LeverBounds) -> Neutral:
    """One factor on every rate, none above the national ceiling; the target is what *before* yields."""
    cap = bounds.rate_max

    def run(value: Fraction) -> Totals:
        return replay.compare(before, scaled_rates(practice, value, cap)).after

    base, target = replay.compare(before, practice).after, replay.total(before).payable
    wanted = Fraction(target, base.payable) if base.payable else None
    start = wanted
    if wanted is None or _capped(practice, wanted, cap):  # some rate reaches the ceiling: the line bends
        start = _start(replay, practice, target, cap) or wanted
        if start is None or target > run(FACTOR_MAX).payable:
            rule = scaled_rates(practice, FACTOR_MAX, cap)
            return Neutral("rates", target, FACTOR_MAX, wanted, False, run(FACTOR_MAX), rule,
                           _capped(practice, FACTOR_MAX, cap))  # fmt: skip
    assert start is not None
    value = _refined(run, written(start), target, Fraction(0), FACTOR_MAX)
    rule = scaled_rates(practice, value, cap)
    return Neutral("rates", target, value, wanted, True, run(value), rule, _capped(practice, value, cap))


def _capped(practice: PbbRule, factor: Fraction, cap: Fraction) -> int:
    return sum(tier.rate is not None and tier.rate * factor > cap for tier in practice.tiers)


def _start(replay: Replay, practice: PbbRule, target: Rupiah, cap: Fraction) -> Fraction | None:
    """The factor from the sums per rate (slab only): piecewise linear where rates reach the cap."""
    if practice.tiering is Tiering.MARGINAL and len(practice.tiers) > 1:
        return None
    groups = [(rate, value) for rate, value in replay.taxable_by_rate(practice) if rate > 0]
    for limit in sorted({cap / rate for rate, _ in groups}):
        free = sum((rate * value for rate, value in groups if cap / rate >= limit), Fraction(0))
        held = sum((cap * value for rate, value in groups if cap / rate < limit), Fraction(0))
        if free and (factor := (target - held) / free) <= limit:
            return factor
    return None


def _refined(
    run: Callable[[Fraction], Totals], start: Fraction, target: Rupiah, low: Fraction, high: Fraction, tries: int = 6
) -> Fraction:
    """The lever in steps of 10^-6 whose run comes nearest to *target*, from *start* by secant steps.

    Needed where waiver, minimum or rounding bend the line; with none of them the start is already the answer.
    """
    best = min(max(start, low), high)
    gap = run(best).payable - target
    for _ in range(tries):
        slope = Fraction(gap + target, 1) / best if best else Fraction(1)
        step = written(Fraction(gap) / slope) if slope else Fraction(0)
        if abs(step) * PLACES <= 1:  # the last digit: what is left is the residue
            break
        other = min(max(best - step, low), high)
        other_gap = run(other).payable - target
        if abs(other_gap) >= abs(gap):
            break
        best, gap = other, other_gap
    return best


@dataclass(frozen=True, slots=True)
class BandRatio:
    """A band of NJOP up to ``to``: the ratio that keeps its revenue (``wanted``), and the lawful one nearest to it.

    ``before`` is the guest's revenue in the band, ``full`` the practice's at ratio 1, both in rupiah.
    """

    to: Rupiah | None
    wanted: Fraction | None
    ratio: Fraction
    before: Rupiah
    full: Rupiah

    @property
    def lawful(self) -> bool:
        return self.wanted is None or self.wanted == self.ratio


def ratios_by_band(replay: Replay, before: PbbRule, practice: PbbRule, bounds: LeverBounds) -> list[BandRatio]:
    """The lever *ratio* by NJOP band, between the limits of the tiers of both laws.

    A band of fewer than ten owners is joined to the one below (the lowest to the one above). Where a law chooses its
    tiers by the taxable value, NJOP has no limits to offer and there is one band.
    """
    by_njop = all(rule.band_base is BandBase.NJOP for rule in (before, practice))
    edges = common_edges(before, practice) if by_njop else [None]
    sums = replay.band_revenue(before, with_ratio(practice, Fraction(1)), edges)
    joined: list[tuple[int | None, int, int, int]] = []
    for to, (old, full, owners) in zip(edges, sums, strict=True):
        if joined and (owners < MIN_OWNERS or joined[-1][3] < MIN_OWNERS):
            _, a, b, people = joined.pop()
            joined.append((to, a + old, b + full, max(people, owners)))
        else:
            joined.append((to, old, full, owners))
    rows = []
    for to, old, full, _ in joined:
        wanted = Fraction(old, full) if full else None
        rows.append(BandRatio(to, wanted, bounds.ratio_max if wanted is None else bounds.nearest(wanted), old, full))
    return rows


def neutral_by_band(replay: Replay, before: PbbRule, practice: PbbRule, bands: list[BandRatio]) -> Neutral:
    """The run with the ratio of each band, written with six decimals."""
    target = replay.total(before).payable
    ratio = tuple(RatioBand(band.to, written(band.ratio)) for band in bands)
    rule = replace(practice, ratio=ratio, ratio_order=RatioOrder.AFTER_NJOPTKP)
    within = all(band.lawful for band in bands)
    return Neutral("ratio_by_band", target, Fraction(0), None, within, replay.total(rule), rule)

"""The revenue-neutral run: the host's structure at the guest's revenue, by a stated lever.

Levers (a study names the one it used):
- ``ratio``: one assessment ratio (NJKP) for all, within 20-100 % (UU 1/2022 Art. 40(5), PMK 85/2024 Art. 15(1));
- ``ratio_by_band``: one ratio per tier of the practice, each keeping the revenue of its band;
- ``rates``: one factor on every rate, none above the national ceiling of 0.5 % (UU 1/2022 Art. 41(1)).

Where a lever has no solution inside its bounds the nearest bound is taken and the shortfall said. Sums are exact; the
lever is written with six decimals, and the residue that rounding leaves is part of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from sepadan.ground.money import Rupiah, round_rupiah
from sepadan.study.engine.tax_practice import scaled_rates
from sepadan.study.engine.tax_replay import Replay, Totals
from sepadan.tax.engine.pbb import PbbRule, RatioBand
from sepadan.tax.names import BandBase, RatioOrder, Tiering

Lever = Literal["ratio", "ratio_by_band", "rates"]
PLACES = 10**6
RATIO_MIN, RATIO_MAX = Fraction(1, 5), Fraction(1)
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
        """What is missing to the target when the bound is reached, else 0."""
        return 0 if self.within_bounds else -self.residue


def neutral_by_ratio(replay: Replay, practice: PbbRule, target: Rupiah) -> Neutral:
    """One ratio for the whole roll in place of the practice's own."""

    def with_ratio(value: Fraction) -> PbbRule:
        return replace(practice, ratio=(RatioBand(None, value),), ratio_order=RatioOrder.AFTER_NJOPTKP)

    full = replay.total(with_ratio(Fraction(1)))
    wanted = Fraction(target, full.payable) if full.payable else None
    if wanted is not None and RATIO_MIN <= wanted <= RATIO_MAX:
        value = _refined(lambda one: replay.total(with_ratio(one)), _written(wanted), target, RATIO_MIN, RATIO_MAX)
        within = True
    else:
        value = RATIO_MIN if wanted is not None and wanted < RATIO_MIN else RATIO_MAX
        within = False
    rule = with_ratio(value)
    return Neutral("ratio", target, value, wanted, within, replay.total(rule), rule)


def neutral_by_rates(replay: Replay, practice: PbbRule, target: Rupiah, cap: Fraction) -> Neutral:
    """One factor on every rate, none above *cap*."""
    base = replay.total(practice)
    highest = replay.total(scaled_rates(practice, FACTOR_MAX, cap))
    wanted = Fraction(target, base.payable) if base.payable else None
    if target > highest.payable or wanted is None:
        rule = scaled_rates(practice, FACTOR_MAX, cap)
        return Neutral("rates", target, FACTOR_MAX, wanted, False, highest, rule, _capped(practice, FACTOR_MAX, cap))
    start = _start(replay, practice, target, cap) or wanted
    value = _refined(lambda one: replay.total(scaled_rates(practice, one, cap)), _written(start), target,
                     Fraction(0), FACTOR_MAX)  # fmt: skip
    rule = scaled_rates(practice, value, cap)
    return Neutral("rates", target, value, wanted, True, replay.total(rule), rule, _capped(practice, value, cap))


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


def _written(value: Fraction) -> Fraction:
    return Fraction(round_rupiah(value * PLACES, "half_up"), PLACES)


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
        step = _written(Fraction(gap) / slope) if slope else Fraction(0)
        if step == 0:
            break
        other = min(max(best - step, low), high)
        other_gap = run(other).payable - target
        if abs(other_gap) >= abs(gap):
            break
        best, gap = other, other_gap
    return best


@dataclass(frozen=True, slots=True)
class BandRatio:
    """One tier of the practice: the ratio that keeps its revenue (``wanted``), and the lawful one nearest to it.

    ``before`` is the guest's revenue in the band, ``full`` the practice's at ratio 1, both in rupiah.
    """

    to: Rupiah | None
    wanted: Fraction | None
    ratio: Fraction
    before: Rupiah
    full: Rupiah


def ratios_by_band(replay: Replay, practice: PbbRule, before: str) -> list[BandRatio]:
    """The lever *ratio* by NJOP band: one ratio for each tier of *practice*. *before* names the baseline run."""
    full = replace(practice, ratio=(RatioBand(None, Fraction(1)),))
    replay.run("full_ratio", full)
    edges = [tier.to for tier in practice.tiers] if practice.band_base is BandBase.NJOP else [None]
    rows, over = [], -1
    for to in edges:
        old, new = replay.band_revenue(before, "full_ratio", over, to)
        wanted = Fraction(old, new) if new else None
        ratio = RATIO_MAX if wanted is None else min(max(wanted, RATIO_MIN), RATIO_MAX)
        rows.append(BandRatio(to, wanted, ratio, old, new))
        over = over if to is None else to
    return rows


def neutral_by_band(replay: Replay, practice: PbbRule, bands: list[BandRatio], target: Rupiah) -> Neutral:
    """The run with the ratio of each band, written with six decimals."""
    ratio = tuple(RatioBand(band.to, _written(band.ratio)) for band in bands)
    rule = replace(practice, ratio=ratio, ratio_order=RatioOrder.AFTER_NJOPTKP)
    within = all(band.wanted is None or RATIO_MIN <= band.wanted <= RATIO_MAX for band in bands)
    return Neutral("ratio_by_band", target, Fraction(0), None, within, replay.total(rule), rule)

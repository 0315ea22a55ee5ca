"""Scaling areas until the published law yields the published figures.

Idea: two scales, then single square metres. The scale of ordinary objects settles how many bills are small; the
scale of shops and works, which carry the upper tail, settles the total. What is left is closed by adding or taking one
m2 at objects whose bill answers smoothly: the only object of its owner, far from the small bills and from any cliff.
The rule of the tax is not repeated here: *assess* is the tax engine with the law and the assumption set to calibrate
against, and everything is learnt from its answers.

Limits: the figures hold under that law and set only; under other assumptions the same roll yields other totals.
``Achieved`` says what was reached; nothing is forced beyond what whole m2 and classes can give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from sepadan.demo.engine.draws import ONE, Integers, words
from sepadan.demo.engine.objects import Draft
from sepadan.demo.engine.plan import Plan
from sepadan.tax.engine.roll_columns import RollColumns

Assess = Callable[[RollColumns], Integers]
"""Bills in rupiah, in the order of the rows."""

ROUNDS = 40
CLOSE = 100_000
"""The scale is settled when the total is within one part in this many; single m2 close the rest."""
PROBES = 40_000


@dataclass(frozen=True)
class Achieved:
    """What the calibrated roll yields, beside what was asked. Deviation is (total - target) / target."""

    total: int
    target: int
    small_count: int | None
    small_target: int | None
    printed: int
    objects: int
    owners: int
    body_scale: Fraction
    tail_scale: Fraction
    rounds: int

    @property
    def deviation(self) -> Fraction:
        return Fraction(self.total - self.target, self.target)


class _Bench:
    """The draft with its current areas, and how often the engine was asked."""

    def __init__(self, plan: Plan, draft: Draft, assess: Assess):
        self.plan, self.draft, self._assess, self.rounds = plan, draft, assess, 0
        self.land: Integers = np.zeros(0, dtype=np.int64)
        self.building: Integers = np.zeros(0, dtype=np.int64)
        counts = np.bincount(draft.owner)
        self.single = (counts[draft.owner] == 1) & (draft.heavy == 0) & (draft.food_land == 0)

    def scale(self, body: int, tail: int) -> Integers:
        columns = self.draft.realise(body, tail)
        self.land, self.building = columns.land_m2, columns.building_m2
        return self.bills()

    def bills(self, more_land: Integers | None = None) -> Integers:
        self.rounds += 1
        land = self.land if more_land is None else self.land + more_land
        return self._assess(self.draft.with_areas(land, self.building))

    def small(self, bills: Integers) -> int:
        limit = self.plan.targets.small_limit
        return int((bills <= limit).sum()) if limit is not None else 0


def calibrate(plan: Plan, draft: Draft, assess: Assess) -> tuple[RollColumns, Achieved]:
    """The roll whose bills meet the targets of *plan*, and what was achieved."""
    bench = _Bench(plan, draft, assess)
    body = _settle_body(bench)
    tail = _settle_tail(bench, body)
    if plan.targets.small_count is not None:
        _fix_small_bills(bench)
    bills = _close(bench)
    columns = draft.with_areas(bench.land, bench.building)
    limit = plan.targets.small_limit
    achieved = Achieved(
        total=int(bills.sum()), target=plan.targets.total, small_target=plan.targets.small_count,
        small_count=None if limit is None else bench.small(bills), printed=int(columns.printed.sum()),
        objects=len(columns), owners=columns.owner_count, body_scale=Fraction(body, ONE),
        tail_scale=Fraction(tail, ONE), rounds=bench.rounds)
    return columns, achieved


def _settle_body(bench: _Bench) -> int:
    """The scale of ordinary objects at which as many bills are small as the plan asks; ONE if it asks for none."""
    wanted = bench.plan.targets.small_count
    if wanted is None:
        return ONE
    low, high = ONE // 8, ONE * 8
    while high - low > ONE // 4096:
        middle = (low + high) // 2
        if bench.small(bench.scale(middle, ONE)) > wanted:
            low = middle
        else:
            high = middle
    return high


def _settle_tail(bench: _Bench, body: int) -> int:
    """The scale of the upper tail at which the total is met: the secant through the two nearest totals seen."""
    target = bench.plan.targets.total
    low, high = ONE // 32, ONE * 32
    at_low, at_high = (int(bench.scale(body, tail).sum()) - target for tail in (low, high))
    best, gap = (low, at_low) if abs(at_low) < abs(at_high) else (high, at_high)
    tail = ONE
    for _ in range(ROUNDS):
        off = int(bench.scale(body, tail).sum()) - target
        if abs(off) < abs(gap):
            best, gap = tail, off
        if abs(gap) * CLOSE <= target or high - low <= 1:
            break
        if off > 0:
            high, at_high = tail, off
        else:
            low, at_low = tail, off
        step = (high - low) * -at_low // (at_high - at_low) if at_high != at_low else (high - low) // 2
        tail = min(max(low + step, low + 1 + (high - low) // 16), high - 1 - (high - low) // 16)
    bench.scale(body, best)
    return best


def _fix_small_bills(bench: _Bench, attempts: int = 6) -> None:
    """Move single objects across the limit of small bills, nearest first, until their number is as published."""
    limit, wanted = bench.plan.targets.small_limit or 0, bench.plan.targets.small_count or 0
    bills = bench.bills()
    for _ in range(attempts):
        excess = bench.small(bills) - wanted
        if excess == 0:
            return
        sign = 1 if excess > 0 else -1
        per_m2 = np.abs(bench.bills(sign * bench.single.astype(np.int64)) - bills)
        near = bench.single & (per_m2 > 0) & (bills > limit // 2) & (bills < limit * 2)
        near &= (bills <= limit) if excess > 0 else (bills > limit)
        steps = np.abs(limit - bills) // np.maximum(per_m2, 1) + 2
        near &= bench.land > steps
        chosen = np.flatnonzero(near)
        chosen = chosen[np.argsort(steps[chosen], kind="stable")][: abs(excess)]
        bench.land[chosen] += sign * steps[chosen]
        bills = bench.bills()


def _close(bench: _Bench) -> Integers:
    """Add or take one m2 at objects that answer smoothly, until the total is met or they are used up."""
    bills = bench.bills()
    residue = bench.plan.targets.total - int(bills.sum())
    if residue == 0:
        return bills
    sign = 1 if residue > 0 else -1
    limit = bench.plan.targets.small_limit or 0
    usable = np.flatnonzero(bench.single & (bills > 3 * limit) & (bench.land > 20))
    lot = words(bench.plan.seed, "close", len(bills))[usable]
    usable = usable[np.argsort(lot, kind="stable")][:PROBES]
    step = np.zeros(len(bills), dtype=np.int64)
    step[usable] = sign
    answer = (bench.bills(step) - bills)[usable] * sign
    smooth = (answer > 0) & (answer * 100 <= bench.draft.land_value[usable])
    chosen = usable[smooth][_subset(answer[smooth], abs(residue))]
    bench.land[chosen] += sign
    return bench.bills()


def _subset(amounts: Integers, wanted: int) -> Integers:
    """Indices whose amounts add up to *wanted*, or as near below it as a greedy choice and exchanges come."""
    chosen = np.zeros(len(amounts), dtype=bool)
    chosen[: int(np.searchsorted(np.cumsum(amounts), wanted, side="right"))] = True
    rest = wanted - int(amounts[chosen].sum())
    for k in np.argsort(-amounts, kind="stable"):
        if not chosen[k] and amounts[k] <= rest:
            chosen[k] = True
            rest -= int(amounts[k])
    while rest > 0 and (pair := _exchange(amounts, chosen, rest)) is not None:
        out, into = pair
        rest -= int(amounts[into] - amounts[out])
        chosen[out], chosen[into] = False, True
    return np.flatnonzero(chosen)


def _exchange(amounts: Integers, chosen: npt.NDArray[np.bool_], rest: int) -> tuple[int, int] | None:
    """The exchange of a chosen for an unchosen index that gains most without passing *rest*; None if none gains."""
    inside, first_in = np.unique(amounts[chosen], return_index=True)
    outside, first_out = np.unique(amounts[~chosen], return_index=True)
    gain = outside[None, :] - inside[:, None]
    gain[(gain <= 0) | (gain > rest)] = 0
    if not gain.size or gain.max() == 0:
        return None
    row, column = np.unravel_index(int(gain.argmax()), gain.shape)
    return int(np.flatnonzero(chosen)[first_in[row]]), int(np.flatnonzero(~chosen)[first_out[column]])

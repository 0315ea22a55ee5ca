"""Solving the assessment ratio, against every object worked by itself: nobody above last year, revenue kept."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.ground.columns import connect
from sepadan.ground.problems import Refused
from sepadan.tax.engine.pbb import PbbRule, RatioBand, Tier, assess
from sepadan.tax.engine.what_if import Board, Trial
from sepadan.tax.engine.what_if_levers import PLACES, LeverBounds, with_ratios
from sepadan.tax.engine.what_if_solving import Edges, Solution, edges_of, solve
from sepadan.tax.names import BandBase, NjoptkpChoice, Tiering

BOUNDS = LeverBounds(Fraction(1, 5), Fraction(1), Fraction(1, 200))
MILLIARD = 1_000_000_000
OLD = PbbRule(
    tiers=(Tier(1_500_000_000, Fraction(55, 100_000)), Tier(5_000_000_000, Fraction(112, 100_000)),
           Tier(None, Fraction(145, 100_000))),
    ratio=(RatioBand(None, Fraction(1)),), rounding="half_up", njoptkp=10_000_000,
    njoptkp_choice=NjoptkpChoice.HIGHEST_NJOP_THEN_LOWEST_ID)
NEW = replace(OLD, tiers=(Tier(None, Fraction(2, 1000)),))


class Roll:
    """Objects by hand, and the board that compares them with last year's law or bills."""

    def __init__(self, njop: list[int], takes: list[bool]) -> None:
        self.njop, self.takes, count = njop, takes, len(njop)
        self.connection = connect()
        self.connection.register("roll", {
            "object_id": np.arange(1, count + 1), "village": np.arange(count) % 3, "njop": np.array(njop),
            "food_land": np.zeros(count, dtype=bool), "decile": 1 + np.arange(count) * 10 // count,
            "highest_of_owner": np.array(takes)})
        self.board = Board(self.connection, "roll", max(njop))

    def bills(self, rule: PbbRule) -> list[int]:
        return [assess(rule, njop, takes_njoptkp=takes).payable
                for njop, takes in zip(self.njop, self.takes, strict=True)]


def band_of(edges: Edges, njop: int) -> int:
    return next(place for place, to in enumerate(edges) if to is None or njop <= to)


@st.composite
def rolls(draw: st.DrawFn) -> Roll:
    count = draw(st.integers(3, 25))
    njop = draw(st.lists(st.integers(1_000_000, 8 * MILLIARD), min_size=count, max_size=count))
    return Roll(njop, draw(st.lists(st.booleans(), min_size=count, max_size=count)))


@st.composite
def laws(draw: st.DrawFn) -> PbbRule:
    """Laws with tiers, minimum, waiver and stimulus of any size that law allows."""
    rates = sorted(draw(st.lists(st.integers(1, 500), min_size=1, max_size=3)))
    limits = sorted(draw(st.sets(st.integers(10_000_000, 6 * MILLIARD), min_size=len(rates) - 1,
                                 max_size=len(rates) - 1)))
    tiers = tuple(Tier(to, Fraction(rate, 100_000)) for to, rate in zip([*limits, None], rates, strict=True))
    return replace(
        OLD, tiers=tiers, minimum=draw(st.sampled_from([None, 10_000, 50_000])),
        waiver_up_to=draw(st.sampled_from([None, 30_000])), stimulus=draw(st.sampled_from([None, Fraction(1, 3)])),
        tiering=draw(st.sampled_from(list(Tiering))), band_base=draw(st.sampled_from(list(BandBase))),
        ratio=(RatioBand(None, draw(st.sampled_from([Fraction(1), Fraction(2, 5)]))),))


@settings(max_examples=30, deadline=None)
@given(rolls(), laws(), laws(), st.booleans())
def test_nobody_is_above_last_year_after_rounding_and_one_millionth_more_puts_somebody_there(roll, old, new, banded):
    before = roll.bills(old)
    roll.board.against_law(old)
    edges = edges_of(old, new) if banded else (None,)
    found = solve(roll.board, new, BOUNDS, "nobody", edges)
    after = roll.bills(found.rule)
    for place, band in enumerate(found.bands):
        mine = [k for k, njop in enumerate(roll.njop) if band_of(edges, njop) == place]
        above = [after[k] - before[k] for k in mine if after[k] > before[k]]
        assert BOUNDS.within(band.ratio)
        assert (band.above, band.above_by) == (len(above), sum(above))
        assert band.solved == (not above)
        if not band.solved:
            assert band.ratio == BOUNDS.ratio_min  # the nearest lawful one, and still too much
            assert band.nothing_before == sum(after[k] > before[k] == 0 for k in mine)
        elif band.ratio < BOUNDS.ratio_max:
            more = roll.bills(one_more(new, edges, found, place))
            assert any(more[k] > before[k] for k in mine)


def one_more(draft: PbbRule, edges: Edges, found: Solution, place: int) -> PbbRule:
    ratios = [band.ratio + (Fraction(1, PLACES) if k == place else 0) for k, band in enumerate(found.bands)]
    return with_ratios(draft, edges, ratios)


@settings(max_examples=20, deadline=None)
@given(rolls(), laws(), laws(), st.booleans())
def test_revenue_stays_within_the_residue_that_is_told_and_no_neighbour_comes_nearer(roll, old, new, banded):
    before = roll.bills(old)
    roll.board.against_law(old)
    edges = edges_of(old, new) if banded else (None,)
    found = solve(roll.board, new, BOUNDS, "revenue", edges)
    after = roll.bills(found.rule)
    assert found.residue == sum(after) - sum(before)
    for place, band in enumerate(found.bands):
        mine = [k for k, njop in enumerate(roll.njop) if band_of(edges, njop) == place]
        target = sum(before[k] for k in mine)
        assert (band.target, band.reached) == (target, sum(after[k] for k in mine))
        ends = [sum(roll.bills(with_ratios(new, edges, [end] * len(edges)))[k] for k in mine)
                for end in (BOUNDS.ratio_min, BOUNDS.ratio_max)]
        assert band.solved == (ends[0] <= target <= ends[1])
        if not band.solved:
            assert band.ratio == (BOUNDS.ratio_min if ends[0] > target else BOUNDS.ratio_max)
            continue
        for step in (-1, 1):
            ratio = band.ratio + Fraction(step, PLACES)
            if BOUNDS.within(ratio):
                ratios = [ratio if k == place else one.ratio for k, one in enumerate(found.bands)]
                beside = sum(roll.bills(with_ratios(new, edges, ratios))[k] for k in mine)
                assert abs(band.residue) <= abs(beside - target)


def test_one_rate_for_the_tiers_of_malang_keeps_every_bracket_by_the_ratios_of_its_old_rates():
    """0.055, 0.112 and 0.145 % become 0.2 %: 0.055 / 0.2 = 27.5 %, 0.112 / 0.2 = 56 %, 0.145 / 0.2 = 72.5 %."""
    roll = Roll([100_000_000, 1_400_000_000, 3_000_000_000, 7_000_000_000] * 5, [False] * 20)
    roll.board.against_law(OLD)
    found = solve(roll.board, NEW, BOUNDS, "nobody", edges_of(OLD, NEW))
    assert found.solved
    assert [band.ratio for band in found.bands] == [Fraction(275, 1000), Fraction(56, 100), Fraction(725, 1000)]
    assert roll.bills(found.rule) == roll.bills(OLD)
    single = solve(roll.board, NEW, BOUNDS, "nobody")
    assert [band.ratio for band in single.bands] == [Fraction(275, 1000)]


def test_where_the_least_ratio_is_too_much_the_nearest_bound_and_the_shortfall_are_told():
    """0.01 % becomes 0.2 %: even a fifth of it is 0.04 %, four times as much. One object paid nothing."""
    old = replace(OLD, tiers=(Tier(None, Fraction(1, 10_000)),), waiver_up_to=10_000)
    roll = Roll([100_000_000, 200_000_000, 400_000_000], [False] * 3)
    roll.board.against_law(old)
    found = solve(roll.board, NEW, BOUNDS, "nobody")
    before, after = [0, 20_000, 40_000], [40_000, 80_000, 160_000]
    assert (roll.bills(old), roll.bills(found.rule)) == (before, after)
    assert (found.solved, found.bands[0].ratio, found.above, found.nothing_before) == (False, Fraction(1, 5), 3, 1)
    assert found.above_by == sum(after) - sum(before)
    kept = solve(roll.board, NEW, BOUNDS, "revenue")
    assert (kept.solved, kept.bands[0].ratio, kept.shortfall) == (False, Fraction(1, 5), sum(before) - sum(after))


def test_a_trial_counts_winners_losers_cliffs_and_objects_of_one_year_only():
    """Bills of last year for three of four objects and one that is gone; the draft is the old law."""
    njop = [1_000_000_000, 1_520_000_000, 6_000_000_000, 2_000_000_000]
    roll = Roll(njop, [False] * 4)
    nop = np.array([11, 12, 13, 14])
    roll.board.against_bills(nop, np.array([11, 12, 13, 99]), np.array([550_000, 1_000_000, 9_000_000, 77_000]))
    found: Trial = roll.board.trial(OLD, 3)
    bills = roll.bills(OLD)
    assert bills == [550_000, 1_702_400, 8_700_000, 2_240_000]
    assert (found.whole.objects, found.whole.before, found.whole.after) == (3, 10_550_000, sum(bills[:3]))
    assert (found.whole.up, found.whole.down) == (1, 1)
    assert (found.new, found.new_after, found.gone, found.gone_before) == (1, 2_240_000, 1, 77_000)
    assert sum(group.objects for group in found.villages) == sum(group.objects for group in found.deciles) == 3
    assert [(one.cliff.at, one.objects) for one in found.cliffs] == [(1_500_000_000, 1), (5_000_000_000, 0)]
    assert [(one.number, one.after - one.before) for one in found.largest] == [(2, 702_400)]


def test_falling_rates_by_taxable_value_are_refused():
    falling = replace(OLD, tiers=(Tier(MILLIARD, Fraction(2, 1000)), Tier(None, Fraction(1, 1000))),
                      band_base=BandBase.TAXABLE)
    roll = Roll([100_000_000, 2_000_000_000], [False, False])
    roll.board.against_law(OLD)
    with pytest.raises(Refused) as refused:
        solve(roll.board, falling, BOUNDS, "nobody")
    assert refused.value.problem.what.key == "tax.what_if.falling"

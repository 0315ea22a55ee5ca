"""One direction of the replay of tax, on the published law of both regions and a small roll."""

from datetime import date
from fractions import Fraction

import pytest

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.columns import connect
from sepadan.ground.messages import message
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.study.engine.tax_practice import alternatives, read_tax_practice
from sepadan.study.engine.tax_replay import Replay
from sepadan.study.engine.tax_study import RollFacts, bill_steps, household, study_tax
from sepadan.tax.names import Use
from study.small_rolls import many, roll_of

VISIT = date(2025, 1, 16)
FACTS = RollFacts("32.16", "Kabupaten Bekasi", message("portal.sample"), True, 2025, "ab" * 32, 2000, 1400)


def practices(own, foreign, on=VISIT):
    book, chosen = load_book(), load_assumptions()
    return lambda changes: tuple(read_tax_practice(book, code, on, chosen, changes=changes) for code in (own, foreign))


def run(own="32.16", foreign="35.73", on=VISIT, lever=None):
    with connect(1) as connection:
        replay = Replay(connection, roll_of(connection, many(2000, 1500)))
        return study_tax(replay, FACTS, practices(own, foreign, on), alternatives(load_assumptions()), lever)


@pytest.fixture(scope="module")
def bekasi_learns():
    return run()


def test_the_ratio_has_no_solution_so_rates_are_raised(bekasi_learns):
    found = bekasi_learns
    assert not found.ratio.within_bounds
    assert found.ratio.value == 1
    assert found.ratio.shortfall == found.as_is.before.payable - found.as_is.after.payable
    assert found.lever == "rates"
    assert found.neutral.value > 1
    assert abs(found.neutral.residue) * 10**5 < found.neutral.target
    assert found.neutral.highest_rate <= found.bounds.rate_max == Fraction(5, 1000)
    assert found.neutral_comparison.after.payable == found.neutral.totals.payable


def test_the_other_way_round_a_lawful_ratio_keeps_the_revenue():
    found = run("35.73", "32.16")
    assert found.ratio.within_bounds
    assert found.lever == "ratio"
    assert Fraction(1, 5) < found.neutral.value < 1


def test_a_lever_can_be_asked_for(bekasi_learns):
    found = run(lever="ratio_by_band")
    assert found.lever == "ratio_by_band"
    assert found.neutral == found.by_band
    assert found.neutral.shortfall > 0
    assert found.fingerprint != bekasi_learns.fingerprint


def test_the_published_examples_of_malang(bekasi_learns):
    half_billion = next(one for one in bekasi_learns.examples if one.njop == 500_000_000)
    assert half_billion.as_is.payable == 269_500
    first = bekasi_learns.foreign_cliffs[0].cliff
    assert (first.at, first.below, first.above) == (1_500_000_000, 825_000, 1_680_000)


def test_what_the_law_leaves_open_is_named_with_its_reason(bekasi_learns):
    by_name = {one.name: one for one in bekasi_learns.assumed}
    assert by_name["njoptkp"].value == 10_000_000
    assert by_name["njoptkp"].sides == ("own", "foreign")
    assert by_name["food_land"].sides == ("foreign",)
    assert all(one.why is not None for one in bekasi_learns.assumed)
    assert {"njoptkp", "ratio"} <= {gap.name for gap in bekasi_learns.own_gaps}


def test_the_band_runs_over_the_alternatives_of_what_is_open(bekasi_learns):
    found = bekasi_learns
    assert [(one.name, one.value) for one in found.alternatives] == [
        ("njoptkp", 20_000_000), ("tiering", "marginal"), ("band_base", "taxable")]
    low, high = found.as_is_band
    assert low < found.as_is.after.payable <= high
    assert all(low <= one.as_is <= high for one in found.alternatives)


def test_the_fingerprint_covers_law_roll_and_lever(bekasi_learns):
    assert run().fingerprint == bekasi_learns.fingerprint
    assert run(on=date(2024, 6, 1)).fingerprint != bekasi_learns.fingerprint


def test_a_day_before_any_law_is_refused_with_place_and_reason():
    with pytest.raises(Refused) as refused:
        run(on=date(2023, 6, 1))
    assert "32.16 pbb.tiers 2023-06-01" in str(refused.value)


def test_a_household_with_an_unknown_rate_has_no_bill_rather_than_a_wrong_one():
    own, foreign = practices("32.16", "35.73")({})
    food = household(own.rule, foreign.rule, foreign.rule, 300_000_000, use=Use.FOOD_LAND)
    assert food.own.payable == 290_000
    assert food.as_is.payable == 159_500  # as other land, by assumption
    without = household(own.rule, foreign.rule, foreign.rule, 300_000_000, takes_njoptkp=False)
    assert without.own.payable == 450_000


def test_the_steps_of_a_bill_end_in_what_is_payable():
    _, foreign = practices("32.16", "35.73")({})
    steps = bill_steps(foreign.rule, 500_000_000)
    assert steps[-1].is_sum
    assert steps[-1].value == 269_500
    assert any(basis.kind == "assumption" for step in steps for basis in step.bases)

"""Bills over columns against the rule worked with fractions; control totals that notice every exchange."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from sepadan.ground.columns import Connection, connect
from sepadan.ground.problems import Refused
from sepadan.tax.engine.assessment import (
    DueDate,
    control_of_assessed,
    make_bills,
    read_control,
    read_due_dates,
)
from sepadan.tax.engine.assessment_report import double_nops, left_out, totals_of
from sepadan.tax.engine.pbb import PbbRule, RatioBand, Tier, assess
from sepadan.tax.names import NjoptkpChoice, Tiering, Use

LIMIT = 1_000_000_000
RULE = PbbRule(
    tiers=(Tier(LIMIT, Fraction(11, 20_000)), Tier(None, Fraction(7, 5_000))), ratio=(RatioBand(None, Fraction(2, 5)),),
    rounding="half_up", njoptkp=10_000_000, food_land_rate=Fraction(1, 3_000), waiver_up_to=30_000,
    njoptkp_choice=NjoptkpChoice.HIGHEST_NJOP_THEN_LOWEST_ID)
DUE = (DueDate(100_000, date(2026, 8, 31)), DueDate(None, date(2026, 9, 30)))


def duck(rule: PbbRule, count: int = 2_000) -> tuple[Connection, dict[str, np.ndarray], tuple[int, int]]:
    draw = np.random.default_rng(7)
    table = {
        "object_id": np.arange(1, count + 1), "village": draw.integers(0, 3, count),
        "owner_id": np.arange(1, count + 1),
        "njop": draw.integers(0, 3 * LIMIT, count), "food_land": draw.random(count) < 0.1,
        "highest_of_owner": draw.random(count) < 0.7}
    connection = connect()
    connection.register("roll", table)
    dens = make_bills(connection, "roll", rule, DUE, 3 * LIMIT)
    return connection, table, (dens.taxable, dens.rate)


def test_every_step_over_columns_is_that_of_the_rule_in_fractions():
    connection, table, (taxable_den, rate_den) = duck(RULE)
    rows = connection.execute("SELECT number, taxable_units, rate_units, pbb, waived, payable, due_day "
                              "FROM assessed ORDER BY number").fetchall()
    assert len(rows) == 2_000
    for place, (number, taxable, rate, pbb, waived, payable, due_day) in enumerate(rows):
        njop, takes, food = (table[name][place] for name in ("njop", "highest_of_owner", "food_land"))
        base = max(0, int(njop) - (10_000_000 if takes else 0)) * Fraction(2, 5)
        percent = Fraction(1, 3_000) if food else Fraction(11, 20_000) if njop <= LIMIT else Fraction(7, 5_000)
        wanted = int(base * percent + Fraction(1, 2))
        assert (number, Fraction(taxable, taxable_den), Fraction(rate, rate_den)) == (place + 1, base, percent)
        assert (pbb, waived, payable) == (wanted, wanted <= 30_000, 0 if wanted <= 30_000 else wanted)
        assert due_day == (date(2026, 8, 31) if payable <= 100_000 else date(2026, 9, 30)).toordinal()
        assert assess(RULE, int(njop), takes_njoptkp=bool(takes),
                      use=Use.FOOD_LAND if food else Use.GENERAL).payable == payable


def test_an_object_whose_rate_is_not_known_has_no_bill_and_is_told():
    unknown = PbbRule(**{**{name: getattr(RULE, name) for name in RULE.__dataclass_fields__},
                         "tiers": (Tier(LIMIT, Fraction(11, 20_000)), Tier(None, None))})
    connection, table, _ = duck(unknown)
    out = int(((table["njop"] > LIMIT) & ~table["food_land"]).sum())
    assert out > 0
    assert control_of_assessed(connection).bills == 2_000 - out
    told = left_out(connection, np.arange(1, 2_001))
    assert (told["objects"], told["food_land"]) == (out, 0)
    assert totals_of(connection, ("a", "b", "c"))["totals"]["billed"] == 2_000 - out


def test_marginal_tiers_have_no_single_rate():
    marginal = PbbRule(**{**{name: getattr(RULE, name) for name in RULE.__dataclass_fields__},
                          "tiering": Tiering.MARGINAL})
    connection, table, _ = duck(marginal, 500)
    rows = connection.execute("SELECT rate_units, pbb FROM assessed ORDER BY number").fetchall()
    for place, (rate, pbb) in enumerate(rows):
        use = Use.FOOD_LAND if table["food_land"][place] else Use.GENERAL
        takes = bool(table["highest_of_owner"][place])
        assert (rate, pbb) == (None, assess(marginal, int(table["njop"][place]), takes_njoptkp=takes, use=use).pbb)


@pytest.mark.parametrize("change", [
    "UPDATE assessed SET payable = payable + 1 WHERE number = 7",
    "UPDATE assessed SET waived = NOT waived WHERE number = 7",
    "UPDATE assessed SET takes_njoptkp = NOT takes_njoptkp WHERE number = 7",
    "UPDATE assessed SET due_day = due_day + 1 WHERE number = 7",
    "DELETE FROM assessed WHERE number = 7",
    "INSERT INTO assessed SELECT * FROM assessed WHERE number = 7",
    "UPDATE assessed SET number = 17 - number WHERE number IN (8, 9)",
])
def test_no_change_goes_unnoticed(change):
    connection, _, _ = duck(RULE)
    before = control_of_assessed(connection)
    assert read_control(before.plain()) == before
    connection.execute(change)
    after = control_of_assessed(connection)
    assert "check_sum" in before.differences(after)
    assert before.digest != after.digest
    with pytest.raises(Refused):
        read_control({**after.plain(), "digest": before.digest})


def test_due_dates_rise_and_end_without_a_limit():
    good = [{"to": 100_000, "on": "2026-08-31"}, {"to": None, "on": "2026-09-30"}]
    assert read_due_dates(good) == DUE
    for bad in ([], good[:1], [good[1], good[0]], [good[0], good[0], good[1]], [good[1], good[1]]):
        with pytest.raises(Refused):
            read_due_dates(bad)


def test_numbers_that_differ_in_the_last_digit_only_are_told():
    nop = np.array([357302100100100010, 357302100100100017, 357302100100100020, 357302100100100030])
    assert double_nops(nop) == {"objects": 2, "sample": ["357302100100100017"]}
    assert double_nops(nop[1:])["objects"] == 0

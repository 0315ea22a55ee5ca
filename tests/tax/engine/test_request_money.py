"""What a grant does to a bill, worked by hand: less area after payment, late payment, relief, reduction, fine."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.tax.engine.assessment import read_assessment_law
from sepadan.tax.engine.request_money import (
    Account,
    PaidPart,
    change_payable,
    fine_of_refusal,
    read_facts,
    recompute,
    share_of,
)
from sepadan.tax.names import Use

LAND, BUILDING = 1_032_000, 823_000  # rupiah per m2 of the classes in the roll
ONE_PERCENT = Fraction(1, 100)


def no_interest(amount: int, on: date) -> int:
    return 0


def three_months(amount: int, on: date) -> int:
    """One per cent a month, three months late, rounded half up."""
    return int(amount * 3 * ONE_PERCENT + Fraction(1, 2))


@pytest.fixture(scope="module")
def rule():
    """Kota Malang 2025 with the assumptions of the default set: NJOPTKP 10 million, ratio 1, 0.055 % up to 1.5 bn."""
    return read_assessment_law(load_book(), "35.73", date(2025, 1, 1), load_assumptions("default")).rule


def test_land_of_120_m2_that_is_really_100_m2_pays_less_by_20_m2(rule):
    facts = read_facts(120, 120 * LAND, 60, 60 * BUILDING, Use.GENERAL)
    old = recompute(rule, facts, takes_njoptkp=True)
    new = recompute(rule, read_facts(100, 100 * LAND, 60, 60 * BUILDING, Use.GENERAL), takes_njoptkp=True)
    rate = Fraction(55, 100_000)
    assert old.njop == 120 * LAND + 60 * BUILDING == 173_220_000
    assert new.njop == 100 * LAND + 60 * BUILDING == 152_580_000
    assert old.payable == int((173_220_000 - 10_000_000) * rate + Fraction(1, 2)) == 89_771
    assert new.payable == int((152_580_000 - 10_000_000) * rate + Fraction(1, 2)) == 78_419
    change = change_payable(Account(old.payable, 0, paid=(PaidPart(date(2025, 6, 2), old.payable),)), new.payable,
                            no_interest)
    assert (change.change, change.credit, change.open) == (78_419 - 89_771, 89_771 - 78_419, 0)


def test_what_is_not_paid_falls_off_what_is_open_before_there_is_a_credit():
    unpaid = change_payable(Account(120, 120), 100, no_interest)
    assert (unpaid.credit, unpaid.open) == (0, 100)
    half = change_payable(Account(120, 10, paid=(PaidPart(date(2025, 6, 2), 110),)), 100, no_interest)
    assert (half.credit, half.open) == (110 - 100, 0)


def test_interest_paid_on_principal_that_was_never_owed_comes_back():
    """120,000 paid three months late bore 3,600; on 100,000 it is 3,000."""
    late = Account(120_000, 0, paid=(PaidPart(date(2025, 12, 1), 120_000),), interest_charged=3_600)
    change = change_payable(late, 100_000, three_months)
    assert (change.credit_principal, change.interest_back, change.credit) == (20_000, 3_600 - 3_000, 20_600)
    still = Account(120_000, 0, paid=(PaidPart(date(2025, 12, 1), 120_000),), interest_charged=3_600,
                    interest_open=3_600)
    assert (change_payable(still, 100_000, three_months).interest_off,
            change_payable(still, 100_000, three_months).interest_back) == (600, 0)


def test_interest_that_was_forgiven_does_not_come_back_as_money():
    """3,600 charged and all forgiven: nothing comes back. Half forgiven: half of the 600 too much."""
    paid = (PaidPart(date(2025, 12, 1), 120_000),)
    for forgiven, back in ((3_600, 0), (1_800, 300)):
        change = change_payable(Account(120_000, 0, paid=paid, interest_charged=3_600, interest_relief=forgiven),
                                100_000, three_months)
        assert (change.interest_back, change.interest_off) == (back, 0)


def test_what_stays_open_bears_the_interest_that_was_charged_on_it():
    """3,600 charged on 120,000 that nobody paid; of 100,000 they are 3,000 by the same day."""
    unpaid = Account(120_000, 120_000, interest_charged=3_600, interest_open=3_600)
    change = change_payable(unpaid, 100_000, three_months, date(2025, 12, 1))
    assert (change.open, change.interest_off, change.interest_back) == (100_000, 600, 0)


def test_the_earliest_payments_count_so_interest_falls_off_the_latest():
    paid = (PaidPart(date(2025, 9, 1), 100_000), PaidPart(date(2025, 12, 1), 20_000))

    def interest(amount: int, on: date) -> int:
        return 0 if on.month == 9 else three_months(amount, on)

    change = change_payable(Account(120_000, 0, paid=paid, interest_charged=600), 100_000, interest)
    assert (change.credit_principal, change.interest_back) == (20_000, 600)


def test_relief_is_cut_in_proportion_so_nobody_is_given_back_what_he_never_paid():
    """100 less half by a programme, 50 paid; corrected to 80 the half is 40, so 10 come back."""
    change = change_payable(Account(100, 0, relief=50, paid=(PaidPart(date(2025, 6, 2), 50),)), 80, no_interest)
    assert (change.relief_back, change.credit, change.open) == (50 - 40, 50 - 40, 0)


def test_a_correction_may_raise_a_bill():
    change = change_payable(Account(100, 0, paid=(PaidPart(date(2025, 6, 2), 100),)), 130, no_interest)
    assert (change.change, change.credit, change.open) == (30, 0, 30)


def test_a_second_correction_builds_on_the_first():
    """120 paid, corrected to 100 (credit 20), then to 80: another 20, not 40."""
    paid = (PaidPart(date(2025, 6, 2), 120),)
    assert change_payable(Account(100, 0, paid=paid), 80, no_interest).credit == 20


def test_shares_and_the_fine_of_a_refusal():
    assert share_of(89_771, Fraction(1, 4)) == 22_443  # 22,442.75
    assert fine_of_refusal(89_771, 50_000, Fraction(3, 10)) == 11_931  # 39,771 x 0.3 = 11,931.3
    assert fine_of_refusal(89_771, 89_771, Fraction(3, 10)) == 0
    with pytest.raises(Refused):
        share_of(100, Fraction(0))


@given(old=st.integers(1, 10**12), new=st.integers(0, 10**12), paid=st.integers(0, 10**12),
       relief=st.integers(0, 10**12))
def test_money_adds_up(old, new, paid, relief):
    """Charged = relief + paid - credit + open, before and after."""
    relief, paid = min(relief, old), min(paid, old - min(relief, old))
    opened = old - relief - paid
    change = change_payable(Account(old, opened, relief, (PaidPart(date(2025, 6, 2), paid),) if paid else ()), new,
                            no_interest)
    assert new == (relief - change.relief_back) + paid - change.credit + change.open
    assert change.open >= 0
    assert 0 <= change.credit <= paid

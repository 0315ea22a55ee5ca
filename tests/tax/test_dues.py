"""What settles a charge on a day, and how a payment is booked: figures a clerk can check."""

from __future__ import annotations

from datetime import date

import pytest

from sepadan.records.public import (
    Transfer,
    balances,
    open_amount,
    open_chart,
    quote,
    raise_charge,
    region_scope,
    standing,
    take_back_payment,
)
from sepadan.tax.services import dues
from sepadan.tax.services.dues import quotes
from sepadan.territory.models import Region

from .dues_trial import NOW, owe, pay

DUE = date(2025, 7, 31)
pytestmark = pytest.mark.django_db


@pytest.fixture
def malang():
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


@pytest.fixture
def kota_bekasi():
    region = Region.objects.get(code="32.75")
    with region_scope(region):
        yield region


def lines(start: str) -> dict[str, int]:
    return {row.source.removeprefix(start): row.amount for row in Transfer.objects.filter(source__startswith=start)}


@pytest.mark.parametrize(("on", "months"), [
    (date(2025, 7, 31), 0), (date(2025, 8, 1), 1), (date(2025, 12, 15), 5), (date(2027, 9, 1), 24)])
def test_interest_is_one_per_cent_a_month_by_the_day_of_payment_and_ends_after_24(malang, on, months):
    charge = owe(43_120, DUE)
    found = quote(charge, on)
    interest = (43_120 * months + 50) // 100
    assert (found.principal, found.interest, found.relief, found.total) == (43_120, interest, 0, 43_120 + interest)
    assert found.steps[-1].value == found.total


def test_before_2024_the_old_rate_of_two_per_cent_holds_and_the_assumed_cap_says_so(malang):
    charge = owe(100_000, date(2019, 9, 30))
    found = quote(charge, date(2023, 12, 31))
    assert found.interest == 100_000 * 2 * 24 // 100  # 51 months late, 48 % at most
    bases = [basis for step in found.steps for basis in step.bases]
    assert [(one.parameter, one.kind) for one in bases if one.parameter == "cap_months"] == [
        ("cap_months", "assumption")]
    assert any(one.article == "Art. 100(3)" for one in bases)
    assert quote(charge, date(2024, 1, 5)).interest == 100_000 * 24 // 100  # the law of the day of payment


def test_a_payment_of_the_total_settles_and_each_part_is_a_line_of_that_day(malang):
    charge, on = owe(43_120, DUE), date(2025, 12, 15)
    assert pay(charge, on, 45_276, "a").payment.overpaid == 0
    assert lines("payment:bank:a") == {"": 43_120, ":charged": 2_156, ":interest": 2_156}
    assert {row.effective_on for row in Transfer.objects.filter(source__startswith="payment:bank:a")} == {on}
    assert (open_amount(charge), quote(charge, on).total, quote(charge, date(2027, 1, 1)).total) == (0, 0, 0)
    found = balances()
    assert (found["1.3.pbb"], found["1.3.pbb.1"], found["4.pbb.1"], found["1.2.1"]) == (0, 0, -2_156, 45_276)
    assert sum(found.values()) == 0


def test_a_part_payment_pays_principal_first_and_interest_runs_on_the_rest_only(malang):
    charge = owe(43_120, DUE)
    pay(charge, DUE, 20_000, "a")
    assert quote(charge, DUE).total == 23_120
    found = quote(charge, date(2025, 12, 15))
    assert (found.principal, found.interest) == (23_120, 1_156)  # 5 % of 23,120
    pay(charge, date(2025, 12, 15), 24_276, "b")
    assert open_amount(charge) == 0


def test_a_late_part_payment_charges_interest_on_just_that_part_which_stays_open_until_paid(malang):
    charge = owe(100_000, DUE)
    pay(charge, date(2025, 9, 30), 40_000, "a")
    assert lines("payment:bank:a") == {"": 40_000, ":charged": 800}  # two months
    assert (standing(charge).principal, standing(charge).interest, open_amount(charge)) == (60_000, 800, 60_800)
    on = date(2025, 11, 30)
    assert quote(charge, on).interest == 800 + 60_000 * 4 // 100
    pay(charge, on, 61_000, "b")  # all principal, and 1,000 of 3,200 interest
    assert lines("payment:bank:b") == {"": 60_000, ":charged": 2_400, ":interest": 1_000}
    assert quote(charge, date(2026, 6, 1)).total == 2_200  # nothing is charged on interest
    pay(charge, date(2026, 6, 1), 2_500, "c")
    assert lines("payment:bank:c") == {":interest": 2_200, ":over": 300}
    assert standing(charge).credit == 300


def test_interest_first_as_a_rule_of_law_pays_the_interest_of_the_day_and_does_not_charge_it_twice(malang, monkeypatch):
    rule = dues.dues_law

    def other(region, on):
        found = rule(region, on)
        return dues.DuesLaw(found.interest, dues.Order.INTEREST_FIRST, found.order_basis, found.programme)

    monkeypatch.setattr(dues, "dues_law", other)
    charge = owe(100_000, DUE)
    pay(charge, date(2025, 9, 30), 40_000, "a")
    assert lines("payment:bank:a") == {"": 38_000, ":charged": 2_000, ":interest": 2_000}
    found = quote(charge, date(2025, 11, 30))
    # by law: 38,000 for two months and 62,000 for four; 2,000 is paid
    assert (found.principal, found.interest) == (62_000, 760 + 2_480 - 2_000)


def test_payments_that_arrive_out_of_order_end_as_those_in_order(malang):
    early, late = (date(2025, 9, 30), 40_000), (date(2025, 11, 30), 30_000)
    ends = []
    for k, order in enumerate(((early, late), (late, early))):
        charge = owe(100_000, DUE, nop=f"3573010001002003{k}0")
        for on, amount in order:
            pay(charge, on, amount)
        held = standing(charge)
        ends.append((held.principal, held.interest, quote(charge, date(2026, 1, 31)).total))
    assert ends[0] == ends[1] == (30_000, 800 + 1_200, 30_000 + 800 + 1_200 + 30_000 * 6 // 100)


def test_taking_a_payment_back_takes_its_interest_back_too_and_the_same_twice_changes_nothing(malang):
    charge, on = owe(43_120, DUE), date(2025, 12, 15)
    before = quote(charge, on).total
    paid = pay(charge, on, 45_276, "a").payment
    assert not pay(charge, on, 45_276, "a").is_new
    first = take_back_payment(paid, reference="r", reason="Batal", effective_on=date(2025, 12, 16), now=NOW)
    assert take_back_payment(paid, reference="r", reason="Batal", effective_on=date(2025, 12, 16), now=NOW) == first
    assert (quote(charge, on).total, standing(charge).interest_charged, standing(charge).parts) == (before, 0, ())
    assert balances()["4.pbb.1"] == 0
    pay(charge, on, 45_276, "b")
    assert open_amount(charge) == 0


def test_a_programme_forgives_whoever_pays_the_total_within_its_window_and_nobody_else(kota_bekasi):
    years = {2012: 750_000, 2015: 500_000, 2022: 400_000, 2024: 420_000, 2025: 450_000}
    charges = {year: owe(amount, date(year, 8, 31), nop=f"3275010001002{year}0", tax_year=year)
               for year, amount in years.items()}
    on = date(2025, 11, 15)
    found = {year: quote(charge, on) for year, charge in charges.items()}
    cuts = {2012: 75, 2015: 50, 2022: 25, 2024: 10, 2025: 0}
    assert {year: one.total for year, one in found.items()} == {
        year: amount * (100 - cuts[year]) // 100 for year, amount in years.items()}
    assert sum(one.total for one in found.values()) == 1_565_500
    assert all(one.interest > 0 for one in found.values())
    for year, charge in charges.items():
        assert pay(charge, on, found[year].total, str(year)).payment.overpaid == 0
        assert open_amount(charge) == 0
    totals = balances()
    assert totals["5.2.pbb"] == sum(years.values()) - 1_565_500 == 954_500  # the cut is a line of its own
    assert totals["5.2.pbb.1"] == -totals["4.pbb.1"] > 0  # all interest was charged and waived
    after = owe(400_000, date(2022, 8, 31), nop="327501000100299990", tax_year=2022)
    assert quote(after, date(2025, 12, 1)).relief == 0
    assert quote(after, date(2025, 12, 1)).total == 400_000 * 124 // 100
    pay(after, on, 100_000, "part")  # less than the total: no relief
    assert ":relief" not in lines("payment:bank:part")


def test_relief_comes_back_with_the_payment_that_earned_it(kota_bekasi):
    charge, on = owe(400_000, date(2022, 8, 31), tax_year=2022), date(2025, 11, 15)
    paid = pay(charge, on, 300_000, "a").payment
    assert open_amount(charge) == 0
    take_back_payment(paid, reference="r", reason="Batal", effective_on=on, now=NOW)
    assert (standing(charge).principal, balances()["5.2.pbb"], balances()["5.2.pbb.1"]) == (400_000, 0, 0)


def test_a_charge_nobody_at_the_tax_desk_knows_owes_its_principal_alone(malang):
    open_chart(["pbb"])
    known = owe(50_000, date(2020, 9, 30))
    stray = raise_charge(levy="pbb", number="lain", payer="wp", due_on=date(2020, 9, 30), amount=50_000,
                         effective_on=date(2020, 2, 1), now=NOW)
    assert quote(stray, date(2026, 1, 1)).total == 50_000 < quote(known, date(2026, 1, 1)).total
    both = quotes([stray, known], date(2026, 1, 1))
    assert {key: one.total for key, one in both.items()} == {
        stray.pk: 50_000, known.pk: quote(known, date(2026, 1, 1)).total}

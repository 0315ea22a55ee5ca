"""A programme that forgives a bill whole: nothing is to be paid, and the bill is settled without a payment."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from tests.records.bank_trial import open_bank

from sepadan.ground.problems import Refused
from sepadan.records.models import NumberScheme
from sepadan.records.public import Transfer, account_number, balances, open_amount, quote, region_scope, standing
from sepadan.tax.engine.relief import Programme, ReliefRow, Span
from sepadan.tax.services import dues
from sepadan.tax.services.arrears import arrears_list
from sepadan.tax.services.collection_forgiven import forgive_charge, forgiven_charges, settle_forgiven
from sepadan.territory.models import Region

from .dues_trial import NOW, TODAY, owe, pay, two_actors

pytestmark = pytest.mark.django_db


@pytest.fixture
def malang(settings, tmp_path, monkeypatch):
    """A programme forgives the years to 2015 whole, and of 2016 the principal alone."""
    settings.DATA_DIR, rule = tmp_path, dues.dues_law
    rows = (ReliefRow(Span(None, 2015), Fraction(1), Fraction(1)),
            ReliefRow(Span(2016, 2016), Fraction(1), Fraction(0)))

    def other(region, on):
        found = rule(region, on)
        return dues.DuesLaw(found.interest, found.order, found.order_basis,
                            Programme(Span(date(2026, 11, 1), date(2026, 11, 30)), rows))

    monkeypatch.setattr(dues, "dues_law", other)
    monkeypatch.setattr("sepadan.tax.services.collection_forgiven.dues_law", other)
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        yield region


def test_a_bill_forgiven_whole_is_settled_by_lines_of_relief_and_stays_settled_when_the_programme_ends(malang):
    ani, _ = two_actors()
    charge, interest = owe(100_000, date(2015, 9, 30)), 100_000 * 24 // 100  # 24 months at 1 %
    found = quote(charge, TODAY)
    assert (found.principal, found.interest, found.relief, found.total) == (100_000, interest, 124_000, 0)
    assert quote(charge, date(2026, 12, 1)).total == 124_000  # until it is settled, it comes back
    forgive_charge(charge, actor=ani, now=NOW, today=TODAY)
    books = balances()
    assert (books["1.3.pbb"], books["1.3.pbb.1"], books["5.2.pbb"], books["5.2.pbb.1"]) == (0, 0, 100_000, interest)
    assert (quote(charge, date(2026, 12, 1)).total, open_amount(charge)) == (0, 0)
    assert not Transfer.objects.filter(debit__purpose__startswith="clearing:").exists()
    with pytest.raises(Refused, match="does not forgive"):
        forgive_charge(charge, actor=ani, now=NOW, today=TODAY)
    assert sum(balances().values()) == 0


def test_only_what_is_forgiven_whole_is_settled_and_the_rest_waits_for_its_payment(malang):
    ani, _ = two_actors()
    whole = [owe(50_000, date(year, 9, 30), nop=f"3573010001002{year}0") for year in (2013, 2014)]
    part = owe(80_000, date(2016, 9, 30))
    assert quote(part, TODAY).total == quote(part, TODAY).interest > 0  # the penalty is still to be paid
    keys = forgiven_charges(arrears_list(TODAY, now=NOW), TODAY)
    assert keys == [one.pk for one in whole]
    assert forgiven_charges(arrears_list(TODAY, now=NOW), date(2026, 12, 1)) == []
    assert settle_forgiven([*keys, part.pk], actor=ani, now=NOW, today=TODAY) == 2
    assert settle_forgiven(keys, actor=ani, now=NOW, today=TODAY) == 0
    assert standing(part).principal == 80_000
    pay(part, TODAY, quote(part, TODAY).total)
    assert open_amount(part) == 0


def test_money_that_comes_for_a_forgiven_bill_is_a_credit_and_no_income(malang):
    charge = owe(100_000, date(2015, 9, 30))
    assert pay(charge, TODAY, 30_000).payment.overpaid == 30_000
    assert (standing(charge).credit, open_amount(charge)) == (30_000, 0)


def test_a_bank_is_told_that_a_forgiven_bill_is_closed_and_no_amount_of_zero(malang):
    bank = open_bank(malang)
    charge = owe(100_000, date(2015, 9, 30))
    number = account_number(NumberScheme.objects.get(partner=bank.partner, levy="pbb"), charge)
    assert bank.send("inquiry", number, "a", now=NOW).name == "closed_bill"
    assert bank.send("payment", number, "b", 1, now=NOW, trxDateTime="2026-11-24T10:00:00+07:00").name == "closed_bill"
    assert standing(charge).principal == 100_000

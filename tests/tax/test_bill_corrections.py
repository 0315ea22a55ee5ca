"""A bill and its additional charges corrected as one tax, through the service desk.

The bill of ``request_bill.py`` charges 80,718 with 120 m2 of land; 100 m2: 69,366; 150 m2: 97,746; 170 m2:
(175,440,000 + 32,920,000 - 10,000,000) x 0.00055 = 109,098.
"""

from __future__ import annotations

from datetime import date

import pytest
from tests.tax.request_bill import post_bill
from tests.tax.test_requests_desk import (  # noqa: F401
    NEW_TAX,
    OLD,
    TODAY,
    _data,
    bill,
    carried,
    decided,
    filed,
    malang,
    pay,
    people,
)

from sepadan.ground.problems import Refused
from sepadan.records.public import balances, quote, region_scope, standing
from sepadan.tax.engine.requests import Outcome
from sepadan.tax.models import BillChange, Claim, DecisionKind
from sepadan.tax.services.bill_corrections import charges_of_bill, payable_now
from sepadan.tax.services.collection_decisions import Proposal, propose_decision
from sepadan.tax.services.request_effects import preview

RAISED, HIGHER = 97_746, 109_098
pytestmark = pytest.mark.django_db


def recompute(bill, people, land_m2: int, carrier: int = 2) -> None:  # noqa: F811
    made = decided(filed(bill, people[0], "correction"), people, land_m2=str(land_m2))
    seen = preview(made, made.terms, Outcome.GRANTED, TODAY)
    before = {one.pk: standing(one).credit for one in charges_of_bill(bill)}
    carried(made, people[carrier])
    change = BillChange.objects.get(request=made)
    gained = sum(standing(one).credit - before.get(one.pk, 0) for one in charges_of_bill(bill))
    assert seen.money is not None
    assert (change.new_payable, change.credit, gained) == (payable_now(bill), seen.money.credit, seen.money.credit)


def test_a_bill_that_was_raised_is_corrected_again_up_and_down_and_each_charge_by_its_own_document(
        malang, people, bill):  # noqa: F811
    with region_scope(malang):
        recompute(bill, people, 150)
        recompute(bill, people, 170)
        assert [standing(one).principal for one in charges_of_bill(bill)] == [OLD, RAISED - OLD, HIGHER - RAISED]
        recompute(bill, people, 150)  # the newest additional charge goes first
        assert [standing(one).principal for one in charges_of_bill(bill)] == [OLD, RAISED - OLD, 0]
        recompute(bill, people, 100)
        assert [standing(one).principal for one in charges_of_bill(bill)] == [NEW_TAX, 0, 0]
        assert payable_now(bill) == NEW_TAX
        assert sum(balances().values()) == 0


def test_the_money_of_an_additional_charge_that_is_taken_back_is_a_credit_that_can_be_refunded(
        malang, people, bill):  # noqa: F811
    with region_scope(malang):
        recompute(bill, people, 150)
        extra = Claim.objects.get(origin="additional").charge
        pay(bill, OLD, date(2025, 6, 2))
        bill_like = type("Of", (), {"charge": extra})()
        pay(bill_like, RAISED - OLD, TODAY, "B2")
        recompute(bill, people, 120)
        assert (standing(bill.charge).credit, standing(extra).credit) == (0, RAISED - OLD)
        cash = balances()["1.1"]
        carried(decided(filed(bill, people[0], "refund"), people), people[2])
        assert (standing(extra).credit, balances()["1.1"]) == (0, cash - (RAISED - OLD))


def test_a_bill_that_was_waived_gets_a_charge_of_its_own_when_it_owes_tax_after_all_and_can_be_cancelled(
        malang, people):  # noqa: F811
    with region_scope(malang):
        bill = post_bill(people, charged=False)
        made = decided(filed(bill, people[0], "correction"), people, land_m2="100")
        seen = preview(made, made.terms, Outcome.GRANTED, TODAY)
        assert "tax.request.effect.first_charge" in [note.key for note in seen.notes]
        carried(made, people[2])
        (first,) = charges_of_bill(bill)
        assert (first.amount, first.due_on, quote(first, TODAY).total) == (NEW_TAX, date(2026, 12, 24), NEW_TAX)
        assert quote(first, date(2026, 12, 25)).interest == round(NEW_TAX / 100)
        recompute(bill, people, 150)
        assert [standing(one).principal for one in charges_of_bill(bill)] == [NEW_TAX, RAISED - NEW_TAX]
        carried(decided(filed(bill, people[0], "cancellation"), people), people[2])
        assert [standing(one).principal for one in charges_of_bill(bill)] == [0, 0]


def test_an_officer_who_types_a_total_for_a_raised_bill_is_still_refused(malang, people, bill):  # noqa: F811
    with region_scope(malang):
        recompute(bill, people, 150)
        with pytest.raises(Refused, match="additional charge"):
            propose_decision(Proposal(DecisionKind.CORRECTION, bill.charge, HIGHER, "Uji"), actor=people[0],
                             now=bill.run.posted_at, today=TODAY)

"""Whatever was paid, corrected, taken back and refunded, a charge stands as a small model of its own reckons it from
the same facts: principal, interest, credit, and what settles it that day."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.records.public import (
    Actor,
    Channel,
    Charge,
    balances,
    open_chart,
    quote,
    raise_charge,
    receive_payment,
    region_scope,
    standing,
    take_back_payment,
)
from sepadan.tax.models import Claim, DecisionKind, DecisionState, DuesDecision
from sepadan.tax.services.collection_credits import grant_refund
from sepadan.tax.services.corrections import grant_correction
from sepadan.territory.models import Region

from .dues_trial import NOP, NOW, WIB, owe, pay, two_actors

EXAMPLES = int(os.environ.get("SEPADAN_EXAMPLES", "100"))
DUE, FIRST = date(2025, 7, 31), date(2025, 7, 1)  # the last of a month: months begun are calendar months
pytestmark = pytest.mark.django_db


@pytest.fixture
def malang():
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        open_chart(["pbb"])
        yield region


@pytest.fixture
def people(malang) -> tuple[Actor, Actor]:
    return two_actors()


# --- the model --------------------------------------------------------------------------------------------------------


@dataclass
class Facts:
    """What happened: what is owed for the year, the payments that stand, what was refunded."""

    principal: int
    paid: dict[int, tuple[date, int]] = field(default_factory=dict)
    refunded: int = 0

    def stands(self, on: date) -> tuple[int, int, int, int]:
        """Open principal, interest charged and open, credit, and what settles it on *on*."""
        left, interest = self.principal, 0
        for day, amount in self.paid.values():
            part = min(left, amount)
            left, interest = left - part, interest + self.interest(part, day)
        over = sum(amount for _, amount in self.paid.values()) - (self.principal - left) - self.refunded
        if over < 0:
            raise ValueError("more was refunded than was too much")
        return left, max(0, interest - over), max(0, over - interest), \
            left + max(0, interest - over) + self.interest(left, on)

    @staticmethod
    def interest(part: int, on: date) -> int:
        """One per cent for each month begun, 24 at most, half a rupiah rounded up."""
        months = min(24, max(0, (on.year - DUE.year) * 12 + on.month - DUE.month))
        return (part * months * 2 + 100) // 200


# --- the same through the services ------------------------------------------------------------------------------------


@dataclass
class Books:
    charge: Charge
    people: tuple[Actor, Actor]
    facts: Facts
    day: date = FIRST
    payments: list = field(default_factory=list)

    def pay(self, share: int) -> None:
        amount = max(1, self.facts.principal * share // 100)
        made = receive_payment(self.charge, channel=Channel.BANK, reference=f"p{len(self.payments)}", amount=amount,
                               paid_at=datetime.combine(self.day, time(12), tzinfo=WIB), now=NOW)
        self.facts.paid[len(self.payments)] = (self.day, amount)
        self.payments.append(made.payment)

    def correct(self, share: int) -> None:
        lower = self.facts.principal * share // 160
        if lower != self.facts.principal:
            grant_correction(self._decision(DecisionKind.CORRECTION, lower), self.charge, on=self.day, now=NOW)
            self.facts.principal = lower

    def refund(self, share: int) -> None:
        amount = self.facts.stands(self.day)[2] * min(share, 100) // 100
        if amount:
            grant_refund(self._decision(DecisionKind.REFUND, amount), self.charge, on=self.day, now=NOW)
            self.facts.refunded += amount

    def take_back(self, share: int) -> None:
        if not self.facts.paid:
            return
        chosen = sorted(self.facts.paid)[share % len(self.facts.paid)]
        taken = self.facts.paid.pop(chosen)

        def act() -> None:
            take_back_payment(self.payments[chosen], reference="r", reason="Batal", effective_on=self.day, now=NOW)

        try:
            self.facts.stands(self.day)
        except ValueError:
            self.facts.paid = dict(sorted({**self.facts.paid, chosen: taken}.items()))
            with pytest.raises(Refused, match="paid back or used"):
                act()
        else:
            act()

    def _decision(self, kind: DecisionKind, amount: int) -> DuesDecision:
        return DuesDecision.objects.create(
            kind=kind.value, charge=self.charge, amount=amount, reason="Uji", proposed_at=NOW, decided_at=NOW,
            proposed_by_id=self.people[0].person_id, decided_by_id=self.people[1].person_id, document_number="SK",
            document_on=self.day, state=DecisionState.GRANTED.value)

    def check(self) -> None:
        held, (principal, interest, credit, total) = standing(self.charge), self.facts.stands(self.day)
        assert (held.principal, held.interest, held.credit) == (principal, interest, credit)
        assert quote(self.charge, self.day).total == total


ACTS = ("pay", "correct", "take_back", "refund")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 150), st.integers(0, 100)), min_size=1, max_size=4)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(principal=st.integers(1_000, 10**9), steps=STEPS)
@example(principal=100_000, steps=[("pay", 100, 150), ("correct", 96, 0), ("take_back", 0, 10)])
@example(principal=100_000, steps=[("pay", 40, 90), ("pay", 75, 60), ("take_back", 0, 1), ("take_back", 0, 1)])
def test_any_order_of_acts_ends_where_the_same_facts_reckoned_from_scratch_end(people, principal, steps):
    with transaction.atomic():
        charge = raise_charge(levy="pbb", number="uji", payer="wp", due_on=DUE, amount=principal,
                              effective_on=date(2025, 2, 1), now=NOW)
        Claim.objects.create(charge=charge, origin="opening", nop=NOP, tax_year=2025, evidence="full", source="uji",
                             recorded_at=NOW)
        books = Books(charge, people, Facts(principal))
        for act, share, days in steps:
            books.day += timedelta(days)
            getattr(books, act)(share)
        books.check()
        assert sum(balances().values()) == 0
        transaction.set_rollback(True)


# --- worked by hand ---------------------------------------------------------------------------------------------------


def correct(people, charge: Charge, amount: int, on: date) -> None:
    made = Books(charge, people, Facts(charge.amount), on)._decision(DecisionKind.CORRECTION, amount)
    grant_correction(made, charge, on=on, now=NOW)


def test_a_payment_taken_back_after_the_bill_was_lowered_leaves_the_lowered_bill_with_its_own_interest(people):
    """100,000 paid with 5,000 five months late, lowered to 60,000: a credit of 42,000, which the bank's money was."""
    charge, on = owe(100_000, DUE), date(2025, 12, 15)
    paid = pay(charge, on, 105_000, "a").payment
    correct(people, charge, 60_000, date(2026, 1, 10))
    assert (standing(charge).principal, standing(charge).credit) == (0, 40_000 + 2_000)
    take_back_payment(paid, reference="r", reason="Batal", effective_on=date(2026, 1, 12), now=NOW)
    held = standing(charge)
    assert (held.principal, held.interest, held.interest_charged, held.credit) == (60_000, 0, 0, 0)
    assert quote(charge, date(2026, 2, 1)).total == 60_000 * 107 // 100
    assert (balances()["2.1"], balances()["4.pbb.1"]) == (0, 0)


def test_a_credit_first_pays_the_interest_that_is_open_on_the_same_bill(people):
    """100,000 paid three months late without the 3,000; of 60,000 they are 1,800, and 40,000 are too much."""
    charge = owe(100_000, DUE)
    pay(charge, date(2025, 10, 15), 100_000)
    correct(people, charge, 60_000, date(2025, 11, 1))
    held = standing(charge)
    assert (held.principal, held.interest, held.credit) == (0, 0, 40_000 - 1_800)


def test_the_money_of_a_later_payment_moves_up_when_an_earlier_one_is_taken_back(people):
    """40,000 in September; 70,000 in November pay 60,000, 800 + 2,400 of interest and 6,800 too much."""
    charge = owe(100_000, DUE)
    first = pay(charge, date(2025, 9, 30), 40_000).payment
    pay(charge, date(2025, 11, 30), 70_000)
    assert standing(charge).credit == 70_000 - 60_000 - 800 - 2_400
    take_back_payment(first, reference="r", reason="Batal", effective_on=date(2025, 12, 1), now=NOW)
    held = standing(charge)
    assert (held.principal, held.interest, held.credit) == (30_000, 70_000 * 4 // 100, 0)
    assert quote(charge, date(2025, 12, 31)).total == 30_000 + 2_800 + 30_000 * 5 // 100

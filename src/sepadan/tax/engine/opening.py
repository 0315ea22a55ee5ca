"""What is left of a bill that an older system made, how well that is proved, and what is odd about it.

    principal = sum of (paid - interest in it)                over = max(0, principal - payable)
    remainder = max(0, payable - principal); 0 where the old system says that it is paid
    unproved  = payable + over - principal - remainder

In doubt nobody is asked for money: the word of the old system that a bill is paid counts, even without a payment that
shows it, and the amount is named. Grades of evidence, the best first:

    full      the bill and the history of its payments are there and say the same
    partial   one of them is missing, or they say different things
    list      only a list names the receivable
    none      nothing but somebody's word

The grade says how well a receivable stands up to an objection or an audit; no text was found that sets it, so these
are definitions of this software. Sources of columns: ``engine/sismiop.py``. Pure. Whole rupiah, local days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sepadan.ground.money import Rupiah
from sepadan.tax.engine.collection import Limitation

GRADES = ("full", "partial", "list", "none")
UNPROVED = ("partial", "list", "none")
"""Grades for which evidence is still to be looked for."""
BILL_NOTES = ("overpaid", "paid_twice", "paid_before_billed", "paid_unproved", "paid_short", "said_open", "barred",
              "interest_beside", "sum_differs")
HOLDER_NOTES = ("not_owner", "two_subjects", "two_numbers")


@dataclass(frozen=True, slots=True)
class OldPayment:
    """A payment; *amount* holds the *interest*. One that was taken back has nothing left."""

    paid_on: date
    amount: Rupiah
    interest: Rupiah = 0


@dataclass(frozen=True, slots=True)
class OldBill:
    """A bill as the old system has it. *reduction* and *pbb* None: not said."""

    tax_year: int
    payable: Rupiah
    due_on: date
    said_paid: bool
    issued_on: date | None = None
    pbb: Rupiah | None = None
    reduction: Rupiah | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a bill comes to on the day on which it is taken over."""

    principal: Rupiah
    interest: Rupiah
    over: Rupiah
    remainder: Rupiah
    unproved: Rupiah
    evidence: str
    notes: tuple[str, ...]


def take_bill(bill: OldBill, paid: Sequence[OldPayment], *, on: date, limitation: Limitation,
              has_payments: bool) -> Taken:
    """*has_payments*: whether the history of payments was there to be looked at, even if it holds none of this bill."""
    principal, interest = sum(one.amount - one.interest for one in paid), sum(one.interest for one in paid)
    over = max(0, principal - bill.payable)
    remainder = 0 if bill.said_paid else max(0, bill.payable - principal)
    unproved = bill.payable + over - principal - remainder
    agrees = bill.payable == 0 or bill.said_paid == (principal >= bill.payable)
    found = Taken(principal, interest, over, remainder, unproved, "full" if has_payments and agrees else "partial", ())
    notes = tuple(name for name in BILL_NOTES if _noted(name, bill, paid, found, on, limitation))
    return Taken(principal, interest, over, remainder, unproved, found.evidence, notes)


def _noted(name: str, bill: OldBill, paid: Sequence[OldPayment], found: Taken, on: date, limit: Limitation) -> bool:
    real = [one for one in paid if one.amount > 0]
    alike = len({(one.paid_on, one.amount) for one in real}) < len(real)
    tests = {
        "overpaid": found.over > 0,
        "paid_twice": bill.payable > 0 and found.over > 0 and (alike or found.over >= bill.payable),
        "paid_before_billed": bill.issued_on is not None and any(one.paid_on < bill.issued_on for one in real),
        "paid_unproved": found.unproved > 0 and not paid, "paid_short": found.unproved > 0 and bool(paid),
        "said_open": not bill.said_paid and bill.payable > 0 and found.remainder == 0,
        "barred": found.remainder > 0 and limit.ends_on(bill.tax_year, bill.due_on) <= on,
        "interest_beside": max((one.amount for one in paid if one.interest), default=None) == bill.payable,
        "sum_differs": bill.pbb is not None and bill.reduction is not None
        and bill.pbb - bill.reduction != bill.payable}
    return tests[name]

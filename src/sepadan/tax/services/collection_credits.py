"""A credit of the payer: used for another charge (compensation), or paid back (refund).

    compensation   overpaid [this charge] -> clearing:credit; then a payment of the other charge out of clearing:credit
                   on the day of the document, spread as any payment (interest by that day, relief of a programme)
    refund         overpaid -> cash

The payment from which the credit came stays as it was.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Charge, quote, settle_dues, standing
from sepadan.tax.models import DuesDecision
from sepadan.tax.services.collection_lines import post_lines, source_of


def check_credit(charge: Charge, amount: Rupiah) -> None:
    """Raise Refused when the credit on *charge* is less than *amount*."""
    credit = standing(charge).credit
    if not 0 < amount <= credit:
        raise refuse("tax.collection.credit.too_little", where=str(charge),
                     remedy="tax.collection.credit.too_little.remedy", amount=amount, credit=max(0, credit))


def check_compensation(charge: Charge, other: Charge | None, amount: Rupiah, on: date) -> None:
    """Raise Refused when the credit does not reach, or the other charge owes less than *amount* on *on*."""
    check_credit(charge, amount)
    if other is None or other.pk == charge.pk:
        raise refuse("tax.collection.credit.no_other", where=str(charge))
    owed = quote(other, on).total
    if amount > owed:
        raise refuse("tax.collection.credit.too_much", where=str(other),
                     remedy="tax.collection.credit.too_much.remedy", amount=amount, owed=owed)


def grant_compensation(decision: DuesDecision, charge: Charge, other: Charge, *, on: date, now: datetime) -> None:
    check_compensation(charge, other, decision.amount, on)
    post_lines(decision, charge, [(":used", "overpaid", "clearing:credit", decision.amount)], on=on, now=now)
    settle_dues(other, quote(other, on), amount=decision.amount, paid_from="clearing:credit", on=on,
                source=source_of(decision), now=now)


def grant_refund(decision: DuesDecision, charge: Charge, *, on: date, now: datetime) -> None:
    check_credit(charge, decision.amount)
    post_lines(decision, charge, [("", "overpaid", "cash", decision.amount)], on=on, now=now)

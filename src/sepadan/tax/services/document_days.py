"""The day of a document that moves money: no earlier than what it rests on.

    every decision       from the day the charge was raised
    credit used, refund  from the day since which the credit reached the amount without a break; of a compensation, the
                         other charge must have been raised by then too
    plan, write-off      from the day of the last line on what is owed, since their amount is all that is open

A day before would let the plan's rate, or a payment out of a credit, reach back to when there was none. Days are those
on which lines are effective, whenever they were posted. The caller holds the charges locked.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Charge, Transfer, transfers_of
from sepadan.tax.models import DecisionKind, DuesDecision

USES_CREDIT = (DecisionKind.COMPENSATION, DecisionKind.REFUND)
TAKES_ALL = (DecisionKind.INSTALMENT, DecisionKind.WRITE_OFF)


def check_document_day(decision: DuesDecision, charge: Charge, other: Charge | None, on: date) -> None:
    """Raise Refused when *on* is before what the decision rests on, with the first day that would do."""
    kind, rows = DecisionKind(decision.kind), _standing_rows(charge)
    _check_raised(charge, rows, on)
    if kind in USES_CREDIT:
        since = credit_since(charge, decision.amount)
        if since is not None and on < since:  # a credit that does not reach at all is told by the act itself
            raise refuse("tax.collection.document.before_credit", where=str(charge), day=on, amount=decision.amount,
                         since=since, remedy="tax.collection.document.before_credit.remedy")
    if other is not None:
        _check_raised(other, _standing_rows(other), on)
    if kind in TAKES_ALL:
        owed = (f"receivable:{charge.levy}", f"receivable:{charge.levy}_interest")
        last = max((row.effective_on for row in rows if {row.debit.purpose, row.credit.purpose} & set(owed)),
                   default=on)
        if on < last:
            raise refuse("tax.collection.document.before_last", where=str(charge), day=on, last=last,
                         remedy="tax.collection.document.before_last.remedy")


def credit_since(charge: Charge, amount: Rupiah) -> date | None:
    """The first day from which the credit on *charge* was *amount* or more and stayed so; None when it is less now."""
    moved: dict[date, Rupiah] = defaultdict(int)
    for row in transfers_of(charge):
        if row.credit.purpose == "overpaid":
            moved[row.effective_on] += row.amount
        if row.debit.purpose == "overpaid":
            moved[row.effective_on] -= row.amount
    stands, since = 0, None
    for day in sorted(moved):
        stands += moved[day]
        if stands < amount:
            since = None
        elif since is None:
            since = day
    return since


def _check_raised(charge: Charge, rows: list[Transfer], on: date) -> None:
    raised = min((row.effective_on for row in rows if row.debit.purpose == f"receivable:{charge.levy}"), default=on)
    if on < raised:
        raise refuse("tax.collection.document.before_charge", where=str(charge), day=on, raised=raised,
                     remedy="tax.collection.document.before_charge.remedy")


def _standing_rows(charge: Charge) -> list[Transfer]:
    """The lines that count: neither undone nor undoing."""
    rows = list(transfers_of(charge))
    undone = {row.reverses_id for row in rows if row.reverses_id is not None}
    return [row for row in rows if row.reverses_id is None and row.pk not in undone]

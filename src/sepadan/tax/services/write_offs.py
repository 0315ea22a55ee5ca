"""Writing off what cannot be collected: all that is open on a charge, as an expense; the debt may come back.

A write-off is proposed with its reason and decided by another person under a decree. It takes principal and interest
charged before; interest that was never charged needs no line. A debtor who is found again: the write-off is ended, and
its lines are reversed.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Charge, standing
from sepadan.tax.models import DuesDecision
from sepadan.tax.services.collection_lines import post_lines, reverse_lines


def check_write_off(charge: Charge, amount: Rupiah) -> None:
    """Raise Refused unless *amount* is all that is open."""
    held = standing(charge)
    if amount != held.principal + held.interest or amount <= 0:
        raise refuse("tax.collection.write_off.not_open", where=str(charge),
                     remedy="tax.collection.write_off.not_open.remedy", amount=amount,
                     open=held.principal + held.interest)


def grant_write_off(decision: DuesDecision, charge: Charge, *, on: date, now: datetime) -> None:
    check_write_off(charge, decision.amount)
    held, levy = standing(charge), charge.levy
    post_lines(decision, charge, [
        ("", f"written_off:{levy}", f"receivable:{levy}", held.principal),
        (":interest", f"written_off:{levy}", f"receivable:{levy}_interest", held.interest)], on=on, now=now)


def end_write_off(decision: DuesDecision, *, on: date, now: datetime) -> None:
    reverse_lines(decision, on=on, now=now)

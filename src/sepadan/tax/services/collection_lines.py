"""Ledger lines of a decision on a charge: named by the decision, effective on the day of its document.

    line = (ending, purpose of the debit, purpose of the credit, amount); source ``decision:<id><ending>``
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.records.public import Charge, Posted, Transfer, TransferDraft, dues_account, post_transfers, reverse
from sepadan.tax.models import DuesDecision

Line = tuple[str, str, str, Rupiah]


def source_of(decision: DuesDecision) -> str:
    return f"decision:{decision.pk}"


def post_lines(decision: DuesDecision, charge: Charge, lines: Iterable[Line], *, on: date, now: datetime) -> Posted:
    """Post the lines with an amount above zero."""
    return post_transfers([TransferDraft(
        debit=dues_account(debit, charge.levy).pk, credit=dues_account(credit, charge.levy).pk, amount=amount,
        charge=charge.pk, effective_on=on, source=f"{source_of(decision)}{ending}")
        for ending, debit, credit, amount in lines if amount], now=now)


def reverse_lines(decision: DuesDecision, *, on: date, now: datetime) -> Posted:
    """Undo every line of the decision by counter-transfers."""
    root = source_of(decision)
    rows = [row for row in Transfer.objects.filter(source__startswith=root)
            if row.source == root or row.source.startswith(f"{root}:")]
    return reverse(rows, effective_on=on, now=now)


def lock_charges(*keys: int) -> dict[int, Charge]:
    """The charges, held until the transaction ends, in the order of their keys."""
    rows = Charge.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}

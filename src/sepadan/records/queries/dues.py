"""What stands on a charge: open principal, open interest, and the payments of principal by their day.

Principal is what moved on ``receivable:<levy>``, interest on ``receivable:<levy>_interest``. A transfer that was
reversed and its reversal cancel out; the *parts* are the payments that stand, oldest day first. Everything posted
counts, on whatever day it is effective: what is owed is asked of the books as they are now. Principal that a correction
turned into a credit is no part any more, so that no interest is charged on it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sepadan.ground.money import Rupiah
from sepadan.records.models import Charge, Transfer
from sepadan.records.names import AccountKind


@dataclass(frozen=True, slots=True)
class Part:
    """Principal paid on a local day."""

    on: date
    amount: Rupiah


@dataclass(frozen=True, slots=True)
class Standing:
    """Open principal and interest (either may be below zero: a credit), the interest ever charged and not taken back,
    what stands as a credit of the payer, and the parts of principal paid."""

    principal: Rupiah = 0
    interest: Rupiah = 0
    interest_charged: Rupiah = 0
    credit: Rupiah = 0
    parts: tuple[Part, ...] = ()


def standing(charge: Charge) -> Standing:
    return standings([charge])[charge.pk]


def standings(charges: Iterable[Charge]) -> dict[int, Standing]:
    """The standing of each charge by its key."""
    levies = {charge.pk: charge.levy for charge in charges}
    rows: dict[int, list[Transfer]] = {key: [] for key in levies}
    for row in Transfer.objects.filter(charge_id__in=list(levies)).select_related("debit", "credit").order_by("id"):
        rows[int(row.charge_id or 0)].append(row)
    return {key: _add_up(levies[key], found) for key, found in rows.items()}


def _add_up(levy: str, rows: list[Transfer]) -> Standing:
    principal, interest = f"receivable:{levy}", f"receivable:{levy}_interest"
    undone = {row.reverses_id for row in rows if row.reverses_id is not None}
    parts = [Part(row.effective_on, row.amount) for row in rows
             if row.credit.purpose == principal and row.debit.kind == AccountKind.CLEARING
             and row.reverses_id is None and row.pk not in undone]
    credited = sum(row.amount for row in rows if row.debit.purpose == principal and row.credit.purpose == "overpaid"
                   and row.reverses_id is None and row.pk not in undone)
    return Standing(
        principal=_balance(rows, principal), interest=_balance(rows, interest),
        interest_charged=-_balance(rows, f"revenue:{levy}_interest"), credit=-_balance(rows, "overpaid"),
        parts=_without_last(sorted(parts, key=lambda part: part.on), credited))


def _without_last(parts: list[Part], amount: Rupiah) -> tuple[Part, ...]:
    """The parts less *amount* off the latest: what a correction made a credit is paid principal no more."""
    kept = []
    for part in reversed(parts):
        gone = min(part.amount, amount)
        amount -= gone
        if part.amount > gone:
            kept.append(Part(part.on, part.amount - gone))
    return tuple(reversed(kept))


def _balance(rows: list[Transfer], purpose: str) -> Rupiah:
    return sum(row.amount for row in rows if row.debit.purpose == purpose) \
        - sum(row.amount for row in rows if row.credit.purpose == purpose)

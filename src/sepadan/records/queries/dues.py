"""What stands on a charge: open principal, open interest, and the payments of principal by their day.

Principal is what moved on ``receivable:<levy>``, interest on ``receivable:<levy>_interest``. A transfer that was
reversed and its reversal cancel out; the *parts* are the payments that stand, oldest day first. Everything posted
counts, on whatever day it is effective: what is owed is asked of the books as they are now.

What was moved later between principal and the rest of the money (a correction makes paid principal a credit; a payment
taken back lets the rest of another one pay principal) changes the parts: money that pays principal no more is the
latest, money that pays it instead the earliest, each with the day on which it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sepadan.ground.money import Rupiah
from sepadan.records.models import Charge, Transfer
from sepadan.records.names import AccountKind

_ENDING = re.compile(r":(?:interest|over|charged|relief|relief_interest)$")
"""What follows the source of a payment in the sources of its lines."""


@dataclass(frozen=True, slots=True)
class Part:
    """Principal paid on a local day."""

    on: date
    amount: Rupiah


@dataclass(frozen=True, slots=True)
class Money:
    """One payment: what of it paid principal when it was booked, and the rest (interest, too much)."""

    on: date
    principal: Rupiah
    rest: Rupiah


@dataclass(frozen=True, slots=True)
class Standing:
    """Open principal and interest (either may be below zero: a credit), the interest ever charged and not taken back,
    what stands as a credit of the payer, and the parts of principal paid.

    ``money`` is what came, by payment; ``used`` what left the credit (paid back, used for another charge), ``given``
    what entered it without having been paid (a cut of a paid bill, interest to the taxpayer), ``cut`` the part of it
    that is relief.
    """

    principal: Rupiah = 0
    interest: Rupiah = 0
    interest_charged: Rupiah = 0
    credit: Rupiah = 0
    parts: tuple[Part, ...] = ()
    money: tuple[Money, ...] = ()
    used: Rupiah = 0
    given: Rupiah = 0
    cut: Rupiah = 0

    def parts_of(self, principal: Rupiah) -> tuple[Part, ...]:
        """The parts if so much principal were paid by the money that came."""
        return _shifted(self.money, sum(one.principal for one in self.money) - principal)


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
    stands = [row for row in rows if row.reverses_id is None and row.pk not in undone]
    money = _money([row for row in stands if row.debit.kind == AccountKind.CLEARING], principal, interest)
    others = ("overpaid", interest)
    moved = _sum(row for row in stands if row.debit.purpose == principal and row.credit.purpose in others) \
        - _sum(row for row in stands if row.credit.purpose == principal and row.debit.purpose in others)
    gifts = [row for row in stands if row.credit.purpose == "overpaid" and row.debit.kind != AccountKind.CLEARING
             and row.debit.purpose not in (principal, interest)]
    return Standing(
        principal=_balance(rows, principal), interest=_balance(rows, interest),
        interest_charged=-_balance(rows, f"revenue:{levy}_interest"), credit=-_balance(rows, "overpaid"),
        parts=_shifted(money, moved), money=money,
        used=_sum(row for row in stands if row.debit.purpose == "overpaid"
                  and row.credit.kind in (AccountKind.CLEARING, AccountKind.CASH)),
        given=_sum(gifts), cut=_sum(row for row in gifts if row.debit.purpose == f"relief:{levy}"))


def _money(rows: list[Transfer], principal: str, interest: str) -> tuple[Money, ...]:
    """The payments of the *rows*, by their day, then in the order of booking."""
    found: dict[str, Money] = {}
    for row in rows:
        if row.credit.purpose not in (principal, interest, "overpaid"):
            continue
        root = _ENDING.sub("", row.source)
        known = found.get(root, Money(row.effective_on, 0, 0))
        paid = row.amount if row.credit.purpose == principal else 0
        found[root] = Money(known.on, known.principal + paid, known.rest + row.amount - paid)
    return tuple(sorted(found.values(), key=lambda one: one.on))


def _shifted(money: tuple[Money, ...], moved: Rupiah) -> tuple[Part, ...]:
    """The parts when *moved* of the principal paid pays it no more, or, below zero, so much of the rest pays it too."""
    amounts = [one.principal for one in money]
    for k in range(len(money) - 1, -1, -1):
        gone = min(amounts[k], max(moved, 0))
        amounts[k], moved = amounts[k] - gone, moved - gone
    for k, one in enumerate(money):
        more = min(one.rest, max(-moved, 0))
        amounts[k], moved = amounts[k] + more, moved + more
    return tuple(Part(one.on, amount) for one, amount in zip(money, amounts, strict=True) if amount)


def _sum(rows: Iterable[Transfer]) -> Rupiah:
    return sum(row.amount for row in rows)


def _balance(rows: list[Transfer], purpose: str) -> Rupiah:
    return sum(row.amount for row in rows if row.debit.purpose == purpose) \
        - sum(row.amount for row in rows if row.credit.purpose == purpose)

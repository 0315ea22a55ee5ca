"""Putting a charge right after what earlier acts rested on has changed: the difference between the books and what
stands by ``engine/reckoning.py`` becomes lines of the act that changed it.

    interest that is not due any more       revenue of interest -> interest owed          (``:charged``)
    interest that is due besides            interest owed -> revenue of interest          (``:due``)
    between principal, interest and credit  the account that gives -> the one that receives, at most two lines

So a payment taken back after a bill was lowered leaves the lowered principal open, with its own interest, and no credit
from money that is gone. A credit that was paid back or used since cannot be taken back with it: that is refused.
``Happened`` is read from the lines of the charge; the caller holds the charge locked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    AccountKind,
    Charge,
    Order,
    Standing,
    Transfer,
    TransferDraft,
    current_region,
    dues_account,
    post_transfers,
    reckons,
    standing,
    transfers_of,
)
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.collection import interest_by
from sepadan.tax.engine.reckoning import Happened, Reckoned, reckon
from sepadan.tax.queries.accounts import plans_of, tax_years
from sepadan.tax.services.dues import dues_law, plan_of

NAMES = {("principal", "credit"): "credit", ("interest", "credit"): "interest_credit",
         ("credit", "principal"): "offset", ("credit", "interest"): "interest_offset",
         ("interest", "principal"): "to_principal", ("principal", "interest"): "to_interest"}
"""What a line between two accounts is called: the one that the debit goes to, the one that gives."""
PAYS = ("clearing", "overpaid", "receivable")
"""How the purposes of accounts begin out of which a charge is paid: channels, its credit, its other receivable."""


@reckons(LEVY)
def reckon_after_return(charge: Charge, on: date, source: str, now: datetime) -> None:
    """After a payment was taken back. Raises Refused when a credit that rested on it was paid back or used since."""
    found = reckon_charge(charge, on=on, source=source, now=now)
    if found.short:
        raise refuse("tax.money.credit_gone", where=str(charge), remedy="tax.money.credit_gone.remedy",
                     amount=found.short)


def reckon_charge(charge: Charge, *, on: date, source: str, now: datetime) -> Reckoned:
    """Post what makes *charge* stand as it should by *on*, under sources that begin with *source*."""
    held = standing(charge)
    target = reckoned(charge, held, on)
    levy = charge.levy
    accounts = {"principal": f"receivable:{levy}", "interest": f"receivable:{levy}_interest", "credit": "overpaid"}
    change = target.charged - held.interest_charged
    receives, gives = accounts["interest"], f"revenue:{levy}_interest"
    lines = [(f"{source}:due", receives, gives, change), (f"{source}:charged", gives, receives, -change)]
    moved = {"principal": target.principal - held.principal, "interest": target.interest - held.interest - change,
             "credit": held.credit - target.credit + target.short}
    while takers := [name for name, amount in moved.items() if amount > 0]:
        taker, giver = takers[0], next(name for name, amount in moved.items() if amount < 0)
        amount = min(moved[taker], -moved[giver])
        moved[taker], moved[giver] = moved[taker] - amount, moved[giver] + amount
        lines.append((f"{source}:{NAMES[taker, giver]}", accounts[taker], accounts[giver], amount))
    post_transfers([TransferDraft(debit=dues_account(debit, levy).pk, credit=dues_account(credit, levy).pk,
                                  amount=amount, charge=charge.pk, effective_on=on, source=name)
                    for name, debit, credit, amount in lines if amount > 0], now=now)
    return target


def reckoned(charge: Charge, held: Standing, on: date) -> Reckoned:
    """What stands by *on*."""
    code = current_region().code
    first = dues_law(code, on).order is Order.PRINCIPAL_FIRST
    return reckon(happened(charge, held, principal_first=first), held.parts_of, interest_of(charge), on)


def interest_of(charge: Charge) -> Callable[[Rupiah, date], Rupiah]:
    """The interest on principal of *charge* that is paid on a day, by the law of that day; none where nobody knows
    which year it is about."""
    if charge.pk not in tax_years([charge.pk]):
        return lambda amount, day: 0
    code, plan = current_region().code, plan_of(plans_of([charge.pk]).get(charge.pk))
    law_of = cache(lambda day: dues_law(code, day).interest)

    def interest_on(amount: Rupiah, day: date) -> Rupiah:
        return interest_by(law_of(day), amount, charge.due_on, day, plan) if day > charge.due_on else 0

    return interest_on


def happened(charge: Charge, held: Standing, *, principal_first: bool = True) -> Happened:
    """What happened to *charge* by its lines. What moved between its own accounts is no fact, it follows from them."""
    owed, interest = f"receivable:{charge.levy}", f"receivable:{charge.levy}_interest"
    rows = list(transfers_of(charge))
    paid, paid_interest = _net(rows, owed, *PAYS), _net(rows, interest, *PAYS)
    forgiven = _net(rows, interest, "relief", "written_off")
    paying = tuple(row.source for row in rows if row.debit.kind == AccountKind.CLEARING)
    besides = -_net([row for row in rows if not row.source.startswith(("payment:", "decision:", "reversal:", *paying))],
                    interest, "revenue")
    return Happened(
        due=held.principal + paid - held.cut, money=sum(one.principal + one.rest for one in held.money),
        used=held.used, given=held.given - held.cut, charged=held.interest_charged, forgiven=forgiven,
        brought=held.interest + paid_interest + forgiven - held.interest_charged,
        besides=besides if principal_first else held.interest_charged,
        kept_interest=None if principal_first else paid_interest)


def _net(rows: list[Transfer], giver: str, *begins: str) -> Rupiah:
    """What *giver* gave to accounts whose purpose begins with one of these words, less what came back."""
    gave = sum(row.amount for row in rows if row.credit.purpose == giver and row.debit.purpose.split(":")[0] in begins)
    return gave - sum(row.amount for row in rows
                      if row.debit.purpose == giver and row.credit.purpose.split(":")[0] in begins)

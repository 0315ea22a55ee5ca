"""Fines of refused objections and appeals as pages show them: what is open of each, why, and how to pay it.

A fine is a charge of its own beside the bill and bears no interest. It is paid at a counter by its number, and at a
bank where one takes this levy, by a number of its own: never by the number of the bill.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.records.public import Sanction, account_numbers, paying_partners, standing
from sepadan.tax.documents.offices import office_facts
from sepadan.tax.queries.accounts import FINE_LEVY
from sepadan.tax.services.fines import stands
from sepadan.territory.public import Region


def fine_rows(fines: Iterable[Sanction], region: Region) -> list[dict[str, Any]]:
    """Each fine with its name, amount, what is open, whether it stands, its reckoning and the ways to pay."""
    fines, rows = list(fines), []
    number = account_numbers(FINE_LEVY) if fines else None
    banks = paying_partners(FINE_LEVY) if fines else []
    for fine in fines:
        held, standing_fine = standing(fine.charge), stands(fine)
        still = max(0, held.principal)
        account = "" if number is None or not standing_fine else number(fine.charge_id)
        rows.append({
            "fine": fine, "name": message(f"tax.appeal.fine.{fine.kind}"), "amount": fine.charge.amount,
            "stands": standing_fine, "open": still, "credit": max(0, held.credit), "account": account,
            "due": fine.charge.due_on, "number": fine.charge.number,
            "pay": message("tax.appeal.fine.pay", number=fine.charge.number, due=fine.charge.due_on, open=still),
            "ways": _ways(fine, account, banks, region) if still else [],
            "basis": message("tax.appeal.fine.basis", share=Fraction(fine.share), base=fine.base, basis=fine.basis)})
    return rows


def _ways(fine: Sanction, account: str, banks: list[str], region: Region) -> list[Message]:
    found = [message("tax.appeal.fine.way.bank", names=", ".join(banks), account=account)] if account else []
    office = office_facts(region).office
    return [*found, message("tax.appeal.fine.way.counter", office=office, number=fine.charge.number)]

"""What the tax desk knows of charges: their objects and tax years, plans in force, and the account of one object.

A line of an account is a transfer that touches the receivable, interest or credit of a charge. Its amount is seen from
the payer: what he owes rises with a debit and falls with a credit; a credit that stands for him counts below zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from sepadan.ground.money import Rupiah
from sepadan.records.public import Charge, Sanction, Transfer, current_region
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.models import Bill, Claim, ClaimOrigin, DuesDecision, Instalment, Interrupt

FINE_LEVY = "pbb_fine"
SEEN = {f"receivable:{LEVY}": "principal", f"receivable:{LEVY}_interest": "interest", "overpaid": "credit",
        f"receivable:{FINE_LEVY}": "fine"}
_YEARS = """
    SELECT charge_id, tax_year FROM tax_bill WHERE region_id = %s AND charge_id = ANY(%s)
    UNION ALL SELECT charge_id, tax_year FROM tax_claim WHERE region_id = %s AND charge_id = ANY(%s)
"""
ASSESSED = (f"revenue:{LEVY}", f"opening:{LEVY}")


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """What a charge is about. ``bill_id`` is empty for a claim and a fine, ``kelurahan_id`` where it is not known.
    ``fine``: the kind of a fine, empty for what is none. ``credit``: nothing is claimed, an old bill was overpaid."""

    charge_id: int
    nop: str
    tax_year: int
    payer: str
    kelurahan_id: int | None
    bill_id: int | None = None
    street: str = ""
    fine: str = ""
    credit: bool = False


def facts_of(charges: Iterable[int]) -> dict[int, ChargeFacts]:
    """The facts of each charge that a bill, a claim or a fine on one of them stands behind, by its key."""
    keys = list(charges)
    found: dict[int, ChargeFacts] = {}
    for bill in Bill.objects.filter(charge_id__in=keys).select_related("taxpayer", "taxable_object"):
        found[int(bill.charge_id or 0)] = ChargeFacts(
            int(bill.charge_id or 0), bill.nop, bill.tax_year, bill.taxpayer.name, bill.kelurahan_id, bill.pk,
            bill.taxable_object.street)
    for claim in Claim.objects.filter(charge_id__in=keys):
        found[claim.charge_id] = ChargeFacts(claim.charge_id, claim.nop, claim.tax_year, claim.payer_name,
                                             claim.kelurahan_id, credit=claim.origin == ClaimOrigin.CREDIT)
    fines = fines_by_charge(set(keys) - set(found))
    about = facts_of({one.about_id for one in fines}) if fines else {}
    for fine in fines:
        if fine.about_id in about:
            found[fine.charge_id] = replace(about[fine.about_id], charge_id=fine.charge_id, bill_id=None,
                                            fine=fine.kind)
    return found


def fines_by_charge(charges: Iterable[int]) -> list[Sanction]:
    """The fines that are charged by any of *charges*."""
    keys = list(charges)
    return list(Sanction.objects.filter(charge_id__in=keys).select_related("charge")) if keys else []


def fines_about(charges: Iterable[int]) -> list[Sanction]:
    """The fines on refused objections to and appeals about any of *charges*, oldest first."""
    return list(Sanction.objects.filter(about_id__in=list(charges)).select_related("charge").order_by("id"))


def tax_years(charges: Iterable[int]) -> dict[int, int]:
    """The tax year of each charge that the tax desk knows."""
    keys, region_id = list(charges), current_region().pk
    with connection.cursor() as cursor:
        cursor.execute(_YEARS, [region_id, keys, region_id, keys])
        return dict(cursor.fetchall())


def plans_of(charges: Iterable[int]) -> dict[int, DuesDecision]:
    """The instalment plan in force on each charge that has one."""
    rows = DuesDecision.objects.filter(charge_id__in=list(charges), kind="instalment", state="granted")
    return {row.charge_id: row for row in rows}


def charges_of_object(nop: str) -> list[Charge]:
    """Every charge of an object, oldest tax year first."""
    bills = dict(Bill.objects.filter(nop=nop, charge__isnull=False).values_list("charge_id", "tax_year"))
    claims = dict(Claim.objects.filter(nop=nop).values_list("charge_id", "tax_year"))
    years = {int(key): year for key, year in (bills | claims).items() if key is not None}
    rows = Charge.objects.filter(pk__in=list(years))
    return sorted(rows, key=lambda row: (years[row.pk], row.pk))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account. ``part`` is principal, interest, fine or credit; ``balance`` stands after it."""

    on: date
    posted_at: datetime
    charge_id: int
    part: str
    source: str
    amount: Rupiah
    balance: Rupiah
    other: str


def lines_of(charges: Iterable[int], *, on: date | None = None) -> list[Line]:
    """Every line of the charges effective up to *on*, in the order of days, then of posting."""
    rows = Transfer.objects.filter(charge_id__in=list(charges)).filter(
        Q(debit__purpose__in=list(SEEN)) | Q(credit__purpose__in=list(SEEN))).select_related("debit", "credit")
    if on is not None:
        rows = rows.filter(effective_on__lte=on)
    lines, balance = [], 0
    for row in rows.order_by("effective_on", "id"):
        for account, other, sign in ((row.debit, row.credit, 1), (row.credit, row.debit, -1)):
            if account.purpose in SEEN:
                balance += sign * row.amount
                lines.append(Line(row.effective_on, row.posted_at, int(row.charge_id or 0), SEEN[account.purpose],
                                  row.source, sign * row.amount, balance, other.name))
    return lines


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a charge was assessed at, corrections counted, and what was forgiven of its principal and its interest."""

    principal: Rupiah
    relief: Rupiah
    interest_relief: Rupiah


def assessed(charge: Charge) -> Assessed:
    rows = list(Transfer.objects.filter(charge=charge).select_related("debit", "credit"))

    def net(*purposes: str) -> Rupiah:
        return sum(row.amount for row in rows if row.credit.purpose in purposes) \
            - sum(row.amount for row in rows if row.debit.purpose in purposes)

    return Assessed(net(*ASSESSED), -net(f"relief:{charge.levy}"), -net(f"relief:{charge.levy}_interest"))


def decisions_of(charges: Iterable[int]) -> QuerySet[DuesDecision]:
    return DuesDecision.objects.filter(charge_id__in=list(charges)).select_related("charge", "other_charge")


def instalments_of(decision: DuesDecision) -> list[Instalment]:
    return list(Instalment.objects.filter(decision=decision))


def interruptions(charges: Iterable[int]) -> dict[int, list[date]]:
    """The days on which limitation began anew, by charge."""
    found: dict[int, list[date]] = {}
    for key, day in Interrupt.objects.filter(charge_id__in=list(charges)).values_list("charge_id", "on"):
        found.setdefault(key, []).append(day)
    return found

"""Finding bills for a page, and what stands around one: its other years, payments, open amounts of its object.

A search by NOP goes over the index of NOPs (whole, or its first ten digits or more), one by name over the words of the
taxpayers' names. It
gives at most ``MOST`` bills, newest year first, and says when there are more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from sepadan.ground.messages import Message
from sepadan.records.public import Charge, Document, Payment, open_amounts
from sepadan.tax.models import AssessmentRun, Bill, Claim, RunState, Taxpayer
from sepadan.tax.queries.bills import bills
from sepadan.tax.queries.register_search import taxpayers_named

MOST = 50
_PEOPLE = 60


@dataclass(frozen=True, slots=True)
class Found:
    bills: list[Bill]
    more: bool


def search_bills(typed: str) -> Found:
    """Bills in force of the region in scope whose NOP begins with the digits of *typed*, or whose payer is named so."""
    plain = " ".join(typed.replace("\0", " ").split())[:80]
    digits = re.sub(r"[\s.\-]", "", plain)
    if digits.isascii() and digits.isdigit() and len(digits) >= 10:
        rows = bills().filter(_by_nop(digits), live=True)
    elif len(plain) >= 3:
        named = taxpayers_named(plain, most=_PEOPLE).ids
        people = [*Taxpayer.objects.filter(npwpd=plain).values_list("pk", flat=True), *named]
        rows = bills().filter(taxpayer_id__in=people, live=True)
    else:
        return Found([], more=False)
    found = list(rows.order_by("nop", "-tax_year", "-id")[:MOST + 1])
    return Found(found[:MOST], len(found) > MOST)


def _by_nop(digits: str) -> Q:
    first = digits[:18]
    return Q(nop=first) if len(first) == 18 else Q(nop__gte=first.ljust(18, "0"), nop__lte=first.ljust(18, "9"))


def posted_runs() -> QuerySet[AssessmentRun]:
    """Runs whose bills are in force, newest tax year first."""
    rows = AssessmentRun.objects.filter(state=RunState.POSTED.value).select_related("region", "roll")
    return rows.order_by("-tax_year", "-id")


@dataclass(frozen=True, slots=True)
class YearOfObject:
    """A bill in force of an object, and what is open on it by the ledger."""

    bill: Bill
    open: int

    @property
    def payment(self) -> str:
        if not self.bill.payable:
            return "none"
        return "paid" if self.open <= 0 else "open" if self.open >= self.bill.payable else "part"

    @property
    def words(self) -> Message:
        """The payment in the words of the sheet."""
        return Message(f"tax.sheet.{self.payment}")


def years_of_object(nop: str, *, on: date | None = None) -> list[YearOfObject]:
    """The bills in force of an object, newest first, with their open amounts."""
    rows = list(bills().filter(nop=nop, live=True).order_by("-tax_year"))
    owed = open_amounts([row.charge_id for row in rows if row.charge_id], on=on)
    return [YearOfObject(row, owed.get(row.charge_id or 0, 0)) for row in rows]


@dataclass(frozen=True, slots=True)
class Arrear:
    """What is open on a year of an object, and since when it is due."""

    tax_year: int
    open: int
    due_on: date


def open_of_object(nop: str) -> list[Arrear]:
    """Every open charge of an object, bills and claims alike, oldest year first."""
    years = {row.charge_id: row.tax_year for row in Bill.objects.filter(nop=nop, charge__isnull=False)}
    years |= {row.charge_id: row.tax_year for row in Claim.objects.filter(nop=nop)}
    owed = open_amounts(years)
    due = dict(Charge.objects.filter(pk__in=years).values_list("id", "due_on"))
    found = [Arrear(year, owed[key], due[key]) for key, year in years.items() if owed[key] > 0]
    return sorted(found, key=lambda one: (one.tax_year, one.due_on))


def payments_of(bill: Bill) -> list[Payment]:
    """Payments of a bill that were not taken back, oldest first."""
    if bill.charge_id is None:
        return []
    return list(Payment.objects.filter(charge_id=bill.charge_id, reversals__isnull=True).order_by("id"))


def papers_of_bill(bill: Bill) -> QuerySet[Document]:
    """Documents about *bill*; who may open one says the access check of documents."""
    about = f"{Bill._meta.app_label}.{Bill._meta.model_name}"
    return Document.objects.filter(subject_type=about, subject_id=str(bill.pk)).select_related("number").order_by("-id")

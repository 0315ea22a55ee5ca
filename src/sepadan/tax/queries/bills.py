"""Reading bills of the region in scope: one by its NOP, and the list of a kelurahan (DHKP) in the order of delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from sepadan.ground.money import Rupiah
from sepadan.tax.models import AssessmentRun, Bill

CHUNK = 5_000


def bills() -> QuerySet[Bill]:
    """All bills with what a page about one of them needs."""
    return Bill.objects.select_related("run", "run__region", "taxable_object", "taxpayer", "kelurahan", "charge")


def any_live_bill() -> bool:
    """Whether the region in scope has bills in force: only then has a resident something to look up."""
    return Bill.objects.filter(live=True).exists()


def live_bill(nop: str, tax_year: int) -> Bill | None:
    """The bill in force of one object and year."""
    return bills().filter(nop=nop, tax_year=tax_year, live=True).first()


def bills_of_object(nop: str) -> list[Bill]:
    """Every bill of an object, newest year first, those of reversed runs included."""
    return list(bills().filter(nop=nop).order_by("-tax_year", "-id"))


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of a DHKP: what is owed at first, without what happened since (that is in the ledger)."""

    nop: str
    taxpayer: str
    street: str
    njop: Rupiah
    pbb: Rupiah
    payable: Rupiah
    due_on: date


def delivery_list(run: AssessmentRun, kelurahan_id: int) -> Iterator[ListLine]:
    """The lines of one kelurahan, in the order of NOP, read in chunks."""
    rows = Bill.objects.filter(run=run, kelurahan_id=kelurahan_id).select_related("taxpayer", "taxable_object")
    for bill in rows.order_by("nop").iterator(chunk_size=CHUNK):
        yield ListLine(bill.nop, bill.taxpayer.name, bill.taxable_object.street, bill.njop, bill.pbb, bill.payable,
                       bill.due_on)


@dataclass(frozen=True, slots=True)
class ListTotal:
    """One kelurahan of a run: its bills and their sum, by which its list is closed."""

    kelurahan_id: int
    code: str
    name: str
    bills: int
    payable: Rupiah


def list_totals(run: AssessmentRun) -> list[ListTotal]:
    """The kelurahan of a run in the order of their codes."""
    rows = (Bill.objects.filter(run=run).order_by("kelurahan__code")
            .values_list("kelurahan_id", "kelurahan__code", "kelurahan__name")
            .annotate(bills=Count("id"), payable=Sum("payable")))
    return [ListTotal(key, code, name, count, int(payable)) for key, code, name, count, payable in rows]

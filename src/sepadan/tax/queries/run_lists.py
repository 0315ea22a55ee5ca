"""The list of charges of a kelurahan (DHKP), and how it is closed: bills, charges and ledger hold the same sum.

Reads the bills of one run in the region in scope. ``Closing`` adds up three things that were written apart - what the
bills say is payable, the amounts of their charges, the transfers that raised them - so that a difference would show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from sepadan.ground.money import Rupiah
from sepadan.records.public import current_region
from sepadan.tax.models import AssessmentRun, Bill, RegisterObject, Taxpayer

_CLOSING = """
    SELECT count(*), coalesce(sum(b.payable), 0), count(c.id), coalesce(sum(c.amount), 0), count(t.id),
           coalesce(sum(t.amount), 0), count(*) FILTER (WHERE b.waived), count(*) FILTER (WHERE NOT b.live)
    FROM tax_bill b
    LEFT JOIN records_charge c ON c.region_id = b.region_id AND c.id = b.charge_id
    LEFT JOIN records_transfer t ON t.region_id = b.region_id AND t.source = 'assessment:' || b.run_id || ':' || b.nop
    WHERE b.region_id = %s AND b.run_id = %s AND (%s::bigint IS NULL OR b.kelurahan_id = %s)
"""


@dataclass(frozen=True, slots=True)
class Closing:
    """Counts and sums of one list. ``closed``: every payable bill has its charge and its transfer, of the same sum."""

    bills: int
    payable: Rupiah
    charges: int
    charged: Rupiah
    transfers: int
    booked: Rupiah
    waived: int
    withdrawn: int

    @property
    def closed(self) -> bool:
        return self.payable == self.charged == self.booked and self.charges == self.transfers


def closing_of(run: AssessmentRun, kelurahan_id: int | None = None) -> Closing:
    """The closing of one kelurahan, or of the whole run."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSING, [current_region().pk, run.pk, kelurahan_id, kelurahan_id])
        row: Any = cursor.fetchone()
    return Closing(*(int(value) for value in row))


def list_lines(run: AssessmentRun, kelurahan_id: int) -> QuerySet[Bill]:
    """The bills of one kelurahan in the order of NOP."""
    return Bill.objects.filter(run=run, kelurahan_id=kelurahan_id).annotate(
        owner=F("taxpayer__name"), street=F("taxable_object__street"), land_m2=F("taxable_object__land_m2"),
        building_m2=F("taxable_object__building_m2")).order_by("nop")


def places_of(run: AssessmentRun, nops: Sequence[str], numbers: Sequence[str]) -> dict[str, tuple[str, str | int]]:
    """Where the desk shows each of these: the object of the register, else the bill of the run; and taxpayers by their
    numbers. The name of the page and what it is asked for, by NOP or NPWPD; what has no page is not there."""
    found: dict[str, tuple[str, str | int]] = {}
    if nops:
        for nop, key in Bill.objects.filter(run=run, nop__in=nops).values_list("nop", "pk"):
            found[nop] = ("bill", key)
        for nop in RegisterObject.objects.filter(nop__in=nops).values_list("nop", flat=True):
            found[nop] = ("register_object", nop)
    if numbers:
        for npwpd, key in Taxpayer.objects.filter(npwpd__in=numbers).values_list("npwpd", "pk"):
            found[npwpd] = ("taxpayer", key)
    return found

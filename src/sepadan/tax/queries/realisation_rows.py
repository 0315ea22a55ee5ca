"""The rows behind a figure of the realisation: receipts entry by entry, bills of a group one by one.

Their sums are the figure, since both are the same transfers under the same conditions. Everything is of the region in
scope, in whole rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, When

from sepadan.ground.money import Rupiah
from sepadan.records.public import Transfer, current_region
from sepadan.tax.engine.realisation import BANDS
from sepadan.tax.models import Bill
from sepadan.tax.queries.realisation import LevyAccounts

_BILLS = """
    SELECT b.charge_id, b.nop, b.kelurahan_id, b.payable, coalesce(sum(t.paid), 0)::bigint, sum(t.moved)::bigint
    FROM tax_bill b
    JOIN (SELECT charge_id, CASE WHEN debit_id = %(receivable)s THEN amount ELSE -amount END AS moved,
                 CASE WHEN debit_id = ANY(%(clearing)s) THEN amount
                      WHEN credit_id = ANY(%(clearing)s) THEN -amount ELSE 0 END AS paid
          FROM records_transfer
          WHERE region_id = %(region)s AND %(receivable)s IN (debit_id, credit_id)
            AND effective_on <= %(until)s) AS t ON t.charge_id = b.charge_id
    WHERE b.region_id = %(region)s AND b.live AND b.tax_year = %(year)s
      AND (%(kelurahan)s::bigint IS NULL OR b.kelurahan_id = %(kelurahan)s)
      AND (%(band)s::int IS NULL OR width_bucket(b.payable - 1, %(bands)s::bigint[]) = %(band)s)
    GROUP BY b.charge_id, b.nop, b.kelurahan_id, b.payable ORDER BY b.nop
"""


@dataclass(frozen=True, slots=True)
class BillRow:
    """One bill of a group: what it came to, the principal received on it, what is open."""

    charge: int
    nop: str
    kelurahan: int
    billed: Rupiah
    paid: Rupiah
    still: Rupiah


def bill_rows(accounts: LevyAccounts, year: int, until: date, *, kelurahan: int | None = None,
              band: int | None = None) -> list[BillRow]:
    """Bills in force of a tax year, of one kelurahan or band if asked, as they stood at the end of *until*."""
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, {
            "region": current_region().pk, "receivable": accounts.receivable, "clearing": list(accounts.channels),
            "until": until, "year": year, "kelurahan": kelurahan, "band": band, "bands": list(BANDS)})
        return [BillRow(*row) for row in cursor.fetchall()]


def receipt_entries(accounts: LevyAccounts, first: date, last: date, *, channel: str = "", interest: bool = False,
                    tax_year: int | None = None) -> QuerySet[Transfer]:
    """Receipts of some days entry by entry with ``signed``: what was taken back counts against."""
    clearing = [key for key, name in accounts.channels.items() if channel in ("", name)]
    owed = accounts.interest if interest else list(accounts.owed)
    found = Transfer.objects.filter(
        Q(debit_id__in=clearing, credit_id__in=owed) | Q(credit_id__in=clearing, debit_id__in=owed),
        effective_on__gte=first, effective_on__lte=last).annotate(
        signed=Case(When(debit_id__in=clearing, then=F("amount")), default=-F("amount")))
    if tax_year is not None:
        found = found.filter(charge_id__in=Bill.objects.filter(tax_year=tax_year).values("charge_id"))
    return found

"""From a total to what it is made of: accounts, entries, the charge behind each, and whether lists and ledger agree.

Everything is of the region in scope. Amounts are whole rupiah; a balance is debit minus credit. A check compares two
ways of arriving at the same sum and names what differs; it never corrects anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from sepadan.ground.money import Rupiah
from sepadan.records.public import Account, Charge, Payment, Transfer, current_region, zone_of
from sepadan.tax.models import Bill
from sepadan.tax.queries.trail_sums import Checked

_ACCOUNTS = """
    SELECT account, count(*), sum(debit)::numeric, sum(credit)::numeric FROM (
        SELECT debit_id AS account, amount AS debit, 0 AS credit, effective_on FROM records_transfer
        WHERE region_id = %(region)s
        UNION ALL
        SELECT credit_id, 0, amount, effective_on FROM records_transfer WHERE region_id = %(region)s) AS moved
    WHERE %(on)s::date IS NULL OR effective_on <= %(on)s
    GROUP BY account
"""
_OPEN = """
    SELECT c.id, c.number, c.due_on, c.amount, b.nop, b.tax_year, b.kelurahan_id, m.still::bigint, m.entries
    FROM (SELECT charge_id, count(*) AS entries, sum(CASE WHEN debit_id = %(receivable)s THEN amount ELSE 0 END
                      - CASE WHEN credit_id = %(receivable)s THEN amount ELSE 0 END) AS still
               FROM records_transfer
               WHERE region_id = %(region)s AND %(receivable)s IN (debit_id, credit_id)
                 AND (%(on)s::date IS NULL OR effective_on <= %(on)s)
               GROUP BY charge_id
               HAVING sum(CASE WHEN debit_id = %(receivable)s THEN amount ELSE 0 END
                          - CASE WHEN credit_id = %(receivable)s THEN amount ELSE 0 END) <> 0) AS m
    JOIN records_charge c ON c.region_id = %(region)s AND c.id = m.charge_id AND c.levy = %(levy)s
    LEFT JOIN tax_bill b ON b.region_id = c.region_id AND b.charge_id = c.id
    ORDER BY c.id
"""
_CHECKS = """
    SELECT (SELECT coalesce(sum(CASE WHEN debit_id = %(receivable)s THEN amount ELSE -amount END), 0)
            FROM records_transfer WHERE region_id = %(region)s AND %(receivable)s IN (debit_id, credit_id)
              AND charge_id IS NULL),
           (SELECT coalesce(sum(CASE WHEN t.debit_id = %(receivable)s THEN t.amount ELSE -t.amount END), 0)
            FROM records_transfer t JOIN records_charge c ON c.region_id = t.region_id AND c.id = t.charge_id
            WHERE t.region_id = %(region)s AND %(receivable)s IN (t.debit_id, t.credit_id) AND c.levy <> %(levy)s),
           (SELECT coalesce(sum(c.amount), 0) FROM records_charge c
            JOIN tax_bill b ON b.region_id = c.region_id AND b.charge_id = c.id
            WHERE c.region_id = %(region)s AND c.levy = %(levy)s),
           (SELECT coalesce(sum(payable), 0) FROM tax_bill WHERE region_id = %(region)s AND charge_id IS NOT NULL),
           (SELECT coalesce(sum(p.amount), 0) FROM records_payment p
            JOIN records_charge c ON c.region_id = p.region_id AND c.id = p.charge_id
            WHERE p.region_id = %(region)s AND c.levy = %(levy)s),
           (SELECT coalesce(sum(t.amount), 0) FROM records_transfer t
            JOIN records_charge c ON c.region_id = t.region_id AND c.id = t.charge_id
            WHERE t.region_id = %(region)s AND c.levy = %(levy)s AND t.source LIKE 'payment:%%'
              AND t.debit_id = ANY(%(clearing)s))
"""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account and what moved on it."""

    account: Account
    entries: int
    debit: Rupiah
    credit: Rupiah

    @property
    def balance(self) -> Rupiah:
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge on which something is open (below zero: more was taken off than was owed)."""

    charge: int
    number: str
    due_on: date
    amount: Rupiah
    nop: str | None
    tax_year: int | None
    kelurahan: int | None
    still: Rupiah
    entries: int


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to one sum. ``key`` names the check in words; ``parts`` say where a difference lies, if known."""

    key: str
    left: Rupiah
    right: Rupiah
    parts: Mapping[str, Rupiah]

    @property
    def off(self) -> Rupiah:
        return self.left - self.right

    @property
    def agrees(self) -> bool:
        return self.off == 0


def account_lines(*, on: date | None = None) -> list[AccountLine]:
    """Every account of the region by code, with its movements up to and including *on*; added up from every entry."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, {"region": current_region().pk, "on": on})
        moved = {key: (count, int(debit), int(credit)) for key, count, debit, credit in cursor.fetchall()}
    return lines_from(moved)


def lines_from(moved: Mapping[int, tuple[int, int, int]]) -> list[AccountLine]:
    """Every account of the region by code, with its entries, debit and credit by its key in *moved*."""
    return [AccountLine(row, *moved.get(row.pk, (0, 0, 0))) for row in Account.objects.order_by("code")]


def entries_of(account: Account) -> QuerySet[Transfer]:
    """What moved on *account*."""
    return Transfer.objects.filter(Q(debit=account) | Q(credit=account))


def open_charges(levy: str, receivable: int, *, on: date | None = None) -> list[OpenCharge]:
    """The receivable list: every charge of *levy* that is not at zero."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"region": current_region().pk, "levy": levy, "receivable": receivable, "on": on})
        return [OpenCharge(*row) for row in cursor.fetchall()]


def checks_of(levy: str, lines: Sequence[AccountLine], still: Sequence[OpenCharge]) -> list[Check]:
    """Whether lists and ledger agree: all accounts, receivables, charges with bills, payments with entries."""
    of = {line.account.purpose: line for line in lines}
    receivable = of.get(f"receivable:{levy}")
    if receivable is None:
        return []
    clearing = [line.account.pk for name, line in of.items() if name.startswith("clearing:")]
    with connection.cursor() as cursor:
        cursor.execute(_CHECKS, {"region": current_region().pk, "levy": levy, "receivable": receivable.account.pk,
                                 "clearing": clearing})
        loose, foreign, charged, billed, paid, booked = (int(value) for value in cursor.fetchone() or (0,) * 6)
    return _checks(lines, receivable, Checked(sum(row.still for row in still), loose, foreign, booked, billed, charged,
                                              paid))


def checks_from(levy: str, lines: Sequence[AccountLine], checked: Checked) -> list[Check]:
    """The same from sums that were added up before."""
    receivable = next((line for line in lines if line.account.purpose == f"receivable:{levy}"), None)
    return [] if receivable is None else _checks(lines, receivable, checked)


def _checks(lines: Sequence[AccountLine], receivable: AccountLine, found: Checked) -> list[Check]:
    return [
        Check("sum", sum(line.debit for line in lines), sum(line.credit for line in lines), {}),
        Check("receivable", found.still, receivable.balance, {"loose": found.loose, "foreign": found.foreign}),
        Check("charged", found.billed, found.charged, {}),
        Check("payments", found.paid, found.booked, {}),
    ]


def payments_on(day: date) -> QuerySet[Payment]:
    """What was paid on a local day of the region."""
    start = datetime.combine(day, time(), zone_of(current_region()))
    return Payment.objects.filter(paid_at__gte=start, paid_at__lt=start + timedelta(days=1))


def bills_of_charges(charges: Sequence[int]) -> dict[int, Bill]:
    """The bill behind each charge."""
    return {int(bill.charge_id or 0): bill for bill in Bill.objects.filter(
        charge_id__in=list(charges)).select_related("kelurahan")}


def charge_entries(charge: Charge) -> list[tuple[Transfer, Rupiah]]:
    """Everything that moved on a charge, oldest first, with what was open of it and its interest after each entry."""
    total, found = 0, []
    rows: Any = Transfer.objects.filter(charge=charge).select_related("debit", "credit").order_by(
        "effective_on", "posted_at", "id")
    for row in rows:
        total += row.amount if row.debit.kind == "receivable" else 0
        total -= row.amount if row.credit.kind == "receivable" else 0
        found.append((row, total))
    return found

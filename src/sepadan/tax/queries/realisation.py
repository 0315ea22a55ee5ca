"""Receipts of a levy by day, channel, tax year, kelurahan and band, and the collection of its tax years.

All of it comes from the ledger: a receipt is a transfer from a clearing account to the receivable of the levy or of its
interest, a payment taken back the opposite. Compensations of credits are no receipts. One statement reads a year once
for all groups; the days of a year are found by a BRIN index. Everything is of the region in scope, in whole rupiah.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from sepadan.ground.money import Rupiah
from sepadan.records.public import Account, AccountKind, current_region
from sepadan.tax.engine.realisation import BANDS, Group
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.territory.public import Region

_RECEIPTS = """
    SELECT grouping(day, account, tax_year, kelurahan_id, band), day, account, tax_year, kelurahan_id, band,
           sum(amount)::bigint, sum(interest)::bigint, count(*) FILTER (WHERE principal AND amount > 0),
           count(DISTINCT taxpayer_id)
    FROM (SELECT charge_id, effective_on AS day,
                 CASE WHEN debit_id = ANY(%(clearing)s) THEN debit_id ELSE credit_id END AS account,
                 CASE WHEN debit_id = ANY(%(clearing)s) THEN amount ELSE -amount END AS amount,
                 CASE WHEN credit_id = ANY(%(interest)s) THEN amount
                      WHEN debit_id = ANY(%(interest)s) THEN -amount ELSE 0 END AS interest,
                 NOT (credit_id = ANY(%(interest)s) OR debit_id = ANY(%(interest)s)) AS principal
          FROM records_transfer
          WHERE region_id = %(region)s AND effective_on BETWEEN %(first)s AND %(last)s
            AND (debit_id = ANY(%(clearing)s) AND credit_id = ANY(%(owed)s)
                 OR credit_id = ANY(%(clearing)s) AND debit_id = ANY(%(owed)s))) AS moved
    LEFT JOIN (SELECT charge_id AS of_charge, tax_year, kelurahan_id, taxpayer_id,
                      width_bucket(payable - 1, %(bands)s::bigint[]) AS band
               FROM tax_bill WHERE region_id = %(region)s AND charge_id IS NOT NULL) AS bill ON of_charge = charge_id
    GROUP BY GROUPING SETS ((), (day), (account), (tax_year), (kelurahan_id), (band))
"""
_GROUPS = {0b11111: "all", 0b01111: "day", 0b10111: "account", 0b11011: "tax_year", 0b11101: "kelurahan",
           0b11110: "band"}
_COLLECTION = """
    SELECT {key}, sum(payable)::bigint, count(*), sum(in_time)::bigint, sum(that_year)::bigint, sum(paid)::bigint,
           sum(still)::bigint, count(*) FILTER (WHERE still <= 0), count(DISTINCT taxpayer_id),
           count(DISTINCT taxpayer_id) FILTER (WHERE paid > 0)
    FROM (SELECT b.charge_id, b.tax_year, b.kelurahan_id, b.taxpayer_id, b.payable,
                 width_bucket(b.payable - 1, %(bands)s::bigint[]) AS band,
                 coalesce(sum(t.paid) FILTER (WHERE t.day <= c.due_on), 0) AS in_time,
                 coalesce(sum(t.paid) FILTER (WHERE t.day <= make_date(b.tax_year, 12, 31)), 0) AS that_year,
                 coalesce(sum(t.paid), 0) AS paid, coalesce(sum(t.moved), 0) AS still
          FROM tax_bill b
          JOIN records_charge c ON c.region_id = b.region_id AND c.id = b.charge_id
          JOIN (SELECT charge_id, effective_on AS day,
                            CASE WHEN debit_id = %(receivable)s THEN amount ELSE -amount END AS moved,
                            CASE WHEN debit_id = ANY(%(clearing)s) THEN amount
                                 WHEN credit_id = ANY(%(clearing)s) THEN -amount ELSE 0 END AS paid
                     FROM records_transfer
                     WHERE region_id = %(region)s AND %(receivable)s IN (debit_id, credit_id)
                       AND (%(until)s::date IS NULL OR effective_on <= %(until)s)) AS t ON t.charge_id = b.charge_id
          WHERE b.region_id = %(region)s AND b.live AND (%(year)s::int IS NULL OR b.tax_year = %(year)s)
          GROUP BY b.charge_id, b.tax_year, b.kelurahan_id, b.taxpayer_id, b.payable) AS bills
    GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """What arrived in one group: principal and interest together, the interest of it, payments of principal, payers."""

    amount: Rupiah = 0
    interest: Rupiah = 0
    payments: int = 0
    payers: int = 0


@dataclass(frozen=True, slots=True)
class Receipts:
    """What arrived within some days, by each view of it. Keys: days, channels, tax years, kelurahan keys, band 0 to 4.

    What came on charges that are no bills has the key None.
    """

    total: Sum = Sum()
    day: dict[date, Sum] = field(default_factory=dict)
    channel: dict[str, Sum] = field(default_factory=dict)
    tax_year: dict[int | None, Sum] = field(default_factory=dict)
    kelurahan: dict[int | None, Sum] = field(default_factory=dict)
    band: dict[int | None, Sum] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collection:
    """Bills in force of one group, and what became of them. ``still`` is open; what is neither paid nor open was
    forgiven, written off, cancelled or compensated."""

    key: int
    billed: Rupiah
    bills: int
    in_time: Rupiah
    that_year: Rupiah
    paid: Rupiah
    still: Rupiah
    settled: int
    payers: int
    paying: int

    @property
    def otherwise(self) -> Rupiah:
        return self.billed - self.paid - self.still

    @property
    def group(self) -> Group:
        return Group(str(self.key), self.payers, self.billed, self.paid, self.bills, self.settled)


@dataclass(frozen=True, slots=True)
class LevyAccounts:
    """The accounts of a levy by what they are for; ``channels`` gives the name of each clearing account."""

    receivable: int
    owed: tuple[int, ...]
    channels: dict[int, str]

    @property
    def interest(self) -> list[int]:
        return [key for key in self.owed if key != self.receivable]


def levy_accounts(levy: str) -> LevyAccounts | None:
    """The accounts of *levy*; None while the region has no chart of accounts."""
    found = {row.purpose: row for row in Account.objects.all()}
    main = found.get(f"receivable:{levy}")
    if main is None:
        return None
    owed = [row.pk for name, row in found.items() if name in (f"receivable:{levy}", f"receivable:{levy}_interest")]
    channels = {row.pk: name.partition(":")[2] for name, row in found.items()
                if row.kind == AccountKind.CLEARING and name != "clearing:credit"}
    return LevyAccounts(main.pk, tuple(owed), channels)


def receipts(levy: str, first: date, last: date) -> Receipts:
    """What arrived for *levy* on the days *first* to *last*."""
    accounts = levy_accounts(levy)
    if accounts is None:
        return Receipts()
    found = Receipts()
    views: dict[str, dict[Any, Sum]] = {"day": found.day, "account": {}, "tax_year": found.tax_year,
                                        "kelurahan": found.kelurahan, "band": found.band}
    total = Sum()
    for row in _ask(_RECEIPTS, accounts, first=first, last=last):
        view, values = _GROUPS[row[0]], Sum(*row[6:])
        if view == "all":
            total = values if row[6] is not None else Sum()
        else:
            place = {"day": 1, "account": 2, "tax_year": 3, "kelurahan": 4, "band": 5}[view]
            views[view][row[place]] = values
    channel = {accounts.channels[key]: values for key, values in views["account"].items()}
    return Receipts(total, found.day, channel, found.tax_year, found.kelurahan, found.band)


def collection(levy: str, by: str = "tax_year", *, year: int | None = None, until: date | None = None,
               ) -> list[Collection]:
    """Bills in force by *until* and what was received on them by then.

    *by*: ``tax_year``, ``kelurahan_id`` or ``band``.
    """
    if by not in ("tax_year", "kelurahan_id", "band"):
        raise ValueError(by)
    accounts = levy_accounts(levy)
    if accounts is None:
        return []
    return [Collection(*row) for row in _ask(_COLLECTION.format(key=by), accounts, year=year, until=until)]


def years_with_receipts(levy: str) -> list[int]:
    """Budget years in which something arrived, oldest first."""
    accounts = levy_accounts(levy)
    if accounts is None:
        return []
    return [int(year) for (year,) in _ask(
        "SELECT DISTINCT extract(year FROM effective_on)::int FROM records_transfer WHERE region_id = %(region)s "
        "AND debit_id = ANY(%(clearing)s) AND credit_id = ANY(%(owed)s) ORDER BY 1", accounts)]


def billed_parts(region: Region, until: date) -> list[str]:
    """Names of the kecamatan to which all that was billed up to *until* is limited; empty where it is not limited."""
    runs = AssessmentRun.objects.filter(state=RunState.POSTED.value, tax_year__lte=until.year)
    parts = {code for part, chosen in runs.values_list("roll__part", "kecamatan") for code in chosen or [part]}
    names = dict(region.kecamatan.values_list("code", "name"))
    return [] if "" in parts or parts >= set(names) else [name for code, name in names.items() if code in parts]


def _ask(statement: str, accounts: LevyAccounts, **params: Any) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {
            "region": current_region().pk, "clearing": list(accounts.channels), "owed": list(accounts.owed),
            "interest": accounts.interest, "receivable": accounts.receivable, "bands": list(BANDS), **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

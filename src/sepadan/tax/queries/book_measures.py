"""The measures of a tax as the region's books give them up to the end of a year, before anything is left out.

Everything is of the region in scope and straight from the ledger: what a bill was, what came in on it by which day and
what is open are sums of its transfers. Compensated credits and what was forgiven are no receipts. Whole rupiah.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from sepadan.records.public import current_region
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.book_measures import (
    AgeBook,
    BookMeasures,
    BudgetYearBook,
    RequestYearBook,
    TaxYearBook,
    by_age,
)
from sepadan.tax.engine.realisation import Group
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.tax.queries.realisation import LevyAccounts, billed_parts, levy_accounts
from sepadan.territory.public import Region

_TAX_YEARS = """
    SELECT tax_year, sum(bills)::bigint, sum(payable)::bigint, sum(within)::bigint, sum(in_time)::bigint,
           sum(paid)::bigint, sum(still)::bigint, count(*), count(*) FILTER (WHERE paying),
           count(*) FILTER (WHERE timely), count(*) FILTER (WHERE late), count(*) FILTER (WHERE after),
           count(*) FILTER (WHERE owing), sum(entries)::bigint, sum(opening)::bigint, sum(got)::bigint,
           count(*) FILTER (WHERE gave), count(*) FILTER (WHERE owed)
    FROM (SELECT tax_year, taxpayer_id, count(*) AS bills, sum(payable)::bigint AS payable,
                 sum(within)::bigint AS within, sum(in_time)::bigint AS in_time, sum(paid)::bigint AS paid,
                 sum(still)::bigint AS still, sum(entries)::bigint AS entries, sum(opening)::bigint AS opening,
                 sum(got)::bigint AS got, bool_or(within > 0) AS paying, bool_or(in_time > 0) AS timely,
                 bool_or(paid > in_time) AS late, bool_or(paid > within) AS after, bool_or(still > 0) AS owing,
                 bool_or(got > 0) AS gave, bool_or(opening > 0) AS owed
          FROM (SELECT b.tax_year, b.taxpayer_id, b.payable, count(*) AS entries,
                 sum(CASE WHEN t.day <= c.due_on THEN t.paid ELSE 0 END) AS in_time,
                 sum(CASE WHEN t.day <= make_date(b.tax_year, 12, 31) THEN t.paid ELSE 0 END) AS within,
                 sum(t.paid) AS paid, sum(t.moved) AS still,
                 sum(CASE WHEN t.day < %(first)s THEN t.moved ELSE 0 END) AS opening,
                 sum(CASE WHEN t.day >= %(first)s THEN t.paid ELSE 0 END) AS got
          FROM (SELECT charge_id, effective_on AS day,
                       CASE WHEN debit_id = %(receivable)s THEN amount ELSE -amount END AS moved,
                       CASE WHEN debit_id = ANY(%(clearing)s) THEN amount
                            WHEN credit_id = ANY(%(clearing)s) THEN -amount ELSE 0 END AS paid
                FROM records_transfer
                WHERE region_id = %(region)s AND %(receivable)s IN (debit_id, credit_id)
                  AND effective_on <= %(until)s) AS t
          JOIN tax_bill b ON b.region_id = %(region)s AND b.charge_id = t.charge_id AND b.live
          JOIN records_charge c ON c.region_id = %(region)s AND c.id = t.charge_id
          WHERE b.tax_year <= %(year)s
          GROUP BY b.id, b.tax_year, b.taxpayer_id, b.payable) AS bills
          GROUP BY tax_year, taxpayer_id) AS payers
    GROUP BY tax_year ORDER BY tax_year
"""
_RECEIPTS = """
    SELECT grouping(account, earlier), year, account, earlier, sum(amount)::bigint, count(DISTINCT taxpayer_id),
           count(*)
    FROM (SELECT extract(year FROM effective_on)::int AS year, account, amount, taxpayer_id,
                 tax_year IS NULL OR tax_year < extract(year FROM effective_on) AS earlier
          FROM (SELECT charge_id, effective_on,
                       CASE WHEN debit_id = ANY(%(clearing)s) THEN debit_id ELSE credit_id END AS account,
                       CASE WHEN debit_id = ANY(%(clearing)s) THEN amount ELSE -amount END AS amount
                FROM records_transfer
                WHERE region_id = %(region)s AND effective_on <= %(until)s
                  AND (debit_id = ANY(%(clearing)s) AND credit_id = ANY(%(owed)s)
                       OR credit_id = ANY(%(clearing)s) AND debit_id = ANY(%(owed)s))) AS moved
          LEFT JOIN (SELECT charge_id AS of_charge, tax_year, taxpayer_id FROM tax_bill
                     WHERE region_id = %(region)s AND charge_id IS NOT NULL) AS bill ON of_charge = charge_id) AS came
    GROUP BY GROUPING SETS ((year), (year, account), (year, earlier)) ORDER BY year
"""
_REQUESTS = """
    SELECT extract(year FROM coalesce(decide_by, received_on))::int, count(*) FILTER (WHERE decide_by IS NOT NULL),
           count(*) FILTER (WHERE decided_on <= decide_by AND NOT deemed), count(*) FILTER (WHERE decide_by IS NULL)
    FROM tax_request
    WHERE region_id = %(region)s AND coalesce(decide_by, received_on) <= %(until)s AND state <> 'withdrawn'
      AND NOT (state = 'closed' AND outcome = '')
    GROUP BY 1 ORDER BY 1
"""
_ENTRIES = "SELECT count(*) FROM records_transfer WHERE region_id = %(region)s AND effective_on <= %(until)s"


def measures_until(region: Region, until: date, entries: int) -> BookMeasures | None:
    """The measures up to *until*; None where the books hold nothing by then."""
    accounts = levy_accounts(LEVY)
    if accounts is None or not entries:
        return None
    runs = AssessmentRun.objects.filter(state=RunState.POSTED.value, tax_year__lte=until.year)
    years = _ask(_TAX_YEARS, accounts, until=until, first=date(until.year, 1, 1), year=until.year)
    if not years:
        return None
    return BookMeasures(
        region.code, until, entries, runs.filter(roll__synthetic=True).exists(), tuple(billed_parts(region, until)),
        tuple(TaxYearBook(*row[:14]) for row in years), _budget_years(accounts, until),
        by_age([(row[0], _age(row, until.year)) for row in years], until.year))


def requests_until(until: date) -> tuple[RequestYearBook, ...]:
    """Requests by the year of their deadline; those without a known one by the year in which they came."""
    with connection.cursor() as cursor:
        cursor.execute(_REQUESTS, {"region": current_region().pk, "until": until})
        return tuple(RequestYearBook(*row) for row in cursor.fetchall())


def entries_until(until: date) -> int:
    """Transfers of the region that count by *until*."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"region": current_region().pk, "until": until})
        row: tuple[int] | None = cursor.fetchone()
        return row[0] if row else 0


def _age(row: Sequence[Any], last: int) -> AgeBook:
    """A tax year as an age: the year's own bills by what they came to, older ones by what was open of them."""
    own = row[0] == last
    base, owing = (row[2], row[7]) if own else (row[14], row[17])
    return AgeBook(last - row[0], base, row[15], row[6], row[16], owing)


def _budget_years(accounts: LevyAccounts, until: date) -> tuple[BudgetYearBook, ...]:
    total: dict[int, tuple[int, int, int]] = {}
    earlier: dict[int, tuple[int, int]] = {}
    channels: dict[int, list[Group]] = {}
    for kind, year, account, is_earlier, amount, payers, entries in _ask(_RECEIPTS, accounts, until=until):
        if kind == 0b11:
            total[year] = amount, payers, entries
        elif kind == 0b01:
            channels.setdefault(year, []).append(Group(accounts.channels[account], payers, received=amount))
        elif is_earlier:
            earlier[year] = amount, payers
    return tuple(BudgetYearBook(year, amount, *_swapped(earlier.get(year, (0, 0)), payers), entries,
                                tuple(channels.get(year, ())))
                 for year, (amount, payers, entries) in sorted(total.items()))


def _swapped(earlier: tuple[int, int], payers: int) -> tuple[int, int, int]:
    return earlier[0], payers, earlier[1]


def _ask(statement: str, accounts: LevyAccounts, **params: Any) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '48MB'")  # a region's bills are grouped in memory, within this transaction
        cursor.execute(statement, {
            "region": current_region().pk, "clearing": list(accounts.channels), "owed": list(accounts.owed),
            "receivable": accounts.receivable, **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


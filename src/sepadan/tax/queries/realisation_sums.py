"""Sums of the ledger that can be carried on: what all transfers, or the new ones, add to receipts and collection.

Every sum here is additive over transfers, so that those of later ones are added to those that are known. Groups of
bills are (tax year, kelurahan, band), as in ``realisation.py``. Everything is of the region in scope, in whole rupiah.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from sepadan.records.public import current_region
from sepadan.tax.engine.realisation import BANDS
from sepadan.tax.queries.realisation import LevyAccounts

_BAND = "width_bucket(payable - 1, %(bands)s::bigint[])"
_RECEIVED = f"""
    SELECT grouping(day, account, tax_year, kelurahan_id, band), year, day, account, tax_year, kelurahan_id, band,
           sum(amount)::bigint, sum(interest)::bigint, count(*) FILTER (WHERE principal AND amount > 0)
    FROM (SELECT charge_id, effective_on AS day, extract(year FROM effective_on)::int AS year,
                 CASE WHEN debit_id = ANY(%(clearing)s) THEN debit_id ELSE credit_id END AS account,
                 CASE WHEN debit_id = ANY(%(clearing)s) THEN amount ELSE -amount END AS amount,
                 CASE WHEN credit_id = ANY(%(interest)s) THEN amount
                      WHEN debit_id = ANY(%(interest)s) THEN -amount ELSE 0 END AS interest,
                 NOT (credit_id = ANY(%(interest)s) OR debit_id = ANY(%(interest)s)) AS principal
          FROM records_transfer
          WHERE region_id = %(region)s AND {{within}}
            AND (debit_id = ANY(%(clearing)s) AND credit_id = ANY(%(owed)s)
                 OR credit_id = ANY(%(clearing)s) AND debit_id = ANY(%(owed)s))) AS moved
    LEFT JOIN (SELECT charge_id AS of_charge, tax_year, kelurahan_id, {_BAND} AS band
               FROM tax_bill WHERE region_id = %(region)s AND charge_id IS NOT NULL) AS bill ON of_charge = charge_id
    GROUP BY GROUPING SETS ((year, day), (year, account), (year, tax_year), (year, kelurahan_id), (year, band))
"""
_MOVED = f"""
    SELECT b.tax_year, b.kelurahan_id, {_BAND}, extract(year FROM t.day)::int, t.day <= c.due_on,
           sum(t.moved)::bigint, sum(t.paid)::bigint
    FROM (SELECT charge_id, effective_on AS day,
                 CASE WHEN debit_id = %(receivable)s THEN amount ELSE -amount END AS moved,
                 CASE WHEN debit_id = ANY(%(clearing)s) THEN amount
                      WHEN credit_id = ANY(%(clearing)s) THEN -amount ELSE 0 END AS paid
          FROM records_transfer
          WHERE region_id = %(region)s AND {{within}} AND %(receivable)s IN (debit_id, credit_id)) AS t
    JOIN tax_bill b ON b.region_id = %(region)s AND b.charge_id = t.charge_id AND b.live
    JOIN records_charge c ON c.region_id = %(region)s AND c.id = t.charge_id
    GROUP BY 1, 2, 3, 4, 5
"""
_BILLED = f"""
    SELECT b.tax_year, b.kelurahan_id, {_BAND}, r.issued_on, count(*), sum(b.payable)::bigint
    FROM tax_bill b JOIN tax_assessmentrun r ON r.region_id = b.region_id AND r.id = b.run_id
    WHERE b.region_id = %(region)s AND b.live AND b.charge_id IS NOT NULL GROUP BY 1, 2, 3, 4
"""
_STATE = """
    SELECT (SELECT count(*) FROM records_transfer WHERE region_id = %(region)s),
           (SELECT coalesce(max(id), 0) FROM records_transfer WHERE region_id = %(region)s),
           (SELECT coalesce(max(id), 0) FROM tax_billchange WHERE region_id = %(region)s AND kind = 'due_date'),
           (SELECT coalesce(sum(version), 0) FROM tax_assessmentrun
            WHERE region_id = %(region)s AND state IN ('posted', 'reversed'))
"""
_BY_THEN = """
    SELECT count(*) FROM records_transfer WHERE region_id = %(region)s AND id > %(last)s AND effective_on <= %(until)s
"""
_NEWER = "SELECT count(*) FROM records_transfer WHERE region_id = %(region)s AND id > %(last)s AND id <= %(now)s"
_ALL = "effective_on <= %(until)s AND id <= %(now)s"
_ADDED = f"{_ALL} AND id > %(last)s"
_COME_DUE = "id <= %(last)s AND effective_on > %(before)s AND effective_on <= %(until)s"
_VIEWS = {0b01111: ("day", 2), 0b10111: ("account", 3), 0b11011: ("tax_year", 4), 0b11101: ("kelurahan", 5),
          0b11110: ("band", 6)}

ReceivedKey = tuple[int, str, Any]
MovedKey = tuple[int, int, int, int, bool]
BilledKey = tuple[int, int, int, date]


@dataclass(frozen=True, slots=True)
class State:
    """The books at a moment: how many transfers, the key of the last one, the last move of a due date by request, and
    the versions of the runs that were posted or reversed."""

    held: int
    last: int
    change: int
    runs: int


@dataclass(frozen=True, slots=True)
class Since:
    """Transfers that a known sum does not hold: those after the key ``last``, and those with a later day than
    ``before`` where that was its last day."""

    last: int
    before: date


def state_now() -> State:
    """The state of the region's books."""
    return State(*_plain(_STATE))


def count_between(last: int, now: int) -> int:
    """Transfers after the key *last* up to the key *now*."""
    return int(_plain(_NEWER, last=last, now=now)[0])


def entries_by(until: date, last: int) -> int:
    """Transfers after the key *last* that count by *until*."""
    return int(_plain(_BY_THEN, last=last, until=until)[0])


def received_sums(accounts: LevyAccounts, until: date, since: Since | None, now: int,
                  ) -> Iterator[tuple[ReceivedKey, tuple[int, int, int]]]:
    """((year, view, key), (amount, interest, payments)) for day, account, tax year, kelurahan and band."""
    for within in _within(until, since):
        for row in _ask(_RECEIVED, within, accounts, until, since, now):
            view, place = _VIEWS[row[0]]
            yield (row[1], view, row[place]), (row[7], row[8], row[9])


def moved_sums(accounts: LevyAccounts, until: date, since: Since | None, now: int,
               ) -> Iterator[tuple[MovedKey, tuple[int, int]]]:
    """((tax year, kelurahan, band, year of the entries, in time), (moved, paid)) of principal."""
    for within in _within(until, since):
        for row in _ask(_MOVED, within, accounts, until, since, now):
            yield (row[0], row[1], row[2], row[3], row[4]), (row[5], row[6])


def billed_sums(accounts: LevyAccounts) -> dict[BilledKey, tuple[int, int]]:
    """(tax year, kelurahan, band, day of issue) to bills that charge something and what they came to."""
    rows = _ask(_BILLED, "", accounts, date.max, None, 0)
    return {(row[0], row[1], row[2], row[3]): (row[4], row[5]) for row in rows}


def _within(until: date, since: Since | None) -> list[str]:
    if since is None:
        return [_ALL]
    return [_ADDED, _COME_DUE] if since.before < until else [_ADDED]


def _ask(statement: str, within: str, accounts: LevyAccounts, until: date, since: Since | None,
         now: int) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(within=within) if within else statement, {
            "region": current_region().pk, "clearing": list(accounts.channels), "owed": list(accounts.owed),
            "interest": accounts.interest, "receivable": accounts.receivable, "bands": list(BANDS), "until": until,
            "now": now, "last": since.last if since else 0, "before": since.before if since else until})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _plain(statement: str, **params: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"region": current_region().pk, **params})
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row or (0,)

"""Sums of the audit trail that can be carried on: what transfers, bills and payments after some keys add.

Transfers, bills, payments and charges are only added to and their amounts never change, so every sum here is additive:
those of later rows are added to those that are known. A table's ``Mark`` is how many rows it holds and its last key;
rows that were committed late under a key already passed show in the count. Everything is of the region in scope, in
whole rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from sepadan.records.public import Account, current_region
from sepadan.tax.queries.realisation import levy_accounts

TABLES = ("records_transfer", "tax_bill", "records_payment")
_ACCOUNTS = """
    SELECT account, count(*), sum(debit)::bigint, sum(credit)::bigint FROM (
        SELECT debit_id AS account, amount AS debit, 0 AS credit FROM records_transfer
        WHERE region_id = %(region)s AND id > %(last0)s AND id <= %(now0)s
        UNION ALL
        SELECT credit_id, 0, amount FROM records_transfer
        WHERE region_id = %(region)s AND id > %(last0)s AND id <= %(now0)s) AS moved
    GROUP BY account
"""
_MOVED = """
    SELECT coalesce(sum(moved) FILTER (WHERE levy = %(levy)s), 0)::bigint,
           coalesce(sum(moved) FILTER (WHERE levy IS NULL), 0)::bigint,
           coalesce(sum(moved) FILTER (WHERE levy <> %(levy)s), 0)::bigint,
           coalesce(sum(amount) FILTER (WHERE levy = %(levy)s AND paid), 0)::bigint
    FROM (SELECT c.levy, t.amount, t.source LIKE 'payment:%%' AND t.debit_id = ANY(%(clearing)s) AS paid,
                 CASE WHEN t.debit_id = %(receivable)s THEN t.amount WHEN t.credit_id = %(receivable)s THEN -t.amount
                      ELSE 0 END AS moved
          FROM records_transfer t
          LEFT JOIN records_charge c ON c.region_id = %(region)s AND c.id = t.charge_id
          WHERE t.region_id = %(region)s AND t.id > %(last0)s AND t.id <= %(now0)s) AS entries
"""
_BILLED = """
    SELECT coalesce(sum(b.payable), 0)::bigint, coalesce(sum(c.amount) FILTER (WHERE c.levy = %(levy)s), 0)::bigint
    FROM tax_bill b LEFT JOIN records_charge c ON c.region_id = %(region)s AND c.id = b.charge_id
    WHERE b.region_id = %(region)s AND b.charge_id IS NOT NULL AND b.id > %(last1)s AND b.id <= %(now1)s
"""
_PAID = """
    SELECT coalesce(sum(p.amount), 0)::bigint FROM records_payment p
    JOIN records_charge c ON c.region_id = %(region)s AND c.id = p.charge_id AND c.levy = %(levy)s
    WHERE p.region_id = %(region)s AND p.id > %(last2)s AND p.id <= %(now2)s
"""
_MARKS = ", ".join(f"(SELECT count(*) FROM {table} WHERE region_id = %(region)s), "
                   f"(SELECT coalesce(max(id), 0) FROM {table} WHERE region_id = %(region)s)" for table in TABLES)
_NEWER = ", ".join(f"(SELECT count(*) FROM {table} WHERE region_id = %(region)s AND id > %(last{k})s "
                   f"AND id <= %(now{k})s)" for k, table in enumerate(TABLES))


@dataclass(frozen=True, slots=True)
class Mark:
    """How many rows a table holds, and its last key."""

    rows: int = 0
    last: int = 0


Marks = tuple[Mark, ...]
NOTHING: Marks = tuple(Mark() for _ in TABLES)


@dataclass(frozen=True, slots=True)
class Checked:
    """The two ways to each sum that the trail compares, for one levy. ``still`` is what the charges of the levy have
    open on its receivable account; ``loose`` and ``foreign`` stand there without a charge, or on one of another."""

    still: int = 0
    loose: int = 0
    foreign: int = 0
    booked: int = 0
    billed: int = 0
    charged: int = 0
    paid: int = 0


def marks_now() -> Marks:
    """How far the tables are."""
    row = _ask(f"SELECT {_MARKS}", {})[0]
    return tuple(Mark(int(row[2 * k]), int(row[2 * k + 1])) for k in range(len(TABLES)))


def only_added(then: Marks, now: Marks) -> bool:
    """Whether nothing came since but rows at the end."""
    if any(new.last < old.last or new.rows < old.rows for old, new in zip(then, now, strict=True)):
        return False
    if then == now:
        return True
    newer = _ask(f"SELECT {_NEWER}", _between(then, now))[0]
    return all(new.rows == old.rows + int(count) for old, new, count in zip(then, now, newer, strict=True))


def moved_accounts(then: Marks, now: Marks) -> dict[int, tuple[int, int, int]]:
    """By key of the account, the entries after *then* up to *now*: how many, debit, credit."""
    return {int(key): (int(count), int(debit), int(credit))
            for key, count, debit, credit in _ask(_ACCOUNTS, _between(then, now))}


def checked_since(levy: str, then: Marks, now: Marks) -> Checked:
    """What rows after *then* up to *now* add to the sums that are compared."""
    accounts = levy_accounts(levy)
    if accounts is None:
        return Checked()
    clearing = list(Account.objects.filter(purpose__startswith="clearing:").values_list("id", flat=True))
    given = {**_between(then, now), "levy": levy, "receivable": accounts.receivable, "clearing": clearing}
    still, loose, foreign, booked = (int(value) for value in _ask(_MOVED, given)[0])
    billed, charged = (int(value) for value in _ask(_BILLED, given)[0])
    return Checked(still, loose, foreign, booked, billed, charged, int(_ask(_PAID, given)[0][0]))


def _between(then: Marks, now: Marks) -> dict[str, int]:
    first = {f"last{k}": one.last for k, one in enumerate(then)}
    return first | {f"now{k}": one.last for k, one in enumerate(now)}


def _ask(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"region": current_region().pk, **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

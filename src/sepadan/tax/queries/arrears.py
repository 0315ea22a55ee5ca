"""What is open of PBB-P2, straight from the ledger, charge by charge, as columns.

The list of receivables *is* the ledger: the open amount of a charge is what its transfers left on ``receivable:pbb``
and ``receivable:pbb_interest``; bill or claim only say what the charge is about. The same statement adds up the two
accounts without looking at charges, so that list and ledger are compared within one snapshot of the database. A charge
that neither bill nor claim stands behind is on the list with NOP 0. Amounts are whole rupiah.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from psycopg import sql

from sepadan.records.public import Account, Charge, current_region
from sepadan.tax.engine.assessment import LEVY

RECEIVABLES = (f"receivable:{LEVY}", f"receivable:{LEVY}_interest")
COLUMNS = {"charge_id": ">i8", "nop": ">i8", "tax_year": ">i8", "kelurahan_id": ">i8", "due_day": ">i8",
           "principal": ">i8", "interest": ">i8", "ledger": ">i8"}
_OPEN = sql.SQL("""
    SELECT m.charge_id, coalesce(b.nop, k.nop, '0')::bigint AS nop,
           coalesce(b.tax_year, k.tax_year, 0)::bigint AS tax_year,
           coalesce(b.kelurahan_id, k.kelurahan_id, 0)::bigint AS kelurahan_id,
           (c.due_on - DATE '0001-01-01' + 1)::bigint AS due_day, m.principal, m.interest, l.balance AS ledger
    FROM (
        SELECT t.charge_id,
               sum(CASE t.debit_id WHEN {principal} THEN t.amount ELSE 0 END
                 - CASE t.credit_id WHEN {principal} THEN t.amount ELSE 0 END)::bigint AS principal,
               sum(CASE t.debit_id WHEN {interest} THEN t.amount ELSE 0 END
                 - CASE t.credit_id WHEN {interest} THEN t.amount ELSE 0 END)::bigint AS interest
        FROM records_transfer t
        WHERE t.region_id = {region} AND t.effective_on <= {on}
          AND (t.debit_id IN ({principal}, {interest}) OR t.credit_id IN ({principal}, {interest}))
        GROUP BY t.charge_id
    ) m
    JOIN records_charge c ON c.region_id = {region} AND c.id = m.charge_id
    LEFT JOIN tax_bill b ON b.region_id = {region} AND b.charge_id = m.charge_id
    LEFT JOIN tax_claim k ON k.region_id = {region} AND k.charge_id = m.charge_id
    CROSS JOIN ({ledger}) l
    WHERE m.principal <> 0 OR m.interest <> 0
""")
_TOUCHED = sql.SQL("""
    WITH touched AS MATERIALIZED (
        SELECT charge_id FROM records_transfer
        WHERE region_id = {region} AND charge_id IS NOT NULL AND {newer}
        UNION SELECT charge_id FROM tax_billchange
        WHERE region_id = {region} AND id > {change} AND charge_id IS NOT NULL
        UNION SELECT b.charge_id FROM tax_billchange c JOIN tax_bill b ON b.region_id = {region} AND b.id = c.bill_id
        WHERE c.region_id = {region} AND c.id > {change} AND b.charge_id IS NOT NULL
    )
    SELECT x.*, l.balance AS ledger, v.rows, v.newer
    FROM ({ledger}) l
    CROSS JOIN (SELECT count(*) AS rows, count(*) FILTER (WHERE id > {last}) AS newer
                FROM records_transfer WHERE region_id = {region}) v
    LEFT JOIN (
        SELECT n.charge_id, coalesce(b.nop, k.nop, '0')::bigint AS nop,
               coalesce(b.tax_year, k.tax_year, 0)::bigint AS tax_year,
               coalesce(b.kelurahan_id, k.kelurahan_id, 0)::bigint AS kelurahan_id,
               (c.due_on - DATE '0001-01-01' + 1)::bigint AS due_day, m.principal, m.interest
        FROM touched n
        JOIN records_charge c ON c.region_id = {region} AND c.id = n.charge_id
        LEFT JOIN tax_bill b ON b.region_id = {region} AND b.charge_id = n.charge_id
        LEFT JOIN tax_claim k ON k.region_id = {region} AND k.charge_id = n.charge_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE t.debit_id WHEN {principal} THEN t.amount ELSE 0 END
                              - CASE t.credit_id WHEN {principal} THEN t.amount ELSE 0 END), 0)::bigint AS principal,
                   coalesce(sum(CASE t.debit_id WHEN {interest} THEN t.amount ELSE 0 END
                              - CASE t.credit_id WHEN {interest} THEN t.amount ELSE 0 END), 0)::bigint AS interest
            FROM records_transfer t
            WHERE t.region_id = {region} AND t.charge_id = n.charge_id AND t.effective_on <= {on}) m
    ) x ON true
""")
_LEDGER = sql.SQL("""
    SELECT coalesce(sum(CASE WHEN t.debit_id IN ({principal}, {interest}) THEN t.amount ELSE 0 END
                      - CASE WHEN t.credit_id IN ({principal}, {interest}) THEN t.amount ELSE 0 END), 0)::bigint
           AS balance
    FROM records_transfer t WHERE t.region_id = {region} AND t.effective_on <= {on}
      AND (t.debit_id IN ({principal}, {interest}) OR t.credit_id IN ({principal}, {interest}))
""")
_VERSION = "SELECT count(*), coalesce(max(id), 0) FROM records_transfer WHERE region_id = %s"
_MOVED_DUE = "SELECT coalesce(max(id), 0) FROM tax_billchange WHERE region_id = %s"
_OF_OBJECTS = """
    WITH known AS (
        SELECT charge_id FROM tax_bill WHERE region_id = %(region)s AND nop = ANY(%(nops)s) AND charge_id IS NOT NULL
        UNION SELECT charge_id FROM tax_claim WHERE region_id = %(region)s AND nop = ANY(%(nops)s))
    SELECT c.* FROM known n JOIN records_charge c ON c.region_id = %(region)s AND c.id = n.charge_id
    WHERE 0 < (
        SELECT sum(CASE WHEN t.debit_id = ANY(%(both)s) THEN t.amount ELSE 0 END
                 - CASE WHEN t.credit_id = ANY(%(both)s) THEN t.amount ELSE 0 END)
        FROM records_transfer t WHERE t.region_id = %(region)s AND t.charge_id = c.id)
    ORDER BY c.due_on, c.id
"""


def open_query(on: date) -> sql.Composed:
    """Every charge of the region in scope with something open at the end of *on*, and in each row the ledger's sum."""
    given = _given(on)
    return _OPEN.format(ledger=_LEDGER.format(**given), **given)


@dataclass(frozen=True, slots=True)
class Mark:
    """A state of the books: how many transfers the region had, the key of the last one, and of the last change of a
    bill by request, which alone may move a due date. Transfers are only ever added, so the same mark is the same set.
    """

    rows: int
    last: int
    change: int

    def __str__(self) -> str:
        return f"{self.rows}-{self.last}-{self.change}"


def read_mark(text: str) -> Mark:
    """The mark as it was written. Raises ValueError on another text."""
    rows, last, change = (int(part) for part in text.split("-"))
    return Mark(rows, last, change)


def touched_query(on: date, since: Mark, listed_on: date) -> sql.Composed:
    """The charges that a list of *listed_on* made at the mark *since* may have wrong for *on*, as they stand then (also
    those with nothing open), and in each row the ledger's sum, all transfers and those after the mark. Where no charge
    was touched, one row without a charge still tells these three."""
    given = _given(on)
    newer = sql.SQL("id > {}").format(sql.Literal(since.last))
    if on > listed_on:
        newer = sql.SQL("(id > {} OR effective_on > {})").format(sql.Literal(since.last), sql.Literal(listed_on))
    return _TOUCHED.format(ledger=_LEDGER.format(**given), newer=newer, last=sql.Literal(since.last),
                           change=sql.Literal(since.change), **given)


def ledger_query(on: date) -> sql.Composed:
    """The balance of the receivable accounts alone."""
    return _LEDGER.format(**_given(on))


def _given(on: date) -> dict[str, sql.Literal]:
    principal, interest = _keys()
    return {"region": sql.Literal(current_region().pk), "on": sql.Literal(on), "principal": sql.Literal(principal),
            "interest": sql.Literal(interest)}


def _keys() -> tuple[int, int]:
    """The keys of the receivable accounts; zero for one that was never opened."""
    keys = dict(Account.objects.filter(purpose__in=RECEIVABLES).values_list("purpose", "pk"))
    return keys.get(RECEIVABLES[0], 0), keys.get(RECEIVABLES[1], 0)


def ledger_mark_now() -> Mark:
    """The state of the region's books at this moment."""
    region = current_region().pk
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [region])
        count, last = cursor.fetchone()
        cursor.execute(_MOVED_DUE, [region])
        return Mark(count, last, cursor.fetchone()[0])


@contextmanager
def whole_region() -> Iterator[Any]:
    """The connection, for a statement that adds up a whole region: a nested loop over one would never end."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield connection.connection
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def open_charges(nops: Iterable[str]) -> list[Charge]:
    """The charges of some objects on which principal or interest is open, oldest first."""
    return list(Charge.objects.raw(_OF_OBJECTS, {
        "region": current_region().pk, "nops": list(nops), "both": list(_keys())}))


def nops_named(text: str, most: int = 5_000) -> list[int]:
    """Objects whose taxpayer's name holds *text*, as whole numbers."""
    wanted = f"%{text}%"
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT DISTINCT b.nop::bigint FROM tax_taxpayer t
            JOIN tax_bill b ON b.region_id = t.region_id AND b.taxpayer_id = t.id
            WHERE t.region_id = %(region)s AND t.name ILIKE %(wanted)s
            UNION SELECT k.nop::bigint FROM tax_claim k
            WHERE k.region_id = %(region)s AND k.payer_name ILIKE %(wanted)s LIMIT %(most)s
        """, {"region": current_region().pk, "wanted": wanted, "most": most})
        return [nop for (nop,) in cursor.fetchall()]

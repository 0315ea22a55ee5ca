"""What is open of PBB-P2, straight from the ledger: by age, kelurahan and size, and object by object.

The list of receivables *is* the ledger: the open amount of a charge is what its transfers left on ``receivable:pbb``
and ``receivable:pbb_interest``, and bill or claim only say what the charge is about. ``difference`` holds the sum of
the list against the balances of these accounts. Age is counted from the due day of the charge; what is not due yet is no
arrears and stands apart. Interest that was not charged yet is no part of the list. Amounts are whole rupiah.

One statement adds up all transfers of the region once (measured in ``docs/explanation/collection.md``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from sepadan.ground.money import Rupiah
from sepadan.records.public import Account, Charge, current_region
from sepadan.tax.engine.assessment import LEVY

SIZES = (100_000, 500_000, 2_000_000, 10_000_000)
"""Upper bounds of the bands of size, by what one object owes altogether; the last band has none."""
RECEIVABLES = (f"receivable:{LEVY}", f"receivable:{LEVY}_interest")
OPEN = """
    moved AS (
        SELECT t.charge_id,
               sum(CASE t.debit_id WHEN %(principal)s THEN t.amount ELSE 0 END
                 - CASE t.credit_id WHEN %(principal)s THEN t.amount ELSE 0 END)::bigint AS principal,
               sum(CASE t.debit_id WHEN %(interest)s THEN t.amount ELSE 0 END
                 - CASE t.credit_id WHEN %(interest)s THEN t.amount ELSE 0 END)::bigint AS interest
        FROM records_transfer t
        WHERE t.region_id = %(region)s AND t.effective_on <= %(on)s
          AND (t.debit_id IN (%(principal)s, %(interest)s) OR t.credit_id IN (%(principal)s, %(interest)s))
        GROUP BY t.charge_id
    ), owed AS MATERIALIZED (
        SELECT m.charge_id, m.principal, m.interest, c.due_on, coalesce(b.nop, k.nop) AS nop,
               coalesce(b.tax_year, k.tax_year) AS tax_year, coalesce(b.kelurahan_id, k.kelurahan_id) AS kelurahan_id,
               b.taxpayer_id, k.payer_name
        FROM moved m
        JOIN records_charge c ON c.region_id = %(region)s AND c.id = m.charge_id
        LEFT JOIN tax_bill b ON b.region_id = %(region)s AND b.charge_id = m.charge_id
        LEFT JOIN tax_claim k ON k.region_id = %(region)s AND k.charge_id = m.charge_id
        WHERE m.principal <> 0 OR m.interest <> 0
    )
"""
_SUMMARY = f"""
    WITH {OPEN}, late AS (SELECT * FROM owed WHERE due_on < %(on)s),
    objects AS (SELECT nop, sum(principal + interest)::bigint AS total, sum(principal)::bigint AS principal,
                       sum(interest)::bigint AS interest, count(*) AS charges
                FROM late GROUP BY nop)
    SELECT 'age', width_bucket((due_on - DATE '2000-01-01')::int, %(edges)s::int[])::text, count(*),
           count(DISTINCT nop), sum(principal)::bigint, sum(interest)::bigint FROM late GROUP BY 2
    UNION ALL
    SELECT 'kelurahan', coalesce(kelurahan_id::text, ''), count(*), count(DISTINCT nop), sum(principal)::bigint,
           sum(interest)::bigint FROM late GROUP BY 2
    UNION ALL
    SELECT 'size', width_bucket(total, %(sizes)s::bigint[])::text, sum(charges)::bigint, count(*),
           sum(principal)::bigint, sum(interest)::bigint FROM objects GROUP BY 2
    UNION ALL
    SELECT 'year', coalesce(tax_year::text, ''), count(*), count(DISTINCT nop), sum(principal)::bigint,
           sum(interest)::bigint FROM late GROUP BY 2
    UNION ALL
    SELECT 'not_due', '', count(*), count(DISTINCT nop), coalesce(sum(principal), 0)::bigint,
           coalesce(sum(interest), 0)::bigint FROM owed WHERE due_on >= %(on)s
    UNION ALL
    SELECT 'all', '', count(*), count(DISTINCT nop), coalesce(sum(principal), 0)::bigint,
           coalesce(sum(interest), 0)::bigint FROM owed
"""
_LEDGER = """
    SELECT coalesce(sum(CASE WHEN t.debit_id = ANY(%(both)s) THEN t.amount ELSE 0 END
                      - CASE WHEN t.credit_id = ANY(%(both)s) THEN t.amount ELSE 0 END), 0)::bigint
    FROM records_transfer t WHERE t.region_id = %(region)s AND t.effective_on <= %(on)s
      AND (t.debit_id = ANY(%(both)s) OR t.credit_id = ANY(%(both)s))
"""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of arrears: charges, objects, principal and charged interest still open."""

    key: str
    charges: int
    objects: int
    principal: Rupiah
    interest: Rupiah

    @property
    def total(self) -> Rupiah:
        return self.principal + self.interest


NOTHING = Group("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Summary:
    """Arrears on a day. ``ages`` and ``sizes`` have every band, in order; ``ledger`` is the balance of the accounts."""

    on: date
    ages: tuple[Group, ...]
    sizes: tuple[Group, ...]
    kelurahan: tuple[Group, ...]
    years: tuple[Group, ...]
    not_due: Group
    whole: Group
    ledger: Rupiah

    @property
    def late(self) -> Rupiah:
        return self.whole.total - self.not_due.total

    @property
    def difference(self) -> Rupiah:
        """The list against the ledger; zero in every state of the books."""
        return self.whole.total - self.ledger


def arrears_on(on: date, edges: Sequence[date]) -> Summary:
    """Arrears of the region in scope on the end of *on*. *edges* are those of the bands of age
    (``engine.collection.band_edges``): a charge due after the first is in the youngest band."""
    params = receivable_params(on) | {
        "edges": sorted(_days(edge) + 1 for edge in edges), "sizes": [size + 1 for size in SIZES]}
    found: dict[str, dict[str, Group]] = {}
    with whole_region() as cursor:
        cursor.execute(_SUMMARY, params)
        for kind, key, *values in cursor.fetchall():
            found.setdefault(kind, {})[key] = Group(key, *(int(value) for value in values))
        cursor.execute(_LEDGER, params | {"both": [params["principal"], params["interest"]]})
        ledger = int(cursor.fetchone()[0])
    ages, sizes = found.get("age", {}), found.get("size", {})
    youngest = len(edges)  # width_bucket numbers the oldest 0
    return Summary(
        on, tuple(ages.get(str(youngest - k), NOTHING) for k in range(youngest + 1)),
        tuple(sizes.get(str(k), NOTHING) for k in range(len(SIZES) + 1)),
        tuple(sorted(found.get("kelurahan", {}).values(), key=lambda one: -one.total)),
        tuple(sorted(found.get("year", {}).values(), key=lambda one: one.key)),
        found["not_due"][""], found["all"][""], ledger)


def open_charges(nops: Iterable[str]) -> list[Charge]:
    """The charges of some objects on which principal or interest is open, oldest first."""
    return list(Charge.objects.raw(_OF_OBJECTS, receivable_params(date.max) | {"nops": list(nops)}))


_OF_OBJECTS = """
    WITH known AS (
        SELECT charge_id FROM tax_bill WHERE region_id = %(region)s AND nop = ANY(%(nops)s) AND charge_id IS NOT NULL
        UNION SELECT charge_id FROM tax_claim WHERE region_id = %(region)s AND nop = ANY(%(nops)s))
    SELECT c.* FROM known n JOIN records_charge c ON c.region_id = %(region)s AND c.id = n.charge_id
    WHERE %(on)s::date IS NOT NULL AND 0 < (
        SELECT sum(CASE WHEN t.debit_id IN (%(principal)s, %(interest)s) THEN t.amount ELSE 0 END
                 - CASE WHEN t.credit_id IN (%(principal)s, %(interest)s) THEN t.amount ELSE 0 END)
        FROM records_transfer t WHERE t.region_id = %(region)s AND t.charge_id = c.id)
    ORDER BY c.due_on, c.id
"""


def receivable_params(on: date) -> dict[str, Any]:
    """Region, day and the keys of the receivable accounts; an account that was never opened has no key."""
    keys = dict(Account.objects.filter(purpose__in=RECEIVABLES).values_list("purpose", "pk"))
    return {"region": current_region().pk, "on": on, "principal": keys.get(RECEIVABLES[0], 0),
            "interest": keys.get(RECEIVABLES[1], 0)}


@contextmanager
def whole_region() -> Iterator[Any]:
    """A cursor for statements that add up a whole region: hashing wants memory, a nested loop over it never ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL work_mem TO DEFAULT; SET LOCAL enable_nestloop TO DEFAULT")


def _days(day: date) -> int:
    return (day - date(2000, 1, 1)) // timedelta(days=1)

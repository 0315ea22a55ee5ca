"""Replay of tax: one region's roll under another region's PBB law, object by object, released as aggregates.

    outcome = engine(roll, practice)

The roll is a table of columns (``object_id, village, owner_id, njop, food_land, decile, owner_first_in_village,
owner_first_in_decile``), never a person. Each run is the levy's own program; the NJOPTKP is allocated once for all runs.
What comes out are totals, deciles of NJOP fixed on the roll, kelurahan, and counts of winners and losers. A cell with
fewer than ``MIN_OWNERS`` owners is merged with its neighbour before it is released.

First-round effects only: nobody moves, sells or objects. Money is whole rupiah, sums exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sepadan.ground.columns import Connection, Program
from sepadan.tax.engine.pbb import PbbRule, allocation, pbb_program

MIN_OWNERS = 10
BUCKETS = ("down_over_20", "down_2_20", "same", "up_2_20", "up_over_20")
_KEPT = ("object_id", "village", "owner_id", "njop", "food_land", "decile", "owner_first_in_village",
         "owner_first_in_decile", "takes_njoptkp")  # fmt: skip


@dataclass(frozen=True)
class RollColumns:
    """A roll as columns: the SQL that reads it, its kelurahan codes by index, bounds of NJOP and its content hash."""

    sql: str
    villages: tuple[str, ...]
    njop_bounds: tuple[int, int]
    content_hash: str
    object_count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """One run over the whole roll. ``unknown`` objects have no tax because a parameter they need is not known."""

    objects: int
    assessed: int
    payable: int
    waived: int
    nil: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the objects by NJOP. ``counts`` per bucket of change; a merged bucket is 0 and named in ``merged``."""

    number: int
    objects: int
    owners: int
    njop_to: int
    before: int
    after: int
    counts: tuple[int, ...]
    merged: tuple[str, ...] = ()

    @property
    def change(self) -> Fraction | None:
        return Fraction(self.after - self.before, self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Village:
    """One kelurahan, or several merged so that at least ``MIN_OWNERS`` owners stand behind the figures."""

    codes: tuple[str, ...]
    objects: int
    owners: int
    before: int
    after: int
    up: int
    down: int


@dataclass(frozen=True)
class Comparison:
    """A run against the baseline on the same roll."""

    before: Totals
    after: Totals
    deciles: tuple[Decile, ...]
    villages: tuple[Village, ...]
    counts: Mapping[str, int]

    @property
    def change(self) -> Fraction | None:
        return Fraction(self.after.payable - self.before.payable, self.before.payable) if self.before.payable else None


class Replay:
    """Runs over one roll in one DuckDB connection. Each ``run`` becomes a column set of a private table."""

    def __init__(self, connection: Connection, roll: RollColumns):
        self.connection, self.roll = connection, roll
        self._bounds = {"njop": roll.njop_bounds}
        self._runs: dict[str, Totals] = {}

    def load(self, rule: PbbRule) -> None:
        """Reads the roll once and marks the object of each owner that takes the NJOPTKP."""
        query = Program((allocation(rule),)).select(self.roll.sql, self._bounds, _KEPT)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE roll AS {query}")

    def run(self, name: str, rule: PbbRule) -> Totals:
        """Assesses every object under *rule*; the results are kept under *name* for ``compare``."""
        query = pbb_program(rule).select("roll", self._bounds, ("pbb", "payable", "waived"))
        self.connection.execute(f'CREATE OR REPLACE TEMP TABLE "run_{name}" AS {query}')
        self._runs[name] = self._totals(f'"run_{name}"')
        return self._runs[name]

    def total(self, rule: PbbRule) -> Totals:
        """Totals of *rule* alone, nothing kept."""
        return self._totals(f"({pbb_program(rule).select('roll', self._bounds, ('pbb', 'payable', 'waived'))})")

    def _totals(self, source: str) -> Totals:
        row = self._one(
            "SELECT count(*), coalesce(sum(pbb), 0), coalesce(sum(payable), 0), count(*) FILTER (waived AND pbb > 0), "
            f"count(*) FILTER (pbb = 0), count(*) FILTER (pbb IS NULL) FROM {source}"
        )
        return Totals(*(int(value) for value in row))

    def taxable_by_rate(self, rule: PbbRule) -> list[tuple[Fraction, Fraction]]:
        """(rate, sum of taxable value under it), for slab rules: what a factor on rates acts on."""
        program = pbb_program(rule)
        rate, taxable = program.step("rate"), program.step("taxable")
        query = program.select("roll", self._bounds, ("rate", "taxable"))
        rows = self.connection.execute(
            f"SELECT rate, sum(taxable) FROM ({query}) WHERE rate IS NOT NULL GROUP BY rate ORDER BY rate"
        ).fetchall()
        return [(Fraction(int(r), rate.expr.den), Fraction(int(t), taxable.expr.den)) for r, t in rows]

    def compare(self, before: str, after: str) -> Comparison:
        """Deciles, kelurahan and counts of change between two runs made before."""
        self.connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE pair AS
            SELECT roll.village, roll.decile, roll.owner_id, roll.njop, roll.owner_first_in_village AS first_village,
                   roll.owner_first_in_decile AS first_decile, a.payable AS before, b.payable AS after,
                   {_BUCKET} AS bucket
            FROM roll POSITIONAL JOIN "run_{before}" a POSITIONAL JOIN "run_{after}" b
            WHERE a.payable IS NOT NULL AND b.payable IS NOT NULL"""
        )
        counts = {BUCKETS[int(b)]: int(n) for b, n in self._all("SELECT bucket, count(*) FROM pair GROUP BY bucket")}
        return Comparison(self._runs[before], self._runs[after], self._deciles(), self._villages(),
                          {name: counts.get(name, 0) for name in BUCKETS})  # fmt: skip

    def _deciles(self) -> tuple[Decile, ...]:
        rows = self._all(
            "SELECT decile, count(*), sum(first_decile::INTEGER), max(njop), sum(before), sum(after) "
            "FROM pair GROUP BY decile ORDER BY decile"
        )
        cells = {(int(d), int(b)): int(n) for d, b, n in
                 self._all("SELECT decile, bucket, count(*) FROM pair GROUP BY decile, bucket")}  # fmt: skip
        owners = {(int(d), int(b)): int(n) for d, b, n in self._all(
            "SELECT decile, bucket, count(DISTINCT owner_id) FROM pair WHERE (decile, bucket) IN "
            "(SELECT (decile, bucket) FROM pair GROUP BY decile, bucket HAVING count(*) < 20000) GROUP BY decile, bucket"
        )}  # fmt: skip
        found = []
        for number, objects, people, njop_to, before, after in rows:
            line = [cells.get((int(number), b), 0) for b in range(len(BUCKETS))]
            few = [owners.get((int(number), b), MIN_OWNERS) if line[b] else MIN_OWNERS for b in range(len(BUCKETS))]
            counts, merged = merge_small(line, few)
            found.append(Decile(int(number), int(objects), int(people), int(njop_to), int(before), int(after),
                                tuple(counts), tuple(BUCKETS[b] for b in merged)))  # fmt: skip
        return tuple(found)

    def _villages(self) -> tuple[Village, ...]:
        rows = self._all(
            "SELECT village, count(*), sum(first_village::INTEGER), sum(before), sum(after), "
            "count(*) FILTER (after > before), count(*) FILTER (after < before) FROM pair GROUP BY village ORDER BY village"
        )
        return merge_villages([
            Village((self.roll.villages[int(v)],), *(int(value) for value in rest)) for v, *rest in rows
        ])  # fmt: skip

    def near_limit(self, limit: int, share: Fraction) -> tuple[int, int]:
        """(objects, owners) with an NJOP above *limit* by at most *share* of it."""
        row = self._one(
            "SELECT count(*), count(DISTINCT owner_id) FROM roll WHERE njop > ? AND njop <= ?",
            [limit, int(limit * (1 + share))],
        )
        return int(row[0]), int(row[1])

    def band_revenue(self, before: str, after: str, over: int, to: int | None) -> tuple[int, int]:
        """Revenue of two runs from objects with over < NJOP <= to (None: no limit)."""
        row = self._one(
            f'SELECT coalesce(sum(a.payable), 0), coalesce(sum(b.payable), 0) FROM roll '
            f'POSITIONAL JOIN "run_{before}" a POSITIONAL JOIN "run_{after}" b WHERE njop > ? AND njop <= ?',
            [over, to if to is not None else 2**62],
        )
        return int(row[0]), int(row[1])

    def _one(self, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        row = self.connection.execute(query, list(values)).fetchone()
        assert row is not None
        return row

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


# Change of a bill against the bill before it, in exact integers; a bill that was nil and is not counts as up by more.
_BUCKET = """CASE WHEN b.payable * 100 < a.payable * 80 THEN 0 WHEN b.payable * 100 < a.payable * 98 THEN 1
    WHEN b.payable * 100 <= a.payable * 102 THEN 2 WHEN b.payable * 100 <= a.payable * 120 THEN 3 ELSE 4 END"""


def merge_small(counts: Sequence[int], owners: Sequence[int]) -> tuple[list[int], list[int]]:
    """Counts with every cell of fewer than ``MIN_OWNERS`` owners moved into its larger neighbour, and which were moved.

    Empty cells stay empty. The sum is kept.
    """
    line, moved = list(counts), []
    for place, people in enumerate(owners):
        if line[place] == 0 or people >= MIN_OWNERS:
            continue
        beside = [other for other in range(len(line)) if other != place and line[other]]
        if not beside:
            continue
        target = min(beside, key=lambda other: (abs(other - place), -line[other]))
        line[target] += line[place]
        line[place] = 0
        moved.append(place)
    return line, moved


def merge_villages(villages: Sequence[Village]) -> tuple[Village, ...]:
    """Kelurahan in code order, those with fewer than ``MIN_OWNERS`` owners joined to the one beside them.

    A neighbour in the same kecamatan is preferred. Owners of a merged cell are counted as at most their sum.
    """
    cells = list(villages)
    while len(cells) > 1:
        place = next((i for i, cell in enumerate(cells) if cell.owners < MIN_OWNERS), None)
        if place is None:
            break
        beside = [i for i in (place - 1, place + 1) if 0 <= i < len(cells)]
        kecamatan = cells[place].codes[0].rsplit(".", 1)[0]
        target = min(beside, key=lambda i: (cells[i].codes[0].rsplit(".", 1)[0] != kecamatan, -cells[i].owners))
        first, second = sorted((place, target))
        a, b = cells[first], cells[second]
        cells[first : second + 1] = [
            Village(a.codes + b.codes, a.objects + b.objects, max(a.owners, b.owners), a.before + b.before,
                    a.after + b.after, a.up + b.up, a.down + b.down)
        ]  # fmt: skip
    return tuple(cells)

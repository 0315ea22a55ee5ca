"""A draft law tried on a whole roll against last year: who pays more and less, what comes in, and where bills jump.

    board = last year's payable beside every object of the roll; a trial = the levy's own program over the board

Last year is either a law (its program over the same roll) or bills (joined by NOP). The board lies in one DuckDB
connection; every trial is a pass over it. Sums are exact whole rupiah; shares are left to who shows them. An object
without a bill last year is new, one whose draft bill is not known is unknown; both are counted and neither is compared.
First-round effects only: nobody moves, sells or objects. No person: a board knows numbers of objects and kelurahan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from sepadan.ground.columns import Connection
from sepadan.ground.money import Rupiah
from sepadan.tax.engine.pbb import PbbRule, allocation, pbb_program
from sepadan.tax.engine.what_if_cliffs import Cliff, cliffs

Integers = npt.NDArray[np.int64]
NEAR = Fraction(5, 100)
"""An object whose NJOP is above a limit by at most this share stands just above it."""
LARGEST = 100
SHADES = ("d2", "d1", "z0", "u1", "u2")
_STEP = """CASE WHEN after * 100 < before * 80 THEN 0 WHEN after * 100 < before * 98 THEN 1
    WHEN after * 100 <= before * 102 THEN 2 WHEN after * 100 <= before * 120 THEN 3 ELSE 4 END"""
_COLUMNS = "number, village, njop, food_land, takes_njoptkp, decile"
_BOTH = "before IS NOT NULL AND after IS NOT NULL"
_SUMS = f"""count(*) FILTER ({_BOTH}) AS objects, coalesce(sum(before) FILTER ({_BOTH}), 0) AS before,
    coalesce(sum(after) FILTER ({_BOTH}), 0) AS after, count(*) FILTER ({_BOTH} AND after > before) AS up,
    count(*) FILTER ({_BOTH} AND after < before) AS down"""


@dataclass(frozen=True, slots=True)
class Group:
    """Objects of both years in a tenth of the NJOP or a kelurahan: sums in rupiah, how many rise and fall."""

    key: int
    objects: int
    before: Rupiah
    after: Rupiah
    up: int
    down: int
    njop_to: Rupiah = 0
    shades: tuple[int, ...] = ()

    @property
    def change(self) -> Fraction | None:
        return Fraction(self.after - self.before, self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class CliffAt:
    """A jump of the draft at the limit of a tier, and how many objects stand just above it."""

    cliff: Cliff
    objects: int


@dataclass(frozen=True, slots=True)
class Change:
    """One object by its number in the roll."""

    number: int
    njop: Rupiah
    before: Rupiah
    after: Rupiah


@dataclass(frozen=True)
class Trial:
    """What a draft does. ``before`` and ``after`` are sums over the objects of both years.

    ``new`` and ``new_after``: objects without a bill last year and what they would pay; ``gone`` and ``gone_before``:
    bills of last year whose object is not in the roll; ``unknown``: objects whose draft bill is not known.
    """

    whole: Group
    deciles: tuple[Group, ...]
    villages: tuple[Group, ...]
    cliffs: tuple[CliffAt, ...]
    largest: tuple[Change, ...]
    waived: int
    nil: int
    unknown: int
    new: int
    new_after: Rupiah
    gone: int
    gone_before: Rupiah

    @property
    def revenue(self) -> Rupiah:
        """All that would be payable under the draft."""
        return self.whole.after + self.new_after

    @property
    def revenue_before(self) -> Rupiah:
        return self.whole.before + self.gone_before


class Board:
    """A roll with last year's payable beside each object, in one connection.

    *source* is a query of a roll's snapshot: ``object_id, village, njop, food_land, decile, highest_of_owner``.
    """

    def __init__(self, connection: Connection, source: str, njop_max: int) -> None:
        self.connection, self._source, self.njop_bounds = connection, source, (0, njop_max)
        self.gone, self.gone_before = 0, 0

    def against_law(self, rule: PbbRule) -> None:
        """Last year is another law on the same roll."""
        query = pbb_program(_marked(rule)).select(self._roll(), {"njop": self.njop_bounds})
        self._keep(f"SELECT {_COLUMNS}, payable::BIGINT AS before FROM ({query})")

    def against_bills(self, nop: Integers, before_nop: Integers, payable: Integers) -> None:
        """Last year is what was billed; *nop* are the numbers of the roll in its order."""
        self.connection.register("roll_nop", {"number": np.arange(1, len(nop) + 1, dtype=np.int64), "nop": nop})
        self.connection.register("billed", {"nop": before_nop, "payable": payable})
        self._keep(f"SELECT {_COLUMNS}, b.payable AS before FROM {self._roll()} "
                   "JOIN roll_nop n USING (number) LEFT JOIN billed b ON b.nop = n.nop")
        self.gone, self.gone_before = self._one(
            "SELECT count(*), coalesce(sum(payable), 0) FROM billed b ANTI JOIN roll_nop n ON b.nop = n.nop")

    def trial(self, rule: PbbRule, villages: int) -> Trial:
        """Everything that *rule* does; *villages* is how many kelurahan the roll has."""
        self._try(rule)
        whole = self._groups("0", "1")
        counts = self._one("""SELECT count(*) FILTER (waived AND pbb > 0), count(*) FILTER (pbb = 0),
            count(*) FILTER (after IS NULL), count(*) FILTER (before IS NULL AND after IS NOT NULL),
            coalesce(sum(after) FILTER (before IS NULL), 0) FROM outcome""")
        found = {group.key: group for group in self._groups("village", "village")}
        empty = Group(0, 0, 0, 0, 0, 0)
        return Trial(
            whole=whole[0] if whole else empty, deciles=tuple(self._deciles()),
            villages=tuple(found.get(key, Group(key, 0, 0, 0, 0, 0)) for key in range(villages)),
            cliffs=tuple(self._cliffs(rule)), largest=tuple(self._largest()), waived=counts[0], nil=counts[1],
            unknown=counts[2], new=counts[3], new_after=counts[4], gone=self.gone, gone_before=self.gone_before)

    def select(self, rule: PbbRule, source: str = "board") -> str:
        """SQL of *source* with ``payable`` under *rule* beside ``before``, and the columns of the board."""
        return pbb_program(_marked(rule)).select(source, {"njop": self.njop_bounds})

    def sums(self, rules: Sequence[PbbRule], band: str, source: str = "board") -> dict[int, tuple[int, ...]]:
        """What is payable under each of *rules* by *band* (an expression), over the objects of both years."""
        query, names = source, list[str]()
        for place, rule in enumerate(rules):
            kept = ["number", "njop", "food_land", "takes_njoptkp", "before", *names]
            inner = self.select(rule, query)
            names.append(f"p{place}")
            query = f"(SELECT {', '.join(kept)}, payable::BIGINT AS p{place} FROM ({inner}))"
        known = " AND ".join(["before IS NOT NULL", *(f"{name} IS NOT NULL" for name in names)])
        parts = ", ".join(f"coalesce(sum({name}), 0)" for name in names)
        rows = self.connection.execute(f"SELECT {band}, {parts} FROM {query} WHERE {known} GROUP BY 1").fetchall()
        return {int(key): tuple(int(value) for value in values) for key, *values in rows}

    def above(self, rule: PbbRule, band: str, source: str = "board") -> dict[int, tuple[int, int, int]]:
        """By band: objects above last year, by how many rupiah, and how many of them paid nothing last year."""
        rows = self.connection.execute(
            f"SELECT {band}, count(*), sum(payable - before), count(*) FILTER (before = 0) "
            f"FROM ({self.select(rule, source)}) WHERE before IS NOT NULL AND payable > before GROUP BY 1").fetchall()
        return {int(key): (int(count), int(by), int(nothing)) for key, count, by, nothing in rows}

    def keep_above(self, rule: PbbRule, name: str) -> None:
        """The temporary table *name*: the objects that pay more than last year under *rule*, nobody else."""
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT number, njop, food_land, takes_njoptkp, before "
            f"FROM ({self.select(rule)}) WHERE before IS NOT NULL AND payable > before")

    # passes

    def _roll(self) -> str:
        return (f"(SELECT object_id AS number, village, njop, food_land, decile, highest_of_owner AS takes_njoptkp "
                f"FROM {self._source})")

    def _keep(self, query: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE board AS {query}")

    def _try(self, rule: PbbRule) -> None:
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE outcome AS SELECT number, village, njop, decile, before, "
            f"payable::BIGINT AS after, pbb::BIGINT AS pbb, waived FROM ({self.select(rule)})")

    def _groups(self, key: str, by: str) -> list[Group]:
        rows = self.connection.execute(f"SELECT {key}, {_SUMS} FROM outcome GROUP BY {by} ORDER BY 1").fetchall()
        return [_group(row) for row in rows]

    def _deciles(self) -> list[Group]:
        shades = ", ".join(f"count(*) FILTER ({_BOTH} AND {_STEP} = {place})" for place in range(len(SHADES)))
        rows = self.connection.execute(f"SELECT decile, {_SUMS}, max(njop), {shades} FROM outcome "
                                       "GROUP BY decile ORDER BY decile").fetchall()
        return [_group(row[:6], int(row[6]), tuple(int(value) for value in row[7:])) for row in rows]

    def _cliffs(self, rule: PbbRule) -> list[CliffAt]:
        jumps = cliffs(rule)
        if not jumps:
            return []
        near = ", ".join(f"count(*) FILTER (njop > {one.at} AND njop <= {int(one.at * (1 + NEAR))})" for one in jumps)
        return [CliffAt(one, count) for one, count in zip(jumps, self._one(f"SELECT {near} FROM board"), strict=True)]

    def _largest(self) -> list[Change]:
        rows = self.connection.execute(
            f"SELECT number, njop, before, after FROM outcome WHERE {_BOTH} AND after > before "
            f"ORDER BY after - before DESC, number LIMIT {LARGEST}").fetchall()
        return [Change(*(int(value) for value in row)) for row in rows]

    def _one(self, query: str) -> tuple[int, ...]:
        row = self.connection.execute(query).fetchone()
        assert row is not None
        return tuple(int(value) for value in row)


def _group(row: Sequence[Any], njop_to: Rupiah = 0, shades: tuple[int, ...] = ()) -> Group:
    key, objects, before, after, up, down = (int(value) for value in row)
    return Group(key, objects, before, after, up, down, njop_to, shades)


def _marked(rule: PbbRule) -> PbbRule:
    """*rule*, whose object that takes the NJOPTKP must be the one that the snapshot marks."""
    allocation(rule)
    return rule

"""Replay of tax: one region's roll under another region's PBB law, object by object, released as aggregates.

    outcome = engine(roll, practice)

The roll is a table of columns (``object_id, village, owner_id, njop, food_land, decile, owner_first_in_village,
owner_first_in_decile``, and ``highest_of_owner`` if its maker marked it), never a person. A run is the levy's own
program over all rows; a comparison is two programs in one pass, summed by decile and kelurahan. What comes out are
totals, deciles of NJOP fixed on the roll, kelurahan, and counts of winners and losers. A cell with fewer than
``MIN_OWNERS`` owners is merged with its neighbour before it is released (``tax_cells``).

First-round effects only: nobody moves, sells or objects. Money is whole rupiah, sums exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sepadan.ground.columns import Connection, Program
from sepadan.ground.problems import refuse
from sepadan.study.engine.tax_cells import (
    BUCKETS,
    MIN_OWNERS,
    Decile,
    Village,
    groups_of,
    merge_small,
    three_digits,
)
from sepadan.tax.engine.pbb import PbbRule, allocation, pbb_program
from sepadan.tax.names import NjoptkpChoice

_KEPT = ("object_id", "village", "owner_id", "njop", "food_land", "decile", "owner_first_in_village",
         "owner_first_in_decile")  # fmt: skip
# How a bill changed, in exact integers: 0 down by over 20 %, 1 by 2 to 20 %, 2 a little down, 3 the same, 4 a little
# up, 5 up by 2 to 20 %, 6 by more (also from nil), 7 not known.
_STEP = """CASE WHEN before IS NULL OR after IS NULL THEN 7 WHEN after = before THEN 3
    WHEN after < before THEN CASE WHEN after * 100 < before * 80 THEN 0 WHEN after * 100 < before * 98 THEN 1 ELSE 2 END
    WHEN after * 100 <= before * 102 THEN 4 WHEN after * 100 <= before * 120 THEN 5 ELSE 6 END"""
_BUCKET = "CASE WHEN step < 2 THEN step WHEN step < 5 THEN 2 ELSE step - 2 END"
_KNOWN = "step < 7"
_STATE = "CASE WHEN {0}_pbb IS NULL THEN 3 WHEN {0}_pbb = 0 THEN 1 WHEN {0}_waived THEN 2 ELSE 0 END"
_STATES = {"nil": 1, "waived": 2, "unknown": 3}
# One integer as the key of a cell groups ten times faster than six columns.
_KEY = (f"(((village * 16 + decile) * 8 + {_STEP}) * 16 + CASE WHEN before > 0 AND after > 0 THEN 0 "
        f"ELSE {_STATE.format('before')} * 4 + {_STATE.format('after')} END) * 4 "
        "+ owner_first_in_village::INTEGER * 2 + owner_first_in_decile::INTEGER")  # fmt: skip
_CELLS = f"""
    SELECT key >> 13 AS village, (key >> 9) & 15 AS decile, (key >> 6) & 7 AS step, (key >> 4) & 3 AS before_state,
        (key >> 2) & 3 AS after_state, (key >> 1) & 1 AS first_village, key & 1 AS first_decile, objects, njop_to,
        before_payable, after_payable, before_assessed, after_assessed
    FROM (SELECT {_KEY} AS key, count(*) AS objects, max(njop) AS njop_to, sum(before) AS before_payable,
              sum(after) AS after_payable, {{before_pbb}} AS before_assessed, {{after_pbb}} AS after_assessed
          FROM ({{pair}}) GROUP BY key)"""


@dataclass(frozen=True)
class RollColumns:
    """A roll as columns: the SQL that reads it, its kelurahan codes by index, bounds of NJOP and its content hash.

    ``highest_marked``: the column ``highest_of_owner`` says which object of an owner is worth most (then lowest id).
    """

    sql: str
    villages: tuple[str, ...]
    njop_bounds: tuple[int, int]
    content_hash: str
    object_count: int
    highest_marked: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """One run over the whole roll. ``unknown`` objects have no tax because a parameter they need is not known.

    ``few`` names those of the counts behind which fewer than ``MIN_OWNERS`` owners stand: they are not released.
    """

    objects: int
    assessed: int
    payable: int
    waived: int
    nil: int
    unknown: int
    few: frozenset[str] = frozenset()

    def released(self, name: str) -> int | None:
        """A count by its name, None where too few owners stand behind it."""
        return None if name in self.few else int(getattr(self, name))


@dataclass(frozen=True)
class Comparison:
    """A run against the baseline on the same roll. ``merged`` names buckets too small to be shown on their own."""

    before: Totals
    after: Totals
    deciles: tuple[Decile, ...]
    villages: tuple[Village, ...]
    counts: Mapping[str, int]
    merged: tuple[str, ...] = ()

    @property
    def change(self) -> Fraction | None:
        return Fraction(self.after.payable - self.before.payable, self.before.payable) if self.before.payable else None

    def share(self, *buckets: str) -> Fraction:
        """Share of all compared objects that lie in *buckets*."""
        whole = sum(self.counts.values())
        return Fraction(sum(self.counts[bucket] for bucket in buckets), whole) if whole else Fraction(0)


class Replay:
    """Runs over one roll in one DuckDB connection; each is one pass. Rules are compared by value."""

    def __init__(self, connection: Connection, roll: RollColumns):
        self.connection, self.roll = connection, roll
        self._bounds = {"njop": roll.njop_bounds}
        self._totals: dict[tuple[Any, ...], Totals] = {}
        self._comparisons: dict[tuple[Any, ...], Comparison] = {}
        self._choice: NjoptkpChoice | None = None
        self._source = roll.sql

    def compare(self, before: PbbRule, after: PbbRule) -> Comparison:
        """Deciles, kelurahan and counts of change of *after* against *before*. Refuses a roll of too few owners.

        The same two rules are compared once.
        """
        key = (*_key(before), *_key(after))
        if key not in self._comparisons:
            self._make_cells(before, after)
            deciles = self._deciles()
            if max((one.owners for one in deciles), default=0) < MIN_OWNERS:
                raise refuse("study.tax.few_owners", remedy="study.tax.few_owners.remedy", least=MIN_OWNERS)
            villages, (counts, merged) = self._villages(), self._counts()
            totals = [self._cell_totals(side) for side in ("before", "after")]
            self._totals |= {_key(rule): one for rule, one in zip((before, after), totals, strict=True)}
            self._comparisons[key] = Comparison(totals[0], totals[1], deciles, villages, counts, merged)
        return self._comparisons[key]

    def total(self, rule: PbbRule) -> Totals:
        """Totals of *rule* alone; for calculation, not for release."""
        if _key(rule) not in self._totals:
            query = self._add(self._marked(rule), rule, "bill", [])
            row = self._one(
                "SELECT count(*), coalesce(sum(bill_pbb), 0), coalesce(sum(bill), 0), "
                "count(*) FILTER (bill_waived AND bill_pbb > 0), count(*) FILTER (bill_pbb = 0), "
                f"count(*) FILTER (bill_pbb IS NULL) FROM ({query})"
            )
            objects, assessed, payable, waived, nil, unknown = (int(value) for value in row)
            self._totals[_key(rule)] = Totals(objects, assessed, payable, waived, nil, unknown)
        return self._totals[_key(rule)]

    def revenues(self, rules: Sequence[PbbRule]) -> list[int]:
        """What is payable under each of *rules*, in one pass."""
        source = self._marked(*rules)
        for k, rule in enumerate(rules):
            source = f"({self._add(source, rule, f'bill{k}', [f'bill{j}' for j in range(k)])})"
        sums = ", ".join(f"coalesce(sum(bill{k}), 0)" for k in range(len(rules)))
        return [int(value) for value in self._one(f"SELECT {sums} FROM {source}")]

    def taxable_by_rate(self, rule: PbbRule) -> list[tuple[Fraction, Fraction]]:
        """(rate, sum of taxable value under it), for slab rules: what a factor on rates acts on."""
        program = pbb_program(rule)
        rate, taxable = program.step("rate"), program.step("taxable")
        query = program.select(self._marked(rule), self._bounds, ("rate", "taxable"))
        rows = self._all(f"SELECT rate, sum(taxable) FROM ({query}) WHERE rate IS NOT NULL GROUP BY rate ORDER BY rate")
        return [(Fraction(int(r), rate.expr.den), Fraction(int(t), taxable.expr.den)) for r, t in rows]

    def band_revenue(self, before: PbbRule, after: PbbRule, edges: Sequence[int | None]
                     ) -> list[tuple[int, int, int]]:
        """Revenue of two rules, and a lower bound on owners, by NJOP band; *edges* rise and end with None."""
        bands = " ".join(f"WHEN njop <= {int(to)} THEN {k}" for k, to in enumerate(edges[:-1]) if to is not None)
        band = f"CASE {bands} ELSE {len(edges) - 1} END" if bands else "0"
        rows = self._all(f"""SELECT band, sum(b), sum(a), max(owners) FROM (
            SELECT {band} AS band, decile, sum(before) AS b, sum(after) AS a,
                sum(owner_first_in_decile::INTEGER) AS owners FROM ({self._pair(before, after)})
            GROUP BY 1, 2) GROUP BY band""")
        found = {int(k): (int(b or 0), int(a or 0), int(owners)) for k, b, a, owners in rows}
        return [found.get(k, (0, 0, 0)) for k in range(len(edges))]

    def near_limits(self, limits: Sequence[int], share: Fraction) -> list[tuple[int, int]]:
        """(objects, owners) with an NJOP above each limit by at most *share* of it."""
        if not limits:
            return []
        near = [f"(njop > {int(limit)} AND njop <= {int(limit * (1 + share))})" for limit in limits]
        counts = ", ".join(f"count(*) FILTER ({one}), count(DISTINCT owner_id) FILTER ({one})" for one in near)
        row = self._one(f"SELECT {counts} FROM {self._source} WHERE {' OR '.join(near)}")
        return [(int(row[2 * k]), int(row[2 * k + 1])) for k in range(len(limits))]

    # how a pass is written

    def _marked(self, *rules: PbbRule) -> str:
        """The roll with ``takes_njoptkp``: read from its mark, or worked out once and kept."""
        choices = {rule.njoptkp_choice for rule in rules}
        if len(choices) != 1:
            raise refuse("study.tax.two_choices", remedy="study.tax.two_choices.remedy")
        first = allocation(rules[0])  # refuses a rule whose choice is not known
        if self.roll.highest_marked:
            return f"(SELECT *, highest_of_owner AS takes_njoptkp FROM {self.roll.sql})"
        if self._choice is None:
            query = Program((first,)).select(self.roll.sql, self._bounds, (*_KEPT, "takes_njoptkp"))
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE roll AS {query}")
            self._choice, self._source = rules[0].njoptkp_choice, "roll"
        return "roll"

    def _add(self, source: str, rule: PbbRule, name: str, earlier: Iterable[str]) -> str:
        """*source* with ``name``, ``name_pbb`` and ``name_waived`` of *rule* beside those made *earlier*."""
        kept = [*_KEPT, "takes_njoptkp", *(part for one in earlier for part in (one, f"{one}_pbb", f"{one}_waived"))]
        query = pbb_program(rule).select(source, self._bounds)
        return (f"SELECT {', '.join(kept)}, payable AS {name}, pbb AS {name}_pbb, waived AS {name}_waived "
                f"FROM ({query})")

    def _pair(self, before: PbbRule, after: PbbRule) -> str:
        inner = self._add(self._marked(before, after), before, "before", [])
        return self._add(f"({inner})", after, "after", ["before"])

    def _make_cells(self, before: PbbRule, after: PbbRule) -> None:
        """The temporary table ``cells``: what two rules make of the roll, summed as finely as anything asks."""
        sums = {f"{side}_pbb": f"sum({side}_pbb)" if _bends(rule) else f"sum({side})"
                for side, rule in (("before", before), ("after", after))}  # fmt: skip
        query = _CELLS.format(pair=self._pair(before, after), **sums)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE cells AS {query}")

    # what is released

    def _counts(self) -> tuple[dict[str, int], tuple[str, ...]]:
        parts = (f"SELECT {_BUCKET} AS bucket, sum(objects) AS objects, sum(objects * first_decile) AS owners "
                 f"FROM cells WHERE {_KNOWN} GROUP BY 1, decile")  # fmt: skip
        found = self._rows(f"SELECT bucket, sum(objects), max(owners) FROM ({parts}) GROUP BY 1")
        rows = {b: (n, owners) for b, n, owners in found}
        line = [rows.get(b, (0, 0)) for b in range(len(BUCKETS))]
        counts, merged = merge_small([n for n, _ in line], [owners for _, owners in line])
        return dict(zip(BUCKETS, counts, strict=True)), tuple(BUCKETS[b] for b in merged)

    def _cell_totals(self, side: str) -> Totals:
        ((objects, assessed, payable),) = self._rows(
            f"SELECT sum(objects), coalesce(sum({side}_assessed), 0), coalesce(sum({side}_payable), 0) FROM cells")
        parts = (f"SELECT {side}_state AS state, sum(objects) AS n, sum(objects * first_decile) AS owners "
                 f"FROM cells WHERE {side}_state > 0 GROUP BY 1, decile")  # fmt: skip
        found = self._rows(f"SELECT state, sum(n), max(owners) FROM ({parts}) GROUP BY 1")
        states = {state: (n, owners) for state, n, owners in found}
        counts = {name: states.get(state, (0, MIN_OWNERS)) for name, state in _STATES.items()}
        few = frozenset(name for name, (_, owners) in counts.items() if owners < MIN_OWNERS)
        return Totals(objects, assessed, payable, **{name: n for name, (n, _) in counts.items()}, few=few)

    def _deciles(self) -> tuple[Decile, ...]:
        rows = self._rows(
            "SELECT decile, sum(objects), sum(objects * first_decile), max(njop_to), sum(before_payable), "
            f"sum(after_payable) FROM cells WHERE {_KNOWN} GROUP BY decile ORDER BY decile")
        parts = self._rows(f"SELECT decile, {_BUCKET}, sum(objects), sum(objects * first_decile) FROM cells "
                           f"WHERE {_KNOWN} GROUP BY 1, 2")  # fmt: skip
        cells = {(d, b): (n, owners) for d, b, n, owners in parts}
        found = []
        for group, people in groups_of([row[2] for row in rows], self._together("decile", [row[0] for row in rows])):
            some = [rows[place] for place in group]
            numbers = [row[0] for row in some]
            line = [[cells.get((number, b), (0, 0)) for number in numbers] for b in range(len(BUCKETS))]
            counts, merged = merge_small([sum(n for n, _ in bucket) for bucket in line],
                                         [max(owners for _, owners in bucket) for bucket in line])  # fmt: skip
            limit = 0 if group[-1] == len(rows) - 1 else three_digits(some[-1][3])
            found.append(Decile(numbers[0], _sum(some, 1), people, limit, _sum(some, 4), _sum(some, 5), tuple(counts),
                                tuple(BUCKETS[b] for b in merged), numbers[-1]))  # fmt: skip
        return tuple(found)

    def _villages(self) -> tuple[Village, ...]:
        signs = ", ".join(f"coalesce(sum(objects{times}) FILTER ({test}), 0)"
                          for times in ("", " * first_village") for test in ("step < 3", "step = 3", "step > 3"))
        rows = self._rows(
            "SELECT village, sum(objects), sum(objects * first_village), sum(before_payable), sum(after_payable), "
            f"{signs} FROM cells WHERE {_KNOWN} GROUP BY village ORDER BY village")
        codes = [self.roll.villages[row[0]] for row in rows]
        kin, found = [code.rsplit(".", 1)[0] for code in codes], []
        together = self._together("village", [row[0] for row in rows])
        for group, people in groups_of([row[2] for row in rows], together, kin):
            some = [rows[place] for place in group]
            (down, _, up), _ = merge_small([_sum(some, k) for k in (5, 6, 7)],
                                           [max(row[k] for row in some) for k in (8, 9, 10)])  # fmt: skip
            found.append(Village(tuple(codes[place] for place in group), _sum(some, 1), people, _sum(some, 3),
                                 _sum(some, 4), up, down))  # fmt: skip
        return tuple(found)

    def _together(self, column: str, values: list[int]) -> Callable[[list[int]], int]:
        """How many owners several values of *column* have as one."""

        def count(places: list[int]) -> int:
            among = ", ".join(str(values[place]) for place in places)
            query = f"SELECT count(DISTINCT owner_id) FROM {self._source} WHERE {column} IN ({among})"
            return int(self._one(query)[0])

        return count

    def _one(self, query: str) -> tuple[Any, ...]:
        row = self.connection.execute(query).fetchone()
        assert row is not None
        return row

    def _rows(self, query: str) -> list[list[int]]:
        """Rows of whole numbers."""
        return [[int(value) for value in row] for row in self._all(query)]

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


def _bends(rule: PbbRule) -> bool:
    """Whether what is payable may differ from what is assessed."""
    return rule.waiver_up_to is not None or bool(rule.stimulus)


def _key(rule: PbbRule) -> tuple[Any, ...]:
    """What a rule computes by: every parameter, without what each rests on."""
    return tuple(getattr(rule, field.name) for field in fields(rule) if field.name != "bases")


def _sum(rows: list[list[int]], place: int) -> int:
    return sum(row[place] for row in rows)


def common_edges(*rules: PbbRule) -> list[int | None]:
    """The limits of the tiers of all *rules* in rising order, and None for the last band."""
    limits = sorted({tier.to for rule in rules for tier in rule.tiers if tier.to is not None})
    assert all(a < b for a, b in pairwise(limits))
    return [*limits, None]

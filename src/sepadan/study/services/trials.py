"""A draft law tried on a region's own roll: the law in force against the draft, seconds later.

Reads the roll's snapshot in the scope of its region and gives aggregates alone. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.columns import connect
from sepadan.ground.messages import Message
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.study.engine.tax_cliffs import Cliff, cliffs
from sepadan.study.engine.tax_practice import TaxPractice, read_tax_practice
from sepadan.study.engine.tax_replay import Comparison, Replay, RollColumns
from sepadan.tax.public import current_roll, ensure_snapshot


@dataclass(frozen=True)
class Trial:
    """The comparison with both practices, the cliffs of the draft, and the words that say what roll it was."""

    roll_label: Message
    synthetic: bool
    current: TaxPractice
    draft: TaxPractice
    comparison: Comparison
    cliffs: tuple[Cliff, ...]


def roll_columns() -> tuple[RollColumns, Any]:
    """The current roll of the region in scope as columns, and its record. Raises Refused when none is loaded."""
    roll = current_roll()
    if roll is None:
        raise refuse("study.roll.none", remedy="study.roll.none.remedy")
    snapshot = ensure_snapshot(roll)
    path = str(snapshot.path).replace("'", "''")  # the path comes from the server alone
    columns = RollColumns(f"read_parquet('{path}')", snapshot.villages, (0, snapshot.njop_max), snapshot.content_hash,
                          snapshot.object_count, highest_marked=True)
    return columns, roll


def try_draft(region: str, on: date, values: Mapping[str, Any], *, assumptions: str = "default") -> Trial:
    """The law of *region* on *on* against the same law with *values* laid over it. Raises Refused with the cap."""
    book, chosen = load_book(), load_assumptions(assumptions)
    current = read_tax_practice(book, region, on, chosen)
    draft = read_tax_practice(book, region, on, chosen, draft=values)
    columns, roll = roll_columns()
    with connect() as connection:
        comparison = Replay(connection, columns).compare(current.rule, draft.rule)
    return Trial(roll.label, roll.synthetic, current, draft, comparison, tuple(cliffs(draft.rule)))


def mean_change(comparison: Comparison) -> Fraction | None:
    return comparison.change

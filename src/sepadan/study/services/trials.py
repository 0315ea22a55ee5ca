"""A draft law tried on a region's own roll: the law in force against the draft, seconds later.

Reads the roll's snapshot in the scope of its region and gives aggregates alone. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.columns import connect
from sepadan.ground.messages import Message
from sepadan.ground.statutes import load_book
from sepadan.study.engine.tax_practice import TaxPractice, read_tax_practice
from sepadan.study.engine.tax_replay import Comparison, Replay
from sepadan.study.services.region_rolls import roll_of
from sepadan.tax.engine.what_if_cliffs import Cliff, cliffs
from sepadan.territory.public import region_of_code


@dataclass(frozen=True)
class Trial:
    """The comparison with both practices, the cliffs of the draft, and the words that say what roll it was."""

    roll_label: Message
    synthetic: bool
    current: TaxPractice
    draft: TaxPractice
    comparison: Comparison
    cliffs: tuple[Cliff, ...]


def try_draft(region: str, on: date, values: Mapping[str, Any], *, assumptions: str = "default") -> Trial:
    """The law of *region* on *on* against the same law with *values* laid over it. Raises Refused with the cap."""
    book, chosen = load_book(), load_assumptions(assumptions)
    current = read_tax_practice(book, region, on, chosen)
    draft = read_tax_practice(book, region, on, chosen, draft=values)
    roll = roll_of(region_of_code(region))
    with connect() as connection:
        comparison = Replay(connection, roll.columns).compare(current.rule, draft.rule)
    return Trial(roll.facts.label, roll.facts.synthetic, current, draft, comparison, tuple(cliffs(draft.rule)))

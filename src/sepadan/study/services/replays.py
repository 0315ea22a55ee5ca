"""A replay of tax, computed now: the roll of the region in scope under its own law and under another region's.

Reads the roll's snapshot in the scope of its region; only aggregates leave. Nothing is stored.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.columns import connect
from sepadan.ground.statutes import load_book
from sepadan.study.engine.tax_neutral import Lever
from sepadan.study.engine.tax_practice import TaxPractice, alternatives, read_tax_practice
from sepadan.study.engine.tax_replay import Replay
from sepadan.study.engine.tax_study import RollFacts, TaxStudy, study_tax
from sepadan.study.services.trials import roll_columns


def practices_of(guest: str, host: str, on: date, assumptions: str, changes: dict[str, Any]
                 ) -> tuple[TaxPractice, TaxPractice]:
    """The guest's own practice and the host's, with *changes* in place of assumed values."""
    book, chosen = load_book(), load_assumptions(assumptions)
    own, foreign = (read_tax_practice(book, code, on, chosen, changes=changes) for code in (guest, host))
    return own, foreign


def replay_tax(
    guest: str, host: str, on: date, *, assumptions: str = "default", lever: Lever | None = None, whole: bool = True
) -> TaxStudy:
    """The direction *guest*'s roll under *host*'s law. Call it in the scope of *guest*.

    Without *whole*, the band over other assumptions and the counts at cliffs are left out: a page answers at once.

    Raises Refused on a region without law on that day, or when no roll is loaded.
    """
    practices_of(guest, host, on, assumptions, {})  # a law that is not known is told before a roll is read
    columns, roll = roll_columns()
    facts = RollFacts(guest, roll.name, roll.label, roll.synthetic, roll.tax_year, roll.content_hash,
                      roll.object_count, roll.owner_count)  # fmt: skip
    with connect() as connection:
        return study_tax(
            Replay(connection, columns), facts, lambda changes: practices_of(guest, host, on, assumptions, changes),
            alternatives(load_assumptions(assumptions)) if whole else (), lever, counted=whole,
        )  # fmt: skip

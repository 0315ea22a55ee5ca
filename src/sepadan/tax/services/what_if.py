"""A draft law tried on the region's own roll, against last year's law or last year's bills. Nothing is stored.

Reads the snapshot of the current roll in the scope of its region, its NJOPTKP where an assessment would put it
(``holder_marks.py``), runs the draft and, if asked, solves the ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.columns import connect
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import current_region
from sepadan.tax.engine.assessment import LEVY, AssessmentLaw, assessment_law
from sepadan.tax.engine.what_if import Board, Trial
from sepadan.tax.engine.what_if_levers import lever_bounds
from sepadan.tax.engine.what_if_solving import Goal, Solution, edges_of, solve
from sepadan.tax.models import AssessmentRun, Roll, RunState
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.queries.runs import raw_connection
from sepadan.tax.services.assessment_columns import billed_columns, object_columns
from sepadan.tax.services.holder_marks import HolderFacts, marked_roll
from sepadan.territory.public import kecamatan_in

ASSUMPTIONS = "default"


@dataclass(frozen=True, slots=True)
class Against:
    """What a draft is held against: the law of a day, or the bills of a year."""

    kind: Literal["law", "bills"]
    on: date | None = None
    year: int | None = None


@dataclass(frozen=True)
class Tried:
    """The outcome with all it rests on. ``villages``: kelurahan codes in the order of the trial's groups.

    ``nops`` are the numbers of the largest rises in their order.
    """

    roll: Roll
    content_hash: str
    draft: AssessmentLaw
    against: Against
    before: AssessmentLaw | None
    trial: Trial
    solution: Solution | None
    villages: tuple[str, ...]
    nops: tuple[str, ...]
    holders: HolderFacts | None = None
    """What the region's own table of the NJOPTKP does; None where it says nothing of the roll's year."""


def law_in_force(on: date) -> AssessmentLaw:
    """The law of the region in scope on a day: where a draft starts from. Raises Refused where it is not complete."""
    return assessment_law(load_book().law(current_region().code, LEVY, on), load_assumptions(ASSUMPTIONS))


def try_on_roll(on: date, values: Mapping[str, Any], against: Against, *, goal: Goal | None = None,
                by_band: bool = False) -> Tried:
    """The law of the region in scope on *on* with *values* laid over it, over the current roll.

    *goal* solves the ratio first, *by_band* for each band between the limits of both laws; the trial is then of the
    solution. Raises Refused without a roll or bills, and where the draft goes beyond what national law allows.
    """
    region, book = current_region(), load_book()
    roll = current_roll()
    if roll is None:
        raise refuse("tax.what_if.no_roll", remedy="tax.what_if.no_roll.remedy")
    law = book.with_draft(region.code, LEVY, values, "draft", on) if values else book.law(region.code, LEVY, on)
    draft = assessment_law(law, load_assumptions(ASSUMPTIONS))
    before = law_in_force(against.on) if against.kind == "law" and against.on is not None else None
    marked = marked_roll(roll)
    snapshot = marked.snapshot
    path = str(snapshot.path).replace("'", "''")  # the path comes from the server alone
    with connect() as duck:
        board = Board(duck, f"read_parquet('{path}')", snapshot.njop_max)
        if before is not None:
            board.against_law(before.rule)
        else:
            _bills(board, roll, against)
        solution = None
        if goal is not None:
            held = before or law_in_force(date(on.year - 1, 1, 1))  # whose limits the bills held against followed
            edges = edges_of(draft.rule, held.rule) if by_band else (None,)
            solution = solve(board, draft.rule, lever_bounds(law), goal, edges)
        trial = board.trial(draft.rule if solution is None else solution.rule, len(snapshot.villages))
    return Tried(roll, snapshot.content_hash, draft, against, before, trial, solution, snapshot.villages,
                 _nops(roll, trial), marked.holders)


def _bills(board: Board, roll: Roll, against: Against) -> None:
    billed = None if against.year is None else billed_columns(roll, against.year)
    if billed is None:
        raise refuse("tax.what_if.no_bills", remedy="tax.what_if.no_bills.remedy", year=str(against.year or ""))
    board.against_bills(object_columns(raw_connection(), roll)["nop"], *billed)


def _nops(roll: Roll, trial: Trial) -> tuple[str, ...]:
    """The NOPs of the largest rises: number k is the k-th object of the roll by NOP."""
    if not trial.largest:
        return ()
    nop = object_columns(raw_connection(), roll)["nop"]
    return tuple(f"{nop[one.number - 1]:018d}" for one in trial.largest)


def billed_years() -> list[int]:
    """Tax years with bills in force for the whole region, newest first."""
    every = {one.code for one in kecamatan_in(current_region())}
    covered: dict[int, set[str]] = {}
    for year, kecamatan in AssessmentRun.objects.filter(state=RunState.POSTED.value, roll__part="").values_list(
            "tax_year", "kecamatan"):
        covered.setdefault(year, set()).update(kecamatan or every)
    return sorted((year for year, codes in covered.items() if codes >= every), reverse=True)

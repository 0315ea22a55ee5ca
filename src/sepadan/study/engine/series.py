"""An indicator of a region over the years: results and aims apart, with the breaks where a line must not be drawn.

Idea: a line between two points says they measure the same. Where a series was rebased, took in something new, or jumped
without a cause, the line has a gap and the gap has a reason. Targets are points of their own, never joined to results.
One value per year and family: the one the rule of choice prefers. Derived indicators are computed year by year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sepadan.ground.cells import Cell
from sepadan.ground.messages import Message, message
from sepadan.study.engine.book import Book, Fact, Indicator
from sepadan.study.engine.derived import figure, years_of
from sepadan.study.engine.findings import break_message, jumps
from sepadan.study.engine.indicators import cell_of, rank
from sepadan.study.names import AIMED, OBSERVED

Family = Literal["observed", "aimed", "said"]


@dataclass(frozen=True, slots=True)
class Point:
    """One year of one family. ``gap``: why no line leads here; ``running``: of part of the year only."""

    year: int
    family: Family
    cell: Cell
    running: bool
    gap: Message | None


def series(book: Book, region: str, indicator: str) -> tuple[Point, ...]:
    """All points, by family and then year. Missing values, suspect ones and windows longer than a year are left out."""
    meaning = book.indicator(indicator)
    if meaning.derived:
        years = reversed(years_of(book, region, indicator))
        figures = [figure(book, region, indicator, period=str(year)) for year in years]
        return tuple(Point(one.period.year, "observed" if one.kind in OBSERVED else "aimed", one.cell, not one.complete,
                           None) for one in figures if one.period is not None)
    best: dict[tuple[Family, int], Fact] = {}
    for fact in book.facts(region, indicator):
        if fact.amount is None or fact.confidence == "suspect" or not fact.period.is_year:
            continue
        place = (family_of(fact), fact.period.year)
        if place not in best or rank(book, fact) > rank(book, best[place]):
            best[place] = fact
    points: list[Point] = []
    before: Fact | None = None
    for (family, year), fact in sorted(best.items()):
        earlier = before if before is not None and family_of(before) == family else None
        points.append(Point(year, family, cell_of(book, (fact,)), not fact.complete,
                            None if earlier is None else _gap(book, region, meaning, earlier, fact)))
        before = fact
    return tuple(points)


def family_of(fact: Fact) -> Family:
    return "observed" if fact.kind in OBSERVED else "aimed" if fact.kind in AIMED else "said"


def _gap(book: Book, region: str, meaning: Indicator, earlier: Fact, later: Fact) -> Message | None:
    for one in meaning.gate.breaks:
        if earlier.period.end < one.on <= date(later.period.year, 12, 31):
            return message("study.gate.break_between", on=one.on, what=one.what)
    if earlier.vintage != later.vintage:
        return message("study.gate.vintage")
    if earlier.complete != later.complete:
        return message("study.gate.part_of_year", left=earlier.period_words, right=later.period_words)
    for jump in (jump for name in meaning.gate.of_report for jump in jumps(book, region, name)):
        if earlier.period.year < jump.year <= later.period.year:
            return break_message(jump)
    return None

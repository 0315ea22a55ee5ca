"""Law pages as rows: a region's law value by value, and two laws side by side.

Idea: the statute book is the only source; this module puts its provisions and gaps into the order and words of a page.
A value carries its citation and how surely it is known, a gap its reason. Nothing is computed and nothing is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from sepadan.ground.figures import Language
from sepadan.ground.provisions import NATIONAL, Conflict, Coverage, Instrument, Missing, Parameter, Provision
from sepadan.ground.statute_words import value_lines
from sepadan.ground.statutes import Book

_FIRST = {"pbb": 0, "bphtb": 1, "pbjt": 2}  # what most readers come for


@dataclass(frozen=True)
class ValueRow:
    """One dated value of a parameter as a page shows it. ``current``: in force on the day asked for."""

    lines: list[str]
    since: date | None
    until: date | None
    citation: str
    source: str
    disc: int
    mark: str
    note: str
    current: bool
    ended: bool


@dataclass(frozen=True)
class GapRow:
    """What was looked for and not found."""

    reason: str
    since: date | None
    until: date | None
    bound: str


@dataclass(frozen=True)
class ParameterRow:
    name: str
    description: str
    own: bool
    values: list[ValueRow]
    gaps: list[GapRow]


@dataclass(frozen=True)
class LevySection:
    """One levy: its parameters, how far its law is known, and sources that disagree."""

    levy: str
    title: str
    coverage: Coverage | None
    coverage_reason: str
    rows: list[ParameterRow]
    national: list[ParameterRow]
    conflicts: list[tuple[str, str, tuple[str, ...]]]


def first_day(book: Book, region: str, on: date) -> date | None:
    """The first day on which a value of the region itself is known to be in force, if *on* comes before all of them."""
    starts = [one.since for levy in book.levies(region) for parameter in book.parameters(region, levy)
              for one in parameter.values if one.value is not None]  # fmt: skip
    first = min((day for day in starts if day is not None), default=None)
    return first if first is not None and on < first else None


def value_row(provision: Provision, on: date, lang: Language) -> ValueRow:
    current = (provision.since is None or provision.since <= on) and (provision.until is None or on < provision.until)
    return ValueRow(
        lines=value_lines(provision.unit, provision.value, lang),
        since=provision.since,
        until=provision.until,
        citation=_cited(provision, lang),
        source=provision.source if provision.source and provision.source.startswith("http") else "",
        disc=provision.discs,
        mark=provision.confidence,
        note=provision.note.text(lang) if provision.note else "",
        current=current and provision.value is not None,
        ended=provision.value is None,
    )


def _cited(provision: Provision, lang: Language) -> str:
    """The instrument and article; where only a page is known, the name of its site, not its address."""
    text = provision.citation(lang)
    return (urlsplit(text).hostname or text).removeprefix("www.") if text.startswith("http") else text


def gap_row(gap: Missing, lang: Language) -> GapRow:
    return GapRow(gap.reason.text(lang), gap.since, gap.until, gap.limit or "")


def parameter_row(parameter: Parameter, on: date, lang: Language) -> ParameterRow:
    return ParameterRow(
        parameter.name,
        parameter.description.text(lang),
        parameter.region != NATIONAL,
        [value_row(one, on, lang) for one in parameter.values],
        [gap_row(gap, lang) for gap in parameter.missing],
    )


def sections(book: Book, region: str, on: date, lang: Language) -> list[LevySection]:
    """Every levy that the region's own files or its coverage name: the property taxes first, then by title."""
    coverage = {one.levy: one for one in book.coverage(region)}
    conflicts = book.conflicts(region)
    levies = sorted({*book.levies(region), *coverage},
                    key=lambda levy: (_FIRST.get(levy, 9), book.title(levy).text(lang)))
    found = []
    for levy in levies:
        covered = coverage.get(levy)
        found.append(LevySection(
            levy,
            book.title(levy).text(lang),
            covered,
            covered.reason.text(lang) if covered else "",
            [parameter_row(one, on, lang) for one in book.parameters(region, levy)],
            [parameter_row(one, on, lang) for one in book.parameters(NATIONAL, levy)] if region != NATIONAL else [],
            [_conflict(one, lang) for one in conflicts if one.levy == levy],
        ))  # fmt: skip
    return found


def _conflict(conflict: Conflict, lang: Language) -> tuple[str, str, tuple[str, ...]]:
    return conflict.about.text(lang), conflict.choice.text(lang), conflict.sources


def instruments(book: Book, region: str) -> list[Instrument]:
    return sorted(book.instruments(region), key=lambda one: (one.date or date(one.year, 1, 1), one.title))


@dataclass(frozen=True)
class Side:
    """One side of a comparison: lines and citation, or the reason of a gap, or nothing at all."""

    lines: list[str]
    citation: str = ""
    disc: int | None = None
    gap: str = ""


@dataclass(frozen=True)
class DifferenceRow:
    name: str
    description: str
    left: Side
    right: Side
    changed: bool


def differences(
    book: Book, left: tuple[str, date], right: tuple[str, date], lang: Language, *, all_rows: bool
) -> list[tuple[str, list[DifferenceRow]]]:
    """(levy title, rows) of two laws; only what differs unless *all_rows*."""
    groups: dict[str, list[DifferenceRow]] = {}
    for one in book.compare(left[0], left[1], right[0], right[1]):
        changed = one.changed or (one.left_gap is None) != (one.right_gap is None)
        if not changed and not all_rows:
            continue
        row = DifferenceRow(one.name, one.description.text(lang), _side(one.left, one.left_gap, lang),
                            _side(one.right, one.right_gap, lang), changed)
        groups.setdefault(one.levy, []).append(row)
    return [(book.title(levy).text(lang), rows) for levy, rows in groups.items()]


def _side(provision: Provision | None, gap: Missing | None, lang: Language) -> Side:
    if provision is not None:
        return Side(value_lines(provision.unit, provision.value, lang), _cited(provision, lang), provision.discs)
    return Side([], gap=gap.reason.text(lang) if gap else "")

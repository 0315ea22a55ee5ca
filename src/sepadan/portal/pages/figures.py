"""The list of a region's indicators and the page of one: all values, the series, the contradictions, the peers.

Idea: everything on these pages is read from the book; a value that is missing says why, a pair that the gate refuses
shows both values and never a difference. Exact values go to files, printed ones to the page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sepadan.ground.cells import CONFIDENCES, DISCS, KINDS, Cell, Words, in_words
from sepadan.ground.charts import LineChart
from sepadan.ground.charts.spec import Break, Series
from sepadan.ground.charts.spec import Point as Dot
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message
from sepadan.ground.tables import Column, Table
from sepadan.portal.pages.profile import Address, ClashView, clash_view
from sepadan.study.names import TOPICS
from sepadan.study.public import (
    MEASURES,
    Book,
    BookSide,
    Comparison,
    Fact,
    Indicator,
    Point,
    cell_of,
    compare_all,
    contradictions,
    figure,
    findings,
    series,
)

TOPIC_WORDS: dict[Any, Words] = {one: message(f"portal.topic.{one}") for one in TOPICS}
KIND_WORDS: dict[Any, Words] = {one: message(f"ground.cells.kind.{one}") for one in KINDS}
SURE_WORDS: dict[Any, Words] = {one: message(f"ground.cells.confidence.{DISCS[one]}") for one in CONFIDENCES}

INDICATORS = Table("angka", message("portal.figures.caption"), (
    Column("name", message("portal.figures.name"), href="href"),
    Column("value", message("portal.figures.value"), sortable=False),
    Column("period", message("portal.figures.period"), sortable=False),
    Column("topic", message("portal.figures.topic"), choice=True, words=TOPIC_WORDS),
    Column("kind", message("portal.figures.kind"), choice=True, words=KIND_WORDS),
    Column("confidence", message("portal.figures.confidence"), choice=True, words=SURE_WORDS),
    Column("source", message("portal.figures.source"), href="url"),
), per_page=100, search=("name", "definition", "source"))

VALUES = Table("nilai", message("portal.figures.values"), (
    Column("period", message("portal.figures.period"), sortable=False),
    Column("value", message("portal.figures.value"), sortable=False),
    Column("kind", message("portal.figures.kind"), choice=True, words=KIND_WORDS),
    Column("confidence", message("portal.figures.confidence"), words=SURE_WORDS),
    Column("stands", message("portal.figures.stands"), words={True: message("portal.clash.used"),
                                                             False: message("portal.clash.unused")},
           tones={True: "ok", False: ""}),
    Column("source", message("portal.figures.source"), href="url"),
    Column("note", message("portal.figures.note"), sortable=False),
), per_page=50)


@dataclass(frozen=True, slots=True)
class PeerView:
    region: str
    name: str
    cell: Cell
    own: Cell
    level: str
    reasons: tuple[Message, ...]
    difference: Cell | None


def indicator_rows(book: Book, region: str, address: Address, lang: Language) -> list[dict[str, Any]]:
    """One row per indicator that has a published, derived or looked-for value, by topic."""
    rows = []
    for meaning in sorted(book.indicators.values(), key=lambda one: TOPICS.index(one.topic)):
        found = figure(book, region, meaning.id)
        if not found.known and not found.facts and not found.others:
            continue
        cell = found.cell
        rows.append({
            "name": meaning.name.text(lang), "href": address(meaning.id), "definition": meaning.definition.text(lang),
            "topic": meaning.topic, "value": cell.text(lang), "period": in_words(cell.period, lang),
            "kind": cell.kind, "confidence": cell.confidence,
            "source": in_words(cell.source.title, lang) if cell.source else "",
            "url": cell.source.url if cell.source else "",
        })
    return rows


def book_rows(side: BookSide, address: str) -> list[tuple[Cell, Cell | None]]:
    """The numbers of the region's own books, each with the published one that means the same, if any; each of the books
    leads to *address*."""
    beside = {one: replace(cell, label=message("portal.figures.books.published", name=cell.label))
              for one, cell in side.published.items()}
    return [(replace(side.cells[one], href=address if side.books is not None else ""), beside.get(one))
            for one in MEASURES]


def value_rows(book: Book, region: str, indicator: str, lang: Language) -> list[dict[str, Any]]:
    """Every value of one indicator; of a derived one, a value per year."""
    meaning = book.indicator(indicator)
    if meaning.derived:
        return [{"value": one.cell.text(lang), "period": in_words(one.cell.period, lang),
                 "kind": one.cell.kind, "confidence": one.cell.confidence, "stands": True,
                 "note": in_words(one.cell.trap, lang),
                 "source": in_words(one.cell.source.title, lang) if one.cell.source else None,
                 "url": one.cell.source.url if one.cell.source else ""} for one in series(book, region, indicator)]
    standing = figure(book, region, indicator).facts
    newest = sorted(book.facts(region, indicator), key=lambda fact: fact.observed_until, reverse=True)
    return [_value_row(book, fact, fact in standing, lang) for fact in newest]


def _value_row(book: Book, fact: Fact, stands: bool, lang: Language) -> dict[str, Any]:
    source = book.source(fact.source)
    return {
        "value": None if fact.value is None else cell_of(book, (fact,)).text(lang),
        "period": fact.period_words.text(lang), "kind": fact.kind, "confidence": fact.confidence,
        "stands": stands, "source": source.title, "url": source.url or "",
        "note": fact.note.text(lang) if fact.note else "",
    }


def series_chart(book: Book, region: str, indicator: str) -> LineChart | None:
    """Results solid, aims dashed, a gap wherever a line would lie; None with fewer than two years."""
    points = [one for one in series(book, region, indicator) if isinstance(one.cell.value, (int, Decimal, Fraction))]
    observed = [one for one in points if one.family == "observed"]
    aimed = [one for one in points if one.family == "aimed"]
    if len({one.year for one in (*observed, *aimed)}) < 2:
        return None
    drawn = []
    if observed:
        drawn.append(Series(message("portal.figures.observed"), _dots(observed), "daun", "realised", _breaks(observed)))
    if aimed:
        drawn.append(Series(message("portal.figures.aimed"), _dots(aimed), "plain", "target", _breaks(aimed)))
    first, last = (observed or aimed)[0], (observed or aimed)[-1]
    key = "portal.figures.chart.title" if first is not last else "portal.figures.chart.title_one"
    params: dict[str, Any] = {"name": first.cell.label, "last": _Printed(last.cell), "to": str(last.year)}
    if first is not last:
        params |= {"first": _Printed(first.cell), "since": str(first.year)}
    broken = any(one.gap is not None for one in points)
    return LineChart(message(key, **params), message("portal.figures.chart.broken" if broken
                                                    else "portal.figures.chart.whole"),
                     tuple(drawn), first.cell.form, first.cell.unit)


class _Printed(Message):
    """The printed figure of a cell as a parameter of a sentence."""

    __slots__ = ("cell",)

    def __init__(self, cell: Cell):
        super().__init__("")
        object.__setattr__(self, "cell", cell)

    def text(self, lang: Language) -> str:
        return self.cell.text(lang)  # type: ignore[attr-defined, no-any-return]


def _dots(points: list[Point]) -> tuple[Dot, ...]:
    return tuple(Dot(one.year, _number(one.cell.value)) for one in points)


def _breaks(points: list[Point]) -> tuple[Break, ...]:
    return tuple(Break(one.year, one.gap) for one in points if one.gap is not None)


def _number(value: Any) -> int | Decimal | Fraction:
    if isinstance(value, (int, Decimal, Fraction)):
        return value
    raise TypeError(f"{value!r} is not a number")


def clashes_of(book: Book, region: str, indicator: str, address: Address) -> list[ClashView]:
    """The contradictions of one indicator in one region, those of all regions and of the nation included."""
    return [clash_view(book, one, address) for one in contradictions(book, region) if one.indicator.id == indicator]


def peers(book: Book, region: str, indicator: str) -> list[PeerView]:
    """The same indicator in every other region through the gate: comparable ones first."""
    order = {"yes": 0, "note": 1, "no": 2}
    found = sorted(compare_all(book, indicator, region), key=lambda one: order[one.level])
    return [_peer(book, one) for one in found if one.right.known or one.right.others]


def _peer(book: Book, one: Comparison) -> PeerView:
    difference = None
    if one.difference is not None and isinstance(one.left.cell.value, (int, Decimal, Fraction)):
        cell = one.left.cell
        value = Fraction(one.difference)
        places = "" if cell.form != "number" else "2" if value.denominator != 1 else ""
        difference = replace(cell, value=value, high=None, kind="derived", form=cell.form + places)
    return PeerView(one.right.region, book.region(one.right.region).name, one.right.cell, one.left.cell, one.level,
                    tuple(reason.text for reason in one.reasons), difference)


def remarks(book: Book, region: str, indicator: str) -> tuple[str, list[Message]]:
    """``(tone, sentences)`` of what the checks found in the figures of this indicator; the gravest gives the tone."""
    found = [one for one in findings(book, region) if one.indicator == indicator]
    return "bad" if any(one.level == "doubt" for one in found) else "care", [one.text for one in found]


def about(meaning: Indicator) -> list[tuple[Words, Words]]:
    """Definition list of an indicator: definition, unit, direction, topic, yardstick."""
    unit: Words = message("portal.figures.unit.rupiah") if meaning.unit == "rupiah" else message(
        f"study.unit.{meaning.unit}")
    lines: list[tuple[Words, Words]] = [
        (message("portal.figures.unit"), unit),
        (message("portal.figures.direction"), message(f"portal.direction.{meaning.direction}")),
        (message("portal.figures.topic"), TOPIC_WORDS[meaning.topic]),
    ]
    if meaning.standard is not None:
        lines.append((message("portal.figures.standard"), meaning.standard))
    return lines

"""Open data of a region: every figure with its source, and its law value by value, as rows and plain mappings.

Idea: a file says the same as the page. Values are exact, in the unit of the indicator; a missing value has a row that
says who was asked. Money is whole rupiah; decimals are strings in JSON so that no reader rounds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sepadan.ground.provisions import Parameter, Provision
from sepadan.ground.statutes import Book as LawBook
from sepadan.study.public import Book, Fact

FIGURE_COLUMNS = ("region", "indicator", "name", "unit", "value", "high", "period", "from", "to", "as_of", "kind",
                  "confidence", "vintage", "method", "note", "source", "url", "published")
LICENCE = "Apache-2.0"


def figure_rows(book: Book, region: str, lang: Any, indicator: str = "") -> Iterator[dict[str, Any]]:
    """Every published value of the region (of one indicator if asked), in the order of the book."""
    names = [indicator] if indicator else list(book.indicators)
    for name in names:
        for fact in book.facts(region, name):
            yield _row(book, fact, lang)


def _row(book: Book, fact: Fact, lang: Any) -> dict[str, Any]:
    meaning, source = book.indicator(fact.indicator), book.source(fact.source)
    return {
        "region": fact.region, "indicator": fact.indicator, "name": meaning.name.text(lang), "unit": meaning.unit,
        "value": fact.value, "high": fact.high, "period": fact.period.text, "from": fact.period.start,
        "to": fact.period.end, "as_of": fact.as_of, "kind": fact.kind, "confidence": fact.confidence,
        "vintage": fact.vintage, "method": fact.method, "note": fact.note.text(lang) if fact.note else None,
        "source": source.title, "url": source.url, "published": source.published,
    }


def law_document(book: LawBook, region: str, lang: Any) -> dict[str, Any]:
    """The region's law: levy, parameter, dated values with instrument and article, and what is missing."""
    coverage = {one.levy: one for one in book.coverage(region)}
    levies = sorted({*book.levies(region), *coverage})
    return {"region": region, "levies": [{
        "levy": levy, "title": book.title(levy).text(lang),
        "coverage": coverage[levy].state if levy in coverage else None,
        "parameters": [_parameter(one, lang) for one in book.parameters(region, levy)],
    } for levy in levies]}


def _parameter(parameter: Parameter, lang: Any) -> dict[str, Any]:
    return {
        "name": parameter.name, "description": parameter.description.text(lang),
        "values": [_provision(one, lang) for one in parameter.values],
        "missing": [{"reason": gap.reason.text(lang), "since": plain(gap.since), "until": plain(gap.until)}
                    for gap in parameter.missing],
    }


def _provision(one: Provision, lang: Any) -> dict[str, Any]:
    return {"value": plain(one.value), "unit": one.unit, "since": plain(one.since), "until": plain(one.until),
            "citation": one.citation(lang), "confidence": one.confidence, "source": one.source}


def plain(value: Any) -> Any:
    """*value* as JSON knows it: exact numbers that are no integers as strings, days as ISO."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (Decimal, Fraction)):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "items"):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return str(value)

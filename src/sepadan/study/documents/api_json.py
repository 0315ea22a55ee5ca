"""What the public HTTP API says, as plain mappings: regions, the law of a day, figures, the tax part of a study.

Idea: the API says what the pages and files say and nothing else; each answer is built from the same values. Numbers are
exact: whole numbers are JSON integers, rates JSON decimals as the law writes them. Words come in both languages. What
is not known stands in ``missing`` or as a cell without a value, never as zero. See ``docs/reference/api.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sepadan.ground.figures import LANGUAGES
from sepadan.ground.provisions import NATIONAL, Missing, Provision
from sepadan.ground.statutes import Book as LawBook
from sepadan.ground.statutes import Law
from sepadan.study.documents.blocks import Document
from sepadan.study.documents.study_json import both, cell, content_of, number
from sepadan.study.engine.book import Book
from sepadan.study.engine.books import MEASURES, BookSide
from sepadan.study.engine.conflicts import Clash, contradictions
from sepadan.study.engine.derived import figure
from sepadan.study.engine.indicators import cells_of
from sepadan.study.engine.study import Fingerprints

REGIONS, LAW, INDICATORS, REPLAY = (f"sepadan.{name}/1" for name in ("regions", "law", "indicators", "replay"))
TAX = "tax"  # the section of a study that a replay is


def regions_content(rows: Iterable[Mapping[str, Any]], law: LawBook, figures: Book) -> dict[str, Any]:
    """Every region of the country, and what is known of it here."""
    laws = set(law.regions())
    found = [{**{name: row[name] for name in ("code", "name", "kind")}, "province": row["province_name"],
              "law": row["code"] in laws, "figures": row["code"] in figures.regions} for row in rows]
    return {"format": REGIONS, "regions": found}


def law_content(book: LawBook, code: str, on: date) -> dict[str, Any]:
    """The law of every levy in a region on a day: its own values, national ones beneath them, and what is missing."""
    coverage = {one.levy: one for one in book.coverage(code)}
    levies = []
    for levy in sorted({*book.levies(code), *book.levies(), *coverage}):
        if not book.histories(code, levy):
            continue
        law, known = book.law(code, levy, on), coverage.get(levy)
        levies.append({
            "levy": levy, "title": both(book.title(levy)), "coverage": None if known is None else known.state,
            "coverage_reason": None if known is None else both(known.reason), "fingerprint": law.fingerprint(),
            "parameters": [_provision(one) for one in law.provisions.values()],
            "missing": [_missing(one, law) for one in law.missing],
        })  # fmt: skip
    return {"format": LAW, "region": code, "name": both(book.name(code)), "on": on.isoformat(), "levies": levies}


def indicators_content(book: Book, code: str) -> dict[str, Any]:
    """Every indicator: the value that stands in the region, the rule that chose it, and the others beside it."""
    known, rows = code in book.regions, []
    clashes = {one.indicator.id: one for one in contradictions(book, code) if one.region == code} if known else {}
    for meaning in book.indicators.values() if known else ():
        one = figure(book, code, meaning.id)
        rows.append({
            "id": meaning.id, "name": both(meaning.name), "unit": meaning.unit, "topic": meaning.topic,
            "derived": meaning.derived, "cell": cell(one.cell), "why": None if one.why is None else both(one.why),
            "sources": sorted({fact.source for fact in one.facts}),
            "others": [] if meaning.derived else [cell(other) for other in cells_of(book, one.others)],
            "contradiction": _clash(clashes[meaning.id]) if meaning.id in clashes else None,
        })  # fmt: skip
    return {"format": INDICATORS, "region": code, "known": known, "indicators": rows}


def books_content(side: BookSide) -> dict[str, Any]:
    """What the region's own books say of the last whole year and of those before, beside what is published."""
    books = side.books
    return {
        "known": books is not None, "until": side.until.isoformat(),
        "synthetic": books is not None and books.synthetic, "only": [] if books is None else list(books.only),
        "entries": None if books is None else books.entries,
        "cells": {one: cell(side.cells[one]) for one in MEASURES},
        "published": {one: cell(beside) for one, beside in side.published.items()},
        "tax_years": [] if books is None else [{
            "tax_year": one.tax_year, "bills": one.bills, "billed": one.billed, "within": one.within,
            "in_time": one.in_time, "received": one.received, "still": one.still, "entries": one.entries}
            for one in books.tax_years],
        "ages": [] if books is None else [{
            "age": one.age, "due": one.base, "received": one.received, "still": one.still} for one in books.ages],
        "receipts": [] if books is None else [{
            "year": one.year, "amount": one.amount, "earlier": one.earlier, "entries": one.entries, "channels": [
                {"channels": [part.key] if part.key else list(one.channels_together), "amount": part.received}
                for part in one.channels]} for one in books.budget_years],
    }  # fmt: skip


def replay_content(document: Document, prints: Fingerprints) -> dict[str, Any]:
    """The tax part of a study: the guest's roll under the host's law, as the study's own file tells it."""
    found = content_of(document, {TAX}, REPLAY)
    return found | {"fingerprints": {"study": prints.whole, "law": dict(prints.law), "roll": dict(prints.roll),
                                     "figures": prints.figures, "assumptions": prints.assumptions,
                                     "engine": prints.engine}}


def exact(value: Any) -> Any:
    """A value of the law as JSON can say it: numbers as they are, days as ISO, lists and maps of these."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, Decimal, Fraction)):
        return number(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): exact(one) for key, one in value.items()}
    return [exact(one) for one in value]


def _clash(clash: Clash) -> dict[str, Any]:
    """Published values that contradict each other, and the rule by which one of them, or none, is used."""
    sides = [{"cell": cell(one.cell), "standing": one.standing,
              "reason": None if one.reason is None else both(one.reason)} for one in clash.sides]
    return {"rule": both(clash.rule), "why": both(clash.why), "outcome": clash.outcome,
            "headline": cell(clash.headline), "sides": sides}


def _provision(one: Provision) -> dict[str, Any]:
    return {
        "name": one.name, "description": both(one.description), "value": exact(one.value), "unit": one.unit,
        "governs": one.governs, "since": exact(one.since), "until": exact(one.until),
        "national": one.region == NATIONAL, "usable": one.known, "confidence": one.confidence,
        "instrument": None if one.instrument is None else one.instrument.title, "article": one.article,
        "citation": {lang: one.citation(lang) for lang in LANGUAGES}, "source": one.source,
        "note": None if one.note is None else both(one.note),
    }  # fmt: skip


def _missing(gap: Missing, law: Law) -> dict[str, Any]:
    return {"name": gap.name, "description": both(gap.description), "reason": both(gap.reason),
            "since": exact(gap.since), "until": exact(gap.until), "national": gap.region != law.region}

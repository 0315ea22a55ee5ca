"""What is wrong with a recorded visit, all of it at once: each fault names its field and how to mend it.

Idea: a form checks the shape of single fields; this checks what fields say together, for a form and for an import
alike. A place is ``field`` or ``list:number:field`` (``statements:2:unit``), numbers from 1.

Units: a figure is compared only in the unit of its indicator, so another unit is refused, never converted. Offices are
named, never people: sixteen digits in a row are a NIK or NIP and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from sepadan.ground.figures import LANGUAGES
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, problem, refuse
from sepadan.study.engine.book import Book, Indicator
from sepadan.study.engine.periods import first_day, period_of
from sepadan.study.engine.recorded import GENERAL, Statement, VisitParts, texts_of
from sepadan.study.names import SERVICES

SIDES = ("host", "guest")
TOPICS = (*SERVICES, GENERAL)
_WORDLESS = ("text", "category")  # indicators whose value is no number
_IDENTITY = re.compile(r"\d{16,}|\d{6}[ .]\d{6}[ .]\d{4}|\d{8} \d{6} \d \d{3}")  # NIK, and NIP as it is written
_GROUPED = re.compile(r"(\d{1,3})((?:([.,])\d{3})(?:\3\d{3})*)(?:(?!\3)[.,](\d+))?")
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?")


def read_figure(text: str, where: str) -> Decimal:
    """A figure as typed, exactly: ``885271``, ``1.234.567``, ``114,26``. Raises Refused on what could mean two things.

    ``885.271`` is such a one: eight hundred thousand here, a little under nine hundred elsewhere.
    """
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).removeprefix("Rp")
    grouped = _GROUPED.fullmatch(plain)
    if grouped is not None and len(plain) <= 24:
        groups, decimals = re.sub(r"[.,]", "", grouped[2]), grouped[4]
        if len(groups) == 3 and decimals is None and grouped[1] != "0":
            raise refuse("study.visit.two_ways", where=where, remedy="study.visit.two_ways.remedy", text=text[:40],
                         whole=grouped[1] + groups, decimal=f"{grouped[1]},{groups}0")
        if grouped[1] != "0":
            return Decimal(grouped[1] + groups + (f".{decimals}" if decimals else ""))
    if not _PLAIN.fullmatch(plain) or len(plain) > 24:
        raise refuse("ground.entry.decimal", where=where, remedy="ground.entry.decimal.remedy", text=text[:40])
    return Decimal(plain.replace(",", "."))


def comparable(indicator: Indicator) -> bool:
    """Whether a figure can be stated of it."""
    return indicator.unit not in _WORDLESS


def part_faults(parts: VisitParts, *, first: date, last: date, book: Book) -> list[Problem]:
    """Everything that is wrong with the parts of a visit of those days; empty when all is well."""
    return [*_purpose(parts), *_identities(parts), *_agenda(parts, first, last), *_references(parts),
            *(fault for k, one in enumerate(parts.statements, 1)
              for fault in _statement(one, f"statements:{k}", len(parts.references), book))]


def publication_faults(parts: VisitParts) -> list[Problem]:
    """What a record still lacks before others may read it."""
    found = []
    if not parts.references:
        found.append(problem("study.visit.no_source", where="references", remedy="study.visit.no_source.remedy"))
    if not parts.attendees:
        found.append(problem("study.visit.no_office", where="attendees", remedy="study.visit.no_office.remedy"))
    return found


def identity_fault(text: str, where: str) -> Problem | None:
    """A fault when *text* holds a number that names a person."""
    if _IDENTITY.search(text) is None:
        return None
    return problem("study.visit.identity", where=where, remedy="study.visit.identity.remedy")


def _purpose(parts: VisitParts) -> Iterator[Problem]:
    if not parts.purpose:
        yield problem("study.visit.empty", where="purpose", remedy="study.visit.empty.remedy")


def _identities(parts: VisitParts) -> Iterator[Problem]:
    for name, k, field, text in texts_of(parts):
        if field == "url":  # an address may hold a long number
            continue
        fault = identity_fault(text, f"{name}:{k + 1}:{field}" if field else name)
        if fault is not None:
            yield fault


def _agenda(parts: VisitParts, first: date, last: date) -> Iterator[Problem]:
    for k, one in enumerate(parts.agenda, 1):
        if not first <= one.on <= last:
            yield problem("study.visit.agenda_outside", where=f"agenda:{k}:on",
                          remedy="study.visit.agenda_outside.remedy", on=one.on, first=first, last=last)


def _references(parts: VisitParts) -> Iterator[Problem]:
    for k, one in enumerate(parts.references, 1):
        if one.url and not _web(one.url):
            yield problem("study.visit.bad_address", where=f"references:{k}:url",
                          remedy="study.visit.bad_address.remedy", url=one.url[:80])
        if one.published and not _dated(one.published):
            yield problem("study.visit.bad_published", where=f"references:{k}:published",
                          remedy="study.visit.bad_published.remedy", text=one.published[:40])


def _statement(one: Statement, where: str, sources: int, book: Book) -> Iterator[Problem]:
    if not 0 <= one.source <= sources:
        yield problem("study.visit.source_number", where=f"{where}:source", remedy="study.visit.source_number.remedy",
                      given=str(one.source), count=sources)
    if one.period and not _period(one.period):
        yield problem("study.visit.bad_period", where=f"{where}:period", remedy="study.visit.bad_period.remedy",
                      text=one.period[:40])
    if one.indicator:
        yield from _of_indicator(one, where, book)
    elif one.figure is not None and not one.unit:
        yield problem("study.visit.no_unit", where=f"{where}:unit", remedy="study.visit.no_unit.remedy")


def _of_indicator(one: Statement, where: str, book: Book) -> Iterator[Problem]:
    meaning = book.indicators.get(one.indicator)
    if meaning is None or not comparable(meaning):
        yield problem("study.visit.no_indicator", where=f"{where}:indicator",
                      remedy="study.visit.no_indicator.remedy", given=one.indicator)
        return
    unit = message(f"study.unit.{meaning.unit}")
    if one.figure is None:
        yield problem("study.visit.no_figure", where=f"{where}:figure", remedy="study.visit.no_figure.remedy",
                      name=meaning.name, unit=unit)
    if one.unit and one.unit.casefold() not in _spellings(meaning):
        yield problem("study.visit.other_unit", where=f"{where}:unit", remedy="study.visit.other_unit.remedy",
                      given=one.unit, name=meaning.name, unit=unit)


def _spellings(meaning: Indicator) -> set[str]:
    """How the unit of an indicator may be written; money is plain rupiah whatever it is counted over."""
    said = {message(f"study.unit.{meaning.unit}").text(lang).casefold() for lang in LANGUAGES}
    money = {"rupiah", "rp", *(f"rupiah {one}" for one in said)} if meaning.unit.startswith("rupiah") else set()
    return said | money | {meaning.unit.casefold()}


def _web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)


def _dated(text: str) -> bool:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def _period(text: str) -> bool:
    try:
        period_of(text)
    except ValueError:
        return False
    return True

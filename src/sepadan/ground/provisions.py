"""What a statute file holds, as plain values: instruments, dated values, gaps, coverage, conflicts, tables.

Idea: a *parameter* of a levy (the tiers of PBB) has a history of *provisions*, each with the day it begins, the
instrument and article it rests on, how surely it is known, and where it was read. What was looked for and not found is
a *missing* entry with a reason: visible, never a value. ``open`` (``since`` is None) means that the start is not known.

Units of values: see ``ground/statute_values.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sepadan.ground.figures import Language
from sepadan.ground.messages import Message

NATIONAL = "national"
CONFIDENCES = ("verbatim", "secondary", "derived", "from-memory")
KNOWN = frozenset({"verbatim", "secondary", "derived", "draft"})  # what may be used; from-memory is only shown
GOVERNS = ("tax_year", "event", "payment")
STATES = ("in_force", "amended", "draft", "repealed")
KINDS = ("uu", "pp", "pmk", "kmk", "permen", "se", "perda", "perkada", "keputusan", "decision")


@dataclass(frozen=True, slots=True)
class Words(Message):
    """A sentence that lies in a data file in both languages."""

    def text(self, lang: Language) -> str:
        return str(self.params[lang])


def words(id: str, en: str) -> Words:
    return Words("", {"id": id, "en": en})


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal instrument. ``date`` is the day it was set, None when not known; ``number`` may be unknown too."""

    id: str
    kind: str
    number: str | None
    year: int
    title: str
    about: Words
    state: str
    date: date | None = None
    url: str | None = None
    amends: str | None = None

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class Provision:
    """One value of one parameter, in force from ``since`` to the day before ``until``.

    ``since`` None: the start is not known. ``value`` None: the law ended here. ``region`` is ``national`` or a region
    code; ``path`` is the file inside the statutes folder. ``confidence`` "draft" marks a value typed in by a person.
    """

    name: str
    value: Any
    since: date | None
    until: date | None
    instrument: Instrument | None
    article: str | None
    confidence: str
    source: str | None
    note: Words | None
    unit: str
    governs: str
    description: Words
    region: str
    levy: str
    path: str
    line: int = 0

    @property
    def start_known(self) -> bool:
        return self.since is not None

    @property
    def known(self) -> bool:
        """Whether the value may be used: read in a text or a source that quotes it. From memory is only shown."""
        return self.value is not None and self.confidence in KNOWN

    @property
    def discs(self) -> int:
        """How full the legal mark is: 4 verbatim, 3 secondary with an article, 2 secondary, derived, else 1."""
        if self.confidence == "secondary":
            return 3 if self.article else 2
        return {"verbatim": 4, "derived": 2}.get(self.confidence, 1)

    def citation(self, lang: Language) -> str:
        """``Perda Kota Malang 4/2023, Pasal 9``; the source when no instrument is known."""
        if self.instrument is None:
            return self.source or ""
        return self.instrument.title + (f", {article_text(self.article, lang)}" if self.article else "")


_ARTICLES = (("Annex", "Lampiran"), ("Art.", "Pasal"), (" and ", " dan "))


def article_text(article: str, lang: Language) -> str:
    """An article as it is written in *lang*: ``Art. 40(3)`` is ``Pasal 40 ayat (3)`` in Indonesian."""
    if lang == "en":
        return article
    text = re.sub(r"(\d+[A-Z]?)\((\d+)\)", r"\1 ayat (\2)", article)
    for english, indonesian in _ARTICLES:
        text = text.replace(english, indonesian)
    return text


@dataclass(frozen=True, slots=True)
class Missing:
    """A parameter that was looked for and not found, from ``since`` (None: always) to the day before ``until``."""

    name: str
    reason: Words
    since: date | None
    until: date | None
    description: Words
    region: str
    levy: str
    path: str
    limit: str | None = None  # the national parameter that bounds it, as levy.name
    line: int = 0

    def covers(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with its whole history. ``optional``: the levy works without it, so its absence is no gap."""

    name: str
    description: Words
    unit: str
    governs: str
    region: str
    levy: str
    area: str
    path: str
    line: int
    values: tuple[Provision, ...] = ()
    missing: tuple[Missing, ...] = ()
    optional: bool = False
    upper_bound_of: tuple[str, ...] = ()
    lower_bound_of: tuple[str, ...] = ()

    def on(self, day: date) -> Provision | None:
        """The last value that does not begin after *day*, or None before the first and after the end."""
        found = None
        for provision in self.values:
            if provision.since is not None and provision.since > day:
                break
            found = provision
        return None if found is None or found.value is None else found

    def gap(self, day: date) -> Missing | None:
        return next((gap for gap in self.missing if gap.covers(day)), None)


@dataclass(frozen=True, slots=True)
class LevyFile:
    """One file: the parameters of one levy in one region (or the nation). ``place`` is the file as faults name it."""

    region: str
    area: str
    levy: str
    title: Words
    path: str
    place: str
    parameters: dict[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the law of a levy is known in a region: complete, partial or missing, and why."""

    region: str
    levy: str
    state: str
    reason: Words
    path: str
    place: str
    line: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree, side by side, with what was done about it."""

    id: str
    region: str
    levy: str
    parameter: str | None
    about: Words
    choice: Words
    sources: tuple[str, ...]
    path: str
    place: str
    line: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of land or building value: over < value per m2 <= to gives ``value`` (rupiah per m2)."""

    number: int
    over: int
    to: int
    value: int
    value_confidence: str
    bounds_confidence: str


@dataclass(frozen=True, slots=True)
class ClassTable:
    """A table that turns a value per m2 into the class value, for land and for buildings."""

    name: str
    title: Words
    instrument: Instrument | None
    sources: tuple[str, ...]
    note: Words
    land: tuple[ClassRow, ...]
    building: tuple[ClassRow, ...]
    path: str


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day off and what it is called."""

    day: date
    name: Words


@dataclass(frozen=True, slots=True)
class HolidayDecree:
    """The days off of one ``year`` as one decree names them, known from ``known_from`` on (the day it was set)."""

    id: str
    year: int
    instrument: Instrument
    known_from: date
    replaces: str | None
    confidence: str
    sources: tuple[str, ...]
    note: Words
    national: tuple[NamedDay, ...]
    joint_leave: tuple[NamedDay, ...]
    path: str

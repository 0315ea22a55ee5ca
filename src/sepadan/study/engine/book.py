"""The indicator book as plain immutable values: indicators, regions, sources, facts.

Idea: a fact is one published value of one indicator in one region for one period, with its kind, source and how surely
it is known. Facts are never mended: a doubtful one stays, marked. Values are exact (int or Decimal), in the unit of the
indicator; per cent figures are in per cent; categories are text. A fact without a value is one that was looked for.

It reads no file (``study.facts`` does) and chooses nothing (``indicators`` does).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from sepadan.ground.cells import DISCS, Confidence, Kind, Source
from sepadan.ground.messages import Message
from sepadan.ground.money import exact
from sepadan.ground.problems import refuse
from sepadan.ground.provisions import Words
from sepadan.study.engine.periods import Period, last_day
from sepadan.study.names import OBSERVED, STANDINGS, Direction, RegionKind

_STANDING_OF = {"gazette_copy": "gazetted", "release": "producer", "ministry_copy": "official", "portal": "official",
                "planning": "official", "press": "reported", "web": "unsourced"}
_PRODUCERS = ("BPS",)


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """From ``on`` the figure holds something else."""

    on: date
    what: Words


@dataclass(frozen=True, slots=True)
class GateTraits:
    """What the gate must know of an indicator; see docs/explanation/gate.md for each."""

    cumulative: bool = False
    own_yardstick: bool = False
    counts_dumping: bool = False
    ratio_within_report: bool = False
    of_report: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    breaks_of: tuple[str, ...] = ()
    breaks: tuple[SeriesBreak, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure means. A ``stock`` is a state, not a flow; a ``derived`` one is computed from ``parts``.

    ``printed`` names the indicator that holds the same as sources print it.
    """

    id: str
    name: Words
    unit: str
    definition: Words
    direction: Direction
    topic: str
    trap: Words | None = None
    standard: Words | None = None
    stock: bool = False
    derived: bool = False
    parts: tuple[str, ...] = ()
    printed: str | None = None
    gate: GateTraits = GateTraits()


@dataclass(frozen=True, slots=True)
class Origin:
    """A source. ``published`` is as precise as known (year, month or day), None when the page carries no date."""

    id: str
    title: str
    url: str | None
    published: str | None
    kind: str
    quotes: str | None = None
    detail: str | None = None
    note: Words | None = None

    @property
    def standing(self) -> str:
        """Its weight among others: gazetted, producer, official, reported, spoken, unsourced."""
        if self.quotes and self.quotes.startswith(_PRODUCERS) and self.kind == "press":
            return "producer"
        if self.quotes and self.kind == "press":
            return "official"
        return _STANDING_OF[self.kind]

    @property
    def published_by(self) -> date | None:
        """The day by which it was surely published."""
        return None if self.published is None else last_day(self.published)

    def source(self) -> Source:
        """As a source of a public number."""
        when = None if self.published is None else (
            date.fromisoformat(self.published) if len(self.published) == 10 else self.published)
        return Source(self.title, self.url or "", when)


@dataclass(frozen=True, slots=True)
class Context:
    """A word that stands beside some figures of a region whenever it is compared."""

    about: tuple[str, ...]
    note: Words
    source: str | None


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    kind: RegionKind
    bps_code: str
    context: tuple[Context, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One published value. ``high`` makes it a range as published; ``as_of`` is the day a running figure was read.

    ``basis`` marks a value that counts something else than the definition says, ``method`` how it was come by,
    ``vintage`` the edition of a series, ``category`` the code of a text value, ``rounded_to`` the step of its rounding.
    """

    region: str
    indicator: str
    value: int | Decimal | str | None
    period: Period
    kind: Kind
    source: str
    confidence: Confidence
    high: int | Decimal | None = None
    as_of: date | None = None
    vintage: str | None = None
    basis: str | None = None
    method: str | None = None
    category: str | None = None
    rounded_to: int | None = None
    shown: Words | None = None
    note: Words | None = None
    place: str = ""

    @property
    def amount(self) -> Fraction | None:
        """The number, exactly; None for a text or a missing value."""
        return None if self.value is None or isinstance(self.value, str) else exact(self.value)

    @property
    def complete(self) -> bool:
        """Whether it covers its whole period."""
        return self.as_of is None or self.as_of >= self.period.end

    @property
    def observed_until(self) -> date:
        return self.period.end if self.as_of is None else min(self.as_of, self.period.end)

    @property
    def disc(self) -> int:
        return DISCS[self.confidence]

    @property
    def period_words(self) -> Message:
        return self.period.named(self.as_of)


@dataclass(frozen=True)
class Book:
    """Everything known, indexed. Asking for an unknown region or indicator is refused with what there is instead."""

    indicators: Mapping[str, Indicator]
    regions: Mapping[str, Region]
    sources: Mapping[str, Origin]
    all_facts: tuple[Fact, ...]
    contradictions: tuple[object, ...] = field(default=())

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], tuple[Fact, ...]]:
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.all_facts:
            found.setdefault((fact.region, fact.indicator), []).append(fact)
        return {key: tuple(facts) for key, facts in found.items()}

    def indicator(self, indicator: str) -> Indicator:
        if indicator not in self.indicators:
            raise refuse("study.unknown.indicator", where=indicator, remedy="study.unknown.indicator.remedy",
                         given=indicator, near=_near(indicator, self.indicators))
        return self.indicators[indicator]

    def region(self, code: str) -> Region:
        if code not in self.regions:
            raise refuse("study.unknown.region", where=code, remedy="study.unknown.region.remedy", given=code,
                         known=", ".join(sorted(self.regions)))
        return self.regions[code]

    def source(self, source: str) -> Origin:
        if source not in self.sources:
            raise refuse("study.unknown.source", where=source, remedy="study.unknown.source.remedy", given=source)
        return self.sources[source]

    def facts(self, region: str, indicator: str) -> tuple[Fact, ...]:
        """Every published value of the indicator in the region, in the order of the data; empty when there is none."""
        self.region(region)
        self.indicator(indicator)
        return self._by_place.get((region, indicator), ())

    def series(self, region: str, indicator: str, *, method: str | None = None) -> dict[int, Fraction]:
        """Year -> observed full-year value, the surest per year; of one method if asked."""
        best: dict[int, Fact] = {}
        for fact in self.facts(region, indicator):
            if fact.kind != "realised" or not fact.period.is_year or not fact.complete or fact.amount is None:
                continue
            if method is not None and fact.method != method:
                continue
            rival = best.get(fact.period.year)
            if rival is None or fact.disc > rival.disc:
                best[fact.period.year] = fact
        return {year: fact.amount for year, fact in sorted(best.items()) if fact.amount is not None}

    def view(self, *, on: date | None = None, known_by: date | None = None) -> Book:
        """The book about what was so by *on*, as published by *known_by* (undated sources count as not yet).

        A result stays when it was complete by then; a state, target, budget or claim when its period had begun.
        """
        def kept(fact: Fact) -> bool:
            published = self.sources[fact.source].published_by
            flow = fact.kind in OBSERVED and not self.indicators[fact.indicator].stock
            reached = fact.observed_until if flow else fact.period.start
            return (on is None or reached <= on) and (
                known_by is None or (published is not None and published <= known_by))
        return Book(self.indicators, self.regions, self.sources, tuple(filter(kept, self.all_facts)),
                    self.contradictions)


def standing_rank(standing: str) -> int:
    """Higher is weightier."""
    return len(STANDINGS) - STANDINGS.index(standing)


def _near(word: str, known: Mapping[str, Indicator]) -> str:
    shared = sorted(known, key=lambda one: (-len(set(one) & set(word)), abs(len(one) - len(word)), one))
    return ", ".join(shared[:3])

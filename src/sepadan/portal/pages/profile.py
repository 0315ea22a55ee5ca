"""A region's public home: its headline figures, contradictions, motto, ecosystem, and what it decides in each service.

Idea: a home is built for any region of the book from whatever is known of it; what is missing stays visible with its
reason. A figure that leads to its own page carries the address. Days are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sepadan.ground.cells import Cell, Contradiction, Rival, Source, Words
from sepadan.ground.charts import Bar, BarChart
from sepadan.ground.figures import LANGUAGES, number
from sepadan.ground.messages import Message, message
from sepadan.study.public import (
    Book,
    Clash,
    ClashSide,
    Version,
    clash_of,
    contradictions,
    figure,
    joined,
    load_practices,
    version_on,
)

Address = Callable[[str], str]
HEADLINES = ("pop_dukcapil", "pdrb_per_capita", "ipm", "poverty_rate", "density", "growth")
STANDINS = ("area_km2", "waste_gen_tpd", "tax_total", "waste_managed_share", "waste_kg_cap_day", "tax_per_capita_rp")
ECOSYSTEM = ("startups", "startups_major", "digital_communities", "coworking_spaces", "it_campuses")
RIVALS_MAX = 4


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Contradicting values for the component: unlike ``Contradiction`` several may be used, each for its purpose."""

    rivals: tuple[Rival, ...]
    why: Words

    shares = Contradiction.shares


@dataclass(frozen=True, slots=True)
class ClashView:
    indicator: str
    name: Words
    count: int
    headline: Cell
    settled: bool
    sides: SideBySide | None
    rows: tuple[Rival, ...]
    href: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service of a region. ``known`` is false when neither a figure nor a practice is there."""

    key: str
    main: Cell
    bars: BarChart | None
    note: Words
    facts: tuple[tuple[Words, Cell], ...]
    states: tuple[tuple[str, str, Words], ...]
    known: bool


@dataclass(frozen=True, slots=True)
class Motto:
    name: Words
    pillars: tuple[Words, ...]
    source: Any


def linked(book: Book, region: str, indicator: str, address: Address, **asked: Any) -> Cell:
    """The figure's cell with the address of the page that holds all its values."""
    return replace(figure(book, region, indicator, **asked).cell, href=address(indicator))


def headline_cells(book: Book, region: str, address: Address) -> list[Cell]:
    """Six figures: the wanted ones that are known, then others; wanted ones that nobody published fill the rest."""
    known = [one for one in (*HEADLINES, *STANDINS) if figure(book, region, one).known][:6]
    missing = [one for one in HEADLINES if one not in known][:6 - len(known)]
    return [in_millions(linked(book, region, one, address)) for one in (*known, *missing)]


def in_millions(cell: Cell) -> Cell:
    """Rupiah per person from ten million on, printed in millions: the exact amount stands on the indicator's page."""
    if cell.form != "rupiah" or not isinstance(cell.value, (int, Decimal, Fraction)) or abs(cell.value) < 10**7:
        return cell
    millions = Fraction(cell.value) / 10**6
    printed = {lang: f"Rp{number(millions, lang, 2)}" for lang in LANGUAGES}
    return replace(cell, value=None, instead=printed, unit=message("portal.home.millions", unit=cell.unit))


def ecosystem_cells(book: Book, region: str, address: Address) -> list[Cell]:
    """The figures of the creative and digital ecosystem; empty when none is published."""
    return [linked(book, region, one, address) for one in ECOSYSTEM if figure(book, region, one).known]


def clash_view(book: Book, clash: Clash, address: Address) -> ClashView:
    """A contradiction for the component, with reason and consequence in one sentence."""
    rivals = tuple(Rival(_labelled(book, clash, side), side.standing) for side in clash.sides)
    sides = SideBySide(rivals, joined(clash.why, clash.consequence)) if len(rivals) <= RIVALS_MAX else None
    return ClashView(clash.indicator.id, clash.indicator.name, len(rivals), clash.headline, clash.settled, sides,
                     rivals, address(clash.indicator.id))


def _labelled(book: Book, clash: Clash, side: ClashSide) -> Cell:
    """The value under the name of who said it, of the kind and as sure as the book holds it.

    The title of the page where it was read goes into the origin.
    """
    cell = side.cell
    facts = book.facts(clash.region, clash.indicator.id) if clash.region in book.regions else ()
    fact = next((one for one in facts if one.amount is not None and one.amount == side.amount
                 and one.source == side.published.source), None)
    if fact is not None:
        cell = replace(cell, kind=fact.kind, confidence=fact.confidence)
    read = "" if cell.source is None else message("portal.home.clash.read", title=cell.source.title)
    source = Source(cell.label, cell.source.url if cell.source else "")
    return replace(cell, method=side.reason or cell.method, source=source, trap=read)


def clashes(book: Book, region: str, address: Address) -> list[ClashView]:
    """The region's own contradictions, that of the area first."""
    own = [one for one in contradictions(book, region) if one.region == region]
    own.sort(key=lambda one: one.indicator.id != "area_km2")
    return [clash_view(book, one, address) for one in own]


def services(book: Book, region: str, address: Address, today: date) -> list[ServiceView]:
    """Tax, creative centre, waste: the main figure, its bar, two facts, and the state of what was decided."""
    return [_tax(book, region, address, today), _creative(book, region, address, today),
            _waste(book, region, address, today)]


def _tax(book: Book, region: str, address: Address, today: date) -> ServiceView:
    main, bars = figure(book, region, "tax_total"), None
    if main.value is not None and main.period is not None:
        year = main.period.year
        target = figure(book, region, "tax_total", period=str(year), kind="target").value
        if target and main.kind == "realised":
            label = message("portal.home.of_target", share=main.value / target, year=str(year), target=target)
            bars = BarChart(label, label, (Bar(label, main.value, "daun", target=target),), "rupiah_short",
                            reach=max(main.value, target))
    facts = _facts(book, region, address, (("tax_pbb", "target"), ("sppt_count", None)))
    return _service(book, region, "tax", "tax_total", bars, "", facts, address, today)


def _creative(book: Book, region: str, address: Address, today: date) -> ServiceView:
    bars, note = _clash_bars(book, region, "hub_events")
    facts = _facts(book, region, address, (("hub_capex", None), ("hub_opex", None)))
    return _service(book, region, "creative", "hub_events", bars, note, facts, address, today)


def _waste(book: Book, region: str, address: Address, today: date) -> ServiceView:
    bars, note = _clash_bars(book, region, "waste_gen_tpd")
    facts = _facts(book, region, address, (("waste_managed_share", None), ("landfill_inflow_tpd", None)))
    return _service(book, region, "waste", "waste_gen_tpd", bars, note, facts, address, today)


def _facts(book: Book, region: str, address: Address,
           wanted: Sequence[tuple[str, Any]]) -> tuple[tuple[Words, Cell], ...]:
    found = []
    for indicator, kind in wanted:
        cell = linked(book, region, indicator, address, kind=kind) if kind else linked(book, region, indicator, address)
        found.append((dated(cell, aimed=kind == "target"), cell))
    return tuple(found)


def dated(cell: Cell, *, aimed: bool = False) -> Words:
    """The label with its period, for a list that prints no line below the figure."""
    name = message("portal.home.aimed", name=cell.label) if aimed else cell.label
    return message("portal.home.dated", name=name, period=cell.period) if cell.period else name


def _clash_bars(book: Book, region: str, indicator: str) -> tuple[BarChart | None, Words]:
    clash = clash_of(book, region, indicator)
    if clash is None:
        return None, ""
    bars = tuple(Bar(side.cell.label, side.amount, "daun" if side.standing == "used" else "plain")
                 for side in clash.sides if side.amount is not None)
    return BarChart(clash.indicator.name, clash.why, bars, "number"), clash.why


def _service(book: Book, region: str, key: str, indicator: str, bars: BarChart | None, note: Words,
             facts: tuple[tuple[Words, Cell], ...], address: Address, today: date) -> ServiceView:
    main = linked(book, region, indicator, address)
    if main.value is None and bars is not None:
        main = replace(main, kind="claim", period=message("portal.home.clash.meta"))
    states = tuple(_states(region, key, today))
    beside = any(cell.value is not None or cell.instead != main.instead for _, cell in facts)
    known = main.value is not None or bars is not None or bool(states) or beside
    return ServiceView(key, main, bars, note, facts, states, known)


def _states(region: str, service: str, today: date) -> list[tuple[str, str, Words]]:
    """``(tone, chip, words)`` of each practice: what is in force, and what keeps it from being replayed."""
    found: list[tuple[str, str, Words]] = []
    for practice in load_practices():
        if practice.region != region or practice.service != service:
            continue
        version = version_on(practice, today)
        if version is None:
            continue
        found.append(("ok", "portal.home.in_force", version_words(version)))
        if not version.replayable and version.why is not None:
            found.append(("care", "portal.home.lacking", version.why))
    return found


def version_words(version: Version) -> Message:
    """What a version says, with its instrument and the day it began."""
    instrument = version.instrument or ""
    if version.since is None:
        return message("portal.home.version.open", says=version.says, instrument=instrument)
    key = "portal.home.version" if instrument else "portal.home.version.bare"
    params: dict[str, Any] = {"says": version.says, "since": version.since}
    return message(key, **params, **({"instrument": instrument} if instrument else {}))


def motto(book: Book, region: str) -> Motto | None:
    """How the region names its own aims, with the source; None when nothing is on record."""
    entry = _profiles().get(region)
    if entry is None:
        return None
    return Motto(entry["name"], tuple(entry["pillars"]), book.source(entry["source"]))


@cache
def _profiles() -> dict[str, Any]:
    text = files("sepadan.portal").joinpath("pages", "profiles.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def known_figures(book: Book, region: str) -> int:
    """How many indicators have a figure in the region."""
    return sum(figure(book, region, one).known for one in book.indicators) if region in book.regions else 0


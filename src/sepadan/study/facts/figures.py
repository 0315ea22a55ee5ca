"""Reading indicators, sources, regions and their facts into the book."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sepadan.ground.problems import refuse
from sepadan.study.engine.book import (
    Book,
    Context,
    Fact,
    GateTraits,
    Indicator,
    Origin,
    Region,
    SeriesBreak,
)
from sepadan.study.engine.derived import missing_formulas
from sepadan.study.facts.contradictions import read_contradictions
from sepadan.study.facts.reading import FOLDER, Entry, read_file, shown_path
from sepadan.study.names import DIRECTIONS, TOPICS

_SOURCE_KINDS = ("gazette_copy", "ministry_copy", "release", "portal", "planning", "press", "web")
_TEXT_UNITS = ("category", "text")
_REGION_KINDS = ("kota", "kabupaten")


@cache
def load_indicators(*extra_folders: Path) -> Book:
    """The book of all figures; *extra_folders* may hold further ``regions/*.yaml`` and ``sources.yaml``.

    Raises ``Refused`` naming file, line and remedy on bad data. Cached.
    """
    indicators = _read_indicators(FOLDER / "indicators.yaml")
    sources: dict[str, Origin] = {}
    regions: dict[str, Region] = {}
    facts: list[Fact] = []
    for folder in (FOLDER, *extra_folders):
        if (folder / "sources.yaml").exists():
            _read_sources(folder / "sources.yaml", sources)
        for path in sorted((folder / "regions").glob("*.yaml")):
            region, some = _read_region(path, indicators, sources)
            if region.code in regions:
                raise refuse("study.data.region_twice", where=shown_path(path), remedy="study.data.region_twice.remedy",
                             region=region.code)
            regions[region.code] = region
            facts.extend(some)
    contradictions = read_contradictions(FOLDER / "contradictions.yaml", indicators, sources, regions)
    return Book(indicators, regions, sources, tuple(facts), contradictions)


def _read_indicators(path: Path) -> dict[str, Indicator]:
    content = read_file(path)
    whole = Entry(content, shown_path(path))
    found: dict[str, Indicator] = {}
    for section in ("indicators", "derived"):
        block = whole.entry(section)
        for name in block.content:
            found[name] = _indicator(Entry(block.content[name], block.where(name), name), name, section == "derived")
    whole.done()
    lacking = missing_formulas(found.values())
    if lacking:
        raise refuse("study.data.no_formula", where=shown_path(path), remedy="study.data.no_formula.remedy",
                     names=", ".join(lacking))
    return found


def _indicator(entry: Entry, name: str, derived: bool) -> Indicator:
    indicator = Indicator(
        id=name, name=entry.words("name"), unit=entry.text("unit"), definition=entry.words("definition"),
        direction=entry.one_of("direction", DIRECTIONS),  # type: ignore[arg-type]
        topic=entry.one_of("topic", TOPICS), trap=entry.words_or_none("trap"),
        standard=entry.words_or_none("standard"), stock=entry.flag("stock"), derived=derived,
        parts=entry.texts("parts"), printed=entry.text_or_none("printed"), gate=_traits(entry.entry("gate")),
    )
    entry.done()
    return indicator


def _traits(entry: Entry) -> GateTraits:
    breaks = []
    for one in entry.entries("breaks"):
        day = one.day_or_none("on")
        if day is None:
            raise refuse("study.data.key_missing", where=one.where(), remedy="study.data.key_missing.remedy", name="on")
        breaks.append(SeriesBreak(day, one.words("what")))
        one.done()
    traits = GateTraits(
        cumulative=entry.flag("cumulative"), own_yardstick=entry.flag("own_yardstick"),
        counts_dumping=entry.flag("counts_dumping"), ratio_within_report=entry.flag("ratio_within_report"),
        of_report=entry.texts("of_report"), components=entry.texts("components"), targets=entry.texts("targets"),
        breaks_of=entry.texts("breaks_of"), breaks=tuple(breaks),
    )
    entry.done()
    return traits


def _read_sources(path: Path, found: dict[str, Origin]) -> None:
    block = Entry(read_file(path), shown_path(path)).entry("sources")
    for name in block.content:
        entry = Entry(block.content[name], block.where(name), name)
        published = entry.text_or_none("published")
        if published is not None:
            entry.day_or_none("published")
        found[name] = Origin(
            id=name, title=entry.text("title"), url=entry.text_or_none("url"), published=published,
            kind=entry.one_of("kind", _SOURCE_KINDS), quotes=entry.text_or_none("quotes"),
            detail=entry.text_or_none("detail"), note=entry.words_or_none("note"),
        )
        entry.done()


def _read_region(path: Path, indicators: dict[str, Indicator], sources: dict[str, Origin]) -> tuple[Region, list[Fact]]:
    whole = Entry(read_file(path), shown_path(path))
    code = whole.text("region")
    context = []
    for entry in whole.entries("context"):
        context.append(Context(entry.texts("about"), entry.words("note"),
                               None if entry.get("source") is None else entry.known("source", sources)))
        entry.done()
    kind = whole.one_of("kind", _REGION_KINDS)
    region = Region(code, whole.text("name"), kind, whole.text("bps_code"), tuple(context))  # type: ignore[arg-type]
    facts = [_fact(entry, code, indicators, sources) for entry in whole.entries("facts")]
    whole.done()
    return region, facts


def _fact(entry: Entry, region: str, indicators: dict[str, Indicator], sources: dict[str, Origin]) -> Fact:
    rounded = entry.number_or_none("rounded_to")
    fact = Fact(
        region=region, indicator=entry.known("indicator", indicators), value=entry.value("value"),
        high=entry.number_or_none("high"), period=entry.period("period"), kind=entry.kind(),
        source=entry.known("source", sources), confidence=entry.confidence(), as_of=entry.day_or_none("as_of"),
        vintage=entry.text_or_none("vintage"), basis=entry.text_or_none("basis"), method=entry.text_or_none("method"),
        category=entry.text_or_none("class"), rounded_to=None if rounded is None else int(rounded),
        shown=entry.words_or_none("shown"), note=entry.words_or_none("note"), place=entry.where(),
    )
    if isinstance(fact.value, str) and indicators[fact.indicator].unit not in _TEXT_UNITS:
        raise refuse("study.data.not_number", where=entry.where("value"), remedy="study.data.not_number.remedy",
                     given=fact.value)
    if (fact.value is None) != (fact.kind == "missing"):
        raise refuse("study.data.missing_kind", where=entry.where("value"), remedy="study.data.missing_kind.remedy")
    entry.done()
    return fact

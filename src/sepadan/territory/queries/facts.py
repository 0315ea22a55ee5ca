"""Population and area as cells with their origin, and a visible box where nothing is known.

Of several values of one thing the newest period stands first, then the surer one; ``cells_of`` gives all of them,
so that a page can set contradicting values side by side. Values of different sources are never mixed into a sum here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sepadan.ground.cells import DISCS, Cell, Source, Words, confidence, missing
from sepadan.ground.figures import LANGUAGES, Language, day
from sepadan.ground.messages import Message, message
from sepadan.territory.engine.codes import key_of, level_of
from sepadan.territory.models import Fact, Region
from sepadan.territory.names import Level, Measure
from sepadan.territory.queries.regions import kecamatan_in, villages_in

UNDATED = "undated"
_UNITS: dict[str, Message] = {"jiwa": message("territory.unit.residents"), "km2": message("territory.unit.km2")}


def cells_of(code: str, measure: Measure) -> list[Cell]:
    """All known values of a region, kecamatan or kelurahan by its code, newest first. Empty when none is known."""
    level = level_of(code)
    facts = Fact.objects.filter(measure=measure.value)
    if level is Level.REGION:
        facts = facts.filter(region_id=key_of(code), kecamatan=None)
    elif level is Level.KECAMATAN:
        facts = facts.filter(kecamatan_id=key_of(code), kelurahan=None)
    else:
        facts = facts.filter(kelurahan_id=key_of(code) if level else -1)
    return [as_cell(fact) for fact in _newest_first(facts)]


def cell_of(code: str, measure: Measure) -> Cell:
    """The newest value of an area, or a missing cell that says where it may be found."""
    found = cells_of(code, measure)
    return found[0] if found else no_cell(measure)


def cells_by_area(region: Region | int, level: Level, measure: Measure) -> dict[str, Cell]:
    """A cell for every kecamatan or kelurahan of a region, by code: its newest value, or a missing one."""
    key = region if isinstance(region, int) else region.pk
    facts = Fact.objects.filter(region_id=key, measure=measure.value)
    if level is Level.KECAMATAN:
        codes = [kecamatan.code for kecamatan in kecamatan_in(key)]
        facts = facts.filter(kecamatan__isnull=False, kelurahan=None)
    else:
        codes = [village.code for village in villages_in(region)]
        facts = facts.filter(kelurahan__isnull=False)
    newest: dict[int, Fact] = {}
    for fact in _newest_first(facts):
        newest.setdefault(fact.kecamatan_id if level is Level.KECAMATAN else fact.kelurahan_id, fact)
    return {code: as_cell(newest[key_of(code)]) if key_of(code) in newest else no_cell(measure) for code in codes}


def as_cell(fact: Fact) -> Cell:
    """One fact as the public number it is."""
    whole = fact.value == fact.value.to_integral_value()
    return Cell(
        label=message(f"territory.measure.{fact.measure}"),
        value=int(fact.value) if whole else fact.value.normalize(),
        unit=_UNITS[fact.unit],
        kind=fact.kind,  # type: ignore[arg-type]
        period=period_words(fact.period),
        confidence=confidence(fact.confidence),
        source=Source(fact.source),
        meaning=message(f"territory.meaning.{fact.measure}"),
        trap=message(fact.note_key) if fact.note_key else "",
    )


def no_cell(measure: Measure) -> Cell:
    unit = _UNITS["km2" if measure is Measure.AREA_KM2 else "jiwa"]
    return missing(message(f"territory.measure.{measure.value}"), message("territory.fact.none"), unit=unit,
                   meaning=message(f"territory.meaning.{measure.value}"))


def period_words(period: str) -> Words:
    """A period as read: a year as it is, ``2024-12`` as a month, a full date as a day, ``undated`` in words."""
    if period == UNDATED:
        return message("territory.period.undated")
    parts = [int(part) for part in period.split("-") if part.isdigit()]
    if len(parts) == 3:
        when = date(parts[0], parts[1], parts[2])
        return _both({lang: day(when, lang) for lang in LANGUAGES})
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        return _both({lang: day(first, lang).split(" ", 1)[1] for lang in LANGUAGES})
    return period


def _both(texts: dict[Language, str]) -> dict[Language, str]:
    return texts


def _newest_first(facts: Iterable[Fact]) -> list[Fact]:
    def order(fact: Fact) -> tuple[bool, str, int]:
        known = confidence(fact.confidence)
        return fact.period != UNDATED, fact.period, 0 if known is None else DISCS[known]

    return sorted(facts, key=order, reverse=True)

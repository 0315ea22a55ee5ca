"""Reading the contradictions: values side by side, each with its standing, and the rule that settles them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sepadan.ground.money import Exact
from sepadan.ground.problems import refuse
from sepadan.study.engine.book import Indicator, Origin, Region
from sepadan.study.engine.conflicts import CONSEQUENCES
from sepadan.study.engine.settling import RULES, Contradiction, Published
from sepadan.study.facts.reading import Entry, read_file, shown_path
from sepadan.study.names import STANDINGS


def read_contradictions(path: Path, indicators: Mapping[str, Indicator], sources: Mapping[str, Origin],
                        regions: Mapping[str, Region]) -> tuple[Contradiction, ...]:
    """All contradictions of the file. Raises ``Refused`` naming the place of a fault."""
    whole = Entry(read_file(path), shown_path(path))
    found = []
    for entry in whole.entries("contradictions"):
        values = tuple(_value(one, sources, regions) for one in entry.entries("values"))
        if len(values) < 2:
            raise refuse("study.data.too_few", where=entry.where("values"), remedy="study.data.too_few.remedy")
        found.append(Contradiction(
            id=entry.text("id"), region=entry.one_of("region", [*regions, "all", "national"]),
            indicator=entry.known("indicator", indicators), rule=entry.one_of("rule", RULES),
            consequence=entry.one_of("consequence", [*CONSEQUENCES, ""], ""), why=entry.words("why"), values=values))
        entry.done()
    whole.done()
    return tuple(found)


def _value(entry: Entry, sources: Mapping[str, Origin], regions: Mapping[str, Region]) -> Published:
    seen = tuple((int(day), int(month), str(weekday)) for day, month, weekday in entry.get("seen") or [])
    claimed = entry.number_or_none("claimed_year")
    value = Published(
        label=entry.words("label"), value=entry.value("value") if "value" in entry.content else None,
        part_of=_pair(entry, "part_of"), quotient=_pair(entry, "quotient"),
        source=None if entry.get("source") is None else entry.known("source", sources),
        standing=entry.one_of("standing", STANDINGS), dated=entry.day_or_none("dated"),
        vintage=entry.text_or_none("vintage"),
        window=entry.period("window") if entry.get("window") is not None else None,
        purpose=entry.words_or_none("purpose"), seen=seen, claimed_year=None if claimed is None else int(claimed),
        of_region=None if entry.get("of_region") is None else entry.known("of_region", regions))
    given = [value.value, value.part_of, value.quotient]
    if sum(one is not None for one in given) != 1:
        raise refuse("study.data.one_value", where=entry.where(), remedy="study.data.one_value.remedy")
    entry.done()
    return value


def _pair(entry: Entry, key: str) -> tuple[Exact, Exact] | None:
    pair = entry.get(key)
    if pair is None:
        return None
    if not isinstance(pair, list) or len(pair) != 2:
        raise refuse("study.data.not_pair", where=entry.where(key), remedy="study.data.not_pair.remedy", name=key)
    return pair[0], pair[1]

"""The law of a levy in a region on a day: dated values with instrument, article, confidence and source.

Idea: ``load_book()`` reads the statute files once. ``book.law(region, levy, on)`` gives the values in force that day;
a name that the region does not define falls back to the national file of the same levy. ``law.require(name)`` never
guesses: what is not known, or known from memory only, is refused with the place, the day and the reason.

``book.with_draft`` lays values typed in by a person over the law; they carry the confidence ``draft`` and must keep
within the newest national caps. The day says what ``Parameter.governs`` names: 1 January of a tax year, the day of an
event (a sale, a month of turnover) or of a payment.

Sources: the files under ``sepadan/statutes`` and the folders named in the environment variable SEPADAN_STATUTES.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.ground.provisions import (
    NATIONAL,
    ClassTable,
    Conflict,
    Coverage,
    HolidayDecree,
    Instrument,
    LevyFile,
    Missing,
    Parameter,
    Provision,
    Words,
    words,
)
from sepadan.ground.statute_bounds import draft_problem
from sepadan.ground.statute_files import read_folder
from sepadan.ground.statute_reader import NOTHING, near
from sepadan.ground.statute_shelf import Shelf
from sepadan.ground.statute_values import fitting_unit, plain

ENVIRONMENT = "SEPADAN_STATUTES"


class StatuteError(Refused):
    """Statute files that cannot be used; ``problems`` holds every fault with file, line and remedy."""

    def __init__(self, problems: list[Problem]):
        first = problems[0]
        if len(problems) > 1:
            what = message("ground.statutes.more", first=first.what, more=len(problems) - 1)
            first = Problem(what, first.where, first.remedy)
        super().__init__(first)
        self.problems = problems


@dataclass(frozen=True)
class Law:
    """The values of one levy in force in one region on one day. ``draft`` names the draft laid over it, if any."""

    region: str
    levy: str
    on: date
    provisions: Mapping[str, Provision]
    missing: tuple[Missing, ...]
    histories: Mapping[str, Parameter] = field(repr=False, default_factory=dict)
    coverage: Coverage | None = None
    draft: str | None = None

    def get(self, name: str) -> Provision | None:
        """The provision in force, or None. It may be from memory only: see ``Provision.known``."""
        return self.provisions.get(name)

    def known(self, name: str) -> Provision | None:
        """The provision in force if it may be used, else None (absent, or from memory only)."""
        found = self.provisions.get(name)
        return found if found is not None and found.known else None

    def require(self, name: str) -> Provision:
        """The usable provision *name*. Raises Refused naming region, levy, day and why it is not known."""
        found = self.provisions.get(name)
        if found is not None and found.known:
            return found
        why = self._why(name, found, self.histories.get(name))
        early = why.key == "ground.statutes.why.first"
        raise refuse("ground.statutes.no_value", where=f"{self.region} {self.levy}.{name} {self.on}",
                     remedy=f"ground.statutes.no_value.{'later' if early else 'remedy'}", name=name, levy=self.levy,
                     region=self.region, on=self.on, why=why, path=self._path(), since=why.params.get("since"))

    def _path(self) -> str:
        """The file in which the region's values of this levy belong."""
        area = next((one.area for one in self.histories.values()), "tax")
        folder = NATIONAL if self.region == NATIONAL else f"regions/{self.region}"
        return f"{folder}/{area}/{self.levy}.yaml"

    def _why(self, name: str, found: Provision | None, parameter: Parameter | None) -> Message:
        if found is not None:
            return message("ground.statutes.why.memory")
        gap = parameter.gap(self.on) if parameter else None
        if gap is not None:
            return message("ground.statutes.why.missing", reason=gap.reason)
        if parameter is not None and parameter.values:
            first, last = parameter.values[0], parameter.values[-1]
            if first.since is not None and self.on < first.since:
                return message("ground.statutes.why.first", since=first.since)
            if last.value is None and last.since is not None and last.since <= self.on:
                return message("ground.statutes.why.ended", until=last.since)
        if self.coverage is not None and self.coverage.state != "complete":
            return message("ground.statutes.why.coverage", reason=self.coverage.reason)
        return NOTHING

    def by_kind(self, name: str) -> dict[str, Provision]:
        """The provisions ``name.kind`` by kind: ``law.by_kind("rate")`` of pbjt gives food, hotel, ..."""
        start = f"{name}."
        return {one.removeprefix(start): found for one, found in self.provisions.items() if one.startswith(start)}

    def fingerprint(self) -> str:
        """sha256 over the canonical JSON of the provisions in force (values, dates, instruments, confidence)."""
        rows = [[one.name, canonical(one.value), str(one.since or "open"), one.region,
                 one.instrument.id if one.instrument else None, one.article, one.confidence]
                for one in sorted(self.provisions.values(), key=lambda one: one.name)]
        text = json.dumps([self.region, self.levy, str(self.on), self.draft, rows], ensure_ascii=False,
                          separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> Any:
    """*value* in a form that JSON writes the same way every time: decimals without trailing zeros as text."""
    if isinstance(value, bool) or value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
    return [canonical(item) for item in value]


@dataclass(frozen=True, slots=True)
class Difference:
    """One parameter of one levy on both sides of a comparison; a side without a value may have a gap with a reason."""

    levy: str
    name: str
    description: Words
    unit: str
    left: Provision | None
    right: Provision | None
    left_gap: Missing | None
    right_gap: Missing | None
    changed: bool


class Book:
    """All statutes at hand. Read-only; get it from ``load_book``."""

    def __init__(self, shelf: Shelf):
        self._shelf = shelf
        self.problems = shelf.problems

    # what there is

    def regions(self) -> tuple[str, ...]:
        return tuple(sorted({region for region, _ in self._shelf.files if region != NATIONAL} | set(self._shelf.names)))

    def name(self, region: str) -> Words:
        return self._shelf.names.get(region) or words(region, region)

    def levies(self, region: str = NATIONAL) -> tuple[str, ...]:
        """Levies with a file in *region*; of the nation when no region is named."""
        return tuple(sorted(levy for one, levy in self._shelf.files if one == region))

    def file(self, region: str, levy: str) -> LevyFile | None:
        return self._shelf.files.get((region, levy))

    def title(self, levy: str) -> Words:
        for (_, one), file in sorted(self._shelf.files.items(), key=lambda item: item[0][0] != NATIONAL):
            if one == levy:
                return file.title
        return words(levy, levy)

    def parameters(self, region: str, levy: str) -> tuple[Parameter, ...]:
        """The dated history of every parameter that *region* (or ``national``) itself defines for *levy*."""
        file = self.file(region, levy)
        return tuple(file.parameters.values()) if file else ()

    def instruments(self, region: str = NATIONAL) -> tuple[Instrument, ...]:
        return tuple(self._shelf.instruments.get(region, {}).values())

    def instrument(self, region: str, id: str) -> Instrument | None:
        return self._shelf.instrument(region, id)

    def folder(self, region: str) -> str:
        """The folder of a region as findings name it."""
        return self._shelf.folders.get(region, region)

    def instrument_place(self, region: str, id: str) -> str:
        return self._shelf.instrument_places.get((region, id), "")

    def coverage(self, region: str) -> tuple[Coverage, ...]:
        return tuple(one for (code, _), one in self._shelf.coverage.items() if code == region)

    def conflicts(self, region: str | None = None) -> tuple[Conflict, ...]:
        """Conflicts between sources: of one region (or ``national``), or all."""
        return tuple(one for one in self._shelf.conflicts.values() if region in (None, one.region))

    def class_table(self, name: str) -> ClassTable:
        table = self._shelf.class_tables.get(name)
        if table is None:
            raise refuse("ground.statutes.class_table.unknown", where=name,
                         remedy="ground.statutes.class_table.unknown.remedy", name=name,
                         known=", ".join(self._shelf.class_tables))
        return table

    def class_tables(self) -> tuple[ClassTable, ...]:
        return tuple(self._shelf.class_tables.values())

    def holiday_decrees(self) -> tuple[HolidayDecree, ...]:
        """The decrees on days off at hand, of all years; ``creative.engine.holidays`` reads them as known on a day."""
        return tuple(self._shelf.holiday_decrees.values())

    # what the law is

    def law(self, region: str, levy: str, on: date) -> Law:
        """The law of *levy* in *region* on the day *on*. Raises Refused on an unknown region or levy."""
        self._known_region(region)
        histories = self.histories(region, levy)
        if not histories:
            known = sorted({one for _, one in self._shelf.files})
            raise refuse("ground.statutes.levy.unknown", where=f"{region} {levy}",
                         remedy="ground.statutes.levy.unknown.remedy", levy=levy, known=", ".join(known),
                         near=near(levy, known))
        provisions = {name: found for name, one in histories.items() if (found := one.on(on)) is not None}
        missing = tuple(gap for name, one in histories.items() if name not in provisions
                        and (one.region != NATIONAL or not one.optional) and (gap := one.gap(on)) is not None)
        return Law(region, levy, on, provisions, missing, histories, self._shelf.coverage.get((region, levy)))

    def histories(self, region: str, levy: str) -> dict[str, Parameter]:
        """Every parameter of *levy* that applies in *region*: its own, else the national one of the same name."""
        found: dict[str, Parameter] = {}
        for one in (NATIONAL, region):
            file = self.file(one, levy)
            found.update(file.parameters if file else {})
        return found

    def _known_region(self, region: str) -> None:
        if region != NATIONAL and region not in self.regions():
            raise refuse("ground.statutes.region.unknown", where=region, remedy="ground.statutes.region.unknown.remedy",
                         region=region, known=", ".join(self.regions()))

    def fingerprint(self, region: str, levy: str, on: date) -> str:
        return self.law(region, levy, on).fingerprint()

    def with_draft(self, region: str, levy: str, values: Mapping[str, Any], name: str, on: date) -> Law:
        """The law of that day with *values* laid over it, marked as the draft *name*.

        Values are exact (int, Decimal, the lists and maps of a statute file). Raises Refused on an unknown parameter,
        a value of the wrong shape, or one beyond the newest national cap (named with its article).
        """
        law = self.law(region, levy, on)
        drafted = {}
        known = self.draftable(region, levy)
        for parameter, value in values.items():
            model = known.get(parameter)
            if model is None:
                raise refuse("ground.statutes.draft.unknown", where=f"{name} {levy}.{parameter}",
                             remedy="ground.statutes.draft.unknown.remedy", name=parameter, levy=levy,
                             known=", ".join(known), near=near(parameter, known))
            problem = draft_problem(model, value, self.parameters(NATIONAL, levy), f"{name} {levy}.{parameter}")
            if problem is not None:
                raise Refused(problem)
            drafted[parameter] = Provision(parameter, plain(value), on, None, None, None, "draft", name, None,
                                           fitting_unit(model.unit, value), model.governs, model.description, region,
                                           levy, model.path)
        missing = tuple(gap for gap in law.missing if gap.name not in drafted)
        return replace(law, provisions={**law.provisions, **drafted}, missing=missing, draft=name)

    def draftable(self, region: str, levy: str) -> dict[str, Parameter]:
        """What a region may decide: its own parameters and those that national law leaves to it."""
        return {name: one for name, one in self.histories(region, levy).items()
                if one.region != NATIONAL or not one.values}

    def compare(self, region_a: str, on_a: date, region_b: str, on_b: date) -> list[Difference]:
        """Both laws side by side, per levy and parameter: two regions, or one region on two days."""
        levies = sorted({*self.levies(region_a), *self.levies(region_b), *self.levies()})
        rows = []
        for levy in levies:
            histories = {**self.histories(region_a, levy), **self.histories(region_b, levy)}
            left, right = (self.law(region, levy, on) if self.histories(region, levy) else None
                           for region, on in ((region_a, on_a), (region_b, on_b)))
            for name, one in histories.items():
                a, b = (law.get(name) if law else None for law in (left, right))
                gaps = [next((gap for gap in law.missing if gap.name == name), None) if law else None
                        for law in (left, right)]
                if a is None and b is None and gaps == [None, None]:
                    continue
                changed = (a.value if a else None) != (b.value if b else None)
                rows.append(Difference(levy, name, one.description, one.unit, a, b, gaps[0], gaps[1], changed))
        return rows


def statute_folders(*extra: Path | str) -> tuple[Path, ...]:
    """The project's own folder, those of SEPADAN_STATUTES, then *extra*."""
    named = [Path(one) for one in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if one]
    return (Path(str(files("sepadan"))) / "statutes", *named, *(Path(one) for one in extra))


def read_book(*extra: Path | str) -> Book:
    """The book with whatever is wrong in ``book.problems``; for the check. Use ``load_book`` elsewhere."""
    shelf = Shelf()
    for folder in statute_folders(*extra):
        read_folder(folder, shelf)
    return Book(shelf)


def load_book(*extra: Path | str) -> Book:
    """The statutes, read once per process and set of folders. Raises StatuteError naming file, line and remedy."""
    return _load(tuple(str(one) for one in extra), os.environ.get(ENVIRONMENT, ""))


@cache
def _load(extra: tuple[str, ...], environment: str) -> Book:
    book = read_book(*extra)
    if book.problems:
        raise StatuteError(book.problems)
    return book

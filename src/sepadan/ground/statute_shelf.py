"""Everything read from the statutes folders in one place, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sepadan.ground.problems import Problem
from sepadan.ground.provisions import (
    NATIONAL,
    ClassTable,
    Conflict,
    Coverage,
    HolidayDecree,
    Instrument,
    LevyFile,
    Words,
)


@dataclass
class Shelf:
    """Filled by ``statute_files.read_folder``; later files replace earlier ones of the same region and levy."""

    files: dict[tuple[str, str], LevyFile] = field(default_factory=dict)  # (region, levy)
    instruments: dict[str, dict[str, Instrument]] = field(default_factory=dict)  # region -> id
    instrument_places: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[str, Words] = field(default_factory=dict)
    coverage: dict[tuple[str, str], Coverage] = field(default_factory=dict)
    conflicts: dict[tuple[str, str], Conflict] = field(default_factory=dict)  # (region, id)
    folders: dict[str, str] = field(default_factory=dict)  # region -> its folder as faults name it
    class_tables: dict[str, ClassTable] = field(default_factory=dict)
    holiday_decrees: dict[str, HolidayDecree] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def instrument(self, region: str, id: str) -> Instrument | None:
        return self.instruments.get(region, {}).get(id) or self.instruments.get(NATIONAL, {}).get(id)

"""NJOP of an object from land and building values and class tables (PMK 85/2024 Art. 4-5, Annex III).

    NJOP of land      = area x value per m2, where the value per m2 is the NIR turned into its class value
    NJOP of buildings = total area x value per m2; several buildings: sum of values / sum of areas, then the class

A class holds ``over < value per m2 <= to``. Each part is rounded once. Without a class table values are taken as they
are and buildings are summed. Areas may be decimal, money is whole rupiah. It does not estimate NIR or building cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Literal

from sepadan.ground.columns import Program, Step, col, rounded
from sepadan.ground.messages import message
from sepadan.ground.money import Rounding, Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Explained

PartKind = Literal["land", "building"]


@dataclass(frozen=True, slots=True)
class ValueClass:
    """A class: its name, the bounds ``over < value <= to`` (``to`` None: no limit) and its value, rupiah per m2."""

    name: Any
    over: Rupiah
    to: Rupiah | None
    value: Rupiah


@dataclass(frozen=True, slots=True)
class ClassTable:
    """Land and building classes of one table, in any order."""

    name: str
    land: tuple[ValueClass, ...]
    building: tuple[ValueClass, ...]

    def of(self, kind: PartKind) -> tuple[ValueClass, ...]:
        return self.land if kind == "land" else self.building

    def find(self, kind: PartKind, value: Fraction) -> ValueClass:
        """The class that holds *value* rupiah per m2. Raises Refused when it lies outside the table."""
        for row in self.of(kind):
            if row.over < value and (row.to is None or value <= row.to):
                return row
        raise refuse("tax.njop.no_class", value=value, kind=kind, table=self.name)

    def named(self, kind: PartKind, name: Any) -> ValueClass:
        """The class called *name* (compared as text). Raises Refused when there is none."""
        for row in self.of(kind):
            if str(row.name) == str(name):
                return row
        raise refuse("tax.njop.class_unknown", name=str(name), kind=kind, table=self.name)


@dataclass(frozen=True, slots=True)
class Part:
    """Land or a building: area in m2 and value in rupiah per m2, with the class when a table gave it."""

    m2: Fraction
    value_m2: Fraction
    value_class: ValueClass | None = None


@dataclass(frozen=True, slots=True)
class Valuation:
    """NJOP of an object. ``building`` is None without buildings or where several were summed without a class table."""

    land: Part
    building: Part | None
    njop_land: Rupiah
    njop_building: Rupiah
    buildings: int

    @property
    def njop(self) -> Rupiah:
        return self.njop_land + self.njop_building


def value_object(
    land: Part, buildings: Sequence[Part] = (), table: ClassTable | None = None, rounding: Rounding = "half_up"
) -> Valuation:
    """The NJOP of land with any number of buildings. One building keeps its own value (looked up by the caller)."""
    only: Part | None = buildings[0] if len(buildings) == 1 else None
    if len(buildings) > 1 and table is not None:
        only = averaged(buildings, table)
    total = sum((part.m2 * part.value_m2 for part in buildings), Fraction(0))  # of several without a table
    building_m2, building_value = (only.m2, only.value_m2) if only is not None else (Fraction(1), total)
    amounts = (land.m2, land.value_m2, building_m2, building_value)
    den = lcm(*(amount.denominator for amount in amounts))
    names = ("land_m2", "land_value_m2", "building_m2", "building_value_m2")
    row = {name: int(amount * den) for name, amount in zip(names, amounts, strict=True)}
    values = njop_program(rounding, area_den=den, value_den=den).run_row(row)
    return Valuation(land, only, int(values["njop_land"]), int(values["njop_building"]), len(buildings))


def averaged(buildings: Sequence[Part], table: ClassTable) -> Part:
    """Several buildings as one: sum of values / sum of areas, then class conversion (PMK 85/2024 Annex III)."""
    area = sum((part.m2 for part in buildings), Fraction(0))
    value = sum((part.m2 * part.value_m2 for part in buildings), Fraction(0))
    found = table.find("building", value / area)
    return Part(area, Fraction(found.value), found)


def njop_program(rounding: Rounding = "half_up", *, area_den: int = 1, value_den: int = 1) -> Program:
    """NJOP over the columns land_m2, land_value_m2, building_m2, building_value_m2.

    The columns are integers: areas in 1/area_den of a square metre, values in 1/value_den rupiah per m2.
    """
    unit = Fraction(1, area_den * value_den)
    land = Step("njop_land", rounded(col("land_m2") * unit * col("land_value_m2"), rounding))
    building = Step("njop_building", rounded(col("building_m2") * unit * col("building_value_m2"), rounding))
    return Program((land, building, Step("njop", land.ref() + building.ref())))


def explain_njop(result: Valuation) -> list[Explained]:
    """NJOP of land, of buildings, and their sum."""
    steps = [Explained(message("tax.njop.step.land"), result.njop_land, how=_how(result.land))]
    if result.building is not None:
        how = _how(result.building)
        steps.append(Explained(message("tax.njop.step.building"), result.njop_building, how=how))
    elif result.buildings:
        how = message("tax.njop.step.summed", count=result.buildings)
        steps.append(Explained(message("tax.njop.step.building"), result.njop_building, how=how))
    steps.append(Explained(message("tax.njop.step.total"), result.njop, is_sum=True))
    return steps


def explain_class(table: ClassTable, kind: PartKind, value: Fraction, found: ValueClass) -> list[Explained]:
    """The value looked up, the class that holds it, and the value of that class."""
    bounds = "between" if found.to is not None else "over"
    return [
        Explained(message("tax.njop.step.value"), value, "rupiah_exact"),
        Explained(message("tax.njop.step.class"), str(found.name), "text",
                  message(f"tax.njop.step.class.{bounds}", over=found.over, to=found.to, table=table.name)),
        Explained(message("tax.njop.step.class_value"), found.value, is_sum=True),
    ]  # fmt: skip


def _how(part: Part) -> Any:
    if part.value_class is not None:
        return message("tax.njop.step.part_class", m2=part.m2, value=part.value_m2, name=str(part.value_class.name))
    return message("tax.njop.step.part", m2=part.m2, value=part.value_m2)

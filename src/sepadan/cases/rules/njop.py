"""Cases of valuation: njop and njop_class."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sepadan.cases.case import Case, Inputs
from sepadan.cases.law import class_table, sources_of
from sepadan.cases.outcome import Result
from sepadan.ground.money import ROUNDINGS, Rounding
from sepadan.ground.problems import refuse
from sepadan.tax.engine.njop import ClassTable, Part, PartKind, ValueClass, explain_class, explain_njop, value_object
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb_rule import whole_rupiah

_GIVEN = ("class_table", "rounding")
_LAND = ("nir_per_m2", "land_value_m2", "land_class")
_BUILDING = ("building_value_per_m2_raw", "building_value_m2")


def evaluate_class(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("kind", "value_per_m2")
    kind = inputs.choice("kind", ("land", "building"))
    table = _table(sources_of(case, "pbb", _GIVEN), case.where, required=True)
    assert table is not None
    part: PartKind = "land" if kind == "land" else "building"
    value = inputs.number("value_per_m2")
    found = table.find(part, value)
    return Result({"class": found.name, "njop_per_m2": found.value}, tuple(explain_class(table, part, value, found)))


def evaluate_njop(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("land_m2", *_LAND, "building_m2", *_BUILDING, "buildings")
    sources = sources_of(case, "pbb", _GIVEN)
    table = _table(sources, case.where)
    rounding = sources.find("rounding")
    if rounding is not None and rounding[0] not in ROUNDINGS:
        raise refuse("tax.parameter.not_one_of", where=case.where, name="rounding", value=str(rounding[0]),
                     allowed=", ".join(ROUNDINGS))
    way: Rounding = rounding[0] if rounding is not None else "half_up"
    result = value_object(_land(inputs, table), _buildings(inputs, table), table, way)
    land, building = result.land, result.building
    values = {
        "land_class": land.value_class.name if land.value_class else None,
        "land_value_m2": land.value_m2,
        "building_class": building.value_class.name if building and building.value_class else None,
        "building_value_m2": building.value_m2 if building else None,
        "njop_land": result.njop_land,
        "njop_building": result.njop_building,
        "njop": result.njop,
    }
    return Result(values, tuple(explain_njop(result)))


def _land(inputs: Inputs, table: ClassTable | None) -> Part:
    area, name = inputs.positive("land_m2"), _one_of(inputs, _LAND, "land")
    if name == "land_value_m2":
        return Part(area, inputs.number(name))
    if name == "land_class":
        found = _needed(table, name, inputs).named("land", inputs.raw(name))
        return Part(area, Fraction(found.value), found)
    return _looked_up(area, inputs.number(name), "land", table)


def _looked_up(area: Fraction, value: Fraction, kind: PartKind, table: ClassTable | None) -> Part:
    if table is None:
        return Part(area, value)
    found = table.find(kind, value)
    return Part(area, Fraction(found.value), found)


def _buildings(inputs: Inputs, table: ClassTable | None) -> list[Part]:
    if "buildings" in inputs:
        if "building_m2" in inputs or any(name in inputs for name in _BUILDING):
            raise refuse("tax.njop.one_of", where=inputs.where, part="building", count=2,
                         names="buildings, building_m2")
        rows = inputs.items("buildings")
        for row in rows:
            row.only("m2", "value_m2")
        parts = [Part(row.positive("m2"), row.number("value_m2")) for row in rows]
        return parts if len(parts) > 1 else [_looked_up(parts[0].m2, parts[0].value_m2, "building", table)]
    if "building_m2" not in inputs:
        if any(name in inputs for name in _BUILDING):
            inputs.raw("building_m2")
        return []
    area, name = inputs.number("building_m2"), _one_of(inputs, _BUILDING, "building")
    if area == 0:
        return []
    area = inputs.positive("building_m2")
    if name == "building_value_m2":
        return [Part(area, inputs.number(name))]
    return [_looked_up(area, inputs.number(name), "building", table)]


def _one_of(inputs: Inputs, names: tuple[str, ...], part: str) -> str:
    present = [name for name in names if name in inputs]
    if len(present) != 1:
        raise refuse("tax.njop.one_of", where=inputs.where, part=part, count=len(present), names=", ".join(names))
    return present[0]


def _needed(table: ClassTable | None, name: str, inputs: Inputs) -> ClassTable:
    if table is None:
        raise refuse("tax.njop.needs_table", where=inputs.where, name=name)
    return table


def _table(sources: Sources, where: str, *, required: bool = False) -> ClassTable | None:
    """The class table of the case: a national one by name, ``none``, or one written in the case."""
    found = sources.need("class_table") if required else sources.find("class_table")
    if found is None or (found[0] == "none" and not required):
        return None
    value: Any = found[0]
    if isinstance(value, Mapping):
        return ClassTable("given", _classes(value, "land", where), _classes(value, "building", where))
    return class_table(str(value), where)


def _classes(value: Mapping[str, Any], kind: str, where: str) -> tuple[ValueClass, ...]:
    rows = value.get(kind, [])
    keys = {"class", "over", "to", "value"}
    good = isinstance(rows, list) and all(isinstance(row, Mapping) and set(row) == keys for row in rows)
    if set(value) - {"land", "building"} or not good:
        raise refuse("tax.parameter.not_table", where=where, name=f"class_table.{kind}", keys=", ".join(sorted(keys)))
    return tuple(
        ValueClass(row["class"], whole_rupiah(row["over"], "over", where),
                   None if row["to"] is None else whole_rupiah(row["to"], "to", where),
                   whole_rupiah(row["value"], "value", where))
        for row in rows
    )  # fmt: skip

"""Cases of valuation: njop and njop_class."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sepadan.cases.case import Case, Inputs
from sepadan.cases.law import class_table, sources_of
from sepadan.cases.outcome import Result
from sepadan.ground.problems import refuse
from sepadan.tax.engine.njop import ClassTable, Part, PartKind, ValueClass, explain_class, explain_njop, value_object
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb_rule import rounding_of, whole_rupiah

_GIVEN = ("class_table", "rounding")
_LAND = ("nir_per_m2", "land_value_m2", "land_class")
_BUILDING = ("building_value_per_m2_raw", "building_value_m2")


def evaluate_class(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("kind", "value_per_m2")
    kind = inputs.choice("kind", ("land", "building"))
    table = _table(sources_of(case, "njop", _GIVEN), case.where, required=True)
    assert table is not None
    part: PartKind = "land" if kind == "land" else "building"
    value = inputs.number("value_per_m2")
    found = table.find(part, value)
    return Result({"class": found.name, "njop_per_m2": found.value}, tuple(explain_class(table, part, value, found)))


def evaluate_njop(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("land_m2", *_LAND, "building_m2", *_BUILDING, "buildings")
    sources = sources_of(case, "njop", _GIVEN)
    table = _table(sources, case.where)
    way = rounding_of(sources, "half_up")
    result = value_object(_land(inputs, table, sources), _buildings(inputs, table, sources), table, way)
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


def _land(inputs: Inputs, table: ClassTable | None, sources: Sources) -> Part:
    area, name = inputs.not_negative("land_m2"), _one_of(inputs, _LAND, "land")  # a building may stand on no land
    if name == "land_value_m2":
        return Part(area, inputs.not_negative(name))
    if name == "land_class":
        found = _needed(table, name, inputs).named("land", inputs.raw(name))
        return Part(area, Fraction(found.value), found)
    return _looked_up(area, inputs.not_negative(name), "land", table, sources)


def _looked_up(area: Fraction, value: Fraction, kind: PartKind, table: ClassTable | None, sources: Sources) -> Part:
    """The part at its class value; as it is where there is no table, which somebody must have said."""
    if table is None:
        sources.need("class_table")
        return Part(area, value)
    found = table.find(kind, value)
    return Part(area, Fraction(found.value), found)


def _buildings(inputs: Inputs, table: ClassTable | None, sources: Sources) -> list[Part]:
    if "buildings" in inputs:
        return _listed(inputs, table, sources)
    if "building_m2" not in inputs:
        if any(name in inputs for name in _BUILDING):
            inputs.raw("building_m2")
        return []
    area, name = inputs.not_negative("building_m2"), _one_of(inputs, _BUILDING, "building")
    value = inputs.not_negative(name)
    if area == 0:
        return []
    return [Part(area, value) if name == "building_value_m2" else _looked_up(area, value, "building", table, sources)]


def _listed(inputs: Inputs, table: ClassTable | None, sources: Sources) -> list[Part]:
    if "building_m2" in inputs or any(name in inputs for name in _BUILDING):
        raise refuse("tax.njop.one_of", where=inputs.where, part="building", count=2, names="buildings, building_m2")
    if inputs.raw("buildings") == []:
        return []
    rows = inputs.items("buildings")
    for row in rows:
        row.only("m2", "value_m2")
    parts = [Part(row.positive("m2"), row.not_negative("value_m2")) for row in rows]
    if len(parts) > 1 or table is None:  # several are averaged with a table, summed without
        return parts
    return [_looked_up(parts[0].m2, parts[0].value_m2, "building", table, sources)]


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

"""Cases of valuation by PMK 85/2024: nir, time_adjustment, cap_rate, standard_object, building_age."""

from __future__ import annotations

from sepadan.cases.case import Case, Inputs
from sepadan.cases.law import sources_of
from sepadan.cases.outcome import Result
from sepadan.ground.problems import refuse
from sepadan.tax.engine import building_age as ages
from sepadan.tax.engine import nir, valuation
from sepadan.tax.engine.nir import Comparable
from sepadan.tax.engine.pbb_rule import rounding_of


def evaluate_nir(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("unit", "comparables")
    sources_of(case, "njop", ("rounding",))  # accepted on every rule of money; a NIR stays exact
    unit = inputs.choice("unit", nir.UNITS)
    comparables = [_comparable(row) for row in inputs.items("comparables")]
    zone = nir.value_zone(comparables, "rupiah" if unit == "rupiah" else "thousand")
    values = {"adjusted": list(zone.adjusted), "nir": zone.nir, "written": zone.written}
    return Result(values, tuple(nir.explain_zone(zone, comparables)))


def _comparable(row: Inputs) -> Comparable:
    row.only("price", "building", "land_m2", "time_adj", "data_adj")
    return Comparable(
        price=row.not_negative("price"),
        building=row.not_negative("building"),
        land_m2=row.positive("land_m2"),
        time_adj=row.number("time_adj"),
        data_adj=row.number("data_adj"),
    )


def evaluate_time_adjustment(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("value_later", "value_earlier")
    later, earlier = inputs.number("value_later"), inputs.positive("value_earlier")
    percent = nir.time_adjustment(later, earlier, rounding_of(sources_of(case, "njop", ("rounding",)), "half_up"))
    return Result({"percent": percent}, tuple(nir.explain_time_adjustment(later, earlier, percent)))


def evaluate_cap_rate(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("net_income_year", "fair_value")
    sources_of(case, "njop", ("rounding",))  # accepted on every rule of money; the rate is exact
    income, value = inputs.rupiah("net_income_year"), inputs.rupiah("fair_value")
    rate = valuation.cap_rate(income, value)
    return Result({"cap_rate": rate}, tuple(valuation.explain_cap_rate(income, value, rate)))


def evaluate_standard(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only(*valuation.MEASURES)
    measures = {name: inputs.not_negative(name) for name in valuation.MEASURES}
    rule = valuation.read_standard_rule(sources_of(case, "njop", ("limits",)))
    standard = not valuation.exceeded_limits(rule, measures)
    return Result({"standard": standard}, tuple(valuation.explain_standard(rule, measures)))


def evaluate_age(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("year", "built", "renovated", "kind")
    sources_of(case, "njop", ())
    if "renovated" not in inputs.values:  # null says never; a missing answer says nothing
        inputs.raw("renovated")
    renovated = _year(inputs, "renovated") if "renovated" in inputs else None
    result = ages.building_age(_year(inputs, "year"), _year(inputs, "built"), renovated, str(inputs.raw("kind")))
    return Result({"effective_age": result.effective_age}, tuple(ages.explain_building_age(result)))


def _year(inputs: Inputs, name: str) -> int:
    value = inputs.number(name)
    if value.denominator != 1 or not 1 <= value <= 9999:
        raise refuse("cases.input.not_year", where=inputs.where, name=name, value=str(inputs.raw(name)))
    return int(value)

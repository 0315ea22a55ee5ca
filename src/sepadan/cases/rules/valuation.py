"""Cases of valuation by PMK 85/2024: nir, time_adjustment, cap_rate, standard_object, building_age."""

from __future__ import annotations

from fractions import Fraction

from sepadan.cases.case import Case, Inputs
from sepadan.cases.law import sources_of
from sepadan.cases.outcome import Result
from sepadan.ground.money import ROUNDINGS, Rounding
from sepadan.ground.problems import refuse
from sepadan.tax.engine import building_age as ages
from sepadan.tax.engine import nir, valuation
from sepadan.tax.engine.nir import Comparable


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
        price=_not_negative(row, "price"),
        building=_not_negative(row, "building"),
        land_m2=row.positive("land_m2"),
        time_adj=row.number("time_adj"),
        data_adj=row.number("data_adj"),
    )


def evaluate_time_adjustment(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("value_later", "value_earlier")
    later, earlier = inputs.number("value_later"), inputs.positive("value_earlier")
    percent = nir.time_adjustment(later, earlier, _rounding(case))
    return Result({"percent": percent}, tuple(nir.explain_time_adjustment(later, earlier, percent)))


def _rounding(case: Case) -> Rounding:
    found = sources_of(case, "njop", ("rounding",)).find("rounding")
    if found is None:
        return "half_up"
    if found[0] not in ROUNDINGS:
        raise refuse("tax.parameter.not_one_of", where=case.where, name="rounding", value=str(found[0]),
                     allowed=", ".join(ROUNDINGS))
    way: Rounding = found[0]
    return way


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
    measures = {name: _not_negative(inputs, name) for name in valuation.MEASURES}
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


def _not_negative(inputs: Inputs, name: str) -> Fraction:
    value = inputs.number(name)
    if value < 0:
        raise refuse("tax.valuation.negative", where=inputs.where, name=name, value=value)
    return value


def _year(inputs: Inputs, name: str) -> int:
    value = inputs.number(name)
    if value.denominator != 1 or not 1 <= value <= 9999:
        raise refuse("cases.input.not_year", where=inputs.where, name=name, value=str(inputs.raw(name)))
    return int(value)

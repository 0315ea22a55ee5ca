"""Cases of waste: landfill_gas, landgem, landfill_life, neraca, sdg_11_6_1, waste_fee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from sepadan.cases.case import Case, Inputs
from sepadan.cases.law import sources_of
from sepadan.cases.outcome import Result
from sepadan.ground.problems import refuse
from sepadan.tax.engine.parameters import KNOWN
from sepadan.waste.engine import balance, landfill, landfill_gas
from sepadan.waste.engine.landfill_gas import COMPONENTS, CONVENTIONS, MOST_YEARS, Site, Waste
from sepadan.waste.public import decay_table

LEVY = "retribusi_kebersihan"


def evaluate_landfill_gas(case: Case) -> Result:
    inputs, given = Inputs(case.inputs, case.where), Inputs(case.given, case.where)
    inputs.only("deposits", "composition", "years")
    given.only("model", "docf", "mcf", "f", "ox", "delay_months", "recovered", "doc", "k", "climate")
    given.choice("model", ("ipcc",))
    deposits, years = _deposits(inputs), _years(inputs)
    shares = _part(inputs, "composition")
    composition = {name: float(shares.number(name)) for name in shares.values}
    site = Site(**{name: _fraction(given, name) for name in ("docf", "mcf", "f", "ox")},
                delay_months=float(given.not_negative("delay_months")))
    gas = landfill_gas.ipcc(deposits, composition, _wastes(given), site, until=max([*years, *deposits]),
                            recovered=_by_year(given, "recovered"))
    told = {name: {year: _decimal(found.get(year, 0.0)) for year in years} for name, found in (
        ("generated_t", gas.generated_t), ("ch4_t", gas.emitted_t), ("ddocm_t", gas.stock_t))}
    total = sum((float(gas.generated_t.get(year, 0.0)) for year in years), 0.0)
    return Result({**told, "peak_year": landfill_gas.peak_year(gas, years), "sum_generated_t": _decimal(total)}, ())


def evaluate_landgem(case: Case) -> Result:
    inputs, given = Inputs(case.inputs, case.where), Inputs(case.given, case.where)
    inputs.only("deposits", "years")
    given.only("k", "l0", "convention", "mcf")
    convention = next(one for one in CONVENTIONS if one == given.choice("convention", CONVENTIONS))
    found = landfill_gas.landgem(
        _deposits(inputs), _years(inputs), k=_rate(given, "k"), l0=_rate(given, "l0"), convention=convention,
        mcf=_fraction(given, "mcf") if convention == "sweet" else 1.0)
    return Result({"ch4_m3": {year: _decimal(value) for year, value in found.items()}}, ())


def evaluate_landfill_life(case: Case) -> Result:
    inputs, given = Inputs(case.inputs, case.where), Inputs(case.given, case.where)
    inputs.only("capacity_m3", "t_per_day", "recovered_t_per_day")
    given.only("density_t_m3", "cover_share")
    return Result({"years": landfill.landfill_life(
        capacity_m3=inputs.number("capacity_m3"), t_per_day=inputs.number("t_per_day"),
        recovered_t_per_day=inputs.number("recovered_t_per_day"), density_t_m3=given.number("density_t_m3"),
        cover_share=given.number("cover_share"))}, ())


def evaluate_neraca(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    names = ("generated_t", "reduced_t", "handled_t", "recycled_t", "raw_material_t")
    inputs.only(*names)
    Inputs(case.given, case.where).only()
    for name in names:
        if name not in case.inputs:  # not reported is written null; left out is a mistake
            inputs.raw(name)
    found = balance.neraca(**{name: inputs.number(name) if name in inputs else None for name in names})
    return Result({name: getattr(found, name) for name in (
        "reduced_pct", "handled_pct", "managed_t", "managed_pct", "recycling_rate_pct", "unmanaged_t")}, ())


def evaluate_sdg(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("generated_t", "collected_t", "controlled_share", "facilities")
    Inputs(case.given, case.where).only()
    facilities = None
    if "facilities" in inputs:
        facilities = []
        for row in inputs.items("facilities"):
            row.only("t", "control")
            facilities.append(balance.Facility(row.number("t"), cast(balance.Control, row.choice(
                "control", balance.LADDER))))
    found = balance.sdg_11_6_1(
        generated_t=inputs.number("generated_t"), collected_t=inputs.number("collected_t"), facilities=facilities,
        controlled_share=inputs.number("controlled_share") if "controlled_share" in inputs else None)
    return Result({"collected_pct": found.collected_pct, "controlled_pct": found.controlled_pct}, ())


def evaluate_waste_fee(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("kind", "months")
    sources = sources_of(case, LEVY, ("tariff_month", "rounding"))
    kind, months = str(inputs.raw("kind")), inputs.whole("months")
    if months <= 0:
        raise refuse("waste.fee.months", where=inputs.where)
    if "tariff_month" in case.given:
        tariff = Inputs(case.given, case.where).rupiah("tariff_month")
    else:
        found = None if sources.law is None else sources.law.get(f"tariff_month.{kind}")
        if found is None or found.value is None or found.confidence not in KNOWN:
            raise refuse("waste.fee.kind", where=inputs.where, kind=kind)
        tariff = int(found.value)
    return Result({"total": tariff * months}, ())


def _deposits(inputs: Inputs) -> dict[int, float]:
    found: dict[int, float] = {}
    for row in inputs.items("deposits"):
        row.only("year", "t")
        found[row.whole("year")] = found.get(row.whole("year"), 0.0) + float(row.not_negative("t"))
    return found


def _years(inputs: Inputs) -> Sequence[int]:
    value = inputs.raw("years")
    if isinstance(value, Mapping):
        bounds = Inputs(value, f"{inputs.where} years")
        bounds.only("from", "to")
        first, last = bounds.whole("from"), bounds.whole("to")
        if last < first:
            raise refuse("waste.gas.order", where=bounds.where)
        if last - first > MOST_YEARS:
            raise refuse("waste.gas.years", where=bounds.where, most=MOST_YEARS)
        return range(first, last + 1)
    listed = value if isinstance(value, list) and value else [value]
    return [Inputs({"years": one}, inputs.where).whole("years") for one in listed]


def _wastes(given: Inputs) -> dict[str, Waste]:
    if "climate" in given:
        table = decay_table(str(given.raw("climate")))
        known = {name: Waste(float(one.doc), float(one.k)) for name, one in table.items()}
    else:
        known = {}
    docs = _part(given, "doc") if "doc" in given or not known else Inputs({}, given.where)
    rates = _part(given, "k") if "k" in given or not known else Inputs({}, given.where)
    docs.only(*COMPONENTS)
    rates.only(*COMPONENTS)
    for name in {*docs.values, *rates.values}:
        old = known.get(name)
        known[name] = Waste(_fraction(docs, name) if name in docs or old is None else old.doc,
                            _rate(rates, name) if name in rates or old is None else old.k)
    return known


def _by_year(given: Inputs, name: str) -> dict[int, float]:
    part = _part(given, name)
    return {Inputs({"year": year}, part.where).whole("year"): float(part.not_negative(year)) for year in part.values}


def _part(inputs: Inputs, name: str) -> Inputs:
    value = inputs.raw(name)
    if not isinstance(value, Mapping):
        raise refuse("cases.case.part_not_map", where=inputs.where, key=name)
    return Inputs(value, f"{inputs.where} {name}")


def _fraction(inputs: Inputs, name: str) -> float:
    value = inputs.number(name)
    if not 0 <= value <= 1:
        raise refuse("waste.gas.fraction", where=inputs.where, name=name, given=str(inputs.raw(name)))
    return float(value)


def _rate(inputs: Inputs, name: str) -> float:
    value = inputs.number(name)
    if value <= 0:
        raise refuse("waste.gas.rate", where=inputs.where, name=name, given=str(inputs.raw(name)))
    return float(value)


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(float(value)))

"""Methane of a landfill by first-order decay, three ways side by side: IPCC 2006, LandGEM, SWEET.

IPCC (volume 5, chapter 3), tonnes of CH4 by component, summed:

    DDOCm(T)   = deposit x share x DOC x DOCf x MCF                          (3.2)
    stock(T)   = stock(T-1) x exp(-k) + DDOCm(T) x exp(-k (13 - M)/12)       (3.4, annex 3A.1)
    decayed(T) = stock(T-1) x (1 - exp(-k)) + DDOCm(T) x (1 - exp(-k (13 - M)/12))
    CH4(T)     = decayed(T) x F x 16/12                                      (3.6)
    emitted(T) = max(0, CH4(T) - recovered(T)) x (1 - OX)                    (3.1: recovery before oxidation)

with decay from month M = 7 + delay months, counted from January of the year of deposit (default 6: 1 January after).
LandGEM (EPA-600/R-05/047), m3 of CH4: a tenth of a year's waste at a time, the first waste of year i in year i + 1.
SWEET, m3: every deposit at the middle of its age, times MCF.

Physical quantities: floats, agreeing with an independent computation to 1e-9. Works on one value of a parameter or on
an array of samples of it. Not covered: settlement of moisture, temperature, gas that never leaves the landfill, N2O.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sepadan.ground.problems import refuse

COMPONENTS = ("food", "garden", "paper", "wood", "textiles", "nappies", "sludge")
CARBON_TO_METHANE = 16 / 12
Convention = Literal["epa", "same_year", "sweet"]
CONVENTIONS: tuple[Convention, ...] = ("epa", "same_year", "sweet")
MOST_YEARS = 400


@dataclass(frozen=True, slots=True)
class Waste:
    """What decays of a component: degradable organic carbon of its wet weight, and k a year."""

    doc: Any
    k: Any


@dataclass(frozen=True, slots=True)
class Site:
    """The landfill: fractions, and months until decay begins. A value, or an array of samples of one length."""

    docf: Any = 0.5
    mcf: Any = 1.0
    f: Any = 0.5
    ox: Any = 0.0
    delay_months: float = 6


@dataclass(frozen=True, slots=True)
class Gas:
    """By year: tonnes of CH4 generated and emitted, and DDOCm left in the landfill at the end of the year."""

    generated_t: dict[int, Any]
    emitted_t: dict[int, Any]
    stock_t: dict[int, Any]


def ipcc(deposits: Mapping[int, float], composition: Mapping[str, float], wastes: Mapping[str, Waste], site: Site, *,
         until: int, recovered: Mapping[int, float] | None = None) -> Gas:
    """The gas of every year from the first deposit to *until*.

    *deposits*: year -> tonnes of wet waste. *composition*: component -> share of wet weight; the rest gives no gas.
    Refuses shares above 1, a component without parameters, negative tonnes, a delay outside 0 to 6 months.
    """
    check_deposits(deposits)
    _check(composition, wastes, site)
    first = min(deposits)
    if until - first > MOST_YEARS:
        raise refuse("waste.gas.years", where="years", most=MOST_YEARS)
    rest_of_year = (6 - site.delay_months) / 12  # 13 - M months, as a part of the year
    parts = [(composition[name] * wastes[name].doc * site.docf * site.mcf, -np.expm1(-wastes[name].k),
              -np.expm1(-wastes[name].k * rest_of_year)) for name in COMPONENTS if composition.get(name)]
    stocks: list[Any] = [0.0 for _ in parts]
    gas = Gas({}, {}, {})
    taken = recovered or {}
    for year in range(first, until + 1):
        decayed: Any = 0.0
        for place, (share, of_stock, of_new) in enumerate(parts):  # what decays of each in a year
            new, gone = deposits.get(year, 0.0) * share, stocks[place] * of_stock
            gone_new = new * of_new
            decayed = decayed + gone + gone_new
            stocks[place] = stocks[place] - gone + new - gone_new
        gas.generated_t[year] = decayed * site.f * CARBON_TO_METHANE
        gas.emitted_t[year] = np.maximum(0.0, gas.generated_t[year] - taken.get(year, 0.0)) * (1 - site.ox)
        gas.stock_t[year] = sum(stocks, 0.0)
    return gas


def landgem(deposits: Mapping[int, float], years: Sequence[int], *, k: Any, l0: Any, convention: Convention = "epa",
            mcf: Any = 1.0) -> dict[int, Any]:
    """m3 of CH4 in each of *years*; *l0* in m3 a tonne. ``same_year`` counts the year's own waste, a year before EPA.
    ``mcf`` is of SWEET alone."""
    check_deposits(deposits)
    if convention == "sweet":
        return {year: sum((k * l0 * mass * np.exp(-k * (year - i - 0.5)) * mcf
                           for i, mass in deposits.items() if i < year), 0.0) for year in years}
    later = 1 if convention == "same_year" else 0
    tenths = sum((np.exp(-k * j / 10) for j in range(1, 11)), 0.0)
    return {year: sum((k * l0 * mass / 10 * np.exp(-k * (year + later - i - 1)) * tenths
                       for i, mass in deposits.items() if i < year + later), 0.0) for year in years}


def peak_year(gas: Gas, years: Sequence[int]) -> int | None:
    """The year of *years* with the most gas generated (the first of equals); None without any gas."""
    found = max(years, key=lambda year: (float(gas.generated_t.get(year, 0.0)), -year), default=None)
    return found if found is not None and float(gas.generated_t.get(found, 0.0)) > 0 else None


def check_deposits(deposits: Mapping[int, float]) -> None:
    """Raises Refused without any deposit, and on tonnes that are negative or no number."""
    if not deposits:
        raise refuse("waste.gas.no_deposit", where="deposits")
    for year, tonnes in deposits.items():
        if not math.isfinite(tonnes) or tonnes < 0:
            raise refuse("waste.gas.tonnes", where=f"deposits {year}", given=str(tonnes))


def _check(composition: Mapping[str, float], wastes: Mapping[str, Waste], site: Site) -> None:
    for name, share in composition.items():
        if name != "inert" and name not in COMPONENTS:
            raise refuse("waste.gas.component", where="composition", name=name, known=", ".join((*COMPONENTS, "inert")))
        if not 0 <= share <= 1:
            raise refuse("waste.gas.share", where=f"composition {name}", given=str(share))
        if share and name != "inert" and name not in wastes:
            raise refuse("waste.gas.no_parameters", where=f"composition {name}", name=name)
    if sum(composition.values()) > 1 + 1e-9:
        raise refuse("waste.gas.shares", where="composition", total=f"{sum(composition.values()):g}")
    if not 0 <= site.delay_months <= 6:
        raise refuse("waste.gas.delay", where="delay_months", given=f"{site.delay_months:g}")

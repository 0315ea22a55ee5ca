"""NIR, the mean land value of a zone (ZNT), from adjusted prices of comparables (PMK 85/2024 Art. 7, Annex III.A.1).

    land value of one comparable = (price - building value) / land area x (1 + time adjustment + data adjustment)
    NIR                          = mean of the comparables, written in thousands of rupiah: "3.385,50"
    time adjustment              = (later value - earlier value) / earlier value, rounded to whole per cent

Prices are in rupiah or in thousands, and the results stay in that unit, exact. Only the written form is rounded (half
up, two decimals). It does not choose comparables or zones; the annex says to look at the nearest zone where only one
comparable is at hand, and the steps say so too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sepadan.ground.figures import number
from sepadan.ground.messages import message
from sepadan.ground.money import Rounding, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Explained
from sepadan.tax.engine.valuation import pmk85

Unit = Literal["rupiah", "thousand"]
UNITS: tuple[Unit, ...] = ("rupiah", "thousand")
PER_THOUSAND = {"rupiah": 1000, "thousand": 1}
NIR = pmk85("nir", "Art. 7; Annex III.A.1")
TIME_ADJUSTMENT = pmk85("time_adjustment", "Annex III.A.1", "secondary")


@dataclass(frozen=True, slots=True)
class Comparable:
    """A sale or offer: price and building value in the unit of the zone, land in m2, adjustments as fractions."""

    price: Fraction
    building: Fraction
    land_m2: Fraction
    time_adj: Fraction
    data_adj: Fraction


@dataclass(frozen=True, slots=True)
class Zone:
    """The NIR of a zone with the adjusted land value of each comparable, per m2, exact, in *unit*."""

    unit: Unit
    adjusted: tuple[Fraction, ...]
    nir: Fraction

    @property
    def written(self) -> str:
        return write_nir(self.nir, self.unit)


def adjusted_value(one: Comparable) -> Fraction:
    """Land value per m2 of one comparable. Raises Refused where it cannot be one."""
    if one.land_m2 <= 0:
        raise refuse("tax.valuation.not_positive", name="land_m2", value=one.land_m2)
    if one.price < one.building:
        raise refuse("tax.nir.building_over_price", price=one.price, building=one.building)
    if one.time_adj + one.data_adj < -1:
        raise refuse("tax.nir.adjusted_below_zero", time=one.time_adj, data=one.data_adj)
    return (one.price - one.building) / one.land_m2 * (1 + one.time_adj + one.data_adj)


def value_zone(comparables: Sequence[Comparable], unit: Unit) -> Zone:
    """The NIR of the comparables. Raises Refused without any."""
    if not comparables:
        raise refuse("tax.nir.no_comparables", remedy="tax.nir.no_comparables.remedy")
    adjusted = tuple(adjusted_value(one) for one in comparables)
    return Zone(unit, adjusted, sum(adjusted, Fraction(0)) / len(adjusted))


def write_nir(nir: Fraction, unit: Unit) -> str:
    """The NIR as the annex writes it, in thousands of rupiah with two decimals: 1,500,000 rupiah is "1.500,00"."""
    return number(nir / PER_THOUSAND[unit], "id", 2)


def explain_zone(zone: Zone, comparables: Sequence[Comparable]) -> list[Explained]:
    """Each comparable's adjusted value in rupiah per m2, their mean, and how it is written."""
    scale = 1000 // PER_THOUSAND[zone.unit]  # rupiah per unit
    steps = [
        Explained(
            message("tax.nir.step.adjusted", number=place), value * scale, "rupiah_exact",
            message("tax.nir.step.adjusted.how", price=one.price * scale, building=one.building * scale,
                    land=one.land_m2, time=one.time_adj, data=one.data_adj),
        )
        for place, (one, value) in enumerate(zip(comparables, zone.adjusted, strict=True), 1)
    ]  # fmt: skip
    how = message("tax.nir.step.mean" if len(comparables) > 1 else "tax.nir.step.single", count=len(comparables))
    return [
        *steps,
        Explained(message("tax.nir.step.nir"), zone.nir * scale, "rupiah_exact", how, (NIR,), is_sum=True),
        Explained(message("tax.nir.step.written"), zone.written, "text", bases=(NIR,)),
    ]


# --- time adjustment ------------------------------------------------------------------------------------------------


def time_adjustment(value_later: Fraction, value_earlier: Fraction, rounding: Rounding = "half_up") -> int:
    """Change of value between two days in whole per cent. Raises Refused where the earlier value is not above 0."""
    if value_earlier <= 0:
        raise refuse("tax.valuation.not_positive", name="value_earlier", value=value_earlier)
    if value_later < 0:
        raise refuse("tax.valuation.negative", name="value_later", value=value_later)
    return round_rupiah((value_later - value_earlier) / value_earlier * 100, rounding)


def explain_time_adjustment(value_later: Fraction, value_earlier: Fraction, percent: int) -> list[Explained]:
    """The exact change and the whole per cent that is used."""
    change = (value_later - value_earlier) / value_earlier
    how = message("tax.nir.step.change.how", later=value_later, earlier=value_earlier)
    return [
        Explained(message("tax.nir.step.change"), change, "percent", how),
        Explained(message("tax.nir.step.percent"), Fraction(percent, 100), "percent", bases=(TIME_ADJUSTMENT,),
                  is_sum=True),
    ]

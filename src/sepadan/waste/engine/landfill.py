"""How long a landfill cell lasts, from its volume, the waste that comes, and how densely it lies.

    years = capacity / ((inflow - recovered) / density x (1 + cover)) / 365

Idea: density and cover are rarely measured, so the honest answer is a band over named assumptions. The inverse
questions are answered too: what density, or what inflow, an announced life would need. Units: m3, tonnes a day, tonnes
per m3, cover as a share of the waste volume, years of 365 days. Exact fractions.

It does not know settlement, decay, growth of the inflow, or the volume already used; where those are known the band
must be made from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.money import Exact, decimal_of, exact
from sepadan.ground.problems import refuse

DAYS_IN_YEAR = 365


@dataclass(frozen=True, slots=True)
class LifeBand:
    """Years at the lowest, the middle and the highest density; None throughout when nothing is buried."""

    t_per_day: Fraction
    low: Fraction | None
    middle: Fraction | None
    high: Fraction | None
    by_density: tuple[tuple[Fraction, Fraction | None], ...]


def landfill_life(
    *, capacity_m3: Exact, t_per_day: Exact, density_t_m3: Exact, cover_share: Exact, recovered_t_per_day: Exact = 0,
) -> Fraction | None:
    """Years until full; None when nothing is buried. Refuses negative figures and more recovered than comes."""
    capacity, arriving = _not_negative("capacity_m3", capacity_m3), _not_negative("t_per_day", t_per_day)
    recovered = _not_negative("recovered_t_per_day", recovered_t_per_day)
    density, cover = _density(density_t_m3), _not_negative("cover_share", cover_share)
    if recovered > arriving:
        raise refuse("waste.landfill.recovered", where="recovered_t_per_day", remedy="waste.landfill.recovered.remedy",
                     recovered=decimal_of(recovered), arriving=decimal_of(arriving))
    buried = arriving - recovered
    if buried == 0:
        return None
    return capacity / (buried / density * (1 + cover)) / DAYS_IN_YEAR


def life_band(
    *, capacity_m3: Exact, t_per_day: Exact, densities_t_m3: Sequence[Exact], cover_share: Exact,
    recovered_t_per_day: Exact = 0,
) -> LifeBand:
    """The life at each density, the least dense first; ``middle`` is the median of the densities given."""
    if not densities_t_m3:
        raise refuse("waste.landfill.no_density", where="densities_t_m3", remedy="waste.landfill.no_density.remedy")
    ordered = sorted(exact(density) for density in densities_t_m3)
    years = [
        landfill_life(capacity_m3=capacity_m3, t_per_day=t_per_day, density_t_m3=density, cover_share=cover_share,
                      recovered_t_per_day=recovered_t_per_day)
        for density in ordered
    ]
    return LifeBand(exact(t_per_day), years[0], years[(len(years) - 1) // 2], years[-1],
                    tuple(zip(ordered, years, strict=True)))


def density_needed(*, capacity_m3: Exact, t_per_day: Exact, cover_share: Exact, years: Exact) -> Fraction:
    """The density (t/m3) at which the cell would last *years*."""
    capacity, span = exact(capacity_m3), exact(years)
    if capacity <= 0 or span <= 0:
        raise refuse("waste.landfill.positive", where="capacity_m3, years", remedy="waste.landfill.positive.remedy")
    return exact(t_per_day) * span * DAYS_IN_YEAR * (1 + exact(cover_share)) / capacity


def inflow_allowed(*, capacity_m3: Exact, density_t_m3: Exact, cover_share: Exact, years: Exact) -> Fraction:
    """The tonnes a day that may be buried for the cell to last *years*."""
    span = exact(years)
    if span <= 0:
        raise refuse("waste.landfill.positive", where="years", remedy="waste.landfill.positive.remedy")
    return exact(capacity_m3) * _density(density_t_m3) / (1 + exact(cover_share)) / DAYS_IN_YEAR / span


def _density(value: Exact) -> Fraction:
    density = exact(value)
    if density <= 0:
        raise refuse("waste.landfill.density", where="density_t_m3", remedy="waste.landfill.density.remedy",
                     density=decimal_of(density))
    return density


def _not_negative(name: str, value: Exact) -> Fraction:
    amount = exact(value)
    if amount < 0:
        raise refuse("waste.landfill.negative", where=name, remedy="waste.landfill.negative.remedy",
                     given=decimal_of(amount))
    return amount

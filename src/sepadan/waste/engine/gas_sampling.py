"""How sure the gas of a landfill is: all parameters drawn at once from their ranges, the bands of the results by year.

A parameter is a ``Range`` (lowest, likeliest, highest), drawn from the triangle over it, independently of the others;
one that is known is a range of one value. The same seed gives the same bands. The bands say what follows from the
ranges given, not whether these are right: a range without a source must be shown as an assumption beside the figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sepadan.ground.problems import refuse
from sepadan.waste.engine.landfill_gas import COMPONENTS, Convention, Site, Waste, ipcc, landgem

MOST_SAMPLES = 1_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """From *low* to *high*, most likely *mode*."""

    low: float
    mode: float
    high: float

    def draw(self, random: np.random.Generator, count: int) -> Any:
        if not self.low <= self.mode <= self.high:
            raise refuse("waste.gas.range", where="range", low=f"{self.low:g}", mode=f"{self.mode:g}",
                         high=f"{self.high:g}")
        return self.mode if self.low == self.high else random.triangular(self.low, self.mode, self.high, count)


def known(value: float) -> Range:
    """A range of one value."""
    return Range(value, value, value)


@dataclass(frozen=True, slots=True)
class Band:
    """Of one year: mean, and the values that 5, 50 and 95 of a hundred samples do not exceed."""

    mean: float
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class SiteRanges:
    docf: Range
    mcf: Range
    f: Range
    ox: Range
    delay_months: float = 6


def sample_ipcc(deposits: Mapping[int, float], composition: Mapping[str, float],
                wastes: Mapping[str, tuple[Range, Range]], site: SiteRanges, *, years: Sequence[int], count: int,
                seed: int, recovered: Mapping[int, float] | None = None) -> dict[int, Band]:
    """Bands of the tonnes of CH4 emitted in *years*. *wastes*: component -> (DOC, k)."""
    random = _generator(count, seed)
    drawn = {name: Waste(wastes[name][0].draw(random, count), wastes[name][1].draw(random, count))
             for name in COMPONENTS if name in wastes}
    drawn_site = Site(site.docf.draw(random, count), site.mcf.draw(random, count), site.f.draw(random, count),
                      site.ox.draw(random, count), site.delay_months)
    gas = ipcc(deposits, composition, drawn, drawn_site, until=max(years), recovered=recovered)
    return {year: band_of(gas.emitted_t.get(year, 0.0)) for year in years}


def sample_landgem(deposits: Mapping[int, float], years: Sequence[int], *, k: Range, l0: Range, count: int, seed: int,
                   convention: Convention = "epa", mcf: Range | None = None) -> dict[int, Band]:
    """Bands of the m3 of CH4 in *years*, by LandGEM or (convention ``sweet``) by SWEET."""
    random = _generator(count, seed)
    found = landgem(deposits, years, k=k.draw(random, count), l0=l0.draw(random, count), convention=convention,
                    mcf=1.0 if mcf is None else mcf.draw(random, count))
    return {year: band_of(values) for year, values in found.items()}


def band_of(values: Any) -> Band:
    """The band of samples; of a single value, that value throughout."""
    some = np.atleast_1d(np.asarray(values, float))
    low, median, high = np.percentile(some, (5, 50, 95))
    return Band(float(some.mean()), float(low), float(median), float(high))


def _generator(count: int, seed: int) -> np.random.Generator:
    if not 1 <= count <= MOST_SAMPLES:
        raise refuse("waste.gas.samples", where="count", given=count, most=MOST_SAMPLES)
    return np.random.default_rng(seed)

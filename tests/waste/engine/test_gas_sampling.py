"""Bands of the gas: known parameters give a line, ranges a band around it, the same seed the same band."""

import numpy as np
import pytest

from sepadan.ground.problems import Refused
from sepadan.waste.engine.gas_sampling import Range, SiteRanges, band_of, known, sample_ipcc, sample_landgem
from sepadan.waste.engine.landfill_gas import Site, Waste, ipcc, landgem

DEPOSITS = dict.fromkeys(range(2019, 2025), 164_250.0)
FOOD = {"food": 0.5439}
SITE = SiteRanges(known(0.5), known(1), known(0.5), known(0.1))


def food(k, doc=None, site=SITE, seed=1, count=20_000):
    wastes = {"food": (doc or known(0.15), k)}
    return sample_ipcc(DEPOSITS, FOOD, wastes, site, years=(2020, 2025), count=count, seed=seed)


def test_known_parameters_give_the_value_of_the_model():
    one = ipcc(DEPOSITS, FOOD, {"food": Waste(0.15, 0.4)}, Site(0.5, 1, 0.5, 0.1), until=2025).emitted_t[2025]
    band = food(known(0.4))[2025]
    assert (band.low, band.median, band.high, band.mean) == pytest.approx((one, one, one, one))
    gem = landgem(DEPOSITS, (2025,), k=0.05, l0=170)[2025]
    band = sample_landgem(DEPOSITS, (2025,), k=known(0.05), l0=known(170), count=10, seed=1)[2025]
    assert band.mean == pytest.approx(gem)


def test_a_range_gives_a_band_and_a_wider_range_a_wider_one():
    narrow, wide = food(Range(0.35, 0.4, 0.45))[2020], food(Range(0.17, 0.4, 0.7))[2020]
    assert wide.low < narrow.low < narrow.median < narrow.high < wide.high
    assert food(Range(0.17, 0.4, 0.7)) == food(Range(0.17, 0.4, 0.7))
    assert food(Range(0.17, 0.4, 0.7), seed=2) != food(Range(0.17, 0.4, 0.7))


def test_what_is_proportional_keeps_its_quantiles():
    band = food(known(0.4), doc=Range(0.1, 0.15, 0.2), count=200_000)[2025]
    one = food(known(0.4))[2025].mean
    quantile = 0.1 + np.sqrt(0.05 * 0.1 * 0.05)  # of the triangle, worked out by hand
    assert band.low == pytest.approx(one * quantile / 0.15, rel=0.01)
    assert band.mean == pytest.approx(one, rel=0.005)


def test_what_cannot_be_is_refused():
    with pytest.raises(Refused, match=r"0.5 – 0.4 – 0.7"):
        food(Range(0.5, 0.4, 0.7))
    with pytest.raises(Refused, match="0"):
        food(known(0.4), count=0)


def test_the_band_of_one_value_is_that_value():
    assert band_of(3.0) == band_of([3.0, 3.0])

"""The life of a landfill cell: published inputs, the inverse questions, and what is refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.waste.engine.landfill import density_needed, inflow_allowed, landfill_life, life_band

CELL = 726_162  # m3, Supit Urang
COVER = Decimal("0.15")


@pytest.mark.parametrize(("t_per_day", "printed"), [
    (450, ("2.31", "3.08", "3.84")),
    (514, ("2.02", "2.69", "3.37")),
    (700, ("1.48", "1.98", "2.47")),
])
def test_life_of_supit_urang(t_per_day, printed):
    band = life_band(capacity_m3=CELL, t_per_day=t_per_day, densities_t_m3=[Decimal("0.6"), Decimal("0.8"), 1],
                     cover_share=COVER)
    assert tuple(f"{float(years):.2f}" for years in (band.low, band.middle, band.high)) == printed


def test_life_is_exact():
    years = landfill_life(capacity_m3=CELL, t_per_day=450, density_t_m3=Decimal("0.8"), cover_share=COVER)
    assert years == Fraction(CELL * 8, 10) / 450 / Fraction("1.15") / 365


def test_nothing_buried_has_no_end():
    assert landfill_life(capacity_m3=350_000, t_per_day=90, recovered_t_per_day=90, density_t_m3=1,
                         cover_share=0) is None


def test_what_the_announced_life_would_need():
    """5 to 7 years at 450 t a day need 1.30 to 1.82 t/m3, or at 0.8 t/m3 at most 277 or 198 t a day."""
    assert [round(float(density_needed(capacity_m3=CELL, t_per_day=450, cover_share=COVER, years=years)), 2)
            for years in (5, 7)] == [1.30, 1.82]
    assert [int(inflow_allowed(capacity_m3=CELL, density_t_m3=Decimal("0.8"), cover_share=COVER, years=years))
            for years in (5, 7)] == [276, 197]  # 276.8 and 197.7: the published 277 and 198 are rounded up


@given(st.integers(1, 10**7), st.integers(1, 5000), st.integers(1, 30))
def test_the_inverse_questions_agree(capacity, inflow, tenths):
    density = Fraction(tenths, 10)
    years = landfill_life(capacity_m3=capacity, t_per_day=inflow, density_t_m3=density, cover_share=COVER)
    assert density_needed(capacity_m3=capacity, t_per_day=inflow, cover_share=COVER, years=years) == density
    assert inflow_allowed(capacity_m3=capacity, density_t_m3=density, cover_share=COVER, years=years) == inflow


@pytest.mark.parametrize("faulty", [
    {"density_t_m3": 0},  # nothing is that light
    {"t_per_day": -1},  # below zero
    {"recovered_t_per_day": 451},  # more recovered than arrives
    {"cover_share": Decimal("-0.1")},  # below zero
])
def test_life_refuses(faulty):
    with pytest.raises(Refused):
        landfill_life(**{"capacity_m3": CELL, "t_per_day": 450, "density_t_m3": 1, "cover_share": COVER} | faulty)

"""The waste balance and SDG 11.6.1, against published rows and by their own laws."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.waste.engine.balance import Facility, neraca, sdg_11_6_1

TONNES = st.integers(0, 10**9).map(lambda hundredths: Decimal(hundredths).scaleb(-2))


def test_neraca_kota_malang_2024():
    """SIPSN 2024, Kota Malang, as printed there."""
    balance = neraca(generated_t=Decimal("284095.41"), reduced_t=Decimal("76714.26"), handled_t=Decimal("202743.61"),
                     recycled_t=Decimal("76591.66"), raw_material_t=Decimal("15133.61"))
    assert balance.managed_t == Fraction("279457.87")
    assert balance.unmanaged_t == Fraction("4637.54")
    assert (balance.reduced_pct, balance.handled_pct) == (Decimal("27.00"), Decimal("71.36"))
    assert (balance.managed_pct, balance.recycling_rate_pct) == (Decimal("98.37"), Decimal("32.29"))


def test_blank_is_not_zero():
    balance = neraca(generated_t=50000, reduced_t=None, handled_t=21000)
    assert balance.handled_pct == Decimal("42.00")
    assert [balance.reduced_pct, balance.managed_t, balance.managed_pct, balance.unmanaged_t,
            balance.recycling_rate_pct] == [None] * 5


def test_one_of_recycled_and_raw_material_may_be_missing():
    assert neraca(generated_t=1000, reduced_t=0, handled_t=0, recycled_t=148).recycling_rate_pct == Decimal("14.80")
    assert neraca(generated_t=1000, reduced_t=0, handled_t=0, raw_material_t=1).recycling_rate_pct == Decimal("0.10")


def test_what_was_generated_may_be_missing():
    balance = neraca(generated_t=None, reduced_t=400, handled_t=650)
    assert (balance.managed_t, balance.managed_pct, balance.unmanaged_t) == (1050, None, None)


def test_more_managed_than_generated_is_shown():
    balance = neraca(generated_t=1000, reduced_t=400, handled_t=650, recycled_t=0)
    assert (balance.managed_pct, balance.unmanaged_t) == (Decimal("105.00"), -50)


@given(TONNES.filter(bool), TONNES, TONNES)
def test_tonnes_add_up(generated, reduced, handled):
    balance = neraca(generated_t=generated, reduced_t=reduced, handled_t=handled)
    assert balance.managed_t + balance.unmanaged_t == Fraction(generated)


@pytest.mark.parametrize("faulty", [
    {"generated_t": 0, "reduced_t": 1, "handled_t": 1},  # shares of nothing
    {"generated_t": 10, "reduced_t": -1, "handled_t": 1},  # below zero
])
def test_neraca_refuses(faulty):
    with pytest.raises(Refused):
        neraca(**faulty)


def test_sdg_by_share():
    found = sdg_11_6_1(generated_t=Decimal("778.34"), collected_t=514, controlled_share=Decimal("0.9"))
    assert (found.collected_pct, found.controlled_pct) == (Decimal("66.04"), Decimal("59.43"))


def test_sdg_by_facilities_counts_basic_control_and_better():
    facilities = [Facility(400, "full"), Facility(350, "basic"), Facility(500, "limited"), Facility(200, "none")]
    found = sdg_11_6_1(generated_t=2000, collected_t=1500, facilities=facilities)
    assert (found.collected_pct, found.controlled_pct) == (Decimal("75.00"), Decimal("37.50"))


@pytest.mark.parametrize("faulty", [
    {},  # neither way
    {"controlled_share": Decimal("0.5"), "facilities": []},  # both ways
    {"controlled_share": Decimal("1.1")},  # a share above one
    {"facilities": [Facility(600, "full")]},  # more received than collected
    {"facilities": [Facility(1, "good")]},  # not a rung of the ladder
])
def test_sdg_refuses(faulty):
    with pytest.raises(Refused):
        sdg_11_6_1(generated_t=1000, collected_t=500, **faulty)

"""What people type is read exactly, or refused with a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.entry import read_percent, read_rupiah, typed
from sepadan.ground.figures import LANGUAGES, rupiah
from sepadan.ground.problems import Refused


@given(st.integers(0, 10**15), st.sampled_from(LANGUAGES))
def test_printed_money_reads_back(value, lang):
    assert read_rupiah(rupiah(value, lang), "njop") == value
    assert read_rupiah(str(value), "njop") == value


@pytest.mark.parametrize("text", ["", "1.5", "1.50.000", "1,000.000", "-5", "satu", "1e9", "12.34,5"])
def test_what_is_no_whole_rupiah_is_refused_by_name(text):
    with pytest.raises(Refused, match="njop"):
        read_rupiah(text, "njop")


@pytest.mark.parametrize(("text", "value"), [("0,2", "0.002"), ("0.055 %", "0.00055"), ("100", "1"), ("27,5%", ".275")])
def test_per_cent_reads_as_a_fraction(text, value):
    assert read_percent(text, "rate") == Decimal(value)
    assert read_percent(typed(Decimal(value) * 100, True), "rate") == Decimal(value)

"""Every unit takes what it should and names what it should not."""

from datetime import date
from decimal import Decimal

import pytest

from sepadan.ground.messages import message
from sepadan.ground.statute_values import UNITS, bounded_numbers, fitting_unit, value_fault
from sepadan.ground.statute_words import value_lines

D = Decimal
TEXT = {"id": "a", "en": "b"}
WINDOW = [date(2025, 1, 1), date(2025, 5, 31)]
GOOD = {
    "fraction": [D("0.5"), 0, 1], "factor": [D("1.2"), 3], "rupiah": [0, 10**15], "rupiah_per_month": [1],
    "rupiah_per_day": [1], "rupiah_per_kg": [700], "months": [24], "days": [30], "years": [5], "count": [2160],
    "boolean": [True, False], "date": [date(2024, 1, 5)], "month_day": ["08-31", "02-28"], "text": [TEXT],
    "list": [[TEXT]], "codes": [["a", "b_1"]], "choice": ["slab", "national-2011"], "terms": [{"sale": TEXT}],
    "amounts": [{"tol": 23575}], "factors": [{"indoor": D("0.5")}], "limits": [{"floors": 4}],
    "fractions": [{"min": D("0.2"), "max": 1}],
    "tiers": [[{"to": None, "rate": D("0.002")}],
              [{"to": 5, "rate": None, "inclusive": False}, {"to": None, "rate": 0}]],
    "ratios": [[{"to": None, "ratio": 1}]],
    "va_bands": [[{"va_from": 900, "va_to": 1300, "rate": D("0.03")},
                  {"va_from": 2201, "va_to": None, "rate": D("0.05")}]],
    "relief": [{"window": WINDOW, "programme": [{"years": [None, 2012], "principal_cut": D("0.5"), "penalty_cut": 1}]}],
    "discounts": [[{"acquisition": ["sale"], "npop_over": 0, "npop_to": None, "share": D("0.2")}]],
}  # fmt: skip
BAD = {
    "fraction": ["0,5", "50%", D("1.01"), D("-0.1"), True, None, 0.5], "factor": [-1], "rupiah": [D("1.5"), -1, "Rp5"],
    "months": ["24"], "boolean": ["yes", 1], "date": ["2024-01-05"], "month_day": ["31-08", "02-29", 8, "8-31"],
    "text": ["a", {"id": "a"}, {"id": "a", "en": " "}], "list": [[], "a", ["a"]], "codes": [["a b"]],
    "choice": ["two words", ""], "terms": [{}], "amounts": [{"tol": D("0.5")}], "limits": [{"a": "b"}],
    "tiers": [[], [5], [{"to": 5, "rate": 0}], [{"to": None}], [{"to": None, "rate": 0, "x": 1}],
              [{"to": 5, "rate": 0}, {"to": 5, "rate": 0}, {"to": None, "rate": 0}],
              [{"to": None, "rate": 0, "inclusive": 1}]],
    "va_bands": [[{"va_from": 5, "va_to": 4, "rate": 0}], [{"va_from": 5, "va_to": None, "rate": 0},
                                                          {"va_from": 9, "va_to": None, "rate": 0}]],
    "relief": [{}, {"window": WINDOW[::-1], "programme": []}, {"window": WINDOW, "programme": []},
               {"window": [1], "programme": []},
               {"window": WINDOW, "programme": [{"years": [2013, 2012], "principal_cut": 0, "penalty_cut": 0}]}],
    "discounts": [[{"acquisition": [], "npop_over": 0, "npop_to": None, "share": D("0.2")}]],
}  # fmt: skip


@pytest.mark.parametrize(("unit", "value"), [(unit, value) for unit, values in GOOD.items() for value in values])
def test_a_good_value_has_no_fault_and_can_be_written(unit, value):
    assert value_fault(unit, value) is None
    assert all(value_lines(unit, value, lang) for lang in ("id", "en"))


@pytest.mark.parametrize(("unit", "value"), [(unit, value) for unit, values in BAD.items() for value in values])
def test_a_bad_value_has_a_fault_with_a_remedy(unit, value):
    key, params = value_fault(unit, value)
    for lang in ("id", "en"):
        assert message(key, **params).text(lang)
        assert message(f"{key}.remedy", **params).text(lang)


def test_every_unit_is_tested():
    assert set(GOOD) == set(UNITS)


def test_the_numbers_a_cap_bounds():
    assert list(bounded_numbers(D("0.5"))) == [D("0.5")]
    assert list(bounded_numbers([{"to": 5, "rate": D("0.1")}, {"to": None, "rate": None}])) == [D("0.1")]
    assert list(bounded_numbers([{"to": None, "ratio": 1}])) == [1]
    assert list(bounded_numbers({"min": D("0.2"), "max": 1, "note": "x"})) == [D("0.2"), 1]
    assert list(bounded_numbers(True)) == []


def test_a_fraction_may_be_written_by_bands():
    assert fitting_unit("fraction", GOOD["ratios"][0]) == "ratios"
    assert fitting_unit("fraction", GOOD["va_bands"][0]) == "va_bands"
    assert fitting_unit("fraction", GOOD["tiers"][0]) == "tiers"
    assert fitting_unit("rupiah", GOOD["tiers"][0]) == "rupiah"

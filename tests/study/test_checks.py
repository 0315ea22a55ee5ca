"""The checks, each on figures that were really published and on made-up ones that must pass."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.study.engine.checks import (
    band,
    breaks,
    carried_over,
    falling_totals,
    implied_whole,
    meaning_of_sum,
    percent_contradicts,
    quotient_band,
    total_gap,
    years_that_fit,
)
from sepadan.study.engine.periods import period_of

EVENTS = [("2023-01..08", 2000), ("2023-01..11", 500), ("2023-01..2025-07", 17444), ("2023..2025-11", 13958)]


def windows(counts):
    return [(period_of(text), count) for text, count in counts]


def test_the_count_of_events_falls_twice():
    falls = falling_totals(windows(EVENTS))
    assert [(fall.inner_count, fall.wider_count) for fall in falls] == [(2000, 500), (17444, 13958)]


def test_a_year_may_not_hold_less_than_its_first_months():
    falls = falling_totals(windows([("2023-01..2023-10-21", 2550), ("2023", 2360)]))
    assert [(fall.inner_count, fall.wider_count) for fall in falls] == [(2550, 2360)]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_a_growing_count_never_falls(added):
    counts, total = [], 0
    for month, more in enumerate(added, 1):
        total += more
        counts.append((period_of(f"2023-01..{month:02d}"), total))
    assert falling_totals(counts) == []


def test_windows_beside_each_other_are_not_compared():
    assert falling_totals(windows([("2023", 100), ("2024", 50)])) == []


MALANG = {2020: Decimal("247389.19"), 2021: Decimal("247388.97"), 2022: Decimal("279148.37"),
          2023: Decimal("284095.41"), 2024: Decimal("284095.41")}
BEKASI = {2020: Decimal("693586.51"), 2022: Decimal("821379.10"), 2023: Decimal("809935.00"),
          2024: Decimal("614462.32")}


def test_a_year_copied_from_the_last():
    assert [(copy.year, copy.earlier) for copy in carried_over(MALANG)] == [(2024, 2023)]
    assert [copy.year for copy in carried_over(MALANG, Fraction(3, 10))] == [2021, 2024]  # 0.22 t apart in a year
    assert carried_over(BEKASI) == []
    assert carried_over({2020: 5, 2022: 5}) == []  # a year lies between


def test_a_jump_without_a_cause():
    found = breaks(BEKASI)
    assert [(jump.year, jump.earlier) for jump in found] == [(2024, 2023)]
    assert round(float(found[0].change) * 100, 1) == -24.1
    assert breaks(MALANG) == []


def test_the_weekdays_of_a_redated_page_do_not_fit_its_year():
    """Wednesday 31 July and Monday 29 July."""
    fitting = years_that_fit([(31, 7, "wednesday"), (29, 7, "monday")], range(2015, 2026))
    assert 2025 not in fitting
    assert 2019 in fitting


def test_percentages_solved_back():
    assert round(float(implied_whole(Decimal("606.15"), Decimal("16.48")))) == 3678
    assert round(float(implied_whole(837, Decimal("23.87")))) == 3506
    with pytest.raises(ValueError, match="above zero"):
        implied_whole(5, 0)


def test_more_than_the_target_cannot_be_98_per_cent_of_it():
    assert percent_contradicts(2_344_815_945_227, 2_337_889_254_705, Decimal("98.61"))
    assert not percent_contradicts(610, 834, Decimal("73.19"))
    assert not percent_contradicts(5, 5, 100)


def test_a_rounded_quotient_has_a_band():
    low, high = quotient_band(band(2_400, 100), band(2_700, 100))
    assert (round(float(low), 1), round(float(high), 1)) == (85.5, 92.5)
    assert quotient_band(band(1, None), band(4, None)) == (25, 25)


def test_nine_targets_do_not_give_the_stated_total():
    parts = [225, 155, 55, 24, Decimal("4.5"), 96, 206, 6, 73]
    assert total_gap(parts, Decimal("845.5")) == (Fraction("844.5"), 1)


@pytest.mark.parametrize(("total", "generated", "handled", "meaning"), [
    ("100", "546151.49", "369161.83", "per_cent"),  # Bandung
    ("300.56", "109704.11", "66283.55", "generated_t_per_day"),  # Yogyakarta
    ("906.05", "614462.32", "330711.32", "handled_t_per_day"),  # Kabupaten Bekasi
    ("1574.47", "659033.63", "617454.51", "unknown"),  # Surabaya
    ("300.56", None, None, "unknown"),
])
def test_a_column_of_tonnes_that_means_three_things(total, generated, handled, meaning):
    def exactly(text):
        return None if text is None else Decimal(text)

    assert meaning_of_sum(Decimal(total), exactly(generated), exactly(handled)) == meaning

"""Periods as written, and the days they stand for."""

from datetime import date

import pytest

from sepadan.study.engine.periods import last_day, period_of


@pytest.mark.parametrize(("text", "start", "end", "months"), [
    ("2024", date(2024, 1, 1), date(2024, 12, 31), 12),
    ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 1),  # a leap month
    ("2024-12", date(2024, 12, 1), date(2024, 12, 31), 1),
    ("2024Q2", date(2024, 4, 1), date(2024, 6, 30), 3),
    ("2023-01..08", date(2023, 1, 1), date(2023, 8, 31), 8),
    ("2023-01..2025-07", date(2023, 1, 1), date(2025, 7, 31), 31),
    ("2023..2025-11", date(2023, 1, 1), date(2025, 11, 30), 35),
    ("2023-01..2023-10-21", date(2023, 1, 1), date(2023, 10, 21), 10),
])
def test_period(text, start, end, months):
    period = period_of(text)
    assert (period.start, period.end, period.months, period.text) == (start, end, months, text)


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024Q5", "2025..2024", "2023-05..02", "2024-02-30", "once"])
def test_no_period(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the message differs by cause
        period_of(text)


def test_a_month_is_past_on_its_last_day():
    assert last_day("2025-08") == date(2025, 8, 31)


def test_read_before_its_end_is_said():
    assert period_of("2024").named(date(2024, 10, 31)).text("id") == "s.d. 31 Okt 2024"
    assert period_of("2024").named(date(2024, 12, 31)).text("id") == "2024"
    assert period_of("2023-01..2025-07").named().text("en") == "1 Jan 2023 – 31 Jul 2025"

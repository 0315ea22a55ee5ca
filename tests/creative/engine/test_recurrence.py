"""Recurring dates: against an independent expansion of RFC 5545, and the refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from sepadan.creative.engine.recurrence import (
    MOST_DATES,
    Ending,
    Holidays,
    MonthlyNth,
    Weekly,
    expand,
    instants,
    keep_open,
)
from sepadan.ground.problems import Refused

STARTS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def rules(draw):
    start = draw(STARTS)
    ending = draw(st.one_of(
        st.integers(1, 400).map(lambda n: Ending(count=n)),
        st.integers(0, 3653).map(lambda n: Ending(until=start + timedelta(days=n)))))
    if draw(st.booleans()):
        return Weekly(start, draw(st.frozensets(st.integers(0, 6), min_size=1)), ending, draw(st.integers(1, 9)))
    nth = draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -3, -4, -5]))
    return MonthlyNth(start, nth, draw(st.integers(0, 6)), ending, draw(st.integers(1, 4)))


@given(rules())
def test_the_days_are_those_of_an_independent_reader_of_the_rule(rule):
    ending = f"COUNT={rule.ending.count}" if rule.ending.count else f"UNTIL={rule.ending.until:%Y%m%d}T000000"
    other = rrulestr(f"RRULE:{rule.rrule()};{ending}", dtstart=datetime.combine(rule.start, time()))
    assert expand(rule) == [moment.date() for moment in other]


@given(rules(), st.frozensets(STARTS, max_size=30))
def test_what_falls_out_and_what_stays_are_the_whole_series(rule, closed):
    days = expand(rule)
    series = keep_open(days, closed)
    assert sorted(series.kept + series.skipped) == days == sorted(set(days))
    assert not set(series.kept) & closed
    assert set(series.skipped) <= closed


def test_count_is_taken_before_closed_days_fall_out():
    rule = Weekly(date(2026, 3, 2), frozenset({0, 3}), Ending(count=20))
    holidays = Holidays(frozenset({date(2026, 3, 19)}), frozenset({date(2026, 3, 23)}))
    assert len(keep_open(expand(rule), holidays.closed("none")).kept) == 20
    assert len(keep_open(expand(rule), holidays.closed("national")).kept) == 20 - 1
    assert len(keep_open(expand(rule), holidays.closed("joint")).kept) == 20 - 2


def test_seven_in_the_evening_in_malang_is_noon_of_utc():
    assert instants([date(2026, 2, 17)], time(19), ZoneInfo("Asia/Jakarta")) == [datetime(2026, 2, 17, 12, tzinfo=UTC)]


@pytest.mark.parametrize("wrong", [
    Ending,
    lambda: Ending(date(2026, 1, 1), 3),
    lambda: Ending(count=0),
    lambda: Ending(count=MOST_DATES + 1),
    lambda: Weekly(date(2026, 1, 1), frozenset(), Ending(count=1)),
    lambda: Weekly(date(2026, 1, 1), frozenset({7}), Ending(count=1)),
    lambda: Weekly(date(2026, 1, 1), frozenset({1}), Ending(count=1), 0),
    lambda: Weekly(date(2026, 1, 2), frozenset({1}), Ending(until=date(2026, 1, 1))),
    lambda: MonthlyNth(date(2026, 1, 1), 0, 1, Ending(count=1)),
    lambda: MonthlyNth(date(2026, 1, 1), 6, 1, Ending(count=1)),
    lambda: expand(Weekly(date(2000, 1, 1), frozenset(range(7)), Ending(until=date(2026, 1, 1)))),
    lambda: expand(MonthlyNth(date(9990, 1, 1), 5, 1, Ending(count=5000))),
])
def test_a_rule_that_cannot_be_is_refused(wrong):
    with pytest.raises(Refused):
        wrong()

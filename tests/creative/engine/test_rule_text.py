"""The text of a series: read back it gives the same days, and an independent library expands it to the same moments."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.recurrence import Ending, MonthlyNth, Weekly, expand, instants
from sepadan.creative.engine.rule_text import from_first, read_rule, write_rule
from sepadan.ground.problems import Refused

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
starts = st.dates(date(2025, 1, 1), date(2027, 12, 31))
endings = st.one_of(st.builds(lambda count: Ending(count=count), st.integers(1, 60)),
                    st.builds(lambda until: Ending(until=until), st.dates(date(2028, 1, 1), date(2029, 12, 31))))
weekly = st.builds(Weekly, starts, st.frozensets(st.integers(0, 6), min_size=1), endings, st.integers(1, 5))
nth = st.integers(-5, 5).filter(bool)
monthly = st.builds(MonthlyNth, starts, nth, st.integers(0, 6), endings, st.integers(1, 3))
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@given(rule=st.one_of(weekly, monthly), at=times, zone=st.sampled_from(ZONES))
@settings(max_examples=120, deadline=None)
def test_the_text_gives_back_the_same_days_and_another_library_the_same_moments(rule, at, zone):
    days = expand(rule)
    if not days:
        with pytest.raises(Refused):
            write_rule(rule, at, zone)
        return
    text = write_rule(rule, at, zone)
    back = read_rule(text)
    assert (expand(back.rule), back.at, back.zone) == (days, at, zone)
    assert expand(from_first(rule)) == days
    assert len(text) <= 200  # the column of a booking
    theirs = list(rrulestr(text, tzids={zone: ZoneInfo(zone)}))
    assert [one.timestamp() for one in theirs] == [one.timestamp() for one in instants(days, at, ZoneInfo(zone))]


@pytest.mark.parametrize("text", [
    "", "FREQ=WEEKLY;BYDAY=TU;WKST=MO;UNTIL=20261231", "DTSTART;TZID=Europe/Paris:20260106T190000\nRRULE:FREQ=WEEKLY",
    "DTSTART;TZID=Asia/Jakarta:20260106T190000\nRRULE:FREQ=DAILY;WKST=MO;COUNT=3",
    "DTSTART;TZID=Asia/Jakarta:20260106T190000\nRRULE:FREQ=WEEKLY;BYDAY=TU;WKST=MO;COUNT=3;BYSETPOS=1",
    "DTSTART;TZID=Asia/Jakarta:20260106T190000\nRRULE:FREQ=WEEKLY;BYDAY=TU;WKST=MO;COUNT=3;UNTIL=20261231T120000Z",
    "DTSTART;TZID=Asia/Jakarta:20260106T190000\nRRULE:FREQ=WEEKLY;BYDAY=TU;BYDAY=WE;WKST=MO;COUNT=3",
    "DTSTART;TZID=Asia/Jakarta:20261306T190000\nRRULE:FREQ=WEEKLY;BYDAY=TU;WKST=MO;COUNT=3",
])
def test_another_text_is_refused(text):
    with pytest.raises(Refused):
        read_rule(text)

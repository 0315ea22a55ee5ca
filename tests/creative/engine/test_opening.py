"""Opening hours: which rows count, what falls out, why a span is not open, and the nearest that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.opening import (
    Closed,
    Hours,
    Pause,
    Schedule,
    Span,
    join,
    nearest_open,
    open_spans,
    shut,
    take_out,
)
from sepadan.ground.provisions import words

ZONE = ZoneInfo("Asia/Jakarta")
RAMADAN = (date(2026, 2, 18), date(2026, 3, 18))
MCC = Schedule(
    ZONE,
    [*(Hours(day, time(8), time(22)) for day in range(6)),  # closed on Sundays
     *(Hours(day, time(8), time(16), *RAMADAN, rank=1, reason="Ramadan") for day in range(5)),
     Hours(5, time(9), time(14), own=True),
     Hours(0, time(18), time(), date(2026, 6, 1), date(2026, 6, 1), rank=2)],
    [Pause(4, time(11, 30), time(13), "Salat Jumat")],
    [Closed(date(2026, 7, 14), date(2026, 7, 15), "Perawatan"),
     Closed(date(2026, 7, 20), date(2026, 7, 20), "Listrik padam", time(10), time(12))],
    {date(2026, 8, 17): words("Proklamasi Kemerdekaan", "Independence Day")})


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def written(spans):
    return [f"{one.start:%d %H.%M}-{one.end:%d %H.%M}" for one in spans]


@pytest.mark.parametrize(("day", "open_then"), [
    ("2026-01-05", ["05 08.00-05 22.00"]),  # a Monday
    ("2026-01-09", ["09 08.00-09 11.30", "09 13.00-09 22.00"]),  # a Friday
    ("2026-01-10", ["10 09.00-10 14.00"]),  # the space's own hours on Saturdays
    ("2026-01-11", []),
    ("2026-02-17", ["17 08.00-17 22.00"]),  # the day before Ramadan, its first and last day, the day after
    ("2026-02-18", ["18 08.00-18 16.00"]),
    ("2026-03-18", ["18 08.00-18 16.00"]),
    ("2026-03-19", ["19 08.00-19 22.00"]),
    ("2026-02-20", ["20 08.00-20 11.30", "20 13.00-20 16.00"]),  # prayer in Ramadan too
    ("2026-02-21", ["21 09.00-21 14.00"]),
    ("2026-06-01", ["01 18.00-02 00.00"]),  # other hours on one day, to midnight
    ("2026-07-14", []),
    ("2026-07-20", ["20 08.00-20 10.00", "20 12.00-20 22.00"]),
    ("2026-08-17", []),
])
def test_the_hours_of_a_day_are_those_of_the_highest_rank_without_what_falls_out(day, open_then):
    assert written(open_spans(MCC, date.fromisoformat(day), date.fromisoformat(day))) == open_then


@pytest.mark.parametrize(("start", "end", "kind", "says"), [
    ("2026-01-05 08:00", "2026-01-05 22:00", None, ""),
    ("2026-01-05 07:59", "2026-01-05 09:00", "outside", "Outside the hours of 5 January 2026, which are 08.00–22.00"),
    ("2026-01-05 21:00", "2026-01-05 22:01", "outside", "08.00–22.00"),
    ("2026-01-09 10:00", "2026-01-09 11:30", None, ""),
    ("2026-01-09 10:00", "2026-01-09 11:31", "pause", "9 January 2026 11.30–13.00: Salat Jumat"),
    ("2026-01-11 10:00", "2026-01-11 11:00", "no_hours", "Not open on 11 January 2026"),
    ("2026-02-18 15:00", "2026-02-18 17:00", "outside", "08.00–16.00"),
    ("2026-06-01 18:00", "2026-06-02 00:00", None, ""),
    ("2026-07-14 10:00", "2026-07-14 11:00", "closed", "Closed on 14 July 2026 00.00–24.00: Perawatan"),
    ("2026-07-20 09:00", "2026-07-20 11:00", "closed", "10.00–12.00: Listrik padam"),
    ("2026-08-17 09:00", "2026-08-17 11:00", "day_off", "Closed on 17 August 2026, a day off: Independence Day"),
    ("2026-01-05 20:00", "2026-01-06 10:00", "outside", "08.00–22.00"),
])
def test_a_span_is_open_or_says_the_first_reason_why_not(start, end, kind, says):
    found = shut(MCC, at(start), at(end))
    assert (found.kind if found else None) == kind
    assert says in (found.reason.text("en") if found else "")
    assert found is None or found.reason.text("id")


def test_of_two_reasons_on_one_moment_the_stronger_is_told():
    friday = date(2026, 1, 9)
    both = replace(MCC, closed=[Closed(friday, friday, "Listrik padam", time(11, 40), time(12, 30))])
    assert shut(both, at("2026-01-09 12:00"), at("2026-01-09 12:15")).kind == "closed"
    assert shut(both, at("2026-01-09 11:00"), at("2026-01-09 12:15")).kind == "pause"  # it comes first
    assert shut(replace(both, days_off={friday: words("Libur", "Off")}), at("2026-01-09 12:00"),
                at("2026-01-09 12:15")).kind == "day_off"


def test_moments_of_utc_are_judged_at_the_centre():
    assert shut(MCC, datetime(2026, 1, 5, 1, tzinfo=UTC), datetime(2026, 1, 5, 15, tzinfo=UTC)) is None
    assert shut(MCC, datetime(2026, 1, 5, 0, 59, tzinfo=UTC), datetime(2026, 1, 5, 2, tzinfo=UTC)) is not None


def test_what_stays_up_for_days_may_have_closed_nights_but_no_closed_day():
    week = at("2026-01-05 10:00"), at("2026-01-10 13:00")
    assert shut(MCC, *week).kind == "outside"
    assert shut(MCC, *week, over_nights=True) is None
    assert shut(MCC, week[0], at("2026-01-10 15:00"), over_nights=True).kind == "outside"  # ends after closing
    assert shut(MCC, at("2026-07-13 10:00"), at("2026-07-16 12:00"), over_nights=True).kind == "closed"
    assert shut(MCC, at("2026-01-10 10:00"), at("2026-01-12 12:00"), over_nights=True).kind == "no_hours"  # a Sunday


@pytest.mark.parametrize(("start", "end", "nearest"), [
    ("2026-01-05 21:00", "2026-01-05 23:00", "05 20.00-05 22.00"),
    ("2026-01-05 06:00", "2026-01-05 07:00", "05 08.00-05 09.00"),
    ("2026-01-09 11:00", "2026-01-09 13:00", "09 09.30-09 11.30"),
    ("2026-01-09 12:00", "2026-01-09 13:00", "09 13.00-09 14.00"),
    ("2026-08-17 09:00", "2026-08-17 11:00", "18 08.00-18 10.00"),  # 23 h later; the Saturday before ended 43 h earlier
])
def test_the_nearest_open_span_has_the_same_length(start, end, nearest):
    assert written(nearest_open(MCC, at(start), at(end))) == [nearest]


def test_nearest_spans_begin_at_or_after_a_moment_and_there_may_be_none():
    found = nearest_open(MCC, at("2026-01-05 21:00"), at("2026-01-05 23:00"), 2, at("2026-01-05 20:30"))
    assert written(found) == ["06 08.00-06 10.00", "07 08.00-07 10.00"]
    pair = [Span(at("2026-01-05 08:00"), at("2026-01-05 09:00")), Span(at("2026-01-05 10:00"), at("2026-01-05 11:00"))]
    assert nearest_open(MCC, at("2026-01-05 09:00"), at("2026-01-05 10:00"), 2, free=pair) == pair[::-1]
    assert nearest_open(MCC, at("2026-01-05 08:00"), at("2026-01-05 23:00")) == []


MOMENTS = st.integers(0, 60 * 24 * 28).map(lambda minutes: at("2026-02-10 00:00") + timedelta(minutes=minutes))


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 900))
def test_shut_and_the_open_spans_agree_minute_for_minute(start, minutes):
    end = start + timedelta(minutes=minutes)
    spans = open_spans(MCC, date(2026, 2, 9), date(2026, 3, 15))
    fits = any(span.holds(Span(start, end)) for span in spans)
    assert (shut(MCC, start, end) is None) == fits
    nearest = nearest_open(MCC, start, end)
    if nearest:
        assert shut(MCC, nearest[0].start, nearest[0].end) is None
        assert (nearest[0].start == start) == fits


@settings(deadline=None)
@given(st.lists(st.tuples(MOMENTS, st.integers(1, 5000)), max_size=8),
       st.lists(st.tuples(MOMENTS, st.integers(1, 5000)), max_size=8), MOMENTS)
def test_joining_and_taking_out_keep_every_moment_where_it_belongs(left, right, moment):
    spans, others = ([Span(start, start + timedelta(minutes=length)) for start, length in rows]
                     for rows in (left, right))

    def inside(rows):
        return sum(one.start <= moment < one.end for one in rows)

    assert all(one.start < one.end for one in take_out(join(spans), others + spans[:1]))
    assert inside(join(spans)) == (inside(spans) > 0)
    assert inside(take_out(join(spans), others)) == (inside(spans) > 0 and inside(others) == 0)

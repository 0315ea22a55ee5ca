"""What fits: buffers, a hall of two halves, a shared lift; proposals against trying minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.calendar import (
    Bookable,
    Elsewhere,
    Shift,
    Shorter,
    busy_by,
    changes_that_fit,
    clash,
    fits,
    free_starts,
    may_coexist,
    other_spaces,
    other_times,
    told,
)
from sepadan.creative.engine.opening import Span
from sepadan.creative.names import Hold

DAY = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Jakarta"))


def minutes(count):
    return timedelta(minutes=count)


def span(start, end):
    """A span of the day from and to hours, 9.5 for half past nine."""
    return Span(DAY + timedelta(hours=start), DAY + timedelta(hours=end))


OPEN = (span(8, 22), span(24 + 8, 24 + 22))


def space(code, *units, lift=False, setup=30, cleardown=15, **rest):
    needs = dict.fromkeys(units, Hold.WHOLE) | ({"lift": Hold.HANDLING} if lift else {})
    return Bookable(code, needs, minutes(setup), minutes(cleardown), opened=OPEN, **rest)


HALL = space("hall", "a", "b", lift=True, seats=300)
A, B = space("a", "a", seats=150), space("b", "b", seats=140, equipment=frozenset({"projector"}))
ROOF = space("roof", "roof", lift=True)
MEETING = space("meeting", "meeting", seats=20, setup=0, cleardown=0)
SPACES = (HALL, A, B, ROOF, MEETING)


def test_halves_stand_beside_each_other_and_neither_beside_the_hall():
    asked = span(10, 12)
    assert may_coexist(A, asked, B, asked)
    assert not may_coexist(A, asked, HALL, asked)
    assert not may_coexist(HALL, asked, B, asked)
    assert not may_coexist(A, asked, A, asked)


def test_set_up_and_clear_down_keep_others_out():
    first = span(10, 12)
    gap = 15 + 30  # clear-down of the one before, set-up of the one after
    for after, allowed in ((gap, True), (gap - 1, False)):
        later = Span(first.end + minutes(after), first.end + minutes(after + 60))
        assert may_coexist(A, first, A, later) == allowed
        assert may_coexist(A, later, A, first) == allowed
    assert may_coexist(MEETING, first, MEETING, span(12, 13))


def test_the_lift_is_shared_only_while_things_are_carried():
    assert not may_coexist(HALL, span(10, 12), ROOF, span(10, 14))  # both set up from 9.30
    assert may_coexist(HALL, span(10, 12), ROOF, span(11, 14))  # 10.30 to 11 the lift is free
    assert may_coexist(HALL, span(10, 12), ROOF, span(10.5, 11.75))  # carries at once after the hall and before it
    assert not may_coexist(HALL, span(10, 12), ROOF, span(10.5, 12))
    assert clash(ROOF, span(12.5, 14), busy_by([(HALL, span(10, 12))])) == "lift"  # from 12 the hall clears


TIMES = st.integers(6 * 60, 46 * 60)
EVENTS = st.tuples(st.sampled_from(SPACES), TIMES, st.integers(15, 400)).map(
    lambda one: (one[0], Span(DAY + minutes(one[1]), DAY + minutes(one[1] + one[2]))))
QUARTERS = st.tuples(st.sampled_from(SPACES), st.integers(6 * 4, 46 * 4), st.integers(1, 24)).map(
    lambda one: (one[0], Span(DAY + 15 * minutes(one[1]), DAY + 15 * minutes(one[1] + one[2]))))
CALENDARS = st.lists(EVENTS, max_size=8).map(busy_by)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SPACES), st.integers(1, 12).map(lambda one: 15 * one), st.lists(QUARTERS, max_size=8).map(
    busy_by), st.one_of(st.none(), TIMES))
def test_free_starts_are_those_that_trying_every_minute_finds(where, length, busy, earliest):
    not_before = None if earliest is None else DAY + minutes(earliest)
    free = free_starts(where, minutes(length), busy, not_before)
    for minute in range(7 * 60, 47 * 60, 5):
        start = DAY + minutes(minute)
        inside = any(one.start <= start <= one.end for one in free)
        assert inside == fits(where, Span(start, start + minutes(length)), busy, not_before)


@settings(max_examples=50, deadline=None)
@given(EVENTS, CALENDARS, st.one_of(st.none(), TIMES), st.one_of(st.none(), st.integers(1, 400)))
def test_what_is_proposed_fits_and_nothing_smaller_would(wish, busy, earliest, people):
    where, event = wish
    not_before = None if earliest is None else DAY + minutes(earliest)
    found = changes_that_fit(where, event, busy, SPACES, people, (), not_before)
    for one in other_times(where, event, busy, 3, not_before):
        assert one.length == event.length
        assert fits(where, one, busy, not_before)
    if found.shift is not None:
        assert fits(where, found.shift.event, busy, not_before)
        assert found.shift.event.start == event.start + minutes(found.shift.minutes)
    nearer = range(-abs(found.shift.minutes) + 15, abs(found.shift.minutes) - 14) if found.shift else range(-900, 900)
    assert not any(fits(where, Span(event.start + minutes(by), event.end + minutes(by)), busy, not_before)
                   for by in nearer)
    if found.shorter is not None:
        assert fits(where, found.shorter.event, busy, not_before)
        assert event.holds(found.shorter.event)
    for one in (*found.elsewhere, *found.smaller):
        assert one.space.code != where.code
        assert fits(one.space, event, busy, not_before)
        assert bool(one.people_over) == (one in found.smaller)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SPACES), st.integers(6 * 4, 24 * 4), st.integers(2, 16), st.lists(
    st.tuples(st.sampled_from(SPACES), st.integers(6 * 4, 24 * 4), st.integers(1, 20)).map(
        lambda one: (one[0], Span(DAY + 15 * minutes(one[1]), DAY + 15 * minutes(one[1] + one[2])))), max_size=5))
def test_no_longer_event_inside_the_one_asked_for_would_fit(where, start, quarters, bookings):
    event = Span(DAY + 15 * minutes(start), DAY + 15 * minutes(start + quarters))
    busy = busy_by(bookings)
    tried = [second - first for first in range(quarters) for second in range(first + 1, quarters + 1)
             if 4 * (second - first) >= 3 * quarters
             and fits(where, Span(event.start + 15 * minutes(first), event.start + 15 * minutes(second)), busy)]
    shorter = changes_that_fit(where, event, busy).shorter
    assert (None if shorter is None else shorter.event.length) == (15 * minutes(max(tried)) if tried else None)


def test_the_smallest_change_is_another_room_then_an_hour_then_less_time_then_fewer_people_then_another_day():
    asked = span(10, 14)
    busy = busy_by([(HALL, span(13.5, 16))])
    assert changes_that_fit(HALL, asked, busy, SPACES, 200).smallest == Elsewhere(ROOF, None)  # seats not known
    known = (HALL, A, B, MEETING)
    found = changes_that_fit(A, asked, busy, (*known, space("gallery", "gallery", seats=160)), 120)
    assert found.smallest.space.code == "gallery"
    # half A until 12.45 at the latest: the hall sets up from 13.00, A clears 15 minutes
    found = changes_that_fit(A, asked, busy, known, 120)
    assert found.smallest == Shift(span(8.75, 12.75), -75, True)
    assert found.smaller == (Elsewhere(MEETING, 120 - 20),)
    full = busy_by([(HALL, span(13.5, 16)), (A, span(7, 9)), (A, span(17, 22))])
    found = changes_that_fit(A, asked, full, known, 120)
    assert (found.shorter, found.smallest) == (None, Elsewhere(MEETING, 100))  # of 10 to 14 only 2.75 h are free
    found = changes_that_fit(A, span(10, 13), full, known, 120)
    assert found.smallest == Shift(span(9.75, 12.75), -15, True)
    found = changes_that_fit(A, span(9.75, 13), full, known, 120)
    assert found.smallest == Shorter(span(9.75, 12.75), 15)
    found = changes_that_fit(A, asked, full, (), 120)
    assert found.smallest == Shift(span(24 + 8, 24 + 12), (24 - 2) * 60, False)
    assert changes_that_fit(A, span(0, 20), full).smallest is None


def test_proposals_begin_on_a_quarter_where_one_is_free_and_are_at_most_a_quarter_shorter():
    busy = {"meeting": [span(9, 10 + 37 / 60)]}
    assert other_times(MEETING, span(9.5, 10), busy, 2) == [span(8.5, 9), span(10.75, 11.25)]
    assert other_times(MEETING, span(9, 10), {"meeting": [span(8, 10 + 37 / 60), span(11 + 40 / 60, 22)]}, 1) == [
        Span(DAY + minutes(10 * 60 + 37), DAY + minutes(11 * 60 + 37))]  # no quarter is free: to the minute
    taken = {"meeting": [span(12, 22)]}
    assert changes_that_fit(MEETING, span(9, 13), taken).shorter == Shorter(span(9, 12), 60)
    assert changes_that_fit(MEETING, Span(span(9, 9.5).start + minutes(1), span(9, 13).end), taken).shorter is None
    assert [one.code for one in other_spaces((A, B), span(10, 12), {}, 140)] == ["b", "a"]
    assert [one.code for one in other_spaces((A, B), span(10, 12), {}, 141)] == ["a"]


def test_other_spaces_come_best_filled_first_and_with_what_is_asked_for():
    asked = span(10, 12)
    assert [one.code for one in other_spaces(SPACES, asked, {}, 100)] == ["b", "a", "hall", "roof"]
    assert [one.code for one in other_spaces(SPACES, asked, {}, 100, ["projector"])] == ["b"]
    assert [one.code for one in other_spaces(SPACES, asked, busy_by([(B, asked)]), 100)] == ["a", "roof"]
    assert other_spaces(SPACES, span(7, 9), {}, 100) == []


def test_each_change_is_told_in_both_languages():
    sentences = [told(one).text("en") for one in (
        Shift(span(8.75, 12.75), -75, True), Shift(span(15, 19), 300, True), Shift(span(32, 36), 1320, False),
        Shorter(span(9.75, 12.75), 15), Elsewhere(B, 0), Elsewhere(MEETING, 100), Elsewhere(ROOF, None))]
    assert sentences == [
        "75 minutes earlier, 08.45 to 12.45", "300 minutes later, 15.00 to 19.00", "On 3 March 2026, 08.00 to 12.00",
        "15 minutes shorter, 09.45 to 12.45", "b is free at the same time",
        "meeting is free at the same time for at most 20 people",
        "roof is free at the same time; how many it holds is not known"]
    assert told(Shorter(span(9.75, 12.75), 15)).text("id") == "15 menit lebih singkat, pukul 09.45–12.45"

"""Equipment over time against trying every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.stock import Promise, free_throughout, levels, peak, short

START = datetime(2026, 12, 1, tzinfo=UTC)


def span(first, last):
    return Span(START + timedelta(minutes=first), START + timedelta(minutes=last))


PROMISES = st.lists(st.builds(lambda first, length, count: Promise(span(first, first + length), count),
                              st.integers(0, 60), st.integers(1, 30), st.integers(1, 4)), max_size=8)


def promised_at(promises, minute):
    at = START + timedelta(minutes=minute)
    return sum(one.quantity for one in promises if one.span.start <= at < one.span.end)


@settings(max_examples=200, deadline=None)
@given(PROMISES, st.integers(0, 50), st.integers(1, 50), st.integers(0, 8), st.integers(1, 5))
def test_peaks_free_pieces_and_shortages_are_those_of_every_minute(promises, first, length, present, wanted):
    within = span(first, first + length)
    sums = [promised_at(promises, minute) for minute in range(first, first + length)]
    assert peak(promises, within) == max(sums)
    assert free_throughout(present, promises, within) == max(0, present - max(sums))
    missing = short(present, promises, wanted, within)
    for minute, taken in enumerate(sums, first):
        at = START + timedelta(minutes=minute)
        assert any(one.start <= at < one.end for one in missing) == (present - taken < wanted)


def test_the_end_of_one_is_the_start_of_the_next():
    one, other = Promise(span(0, 10), 3), Promise(span(10, 20), 3)
    assert peak([one, other], span(0, 20)) == 3
    assert levels([one, other])[-1] == (START + timedelta(minutes=20), 0)

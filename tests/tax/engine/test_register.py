"""Versions made by revise() answer every day like a plain replay of the changes, after each change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sepadan.ground.problems import Refused
from sepadan.tax.engine.register import Span, check_parts, revise

FIRST = date(2020, 1, 1)
DAYS = 12
START = {"land": 0, "building": 0, "owner": 0}
CHANGES = some.lists(
    some.tuples(some.integers(0, DAYS - 1), some.dictionaries(some.sampled_from(sorted(START)), some.integers(1, 9))),
    max_size=8,
)


def day(number):
    return FIRST + timedelta(days=number)


def first_span(end=None):
    return Span(FIRST, end, START, frozenset(START), key=0)


def apply(spans, on, fields):
    """The versions after one change, with keys given as a table would."""
    gone, added = revise(spans, on, fields)
    assert len(set(gone)) == len(gone)
    assert set(gone) <= {span.key for span in spans}
    free = max(span.key for span in spans) + 1
    kept = [span for span in spans if span.key not in gone]
    return kept + [Span(s.valid_from, s.valid_to, s.values, s.set_here, free + i) for i, s in enumerate(added)]


def values_on(spans, when):
    found = [s.values for s in spans if s.valid_from <= when and (s.valid_to is None or when < s.valid_to)]
    assert len(found) == 1, "versions lie end to end: one for each day"
    return found[0]


def replay(changes, when):
    """By legal date, and on one date by the order in which the changes were told."""
    values = dict(START)
    for number, fields in sorted(changes, key=lambda change: change[0]):
        if day(number) <= when:
            values.update(fields)
    return values


@given(CHANGES, some.booleans())
def test_versions_answer_like_a_replay_of_the_changes_after_every_change(changes, closed):
    end = day(DAYS) if closed else None
    spans = [first_span(end)]
    for known, (number, fields) in enumerate(changes, start=1):
        spans = apply(spans, day(number), fields)
        for when in map(day, range(DAYS)):
            assert values_on(spans, when) == replay(changes[:known], when)
        assert max(spans, key=lambda span: span.valid_from).valid_to == end


def test_a_corrected_area_is_right_after_a_later_sale_and_the_sale_stays():
    sold = apply([first_span()], day(5), {"owner": 2})
    right = apply(sold, day(2), {"land": 120, "owner": 1})
    assert values_on(right, day(1)) == START
    assert values_on(right, day(4)) == {**START, "land": 120, "owner": 1}
    assert values_on(right, day(5)) == {**START, "land": 120, "owner": 2}


def test_a_field_set_again_to_its_value_stands_against_an_older_date():
    confirmed = apply([first_span()], day(5), {"owner": 0})
    assert values_on(apply(confirmed, day(2), {"owner": 1}), day(5))["owner"] == 0


def test_the_last_told_change_of_one_date_counts_and_makes_no_empty_version():
    spans = apply(apply([first_span()], day(3), {"land": 1, "owner": 1}), day(3), {"land": 2})
    assert len(spans) == 2
    assert values_on(spans, day(3)) == {**START, "land": 2, "owner": 1}


def test_what_was_set_earlier_on_the_same_date_still_stands_against_older_dates():
    spans = apply(apply([first_span()], day(5), {"owner": 2}), day(5), {"land": 3})
    assert values_on(apply(spans, day(2), {"owner": 1}), day(5)) == {**START, "owner": 2, "land": 3}


def test_a_change_that_sets_nothing_supersedes_nothing():
    assert revise([first_span()], day(3), {}) == ([], [])


@pytest.mark.parametrize(("known", "number", "key"), [
    ([], 0, "too_early"), ([first_span()], -1, "too_early"),
    ([first_span(day(4))], 4, "closed"), ([first_span(day(4))], 9, "closed"),
])
def test_a_date_without_a_version_is_refused(known, number, key):
    with pytest.raises(Refused) as told:
        revise(known, day(number), {"land": 1})
    assert told.value.problem.what.key == f"tax.register.{key}"
    assert day(number).isoformat() in str(told.value)


def test_the_last_day_of_a_closed_object_can_be_changed():
    spans = apply([first_span(day(4))], day(3), {"land": 1})
    assert values_on(spans, day(3))["land"] == 1
    assert revise(spans, day(3), {"land": 2})[1][0].valid_to == day(4)


def test_a_version_that_is_not_stored_cannot_be_superseded():
    with pytest.raises(ValueError, match="no key"):
        revise([Span(FIRST, None, START, frozenset(START))], day(1), {"land": 1})


@given(some.lists(some.integers(1, 10_000), min_size=2, max_size=6))
def test_parts_fit_the_whole_to_the_square_metre(parts):
    whole = sum(parts)
    check_parts(whole, parts)
    wrong = [
        (whole + 1, parts), (whole - 1, parts), (whole, [*parts, 0]), (whole, [*parts, 5, -5]), (whole, [whole]),
        (0, []),
    ]
    for total, given_parts in wrong:
        with pytest.raises(Refused) as told:
            check_parts(total, given_parts)
        assert told.value.problem.what.key == "tax.register.parts"

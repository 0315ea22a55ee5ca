"""The line for spaces as values: whole parties, contention by unit and time, and nobody overtaken for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.space_line import Queued, ahead_of, line_of, meet, overtaken_by, turns
from sepadan.creative.engine.waiting import Party

NOW = datetime(2026, 12, 1, 1, tzinfo=UTC)
DAY = timedelta(hours=24)


def span(first, last):
    return Span(NOW + timedelta(hours=24 + first), NOW + timedelta(hours=24 + last))


def queued(name, takes, *, place=0, priority=0, passed=0, closes=20):
    return Queued(Party(name, NOW + timedelta(minutes=place), 1, priority, passed), takes,
                  NOW + timedelta(hours=closes))


HALL = {"a": [span(0, 2)], "b": [span(0, 2)]}
HALF = {"a": [span(1, 3)]}


def test_a_party_is_offered_all_or_nothing_and_others_are_not_held_up():
    queue = [queued("hall", HALL), queued("half", HALF, place=1), queued("studio", {"s": [span(0, 1)]}, place=2)]
    made, passed = turns(queue, {"b": [span(0, 1)]}, NOW, lasts=DAY)
    assert [one.queued.party.id for one in made] == ["half", "studio"]
    assert passed == {"hall": 1}
    assert made[0].until == queue[1].closes_at  # the offer ends before there would be no time
    made, passed = turns(queue, {}, NOW, lasts=DAY)
    assert [one.queued.party.id for one in made] == ["hall", "studio"]
    assert passed == {}


def test_after_three_rounds_what_it_wants_is_kept_for_it_until_it_closes():
    queue = [queued("hall", HALL, passed=3), queued("half", HALF, priority=9)]
    assert turns(queue, {"b": [span(0, 1)]}, NOW, lasts=DAY) == ([], {})
    assert [one.party.id for one in ahead_of(queue, HALF, {"b": [span(0, 1)]}, NOW)][:1] == ["hall"]
    late = NOW + timedelta(hours=20)
    assert turns([queued("hall", HALL, passed=3), queued("half", HALF, closes=23)], {"b": [span(0, 1)]}, late,
                 lasts=DAY)[0][0].queued.party.id == "half"


def test_who_comes_now_goes_past_those_who_cannot_have_it_yet_and_they_are_counted():
    queue = [queued("hall", HALL), queued("far", {"a": [span(5, 6)]})]
    busy = {"b": [span(0, 2)]}
    assert ahead_of(queue, HALF, busy, NOW) == []
    assert [one.party.id for one in overtaken_by(queue, HALF, NOW)] == ["hall"]
    assert [one.party.id for one in ahead_of(queue, HALF, {}, NOW)] == ["hall"]


TAKES = st.dictionaries(st.sampled_from("abc"), st.lists(st.tuples(st.integers(0, 10), st.integers(1, 4)).map(
    lambda pair: span(pair[0], pair[0] + pair[1])), min_size=1, max_size=2), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TAKES, st.integers(0, 2), st.integers(0, 4)), max_size=8), TAKES)
def test_turns_never_meet_what_is_taken_or_each_other_and_nothing_that_fits_is_left_but_for_the_kept(rows, busy):
    queue = [queued(f"p{number}", takes, place=number, priority=priority, passed=passed)
             for number, (takes, priority, passed) in enumerate(rows)]
    made, passed = turns(queue, busy, NOW, lasts=DAY)
    given_ = [one.queued for one in made]
    assert all(not meet(one.takes, busy) for one in given_)
    assert all(not meet(one.takes, other.takes) for number, one in enumerate(given_) for other in given_[:number])
    left = [one for one in queue if one not in given_]
    starved = [one for one in left if one.party.passed >= 3]
    for one in left:
        if not meet(one.takes, busy) and not any(meet(one.takes, other.takes) for other in [*given_, *starved]):
            raise AssertionError(f"{one.party.id} could have had it")
    order = [one.party.id for one in line_of(queue)]
    assert [one.party.id for one in given_] == [name for name in order if name in {one.party.id for one in given_}]
    assert all(count == next(one.party.passed for one in queue if one.party.id == name) + 1
               for name, count in passed.items())

"""A waiting list with offers that run out: order, groups that are not starved, and never more seats than there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.waiting import LASTS, Line, Party, accept, join, leave, offer
from sepadan.ground.problems import Refused

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def line_of(capacity, parties, confirmed=0, **rest):
    line = Line(capacity, {f"in{number}": 1 for number in range(confirmed)}, **rest)
    for number, party in enumerate(parties):
        seats, priority = party if isinstance(party, tuple) else (party, 0)
        line = join(line, Party(f"w{number:03}", NOW + number * SECOND, seats, priority))
    return line


def offered(line):
    return [one.party.id for one in line.offers]


def test_seven_that_cancel_make_seven_offers_in_order_and_two_that_lapse_make_two_more():
    priorities = [(1, number % 3 == 0) for number in range(100)]  # every third has priority
    line = offer(line_of(30, priorities, confirmed=30), NOW + timedelta(minutes=5))
    assert line.offers == ()
    for number in range(7):
        line = leave(line, f"in{number}")
    cancelled = NOW + timedelta(hours=1)
    line = offer(line, cancelled)
    first = [f"w{number:03}" for number in range(0, 21, 3)]
    assert offered(line) == first
    assert all(one.until == cancelled + timedelta(hours=24) for one in line.offers)
    assert offer(line, cancelled) == line  # a second round at once offers nothing
    for id in first[:5]:
        line = accept(line, id, cancelled + timedelta(hours=2))
    late = offer(line, cancelled + timedelta(hours=24))
    assert [one.id for one in late.lapsed] == first[5:]
    assert offered(late) == ["w021", "w024"]
    assert late.taken == 30 - 7 + 5 + 2
    set_back = offer(late, cancelled - timedelta(days=1))  # the clock is set back: what lapsed does not come back
    assert set_back == late


def test_a_group_is_overtaken_at_most_three_times_then_everybody_waits_for_it():
    line = line_of(30, [3, *[1] * 20], confirmed=30)
    got = []
    for number in range(3 + 2):
        line = offer(leave(line, f"in{number}"), NOW + number * SECOND)
        got.append(offered(line)[-1:])
    assert got == [["w001"], ["w002"], ["w003"], ["w003"], ["w003"]]  # then two seats lie free for the group
    assert (line.free, line.place("w000")) == (2, 1)
    line = offer(leave(line, "in9"), NOW + timedelta(minutes=1))
    assert offered(line) == ["w001", "w002", "w003", "w000"]


def test_a_starved_group_goes_before_a_later_one_with_priority():
    line = line_of(10, [4, 1, 1, 1], confirmed=10)
    for number in range(3):
        line = offer(leave(line, f"in{number}"), NOW)
    line = join(line, Party("vip", NOW, 1, priority=9))
    line = offer(leave(line, "in5"), NOW)
    assert "vip" not in offered(line)
    for number in (6, 7, 8):
        line = offer(leave(line, f"in{number}"), NOW)
    assert offered(line)[-1] == "w000"


def test_a_group_for_which_the_room_became_too_small_holds_up_nobody():
    line = line_of(5, [4, 1, 1, 1, 1, 1], confirmed=5)
    for number in range(4):
        line = offer(leave(line, f"in{number}"), NOW)
    assert (len(line.offers), line.free) == (3, 1)  # the group has been overtaken three times
    assert offered(offer(replace(line, capacity=5), NOW)) == offered(line)
    smaller = replace(line, capacity=3, confirmed={}, offers=line.offers[:1])
    assert offered(offer(smaller, NOW)) == ["w001", "w004", "w005"]


def test_an_offer_is_taken_in_time_or_refused():
    line = offer(line_of(2, [1, 2]), NOW)
    assert offered(line) == ["w000"]
    assert accept(line, "w000", NOW + LASTS - SECOND).confirmed == {"w000": 1}
    for id, when, says in (("w000", NOW + LASTS, "run out"), ("w001", NOW, "no offer"), ("x", NOW, "no offer")):
        with pytest.raises(Refused, match=says):
            accept(line, id, when)
    with pytest.raises(Refused, match="run out"):
        accept(offer(line, NOW + LASTS), "w000", NOW)
    assert join(offer(line, NOW + LASTS), Party("w000", NOW)).lapsed == ()


def test_no_offer_outlasts_the_close_and_none_is_made_after_it():
    closes = NOW + timedelta(hours=3)
    line = offer(line_of(2, [1, 1], closes_at=closes), NOW)
    assert {one.until for one in line.offers} == {closes}
    assert offer(line_of(2, [1], closes_at=closes), closes).offers == ()


def test_who_cannot_wait_is_told_why():
    line = line_of(3, [2], confirmed=1)
    for party, says in ((Party("w000", NOW), "Already"), (Party("in0", NOW), "Already"),
                        (Party("x", NOW, 4), "4 seats cannot be waited for: the room holds 3"),
                        (Party("x", NOW, 0), "0 seats")):
        with pytest.raises(Refused, match=says):
            join(line, party)
    with pytest.raises(Refused):
        leave(line, "nobody")


ACTS = st.lists(st.tuples(st.sampled_from(["join", "leave", "accept", "offer", "offer", "shrink"]),
                          st.integers(0, 30), st.integers(1, 5), st.integers(0, 2), st.integers(-40, 60)), max_size=120)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 12), ACTS)
def test_whatever_happens_there_are_never_more_offers_than_seats_and_nobody_is_starved(capacity, acts):
    line, now, skipped = Line(capacity), NOW, {}
    for number, (act, who, seats, priority, hours) in enumerate(acts):
        now += timedelta(hours=hours)  # also backwards
        before = line
        try:
            if act == "join":
                line = join(line, Party(f"p{who}", NOW + number * SECOND, seats, priority))
                skipped[f"p{who}"] = 0
            elif act == "leave":
                line = leave(line, f"p{who}")
            elif act == "accept":
                line = accept(line, f"p{who}", now)
            elif act == "shrink":
                line = Line(max(1, seats * 2), line.confirmed, line.offers, line.waiting, line.lapsed)
            else:
                line = offer(line, now)
        except Refused:
            assert line is before
            continue
        made = {one.party.id for one in line.offers} - {one.party.id for one in before.offers}
        assert line.taken <= max(line.capacity, before.taken)
        assert not made or (act == "offer" and line.taken <= line.capacity)
        ids = [*line.confirmed, *(one.party.id for one in line.offers), *(one.id for one in line.waiting)]
        assert len(ids) == len(set(ids))
        starving = [one for one in before.order() if one.passed >= before.rounds and one.seats <= before.capacity
                    and one.id not in made]
        assert not (starving and any(before.place(id) > before.place(starving[0].id) for id in made))
        for one in before.order():  # an independent count of being overtaken for being too large
            behind = [id for id in made if before.place(id) > before.place(one.id)]
            if one.id not in made and behind and one.seats <= before.capacity:
                skipped[one.id] += 1
                assert skipped[one.id] <= before.rounds

"""A year of requests under other rules: unchanged rules change nothing, each difference has one cause."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.centre_rules import CentreRules, compare_rules, read_centre_rules, shared
from sepadan.creative.engine.holidays import known_on
from sepadan.creative.engine.nature import Nature
from sepadan.creative.engine.replay import RULES, Log, Wish, replay
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book

WEEK = [{"weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": "08:00", "closes": "22:00"}]
STEPS = [{"step": "curation", "days": 3, "by": "creative.write"}, {"step": "decision", "days": 2,
                                                                   "by": "creative.approve"}]
OFF = known_on(load_book().holiday_decrees(), (2026,), date(2026, 1, 1))
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def rules(hours: Any = WEEK, **inner: Any) -> CentreRules:
    return read_centre_rules({"hours": hours, "rules": inner}, "aturan")


def wish(number: int = 1, *, day: int = 0, hour: int = 0, hours: int = 2, ahead: int = 30,
         units: tuple[int, ...] = (1,), outcome: str = "granted", organiser: str = "a",
         nature: Nature | None = None, tariff: str = "") -> Wish:
    start = MONDAY + timedelta(days=day, hours=hour)
    return Wish(number, number, f"MCC-{number}", "hall", "hall", tariff, units, start, start + timedelta(hours=hours),
                timedelta(), timedelta(), start - timedelta(days=ahead), organiser, "online", 20,
                nature or Nature(charged=False, profit=False), outcome)  # type: ignore[arg-type]


def log(*wishes: Wish, own: CentreRules | None = None) -> Log:
    return Log(tuple(wishes), own or rules(), UTC, OFF)


def reasons(found: Any) -> dict[int, str]:
    return {one.wish.id: one.reason for one in found.changed}


@pytest.mark.parametrize(("other", "reason"), [
    (rules([{"weekdays": [0], "opens": "10:00", "closes": "22:00"}]), "hours"),
    (rules(lead_days=31), "lead_days"), (rules(ahead_days=29), "ahead_days"), (rules(longest_hours=1), "longest_hours"),
    (rules(month_dates=0), "month_dates"), (rules(steps=[{"step": "decision", "days": 31, "by": "creative.approve"}]),
                                            "steps")])
def test_each_rule_refuses_what_breaks_it_and_says_so(other: CentreRules, reason: str) -> None:
    assert reasons(replay(log(wish()), other)) == {1: reason}


def test_a_day_off_by_decree_is_refused_where_the_rules_leave_it_out() -> None:
    eid = wish(day=(date(2026, 3, 21) - MONDAY.date()).days)
    assert reasons(replay(log(eid), rules(skip="national"))) == {1: "day_off"}
    assert not reasons(replay(log(eid), rules()))


def test_an_exception_of_the_own_centre_stays_one() -> None:
    late = wish(ahead=1)
    own = rules(lead_days=7)
    assert not replay(log(late, own=own), rules(lead_days=14)).changed
    both = wish(ahead=1, hours=5)
    assert not replay(log(both, own=rules(lead_days=7, longest_hours=4)), rules(longest_hours=4)).changed


def test_a_slot_that_is_freed_goes_to_who_asked_first_and_only_one_has_it() -> None:
    found = replay(log(wish(1, ahead=5), wish(2, outcome="waiting", ahead=20), wish(3, outcome="waiting", ahead=25)),
                   rules(lead_days=7))
    assert reasons(found) == {1: "lead_days", 3: "freed"}
    assert found.after == {"granted": 1, "refused": 1, "waiting": 1, "fallen": 0, "open": 0}


def test_what_people_decided_stays() -> None:
    refused, gone = wish(1, outcome="refused"), wish(2, outcome="fallen", day=1)
    assert not replay(log(refused, gone), rules(hours=[])).changed


def test_a_rule_that_no_longer_forbids_lets_in_what_it_had_refused() -> None:
    own = rules(lead_days=30)
    assert reasons(replay(log(wish(1, ahead=10, outcome="refused"), own=own), rules())) == {1: "lead_days"}


def test_the_dates_of_an_organiser_in_a_month_are_counted_in_the_order_of_filing() -> None:
    three = [wish(number, day=number, ahead=40 - number) for number in (1, 2, 3)]
    other = wish(4, day=5, organiser="b")
    assert reasons(replay(log(*three, other), rules(month_dates=2))) == {3: "month_dates"}


@pytest.mark.parametrize(("quota", "refused"), [
    ({"limit": "hours", "per": "month", "most": 5}, [3]), ({"limit": "meetings", "per": "week", "most": 1}, [2, 3]),
    ({"limit": "bookings", "per": "year", "most": 2}, [3]), ({"limit": "lead", "least_days": 38}, [3]),
    ({"limit": "hours", "per": "month", "most": 1, "except": ["media"]}, [])])
def test_quotas_of_a_centre_are_counted_by_organiser_and_period(quota: dict[str, Any], refused: list[int]) -> None:
    three = [replace(wish(number, day=number, ahead=40 - number), groups=frozenset({"media"})) for number in (1, 2, 3)]
    found = replay(log(*three), rules(quotas=[{"code": "kuota", **quota}]))
    assert reasons(found) == dict.fromkeys(refused, "quota:kuota")


def test_charges_are_missing_as_soon_as_one_price_is() -> None:
    tariffs = {"hall": {"hour": 100_000}}
    paid = wish(1, nature=Nature(charged=True), tariff="hall")
    free, other = wish(2, day=1), wish(3, day=2, nature=Nature(charged=True), tariff="atrium")
    found = replay(log(paid, free), rules(tariffs=tariffs))
    assert (found.money.total, found.money.paying) == (2 * 100_000, 1)
    assert found.own_money.total is None
    both = replay(log(paid, free, other), rules(tariffs=tariffs))
    assert (both.money.total, both.money.known, both.money.unknown) == (None, 2 * 100_000, 1)


def test_a_file_of_rules_says_the_same_when_it_is_read_again_and_two_can_be_compared() -> None:
    own = rules(skip="national", steps=STEPS, step_days="working", lead_days=7, tariffs={"hall": {"day": 2_000_000}})
    again = read_centre_rules(shared(own))
    assert not compare_rules(own, again)
    assert [one.part for one in compare_rules(own, rules(skip="joint", lead_days=7))] == [
        "skip", "steps", "step_days", "tariffs"]


@pytest.mark.parametrize("data", [
    {"hours": [{"weekdays": [7], "opens": "08:00", "closes": "09:00"}]}, {"hours": [{"weekdays": [0]}]},
    {"rules": {"skip": "some"}}, {"rules": {"lead_days": -1}}, {"rules": {"lead_days": "seven"}},
    {"rules": {"tariffs": {"hall": {"week": 1}}}}, {"rules": {"tariffs": {"hall": {"day": -5}}}}, {"rules": ["a"]}])
def test_a_file_that_cannot_be_is_refused(data: Any) -> None:
    with pytest.raises(Refused):
        read_centre_rules(data)


def drawn(count: int, seed: int) -> list[Wish]:
    draw = random.Random(seed)
    outcomes = ("granted",) * 6 + ("refused", "waiting", "fallen", "open")
    return [wish(number, day=draw.randrange(300), hour=draw.randrange(-3, 12), hours=draw.randrange(1, 40),
                 ahead=draw.randrange(60), units=tuple(sorted(draw.sample(range(12), draw.randrange(1, 3)))),
                 outcome=draw.choice(outcomes), organiser=str(draw.randrange(40)), tariff=draw.choice(("hall", "")),
                 nature=Nature(charged=draw.choice((True, False, None)), profit=draw.choice((True, False))))
            for number in range(count)]


ANY_RULES = st.builds(
    lambda skip, limits, opens, steps, working: rules(
        [{"weekdays": [0, 1, 2, 3, 4], "opens": f"{opens:02d}:00", "closes": "20:00"}], skip=skip, steps=STEPS[steps:],
        step_days=working, **limits),
    st.sampled_from(["none", "national", "joint"]), st.fixed_dictionaries({}, optional={
        "lead_days": st.integers(0, 60), "ahead_days": st.integers(0, 60), "longest_hours": st.integers(0, 40),
        "month_dates": st.integers(0, 5), "quotas": st.lists(st.builds(
            lambda limit, per, most: {"code": limit, "limit": limit, "per": per, "most": most},
            st.sampled_from(["hours", "meetings", "bookings"]), st.sampled_from(["day", "week", "month", "year"]),
            st.integers(0, 30)), max_size=2, unique_by=lambda one: one["code"])}),
    st.integers(5, 12), st.sampled_from([0, 1, 2]), st.sampled_from(["calendar", "working"]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), ANY_RULES, ANY_RULES)
def test_unchanged_rules_change_nothing_and_others_only_by_their_rules(seed: int, own: CentreRules,
                                                                       other: CentreRules) -> None:
    found = log(*drawn(60, seed), own=own)
    same = replay(found, own)
    assert not same.changed
    assert (same.before, same.money) == (same.after, same.own_money)
    there = replay(found, other)
    assert sum(there.after.values()) == len(found.wishes)
    assert replay(replace(found, wishes=found.wishes[::-1]), other).results == there.results
    assert all(one.reason.startswith("quota:") or one.reason in (*RULES, "freed") for one in there.changed)
    assert compare_rules(own, other) or not there.changed
    for one in there.changed:  # what was let in meets nothing that is kept and was not there before
        if one.outcome == "granted":
            assert not [rival for rival in there.results if rival.outcome == "granted" and rival.wish != one.wish
                        and set(rival.wish.units) & set(one.wish.units) and rival.wish.span.meets(one.wish.span)]


def test_a_year_of_twelve_thousand_requests_takes_seconds(measured: Callable[[str], None]) -> None:
    found = log(*drawn(12_000, 7), own=rules(skip="national", steps=STEPS, step_days="working"))
    start = perf_counter()
    replay(found, rules([{"weekdays": [0, 1, 2, 3, 4], "opens": "09:00", "closes": "17:00"}], skip="joint",
                        steps=STEPS, lead_days=14, month_dates=4))
    seconds = perf_counter() - start
    measured(f"12,000 requests of a creative centre under other rules: {seconds:.1f} s")
    assert seconds < 10

"""Numbers of a month are sums of their rows; groups add up; what changed later names the rows that caused it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.measures import (
    GROUPS,
    HELIX,
    MEASURES,
    Ask,
    Earned,
    Facts,
    Place,
    Use,
    Visits,
    by_hour,
    capacities,
    capacity,
    cost_per_visit,
    evenness,
    grouped,
    organiser_key,
    rows_of,
    share_of_place,
    total,
)
from sepadan.creative.engine.months import changed_rows, differences, fingerprint, numbers_of, open_numbers
from sepadan.creative.engine.opening import Closed, Hours, Schedule
from sepadan.ground.messages import message

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
DAILY = tuple(Hours(day, time(8), time(20)) for day in range(7))
PLACES = {"hall": Place("hall", "Hall", 2, (1, 2)), "hall-a": Place("hall-a", "Hall A", 2, (1,)),
          "hall-b": Place("hall-b", "Hall B", 2, (2,)), "studio": Place("studio", "Studio", 3, (3,))}


def use(number: int = 1, *, space: str = "hall-a", day: int = 5, hour: int = 9, hours: int = 2,
        state: str = "confirmed", organiser: str = "a", **more: Any) -> Use:
    start = datetime(2026, 10, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
    return Use(number, number, f"MCC-{number}", space, start, start + timedelta(hours=hours), state, organiser, **more)


def ask(number: int, state: str = "confirmed", *, day: int = 3, reason: str = "") -> Ask:
    return Ask(number, f"MCC-{number}", datetime(2026, 10, day, 3, tzinfo=UTC), state, "a", reason)


def facts(*uses: Use, asks: tuple[Ask, ...] = (), schedule: Schedule | None = None, **more: Any) -> Facts:
    open_ = schedule or Schedule(UTC, DAILY)
    return Facts(FIRST, LAST, UTC, uses, asks, PLACES, dict.fromkeys(PLACES, open_), **more)


def test_an_event_is_a_confirmed_date_that_begins_in_the_month_and_hours_are_those_within_it() -> None:
    found = facts(use(1), use(2, day=31, hour=23, hours=3), use(3, day=0, hour=23, hours=3), use(4, state="cancelled"),
                  use(5, state="no_show", day=6))
    assert total(found, "events") == 2
    assert total(found, "minutes") == 60 * (2 + 1 + 2)
    assert (total(found, "cancelled"), total(found, "no_show")) == (1, 1)


def test_visits_of_three_kinds_are_told_apart_and_missing_ones_are_not_zero() -> None:
    counted = facts(use(1, visits=Visits(40, "stated")), use(2, day=6, visits=Visits(25, "scanned", 20)),
                    use(3, day=7, visits=Visits(7, "reported")), use(4, day=8))
    assert [total(counted, name) for name in ("visits", "stated", "scanned", "reported", "uncounted", "people")] == [
        40 + 25 + 7, 40, 25, 7, 1, 20]
    assert total(facts(use()), "visits") is None
    assert total(facts(use()), "people") is None


def test_an_organiser_is_new_in_the_month_of_its_first_event_however_it_is_spelt() -> None:
    assert organiser_key("Komunitas  GIM, Malang") == organiser_key("komunitas gim malang")
    found = facts(use(1, organiser="a"), use(2, day=6, organiser="b"), use(3, day=7, organiser="b"),
                  first_events={"a": date(2026, 3, 1), "b": date(2026, 10, 6)})
    assert (total(found, "organisers"), total(found, "new_organisers")) == (2, 1)


def test_use_of_open_hours_counts_units_once_and_leaves_out_closed_days() -> None:
    closed = Schedule(UTC, DAILY, closed=(Closed(date(2026, 10, 10), date(2026, 10, 11), "Perawatan"),),
                      days_off={date(2026, 10, 20): message("creative.measures.none")})
    found = facts(use(1, space="hall", hour=18, hours=4), schedule=closed)
    open_minutes = (31 - 2 - 1) * 12 * 60
    assert capacities(found)[1].open == open_minutes
    whole = capacity(found)
    assert whole is not None
    assert (whole.open, whole.used, whole.beyond) == (3 * open_minutes, 2 * 2 * 60, 2 * 2 * 60)
    assert share_of_place(found, "hall", capacities(found)) == Fraction(120, open_minutes)
    assert share_of_place(found, "studio", capacities(found)) == 0
    assert capacity(replace(found, schedules={})) is None


def test_requests_by_what_became_of_them_and_refusals_by_reason() -> None:
    found = facts(asks=(ask(1), ask(2, "refused", reason="Bukan kegiatan kreatif"), ask(3, "expired"), ask(4, "review"),
                        ask(5, "refused", reason="Bukan kegiatan kreatif"), ask(6, "cancelled")))
    assert [total(found, name) for name in ("requests", "granted", "refused", "undecided", "fallen")] == [6, 2, 2, 1, 1]
    numbers = numbers_of(found)
    assert numbers["refusals"] == {"Bukan kegiatan kreatif": 2}
    assert "refusals" not in open_numbers(numbers)


def test_cost_per_visit_is_missing_until_cost_and_visits_are_known() -> None:
    seen = use(1, visits=Visits(100, "stated"))
    assert cost_per_visit(facts(seen)) is None
    assert cost_per_visit(facts(use(), cost=6_000_000_000)) is None
    assert cost_per_visit(facts(seen, cost=6_000_000_000)) == Fraction(6_000_000_000, 12 * 100)


@pytest.mark.parametrize(("minutes", "value"), [
    ({"academia": 60}, 0), (dict.fromkeys(HELIX, 90), 1), ({}, None), ({"person": 60}, None)])
def test_evenness_is_zero_for_one_sector_and_one_for_equal_shares(minutes: Mapping[str, int],
                                                                  value: int | None) -> None:
    found = evenness(minutes)
    assert found == value if value is None else found == pytest.approx(value)
    assert found is None or evenness({key: one * 7 for key, one in minutes.items()}) == pytest.approx(found)


def test_a_later_correction_shows_as_numbers_and_as_the_row_that_caused_it() -> None:
    before = facts(use(1), use(2, day=6))
    after = facts(use(1), use(2, day=6, state="no_show"))
    changed = {one.path: (one.before, one.after) for one in differences(numbers_of(before), numbers_of(after))}
    assert changed["headlines", "events"] == (2, 1)
    assert changed["headlines", "no_show"] == (0, 1)
    (row,) = changed_rows(before, after)
    assert (row.row.id, row.before is None, row.after is None) == (2, False, False)
    assert fingerprint(before) != fingerprint(after)


USES = st.lists(st.builds(
    lambda space, day, hour, hours, state, organiser, sector, purpose, pays, visits: use(
        0, space=space, day=day, hour=hour, hours=hours, state=state, organiser=organiser, sector=sector,
        purpose=purpose, pays=pays, visits=visits),
    st.sampled_from(sorted(PLACES)), st.integers(-10, 33), st.integers(0, 23), st.integers(1, 60),
    st.sampled_from(["confirmed", "confirmed", "held", "refused", "no_show", "cancelled", "displaced"]),
    st.sampled_from("abc"), st.sampled_from(["", "person", *HELIX]), st.sampled_from(["", "class", "meeting"]),
    st.sampled_from(["free", "reduced", "pays", "unknown"]),
    st.none() | st.builds(Visits, st.integers(0, 500), st.sampled_from(["scanned", "reported", "stated"]),
                          st.none() | st.integers(0, 500))), max_size=25)


@settings(max_examples=80, deadline=None)
@given(USES, st.randoms(use_true_random=False))
def test_every_number_is_the_sum_of_its_rows_and_groups_add_up_in_any_order(uses: list[Use], shuffle: Any) -> None:
    numbered = [replace(one, id=place, booking=place) for place, one in enumerate(uses, 1)]
    mixed = list(numbered)
    shuffle.shuffle(mixed)
    found, other = facts(*numbered, earned=Earned(5, 3, 1)), facts(*mixed, earned=Earned(5, 3, 1))
    assert fingerprint(found) == fingerprint(other)
    assert numbers_of(found) == numbers_of(other)
    for name in MEASURES:
        rows = rows_of(found, name)
        assert (total(found, name) or 0) == sum(amount for _, amount in rows)
        assert all(any(row is one for one in numbered) for row, _ in rows)
    for by in GROUPS:
        parts = grouped(found, by).values()
        assert sum(one.events for one in parts) == total(found, "events")
        assert sum(one.minutes for one in parts) == total(found, "minutes")
        assert sum(one.visits for one in parts) == (total(found, "visits") or 0)
    assert sum(by_hour(found).values()) == total(found, "minutes")
    assert sum(total(found, name) or 0 for name in ("free", "reduced", "pays", "pays_unknown")) == total(found,
                                                                                                         "events")
    whole = capacity(found)
    assert whole is not None
    assert 0 <= whole.used <= whole.open
    assert not differences(numbers_of(found), numbers_of(other))
    assert not changed_rows(found, other)

"""Who gets the space: cells add up to the whole, and what is hidden cannot be reckoned back."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.fairness import (
    LEAST,
    TRAITS,
    Grant,
    cells_of,
    concentration,
    hide_counts,
    hide_small,
)

HOUR = timedelta(hours=1)


def grants_of(**kinds: int) -> list[Grant]:
    rows = []
    for kind, count in kinds.items():
        rows += [Grant(len(rows) + number, f"{kind}{number}", HOUR, kind) for number in range(count)]
    return rows


def hidden(cells):
    return {one.value for one in hide_small(cells) if one.hidden}


def test_a_small_cell_takes_the_next_smallest_with_it_since_the_whole_would_give_it_away():
    assert hidden(cells_of(grants_of(community=20, media=3, business=8), "kind")) == {"media", "business"}
    assert hidden(cells_of(grants_of(community=20, media=3, person=4), "kind")) == {"media", "person"}
    assert hidden(cells_of(grants_of(community=20, media=1, person=2), "kind")) == {"media", "person", "community"}
    assert hidden(cells_of(grants_of(community=20, business=8), "kind")) == set()


def test_many_bookings_of_few_organisers_are_hidden_too():
    rows = [Grant(number, "sama", HOUR, "media") for number in range(30)] + grants_of(community=20)
    assert "media" in hidden(cells_of(rows, "kind"))


def test_counts_of_reasons_hide_one_alone_with_its_neighbour():
    assert hide_counts({"taken": 40, "shut": 2, "desk": 9}) == {"taken": 40, "shut": None, "desk": None}
    assert hide_counts({"taken": 40, "shut": 0}) == {"taken": 40, "shut": 0}


def test_the_share_of_the_tenth_with_most_hours_is_told_in_per_cent():
    rows = [Grant(number, f"o{number}", HOUR) for number in range(19)] + [Grant(99, "besar", 19 * HOUR)]
    found = concentration(rows)
    assert (found.organisers, found.once, found.often, found.top) == (20, 20, 0, 2)
    assert found.top_share == round(100 * (19 + 1) / 38)
    assert concentration([]).top_share is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abcd"), st.booleans(), st.integers(1, 4)), max_size=60))
def test_every_trait_parts_the_whole_and_what_is_hidden_is_never_one_small_number(rows):
    given_ = [Grant(number, f"o{who}", length * HOUR, kind, disability=yes, newcomer=not yes)
              for number, (who, kind, yes, length) in enumerate(rows)]
    for trait in TRAITS:
        cells = cells_of(given_, trait)
        assert sum(one.bookings for one in cells) == len(given_)
        assert sum((one.length for one in cells), timedelta(0)) == sum((one.length for one in given_), timedelta(0))
        told = hide_small(cells)
        away = [one for one in told if one.hidden]
        assert all(min(one.bookings, one.organisers) >= LEAST for one in told if not one.hidden)
        assert len(away) != 1 or len(told) == 1

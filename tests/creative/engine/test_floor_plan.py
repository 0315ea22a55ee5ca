"""The picture of a floor: what encloses others lies beneath, names only where they fit, everything has its number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sepadan.creative.engine.floor_plan import area, shapes_of


def box(x, y, width, depth):
    return [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth]]


def test_a_hall_lies_beneath_its_halves_and_keeps_its_number():
    plans = {7: box(2, 2, 22, 12), 8: box(2, 2, 11, 12), 9: box(13, 2, 11, 12), 10: []}
    names = {7: "Aula", 8: "Aula A", 9: "Aula B dengan nama yang panjang sekali", 10: "Tanpa denah"}
    found = shapes_of(plans, names)
    assert [(one.key, one.number, one.encloses) for one in found] == [(7, 1, True), (8, 2, False), (9, 3, False)]
    assert found[0].points == "20,20 240,20 240,140 20,140"
    assert [one.shows_name for one in found] == [False, True, False]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20), st.integers(1, 12), st.integers(1, 12)), max_size=12))
def test_every_shape_is_drawn_once_after_what_encloses_it(boxes):
    plans = {number: box(*one) for number, one in enumerate(boxes)}
    found = shapes_of(plans, dict.fromkeys(plans, "Ruang"))
    assert sorted(one.key for one in found) == sorted(plans)
    sizes = [area([(x, y) for x, y in plans[one.key]]) for one in found]
    assert sizes == sorted(sizes, reverse=True)

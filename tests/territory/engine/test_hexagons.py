"""Layouts: one part, no hole, no torn kecamatan, the same every time, near the true places."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.territory.engine.grid import DIRECTIONS, centre, holes, neighbours, parts, runs_around
from sepadan.territory.engine.hexagons import Place, displacement, faults, layout

RING = [(0, 0), *DIRECTIONS]


def shipped(region: str) -> tuple[list[Place], dict[str, tuple[int, int]]]:
    text = files("sepadan.territory").joinpath("data", "kelurahan.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["code"].startswith(region)]
    places = [Place(r["code"], r["code"][:8], float(r["lat"]), float(r["lon"])) for r in rows]
    return places, {r["code"]: (int(r["hex_q"]), int(r["hex_r"])) for r in rows}


def test_neighbours_lie_root_three_apart():
    x, y = centre((2, -1))
    for near in neighbours((2, -1)):
        a, b = centre(near)
        assert (a - x) ** 2 + (b - y) ** 2 == pytest.approx(3)


def test_a_ring_has_a_hole_and_a_full_flower_has_none():
    assert holes(RING[1:]) == {(0, 0)}
    assert holes(RING) == set()
    assert holes([]) == set()


def test_parts_are_found_largest_first():
    assert [len(part) for part in parts([*RING, (9, 9), (8, 9)])] == [7, 2]


@given(st.sets(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=25))
def test_a_cell_with_one_run_of_neighbours_can_go_without_splitting_the_rest(cells):
    for cell in cells:
        if runs_around(cell, cells) == 1:
            assert len(parts(cells - {cell})) == len(parts(cells))


@pytest.mark.parametrize(("region", "count", "groups"), [("35.73", 57, 5), ("32.16", 187, 23)])
def test_the_shipped_layout_is_sound_and_near_the_truth(region, count, groups):
    places, cells = shipped(region)
    assert (len(places), len({p.group for p in places}), len(set(cells.values()))) == (count, groups, count)
    assert faults(cells, {p.code: p.group for p in places}) == (0, 0, 0)
    assert displacement(places, cells) < 1.25  # radii squared; a grid of hexagons alone costs about 0.3


def test_computing_malang_again_gives_a_layout_as_good_and_always_the_same():
    places, cells = shipped("35.73")
    first, again = layout(places, finalists=2), layout(list(reversed(places)), finalists=2)
    assert first.sound
    assert first == again
    assert first.displacement < displacement(places, cells) * 1.25


def test_neighbours_on_the_ground_stay_near_on_the_map():
    """A kelurahan's hexagon is nearer to that of its nearest neighbour than hexagons are on average."""
    places, cells = shipped("35.73")
    spots = {code: np.array(centre(cell)) for code, cell in cells.items()}
    near = []
    for place in places:
        other = min((p for p in places if p is not place),
                    key=lambda p, a=place: (p.lat - a.lat) ** 2 + (p.lon - a.lon) ** 2)
        near.append(np.linalg.norm(spots[place.code] - spots[other.code]))
    assert np.mean(near) < 2.4  # a neighbour is 1.73 away, the next ring 3 to 3.5


def scattered(count: int, groups: int, seed: int) -> list[Place]:
    rng = np.random.default_rng(seed)
    seeds, points = rng.uniform(0, 1, (groups, 2)), rng.uniform(0, 1, (count, 2))
    owners = [int(np.argmin(((seeds - point) ** 2).sum(axis=1))) for point in points]
    return [Place(f"{k:03d}", f"g{owner}", -7 + y / 2, 112 + x / 2)
            for k, (owner, (x, y)) in enumerate(zip(owners, points, strict=True))]


@pytest.mark.parametrize(("name", "places"), [
    ("nobody", []),
    ("one", [Place("a", "g", -7.0, 112.0)]),
    ("two on one point", [Place("a", "g", -7.0, 112.0), Place("b", "h", -7.0, 112.0)]),
    ("all on one point", [Place(f"{k:02d}", f"g{k % 3}", -7.0, 112.0) for k in range(12)]),
    ("a line", [Place(f"{k:02d}", f"g{k // 5}", -7.0, 112 + k / 100) for k in range(20)]),
    ("islands far apart", [Place(f"{k:02d}", f"g{k % 3}", -7 - k % 3, 112 + k / 100) for k in range(18)]),
    ("kecamatan mixed like salt", [Place(f"{k:02d}", f"g{k % 4}", -7 - k % 5 / 100, 112 + k / 300) for k in range(24)]),
    ("many small kecamatan", scattered(40, 25, 3)),
    ("scattered", scattered(60, 8, 1)),
])
def test_any_region_gets_a_sound_layout(name, places):
    found = layout(places, starts=6, finalists=2)
    assert found.sound, name
    assert len(set(found.cells.values())) == len(places)
    assert all(cell[1] >= 0 for cell in found.cells.values())


@settings(max_examples=8, deadline=None)
@given(st.integers(3, 30), st.integers(1, 6), st.integers(0, 10**6))
def test_random_regions_get_a_sound_layout(count, groups, seed):
    assert layout(scattered(count, groups, seed), starts=3, finalists=1).sound


def test_two_places_of_one_code_are_refused():
    with pytest.raises(ValueError, match="own code"):
        layout([Place("a", "g", -7.0, 112.0), Place("a", "g", -7.1, 112.0)])


@pytest.mark.full
@pytest.mark.parametrize("count", [187, 500])
def test_a_large_region_takes_seconds(count, measured):
    from time import perf_counter

    places = shipped("32.16")[0] if count == 187 else scattered(count, 27, 5)
    begin = perf_counter()
    found = layout(places)
    seconds = perf_counter() - begin
    measured(f"Hexagon layout of {count} areas: {seconds:.1f} s, displacement {found.displacement:.2f} radii squared")
    assert found.sound
    assert seconds < (20 if count == 187 else 60)

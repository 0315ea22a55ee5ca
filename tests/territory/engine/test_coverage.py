"""Boundary files: sound ones pass, each way of being broken gets its own message with feature and remedy."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from shapely.geometry import shape

from sepadan.ground.figures import LANGUAGES
from sepadan.territory.engine.coverage import Checked, area_km2, check_coverage
from sepadan.territory.engine.geojson import read_layer
from sepadan.territory.names import Level
from territory.coverage_files import SIDE, as_bytes, checkerboard, feature, names_of, square

Break = Callable[[dict[str, Any]], None]


def check(document: Any, names: dict[str, str] | None = None, **options: Any) -> tuple[Checked | None, list[str]]:
    """The coverage and the keys of all problems, each checked to have words in both languages."""
    data = document if isinstance(document, bytes) else as_bytes(document)
    layer, problems = read_layer(data, file_name="b.geojson")
    checked = None
    if layer.level is not None:
        checked = check_coverage(layer, names or names_of(checkerboard()), file_name="b.geojson", **options)
        problems += checked.problems
    for one in [*problems, *(checked.notices if checked else ())]:
        for lang in LANGUAGES:
            assert one.remedy is not None
            assert one.text(lang).startswith("b.geojson")
    return checked, [one.what.key.removeprefix("territory.boundary.") for one in problems]


def test_a_sound_coverage_passes_with_its_area():
    checked, problems = check(checkerboard(), decree_area_km2=Decimal("10.97"))
    assert problems == []
    assert checked.notices == ()
    assert checked.area_km2 == sum(checked.areas.values())
    assert float(checked.area_km2) == pytest.approx(10.97, rel=0.002)  # 9 x 1.102 km x 1.106 km at 7.8 degrees south


def test_the_area_is_that_of_the_ellipsoid_whatever_the_direction_of_the_ring():
    ring = [[112, 0], [113, 0], [113, 1], [112, 1], [112, 0]]
    one = shape({"type": "Polygon", "coordinates": [ring]})
    two = shape({"type": "Polygon", "coordinates": [ring[::-1]]})
    assert area_km2(one) == area_km2(two)
    # a square degree at the equator: 111.3195 km of equator, 110.5743 km of meridian, narrowing a little to the north
    assert float(area_km2(one)) == pytest.approx(111.3195 * 110.5743, rel=1e-4)


def test_a_hole_filled_by_an_exclave_of_its_neighbour_is_no_gap():
    """As Wonokoyo lies in Buring: an area in two parts, one of them in a hole of another."""
    document = checkerboard()
    x, y = 112.513, -7.813
    hole = [[x, y], [x, y - 0.004], [x + 0.004, y - 0.004], [x + 0.004, y], [x, y]]
    document["features"][4]["geometry"]["coordinates"].append(hole[::-1])
    document["features"][0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[square(0, 0)], [hole]]}
    assert check(document)[1] == []


def test_small_areas_that_meet_at_the_rim_are_not_parted():
    document = checkerboard()
    for one in document["features"]:  # areas of 130 m
        one["geometry"]["coordinates"] = [[[112.5 + (x - 112.5) * 0.12, -7.8 + (y + 7.8) * 0.12]
                                           for x, y in one["geometry"]["coordinates"][0]]]
    checked, problems = check(document)
    assert problems == []
    assert checked.notices == ()


def test_islands_are_no_gaps():
    document = checkerboard(1, 2)
    document["features"].append(feature("35.79.01.1003", [square(3, 3)]))
    assert check(document, names_of(document))[1] == []


def test_rounding_of_coordinates_is_no_gap_and_no_overlap():
    document = checkerboard()
    for point in document["features"][4]["geometry"]["coordinates"][0]:
        point[0] += 0.000003  # a third of a metre
    assert check(document)[1] == []


def test_a_height_is_dropped_and_undotted_codes_under_other_names_are_read():
    document = checkerboard()
    for one in document["features"]:
        one["geometry"]["coordinates"] = [[[x, y, 440.0] for x, y in one["geometry"]["coordinates"][0]]]
        one["properties"] = {"KODE": one["properties"]["code"].replace(".", "")}
    layer, problems = read_layer(as_bytes(document), file_name="b.geojson")
    assert problems == []
    assert (layer.level, layer.features[0].code) == (Level.KELURAHAN, "35.79.01.1001")
    assert not layer.features[0].geometry.has_z


# --- one fault each ---------------------------------------------------------------------------------------------------
def shrink(document: dict[str, Any], index: int, share: float) -> None:
    ring = document["features"][index]["geometry"]["coordinates"][0]
    mx, my = (sum(p[k] for p in ring[:4]) / 4 for k in (0, 1))
    ring[:] = [[mx + (x - mx) * share, my + (y - my) * share] for x, y in ring]


def move(document: dict[str, Any], index: int, dx: float) -> None:
    for point in document["features"][index]["geometry"]["coordinates"][0]:
        point[0] += dx


def lift_the_top_of_the_lower_left(document: dict[str, Any]) -> None:
    """The border between two areas at the rim parts, from the outside to their common neighbour."""
    for point in document["features"][6]["geometry"]["coordinates"][0]:
        if point[1] == pytest.approx(-7.82):
            point[1] -= 0.0005


def swap(document: dict[str, Any]) -> None:
    for one in document["features"]:
        one["geometry"]["coordinates"] = [[[y, x] for x, y in one["geometry"]["coordinates"][0]]]


def to_metres(document: dict[str, Any]) -> None:
    for one in document["features"]:
        one["geometry"]["coordinates"] = [[[x * 6000, y * 1e6] for x, y in one["geometry"]["coordinates"][0]]]


def geometry(index: int, **changes: Any) -> Break:
    return lambda document: document["features"][index]["geometry"].update(changes)


BREAKS: dict[str, tuple[Break, list[str]]] = {
    "an area inside is smaller": (lambda d: shrink(d, 4, 0.9), ["gap"]),
    "an area at the rim is smaller": (lambda d: shrink(d, 0, 0.95), ["slit", "slit"]),
    "a border parts towards the outside": (lift_the_top_of_the_lower_left, ["slit"]),
    "an area is larger": (lambda d: shrink(d, 4, 1.05), ["overlap"] * 8),
    "an area is moved": (lambda d: move(d, 4, 0.001), ["overlap", "gap"]),
    "an area inside is missing": (lambda d: d["features"].pop(4), ["absent", "gap"]),
    "an area at the rim is missing": (lambda d: d["features"].pop(0), ["absent"]),
    "a code twice": (lambda d: d["features"][1]["properties"].update(code="35.79.01.1001"), ["twice", "absent"]),
    "a foreign code": (lambda d: d["features"][0]["properties"].update(code="35.79.02.1001"),
                       ["unknown_code", "absent"]),
    "a code of no form": (lambda d: d["features"][0]["properties"].update(code="3579"), ["code", "absent"]),
    "no code": (lambda d: d["features"][0].update(properties={"nama": "Sisir"}), ["no_code", "absent"]),
    "properties null": (lambda d: d["features"][0].update(properties=None), ["no_code", "absent"]),
    "two levels": (lambda d: d["features"][0]["properties"].update(code="35.79.01"), ["levels"]),
    "longitude and latitude swapped": (swap, ["swapped"] * 9),
    "metres": (to_metres, ["metres"] * 9),
    "somewhere else": (lambda d: move(d, 0, -60), ["elsewhere", "absent"]),
    "a bow tie": (geometry(0, coordinates=[[[112.5, -7.8], [112.51, -7.81], [112.51, -7.8], [112.5, -7.81],
                                            [112.5, -7.8]]]), ["invalid", "absent"]),
    "a hole outside its ring": (geometry(0, coordinates=[square(0, 0), square(5, 5)]), ["invalid", "absent"]),
    "a line": (geometry(0, type="LineString"), ["no_polygon", "absent"]),
    "a ring of two points": (geometry(0, coordinates=[[[112.5, -7.8], [112.6, -7.8]]]), ["bad_coordinates", "absent"]),
    "a word for a number": (geometry(0, coordinates=[[["112,5", -7.8]] * 4]), ["bad_coordinates", "absent"]),
    "no coordinates": (geometry(0, coordinates=[]), ["no_geometry", "absent"]),
    "geometry null": (lambda d: d["features"][0].update(geometry=None), ["no_geometry", "absent"]),
    "no feature": (lambda d: d["features"].clear(), ["no_feature"]),
    "not a feature": (lambda d: d["features"].__setitem__(0, 7), ["not_feature", "absent"]),
    "projected": (lambda d: d.update(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32749"}}),
                  ["crs"]),
    "topojson": (lambda d: d.update(type="Topology"), ["no_collection"]),
    "one bare feature": (lambda d: (d.update(d["features"][0]), d.pop("features")), ["no_collection"]),
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_way_of_being_broken_has_its_message(name):
    document = copy.deepcopy(checkerboard())
    breaking, expected = BREAKS[name]
    breaking(document)
    assert check(document)[1] == expected


@pytest.mark.parametrize(("data", "expected"), [
    (b'{"type": "FeatureCollection", "features": [', "no_json"), (b"PK\x03\x04\xff\xfe", "no_text"),
    (b"", "no_json"), (b"[]", "no_collection"), (b'"x"', "no_collection"), (b"[" * 100_000, "no_json"),
    (as_bytes(checkerboard()).replace(b"112.5,", b"NaN,", 1), "no_json"),
    (as_bytes(checkerboard()).replace(b"112.5,", b"1e999,", 1), "bad_number"),
])
def test_what_is_no_geojson_at_all(data, expected):
    assert expected in check(data)[1]


def test_broken_characters_and_endless_numbers_do_no_harm():
    document = checkerboard()
    document.update(source="a\ud800\0b", type="FeatureCollection")
    document["features"][0]["geometry"]["coordinates"][0][0][0] = 10**400
    document["features"][1]["properties"] = {"code\ud800": "x\ud800"}
    layer, problems = read_layer(as_bytes(document), file_name="b.geojson")
    assert layer.source == "ab"
    assert [one.what.key.rpartition(".")[2] for one in problems] == ["bad_coordinates", "code"]
    for one in problems:
        assert one.text("id").encode()


def test_broken_json_names_its_line():
    text = json.dumps(checkerboard(), indent=1).replace('"features"', "features", 1)
    _, problems = read_layer(text.encode(), file_name="b.geojson")
    assert problems[0].where == "b.geojson:5"


def test_messages_name_the_feature_by_number_code_and_name():
    document = checkerboard()
    shrink(document, 4, 1.05)
    checked, _ = check(document)
    assert checked.problems[0].where == "b.geojson, feature 1 (35.79.01.1001 Desa 1)"
    assert "35.79.01.1005" in checked.problems[0].text("id")


@pytest.mark.parametrize(("decree", "fine"), [("10.97", True), ("11.07", True), ("10.88", True), ("11.11", False),
                                              ("10.84", False)])
def test_the_area_may_be_one_percent_off_the_decree(decree, fine):
    checked, problems = check(checkerboard(), decree_area_km2=Decimal(decree))
    assert (problems == []) is fine
    if not fine:
        assert problems == ["area"]
        assert f"{decree.replace('.', ',')} km²" in checked.problems[0].text("id")


def test_gaps_that_are_water_or_another_region_pass_when_the_caller_says_so():
    document = checkerboard()
    document["features"].pop(4)
    names = names_of(document)
    assert check(document, names)[1] == ["gap"]
    checked, problems = check(document, names, allow_gaps=True)
    assert problems == []
    assert [notice.what.key for notice in checked.notices] == ["territory.boundary.gap"]


def test_overlaps_are_never_allowed():
    document = checkerboard()
    move(document, 4, 0.2 * SIDE)
    assert "overlap" in check(document, allow_gaps=True)[1]


def test_a_short_slit_towards_the_outside_is_only_worth_a_look():
    document = checkerboard(2, 1)
    left, right = (one["geometry"]["coordinates"][0] for one in document["features"])
    # a wedge between the two, 350 m deep and 30 m wide, opening to the north: 8 % of the border of either
    left[:] = [[112.5, -7.8], [112.5, -7.81], [112.51, -7.81], [112.51, -7.8032], [112.50985, -7.8], [112.5, -7.8]]
    right[:] = [[112.51, -7.8032], [112.51, -7.81], [112.52, -7.81], [112.52, -7.8], [112.51015, -7.8],
                [112.51, -7.8032]]
    checked, problems = check(document, names_of(document))
    assert problems == []
    assert [notice.what.key for notice in checked.notices] == ["territory.boundary.inlet"]

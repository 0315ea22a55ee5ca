"""Maps: every area drawn once with its value, names that touch no hexagon, a shape for what is not known."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest

from sepadan.ground.charts.metrics import width
from sepadan.territory.engine.grid import CORNERS, centre
from sepadan.territory.engine.hexagons import Place, layout
from sepadan.territory.engine.hexmap import NAME_SIZE, RADIUS, Area, hexmap_svg
from sepadan.territory.engine.shading import Shading, quarters
from sepadan.territory.engine.shapes import Shape, boundary_svg

SVG = "{http://www.w3.org/2000/svg}"


def shipped(table: str) -> list[dict[str, str]]:
    text = files("sepadan.territory").joinpath("data", f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def areas_of(region: str) -> list[Area]:
    names = {row["code"]: row["name"] for row in shipped("kecamatan")}
    return [Area(r["code"], r["name"], r["code"][:8], names[r["code"][:8]], (int(r["hex_q"]), int(r["hex_r"])))
            for r in shipped("kelurahan") if r["code"].startswith(region)]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def names_of(root: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """Boxes of the names: text, left, top, right, bottom."""
    boxes = []
    for text in root.iter(f"{SVG}text"):
        if text.get("class") == "kec":
            x, y, wide = float(text.get("x")), float(text.get("y")), width(text.text, NAME_SIZE, bold=True)
            left = x if text.get("text-anchor") == "start" else x - wide
            boxes.append((text.text, left, y - 0.74 * NAME_SIZE, left + wide, y + 0.2 * NAME_SIZE))
    return boxes


def meets_hexagon(box: tuple[str, float, float, float, float], cell: tuple[int, int]) -> bool:
    """Whether a box and a hexagon overlap: no side of either parts them."""
    _, left, top, right, bottom = box
    x, y = (v * RADIUS for v in centre(cell))
    hexagon = [(x + cx * RADIUS, y + cy * RADIUS) for cx, cy in CORNERS]
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for ax, ay in ((1, 0), (0, 1), (0.5, 3**0.5 / 2), (0.5, -(3**0.5) / 2)):
        one = [px * ax + py * ay for px, py in hexagon]
        two = [px * ax + py * ay for px, py in corners]
        if max(one) <= min(two) or max(two) <= min(one):
            return False
    return True


def assert_names_are_free(svg: str, areas: list[Area]) -> None:
    boxes = names_of(parsed(svg))
    assert {box[0] for box in boxes} == {area.group_name for area in areas}
    for box in boxes:
        assert not [area.code for area in areas if meets_hexagon(box, area.cell)], box
    for a, b in combinations(boxes, 2):
        assert a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2], (a, b)


@pytest.mark.parametrize(("region", "count"), [("35.73", 57), ("32.16", 187)])
def test_every_area_is_drawn_once_and_named_in_words(region, count):
    areas = areas_of(region)
    drawing = hexmap_svg(areas, Shading("Nomor", {a.code: k for k, a in enumerate(areas)}), lang="id", title="Nomor")
    root = parsed(drawing.svg)
    groups = [g for g in root.iter(f"{SVG}g") if (g.get("class") or "").startswith("hex ")]
    assert len(groups) == count == len(drawing.twin.rows)
    titles = [g.find(f"{SVG}title").text for g in groups]
    assert titles[3] == f"{areas[3].name}, {areas[3].group_name}: 3"
    assert drawing.unnamed == ()
    assert_names_are_free(drawing.svg, areas)
    assert "style=" not in drawing.svg
    assert root.get("aria-labelledby") == "hexmap-t hexmap-d"


def test_the_drawing_holds_everything_it_draws():
    areas = areas_of("32.16")
    root = parsed(hexmap_svg(areas, Shading("x", {}), lang="id", title="x").svg)
    _, _, wide, high = (float(v) for v in root.get("viewBox").split())
    dx, dy = map(float, re.findall(r"[-\d.]+", root.find(f"{SVG}g").get("transform")))
    for _, left, top, right, bottom in names_of(root):
        assert 0 <= left + dx <= right + dx <= wide
        assert 0 <= top + dy <= bottom + dy <= high


def test_borders_part_the_kecamatan_and_surround_the_whole():
    areas = [Area("a", "A", "g", "G", (0, 0)), Area("b", "B", "h", "H", (1, 0)), Area("c", "C", "h", "H", (0, 1))]
    svg = hexmap_svg(areas, Shading("x", {}), lang="id", title="x").svg
    path = next(p for p in parsed(svg).iter(f"{SVG}path") if p.get("class") == "hex-border").get("d")
    # 18 edges, of which b|c is inside H (drawn never) and a|b, a|c are shared (drawn once): 18 - 2 - 2
    assert path.count("M") == 14


@pytest.mark.parametrize("seed", range(4))
def test_names_of_any_region_touch_no_hexagon(seed):
    rng = np.random.default_rng(seed)
    groups = int(rng.integers(2, 14))
    seeds, points = rng.uniform(0, 1, (groups, 2)), rng.uniform(0, 1, (45, 2))
    places = [Place(f"{k:02d}", f"g{int(np.argmin(((seeds - p) ** 2).sum(axis=1)))}", -7 + p[1] / 3, 112 + p[0] / 3)
              for k, p in enumerate(points)]
    cells = layout(places, starts=4, finalists=1).cells
    areas = [Area(p.code, f"Kelurahan {p.code}", p.group, f"Kecamatan Panjang {p.group}", cells[p.code])
             for p in places]
    drawing = hexmap_svg(areas, Shading("x", {}), lang="en", title="x")
    assert drawing.unnamed == ()
    assert_names_are_free(drawing.svg, areas)


def test_what_is_not_known_has_a_shape_and_no_figure():
    areas = areas_of("35.73")
    values = {area.code: (5 if k else None) for k, area in enumerate(areas)}
    drawing = hexmap_svg(areas, Shading("Nilai", values, missing={"id": "belum terbit", "en": "not published"}),
                         lang="id", title="x")
    unknown = next(g for g in parsed(drawing.svg).iter(f"{SVG}g") if g.get("class") == "hex q0")
    assert unknown.find(f"{SVG}text") is None
    assert unknown.find(f"{SVG}title").text.endswith(": belum terbit")
    assert drawing.key[0] == ("q0", "belum terbit")
    assert drawing.twin.rows[0][2] == "belum terbit"
    assert drawing.twin.raw[0][2] is None


def test_words_are_escaped():
    areas = [Area("a", '<b>"x"&', "g", "<G>", (0, 0))]
    svg = hexmap_svg(areas, Shading("x", {"a": 1}), lang="id", title="<script>").svg
    assert "<script>" not in svg
    assert "<b>" not in svg
    parsed(svg)


def test_two_areas_in_one_hexagon_are_refused():
    with pytest.raises(ValueError, match="two areas"):
        hexmap_svg([Area("a", "A", "g", "G", (0, 0)), Area("b", "B", "g", "G", (0, 0))], Shading("x", {}), lang="id",
                   title="x")


# --- classes ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("values", "expected"), [
    ([], ()),
    ([7], ((7, 7),)),
    ([3, 1, 3], ((1, 1), (3, 3))),
    ([1, 2, 3, 4, 5, 6, 7, 8], ((1, 2), (3, 4), (5, 6), (7, 8))),
    ([0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], ((0, 0), (1, 1), (2, 2), (3, 4))),
])
def test_quarters(values, expected):
    assert quarters(values) == expected


def test_figures_that_read_alike_share_a_class():
    values = [Fraction(96, 100), Fraction(104, 100), Fraction(2), Fraction(3), Fraction(4), Fraction(5)]
    assert quarters(values, "number1")[0] == (Fraction(96, 100), Fraction(104, 100))


@pytest.mark.parametrize(("shading", "expected"), [
    (Shading("x", {"a": 5, "b": 13}, classes=((5, 6), (7, 13))), (("q1", "5–6"), ("q3", "7–13"))),
    (Shading("x", {"a": 1, "b": None}), (("q0", "belum ada"), ("q2", "1"))),
    (Shading("x", {"a": -5}, classes=((-9, -1),)), (("q2", "−9 sampai −1"),)),
    (Shading("x", {"a": Fraction(1, 2)}, form="percent", classes=((Fraction(1, 4), Fraction(3, 4)),)),
     (("q2", "25–75\xa0%"),)),
    (Shading("x", {"a": 2000}, form="rupiah", classes=((1000, 3000),)), (("q2", "Rp1.000–3.000"),)),
])
def test_the_key_writes_classes_as_a_reader_does(shading, expected):
    assert shading.key(list(shading.values), "id") == expected


def test_changes_have_classes_of_their_own():
    values = {"a": -21, "b": -20, "c": Fraction(-201, 100), "d": -2, "e": 2, "f": Fraction(201, 100), "g": 20, "h": 21,
              "i": None}
    shading = Shading("x", values, unit="%", changes=True)
    assert [shading.name(code, shading.ranges()) for code in values] == [
        "d2", "d1", "d1", "z0", "z0", "u1", "u1", "u2", "q0"]
    assert [name for name, _ in shading.key(["a", "e", "h"], "id")] == ["d2", "z0", "u2"]
    assert shading.key(["c", "i"], "en") == (("q0", "not available"), ("d1", "down 2–20 %"))


def test_a_value_outside_the_classes_given_is_refused():
    with pytest.raises(ValueError, match="none of the classes"):
        Shading("x", {"a": 9}, classes=((1, 2),)).shade("a", ((1, 2),))


@pytest.mark.parametrize(("value", "lang", "expected"), [
    (7, "id", "7"), (9732, "id", "9.732"), (182_851, "id", "183 rb"), (182_851, "en", "183k"),
    (1_234_567_890, "id", "1,2 M"), (902_872_395_401, "en", "903bn"), (None, "id", ""), (-1_500_000, "id", "−1,5 jt"),
])
def test_a_hexagon_shows_as_much_as_fits(value, lang, expected):
    assert Shading("x", {"a": value}).inside("a", lang, 13, 41) == expected


# --- true boundaries --------------------------------------------------------------------------------------------------
def squares(side: int) -> list[Shape]:
    """A checkerboard of *side* x *side* areas; the middle one lies in a hole of a ring."""
    shapes = []
    for k in range(side * side):
        x, y = 112 + k % side / 100, -7 - k // side / 100
        ring = [[x, y], [x + 0.01, y], [x + 0.01, y - 0.01], [x, y - 0.01], [x, y]]
        shapes.append(Shape(f"{k:03d}", f"K{k}", f"g{k % side // 2}", f"G{k % side // 2}",
                            json.dumps({"type": "Polygon", "coordinates": [ring]})))
    return shapes


def test_boundaries_are_drawn_with_the_same_classes_key_and_twin():
    shapes = squares(4)
    numbers = Shading("Nomor", {s.code: k for k, s in enumerate(shapes)})
    drawing = boundary_svg(shapes, numbers, lang="id", title="Batas",
                           credit="Sumber: contoh")
    root = parsed(drawing.svg)
    groups = [g for g in root.iter(f"{SVG}g") if (g.get("class") or "").startswith("hex ")]
    assert len(groups) == 16 == len(drawing.twin.rows)
    assert all(g.find(f"{SVG}path").get("d").startswith("M") for g in groups)
    assert {box[0] for box in names_of(root)} == {"G0", "G1"}
    assert root.find(f"{SVG}desc").text.endswith("Sumber: contoh")


def test_a_drawing_of_boundaries_keeps_to_its_size():
    rng = np.random.default_rng(1)
    angles = np.linspace(0, 2 * np.pi, 6_000, endpoint=False)
    radii = 0.1 + 0.01 * np.cumsum(rng.normal(0, 0.02, angles.size))
    ring = np.column_stack([112 + radii * np.cos(angles), -7 + radii * np.sin(angles)]).round(6).tolist()
    shape = Shape("a", "A", "g", "G", json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}))
    assert len(boundary_svg([shape], Shading("x", {}), lang="id", title="x", most_bytes=9_000).svg) <= 9_000
    with pytest.raises(ValueError, match="does not fit"):
        boundary_svg([shape], Shading("x", {}), lang="id", title="x", most_bytes=300)

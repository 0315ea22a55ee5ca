"""The hexagon map of a region's home: one hexagon per kelurahan or desa, shaded by its land area, as SVG.

Idea: the layout was computed when the region's hierarchy was loaded; here it is only drawn. Hexagons fall into four
classes of about equal count; the area is printed inside, in hectares; the thick line is the border between kecamatan.
An area without a value keeps its hexagon, dashed. Pure: places in, markup out; the markup holds no style and no script.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape

from sepadan.ground.charts import Twin
from sepadan.ground.figures import Language, number
from sepadan.ground.messages import render

RADIUS = 26.0
_ROOT3 = math.sqrt(3)
# Neighbour across the edge from corner k to corner k + 1 of a pointy-top hexagon; r grows downwards.
_ACROSS = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
_CORNERS = tuple((RADIUS * math.cos(math.radians(60 * k - 30)), RADIUS * math.sin(math.radians(60 * k - 30)))
                 for k in range(6))
_SHAPE = " ".join(f"{x:.1f},{y:.1f}" for x, y in _CORNERS)
_DIGITS_MAX = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A kelurahan or desa with its cell and its area, if known."""

    code: str
    name: str
    kecamatan: str
    q: int
    r: int
    km2: Decimal | None

    @property
    def hectares(self) -> int | None:
        return None if self.km2 is None else int((self.km2 * 100).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class AreaMap:
    svg: str
    classes: tuple[tuple[str, str], ...]
    twin: Twin
    count: int
    numbered: bool


def area_map(places: Sequence[Place], region: str, lang: Language) -> AreaMap | None:
    """The map of *places*; None without any. Above 100 hexagons the digits are left to the table."""
    if not places:
        return None
    bounds = class_bounds([one.hectares for one in places if one.hectares is not None])
    numbered = len(places) <= 100
    key = tuple((f"q{k}", f"{number(low, lang)}–{number(high, lang)}") for k, (low, high) in enumerate(bounds, 1))
    heads = tuple(render(f"portal.map.{name}", lang) for name in ("village", "district", "code", "hectares"))
    rows = tuple((one.name, one.kecamatan, one.code, number(one.hectares, lang) if one.hectares is not None
                  else render("ground.cells.none", lang)) for one in places)
    raw = tuple((one.name, one.kecamatan, one.code, one.hectares) for one in places)
    twin = Twin(heads, rows, raw, (False, False, False, True))
    return AreaMap(_svg(places, bounds, region, lang, numbered), key, twin, len(places), numbered)


def class_bounds(values: Sequence[int], classes: int = 4) -> list[tuple[int, int]]:
    """Lowest and highest value of each class of about equal count; equal values share a class."""
    ordered = sorted(values)
    if not ordered:
        return []
    cuts = sorted({ordered[min(len(ordered) * k // classes, len(ordered) - 1)] for k in range(classes)})
    found = []
    for k, low in enumerate(cuts):
        inside = [one for one in ordered if one >= low and (k + 1 == len(cuts) or one < cuts[k + 1])]
        found.append((inside[0], inside[-1]))
    return found


def _svg(places: Sequence[Place], bounds: Sequence[tuple[int, int]], region: str, lang: Language,
         numbered: bool) -> str:
    centre = {(one.q, one.r): (RADIUS * _ROOT3 * (one.q + one.r / 2), RADIUS * 1.5 * one.r) for one in places}
    owner = {(one.q, one.r): one.kecamatan for one in places}
    left, top = min(x for x, _ in centre.values()) - RADIUS - 4, min(y for _, y in centre.values()) - RADIUS - 4
    width = max(x for x, _ in centre.values()) - left + RADIUS + 4
    height = max(y for _, y in centre.values()) - top + RADIUS + 4
    title, about = (escape(render(f"portal.map.{name}", lang, {"region": region})) for name in ("title", "about"))
    out = [f'<svg class="hexmap" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="peta-j peta-k">'
           f'<title id="peta-j">{title}</title><desc id="peta-k">{about}</desc>']
    borders = []
    for one in places:
        x, y = centre[one.q, one.r][0] - left, centre[one.q, one.r][1] - top
        out.append(_hexagon(one, x, y, bounds, lang, numbered))
        for k, (dq, dr) in enumerate(_ACROSS):
            other = owner.get((one.q + dq, one.r + dr))
            if other is None or other < one.kecamatan:
                (ax, ay), (bx, by) = _CORNERS[k], _CORNERS[(k + 1) % 6]
                borders.append(f"M{x + ax:.1f} {y + ay:.1f}L{x + bx:.1f} {y + by:.1f}")
    return "".join([*out, f'<path class="hex-border" d="{"".join(borders)}"/></svg>'])


def _hexagon(one: Place, x: float, y: float, bounds: Sequence[tuple[int, int]], lang: Language, numbered: bool) -> str:
    value = one.hectares
    shade = 0 if value is None else next(k for k, (low, high) in enumerate(bounds, 1) if low <= value <= high)
    words = render("ground.cells.none", lang) if value is None else f"{number(value, lang)} ha"
    digits = f'<text y="5">{value}</text>' if numbered and value is not None and len(str(value)) <= _DIGITS_MAX else ""
    return (f'<g class="hex q{shade}" transform="translate({x:.1f} {y:.1f})"><title>{escape(one.name)}, '
            f'{escape(one.kecamatan)}: {words}</title><polygon points="{_SHAPE}"/>{digits}</g>')

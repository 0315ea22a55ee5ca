"""The map of true boundaries as SVG, drawn like the hexagon map: same classes, key, names outside and table twin.

Borders are simplified together (a shared border stays shared) until the drawing is no larger than ``MOST_BYTES``. The
projection is a plane at the mean latitude, enough for one region. Figures stand in the title of each area and in the
table, not on the map: areas differ too much in size. Thick lines are the borders of kecamatan, dissolved from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sepadan.ground.cells import Words, in_words
from sepadan.ground.charts.metrics import width
from sepadan.ground.figures import Language
from sepadan.ground.messages import message
from sepadan.territory.engine.hexmap import MARGIN, NAME_SIZE, Drawing, label_marks, sides_with_labels
from sepadan.territory.engine.labels import Label, place_labels
from sepadan.territory.engine.shading import Shading, table_twin

SIZE = 520.0
MOST_BYTES = 60_000
BETWEEN_NAMES = 18.0
FINEST, COARSER = 0.4, 1.5  # pixels that a border may move at first, and how many times more at each further try
FINEST_TO_COARSEST = 14


@dataclass(frozen=True, slots=True)
class Shape:
    """One area with its true boundary as GeoJSON text (WGS84)."""

    code: str
    name: str
    group: str
    group_name: str
    geometry: str


def boundary_svg(shapes: Sequence[Shape], shading: Shading, *, lang: Language, title: Words,
                 description: Words | None = None, credit: str = "", name: str = "boundary",
                 most_bytes: int = MOST_BYTES) -> Drawing:
    """The map of *shapes*. *credit* (source and licence of the boundaries) ends the description.

    Raises ValueError on no shape, and when even the coarsest drawing is larger than *most_bytes*.
    """
    if not shapes:
        raise ValueError("a map needs at least one shape")
    about = in_words(description if description is not None else message("territory.map.boundary_description"), lang)
    head = (in_words(title, lang), f"{about} {credit}".strip())
    ranges = shading.ranges()
    names = {shape.group: shape.group_name for shape in shapes}
    widths = tuple(sorted((group, width(text, NAME_SIZE, bold=True)) for group, text in names.items()))
    flat = _flattened(tuple((shape.group, shape.geometry) for shape in shapes))
    labels, unnamed = flat.labels(widths)
    left, right = sides_with_labels(flat.outline.bounds(), labels, dict(widths))
    opening = "\n".join(_frame(head, name, (left, right, flat.outline.bottom)))
    areas = [f'<g class="hex {shading.name(s.code, ranges)}"><title>'
             f'{escape(f"{s.name}, {s.group_name}: {shading.text(s.code, lang)}")}</title><path d="' for s in shapes]
    closing = "\n".join([*label_marks(labels, names), "</g></svg>"])
    fixed = len(f"{opening}{closing}{''.join(areas)}".encode()) + 12 * len(areas) + 60
    paths, border = flat.paths(most_bytes - fixed)
    svg = "\n".join([opening, *(f'{area}{path}"/></g>' for area, path in zip(areas, paths, strict=True)),
                     f'<path class="hex-border" d="{border}"/>', closing])
    twin = table_twin([(s.code, s.name, s.group_name) for s in sorted(shapes, key=lambda s: s.code)], shading, lang)
    return Drawing(svg, shading.key([s.code for s in shapes], lang), twin, tuple(unnamed))


def _frame(head: tuple[str, str], name: str, box: tuple[float, float, float]) -> list[str]:
    left, right, bottom = box
    return [
        f'<svg class="hexmap boundary" viewBox="0 0 {right - left + 2 * MARGIN:.0f} {bottom + 2 * MARGIN:.0f}" '
        f'role="img" aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{escape(head[0])}</title>', f'<desc id="{name}-d">{escape(head[1])}</desc>',
        f'<g transform="translate({MARGIN - left:.1f} {MARGIN:.1f})">',
    ]


def _flat(geometries: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """In pixels, y downwards, the longer side ``SIZE`` long, the upper left corner at (0, 0)."""
    west, south, east, north = shapely.total_bounds(np.array(geometries, dtype=object)).tolist()
    shrink = math.cos(math.radians((south + north) / 2))
    scale = SIZE / max((east - west) * shrink, north - south)

    def project(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]
                ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.column_stack([(points[:, 0] - west) * shrink * scale, (north - points[:, 1]) * scale])

    return [shapely.transform(geometry, project) for geometry in geometries]


@lru_cache(maxsize=16)
def _flattened(shapes: tuple[tuple[str, str], ...]) -> _Flat:
    return _Flat(shapes)


class _Flat:
    """Shapes laid flat, with what was drawn of them before: a page is asked for more often than borders change."""

    def __init__(self, shapes: Sequence[tuple[str, str]]):
        self._groups = [group for group, _ in shapes]
        self._geometries = _flat([shapely.from_geojson(text) for _, text in shapes])
        self.outline = _Outline(self._geometries, self._groups)
        self._labels: dict[tuple[tuple[str, float], ...], tuple[list[Label], list[str]]] = {}
        self._drawn: list[tuple[int, list[str], str]] = []  # bytes, paths, border; finest first

    def labels(self, widths: tuple[tuple[str, float], ...]) -> tuple[list[Label], list[str]]:
        if widths not in self._labels:
            self._labels[widths] = place_labels(dict(widths), self.outline.heights(), self.outline,
                                                self.outline.bounds())
        return self._labels[widths]

    def paths(self, most: int) -> tuple[list[str], str]:
        """A path for each area and one for the borders, together at most *most* bytes: the finest that fits."""
        for k in range(FINEST_TO_COARSEST):
            if k == len(self._drawn):
                drawn = shapely.coverage_simplify(self._geometries, FINEST * COARSER**k)
                paths, border = [_path(geometry) for geometry in drawn], _borders(drawn, self._groups)
                self._drawn.append((sum(map(len, paths)) + len(border), paths, border))
            size, paths, border = self._drawn[k]
            if size <= most:
                return paths, border
        raise ValueError(f"a map of {len(self._groups)} areas does not fit into {most} bytes")


def _path(geometry: BaseGeometry) -> str:
    """Rings as relative lines, tenths of a pixel; holes are holes by the even-odd rule of their direction."""
    return "".join(_ring(np.rint(shapely.get_coordinates(ring) * 10).astype(int).tolist()) + "z"
                   for part in shapely.get_parts(shapely.orient_polygons(geometry))
                   for ring in (part.exterior, *part.interiors))


def _line(geometry: BaseGeometry) -> str:
    return "".join(_ring(np.rint(shapely.get_coordinates(line) * 10).astype(int).tolist())
                   for line in shapely.get_parts(geometry))


def _ring(points: Iterable[Sequence[int]]) -> str:
    (x, y), *rest = points
    text = [f"M{_tenths(x)} {_tenths(y)}l"]
    for nx, ny in rest:
        if (nx, ny) != (x, y):
            text.append(f"{_tenths(nx - x)} {_tenths(ny - y)} ".replace(" -", "-"))
        x, y = nx, ny
    return "".join(text).rstrip(" l")


def _tenths(value: int) -> str:
    """``-0.4`` as ``-.4``, ``12.0`` as ``12``."""
    whole, part = divmod(abs(value), 10)
    return ("-" if value < 0 else "") + (f"{whole or ''}.{part}" if part else str(whole))


def _borders(drawn: Sequence[BaseGeometry], groups: Sequence[str]) -> str:
    edges = [shapely.boundary(shapely.coverage_union_all([g for g, own in zip(drawn, groups, strict=True)
                                                          if own == group])) for group in sorted(set(groups))]
    return _line(shapely.line_merge(shapely.union_all(edges)))


class _Outline:
    """The outline of the whole and of each kecamatan, for placing labels (``labels.Outline``)."""

    def __init__(self, flat: Sequence[BaseGeometry], groups: Sequence[str]):
        self._whole = shapely.union_all(flat)
        members: Mapping[str, list[BaseGeometry]] = {group: [] for group in groups}
        for geometry, group in zip(flat, groups, strict=True):
            members[group].append(geometry)
        self._own = {group: shapely.union_all(own) for group, own in members.items()}
        self.bottom = float(shapely.bounds(self._whole)[3])

    def bounds(self) -> tuple[float, float]:
        low, _, high, _ = shapely.bounds(self._whole).tolist()
        return low, high

    def heights(self) -> list[float]:
        return [BETWEEN_NAMES / 2 + k * BETWEEN_NAMES for k in range(max(1, int(self.bottom // BETWEEN_NAMES)))]

    def extent(self, top: float, bottom: float) -> tuple[float, float] | None:
        low, high = self.bounds()
        return _across(shapely.intersection(self._whole, shapely.box(low, top, high, bottom)))

    def reach(self, group: str, y: float) -> tuple[float, float] | None:
        low, high = self.bounds()
        line = shapely.linestrings([(low - 1, y), (high + 1, y)])
        return _across(shapely.intersection(self._own[group], line))

    def middle(self, group: str) -> float:
        return float(shapely.get_y(shapely.centroid(self._own[group])))


def _across(geometry: BaseGeometry) -> tuple[float, float] | None:
    if geometry.is_empty:
        return None
    low, _, high, _ = shapely.bounds(geometry).tolist()
    return low, high

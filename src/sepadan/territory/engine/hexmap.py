"""The hexagon map of a region as SVG: one hexagon per kelurahan, thick borders of kecamatan, names outside.

The drawing has the classes of the stylesheet and no style of its own, so that it follows the theme of the page and
passes a strict content security policy. It carries a title and a description; its values are also in the table twin.
Layouts come from ``hexagons.py``; this module only draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from sepadan.ground.cells import Words, in_words
from sepadan.ground.charts.metrics import width
from sepadan.ground.charts.twin import Twin
from sepadan.ground.figures import Language
from sepadan.ground.messages import message
from sepadan.territory.engine.grid import CORNERS, DIRECTIONS, ROOT3, Cell, Point, centre
from sepadan.territory.engine.labels import Label, place_labels
from sepadan.territory.engine.shading import Shading, table_twin

RADIUS = 26.0
FIGURE_SIZE, NAME_SIZE = 13.0, 13.5
FIGURE_ROOM = 41.0
MARGIN = 8.0
LINE_OFF = 10.5  # a line this far above or below the middle of a row touches no figure
MANY = 100


@dataclass(frozen=True, slots=True)
class Area:
    """One hexagon: kelurahan, the kecamatan it belongs to, and its cell."""

    code: str
    name: str
    group: str
    group_name: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: the SVG, its key as (class, words), its table twin, and kecamatan for whose names there was no room."""

    svg: str
    key: tuple[tuple[str, str], ...]
    twin: Twin
    unnamed: tuple[str, ...] = ()


def hexmap_svg(areas: Sequence[Area], shading: Shading, *, lang: Language, title: Words,
               description: Words | None = None, name: str = "hexmap") -> Drawing:
    """The map of *areas* in the classes of *shading*. *name* makes its ids unique on a page.

    Raises ValueError on no area, and on two areas in one cell.
    """
    if not areas:
        raise ValueError("a map needs at least one area")
    if len({area.cell for area in areas}) != len(areas):
        raise ValueError("two areas share a hexagon; compute the layout of the region anew")
    board = _Board(areas)
    names = {area.group: area.group_name for area in areas}
    widths = {group: width(text, NAME_SIZE, bold=True) for group, text in names.items()}
    labels, unnamed = place_labels(widths, board.heights(), board, board.bounds())
    left, right = sides_with_labels(board.bounds(), labels, widths)
    top, bottom = board.levels()
    box = f"0 0 {right - left + 2 * MARGIN:.0f} {bottom - top + 2 * MARGIN:.0f}"
    about = in_words(description if description is not None else message("territory.map.description"), lang)
    parts = [
        f'<svg class="hexmap{" many" if len(areas) > MANY else ""}" viewBox="{box}" role="img" '
        f'aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{escape(in_words(title, lang))}</title>',
        f'<desc id="{name}-d">{escape(about)}</desc>',
        f'<g transform="translate({MARGIN - left:.1f} {MARGIN - top:.1f})">',
        *_hexagons(areas, board, shading, lang),
        f'<path class="hex-border" d="{_borders(areas, board)}"/>',
        *label_marks(labels, names),
        "</g></svg>",
    ]
    twin = table_twin([(a.code, a.name, a.group_name) for a in sorted(areas, key=lambda a: a.code)], shading, lang)
    return Drawing("\n".join(parts), shading.key([a.code for a in areas], lang), twin, tuple(unnamed))


def _hexagons(areas: Sequence[Area], board: _Board, shading: Shading, lang: Language) -> list[str]:
    ranges = shading.ranges()
    points = " ".join(f"{x * RADIUS:.1f},{y * RADIUS:.1f}" for x, y in CORNERS).replace("-0.0", "0.0")
    found = []
    for area in areas:
        x, y = board.spots[area.cell]
        words = escape(f"{area.name}, {area.group_name}: {shading.text(area.code, lang)}")
        figure = shading.inside(area.code, lang, FIGURE_SIZE, FIGURE_ROOM)
        found.append(f'<g class="hex {shading.name(area.code, ranges)}" transform="translate({x:.1f} {y:.1f})">'
                     f'<title>{words}</title><polygon points="{points}"/>'
                     + (f'<text y="5">{escape(figure)}</text>' if figure else "") + "</g>")
    return found


def _borders(areas: Sequence[Area], board: _Board) -> str:
    """The outline of the whole and the lines between kecamatan, each edge once."""
    owner = {area.cell: area.group for area in areas}
    path = []
    for (q, r), group in owner.items():
        x, y = board.spots[q, r]
        for k, (dq, dr) in enumerate(DIRECTIONS):
            other = owner.get((q + dq, r + dr))
            if other is None or other > group:
                (ax, ay), (bx, by) = CORNERS[k], CORNERS[(k + 1) % 6]
                path.append(f"M{x + ax * RADIUS:.1f} {y + ay * RADIUS:.1f}L{x + bx * RADIUS:.1f} {y + by * RADIUS:.1f}")
    return "".join(path)


def label_marks(labels: Sequence[Label], names: Mapping[str, str]) -> list[str]:
    """Lines, dots and names as SVG."""
    marks = []
    for label in labels:
        anchor = "start" if label.side == "right" else "end"
        if label.dot is not None:
            start = label.x - 3 if label.side == "right" else label.x + 3
            marks.append(f'<path class="hex-leader" d="M{start:.1f} {label.y:.1f}H{label.dot:.1f}"/>'
                         f'<circle class="hex-dot" cx="{label.dot:.1f}" cy="{label.y:.1f}" r="3"/>')
        marks.append(f'<text class="kec" x="{label.x:.1f}" y="{label.y + 4.6:.1f}" text-anchor="{anchor}">'
                     f'{escape(names[label.group])}</text>')
    return marks


def sides_with_labels(bounds: tuple[float, float], labels: Sequence[Label], widths: Mapping[str, float]
                      ) -> tuple[float, float]:
    """Least and greatest x of a map together with its names."""
    left = min([bounds[0], *(lb.x - widths[lb.group] for lb in labels if lb.side == "left")])
    right = max([bounds[1], *(lb.x + widths[lb.group] for lb in labels if lb.side == "right")])
    return left, right


class _Board:
    """The outline of a hexagon map, for placing labels (``labels.Outline``)."""

    def __init__(self, areas: Sequence[Area]):
        self.spots: dict[Cell, Point] = {}
        self._own: dict[str, list[Point]] = {}
        for area in areas:
            x, y = centre(area.cell)
            spot = (x * RADIUS, y * RADIUS)
            self.spots[area.cell] = spot
            self._own.setdefault(area.group, []).append(spot)

    def bounds(self) -> tuple[float, float]:
        xs = [x for x, _ in self.spots.values()]
        return min(xs) - RADIUS * ROOT3 / 2, max(xs) + RADIUS * ROOT3 / 2

    def levels(self) -> tuple[float, float]:
        ys = [y for _, y in self.spots.values()]
        return min(ys) - RADIUS, max(ys) + RADIUS

    def heights(self) -> list[float]:
        rows = sorted({round(y, 3) for _, y in self.spots.values()})
        return [y + off for y in rows for off in (-LINE_OFF, LINE_OFF)]

    def extent(self, top: float, bottom: float) -> tuple[float, float] | None:
        return _across(self.spots.values(), top, bottom)

    def reach(self, group: str, y: float) -> tuple[float, float] | None:
        return _across([spot for spot in self._own[group] if abs(spot[1] - y) < RADIUS * 0.6], y, y)

    def middle(self, group: str) -> float:
        own = self._own[group]
        return sum(y for _, y in own) / len(own)


def _across(spots: Iterable[Point], top: float, bottom: float) -> tuple[float, float] | None:
    """Least and greatest x of the hexagons on *spots* between two heights."""
    low: float | None = None
    high: float | None = None
    for x, y in spots:
        off = 0.0 if top <= y <= bottom else min(abs(y - top), abs(y - bottom))
        if off >= RADIUS:
            continue
        half = min(RADIUS * ROOT3 / 2, (RADIUS - off) * ROOT3)
        low = x - half if low is None else min(low, x - half)
        high = x + half if high is None else max(high, x + half)
    return None if low is None or high is None else (low, high)

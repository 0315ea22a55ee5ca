"""Where the names of the kecamatan stand: outside the map, beside their own rim, or at the end of a straight line.

Idea. A name may stand left or right of the outline, at any of a row of heights. At each height the outline tells how
far out the text must begin, so that no text ever lies on the map; and each kecamatan tells whether a horizontal line
at that height meets it. Where it meets it at the rim, the name needs no line; elsewhere a line leads to a dot inside.
One name per place: the cheapest assignment (Hungarian method) decides. The heights are given by the maker of the map,
apart enough for two lines of text, and such that a line crosses no figure.

Units: pixels of the drawing, y downwards. What no horizontal line meets, or more names than places, stays without a
name and is returned as such; the drawing names every area in its own title and in the table twin anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

Side = Literal["left", "right"]
TEXT_HALF = 8.0  # half the height of a line of text, with a little air
GAP = 7.0  # between outline and text
DIRECT = 9.0  # a name this near to its kecamatan needs no line
DOT_INSIDE = 7.0
LINE_PRICE = 45.0
WIDER_PRICE = 1.2
OFF_MIDDLE_PRICE = 0.35
_NEVER = 1e9


class Outline(Protocol):
    """What a map tells about its shape."""

    def extent(self, top: float, bottom: float) -> tuple[float, float] | None:
        """Leftmost and rightmost x of the map between two heights, None where there is no map."""

    def reach(self, group: str, y: float) -> tuple[float, float] | None:
        """Leftmost and rightmost x of a group at a height, None where a line at that height does not meet it."""

    def middle(self, group: str) -> float:
        """The height of the group's middle."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name at ``(x, y)`` (y is the middle of the text), with a line from ``x`` to ``dot`` unless ``dot`` is None."""

    group: str
    x: float
    y: float
    side: Side
    dot: float | None


def place_labels(widths: Mapping[str, float], heights: Sequence[float], outline: Outline,
                 bounds: tuple[float, float]) -> tuple[list[Label], list[str]]:
    """Labels for the groups of *widths* (width of each name), and the groups that found no place.

    *bounds* are the least and greatest x of the map; a name that reaches beyond them makes the drawing wider.
    """
    from scipy.optimize import linear_sum_assignment  # half a second that only a process that draws should pay

    groups = sorted(widths)
    places: list[tuple[Side, float]] = [(side, y) for y in heights for side in ("left", "right")]
    if not groups or not places:
        return [], groups
    found: dict[tuple[int, int], Label] = {}
    cost = np.full((len(groups), len(places)), _NEVER)
    for i, group in enumerate(groups):
        for j, (side, y) in enumerate(places):
            label = _label(group, side, y, outline)
            if label is not None:
                found[i, j] = label
                cost[i, j] = _price(label, widths[group], outline, bounds)
    rows, columns = linear_sum_assignment(cost)
    labels = [found[i, j] for i, j in zip(rows.tolist(), columns.tolist(), strict=True) if (i, j) in found]
    named = {label.group for label in labels}
    return labels, [group for group in groups if group not in named]


def _label(group: str, side: Side, y: float, outline: Outline) -> Label | None:
    around, own = outline.extent(y - TEXT_HALF, y + TEXT_HALF), outline.reach(group, y)
    if around is None or own is None:
        return None
    if side == "right":
        x, edge, inside = around[1] + GAP, own[1], own[1] - min(DOT_INSIDE, (own[1] - own[0]) / 2)
    else:
        x, edge, inside = around[0] - GAP, own[0], own[0] + min(DOT_INSIDE, (own[1] - own[0]) / 2)
    return Label(group, x, y, side, None if abs(x - edge) <= GAP + DIRECT else inside)


def _price(label: Label, width: float, outline: Outline, bounds: tuple[float, float]) -> float:
    end = label.x + width if label.side == "right" else label.x - width
    wider = max(0.0, end - bounds[1], bounds[0] - end)
    line = 0.0 if label.dot is None else LINE_PRICE + abs(label.x - label.dot)
    return line + WIDER_PRICE * wider + OFF_MIDDLE_PRICE * abs(label.y - outline.middle(label.group))

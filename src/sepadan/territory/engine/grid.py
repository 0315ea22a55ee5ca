"""The hexagonal grid: axial coordinates, neighbours, parts and holes. Integers, apart from ``centre`` and ``CORNERS``.

A cell is an axial pair ``(q, r)`` of a pointy-top grid; *r* grows downwards, as y does on a screen. Edge ``i`` of a
hexagon lies between ``CORNERS[i]`` and ``CORNERS[i + 1]`` and faces the neighbour in ``DIRECTIONS[i]``. The unit of
length is the radius of a hexagon, from its centre to a corner.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Iterable
from functools import lru_cache

Cell = tuple[int, int]
Point = tuple[float, float]

DIRECTIONS: tuple[Cell, ...] = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
ROOT3 = math.sqrt(3)
CORNERS: tuple[Point, ...] = tuple(
    (math.cos(math.radians(60 * k - 30)), math.sin(math.radians(60 * k - 30))) for k in range(6))


@lru_cache(maxsize=1 << 16)
def centre(cell: Cell) -> Point:
    q, r = cell
    return ROOT3 * (q + r / 2), 1.5 * r


@lru_cache(maxsize=1 << 16)
def neighbours(cell: Cell) -> tuple[Cell, ...]:
    """The six cells around *cell*, in the order of ``DIRECTIONS``."""
    q, r = cell
    return tuple((q + dq, r + dr) for dq, dr in DIRECTIONS)


def parts(cells: Iterable[Cell]) -> list[set[Cell]]:
    """The connected parts of *cells*, largest first; equal sizes in order of their smallest cell."""
    left, found = set(cells), []
    while left:
        stack = [left.pop()]
        part = set(stack)
        while stack:
            for near in neighbours(stack.pop()):
                if near in left:
                    left.remove(near)
                    part.add(near)
                    stack.append(near)
        found.append(part)
    return sorted(found, key=lambda part: (-len(part), min(part)))


def holes(cells: Collection[Cell]) -> set[Cell]:
    """Empty cells that cannot reach the outside without crossing *cells*."""
    used = set(cells)
    if not used:
        return set()
    low_q, high_q = min(q for q, _ in used) - 1, max(q for q, _ in used) + 1
    low_r, high_r = min(r for _, r in used) - 1, max(r for _, r in used) + 1
    inside = {(q, r) for q in range(low_q, high_q + 1) for r in range(low_r, high_r + 1)} - used
    rim = [c for c in inside if c[0] in (low_q, high_q) or c[1] in (low_r, high_r)]
    inside.difference_update(rim)
    while rim:
        for near in neighbours(rim.pop()):
            if near in inside:
                inside.remove(near)
                rim.append(near)
    return inside


def runs_around(cell: Cell, cells: Container[Cell]) -> int:
    """How many separate runs of *cells* lie around *cell*, going once round it; 1 when taking it out or putting it in
    can neither split the rest nor enclose a hole, 0 when it has no neighbour or is surrounded."""
    a, b, c, d, e, f = (near in cells for near in neighbours(cell))
    return (a and not f) + (b and not a) + (c and not b) + (d and not c) + (e and not d) + (f and not e)

"""A floor as a picture: its spaces as shapes with a number, larger ones beneath, in tenths of a metre.

``Space.plan`` is a list of corners in metres from the north-west corner. A space that encloses others (a hall over its
halves) is drawn as an outline beneath them, with its number at its corner, the others with theirs in the middle. A name
stands in a shape only where it fits; the table beside the picture has them all. Shapes without three corners are left
out of the picture and only stand in the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNIT = 10
LETTER = 5.6  # width of a letter of a name, in units
Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One space: the corners as SVG wants them, where its number and name stand, whether it encloses others."""

    key: int
    number: int
    points: str
    x: str
    y: str
    name_y: str
    shows_name: bool
    encloses: bool


def shapes_of(plans: Mapping[int, Sequence[Sequence[float]]], names: Mapping[int, str]) -> list[Shape]:
    """The shapes of a floor in the order in which they are drawn. Numbers follow the order of *plans*."""
    corners = {key: [(float(x), float(y)) for x, y in plan] for key, plan in plans.items() if len(plan) >= 3}
    numbers = {key: number for number, key in enumerate(plans, 1)}
    found = []
    for key in sorted(corners, key=lambda one: (-area(corners[one]), numbers[one])):
        mine = corners[key]
        encloses = any(other != key and area(corners[other]) < area(mine) and all(
            _within(corner, mine) for corner in corners[other]) for other in corners)
        left, right = min(x for x, _ in mine), max(x for x, _ in mine)
        top, bottom = min(y for _, y in mine), max(y for _, y in mine)
        x, y = ((left + 0.9, top - 0.35) if encloses else ((left + right) / 2, (top + bottom) / 2))
        fits = not encloses and len(names[key]) * LETTER <= (right - left) * UNIT - 8 and bottom - top >= 4
        found.append(Shape(key, numbers[key], " ".join(f"{_text(a)},{_text(b)}" for a, b in mine), _text(x),
                           _text(y - (0.4 if fits else -0.5)), _text(y + 1.2), fits, encloses))
    return found


def area(corners: Sequence[Corner]) -> float:
    """The area within *corners*, square metres."""
    following = [*corners[1:], corners[0]]
    return abs(sum(x * b - a * y for (x, y), (a, b) in zip(corners, following, strict=True))) / 2


def _within(corner: Corner, shape: Sequence[Corner]) -> bool:
    """Whether a corner lies in the box of a shape; spaces of a floor are boxes or nearly so."""
    return (min(x for x, _ in shape) <= corner[0] <= max(x for x, _ in shape)
            and min(y for _, y in shape) <= corner[1] <= max(y for _, y in shape))


def _text(metres: float) -> str:
    return f"{metres * UNIT:.1f}".removesuffix(".0")

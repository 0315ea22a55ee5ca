"""The cells that a replay releases - tenths of the objects by NJOP, kelurahan - and how small ones are merged.

Idea: a figure about fewer than ``MIN_OWNERS`` owners could be read back to a person, so it never leaves: its objects
are counted with the neighbouring cell, and sums are kept. An NJOP limit of a tenth is given in three digits, the
highest not at all, because it is the value of one object.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

MIN_OWNERS = 10
BUCKETS = ("down_over_20", "down_2_20", "same", "up_2_20", "up_over_20")
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the objects by NJOP. ``counts`` per bucket of change; a merged bucket is 0 and named in ``merged``.

    ``last`` is the highest tenth of a group, ``number`` itself where none was joined. ``njop_to`` is in three digits,
    and 0 for the highest tenth.
    """

    number: int
    objects: int
    owners: int
    njop_to: int
    before: int
    after: int
    counts: tuple[int, ...]
    merged: tuple[str, ...]
    last: int

    @property
    def change(self) -> Fraction | None:
        return Fraction(self.after - self.before, self.before) if self.before else None

    @property
    def mean_change(self) -> Fraction:
        """Rupiah per object."""
        return Fraction(self.after - self.before, self.objects)

    @property
    def label(self) -> str:
        return str(self.number) if self.last == self.number else f"{self.number}–{self.last}"


@dataclass(frozen=True, slots=True)
class Village:
    """One kelurahan, or several merged so that at least ``MIN_OWNERS`` owners stand behind the figures."""

    codes: tuple[str, ...]
    objects: int
    owners: int
    before: int
    after: int
    up: int
    down: int

    @property
    def change(self) -> Fraction | None:
        return Fraction(self.after - self.before, self.before) if self.before else None


def merge_small(counts: Sequence[int], owners: Sequence[int]) -> tuple[list[int], list[int]]:
    """Counts with every cell of fewer than ``MIN_OWNERS`` owners moved into a neighbour, and which were moved.

    The neighbour is the nearest that holds something, of two the larger. Empty cells stay empty. The sum is kept.
    """
    line, moved = list(counts), []
    for place, people in enumerate(owners):
        if line[place] == 0 or people >= MIN_OWNERS:
            continue
        beside = [other for other in range(len(line)) if other != place and line[other]]
        if not beside:
            continue
        target = min(beside, key=lambda other: (abs(other - place), -line[other]))
        line[target] += line[place]
        line[place] = 0
        moved.append(place)
    return line, moved


def groups_of(
    owners: Sequence[int], together: Callable[[list[int]], int], kin: Sequence[str] = ()
) -> list[tuple[list[int], int]]:
    """Places in order with their owners, each of fewer than ``MIN_OWNERS`` joined to the group beside it.

    Of two neighbours one of the same *kin* is preferred, then the larger. *together* counts the owners of several
    places as one. A single group may stay too small: then nothing at all can be released.
    """
    groups = [([place], people) for place, people in enumerate(owners)]
    while len(groups) > 1:
        place = next((i for i, (_, people) in enumerate(groups) if people < MIN_OWNERS), None)
        if place is None:
            break
        mine = kin[groups[place][0][0]] if kin else ""
        beside = [i for i in (place - 1, place + 1) if 0 <= i < len(groups)]
        target = min(beside, key=lambda i: (bool(kin) and kin[groups[i][0][0]] != mine, -groups[i][1]))
        first, second = sorted((place, target))
        members = [*groups[first][0], *groups[second][0]]
        groups[first : second + 1] = [(members, together(members))]
    return groups


def three_digits(value: int) -> int:
    """*value* in three significant digits, rounded up, so that it stays a limit."""
    step: int = 10 ** max(len(str(value)) - DIGITS, 0)
    return -(-value // step) * step

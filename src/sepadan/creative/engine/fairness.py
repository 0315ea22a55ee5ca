"""Who gets the space: shares of groups, how much the same organisers have of it, and what the public may see of it.

A *grant* is one meeting that was given: its booking, its hours, to which value it belongs of each trait. A trait parts
all grants, so that its cells add up to the whole. For the public a cell of fewer than ``LEAST`` bookings is hidden; if
that would leave it to be reckoned from the rest and the whole, the next smallest is hidden too. Hours are exact. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

LEAST = 5
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Grant:
    """A meeting that was given to an organiser. ``kecamatan`` and ``subsector`` are empty where nobody told them."""

    booking: int
    organiser: str
    length: timedelta
    kind: str = ""
    subsector: str = ""
    kecamatan: str = ""
    disability: bool = False
    newcomer: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """Of one value of a trait: bookings, organisers, hours. ``hidden``: too few to be told."""

    value: Hashable
    bookings: int
    organisers: int
    length: timedelta
    hidden: bool = False


TRAITS: dict[str, Callable[[Grant], Hashable]] = {
    "kind": lambda one: one.kind, "newcomer": lambda one: one.newcomer, "disability": lambda one: one.disability,
    "subsector": lambda one: one.subsector, "kecamatan": lambda one: one.kecamatan,
}


def cells_of(grants: Iterable[Grant], trait: str) -> list[Cell]:
    """The cells of a trait, the most hours first."""
    parts: dict[Hashable, list[Grant]] = defaultdict(list)
    for one in grants:
        parts[TRAITS[trait](one)].append(one)
    found = [Cell(value, len({one.booking for one in some}), len({one.organiser for one in some}),
                  sum((one.length for one in some), NOTHING)) for value, some in parts.items()]
    return sorted(found, key=lambda one: (-one.length, str(one.value)))


def hide_small(cells: Sequence[Cell], least: int = LEAST) -> list[Cell]:
    """*cells* with those hidden that are too few to be told, and what would give them away.

    A cell is small when fewer than *least* bookings or organisers stand in it. If the hidden ones together are fewer
    than *least* bookings or it is one alone, the smallest of the others is hidden as well.
    """
    small = {one.value for one in cells if min(one.bookings, one.organisers) < least}
    rest = sorted((one for one in cells if one.value not in small), key=lambda one: (one.bookings, str(one.value)))
    if small and rest and (len(small) == 1 or sum(one.bookings for one in cells if one.value in small) < least):
        small.add(rest[0].value)
    return [replace(one, hidden=one.value in small) for one in cells]


def hide_counts(counts: dict[str, int], least: int = LEAST) -> dict[str, int | None]:
    """Counts by reason for the public: None where there are too few, or where one alone would follow from the sum."""
    small = {name for name, count in counts.items() if 0 < count < least}
    rest = sorted((name for name in counts if name not in small and counts[name]),
                  key=lambda name: (counts[name], name))
    if len(small) == 1 and rest:
        small.add(rest[0])
    return {name: None if name in small else count for name, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much the same organisers have. ``top_share``: hours of the tenth of organisers with the most, per cent."""

    organisers: int
    once: int
    often: int
    top: int
    top_share: int | None


def concentration(grants: Sequence[Grant], often: int = 4) -> Concentration:
    """Organisers, how many came once, how many *often* times or more, and the share of the tenth with most hours."""
    bookings: dict[str, set[int]] = defaultdict(set)
    lengths: dict[str, timedelta] = defaultdict(lambda: NOTHING)
    for one in grants:
        bookings[one.organiser].add(one.booking)
        lengths[one.organiser] += one.length
    counts = [len(some) for some in bookings.values()]
    top = max(1, len(counts) // 10) if counts else 0
    whole = sum(lengths.values(), NOTHING)
    most = sum(sorted(lengths.values(), reverse=True)[:top], NOTHING)
    share = None if not whole else (200 * most // whole + 1) // 2
    return Concentration(len(counts), sum(1 for one in counts if one == 1), sum(1 for one in counts if one >= often),
                         top, share)

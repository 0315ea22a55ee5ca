"""The columns of a roll: their content hash, and what a replay needs to know of each row.

One row per taxable object, in the order of NOP; money is rupiah in 64-bit integers. Owners are numbered by first
appearance in that order, so that the numbering says nothing about the database's keys. The hash covers what makes the
roll what it is - the number of each object, its village, owner, use, areas, classes, values and whether a bill was
printed - and neither names nor addresses. Integers only: the same roll has the same hash on every machine.

Not for rolls beyond 2^31 objects.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
FORMAT = "sepadan roll 1"
DECILES = 10


@dataclass(frozen=True)
class RollColumns:
    """All arrays have one length. ``village`` indexes *villages* (sorted codes); ``owner`` counts from 1.

    ``food_land`` and ``printed`` hold 0 or 1; ``building_class`` is 0 where there is no building.
    """

    villages: tuple[str, ...]
    nop: Integers
    village: Integers
    owner: Integers
    food_land: Integers
    land_m2: Integers
    land_class: Integers
    building_m2: Integers
    building_class: Integers
    njop_land: Integers
    njop_building: Integers
    printed: Integers

    def __len__(self) -> int:
        return len(self.nop)

    @property
    def njop(self) -> Integers:
        return self.njop_land + self.njop_building

    @property
    def owner_count(self) -> int:
        return int(self.owner.max(initial=0))

    def content_hash(self) -> str:
        """sha256 over the villages and, column by column, the name and the little-endian 64-bit values."""
        digest = hashlib.sha256(f"{FORMAT}\n{len(self)}\n{' '.join(self.villages)}\n".encode())
        for field in fields(self):
            if field.name != "villages":
                digest.update(f"{field.name}\n".encode())
                digest.update(np.ascontiguousarray(getattr(self, field.name), dtype="<i8").data)
        return digest.hexdigest()


def number_by_appearance(keys: Integers) -> Integers:
    """1 for the first key seen, 2 for the next new one, and so on, in the order of rows."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(1, len(first) + 1)
    return rank[inverse]


def deciles(njop: Integers) -> Integers:
    """The tenth of each object by NJOP, 1 to 10. Equal values share the tenth in which the first of them falls."""
    count, ordered = len(njop), np.sort(njop)
    starts = []
    for tenth in range(1, DECILES):
        rank = -(-tenth * count // DECILES)
        if rank < count and rank and ordered[rank] == ordered[rank - 1]:  # equals stay with the first
            rank = int(np.searchsorted(ordered, ordered[rank], side="right"))
        if rank < count:
            starts.append(int(ordered[rank]))
    return 1 + np.searchsorted(np.array(starts, dtype=np.int64), njop, side="right")


def first_of_pair(owner: Integers, group: Integers) -> Flags:
    """True on the first row of each (owner, group), so that distinct owners of a group are a plain sum."""
    key = owner * (int(group.max(initial=0)) + 1) + group
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.ones(len(key), dtype=bool)
    first[order[1:]] = ordered[1:] != ordered[:-1]
    return first


def highest_of_owner(owner: Integers, njop: Integers) -> Flags:
    """True on each owner's object of the highest NJOP, of equal ones on the first row."""
    best = np.full(int(owner.max(initial=0)) + 1, -1, dtype=np.int64)
    np.maximum.at(best, owner, njop)
    rows = np.flatnonzero(njop == best[owner])
    taken = np.empty(len(best), dtype=np.int64)
    taken[owner[rows[::-1]]] = rows[::-1]  # of equal ones the first row is written last, and stays
    first = np.zeros(len(owner), dtype=bool)
    first[taken[owner[rows]]] = True
    return first

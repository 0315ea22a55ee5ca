"""The columns of a roll, and the hash of their content.

One row per taxable object, in the order of NOP. Money is rupiah in 64-bit integers. The hash covers what makes the
roll what it is - the number of each object, its village, owner, use, areas, classes, values and whether a bill was
printed - and neither names nor addresses, so that it can be recomputed without personal data.
"""

from __future__ import annotations

from dataclasses import dataclass

from sepadan.demo.engine.draws import Integers


@dataclass(frozen=True)
class Columns:
    """All arrays have one length. ``village`` indexes *villages* (sorted codes); ``owner`` counts from 1."""

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

"""Earlier years of a part of a roll: what its objects were before sales, splits, new houses and revaluations.

Idea: the newest year is the roll itself; every year before is the year after it, undone. A lot per object says in which
year it was sold, split off from its neighbour or built upon, if in any; revaluations are factors on the value per m2,
which the class table turns into a class again. So an object that nothing happened to differs by its classes alone.
Integers only; the same roll and seed give the same years everywhere.

All rates and factors are choices of this demonstration, like the roll itself; nothing is read off any register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sepadan.demo.engine.draws import Integers, below
from sepadan.demo.engine.objects import ClassTable
from sepadan.tax.engine.roll_columns import RollColumns, number_by_appearance

VERSION = 1
"""Raise this whenever the same roll gives other years than before."""
FIRST_YEAR = 2021
LAND = {2021: 800, 2022: 860, 2023: 860, 2024: 930, 2025: 1000}
"""Value of land per m2 in thousandths of that of the newest year; blocks differ by up to ``BLOCK_SPREAD``."""
BUILDING = {2021: 880, 2022: 880, 2023: 940, 2024: 1000, 2025: 1000}
BLOCK_SPREAD = 40
SOLD, BUILT, SPLIT = 25, 12, 4
"""Objects in a thousand that are sold, built upon and split off in a year."""


@dataclass(frozen=True)
class Part:
    """Some objects of a roll: ``columns`` number their owners anew, ``owners[k - 1]`` is the number of owner k."""

    columns: RollColumns
    owners: Integers


def part_of(columns: RollColumns, prefix: str) -> Part:
    """The objects of *columns* that lie in kelurahan whose code begins with *prefix*."""
    inside = np.array([code.startswith(prefix) for code in columns.villages])
    return _chosen(columns, np.flatnonzero(inside[columns.village]), columns.owner)


def years_of(newest: Part, last_year: int, seed: int, land: ClassTable, building: ClassTable) -> dict[int, Part]:
    """The part in every year from ``FIRST_YEAR`` to *last_year*, whose state *newest* is."""
    base, count = newest.columns, len(newest.columns)
    span = last_year - FIRST_YEAR
    sold, built, split = (_year_of(seed, name, count, rate, span) for name, rate in (
        ("sold", SOLD), ("built", BUILT), ("split", SPLIT)))
    split = _splits(base, split)
    before = newest.owners[base.owner[below(seed, "years/seller", count, count)] - 1]
    now = newest.owners[base.owner - 1]
    found = {last_year: newest}
    for year in range(FIRST_YEAR, last_year):
        columns = _valued(_areas(base, year, built, split), year, land, building)
        owner = np.where(sold > year, before, now)
        found[year] = _chosen(columns, np.flatnonzero(split <= year), owner)
    return dict(sorted(found.items()))


def _year_of(seed: int, name: str, count: int, rate: int, span: int) -> Integers:
    """The year of what happened to each object, 0 where nothing did: *rate* in a thousand for each of *span* years."""
    lot = below(seed, f"years/{name}", count, 1000)
    return np.where(lot < rate * span, FIRST_YEAR + 1 + lot // rate, 0)


def _splits(base: RollColumns, year: Integers) -> Integers:
    """The year in which an object was split off: only from the number before it in its block, which stood already."""
    child = year > 0
    child[1:] &= ~child[:-1] & (base.nop[1:] // 10**5 == base.nop[:-1] // 10**5)
    child[:1] = False
    return np.where(child, year, 0)


def _areas(base: RollColumns, year: int, built: Integers, split: Integers) -> RollColumns:
    """Areas as they were: no building before it was built, and the mother still has the land of what was split off."""
    building = np.where(built > year, 0, base.building_m2)
    land = base.land_m2.copy()
    children = np.flatnonzero(split > year)
    land[children - 1] += base.land_m2[children]
    return replace(base, land_m2=land, building_m2=building)


def _valued(columns: RollColumns, year: int, land: ClassTable, building: ClassTable) -> RollColumns:
    """Classes and NJOP by the values per m2 of *year*."""
    blocks, block = np.unique(columns.nop // 10**5, return_inverse=True)
    drift = below(int(blocks[0]) + year, "years/block", len(blocks), 2 * BLOCK_SPREAD + 1) - BLOCK_SPREAD
    factor = LAND[year] + (drift[block] if LAND[year] < LAND[max(LAND)] else 0)
    land_class, land_value = land.look_up(_value(land, columns.land_class) * factor // 1000)
    house_class, house_value = building.look_up(_value(building, columns.building_class) * BUILDING[year] // 1000)
    there = columns.building_m2 > 0
    return replace(columns, land_class=land_class, njop_land=columns.land_m2 * land_value,
                   building_class=np.where(there, house_class, 0),
                   njop_building=np.where(there, columns.building_m2 * house_value, 0))


def _value(table: ClassTable, classes: Integers) -> Integers:
    """The value per m2 of each class; the first row's where there is none."""
    values = np.full(max(table.classes) + 1, table.value[0], dtype=np.int64)
    values[np.array(table.classes)] = table.value
    found: Integers = values[classes]
    return found


def _chosen(columns: RollColumns, rows: npt.NDArray[np.int64], owner: Integers) -> Part:
    """Some rows with owners and kelurahan numbered anew."""
    places, village = np.unique(columns.village[rows], return_inverse=True)
    numbered = number_by_appearance(owner[rows])
    _, first = np.unique(numbered, return_index=True)
    kept: Mapping[str, Integers] = {name: getattr(columns, name)[rows] for name in (
        "nop", "food_land", "land_m2", "land_class", "building_m2", "building_class", "njop_land", "njop_building",
        "printed")}
    return Part(RollColumns(villages=tuple(columns.villages[k] for k in places.tolist()),
                            village=village.astype(np.int64), owner=numbered, **kept), owner[rows][first])

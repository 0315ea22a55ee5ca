"""Settling a hexagon layout: simulated annealing on who sits in which cell.

The energy is the sum of squared distances to the targets, plus a price for each torn piece of a group and a small one
for each unit of border between groups and along the rim, and for each nook (a free cell with four or five neighbours,
which looks like a hole). Two moves: neighbours change places; someone on the rim steps to a free cell beside him. A
step that would split the whole or enclose an empty cell is never made, so a layout that begins in one part without
holes ends so. Radii of a hexagon are the unit; the random generator is an argument.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from sepadan.territory.engine.grid import DIRECTIONS, Cell, Point, centre, neighbours, parts, runs_around

TORN_PRICE = 6.0
TORN_DEAR = 40.0
TORN_FORBIDDEN = 1e6  # no heat ever buys this
BORDER_PRICE = 0.15
RIM_PRICE = 0.3
NOOK_PRICE = {4: 0.8, 5: 3.0}
HOT, COLD = 1.2, 0.02
MOVES_PER_MEMBER = 500


class Board:
    """Members with a group and a target each, in cells of their own."""

    def __init__(self, groups: Sequence[str], targets: Sequence[Point], cells: Sequence[Cell],
                 torn_price: float = TORN_PRICE):
        self.torn_price = torn_price
        self.groups = list(groups)
        self.targets = list(targets)
        self.cells = list(cells)
        self.holder = {cell: k for k, cell in enumerate(self.cells)}
        self.members: dict[str, set[Cell]] = {}
        for group, cell in zip(self.groups, self.cells, strict=True):
            self.members.setdefault(group, set()).add(cell)

    def distance(self) -> float:
        """Sum of squared distances to the targets."""
        return sum(self._off(k, cell) for k, cell in enumerate(self.cells))

    def energy(self) -> float:
        torn = sum(len(parts(own)) - 1 for own in self.members.values())
        return self.distance() + self.torn_price * torn + self.roughness()

    def roughness(self) -> float:
        """The price of all borders, of the rim and of its nooks."""
        return sum(self._edges(cell, self.groups[k]) for k, cell in enumerate(self.cells)) + self._nooks(self.cells)

    def anneal(self, rng: np.random.Generator) -> None:
        """Settle in place. Takes ``MOVES_PER_MEMBER`` proposals for each member, cooling geometrically."""
        n = len(self.cells)
        total = MOVES_PER_MEMBER * n
        cooling = (COLD / HOT) ** (1 / max(1, total))
        heat = HOT
        for begin in range(0, total, 10_000):
            count = min(10_000, total - begin)
            who = rng.integers(0, n, count).tolist()
            way = rng.integers(0, 6, count).tolist()
            luck = rng.random(count).tolist()
            for k, w, chance in zip(who, way, luck, strict=True):
                heat *= cooling
                self._propose(k, w, heat * -math.log(chance or 1e-300))

    def _propose(self, k: int, way: int, allowance: float) -> None:
        q, r = self.cells[k]
        dq, dr = DIRECTIONS[way]
        spot = (q + dq, r + dr)
        other = self.holder.get(spot)
        if other is None:
            self._step(k, spot, allowance)
        else:
            self._swap(k, other, allowance)

    def _swap(self, a: int, b: int, allowance: float) -> None:
        here, there = self.cells[a], self.cells[b]
        change = self._off(a, there) + self._off(b, here) - self._off(a, here) - self._off(b, there)
        mine, theirs = self.groups[a], self.groups[b]
        if mine == theirs:
            if change <= allowance:
                self._put(a, there)
                self._put(b, here)
            return
        if change - 14 * BORDER_PRICE - 4 * self.torn_price > allowance:
            return
        before = self._edges(here, mine) + self._edges(there, theirs)
        torn = self._leave_and_join(mine, here, there) + self._leave_and_join(theirs, there, here)
        self._put(a, there)
        self._put(b, here)
        change += 2 * (self._edges(there, mine) + self._edges(here, theirs) - before) + self.torn_price * torn
        if change > allowance:
            self._leave_and_join(mine, there, here, count=False)
            self._leave_and_join(theirs, here, there, count=False)
            self._put(a, here)
            self._put(b, there)

    def _step(self, k: int, spot: Cell, allowance: float) -> None:
        here, group = self.cells[k], self.groups[k]
        change = self._off(k, spot) - self._off(k, here)
        if change - 25 * max(BORDER_PRICE, RIM_PRICE) - 3 * self.torn_price > allowance or \
                runs_around(here, self.holder) != 1:
            return
        before = 2 * self._edges(here, group) + self._nooks((here, spot))
        del self.holder[here]
        if runs_around(spot, self.holder) != 1:
            self.holder[here] = k
            return
        torn = self._leave_and_join(group, here, spot)
        self.holder[spot] = k
        change += 2 * self._edges(spot, group) + self._nooks((here, spot)) - before + self.torn_price * torn
        if change > allowance:
            self._leave_and_join(group, spot, here, count=False)
            del self.holder[spot]
            self.holder[here] = k
        else:
            self.cells[k] = spot

    def _put(self, k: int, cell: Cell) -> None:
        self.cells[k] = cell
        self.holder[cell] = k

    def _off(self, k: int, cell: Cell) -> float:
        x, y = centre(cell)
        tx, ty = self.targets[k]
        return (x - tx) * (x - tx) + (y - ty) * (y - ty)

    def _edges(self, cell: Cell, group: str) -> float:
        """Half the price of the edges of *cell* that face another group or the outside (each edge is met twice)."""
        price = 0.0
        for near in neighbours(cell):
            holder = self.holder.get(near)
            if holder is None:
                price += RIM_PRICE
            elif self.groups[holder] != group:
                price += BORDER_PRICE
        return price / 2

    def _nooks(self, cells: Iterable[Cell]) -> float:
        """The price of the free cells among *cells* and their neighbours that are nearly enclosed."""
        holder, price = self.holder, 0.0
        for cell in {near for c in cells for near in (c, *neighbours(c))}:
            if cell not in holder:
                price += NOOK_PRICE.get(sum(near in holder for near in neighbours(cell)), 0.0)
        return price

    def _leave_and_join(self, group: str, old: Cell, new: Cell, *, count: bool = True) -> int:
        """Move one cell of *group*; the change in its number of pieces."""
        own = self.members[group]
        easy = count and runs_around(old, own) == 1
        pieces = 0 if easy or not count else len(parts(own))
        own.remove(old)
        if easy:
            joined = runs_around(new, own)
            own.add(new)
            if joined == 1:
                return 0
            own.remove(new)
            pieces = len(parts(own))
        own.add(new)
        return len(parts(own)) - pieces if count else 0

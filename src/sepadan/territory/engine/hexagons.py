"""A hexagon map from centroids: one hexagon per kelurahan, each near its true place.

Idea. The areas of a region differ a hundredfold in size; on a map of equal hexagons each can be read and compared.
A layout is wanted in which (1) the hexagons form one part without a hole, (2) no kecamatan is torn apart and (3) the
hexagons lie as near to the true centroids as that allows. The search has three stages:

- *Assign.* For a scale and an offset of the grid, the one-to-one assignment of centroids to cells with the least sum
  of squared distances (Hungarian method), on coordinates pulled together where the region is sparse.
- *Close.* Holes are filled and loose parts joined, against the worst cells of the rim; the assignment is repeated on
  the set of cells so found.
- *Settle.* Simulated annealing with swaps of neighbours and moves along the rim: distance, plus a price for each torn
  piece and each unit of border between kecamatan. Moves that would open a hole or split the whole are never made.

The best of several starts is kept. Where every start ends with a torn kecamatan, the settling is repeated with each
kecamatan drawn together; where even that fails (areas of different kecamatan lie mixed), it begins anew from a block in
which none is torn, and tearing is forbidden. Everything is seeded: the same input gives the same layout. The unit of
distance is the radius of a hexagon. Input coordinates are degrees (WGS84), projected on a plane at the mean latitude,
which is exact enough within one region. Not done: true shapes, neighbourhoods across the region's own border, islands
drawn apart (they move to the nearest shore).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sepadan.territory.engine.grid import Cell, centre, holes, neighbours, parts, runs_around
from sepadan.territory.engine.settling import TORN_DEAR, TORN_FORBIDDEN, TORN_PRICE, Board

KM_PER_DEGREE_LAT = 110.57
KM_PER_DEGREE_LON = 111.32
SEED = 57

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """One area to be placed: its code, the code of the group (kecamatan) it belongs to, and its centroid in degrees."""

    code: str
    group: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Cells by code, with what is wrong with them (all zero in a good layout) and its ``displacement``."""

    cells: Mapping[str, Cell]
    displacement: float
    torn: int
    holes: int
    loose: int

    @property
    def sound(self) -> bool:
        return self.torn == self.holes == self.loose == 0


def faults(cells: Mapping[str, Cell], groups: Mapping[str, str]) -> tuple[int, int, int]:
    """``(torn, holes, loose)``: extra pieces of groups, enclosed empty cells, extra parts of the whole."""
    members: dict[str, list[Cell]] = {}
    for code, cell in cells.items():
        members.setdefault(groups[code], []).append(cell)
    torn = sum(len(parts(own)) - 1 for own in members.values())
    used = set(cells.values())
    return torn, len(holes(used)), max(0, len(parts(used)) - 1)


def plane(places: Sequence[Place]) -> Floats:
    """Kilometres from the mean, x to the east, y to the south."""
    lat = np.array([p.lat for p in places])
    lon = np.array([p.lon for p in places])
    shrink = KM_PER_DEGREE_LON * math.cos(math.radians(float(lat.mean())))
    return np.column_stack([(lon - lon.mean()) * shrink, -(lat - lat.mean()) * KM_PER_DEGREE_LAT])


def layout(places: Sequence[Place], *, starts: int = 24, finalists: int | None = None) -> Layout:
    """The best sound layout found (see ``Layout.sound``). Raises ValueError on equal codes.

    Order of *places* does not matter. Two places on one point are kept apart by the assignment. *starts* grids are
    tried and the best *finalists* of them settled: by default 4 in a large region, up to 12 in a small one.
    """
    rows = sorted(places, key=lambda p: p.code)
    if len({p.code for p in rows}) != len(rows):
        raise ValueError("each place needs its own code")
    if not rows:
        return Layout({}, 0.0, 0, 0, 0)
    if finalists is None:
        finalists = max(4, min(12, 700 // len(rows)))
    rng = np.random.default_rng(SEED)
    targets = [_targets(rows, rng) for _ in range(starts)]
    begun = []
    for number, target in enumerate(targets):
        cells = _close(target, _assign(target, _grid(target)))
        begun.append((_board(rows, target, cells).energy(), number, cells))
    begun.sort(key=lambda b: b[:2])
    settled = [_settle(rows, targets[number], cells, number) for _, number, cells in begun[:finalists]]
    if not any(found.sound for _, found in settled):
        settled = [_settle(rows, _gathered(rows, targets[number], 0.6), cells, number, TORN_DEAR)
                   for _, number, cells in begun[:finalists]]
    if not any(found.sound for _, found in settled):
        settled = [_settle(rows, target, _snake(rows, target), number, TORN_FORBIDDEN)
                   for number, target in enumerate(targets[:finalists])]
    return min((found for found in settled if found[1].sound), key=lambda found: found[0])[1]


def _settle(rows: Sequence[Place], target: Floats, cells: Sequence[Cell], number: int,
            torn_price: float = TORN_PRICE) -> tuple[float, Layout]:
    """A layout and how good it is: displacement and roughness for each place."""
    board = _board(rows, target, cells, torn_price)
    board.anneal(np.random.default_rng((SEED, number)))
    found = {p.code: c for p, c in zip(rows, board.cells, strict=True)}
    result = Layout(_at_origin(found), displacement(rows, found), *faults(found, {p.code: p.group for p in rows}))
    return result.displacement + board.roughness() / len(rows), result


def _snake(rows: Sequence[Place], target: Floats) -> list[Cell]:
    """A start that is sound for any groups: the groups follow one another along a path that winds down a block."""
    own = {g: [k for k, p in enumerate(rows) if p.group == g] for g in sorted({p.group for p in rows})}
    order = sorted(own, key=lambda g: (float(target[own[g], 1].mean()), float(target[own[g], 0].mean()), g))
    width = math.ceil(math.sqrt(len(rows) * math.sqrt(3) / 2))
    cells: list[Cell] = [(0, 0)] * len(rows)
    path = iter(range(len(rows)))
    for group in order:
        for k in own[group]:
            r, column = divmod(next(path), width)
            cells[k] = ((column if r % 2 == 0 else width - 1 - column) - r // 2, r)
    return cells


def displacement(places: Sequence[Place], cells: Mapping[str, Cell]) -> float:
    """Mean squared distance of the hexagons from the true places, in radii, at the scale and offset that fit best."""
    xy = plane(places)
    xy -= xy.mean(axis=0)
    spots = np.array([centre(cells[p.code]) for p in places])
    spots -= spots.mean(axis=0)
    size = float((xy**2).sum())
    scale = float((xy * spots).sum()) / size if size else 0.0
    return float(((spots - scale * xy) ** 2).sum(axis=1).mean())


def _board(rows: Sequence[Place], target: Floats, cells: Sequence[Cell], torn_price: float = TORN_PRICE) -> Board:
    return Board([p.group for p in rows], [(float(x), float(y)) for x, y in target], cells, torn_price)


def _targets(rows: Sequence[Place], rng: np.random.Generator) -> Floats:
    """Where each centroid wants to lie, in hexagon radii: a random scale, pull towards the middle, and offset."""
    xy = plane(rows)
    radius = np.maximum(np.hypot(xy[:, 0], xy[:, 1]), 1e-6)
    pull, gather, scale = rng.uniform(0.7, 1.0), rng.uniform(0.0, 0.3), rng.uniform(0.85, 1.25)
    typical = float(np.median(radius)) or 1.0
    pulled = xy * ((radius / typical) ** (pull - 1.0))[:, None]
    pulled = _gathered(rows, pulled, gather)
    spread = math.sqrt(float((pulled**2).sum(axis=1).mean())) or 1.0
    # n cells of area 3*sqrt(3)/2 packed in a disc have this root mean square distance from its centre
    packed = math.sqrt(len(rows) * 1.5 * math.sqrt(3) / (2 * math.pi))
    return pulled / spread * packed * scale + rng.uniform(-1, 1, 2)


def _gathered(rows: Sequence[Place], points: Floats, share: float) -> Floats:
    """Each point moved towards the middle of its group, by *share* of the way."""
    moved = points.copy()
    for group in sorted({p.group for p in rows}):
        own = np.array([p.group == group for p in rows])
        moved[own] += share * (points[own].mean(axis=0) - points[own])
    return moved


def _grid(target: Floats) -> list[Cell]:
    """Cells on and around the targets, enough for each to find one."""
    margin = 2.0 + 0.5 * math.sqrt(len(target))
    low, high = target.min(axis=0) - margin, target.max(axis=0) + margin
    found = []
    for r in range(math.floor(low[1] / 1.5), math.ceil(high[1] / 1.5) + 1):
        shift = r / 2
        first = math.floor(low[0] / math.sqrt(3) - shift)
        last = math.ceil(high[0] / math.sqrt(3) - shift)
        found += [(q, r) for q in range(first, last + 1)]
    return found


def _assign(target: Floats, cells: Sequence[Cell]) -> list[Cell]:
    """One cell for each target, the sum of squared distances least."""
    from scipy.optimize import linear_sum_assignment  # half a second that only a process that lays out should pay

    spots = np.array([centre(c) for c in cells])
    cost = ((target[:, None, :] - spots[None]) ** 2).sum(axis=-1)
    _, chosen = linear_sum_assignment(cost)
    return [cells[k] for k in chosen]


def _close(target: Floats, cells: list[Cell]) -> list[Cell]:
    """The same number of cells in one part without holes, assigned anew."""
    for _ in range(40):
        used = set(cells)
        gaps = holes(used)
        pieces = parts(used)
        if not gaps and len(pieces) == 1:
            break
        middle = target.mean(axis=0)
        wanted = gaps | {near for piece in pieces[1:] for near in _bridge(piece, pieces[0])}
        used |= wanted
        while len(used) > len(cells):
            main = parts(used)[0]
            rim = [c for c in used if c not in main] or [c for c in used if runs_around(c, used) == 1 and c not in gaps]
            used.remove(max(rim, key=lambda c: (_loneliness(c, used, target, middle), c)))
        cells = _assign(target, sorted(used))
    return cells


def _bridge(piece: set[Cell], main: set[Cell]) -> list[Cell]:
    """Empty cells on the straight way from *piece* to *main*."""
    gap = [(abs(a[0] - b[0]) + abs(a[1] - b[1]) + abs(a[0] + a[1] - b[0] - b[1]), a, b) for a in piece for b in main]
    steps, a, b = min(gap)
    steps //= 2
    line = []
    for k in range(1, steps):
        q, r = a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps
        line.append(_rounded(q + 1e-6, r + 2e-6))
    return line


def _rounded(q: float, r: float) -> Cell:
    s = -q - r
    rq, rr, rs = round(q), round(r), round(s)
    if abs(rq - q) > abs(rr - r) and abs(rq - q) > abs(rs - s):
        rq = -rr - rs
    elif abs(rr - r) > abs(rs - s):
        rr = -rq - rs
    return rq, rr


def _loneliness(cell: Cell, used: set[Cell], target: Floats, middle: Floats) -> float:
    """How little a cell of the rim is needed: far from every target, with few neighbours."""
    x, y = centre(cell)
    nearest = float(np.min((target[:, 0] - x) ** 2 + (target[:, 1] - y) ** 2))
    away = math.hypot(x - float(middle[0]), y - float(middle[1]))
    return nearest + 0.3 * (6 - sum(n in used for n in neighbours(cell))) + 0.02 * away


def _at_origin(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Shifted so that the smallest row is 0 and the leftmost centre lies at or just right of 0."""
    top = min(r for _, r in cells.values())
    left = min(math.floor(q + (r - top) / 2) for q, r in cells.values())
    return {code: (q - left, r - top) for code, (q, r) in cells.items()}

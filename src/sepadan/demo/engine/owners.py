"""Who owns what: about 1.16 objects per owner, with a long tail up to developers of whole estates.

The objects stand in a line by NOP, but one in four is moved to a place by lot. Holdings of one, two, ... objects
are laid along that line in an order drawn by lot: most objects of an owner are neighbours, some lie elsewhere. How many
owners hold how many is a choice of the demonstration; no register publishes it.
"""

from __future__ import annotations

import numpy as np

from sepadan.demo.engine.draws import Integers, below, words
from sepadan.demo.engine.plan import Developers
from sepadan.tax.engine.roll_columns import number_by_appearance

SEVERAL: tuple[tuple[int, int, int], ...] = (
    (2, 2, 5_400), (3, 3, 1_200), (4, 4, 420), (5, 6, 240), (7, 10, 140), (11, 20, 50), (21, 50, 12), (51, 90, 2))
"""Holders of several objects: from, to, and how many per 100,000 objects."""


def owners_of(objects: int, seed: int, developers: Developers) -> Integers:
    """The owner of each object in NOP order, numbered from 1 by first appearance."""
    sizes = _holdings(objects, seed, developers)
    sizes = sizes[np.argsort(words(seed, "holdings", len(sizes)), kind="stable")]
    place = np.arange(objects, dtype=np.int64)
    moved = below(seed, "moved", objects, 4) == 0
    place[moved] = below(seed, "place", objects, objects)[moved]
    line = np.argsort(place, kind="stable")
    owner = np.empty(objects, dtype=np.int64)
    owner[line] = np.repeat(np.arange(len(sizes)), sizes)
    return number_by_appearance(owner)


def _holdings(objects: int, seed: int, developers: Developers) -> Integers:
    """Sizes of all holdings; they add up to *objects*."""
    parts = [developers.smallest + below(seed, "developers", developers.count,
                                         developers.largest - developers.smallest + 1)]
    for low, high, per_100k in SEVERAL:
        count = objects * per_100k // 100_000
        parts.append(low + below(seed, f"holding/{low}", count, high - low + 1))
    several = np.concatenate(parts)
    return np.concatenate([several, np.ones(objects - int(several.sum()), dtype=np.int64)])

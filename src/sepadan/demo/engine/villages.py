"""How many objects lie in each village.

A kecamatan weighs its sourced population; where none is known, its area times the density of its kind (a choice of the
plan). Within a kecamatan a village weighs the square root of its area: larger villages have more objects, but are
less dense. Shares become whole objects by largest remainders. Counts of neighbourhoods (RT, RW) play no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

from sepadan.demo.engine.draws import ONE
from sepadan.demo.engine.plan import Plan
from sepadan.ground.problems import refuse


@dataclass(frozen=True)
class Village:
    """A kelurahan or desa. *ares* is its area in units of 100 m2 (0.0001 km2)."""

    code: str
    ares: int

    @property
    def kecamatan(self) -> str:
        return self.code.rpartition(".")[0]


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """*total* in whole parts proportional to *weights*; the largest remainders, then the first, get what is left."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda k: (-(total * weights[k] % whole), k))
    for k in order[: total - sum(parts)]:
        parts[k] += 1
    return parts


def object_counts(plan: Plan, villages: Sequence[Village]) -> list[int]:
    """Objects per village, in the order of *villages*. Refuses a village whose kecamatan the plan does not know."""
    for village in villages:
        if village.kecamatan not in plan.kecamatan:
            raise refuse("demo.plan.village", where=f"plan {plan.region}", code=village.code)
    codes = sorted({village.kecamatan for village in villages})
    members = {code: [k for k, village in enumerate(villages) if village.kecamatan == code] for code in codes}
    weights = []
    for code in codes:
        entry = plan.kecamatan[code]
        ares = sum(villages[k].ares for k in members[code])
        weights.append(entry.population or ares * plan.kinds[entry.kind].density // 10_000)
    counts = [0] * len(villages)
    for code, share in zip(codes, spread(plan.objects, weights), strict=True):
        parts = spread(share, [isqrt(villages[k].ares * 10**6) for k in members[code]])
        for k, part in zip(members[code], parts, strict=True):
            counts[k] = part
    return counts


def crowding(villages: Sequence[Village]) -> list[int]:
    """A factor over ONE per village: the fourth root of (mean area of its kecamatan / its area). Small is dearer."""
    total: dict[str, list[int]] = {}
    for village in villages:
        total.setdefault(village.kecamatan, []).append(village.ares)
    factors = []
    for village in villages:
        ares = total[village.kecamatan]
        ratio = sum(ares) * ONE**4 // (len(ares) * village.ares)
        factors.append(isqrt(isqrt(ratio)))
    return factors

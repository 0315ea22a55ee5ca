"""What a synthetic roll is made from: sizes, published targets, kinds of kecamatan and forms of objects.

A plan separates what is published (targets, sourced) from what is a choice of the demonstration (kinds, forms, shares).
Areas in m2, values in rupiah per m2, shares and spreads in thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sepadan.ground.problems import refuse

SMALL = 50
"""A small roll has one object in fifty and targets scaled by the same number."""
FORMS = ("house", "plot", "shop", "works", "field")


@dataclass(frozen=True)
class Kind:
    """The look of a kecamatan."""

    land_value: int
    field_value: int
    density: int
    shares: Mapping[str, int]


@dataclass(frozen=True)
class Form:
    """The look of an object. ``heavy`` forms carry the upper tail; ``upgrade`` raises their land value (per mille)."""

    land_m2: int
    land_spread: int
    built: int
    built_spread: int
    building_value: int
    building_spread: int
    heavy: bool = False
    upgrade: int = 1000


@dataclass(frozen=True)
class KecamatanPlan:
    kind: str
    population: int | None = None


@dataclass(frozen=True)
class Developers:
    """Owners of whole estates: how many, and the least and most objects one of them holds."""

    count: int
    smallest: int
    largest: int


@dataclass(frozen=True)
class Targets:
    """What the published law must yield on the roll. ``small_count`` bills are at most ``small_limit`` rupiah."""

    total: int
    total_kind: str
    total_source: str
    small_limit: int | None = None
    small_count: int | None = None
    small_source: str = ""
    printed: int | None = None
    printed_source: str = ""


@dataclass(frozen=True)
class Plan:
    region: str
    tax_year: int
    seed: int
    objects: int
    targets: Targets
    kecamatan: Mapping[str, KecamatanPlan]
    kinds: Mapping[str, Kind]
    forms: Mapping[str, Form]
    developers: Developers
    divisor: int = 1

    @property
    def law_on(self) -> date:
        """The day whose law the roll is calibrated against: 1 January of its tax year."""
        return date(self.tax_year, 1, 1)

    @property
    def is_small(self) -> bool:
        return self.divisor > 1

    def scaled(self, divisor: int) -> Plan:
        """The same plan at one object in *divisor*; targets are divided and rounded down."""
        t = self.targets
        targets = replace(t, total=t.total // divisor, small_count=t.small_count and t.small_count // divisor,
                          printed=t.printed and t.printed // divisor)
        fewer = replace(self.developers, count=max(1, self.developers.count // divisor))
        return replace(self, objects=self.objects // divisor, targets=targets, developers=fewer,
                       divisor=self.divisor * divisor)

    def with_seed(self, seed: int) -> Plan:
        return replace(self, seed=seed)


def plan_from(data: Mapping[str, Any], where: str) -> Plan:
    """A plan from its YAML mapping. Refuses an unknown name, an unknown kind and shares that do not make a whole."""
    targets, small, printed = data["targets"], data["targets"].get("bills_up_to"), data["targets"].get("printed")
    kinds = {name: Kind(**fields) for name, fields in data["kinds"].items()}
    for name, kind in kinds.items():
        if set(kind.shares) != set(FORMS) or sum(kind.shares.values()) != 1000:
            raise refuse("demo.plan.shares", where=f"{where}: kinds/{name}", forms=", ".join(FORMS))
    kecamatan = {code: KecamatanPlan(**fields) for code, fields in data["kecamatan"].items()}
    for code, entry in kecamatan.items():
        if entry.kind not in kinds:
            raise refuse("demo.plan.kind", where=f"{where}: kecamatan/{code}", kind=entry.kind, known=", ".join(kinds))
    return Plan(
        region=data["region"], tax_year=data["tax_year"], seed=data["seed"], objects=data["objects"],
        targets=Targets(
            total=targets["total"]["value"], total_kind=targets["total"]["kind"],
            total_source=targets["total"]["source"],
            small_limit=small["limit"] if small else None, small_count=small["count"] if small else None,
            small_source=small["source"] if small else "",
            printed=printed["count"] if printed else None, printed_source=printed["source"] if printed else ""),
        kecamatan=kecamatan, kinds=kinds, forms={name: Form(**fields) for name, fields in data["forms"].items()},
        developers=Developers(**data["developers"]))

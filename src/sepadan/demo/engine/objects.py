"""Objects before calibration: place, form, classes, areas, owner.

Idea: a village is cut into blocks of 300 numbers. Each block is one land value zone with one indicated value per m2,
which the class table turns into a class; the NJOP of an object is area x class value, as in PMK 85/2024 Art. 4 and 5.
Areas are kept in thousandths of m2 so that calibration can scale them before they become whole m2. Land of fields has
its own, lower zone value and lies in the last blocks of a village.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sepadan.demo.engine.draws import Integers, below, lognormal, normal, words
from sepadan.demo.engine.owners import owners_of
from sepadan.demo.engine.plan import FORMS, Plan
from sepadan.demo.engine.villages import Village, crowding, object_counts
from sepadan.tax.engine.roll_columns import RollColumns

BLOCK = 300
VILLAGE_SPREAD = 300
ZONE_SPREAD = 400


@dataclass(frozen=True)
class ClassTable:
    """A class table as columns: class numbers with their bounds (over < value <= to) and value per m2, in rupiah."""

    classes: tuple[int, ...]
    over: tuple[int, ...]
    to: tuple[int, ...]
    value: tuple[int, ...]

    def look_up(self, per_m2: Integers) -> tuple[Integers, Integers]:
        """Class and class value of each raw value per m2; the outermost class takes what lies beyond the table."""
        order = np.argsort(np.array(self.to))
        row = np.minimum(np.searchsorted(np.array(self.to)[order], per_m2, side="left"), len(order) - 1)
        return np.array(self.classes)[order][row], np.array(self.value)[order][row]


@dataclass(frozen=True)
class Draft:
    """Objects whose areas still wait for a scale; ``land_milli`` and ``building_milli`` are thousandths of m2."""

    villages: tuple[str, ...]
    nop: Integers
    village: Integers
    heavy: Integers
    food_land: Integers
    land_milli: Integers
    land_class: Integers
    land_value: Integers
    building_milli: Integers
    building_class: Integers
    building_value: Integers
    owner: Integers
    printed: Integers

    def realise(self, body: int, tail: int) -> RollColumns:
        """Whole m2 and NJOP with areas scaled by *body*, those of heavy forms by *tail* (both over ONE)."""
        scale = np.where(self.heavy == 1, tail, body)
        land = np.maximum(((self.land_milli * scale >> 20) + 500) // 1000, 1)
        building = ((self.building_milli * scale >> 20) + 500) // 1000
        return self.with_areas(land, building)

    def with_areas(self, land: Integers, building: Integers) -> RollColumns:
        return RollColumns(
            villages=self.villages, nop=self.nop, village=self.village, owner=self.owner, food_land=self.food_land,
            land_m2=land, land_class=self.land_class, building_m2=building,
            building_class=np.where(building > 0, self.building_class, 0),
            njop_land=land * self.land_value, njop_building=building * self.building_value, printed=self.printed)


def draft_objects(plan: Plan, villages: Sequence[Village], land: ClassTable, building: ClassTable) -> Draft:
    """The objects of *plan* over *villages* (sorted by code), deterministic in the seed of the plan."""
    n, seed = plan.objects, plan.seed
    counts = np.array(object_counts(plan, villages), dtype=np.int64)
    village = np.repeat(np.arange(len(villages)), counts)
    number = np.arange(n) - np.repeat(np.cumsum(counts) - counts, counts)
    form = _forms(plan, villages, village)
    land_raw, land_milli = _land(plan, villages, counts, village, number, form)
    land_class, land_value = land.look_up(land_raw)
    building_raw, building_milli = _buildings(plan, form, land_milli)
    building_class, building_value = building.look_up(building_raw)
    return Draft(
        villages=tuple(v.code for v in villages), nop=_nops(villages, village, number), village=village,
        heavy=_of_form(plan, "heavy")[form], food_land=(form == FORMS.index("field")).astype(np.int64),
        land_milli=land_milli, land_class=land_class, land_value=land_value, building_milli=building_milli,
        building_class=building_class, building_value=building_value, owner=owners_of(n, seed, plan.developers),
        printed=_printed(plan))


def _of_form(plan: Plan, field: str) -> Integers:
    return np.array([int(getattr(plan.forms[name], field)) for name in FORMS], dtype=np.int64)


def _forms(plan: Plan, villages: Sequence[Village], village: Integers) -> Integers:
    """A form per object by the shares of its kecamatan's kind; fields last within each village."""
    steps = np.array([np.cumsum([plan.kinds[plan.kecamatan[v.kecamatan].kind].shares[name] for name in FORMS])
                      for v in villages], dtype=np.int64)
    lot = below(plan.seed, "form", len(village), 1000)
    form: Integers = (lot[:, None] >= steps[village]).sum(axis=1)
    return form[np.argsort(village * 2 + (form == FORMS.index("field")), kind="stable")]


def _land(plan: Plan, villages: Sequence[Village], counts: Integers, village: Integers, number: Integers,
          form: Integers) -> tuple[Integers, Integers]:
    """Indicated value per m2 and area in thousandths of m2."""
    seed, kinds = plan.seed, [plan.kinds[plan.kecamatan[v.kecamatan].kind] for v in villages]
    level = lognormal(normal(seed, "village", len(villages)), VILLAGE_SPREAD) * np.array(crowding(villages)) >> 20
    zones = (counts + BLOCK - 1) // BLOCK
    zone = (np.cumsum(zones) - zones)[village] + number // BLOCK
    factor = level[village] * lognormal(normal(seed, "zone", int(zones.sum())), ZONE_SPREAD)[zone] >> 20
    field = form == FORMS.index("field")
    middle = np.where(field, np.array([k.field_value for k in kinds])[village],
                      np.array([k.land_value for k in kinds])[village])
    raw = (middle * factor >> 20) * _of_form(plan, "upgrade")[form] // 1000
    area = _of_form(plan, "land_m2")[form] * 1000
    return raw, area * lognormal(normal(seed, "land", len(form)), _of_form(plan, "land_spread")[form]) >> 20


def _buildings(plan: Plan, form: Integers, land_milli: Integers) -> tuple[Integers, Integers]:
    """Value per m2 before the class table and area in thousandths of m2; forms without a building have zero."""
    seed = plan.seed
    ratio = lognormal(normal(seed, "built", len(form)), _of_form(plan, "built_spread")[form])
    area = (land_milli * _of_form(plan, "built")[form] // 1000) * ratio >> 20
    spread = _of_form(plan, "building_spread")[form]
    quality = lognormal(normal(seed, "quality", len(form)), spread)
    return _of_form(plan, "building_value")[form] * quality >> 20, area


def _nops(villages: Sequence[Village], village: Integers, number: Integers) -> Integers:
    """18 digits as one integer: PP.DD.KEC.KEL.BLK-URUT.J.

    The kecamatan part is 900 + its number: the national scheme counts 010, 020 ..., so that a number of the
    demonstration is never that of a real object. Kelurahan are counted within their kecamatan.
    """
    heads, seen = [], dict[str, int]()
    for v in villages:
        seen[v.kecamatan] = seen.get(v.kecamatan, 0) + 1
        province, region, kecamatan = v.kecamatan.split(".")
        heads.append(int(f"{province}{region}{900 + int(kecamatan):03d}{seen[v.kecamatan]:03d}"))
    block, order = number // BLOCK + 1, number % BLOCK + 1
    return ((np.array(heads, dtype=np.int64)[village] * 1000 + block) * 10_000 + order) * 10


def _printed(plan: Plan) -> Integers:
    """1 where a bill was printed: a lot drawn over all objects, because the reason of the others is not published."""
    printed = np.ones(plan.objects, dtype=np.int64)
    if plan.targets.printed is not None:
        lot = np.argsort(words(plan.seed, "printed", plan.objects), kind="stable")
        printed[lot[plan.targets.printed:]] = 0
    return printed



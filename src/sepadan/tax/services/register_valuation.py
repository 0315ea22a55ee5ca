"""The NJOP of one object as it stands on a day, step by step, by the engine that freezing agrees with.

For the page of an object; a roll is valued as a whole (``freezing.py``). What keeps an object from being valued is said
in the words of its omission.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.problems import Refused
from sepadan.ground.steps import Explained
from sepadan.tax.engine.njop import Part, Valuation, explain_njop, value_object
from sepadan.tax.models.register_values import Omission
from sepadan.tax.queries.register import Standing
from sepadan.tax.queries.register_zones import live_nir
from sepadan.tax.services.freezing import classes_of


@dataclass(frozen=True, slots=True)
class Valued:
    """The valuation with its steps, or why there is none."""

    tax_year: int
    class_table: str
    valuation: Valuation | None
    why_not: Omission | None

    @property
    def steps(self) -> list[Explained]:
        return [] if self.valuation is None else explain_njop(self.valuation)


def value_standing(found: Standing, tax_year: int) -> Valued:
    """The NJOP of an object for a tax year. Shares of a common object are not in it."""
    classes = classes_of(tax_year)
    table, version = classes.table, found.version

    def without(why: Omission) -> Valued:
        return Valued(tax_year, classes.name, None, why)

    if version.zone_id is None:
        return without(Omission.NO_ZONE)
    nir = live_nir(version.zone, tax_year)
    if nir is None:
        return without(Omission.NO_NIR)
    if any(one.value is None for one in found.buildings):
        return without(Omission.BUILDING_NOT_VALUED)
    try:
        land = table.find("land", Fraction(nir.nir))
        parts = [Part(Fraction(one.area_m2), Fraction(one.value or 0, one.area_m2)) for one in found.buildings]
        if len(parts) == 1:
            kind = table.find("building", parts[0].value_m2)
            parts = [Part(parts[0].m2, Fraction(kind.value), kind)]
        valued = value_object(Part(Fraction(version.land_m2), Fraction(land.value), land), parts, table)
    except Refused:
        return without(Omission.NO_CLASS)
    return Valued(tax_year, classes.name, valued, None)

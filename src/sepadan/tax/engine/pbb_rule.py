"""Reading the parameters of PBB-P2 into a ``PbbRule``: shape, order and range are checked here, once.

Parameter names: tiers [{to, rate, inclusive?}], ratio (number or [{to, ratio}]), ratio_order, njoptkp, band_base,
tiering, rounding, food_land_rate, food_land (``general_tiers``: an assumption only), minimum, waiver_up_to, stimulus,
njoptkp_choice. What a rule does not need is not asked for: band base and tiering with one tier, the order with ratio 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from sepadan.ground.money import ROUNDINGS, exact
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb import PbbRule, RatioBand, Tier
from sepadan.tax.names import BandBase, NjoptkpChoice, RatioOrder, Tiering

PARAMETERS = (
    "tiers", "njoptkp", "ratio", "ratio_order", "band_base", "tiering", "rounding", "food_land_rate", "minimum",
    "waiver_up_to", "stimulus", "njoptkp_choice",
)  # fmt: skip
Name = TypeVar("Name", bound=StrEnum)


def read_pbb_rule(sources: Sources, *, needs_tiers: bool = True, needs_food_rate: bool = False) -> PbbRule:
    """The rule that *sources* describe. Raises Refused naming the parameter that is missing or malformed.

    *needs_tiers* is false for food land with its own rate; *needs_food_rate* demands that rate.
    """
    reader = _Reader(sources)
    food = reader.fraction("food_land_rate", required=needs_food_rate)
    tiers = _tiers(reader.take("tiers", required=needs_tiers), sources.where) if needs_tiers else (Tier(None, food),)
    ratio = _ratio(reader.take("ratio", required=True), sources.where)
    several = len(tiers) > 1
    tiering = reader.choice("tiering", Tiering) if several else Tiering.SLAB
    slab = several and tiering is Tiering.SLAB
    whole = all(band.ratio == 1 for band in ratio)
    return PbbRule(
        tiers=tiers,
        ratio=ratio,
        rounding=reader.rounding(),
        njoptkp=reader.rupiah("njoptkp"),
        ratio_order=RatioOrder.AFTER_NJOPTKP if whole else reader.choice("ratio_order", RatioOrder),
        band_base=reader.choice("band_base", BandBase) if slab else BandBase.NJOP,
        tiering=tiering,
        food_land_rate=food,
        food_land_as_general=food is None and reader.take("food_land", required=False) == "general_tiers",
        minimum=reader.rupiah("minimum"),
        waiver_up_to=reader.rupiah("waiver_up_to"),
        stimulus=reader.fraction("stimulus"),
        njoptkp_choice=reader.choice_or_none("njoptkp_choice", NjoptkpChoice),
        bases=reader.bases,
    )


class _Reader:
    """Takes parameters one by one and remembers what each rests on."""

    def __init__(self, sources: Sources):
        self.sources = sources
        self.bases: dict[str, Basis] = {}

    def take(self, name: str, *, required: bool) -> Any:
        found = self.sources.need(name) if required else self.sources.find(name)
        if found is None:
            return None
        self.bases[name] = found[1]
        return found[0]

    def rupiah(self, name: str) -> int | None:
        value = self.take(name, required=False)
        return None if value is None else whole_rupiah(value, name, self.sources.where)

    def fraction(self, name: str, *, required: bool = False) -> Fraction | None:
        value = self.take(name, required=required)
        return None if value is None else share(value, name, self.sources.where)

    def rounding(self) -> Any:
        value = self.take("rounding", required=True)
        if value not in ROUNDINGS:
            raise _not_one_of("rounding", value, ROUNDINGS, self.sources.where)
        return value

    def choice_or_none(self, name: str, kind: type[Name]) -> Name | None:
        return None if self.sources.find(name) is None else self.choice(name, kind)

    def choice(self, name: str, kind: type[Name]) -> Name:
        value = self.take(name, required=True)
        if value not in tuple(kind):
            raise _not_one_of(name, value, tuple(kind), self.sources.where)
        return kind(value)


def _not_one_of(name: str, value: Any, allowed: Sequence[str], where: str) -> Exception:
    return refuse(
        "tax.parameter.not_one_of", where=where, name=name, value=str(value), allowed=", ".join(str(a) for a in allowed)
    )


def number_of(value: Any, name: str, where: str = "") -> Fraction:
    """An exact number. Raises Refused on a float, text or anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, Fraction)):
        raise refuse("tax.parameter.not_number", where=where, name=name, value=str(value))
    return exact(value)


def whole_rupiah(value: Any, name: str, where: str = "") -> int:
    """Whole rupiah, not negative. Raises Refused else."""
    number = number_of(value, name, where)
    if number.denominator != 1 or number < 0:
        raise refuse("tax.parameter.not_rupiah", where=where, name=name, value=str(value))
    return int(number)


def share(value: Any, name: str, where: str = "") -> Fraction:
    """A fraction from 0 to 1. Raises Refused else (a rate of 0.2 % is written 0.002)."""
    number = number_of(value, name, where)
    if not 0 <= number <= 1:
        raise refuse("tax.parameter.not_fraction", where=where, name=name, value=str(value))
    return number


def _tiers(value: Any, where: str) -> tuple[Tier, ...]:
    rows = _rows(value, "tiers", {"to", "rate"}, {"inclusive"}, where)
    tiers = tuple(
        Tier(
            None if row["to"] is None else whole_rupiah(row["to"], "tiers.to", where),
            None if row["rate"] is None else share(row["rate"], "tiers.rate", where),
            row.get("inclusive", True) is not False,
        )
        for row in rows
    )
    if tiers[-1].to is not None:  # above the last tier nobody knows a rate
        tiers = (*tiers, Tier(None, None))
    _ascending([tier.to for tier in tiers], "tiers", where)
    return tiers


def _ratio(value: Any, where: str) -> tuple[RatioBand, ...]:
    if not isinstance(value, list):
        return (RatioBand(None, share(value, "ratio", where)),)
    rows = _rows(value, "ratio", {"to", "ratio"}, set(), where)
    bands = tuple(
        RatioBand(
            None if row["to"] is None else whole_rupiah(row["to"], "ratio.to", where),
            share(row["ratio"], "ratio", where),
        )
        for row in rows
    )
    _ascending([band.to for band in bands], "ratio", where)
    return bands


def _rows(value: Any, name: str, keys: set[str], optional: set[str], where: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(row, Mapping) for row in value):
        raise refuse("tax.parameter.not_table", where=where, name=name, keys=", ".join(sorted(keys)))
    for row in value:
        if not keys <= set(row) <= keys | optional:
            raise refuse("tax.parameter.not_table", where=where, name=name, keys=", ".join(sorted(keys | optional)))
    return value


def _ascending(limits: list[int | None], name: str, where: str) -> None:
    known = [limit for limit in limits[:-1] if limit is not None]
    if len(known) != len(limits) - 1 or limits[-1] is not None or known != sorted(set(known)):
        raise refuse("tax.parameter.not_ascending", where=where, name=name)

"""Reading the parameters of PBB-P2 into a ``PbbRule``: shape, order and range are checked here, once.

Parameter names: tiers [{to, rate, inclusive?}], ratio (number or [{to, ratio}]), ratio_order, njoptkp, band_base,
tiering, rounding, food_land_rate, food_land (``general_tiers``: an assumption only), minimum, waiver_up_to, stimulus,
njoptkp_choice. What a rule does not need is not asked for: band base and tiering with one tier, the order with ratio 1.
A choice that is given although nobody needs it must still be a known word. Above the last limit of a table nothing is
known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from sepadan.ground.money import ROUNDINGS, Rounding, exact
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
_NOBODY_KNOWS = Tier(None, None)  # above the last limit


def read_pbb_rule(
    sources: Sources, *, needs_tiers: bool = True, needs_food_rate: bool = False, njops: Iterable[int] | None = None
) -> PbbRule:
    """The rule that *sources* describe. Raises Refused naming the parameter that is missing or malformed.

    *needs_tiers* is false for food land with its own rate; *needs_food_rate* demands that rate. *njops* are the only
    values the rule will meet, where that is known: the order of the ratio is asked for if theirs is not 1.
    """
    reader = _Reader(sources)
    food = reader.fraction("food_land_rate", required=needs_food_rate)
    tiers = _tiers(reader.take("tiers", required=needs_tiers), sources.where) if needs_tiers else (Tier(None, food),)
    ratio = _ratio(reader.take("ratio", required=True), sources.where)
    several = len(tiers) > 1 and tiers[1] is not _NOBODY_KNOWS  # one tier with a limit needs no choice either
    tiering = reader.choice("tiering", Tiering, required=several)
    slab = several and tiering is Tiering.SLAB
    band_base = reader.choice("band_base", BandBase, required=slab)
    if not several and tiering is Tiering.MARGINAL:
        tiering, band_base = Tiering.SLAB, BandBase.TAXABLE  # the same for one tier, and it has one rate to name
    met = ratio if njops is None else {ratio_band(ratio, njop) for njop in njops}
    order = reader.choice("ratio_order", RatioOrder, required=any(band.known and band.ratio != 1 for band in met))
    return PbbRule(
        tiers=tiers,
        ratio=ratio,
        rounding=reader.rounding(),
        njoptkp=reader.rupiah("njoptkp"),
        ratio_order=order or RatioOrder.AFTER_NJOPTKP,
        band_base=band_base or BandBase.NJOP,
        tiering=tiering or Tiering.SLAB,
        food_land_rate=food,
        food_land_as_general=food is None and reader.take("food_land", required=False) == "general_tiers",
        minimum=reader.rupiah("minimum"),
        waiver_up_to=reader.rupiah("waiver_up_to"),
        stimulus=reader.fraction("stimulus"),
        njoptkp_choice=reader.choice("njoptkp_choice", NjoptkpChoice, required=reader.knows("njoptkp_choice")),
        bases=reader.bases,
    )


def ratio_band(bands: Sequence[RatioBand], njop: int) -> RatioBand:
    """The band that holds an object of this NJOP."""
    return next(band for band in bands if band.to is None or njop <= band.to)


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

    def knows(self, name: str) -> bool:
        return self.sources.find(name) is not None

    def rupiah(self, name: str) -> int | None:
        value = self.take(name, required=False)
        return None if value is None else whole_rupiah(value, name, self.sources.where)

    def fraction(self, name: str, *, required: bool = False) -> Fraction | None:
        value = self.take(name, required=required)
        return None if value is None else share(value, name, self.sources.where)

    def rounding(self) -> Rounding:
        self.take("rounding", required=True)
        return rounding_of(self.sources)

    def choice(self, name: str, kind: type[Name], *, required: bool) -> Name | None:
        """A known word. Where nobody needs it, it is only looked at: the rule does not rest on it."""
        found = self.sources.need(name) if required else self.sources.find(name)
        if found is None:
            return None
        if found[0] not in tuple(kind):
            raise _not_one_of(name, found[0], tuple(kind), self.sources.where)
        if required:
            self.bases[name] = found[1]
        return kind(found[0])


def rounding_of(sources: Sources, default: Rounding | None = None) -> Rounding:
    """The rounding that *sources* name, else *default*. Raises Refused on another word, or where nobody names one."""
    found = sources.need("rounding") if default is None else sources.find("rounding")
    if found is None:
        assert default is not None
        return default
    if found[0] not in ROUNDINGS:
        raise _not_one_of("rounding", found[0], ROUNDINGS, sources.where)
    way: Rounding = found[0]
    return way


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
            _inclusive(row, where),
        )
        for row in rows
    )
    if tiers[-1].to is not None:
        tiers = (*tiers, _NOBODY_KNOWS)
    _ascending([tier.to for tier in tiers], "tiers", where)
    return tiers


def _inclusive(row: Mapping[str, Any], where: str) -> bool:
    value = row.get("inclusive", True)
    if not isinstance(value, bool):
        raise _not_one_of("tiers.inclusive", value, ("true", "false"), where)
    return value


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
    if bands[-1].to is not None:
        bands = (*bands, RatioBand(None, Fraction(0), known=False))
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

"""PBB-P2 of one object, of an owner, of a whole roll: one rule as named steps over columns.

    taxable = max(0, NJOP - NJOPTKP) x ratio      (UU 1/2022 Art. 40(5), 42; or ratio before NJOPTKP, as a parameter)
    pbb     = taxable x rate, rounded once; raised to a minimum bill where the statute has one
    payable = 0 if the bill is waived, else pbb x (1 - stimulus)

NJOPTKP is given for one object per taxpayer and tax year (Art. 40(4)); which one is a parameter. Rates come in tiers
that are read as slab (the whole value at the rate of the tier reached) or marginal. Nothing here knows a region or a
year: a ``PbbRule`` is built from ``Sources``. A tier whose rate is not known makes the tax unknown, never zero.

Amounts are whole rupiah up to 10^15, exact. It does not value objects (``njop.py``) nor know due dates or interest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from sepadan.ground.columns import (
    Expr,
    First,
    Program,
    Step,
    col,
    flag,
    greatest,
    least,
    num,
    rounded,
    unknown,
    when,
)
from sepadan.ground.money import Rounding, Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis
from sepadan.tax.names import BandBase, NjoptkpChoice, RatioOrder, Tiering, Use

NJOP_MAX = 10**15


@dataclass(frozen=True, slots=True)
class Tier:
    """Rate up to and including ``to`` rupiah (None: no limit; ``inclusive`` false: below it). Rate None: not known."""

    to: Rupiah | None
    rate: Fraction | None
    inclusive: bool = True

    def holds(self, base: Expr) -> Expr:
        if self.to is None:
            raise ValueError("the last tier holds everything")
        return base <= self.to if self.inclusive else base < self.to


@dataclass(frozen=True, slots=True)
class RatioBand:
    """Assessment ratio (NJKP) of objects with NJOP up to and including ``to`` (None: no limit); perhaps not known."""

    to: Rupiah | None
    ratio: Fraction
    known: bool = True


@dataclass(frozen=True)
class PbbRule:
    """Every parameter of the levy, read and checked, with the basis of each by parameter name."""

    tiers: tuple[Tier, ...]
    ratio: tuple[RatioBand, ...]
    rounding: Rounding
    njoptkp: Rupiah | None = None
    ratio_order: RatioOrder = RatioOrder.AFTER_NJOPTKP
    band_base: BandBase = BandBase.NJOP
    tiering: Tiering = Tiering.SLAB
    food_land_rate: Fraction | None = None
    food_land_as_general: bool = False
    minimum: Rupiah | None = None
    waiver_up_to: Rupiah | None = None
    stimulus: Fraction | None = None
    njoptkp_choice: NjoptkpChoice | None = None
    bases: Mapping[str, Basis] = field(default_factory=dict)

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the parameters that rest on an assumption."""
        return tuple(sorted(name for name, basis in self.bases.items() if basis.kind == "assumption"))


# --- the program ----------------------------------------------------------------------------------------------------


def pbb_program(rule: PbbRule, *, allocate: bool = False) -> Program:
    """The levy as steps over the columns ``njop``, ``food_land`` and ``takes_njoptkp``.

    With *allocate* the last is itself a step over ``owner_id`` and ``object_id`` (``njoptkp_choice`` must be known).
    Steps: takes_njoptkp, deduction, taxable, rate (slab or one tier), tax, pbb, waived, payable.
    """
    steps: list[Step | First] = []
    if allocate:
        steps.append(allocation(rule))
    njop, takes, food = col("njop"), flag("takes_njoptkp"), flag("food_land")
    deduction = Step("deduction", when(takes, unknown() if rule.njoptkp is None else num(rule.njoptkp), 0))
    taxable = Step("taxable", _taxable(rule, njop, deduction.ref()))
    steps += [deduction, taxable]
    base = njop if rule.band_base is BandBase.NJOP else taxable.ref()
    marginal = rule.tiering is Tiering.MARGINAL and len(rule.tiers) > 1
    if marginal:
        tax = Step("tax", _with_food(rule, food, taxable.ref(), _marginal_tax(rule, taxable.ref())))
    else:
        rate = Step("rate", _slab_rate(rule, food, base))
        steps.append(rate)
        product = taxable.ref() * rate.ref()
        tax = Step("tax", product)
    whole = rounded(tax.ref() if marginal else product, rule.rounding)  # the product itself divides faster in columns
    if rule.minimum is not None:
        whole = when(num(0) < taxable.ref(), greatest(whole, rule.minimum), whole)
    pbb = Step("pbb", whole)
    limit = -1 if rule.waiver_up_to is None else rule.waiver_up_to
    waived = Step("waived", pbb.ref() <= limit)
    left = pbb.ref() if not rule.stimulus else rounded(pbb.ref() * (1 - rule.stimulus), rule.rounding)
    payable = Step("payable", when(waived.ref(), 0, left))
    return Program((*steps, tax, pbb, waived, payable))


def allocation(rule: PbbRule) -> First:
    """The step that marks the one object of each owner that takes the NJOPTKP, whatever the order of rows."""
    if rule.njoptkp_choice is not NjoptkpChoice.HIGHEST_NJOP_THEN_LOWEST_ID:
        raise refuse("tax.parameter.unknown", remedy="tax.parameter.unknown.remedy", name="njoptkp_choice")
    return First("takes_njoptkp", "owner_id", (("njop", "desc"), ("object_id", "asc")))


def _taxable(rule: PbbRule, njop: Expr, deduction: Expr) -> Expr:
    ratio = _banded([(band.to, band.ratio if band.known else None) for band in rule.ratio], njop)
    if rule.ratio_order is RatioOrder.BEFORE_NJOPTKP:
        return greatest(njop * ratio - deduction, 0)
    return greatest(njop - deduction, 0) * ratio


def _banded(bands: Sequence[tuple[Rupiah | None, Fraction | None]], base: Expr) -> Expr:
    den = lcm(*(value.denominator for _, value in bands if value is not None))
    result = _at(bands[-1][1], den)
    for to, value in reversed(bands[:-1]):
        assert to is not None
        result = when(base <= to, _at(value, den), result)
    return result


def _slab_rate(rule: PbbRule, food: Expr, base: Expr) -> Expr:
    rates = [tier.rate for tier in rule.tiers] + [rule.food_land_rate]
    den = lcm(*(rate.denominator for rate in rates if rate is not None))
    result = _at(rule.tiers[-1].rate, den)
    for tier in reversed(rule.tiers[:-1]):
        result = when(tier.holds(base), _at(tier.rate, den), result)
    if rule.food_land_as_general and rule.food_land_rate is None:
        return result
    return when(food, _at(rule.food_land_rate, den), result)


def _marginal_tax(rule: PbbRule, taxable: Expr) -> Expr:
    total, start = num(0), 0
    for tier in rule.tiers:
        part = taxable - start if tier.to is None else least(taxable, tier.to) - start
        if tier.rate is None:
            total = when(num(start) < taxable, unknown(), total)
        else:
            total = total + greatest(part, 0) * tier.rate
        start = tier.to or start
    return total


def _with_food(rule: PbbRule, food: Expr, taxable: Expr, general: Expr) -> Expr:
    if rule.food_land_rate is not None:
        return when(food, taxable * rule.food_land_rate, general)
    return general if rule.food_land_as_general else when(food, unknown(), general)


def _at(value: Fraction | None, den: int) -> Expr:
    """A constant at the common denominator of its table, so that choosing it costs no multiplication."""
    if value is None:
        return Expr("null", den=den, nullable=True)
    return Expr("num", const=value.numerator * (den // value.denominator), den=den)


# --- one object, one owner ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result for one object, every value exact. ``rate`` is None where tiers are marginal."""

    njop: Rupiah
    deduction: Rupiah
    taxable: Fraction
    rate: Fraction | None
    pbb: Rupiah
    waived: bool
    payable: Rupiah


def assess(rule: PbbRule, njop: Rupiah, *, takes_njoptkp: bool, use: Use = Use.GENERAL) -> Assessment:
    """The PBB of one object. Raises Refused where a parameter that this object needs is not known."""
    check_njop(njop)
    values = pbb_program(rule).run_row(
        {"njop": njop, "takes_njoptkp": takes_njoptkp, "food_land": use is Use.FOOD_LAND}
    )
    if values["deduction"] is None:
        raise refuse("tax.parameter.unknown", remedy="tax.parameter.unknown.remedy", name="njoptkp")
    if values["taxable"] is None:
        raise refuse("tax.pbb.ratio_unknown", remedy="tax.pbb.ratio_unknown.remedy", njop=njop)
    if values["pbb"] is None:
        name = "food_land_rate" if use is Use.FOOD_LAND and rule.food_land_rate is None else "tiers"
        raise refuse("tax.pbb.rate_unknown", remedy="tax.pbb.rate_unknown.remedy", name=name, njop=njop)
    return _assessment(njop, values)


def _assessment(njop: Rupiah, values: Mapping[str, Any]) -> Assessment:
    return Assessment(
        njop=njop,
        deduction=int(values["deduction"]),
        taxable=values["taxable"],
        rate=values.get("rate"),
        pbb=int(values["pbb"]),
        waived=values["waived"],
        payable=int(values["payable"]),
    )


def check_njop(njop: Rupiah) -> None:
    if njop < 0 or njop > NJOP_MAX:
        raise refuse("tax.pbb.njop_range", remedy="tax.pbb.njop_range.remedy", njop=njop, highest=NJOP_MAX)


@dataclass(frozen=True, slots=True)
class OwnedObject:
    """An object of a taxpayer: any sortable id, owner, NJOP in rupiah and use."""

    id: Any
    owner: Any
    njop: Rupiah
    use: Use = Use.GENERAL


def njoptkp_objects(rule: PbbRule, objects: Sequence[OwnedObject]) -> dict[Any, Any]:
    """Owner -> id of the object that takes the NJOPTKP. The same for any order of *objects*."""
    program = Program((allocation(rule),))
    rows = [{"owner_id": o.owner, "object_id": o.id, "njop": o.njop} for o in objects]
    marked = program.run_rows(rows)
    return {row["owner_id"]: row["object_id"] for row in marked if row["takes_njoptkp"]}


def assess_owned(rule: PbbRule, objects: Sequence[OwnedObject]) -> dict[Any, Assessment]:
    """Id -> assessment for objects of any number of taxpayers, each taxpayer with one NJOPTKP."""
    chosen = njoptkp_objects(rule, objects)
    return {o.id: assess(rule, o.njop, takes_njoptkp=chosen[o.owner] == o.id, use=o.use) for o in objects}


def waive(amount: Rupiah, waiver_up_to: Rupiah) -> tuple[bool, Rupiah]:
    """Whether a bill of *amount* rupiah is waived (the limit itself is), and what is payable."""
    values = Program(
        (
            Step("waived", col("pbb") <= waiver_up_to),
            Step("payable", when(col("pbb") <= waiver_up_to, 0, col("pbb"))),
        )
    ).run_row({"pbb": amount})
    return bool(values["waived"]), int(values["payable"])

"""The explanation of one PBB assessment: the values of the program as named steps with sentences and articles.

The values come from the same program that runs over a roll; nothing is computed here a second time.
"""

from __future__ import annotations

from fractions import Fraction

from sepadan.ground.messages import Message, message
from sepadan.ground.steps import Basis, Explained
from sepadan.tax.engine.pbb import Assessment, OwnedObject, PbbRule, Tier
from sepadan.tax.engine.pbb_rule import ratio_band
from sepadan.tax.names import BandBase, RatioOrder, Use


def explain(
    rule: PbbRule, result: Assessment, *, takes_njoptkp: bool, use: Use = Use.GENERAL, first: Explained | None = None
) -> list[Explained]:
    """NJOP, NJOPTKP, taxable value, rate, tax and what is payable, in the order in which a bill prints them.

    *first* stands in place of the NJOP where several objects are explained in a row: it says which one this is.
    """
    steps = [
        first or Explained(message("tax.pbb.step.njop"), result.njop),
        Explained(
            message("tax.pbb.step.deduction"),
            -result.deduction,
            how=None if takes_njoptkp else message("tax.pbb.step.deduction.elsewhere"),
            bases=_bases(rule, "njoptkp", "njoptkp_choice") if takes_njoptkp else (),
        ),
        Explained(
            message("tax.pbb.step.taxable"),
            result.taxable,
            how=_how_taxable(rule, result),
            bases=_bases(rule, "ratio", "ratio_order") if ratio_of(rule, result.njop) != 1 else _bases(rule, "ratio"),
        ),
    ]
    if result.rate is not None:
        steps.append(_rate_step(rule, result, use))
    waiver = rule.waiver_up_to is not None or bool(rule.stimulus)
    steps.append(
        Explained(message("tax.pbb.step.pbb"), result.pbb, how=_how_tax(rule, result), bases=_bases(rule, "rounding"),
                  is_sum=not waiver)
    )
    if waiver:
        steps.append(_payable_step(rule, result))
    return steps


def object_step(one: OwnedObject) -> Explained:
    """The NJOP of one object among several, by its id and owner."""
    return Explained(message("tax.pbb.step.object", id=str(one.id), owner=str(one.owner)), one.njop)


def part_step(number: int, m2: Fraction, value_m2: Fraction, njop: int) -> Explained:
    """The NJOP of one part of a divided parcel."""
    how = message("tax.njop.step.part", m2=m2, value=value_m2)
    return Explained(message("tax.pbb.step.split", number=number), njop, how=how)


def explain_waiver(amount: int, limit: int, payable: int, basis: Basis) -> list[Explained]:
    """A bill against the limit of the waiver, and what is left to pay."""
    key = "tax.pbb.step.payable.waived" if payable == 0 else "tax.pbb.step.payable.above"
    return [
        Explained(message("tax.pbb.step.pbb"), amount),
        Explained(message("tax.pbb.step.payable"), payable, how=message(key, limit=limit), bases=(basis,), is_sum=True),
    ]


def _bases(rule: PbbRule, *names: str) -> tuple[Basis, ...]:
    return tuple(rule.bases[name] for name in names if name in rule.bases)


def ratio_of(rule: PbbRule, njop: int) -> Fraction:
    """The assessment ratio of an object of this NJOP."""
    return ratio_band(rule.ratio, njop).ratio


def _how_taxable(rule: PbbRule, result: Assessment) -> Message | None:
    ratio = ratio_of(rule, result.njop)
    if result.taxable == 0:
        return message("tax.pbb.step.taxable.nil")
    if ratio == 1 and not result.deduction:
        return None
    order = "before" if rule.ratio_order is RatioOrder.BEFORE_NJOPTKP and ratio != 1 else "after"
    return message(f"tax.pbb.step.taxable.{order}", njop=result.njop, deduction=result.deduction, ratio=ratio)


def _rate_step(rule: PbbRule, result: Assessment, use: Use) -> Explained:
    name = message("tax.pbb.step.rate")
    if use is Use.FOOD_LAND and rule.food_land_rate is not None:
        how = message("tax.pbb.step.rate.food")
        return Explained(name, result.rate, "percent", how, _bases(rule, "food_land_rate"))
    bases = _bases(rule, "tiers", "tiering", "band_base")
    if use is Use.FOOD_LAND:
        how = message("tax.pbb.step.rate.food_as_general")
        return Explained(name, result.rate, "percent", how, _bases(rule, "food_land", "tiers"))
    base = Fraction(result.njop) if rule.band_base is BandBase.NJOP else result.taxable
    return Explained(name, result.rate, "percent", tier_words(rule.tiers, base), bases if len(rule.tiers) > 1
                     else _bases(rule, "tiers"))


def tier_words(tiers: tuple[Tier, ...], base: Fraction) -> Message:
    """Which tier holds *base*, in words."""
    if len(tiers) == 1:
        return message("tax.pbb.step.rate.single")
    over = 0
    for tier in tiers:
        if tier.to is None:
            return message("tax.pbb.step.rate.last", over=over)
        if base < tier.to or (tier.inclusive and base == tier.to):
            return message("tax.pbb.step.rate.between", over=over, to=tier.to) if over else message(
                "tax.pbb.step.rate.first", to=tier.to)
        over = tier.to
    raise ValueError("the last tier has no limit")


def _how_tax(rule: PbbRule, result: Assessment) -> Message:
    if result.rate is None:
        return message("tax.pbb.step.pbb.marginal")
    if rule.minimum is not None and result.pbb == rule.minimum and result.taxable * result.rate < rule.minimum:
        return message("tax.pbb.step.pbb.minimum", minimum=rule.minimum)
    return message("tax.pbb.step.pbb.slab", taxable=result.taxable, rate=result.rate)


def _payable_step(rule: PbbRule, result: Assessment) -> Explained:
    how: Message | None = None
    bases: tuple[Basis, ...] = ()
    if result.waived:
        how, bases = message("tax.pbb.step.payable.waived", limit=rule.waiver_up_to), _bases(rule, "waiver_up_to")
    elif rule.stimulus:
        how = message("tax.pbb.step.payable.stimulus", pbb=result.pbb, stimulus=rule.stimulus)
        bases = _bases(rule, "stimulus")
    return Explained(message("tax.pbb.step.payable"), result.payable, how=how, bases=bases, is_sum=True)


"""Cases of PBB-P2: pbb, pbb_owner, pbb_split, bill_waiver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sepadan.cases.case import Case, Inputs
from sepadan.cases.law import sources_of
from sepadan.cases.outcome import Result
from sepadan.ground.money import round_rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Explained
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb import Assessment, OwnedObject, PbbRule, assess, njoptkp_objects, waive
from sepadan.tax.engine.pbb_rule import PARAMETERS, read_pbb_rule, rounding_of, whole_rupiah
from sepadan.tax.engine.pbb_steps import explain, explain_waiver, object_step, part_step
from sepadan.tax.names import Use

_USES = tuple(Use)


def evaluate_pbb(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("njop", "takes_njoptkp", "use")
    use = Use(inputs.choice("use", _USES))
    takes = inputs.flag("takes_njoptkp")
    njop, sources = inputs.rupiah("njop"), sources_of(case, "pbb", PARAMETERS)
    if takes:
        sources.need("njoptkp")
    rule = _rule_for(sources, use, [njop])
    result = assess(rule, njop, takes_njoptkp=takes, use=use)
    return Result(_values(result), tuple(explain(rule, result, takes_njoptkp=takes, use=use)))


def _rule_for(sources: Sources, use: Use, njops: Iterable[int]) -> PbbRule:
    food = use is Use.FOOD_LAND
    return read_pbb_rule(sources, needs_tiers=not food, needs_food_rate=food, njops=njops)


def _values(result: Assessment) -> dict[str, Any]:
    return {
        "taxable": result.taxable,
        "rate": result.rate,
        "pbb": result.pbb,
        "waived": result.waived,
        "payable": result.payable,
    }


def evaluate_owner(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("objects")
    objects = [_object(row) for row in inputs.items("objects")]
    if len({type(one.id) for one in objects}) > 1:  # the lowest id is sought: numbers among words are words
        objects = [replace(one, id=str(one.id)) for one in objects]
    for name, times in Counter(one.id for one in objects).items():
        if times > 1:
            raise refuse("cases.input.same_object", where=case.where, name=str(name))
    sources = sources_of(case, "pbb", PARAMETERS)
    sources.need("njoptkp_choice")
    sources.need("njoptkp")
    rules = {use: _rule_for(sources, use, [one.njop for one in objects if one.use is use])
             for use in {one.use for one in objects}}
    chosen = njoptkp_objects(next(iter(rules.values())), objects)
    results: dict[Any, Assessment] = {}
    steps: list[Explained] = []
    for one in objects:
        rule, takes = rules[one.use], chosen[one.owner] == one.id
        results[one.id] = assess(rule, one.njop, takes_njoptkp=takes, use=one.use)
        steps += explain(rule, results[one.id], takes_njoptkp=takes, use=one.use, first=object_step(one))
    values = {
        "njoptkp_object": chosen,
        "pbb": {name: result.pbb for name, result in results.items()},
        "total": sum(result.pbb for result in results.values()),
    }
    return Result(values, tuple(steps))


def _object(row: Inputs) -> OwnedObject:
    row.only("id", "owner", "njop", "use")
    name, owner = row.raw("id"), row.raw("owner")
    ident = name if isinstance(name, int) else str(name)
    return OwnedObject(ident, str(owner), row.rupiah("njop"), Use(row.choice("use", _USES)))


def evaluate_split(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("parent_land_m2", "parts_land_m2", "land_value_m2", "njoptkp_to")
    parts, parent = inputs.numbers("parts_land_m2"), inputs.positive("parent_land_m2")
    if sum(parts) != parent:
        raise refuse("tax.pbb.split_does_not_add_up", where=case.where, parts=sum(parts, Fraction(0)), parent=parent)
    to = _taker(inputs, parts)
    value = inputs.not_negative("land_value_m2")
    sources = sources_of(case, "pbb", PARAMETERS)
    sources.need("njoptkp")
    way = rounding_of(sources)
    njops = [round_rupiah(part * value, way) for part in parts]
    rule = _rule_for(sources, Use.GENERAL, njops)
    results = [assess(rule, njop, takes_njoptkp=number == to) for number, njop in enumerate(njops)]
    steps = [
        step
        for number, result in enumerate(results)
        for step in explain(rule, result, takes_njoptkp=number == to,
                            first=part_step(number + 1, parts[number], value, njops[number]))
    ]
    return Result({"njop": njops, "pbb": [result.pbb for result in results]}, tuple(steps))


def _taker(inputs: Inputs, parts: list[Fraction]) -> int:
    """Index of the part that takes the NJOPTKP: the largest (the first of equals), or the number given."""
    value = inputs.raw("njoptkp_to")
    if value == "largest":
        return parts.index(max(parts))
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= len(parts):
        raise refuse("tax.pbb.split_part", where=inputs.where, count=len(parts), value=str(value))
    return value - 1


def evaluate_waiver(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("amount")
    value, basis = sources_of(case, "pbb", ("waiver_up_to", "rounding")).need("waiver_up_to")
    amount, limit = inputs.rupiah("amount"), whole_rupiah(value, "waiver_up_to", case.where)
    waived, payable = waive(amount, limit)
    return Result({"waived": waived, "payable": payable}, tuple(explain_waiver(amount, limit, payable, basis)))

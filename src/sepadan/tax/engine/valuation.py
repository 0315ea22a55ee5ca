"""Small rules of valuation: capitalisation rate, standard object, and the basis that all rules of valuation cite.

    cap rate = net income of a year / fair value                   (PMK 85/2024 Annex III.B.3.c)
    an object is standard while none of its measures exceeds its limit: land m2, floors, building m2 (Annex II.A.1)

A measure equal to its limit does not exceed it. The cap rate is exact and not rounded. The limits come from the law or
are given. It does not estimate income, rent or building cost; the cost tables of the annex are not in the public copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.messages import message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis, Explained
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb_rule import number_of

INSTRUMENT = "PMK 85/2024"
SOURCE = (
    "https://github.com/fiskuspintar/peraturan-perpajakan/blob/f8edda3/data/content/"
    "regulation_peraturan_menteri_keuangan_nomor_85__tahun_2024.md"
)
MEASURES = ("land_m2", "floors", "building_m2")


def pmk85(parameter: str, article: str, confidence: str = "verbatim") -> Basis:
    """A place in PMK 85/2024. ``secondary`` where only its worked example is at hand, not its sentence."""
    return Basis("law", parameter, INSTRUMENT, article, confidence, SOURCE)


CAP_RATE = pmk85("cap_rate", "Annex III.B.3.c", "secondary")


# --- capitalisation rate --------------------------------------------------------------------------------------------


def cap_rate(net_income_year: Rupiah, fair_value: Rupiah) -> Fraction:
    """Net income of a year as an exact share of the fair value. Raises Refused where the fair value is not above 0."""
    if net_income_year < 0:
        raise refuse("tax.valuation.negative", name="net_income_year", value=net_income_year)
    if fair_value <= 0:
        raise refuse("tax.valuation.not_positive", name="fair_value", value=fair_value)
    return Fraction(net_income_year, fair_value)


def explain_cap_rate(net_income_year: Rupiah, fair_value: Rupiah, rate: Fraction) -> list[Explained]:
    """Income, value and the rate."""
    how = message("tax.valuation.step.cap_rate.how", income=net_income_year, value=fair_value)
    return [
        Explained(message("tax.valuation.step.income"), net_income_year),
        Explained(message("tax.valuation.step.fair_value"), fair_value),
        Explained(message("tax.valuation.step.cap_rate"), rate, "percent", how, (CAP_RATE,), is_sum=True),
    ]


# --- standard object ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StandardRule:
    """The largest measures of a standard object, by name, and what they rest on."""

    limits: Mapping[str, Fraction]
    basis: Basis


def read_standard_rule(sources: Sources) -> StandardRule:
    """The limits that *sources* give or the law of the day knows. Raises Refused naming what is missing or wrong."""
    value, basis = sources.need("limits")
    if not isinstance(value, Mapping) or set(value) != set(MEASURES):
        raise refuse("tax.valuation.not_limits", where=sources.where, keys=", ".join(MEASURES))
    limits = {name: number_of(value[name], f"limits.{name}", sources.where) for name in MEASURES}
    for name, limit in limits.items():
        if limit < 0:
            raise refuse("tax.valuation.negative", where=sources.where, name=f"limits.{name}", value=limit)
    return StandardRule(limits, basis)


def exceeded_limits(rule: StandardRule, measures: Mapping[str, Fraction]) -> tuple[str, ...]:
    """The names of the measures beyond their limit; none of them: the object is standard."""
    return tuple(name for name in MEASURES if measures[name] > rule.limits[name])


def explain_standard(rule: StandardRule, measures: Mapping[str, Fraction]) -> list[Explained]:
    """Each measure against its limit, and what follows."""
    over = exceeded_limits(rule, measures)
    steps = []
    for name in MEASURES:
        key = "tax.valuation.step.over" if name in over else "tax.valuation.step.within"
        how = message(key, limit=rule.limits[name])
        steps.append(Explained(message(f"tax.valuation.step.{name}"), measures[name], "number", how, (rule.basis,)))
    outcome = message("tax.valuation.step.non_standard" if over else "tax.valuation.step.standard")
    return [*steps, Explained(message("tax.valuation.step.kind"), outcome, "text", is_sum=True)]

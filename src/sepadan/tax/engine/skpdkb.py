"""Short payment found by an audit or assessed ex officio (SKPDKB): interest per month, and a surcharge ex officio.

    interest  = shortfall x rate x min(months, cap), rounded      one rate after an audit, another ex officio
    surcharge = shortfall x surcharge, rounded                     ex officio only
    total     = shortfall + interest + surcharge

Before 2024 UU 28/2009 Art. 97; the rates of PP 35/2023 are known from memory only and must be given. Months are counted
by the caller. Not for SKPDKBT, whose surcharge is another parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sepadan.ground.messages import message
from sepadan.ground.money import ROUNDINGS, Rounding, Rupiah, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis, Explained
from sepadan.tax.engine.late_interest import read_cap
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb_rule import share

PARAMETERS = ("interest_audit", "interest_ex_officio", "cap_months", "surcharge", "rounding")


@dataclass(frozen=True)
class ShortfallRule:
    """What applies to one way of assessing. ``cap_months`` None: no cap; ``surcharge`` 0 after an audit."""

    ex_officio: bool
    interest_per_month: Fraction
    cap_months: int | None
    surcharge: Fraction
    rounding: Rounding
    bases: Mapping[str, Basis] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A short payment with what is added to it, in rupiah."""

    shortfall: Rupiah
    months_charged: int
    interest: Rupiah
    surcharge: Rupiah

    @property
    def total(self) -> Rupiah:
        return self.shortfall + self.interest + self.surcharge


def read_shortfall_rule(sources: Sources, *, ex_officio: bool) -> ShortfallRule:
    """The rule that *sources* describe. Only what this way of assessing needs is asked for."""
    bases: dict[str, Basis] = {}

    def fraction(name: str) -> Fraction:
        value, bases[name] = sources.need(name)
        return share(value, name, sources.where)

    rate = fraction("interest_ex_officio" if ex_officio else "interest_audit")
    surcharge = fraction("surcharge") if ex_officio else Fraction(0)
    cap = read_cap(sources, bases)
    rounding, bases["rounding"] = sources.need("rounding")
    if rounding not in ROUNDINGS:
        raise refuse("tax.parameter.not_one_of", where=sources.where, name="rounding", value=str(rounding),
                     allowed=", ".join(ROUNDINGS))
    return ShortfallRule(ex_officio, rate, cap, surcharge, rounding, bases)


def assess_shortfall(rule: ShortfallRule, shortfall: Rupiah, months: int) -> Shortfall:
    """Interest and surcharge on *shortfall* for *months* since the tax fell due."""
    charged = months if rule.cap_months is None else min(months, rule.cap_months)
    interest = round_rupiah(shortfall * rule.interest_per_month * charged, rule.rounding)
    return Shortfall(shortfall, charged, interest, round_rupiah(shortfall * rule.surcharge, rule.rounding))


def explain_shortfall(rule: ShortfallRule, result: Shortfall) -> list[Explained]:
    """Shortfall, months charged, interest, surcharge and the sum."""
    how = message("tax.interest.step.interest.how", principal=result.shortfall, rate=rule.interest_per_month,
                  months=result.months_charged)
    rate = "interest_ex_officio" if rule.ex_officio else "interest_audit"
    steps = [
        Explained(message("tax.skpdkb.step.shortfall"), result.shortfall),
        Explained(message("tax.interest.step.charged"), result.months_charged, "number",
                  bases=(rule.bases["cap_months"],)),
        Explained(message("tax.interest.step.interest"), result.interest, how=how, bases=(rule.bases[rate],)),
    ]
    if rule.ex_officio:
        how = message("tax.relief.step.cut.how", amount=result.shortfall, share=rule.surcharge)
        steps.append(Explained(message("tax.skpdkb.step.surcharge"), result.surcharge, how=how,
                               bases=(rule.bases["surcharge"],)))
    return [*steps, Explained(message("tax.skpdkb.step.total"), result.total, is_sum=True)]

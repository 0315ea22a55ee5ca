"""The explanation of late interest: the values of ``late_interest`` as named steps with sentences and articles.

Nothing is computed here a second time.
"""

from __future__ import annotations

from sepadan.ground.messages import Message, message
from sepadan.ground.steps import Basis, Explained
from sepadan.tax.engine.late_interest import InterestRule, LateCharge, PaidInParts


def explain_charge(rule: InterestRule, charge: LateCharge) -> list[Explained]:
    """Principal, months, months charged where the cap bites, interest and total."""
    return [
        Explained(message("tax.interest.step.principal"), charge.principal),
        *explain_interest(rule, charge),
        Explained(message("tax.interest.step.total"), charge.total, is_sum=True),
    ]


def explain_parts(rule: InterestRule, result: PaidInParts) -> list[Explained]:
    """The steps of each part paid, then the sum of interest and the principal still open."""
    steps = [Explained(message("tax.interest.step.principal"), result.principal)]
    for number, part in enumerate(result.parts, 1):
        name = message("tax.interest.step.part", number=number)
        how = message("tax.interest.step.part.paid", paid=part.paid)
        steps += [Explained(name, part.principal, how=how), *explain_interest(rule, part)]
    return [
        *steps,
        Explained(message("tax.interest.step.left"), result.principal_left),
        Explained(message("tax.interest.step.sum"), result.interest, is_sum=True),
    ]


def explain_interest(rule: InterestRule, charge: LateCharge) -> list[Explained]:
    """Months, months charged where the cap bites, and interest."""
    how = message("tax.interest.step.interest.how", principal=charge.principal, rate=rule.rate_per_month,
                  months=charge.months_charged)
    interest = Explained(message("tax.interest.step.interest"), charge.interest, how=how,
                         bases=_bases(rule, "rate_per_month", "rounding"))
    return [*_months(rule, charge), interest]


def _months(rule: InterestRule, charge: LateCharge) -> list[Explained]:
    how: Message | None = None
    if charge.due is not None:
        key = rule.month_rule if charge.months else "none"
        how = message(f"tax.interest.step.months.{key}", due=charge.due, paid=charge.paid)
    bases = _bases(rule, "month_rule") if charge.due is not None else ()
    steps = [Explained(message("tax.interest.step.months"), charge.months, "number", how, bases)]
    if charge.months_charged < charge.months:
        how = message("tax.interest.step.charged.capped", cap=rule.cap_months)
        steps.append(Explained(message("tax.interest.step.charged"), charge.months_charged, "number", how,
                               _bases(rule, "cap_months")))
    return steps


def _bases(rule: InterestRule, *names: str) -> tuple[Basis, ...]:
    return tuple(rule.bases[name] for name in names if name in rule.bases)

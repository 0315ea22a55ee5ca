"""Instalments by decree: the schedule, and the plan's rate in place of late interest while the plan holds.

A granted plan acknowledges the debt, which lets limitation run anew. A plan that is broken is ended by a person; from
then on the law reckons as if there had been none. The rate is that of the decree; the law's own is offered first.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sepadan.ground.money import Rupiah, exact
from sepadan.ground.problems import refuse
from sepadan.records.public import Charge, current_region, standing
from sepadan.tax.engine.collection import plan_parts
from sepadan.tax.engine.late_interest import whole_months
from sepadan.tax.engine.pbb_rule import share
from sepadan.tax.models import DuesDecision, Instalment, Interrupt, InterruptKind
from sepadan.tax.services.dues import procedure_sources


def plan_terms(parts: int, first_due: date, rate: str, on: date) -> dict[str, Any]:
    """The terms of a plan as they are kept. An empty *rate* is the law's (``instalment_interest``).

    Raises Refused when neither the decree nor the law knows a rate, or the parts outlast the law's months.
    """
    sources = procedure_sources(current_region().code, "procedure", on)
    found = sources.find("instalment_interest")
    if not rate.strip() and found is None:
        raise refuse("tax.collection.plan.no_rate", remedy="tax.collection.plan.no_rate.remedy")
    value = share(exact(rate.replace(",", ".")) if rate.strip() else (found or ("", None))[0], "rate", sources.where)
    cap = sources.find("instalment_cap_months")
    most = whole_months(cap[0], "instalment_cap_months", sources.where) if cap else max(parts, 1)
    if parts > most:
        raise refuse("tax.collection.plan.too_long", remedy="tax.collection.plan.too_long.remedy", parts=parts,
                     most=most)
    return {"parts": parts, "first_due": first_due.isoformat(), "rate": str(Fraction(value)), "cap_months": most}


def check_plan(charge: Charge, amount: Rupiah, terms: dict[str, Any]) -> None:
    """Raise Refused unless *amount* is the open principal and the parts are sound."""
    held = standing(charge)
    if amount != held.principal or amount <= 0:
        raise refuse("tax.collection.plan.not_open", where=str(charge), remedy="tax.collection.plan.not_open.remedy",
                     amount=amount, open=max(0, held.principal))
    plan_parts(amount, int(terms["parts"]), date.fromisoformat(terms["first_due"]))


def grant_plan(decision: DuesDecision, charge: Charge, *, on: date, now: datetime) -> None:
    check_plan(charge, decision.amount, decision.terms)
    first = date.fromisoformat(decision.terms["first_due"])
    if first < on:
        raise refuse("tax.collection.plan.past", where=str(charge), first=first, day=on,
                     remedy="tax.collection.plan.past.remedy")
    Instalment.objects.bulk_create(
        Instalment(decision=decision, number=number, due_on=due, principal=principal)
        for number, due, principal in plan_parts(decision.amount, int(decision.terms["parts"]), first))
    Interrupt.objects.create(charge=charge, kind=InterruptKind.ACKNOWLEDGEMENT.value, on=on, recorded_at=now,
                             document=decision.document_number, recorded_by_id=decision.decided_by_id or 0)

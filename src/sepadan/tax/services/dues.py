"""What settles a PBB-P2 charge on a day: principal, late interest by the law of that day, relief of a programme.

    interest = interest on each part of principal by the day it was paid, and on what is open by the day asked about,
               less what was charged before                                       (``engine/late_interest.py``)
    relief   = what the programme in force on that day cuts of principal and interest (``engine/relief.py``)

Each part is reckoned with the law of its own day of payment. What the law leaves open comes from the assumption set
``collection-default``; such a step says so. From the decree of an instalment plan on, the plan's rate takes the place
of late interest. A charge that the tax desk has neither bill nor claim for bears no interest and has no programme,
because nothing says which year it is about. Money is whole rupiah, days are local dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from sepadan.ground.assumptions import AssumptionSet, load_assumptions
from sepadan.ground.messages import message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.ground.steps import Basis, Explained
from sepadan.records.public import Charge, Order, Quote, Standing, current_region, dues_of, principal_only, standings
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.collection import Plan, interest_by
from sepadan.tax.engine.late_interest import InterestRule, LateCharge, charge_late, read_interest_rule
from sepadan.tax.engine.late_interest_steps import explain_interest
from sepadan.tax.engine.parameters import Assumed, Sources
from sepadan.tax.engine.relief import OwedBill, Programme, RelievedBill, read_programme, relieve
from sepadan.tax.models import DuesDecision
from sepadan.tax.queries.accounts import plans_of, tax_years

ASSUMPTIONS = "collection-default"


@dataclass(frozen=True, slots=True)
class DuesLaw:
    """The law of one region for payments of one day. ``programme`` None: none is in force."""

    interest: InterestRule
    order: Order
    order_basis: Basis
    programme: Programme | None


def dues_law(region: str, on: date) -> DuesLaw:
    """The law of *region* for a payment on *on*. Raises Refused where neither law nor assumption knows a value."""
    book, assumed = load_book(), load_assumptions(ASSUMPTIONS)
    sources = procedure_sources(region, "late_interest", on, assumed)
    order, basis = sources.need("part_payment")
    if order not in tuple(Order):
        raise refuse("tax.parameter.not_one_of", where=sources.where, name="part_payment", value=str(order),
                     allowed=", ".join(Order))
    pbb = Sources(law=book.law(region, LEVY, on), where=f"{region} {LEVY} {on}")
    programme = read_programme(pbb) if pbb.find("relief_programme") else None
    return DuesLaw(read_interest_rule(sources), Order(order), basis, programme)


def procedure_sources(region: str, levy: str, on: date, assumed: AssumptionSet | None = None) -> Sources:
    """The law of *levy* (``late_interest``, ``procedure``) with the assumptions that fill it up."""
    found = assumed or load_assumptions(ASSUMPTIONS)
    return Sources(law=load_book().law(region, levy, on), where=f"{region} {levy} {on}", assumed={
        name: Assumed(value, found.why(levy, name)) for name, value in found.values.get(levy, {}).items()})


@dues_of(LEVY)
def quote_pbb(charge: Charge, on: date) -> Quote:
    """What settles *charge* on *on*."""
    return quotes([charge], on)[charge.pk]


def quotes(charges: Iterable[Charge], on: date) -> dict[int, Quote]:
    """What settles each of the charges on *on*, by its key; the tables are read once for all of them."""
    rows = list(charges)
    keys, code = [row.pk for row in rows], current_region().code
    years, plans, held = tax_years(keys), plans_of(keys), standings(rows)
    law_of = cache(lambda day: dues_law(code, day))
    return {row.pk: _quote(row, on, years[row.pk], plan_of(plans.get(row.pk)), held[row.pk], law_of)
            if row.pk in years else principal_only(row, held[row.pk]) for row in rows}


def plan_of(decision: DuesDecision | None) -> Plan | None:
    """The plan that a granted decision sets up."""
    if decision is None or decision.document_on is None:
        return None
    return Plan(decision.document_on, Fraction(decision.terms["rate"]), int(decision.terms["cap_months"]))


def _quote(charge: Charge, on: date, tax_year: int, plan: Plan | None, held: Standing,
           law_of: Callable[[date], DuesLaw]) -> Quote:
    law, principal, booked = law_of(on), max(0, held.principal), max(0, held.interest)
    run_before = sum(interest_by(law_of(part.on).interest, part.amount, charge.due_on, part.on, plan)
                     for part in held.parts if part.on > charge.due_on)

    def interest_on(part: Rupiah) -> Rupiah:
        found = interest_by(law.interest, part, charge.due_on, on, plan)
        return max(0, run_before + found - held.interest_charged)

    late = charge_late(law.interest, principal, charge.due_on, on)
    interest = booked + interest_on(principal)
    relieved = None if law.programme is None else relieve(
        law.programme, OwedBill(tax_year, principal, interest, late), on, law.interest.rounding)
    cut = 0 if relieved is None else relieved.cut
    relief = cut if relieved is None else cut + relieved.penalty_waived
    return Quote(
        principal, interest, relief, principal + interest - relief, booked=booked, relief_principal=cut,
        order=law.order, interest_on=interest_on, steps=tuple(_steps(law, late, interest, plan, relieved)))


def _steps(law: DuesLaw, late: LateCharge, interest: Rupiah, plan: Plan | None,
           relieved: RelievedBill | None) -> list[Explained]:
    steps = [Explained(message("tax.dues.step.principal"), late.principal)]
    if plan is None or late.paid is None or late.paid <= plan.since:
        steps += explain_interest(law.interest, late)
        if interest != late.interest:
            steps.append(Explained(message("tax.dues.step.interest_open"), interest - late.interest,
                                   how=message("tax.dues.step.interest_open.how")))
    else:
        how = message("tax.dues.step.plan.how", since=plan.since, rate=plan.rate)
        steps.append(Explained(message("tax.dues.step.plan"), interest, how=how))
    total = late.principal + interest
    if relieved is not None and law.programme is not None and relieved.row is not None:
        how = message("tax.relief.step.cut.how", amount=late.principal, share=relieved.row.principal_cut)
        steps.append(Explained(message("tax.dues.step.cut"), -relieved.cut, how=how, bases=law.programme.bases))
        how = message("tax.relief.step.cut.how", amount=interest, share=relieved.row.penalty_cut)
        steps.append(Explained(message("tax.dues.step.waived"), -relieved.penalty_waived, how=how,
                               bases=law.programme.bases))
        total -= relieved.cut + relieved.penalty_waived
    return [*steps, Explained(message("tax.dues.step.total"), total, is_sum=True)]

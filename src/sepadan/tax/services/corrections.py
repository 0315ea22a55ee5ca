"""A bill corrected by a linked document: the original and its lines stay, the difference is a line of the decision.

    lower    a credit note: revenue -> receivable for the difference; what a programme had cut shrinks in proportion;
             the interest on what is not owed any more is taken back as far as it was paid; what was paid too much
             becomes a credit of the payer
    higher   an additional charge of its own, with a due day of its own (``skpd_due_months``) and a claim that says so

The corrected principal comes from whoever recomputed it by the statute of that year. Money is whole rupiah.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.money import Rupiah, exact, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Charge, current_region, raise_charge, standing
from sepadan.tax.engine.collection import interest_by, months_on
from sepadan.tax.engine.late_interest import whole_months
from sepadan.tax.models import Claim, ClaimOrigin, DuesDecision
from sepadan.tax.queries.accounts import assessed, facts_of, plans_of
from sepadan.tax.services.collection_lines import Line, post_lines
from sepadan.tax.services.dues import dues_law, plan_of, procedure_sources


def check_correction(charge: Charge, corrected: Rupiah) -> None:
    """Raise Refused when nothing would change, or the charge is none of the tax desk's."""
    if charge.pk not in facts_of([charge.pk]):
        raise refuse("tax.collection.unknown_charge", where=str(charge))
    if assessed(charge).principal == corrected:
        raise refuse("tax.collection.correction.same", where=str(charge),
                     remedy="tax.collection.correction.same.remedy", amount=corrected)


def grant_correction(decision: DuesDecision, charge: Charge, *, on: date, now: datetime) -> None:
    """Post the difference between what stands and the corrected principal; *charge* is held locked."""
    was = assessed(charge)
    if decision.amount > was.principal:
        _charge_more(decision, charge, decision.amount - was.principal, on=on, now=now)
        return
    less = was.principal - decision.amount
    if not less:
        raise refuse("tax.collection.correction.same", where=str(charge),
                     remedy="tax.collection.correction.same.remedy", amount=decision.amount)
    kept = round_rupiah(exact(was.relief) * decision.amount / was.principal, "half_up")
    receivable, levy = f"receivable:{charge.levy}", charge.levy
    against = "opening" if Claim.objects.filter(charge=charge, origin=ClaimOrigin.OPENING.value).exists() else "revenue"
    post_lines(decision, charge, [("", f"{against}:{levy}", receivable, less),
                                  (":relief", receivable, f"relief:{levy}", was.relief - kept)], on=on, now=now)
    back = min(max(0, _interest_too_much(charge, on)), max(0, was.interest_paid))
    post_lines(decision, charge, [(":charged", f"revenue:{levy}_interest", f"{receivable}_interest", back)],
               on=on, now=now)
    post_lines(decision, charge, _credits(charge), on=on, now=now)


def _interest_too_much(charge: Charge, on: date) -> Rupiah:
    """What was charged as interest beyond what the corrected principal bears; the last rupiah paid go first."""
    held, code, plan = standing(charge), current_region().code, plan_of(plans_of([charge.pk]).get(charge.pk))
    beyond, bears = max(0, -held.principal), 0
    for part in reversed(held.parts):
        dropped = min(beyond, part.amount)
        beyond -= dropped
        if part.on > charge.due_on:
            bears += interest_by(dues_law(code, part.on).interest, part.amount - dropped, charge.due_on, part.on, plan)
    bears += interest_by(dues_law(code, on).interest, max(0, held.principal), charge.due_on, on, plan)
    return held.interest_charged - bears


def _credits(charge: Charge) -> list[Line]:
    held, receivable = standing(charge), f"receivable:{charge.levy}"
    return [(":credit", receivable, "overpaid", max(0, -held.principal)),
            (":interest_credit", f"{receivable}_interest", "overpaid", max(0, -held.interest))]


def _charge_more(decision: DuesDecision, charge: Charge, more: Rupiah, *, on: date, now: datetime) -> None:
    facts, region = facts_of([charge.pk])[charge.pk], current_region()
    sources = procedure_sources(region.code, "procedure", on)
    months = whole_months(sources.need("skpd_due_months")[0], "skpd_due_months", sources.where)
    extra = raise_charge(levy=charge.levy, number=f"{charge.number}-K{decision.pk}", payer=charge.payer,
                         due_on=months_on(on, months), amount=more, effective_on=on, now=now)
    Claim.objects.create(
        charge=extra, origin=ClaimOrigin.ADDITIONAL.value, nop=facts.nop, tax_year=facts.tax_year,
        kelurahan_id=facts.kelurahan_id, payer_name=facts.payer[:120], source=decision.document_number,
        decision=decision, recorded_at=now)

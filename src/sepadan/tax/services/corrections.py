"""A bill corrected by a linked document: the original and its lines stay, the difference is a line of the decision.

    lower    a credit note: revenue -> receivable for the difference; what a programme had cut shrinks in proportion;
             the interest on what is not owed any more is taken back, less the share that was forgiven anyway; what was
             paid too much becomes a credit of the payer
    higher   an additional charge of its own, with a due day of its own (``skpd_due_months``) and a claim that says so

A bill that was written off, or whose additional charge still stands, is not corrected: first the write-off is ended, or
the additional charge corrected. The corrected principal comes from whoever recomputed it by the statute of that year.
Money is whole rupiah.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.money import Rupiah, exact, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Charge, current_region, raise_charge, standing
from sepadan.tax.engine.collection import interest_by, months_on
from sepadan.tax.engine.late_interest import whole_months
from sepadan.tax.engine.request_money import excess_interest
from sepadan.tax.models import Claim, ClaimOrigin, DecisionKind, DecisionState, DuesDecision
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
    check_free(charge)


def check_free(charge: Charge) -> None:
    """Raise Refused when what is owed for the bill does not stand on *charge* alone: it was written off (what nobody
    paid would become a credit), or raised by an additional charge (which would be left standing)."""
    extra = Claim.objects.filter(decision__charge=charge, origin=ClaimOrigin.ADDITIONAL.value).select_related("charge")
    for claim in extra:
        if assessed(claim.charge).principal > 0:
            raise refuse("tax.collection.correction.raised", where=str(charge), extra=claim.charge.number,
                         remedy="tax.collection.correction.raised.remedy")
    check_not_written_off(charge)


def check_not_written_off(charge: Charge) -> None:
    """Raise Refused for a charge that was written off."""
    if DuesDecision.objects.filter(charge=charge, kind=DecisionKind.WRITE_OFF.value,
                                   state=DecisionState.GRANTED.value).exists():
        raise refuse("tax.collection.correction.written_off", where=str(charge),
                     remedy="tax.collection.correction.written_off.remedy")


def grant_correction(decision: DuesDecision, charge: Charge, *, on: date, now: datetime) -> None:
    """Post the difference between what stands and the corrected principal; *charge* is held locked."""
    check_free(charge)
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
    back = excess_interest(standing(charge).interest_charged, was.interest_relief, _interest_due(charge, on))
    post_lines(decision, charge, [(":charged", f"revenue:{levy}_interest", f"{receivable}_interest", back)],
               on=on, now=now)
    post_lines(decision, charge, _credits(charge), on=on, now=now)


def _interest_due(charge: Charge, on: date) -> Rupiah:
    """The interest that the corrected principal bears by *on*; of what was paid too much, the last rupiah go first."""
    held, code, plan = standing(charge), current_region().code, plan_of(plans_of([charge.pk]).get(charge.pk))
    beyond, bears = max(0, -held.principal), 0
    for part in reversed(held.parts):
        dropped = min(beyond, part.amount)
        beyond -= dropped
        if part.on > charge.due_on:
            bears += interest_by(dues_law(code, part.on).interest, part.amount - dropped, charge.due_on, part.on, plan)
    bears += interest_by(dues_law(code, on).interest, max(0, held.principal), charge.due_on, on, plan)
    return bears


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

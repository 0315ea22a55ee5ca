"""A bill corrected by a linked document: the original and its lines stay, the difference is a line of the decision.

    lower    a credit note: revenue -> receivable for the difference; what a programme had cut shrinks in proportion;
             then the charge is reckoned anew (``reckoning.py``): the interest on what is not owed any more is taken
             back, less the share that was forgiven anyway; what was paid too much pays the interest that is left, and
             becomes a credit of the payer
    higher   an additional charge of its own, with a due day of its own (``skpd_due_months``) and a claim that says so

A bill that was written off, or whose additional charge still stands, is not corrected: first the write-off is ended, or
the additional charge corrected (at the service desk ``bill_corrections.py`` does that by itself). The corrected
principal comes from whoever recomputed it by the statute of that year. Money is whole rupiah.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground.money import Rupiah, exact, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Charge, current_region, raise_charge
from sepadan.tax.engine.collection import months_on
from sepadan.tax.engine.late_interest import whole_months
from sepadan.tax.models import Claim, ClaimOrigin, DecisionKind, DecisionState, DuesDecision
from sepadan.tax.queries.accounts import assessed, facts_of
from sepadan.tax.services.collection_lines import post_lines, source_of
from sepadan.tax.services.dues import procedure_sources
from sepadan.tax.services.reckoning import reckon_charge


def check_correction(charge: Charge, corrected: Rupiah, beside: Rupiah = 0) -> None:
    """Raise Refused when nothing would change, or the charge is none of the tax desk's. *beside*: see check_free."""
    if charge.pk not in facts_of([charge.pk]):
        raise refuse("tax.collection.unknown_charge", where=str(charge))
    if assessed(charge).principal == corrected:
        raise refuse("tax.collection.correction.same", where=str(charge),
                     remedy="tax.collection.correction.same.remedy", amount=corrected)
    check_free(charge, beside)


def check_free(charge: Charge, beside: Rupiah = 0) -> None:
    """Raise Refused when what is owed for the bill does not stand on *charge* alone: it was written off (what nobody
    paid would become a credit), or raised by an additional charge (which would be left standing).

    Who knows of the additional charges and counts them in says what they ask for: *beside*."""
    extra = Claim.objects.filter(decision__charge=charge, origin=ClaimOrigin.ADDITIONAL.value).exclude(
        charge=charge).select_related("charge")  # the first charge of a bill that had none rests on itself
    stands = {claim.charge: assessed(claim.charge).principal for claim in extra}
    for one, amount in stands.items():
        if amount > 0 and beside != sum(stands.values()):
            raise refuse("tax.collection.correction.raised", where=str(charge), extra=one.number,
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
    check_free(charge, int(decision.terms.get("beside", 0)))
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
    reckon_charge(charge, on=on, source=source_of(decision), now=now)


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

"""A bill and its additional charges as one tax: how a corrected tax is spread over them, each by a linked document.

    lower    the newest additional charge is lowered first, then the one before it, last the bill's own charge
    higher   one more additional charge for the difference, with a due day of its own
    a bill without a charge (waived, or nothing) that owes tax after all gets an additional charge as its first

So a bill that was raised can be corrected again, up or down: what an additional charge asked for is taken back by a
decision on that charge, and its money becomes a credit there. Every step is proposed by one person and granted by
another, under the same document. Money is whole rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Charge, current_region, raise_charge, record
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.collection import months_on
from sepadan.tax.engine.late_interest import whole_months
from sepadan.tax.models import Bill, Claim, ClaimOrigin, DecisionKind, DecisionState, DuesDecision
from sepadan.tax.queries.accounts import assessed
from sepadan.tax.services.corrections import check_not_written_off
from sepadan.tax.services.dues import procedure_sources


@dataclass(frozen=True, slots=True)
class Step:
    """One charge of the bill and the principal that it is to have; *beside* is what the bill's other charges ask for.

    No charge: the bill has none, and gets one of this amount.
    """

    charge: Charge | None
    amount: Rupiah
    beside: Rupiah = 0


def charges_of_bill(bill: Bill) -> list[Charge]:
    """The bill's own charge, if it has one, then its additional charges, oldest first."""
    rows = Claim.objects.filter(nop=bill.nop, tax_year=bill.tax_year, origin=ClaimOrigin.ADDITIONAL.value)
    extra = [row.charge for row in rows.select_related("charge").order_by("charge_id")]
    return ([] if bill.charge is None else [bill.charge]) + extra


def payable_now(bill: Bill) -> Rupiah:
    """What the bill charges now, all corrections counted."""
    return sum(assessed(charge).principal for charge in charges_of_bill(bill))


def steps_to(bill: Bill, payable: Rupiah) -> list[Step]:
    """What leads from what the bill charges now to *payable*. Raises Refused where a charge of it was written off."""
    charges = charges_of_bill(bill)
    for charge in charges:
        check_not_written_off(charge)
    now = {charge.pk: assessed(charge).principal for charge in charges}
    change = payable - sum(now.values())
    if change > 0:
        if not charges:
            return [Step(None, change)]
        first = charges[0]
        return [Step(first, now[first.pk] + change, sum(now.values()) - now[first.pk])]
    steps = []
    for charge in reversed(charges):
        less = min(now[charge.pk], -change)
        if less:
            steps.append(Step(charge, now[charge.pk] - less))
        change += less
    return steps


def raise_first_charge(bill: Bill, amount: Rupiah, *, reason: str, number: str, on: date, proposer: Actor,
                       decider: Actor, now: datetime) -> Charge:
    """The first charge of a bill that was waived or nothing, due ``skpd_due_months`` after the document. Its decision
    is the document that it rests on."""
    if proposer.person_id is None or decider.person_id in (None, proposer.person_id):
        raise refuse("tax.collection.same_person", where=str(bill), remedy="tax.collection.same_person.remedy")
    sources = procedure_sources(current_region().code, "procedure", on)
    months = whole_months(sources.need("skpd_due_months")[0], "skpd_due_months", sources.where)
    charge = raise_charge(levy=LEVY, number=f"{bill.nop}-{bill.tax_year}-{bill.run_id}-K0",
                          payer=f"taxpayer:{bill.taxpayer_id}", due_on=months_on(on, months), amount=amount,
                          effective_on=on, now=now)
    decision = DuesDecision.objects.create(
        kind=DecisionKind.CORRECTION.value, charge=charge, amount=amount, reason=reason, document_number=number,
        document_on=on, state=DecisionState.GRANTED.value, proposed_at=now, proposed_by_id=proposer.person_id,
        decided_at=now, decided_by_id=decider.person_id)
    Claim.objects.create(
        charge=charge, origin=ClaimOrigin.ADDITIONAL.value, nop=bill.nop, tax_year=bill.tax_year, source=number,
        kelurahan_id=bill.kelurahan_id, payer_name=bill.taxpayer.name[:120], decision=decision, recorded_at=now)
    record(decider, "tax.audit.decision_granted", decision, now=now, reason=reason, after={
        "kind": decision.kind, "charge": str(charge), "amount": amount, "document": number})
    return charge

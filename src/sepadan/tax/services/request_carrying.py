"""Carrying out a grant: the register is changed, the bill by a linked document, the money by lines of the ledger.

A bill is changed through a decision on its charge (``collection_decisions.py``), proposed by whoever prepared the
request and granted by whoever decided it, under the number of the letter; the bill itself stays. A reduction is
relief, late interest is waived as it stands on the day. All of it happens in one transaction with the step of the
request, so that a grant is carried out once. What the register does not hold is not invented: the request says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Charge,
    Person,
    SanctionKind,
    TransferDraft,
    dues_account,
    move_due_date,
    post_transfers,
    quote,
    record,
    standing,
)
from sepadan.tax.engine.assessment import engine_fingerprint
from sepadan.tax.engine.request_types import Effect
from sepadan.tax.engine.requests import Outcome
from sepadan.tax.models import Bill, BillChange, DecisionKind, Request, Taxpayer
from sepadan.tax.models.requests import ChangeOf, EventKind
from sepadan.tax.queries.accounts import assessed
from sepadan.tax.queries.register import find_object
from sepadan.tax.queries.register import standing as standing_of
from sepadan.tax.queries.requests import requests, taxpayer_of_number
from sepadan.tax.services.appeals import appeal_of, holds
from sepadan.tax.services.bill_corrections import raise_first_charge, steps_to
from sepadan.tax.services.collection_decisions import Proposal, grant_decision, propose_decision
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.corrections import check_not_written_off
from sepadan.tax.services.fines import charge_fine
from sepadan.tax.services.refund_interest import post_refund_interest
from sepadan.tax.services.register import correct_object, register_object, transfer_object
from sepadan.tax.services.register_buildings import record_building
from sepadan.tax.services.register_people import NewTaxpayer, register_taxpayer
from sepadan.tax.services.request_effects import Preview, charge_of, charges_touched, facts_as_plain, preview
from sepadan.tax.services.request_terms import day_of, whole
from sepadan.tax.services.requests import carry_step, finish, held_request

Line = tuple[str, str, str, Rupiah]


def carry_out_request(request: Request, *, version: int, actor: Actor, now: datetime, today: date) -> Request:
    """Do what was granted. Raises Refused, and changes nothing, when the books or the register no longer allow it."""
    held_request(request.pk, version)
    held = requests().get(pk=request.pk)
    carry_step(held, actor, today)
    lock_charges(*charges_touched(held))
    said = _carry(held, actor, now, today)
    finish(held, EventKind.CARRY_OUT, actor=actor, now=now, today=today, data=said)
    return held


def _carry(held: Request, actor: Actor, now: datetime, today: date) -> dict[str, Any]:
    effect, on = held.type.effect, held.decided_on or today
    seen = preview(held, held.terms, Outcome(held.outcome), today if effect is Effect.REFUND else on)
    if held.outcome == Outcome.REFUSED:
        return _fine(held, seen, actor, now, on)
    if effect is Effect.RECOMPUTE:
        _change_bill(held, seen, ChangeOf.RECOMPUTED, actor, now, today)
        return _correct_register(held, seen, actor, now)
    if effect is Effect.CANCEL:
        _change_bill(held, seen, ChangeOf.CANCELLED, actor, now, today)
    elif effect is Effect.REDUCE:
        _reduce(held, seen, actor, now, on)
    elif effect is Effect.WAIVE_INTEREST:
        _waive(held, seen, actor, now, on)
    elif effect is Effect.MOVE_DUE_DATE:
        _move(held, seen, actor, now, on)
    elif effect is Effect.REFUND:
        _refund(held, seen, actor, now, today)
    elif effect is Effect.TRANSFER:
        return _transfer(held, actor, now)
    elif effect is Effect.REGISTER:
        return _register(held, actor, now)
    return {}


def _fine(held: Request, seen: Preview, actor: Actor, now: datetime, on: date) -> dict[str, Any]:
    """The fine of a refused objection, unless an appeal is confirmed or the applicant had paid everything before."""
    if holds(appeal_of(held)):
        return {"fine": "appealed"}
    if seen.fine is None or not seen.fine.amount:
        return {"fine": "none"}
    charge_fine(held, SanctionKind.OBJECTION_FINE, seen.fine, document=_number(held), on=on, actor=actor, now=now)
    return {"fine": "charged"}


def _reward(held: Request, seen: Preview, to: str, on: date, now: datetime) -> dict[str, Rupiah]:
    """Interest to the taxpayer, an expense, to his credit or out of cash."""
    for charge, amount in seen.rewards:
        post_refund_interest(charge, amount, to=to, source=f"request:{held.pk}:{charge.pk}", on=on, now=now)
    total = sum(amount for _, amount in seen.rewards)
    return {"refund_interest": total} if total else {}


# --- the bill -------------------------------------------------------------------------------------------------------


def _change_bill(held: Request, seen: Preview, kind: ChangeOf, actor: Actor, now: datetime, today: date) -> None:
    bill, money = _bill(held), seen.money
    assert money is not None
    for one in steps_to(bill, money.new_payable):
        if one.charge is None:
            proposer, decider = _actors(held, actor)
            raise_first_charge(bill, one.amount, reason=_why(held), number=_number(held), now=now,
                               on=held.decided_on or today, proposer=proposer, decider=decider)
        else:
            _decide(held, Proposal(DecisionKind.CORRECTION, one.charge, one.amount, _why(held),
                                   terms={"beside": one.beside} if one.beside else None), actor, now, today)
    values: dict[str, Any] = {"payable": money.new_payable}
    values |= _reward(held, seen, "overpaid", held.decided_on or today, now)
    if seen.after is not None and seen.assessment is not None:
        new = seen.assessment
        values |= facts_as_plain(seen.after) | {
            "deduction": new.deduction, "taxable": str(new.taxable), "pbb": new.pbb,
            "rate": None if new.rate is None else str(new.rate), "waived": new.waived}
    _store(held, kind, money.old_payable, money.new_payable, actor, now, after=values,
           before={} if seen.before is None else facts_as_plain(seen.before), credit=money.credit,
           interest=-(money.interest_back + money.interest_off),
           law=bill.run.law_fingerprint if kind is ChangeOf.RECOMPUTED else "")


def _decide(held: Request, proposal: Proposal, actor: Actor, now: datetime, today: date) -> None:
    """A decision on the charge under the letter of the request, by the two who prepared and took it."""
    proposer, decider = _actors(held, actor)
    made = propose_decision(proposal, actor=proposer, now=now, today=today)
    grant_decision(made, version=made.version, document_number=_number(held), document_on=held.decided_on or today,
                   actor=decider, now=now, today=today)


def _number(held: Request) -> str:
    """The number of the letter that the decision stands in."""
    number = None if held.letter is None else held.letter.number
    return held.number if number is None else number.text


def _actors(held: Request, actor: Actor) -> tuple[Actor, Actor]:
    """Who prepared and who decided; of a request granted by silence: who recorded that, and who carries it out."""
    first = held.proposed_by_id or _recorder(held)
    second = held.decided_by_id or actor.person_id
    if first is None or second is None or first == second:
        raise refuse("tax.request.same_person", where=held.number, remedy="tax.request.same_person.remedy")
    names = dict(Person.objects.filter(pk__in=[first, second]).values_list("pk", "name"))
    return Actor(names.get(first, "–"), first), Actor(names.get(second, "–"), second)


def _recorder(held: Request) -> int | None:
    return held.events.filter(kind=EventKind.DEEM.value).values_list("by_id", flat=True).last()


def _reduce(held: Request, seen: Preview, actor: Actor, now: datetime, on: date) -> None:
    charge, cut = charge_of(_bill(held)), seen.amount
    check_not_written_off(charge)
    if not cut:
        raise refuse("tax.request.nothing_changes", remedy="tax.request.nothing_changes.remedy")
    was = assessed(charge).principal
    off = min(cut, max(standing(charge).principal, 0))
    _post(held, charge, [(":reduced", f"relief:{charge.levy}", f"receivable:{charge.levy}", off),
                         (":credit", f"relief:{charge.levy}", "overpaid", cut - off)], on, now)
    _store(held, ChangeOf.REDUCED, was, was, actor, now, credit=cut - off, after={"relief": cut})


def _waive(held: Request, seen: Preview, actor: Actor, now: datetime, on: date) -> None:
    """Interest up to the day is charged and the waived part forgiven; months that begin later run on."""
    charge, waived = charge_of(_bill(held)), seen.amount
    if not waived:
        raise refuse("tax.request.no_interest", remedy="tax.request.no_interest.remedy")
    quoted, levy = quote(charge, on), charge.levy
    _post(held, charge, [
        (":charged", f"receivable:{levy}_interest", f"revenue:{levy}_interest", quoted.interest - quoted.booked),
        (":waived", f"relief:{levy}_interest", f"receivable:{levy}_interest", waived)], on, now)
    was = assessed(charge).principal
    _store(held, ChangeOf.INTEREST, was, was, actor, now, interest=-waived, before={"interest": quoted.interest})


def _move(held: Request, seen: Preview, actor: Actor, now: datetime, on: date) -> None:
    charge = charge_of(_bill(held))
    assert seen.due_on is not None
    before = charge.due_on
    move_due_date(charge, seen.due_on)
    was = assessed(charge).principal
    _store(held, ChangeOf.DUE_DATE, was, was, actor, now, before={"due_on": before.isoformat()},
           after={"due_on": seen.due_on.isoformat()})
    record(actor, "tax.audit.due_date_moved", _bill(held), now=now, before={"due_on": before},
           after={"due_on": seen.due_on}, reason=_why(held))


def _refund(held: Request, seen: Preview, actor: Actor, now: datetime, today: date) -> None:
    charge = seen.charge or charge_of(_bill(held))
    kind = DecisionKind.REFUND if seen.other is None else DecisionKind.COMPENSATION
    _decide(held, Proposal(kind, charge, seen.amount, _why(held), seen.other), actor, now, today)
    was, late = assessed(charge).principal, _reward(held, seen, "cash", today, now)
    _store(held, ChangeOf.REFUNDED if seen.other is None else ChangeOf.COMPENSATED, was, was, actor, now,
           paid_out=seen.amount, charge=seen.other, after=late)


def _post(held: Request, charge: Charge, lines: list[Line], on: date, now: datetime) -> None:
    post_transfers([TransferDraft(
        debit=dues_account(debit, charge.levy).pk, credit=dues_account(credit, charge.levy).pk, amount=amount,
        charge=charge.pk, effective_on=on, source=f"request:{held.pk}{ending}")
        for ending, debit, credit, amount in lines if amount], now=now)


def _store(held: Request, kind: ChangeOf, old: Rupiah, new: Rupiah, actor: Actor, now: datetime, *,
           before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None, credit: Rupiah = 0,
           interest: Rupiah = 0, paid_out: Rupiah = 0, charge: Charge | None = None, law: str = "") -> None:
    """The linked document of the bill."""
    change = BillChange.objects.create(
        bill=_bill(held), request=held, kind=kind.value, before=dict(before or {}), after=dict(after or {}),
        old_payable=old, new_payable=new, credit=credit, interest=interest, paid_out=paid_out, charge=charge,
        document=held.letter, law_fingerprint=law, engine_fingerprint=engine_fingerprint() if law else "",
        effective_on=held.decided_on or held.received_on, recorded_at=now, recorded_by_id=actor.person_id)
    record(actor, "tax.audit.bill_changed", _bill(held), now=now, reason=_why(held), after={
        "kind": kind.value, "old": old, "new": new, "credit": credit, "request": held.number, "change": change.pk})


# --- the register ---------------------------------------------------------------------------------------------------


def _correct_register(held: Request, seen: Preview, actor: Actor, now: datetime) -> dict[str, Any]:
    """The corrected areas from the first day of the tax year, as far as the register can take them by itself."""
    bill, said = _bill(held), {}
    one, on = find_object(bill.nop), date(bill.tax_year, 1, 1)
    known = None if one is None else standing_of(one, on)
    if one is None or known is None or seen.after is None or seen.before is None:
        return {"register": "absent"}
    if seen.after.land_m2 != seen.before.land_m2:
        one = correct_object(one, {"land_m2": seen.after.land_m2}, seen=one.version, on=on, actor=actor, now=now,
                             reason=held.number)
        said["register"] = "corrected"
    if seen.after.building_m2 != seen.before.building_m2:
        if len(known.buildings) != 1 or not seen.after.building_m2:
            return {**said, "building": "by_hand"}
        record_building(one, known.buildings[0].number, {"area_m2": seen.after.building_m2}, seen=one.version, on=on,
                        actor=actor, now=now, reason=held.number)
        said["register"] = "corrected"
    return said


def _transfer(held: Request, actor: Actor, now: datetime) -> dict[str, Any]:
    one = find_object(held.nop)
    if one is None:
        raise refuse("tax.request.not_registered", where=held.nop, remedy="tax.request.not_registered.remedy")
    on = day_of(held.terms, "from_on")
    transfer_object(one, _taxpayer(held.terms, on, actor, now), seen=one.version, on=on, actor=actor, now=now,
                    reason=held.number)
    return {"register": "transferred"}


def _register(held: Request, actor: Actor, now: datetime) -> dict[str, Any]:
    on = day_of(held.terms, "from_on")
    fields = {"taxpayer_id": _taxpayer(held.terms, on, actor, now).pk, "land_m2": whole(held.terms, "land_m2"),
              "street": str(held.terms.get("street", "") or "")[:80]}
    made = register_object(str(held.terms.get("nop", "")), fields, on=on, actor=actor, now=now, reason=held.number)
    return {"register": "registered", "nop": made.nop}


def _taxpayer(terms: Mapping[str, Any], on: date, actor: Actor, now: datetime) -> Taxpayer:
    number = str(terms.get("npwpd", "") or "")
    if number.strip():
        found = taxpayer_of_number(number)
        if found is None:
            raise refuse("tax.request.npwpd_unknown", where=number[:24], remedy="tax.request.npwpd_unknown.remedy")
        return found
    return register_taxpayer(NewTaxpayer(str(terms.get("new_name", ""))), on=on, actor=actor, now=now)


def _bill(held: Request) -> Bill:
    bill: Bill | None = held.bill
    assert bill is not None
    return bill


def _why(held: Request) -> str:
    return f"{held.type.title.text('id')} {held.number}: {held.reasons}"[:500].strip(": ")

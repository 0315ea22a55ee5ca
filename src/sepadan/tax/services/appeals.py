"""An appeal to the tax court about a refused objection: recorded, confirmed, its ruling entered and confirmed.

    proposed    as it is recorded, with the day typed from the court's receipt: nothing is booked and the fine stands;
                its author may withdraw it, whoever approves may reject it, and it can then be recorded anew
    accepted    another person confirmed it: the fine of the objection is not charged until the court has ruled; one
                that was charged is lifted, effective on the day of confirmation
    granted,    the bill is corrected to the tax of the ruling, by documents of its own under the number of the ruling;
    partly      what was paid too much bears interest to the taxpayer
    refused     the fine of the appeal is charged: its own share of the tax by the ruling less what was paid before the
                objection; a share that is not known is no fine, and the page says so

Who enters a ruling does not confirm it: confirming books. A ruling that no longer fits what the bill charges is not
booked. Every act names the ``version`` that the person saw. Locks: the request, the charges by key, the appeal. Whether
a fine follows an appeal granted in part is not charged: the text that could be used speaks of a refused one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import Actor, Appeal, Charge, Person, Ruling, SanctionKind, current_region, record, standing
from sepadan.tax.engine.collection import months_on
from sepadan.tax.engine.requests import Outcome
from sepadan.tax.models import DecisionKind, Request
from sepadan.tax.services.bill_corrections import charges_of_bill, payable_now, steps_to
from sepadan.tax.services.collection_decisions import Proposal, grant_decision, propose_decision
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.fines import charge_fine, fine_by, fines_of, lift_fine, stands
from sepadan.tax.services.refund_interest import on_too_much, post_refund_interest, refund_rule


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the court ruled. ``payable`` is the tax by the ruling, of a refused appeal what the bill charges."""

    outcome: Ruling
    number: str
    on: date
    payable: Rupiah | None = None


def appeal_of(request: Request) -> Appeal | None:
    """The appeal that is proposed or holds; None where there is none, or it was withdrawn or rejected."""
    live = [Appeal.State.PROPOSED.value, Appeal.State.ACCEPTED.value]
    return Appeal.objects.filter(source=request.number, state__in=live).first()


def holds(appeal: Appeal | None) -> bool:
    """Whether a second person confirmed that the appeal was filed."""
    return appeal is not None and appeal.state == Appeal.State.ACCEPTED


def appeal_by(request: Request) -> date | None:
    """The last day on which an appeal may be filed, by the law of the day of the decision; None where it is unknown."""
    if request.decided_on is None:
        return None
    found = load_book().law(current_region().code, "procedure", request.decided_on).get("appeal_months")
    return months_on(request.decided_on, int(found.value)) if found is not None and found.known else None


def record_appeal(request: Request, *, reference: str, filed_on: date, actor: Actor, now: datetime,
                  today: date) -> Appeal:
    """Propose that the applicant appealed; it books nothing until another person confirms it. Raises Refused where
    there is no refused objection, on a day out of its time or still to come, and when one is recorded already."""
    held, charges = _hold(request)
    if actor.person_id is None:
        raise ValueError("an appeal is recorded by a person")
    if held.type.refusal_fine is None or held.outcome != Outcome.REFUSED or held.decided_on is None or not charges:
        raise refuse("tax.appeal.not_refused", where=held.number, remedy="tax.appeal.not_refused.remedy")
    last = appeal_by(held)
    if not reference.strip() or not held.decided_on <= filed_on <= min(today, last or today):
        raise refuse("tax.appeal.day", where=held.number, remedy="tax.appeal.day.remedy", first=held.decided_on,
                     last=min(today, last or today))
    if appeal_of(held) is not None:
        raise refuse("tax.appeal.twice", where=held.number, remedy="tax.appeal.twice.remedy")
    made = Appeal.objects.create(about=charges[0], source=held.number, reference=reference.strip()[:80],
                                 filed_on=filed_on, recorded_at=now, recorded_by_id=actor.person_id)
    record(actor, "tax.audit.appeal_recorded", made, now=now, after={"request": held.number, "filed_on": filed_on})
    return made


def accept_appeal(appeal: Appeal, *, version: int, actor: Actor, now: datetime, today: date) -> Appeal:
    """Confirm that the appeal was filed, and lift the fine that stands, effective *today*. Raises Refused to who
    recorded it."""
    owner, _ = _hold(Request.objects.get(number=appeal.source))
    held = _proposed(appeal, version)
    if actor.person_id is None or actor.person_id == held.recorded_by_id:
        raise refuse("tax.appeal.own", where=str(held), remedy="tax.appeal.own.remedy")
    _decide(held, Appeal.State.ACCEPTED, actor, now, "")
    for fine in fines_of(owner):
        if stands(fine):
            lift_fine(fine, source=f"appeal:{held.pk}", on=today, reason=held.reference, actor=actor, now=now)
    return held


def reject_appeal(appeal: Appeal, *, version: int, reason: str, actor: Actor, now: datetime) -> Appeal:
    """Reject a proposed appeal, with a reason. Raises Refused to who recorded it, who withdraws it."""
    held = _proposed(appeal, version)
    if actor.person_id is None or actor.person_id == held.recorded_by_id:
        raise refuse("tax.appeal.own", where=str(held), remedy="tax.appeal.own.remedy")
    if not reason.strip():
        raise refuse("tax.appeal.no_reason", where=str(held), remedy="tax.appeal.no_reason.remedy")
    return _decide(held, Appeal.State.REJECTED, actor, now, reason.strip())


def withdraw_appeal(appeal: Appeal, *, version: int, actor: Actor, now: datetime) -> Appeal:
    """Take a proposed appeal back. Raises Refused to anybody but who recorded it."""
    held = _proposed(appeal, version)
    if actor.person_id is None or actor.person_id != held.recorded_by_id:
        raise refuse("tax.appeal.not_own", where=str(held), remedy="tax.appeal.not_own.remedy")
    return _decide(held, Appeal.State.WITHDRAWN, actor, now, "")


def _decide(held: Appeal, state: StrEnum, actor: Actor, now: datetime, reason: str) -> Appeal:
    held.state, held.decided_at, held.decided_by_id, held.version = state.value, now, actor.person_id, held.version + 1
    held.save(update_fields=["state", "decided_at", "decided_by", "version"])
    record(actor, f"tax.audit.appeal_{state.value}", held, now=now, reason=reason[:500],
           after={"request": held.source, "filed_on": held.filed_on})
    return held


def enter_ruling(appeal: Appeal, ruled: Ruled, *, version: int, actor: Actor, now: datetime, today: date) -> Appeal:
    """Enter what the court ruled; it books nothing until somebody else confirms it. It may be entered anew till then.

    Raises Refused on a day out of order, a ruling without number, and a tax that does not fit the outcome.
    """
    held = _accepted(appeal, version)
    charged = payable_now_of(held)
    payable = charged if ruled.outcome is Ruling.REFUSED else ruled.payable
    if actor.person_id is None or not ruled.number.strip() or not held.filed_on <= ruled.on <= today:
        raise refuse("tax.appeal.ruling_day", where=str(held), remedy="tax.appeal.ruling_day.remedy",
                     filed=held.filed_on)
    if payable is None or not 0 <= payable <= charged or (ruled.outcome is not Ruling.REFUSED and payable == charged):
        raise refuse("tax.appeal.payable", where=str(held), remedy="tax.appeal.payable.remedy", charged=charged)
    held.outcome, held.ruling, held.ruled_on = ruled.outcome.value, ruled.number.strip()[:80], ruled.on
    held.payable, held.entered_by_id, held.version = payable, actor.person_id, held.version + 1
    held.save(update_fields=["outcome", "ruling", "ruled_on", "payable", "entered_by", "version"])
    record(actor, "tax.audit.ruling_entered", held, now=now, after={
        "outcome": held.outcome, "ruling": held.ruling, "payable": payable})
    return held


def confirm_ruling(appeal: Appeal, *, version: int, actor: Actor, now: datetime, today: date) -> Charge | None:
    """Confirm the ruling and book it: the charge of the fine, if it brings one. Raises Refused to who entered it."""
    request = Request.objects.get(number=appeal.source)
    owner, _ = _hold(request)
    held = _accepted(appeal, version)
    if not held.outcome or held.ruled_on is None or held.payable is None:
        raise refuse("tax.appeal.no_ruling", where=str(held), remedy="tax.appeal.no_ruling.remedy")
    if actor.person_id is None or actor.person_id == held.entered_by_id:
        raise refuse("tax.appeal.same_person", where=str(held), remedy="tax.appeal.same_person.remedy")
    charged = payable_now_of(held)
    refused = held.outcome == Ruling.REFUSED
    if not (held.payable == charged if refused else 0 <= held.payable < charged):
        raise refuse("tax.appeal.moved", where=str(held), remedy="tax.appeal.moved.remedy", charged=charged,
                     payable=held.payable)
    held.confirmed_at, held.confirmed_by_id, held.version = now, actor.person_id, held.version + 1
    held.save(update_fields=["confirmed_at", "confirmed_by", "version"])
    record(actor, "tax.audit.ruling_confirmed", held, now=now, after={"outcome": held.outcome, "ruling": held.ruling})
    if not refused:
        _correct(owner, held, actor, now, today)
        return None
    law = load_book().law(current_region().code, "procedure", held.ruled_on)
    fine = fine_by(law.get("appeal_fine"), owner)
    if fine is None or not fine.amount:
        return None
    return charge_fine(owner, SanctionKind.APPEAL_FINE, fine, document=held.ruling, on=held.ruled_on, actor=actor,
                       now=now)


def payable_now_of(appeal: Appeal) -> Rupiah:
    """What the bill of the appeal charges now."""
    request = Request.objects.select_related("bill").get(number=appeal.source)
    return 0 if request.bill is None else payable_now(request.bill)


def _correct(request: Request, appeal: Appeal, actor: Actor, now: datetime, today: date) -> None:
    entered = Person.objects.filter(pk=appeal.entered_by_id or 0).first()
    proposer = Actor("–" if entered is None else entered.name, appeal.entered_by_id)
    assert request.bill is not None
    on = appeal.ruled_on or today
    rule = refund_rule(on)
    for step in steps_to(request.bill, appeal.payable or 0):
        if step.charge is None:
            continue
        before = standing(step.charge).parts
        made = propose_decision(Proposal(DecisionKind.CORRECTION, step.charge, step.amount, appeal.ruling),
                                actor=proposer, now=now, today=today)
        grant_decision(made, version=made.version, document_number=appeal.ruling,
                       document_on=on, actor=actor, now=now, today=today)
        left = standing(step.charge).parts
        too_much = sum(part.amount for part in before) - sum(part.amount for part in left)
        post_refund_interest(step.charge, on_too_much(before, too_much, on, rule), to="overpaid", on=on, now=now,
                             source=f"appeal:{appeal.pk}:{step.charge.pk}")


def _hold(request: Request) -> tuple[Request, list[Charge]]:
    """The request and all charges of its bill, its fines included, locked in the order in which everybody locks."""
    Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    held = Request.objects.select_related("bill", "bill__charge", "region").get(pk=request.pk)
    charges = [] if held.bill is None else charges_of_bill(held.bill)
    lock_charges(*(one.pk for one in charges), *(fine.charge_id for fine in fines_of(held)))
    return held, charges


def _held(appeal: Appeal, version: int) -> Appeal:
    held = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if held.version != version or held.confirmed_at is not None:
        raise refuse("tax.appeal.changed", where=str(held), remedy="tax.appeal.changed.remedy")
    return held


def _accepted(appeal: Appeal, version: int) -> Appeal:
    held = _held(appeal, version)
    if not holds(held):
        raise refuse("tax.appeal.not_accepted", where=str(held), remedy="tax.appeal.not_accepted.remedy")
    return held


def _proposed(appeal: Appeal, version: int) -> Appeal:
    held = _held(appeal, version)
    if held.state != Appeal.State.PROPOSED:
        raise refuse("tax.appeal.changed", where=str(held), remedy="tax.appeal.changed.remedy")
    return held

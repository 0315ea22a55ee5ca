"""Decisions on a charge: one person proposes, another decides under a document, and the ledger gets linked lines.

    proposed -> granted | rejected; granted -> ended (a plan that was broken, a write-off taken back)

Every act names the ``version`` that the person saw. The charges are locked in the order of their keys before anything
is read. Lines are effective on the day of the document. Everything runs in a region's scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sepadan.ground.messages import Message
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Charge, record
from sepadan.tax.models import DecisionKind, DecisionState, DuesDecision
from sepadan.tax.services import collection_credits as credits
from sepadan.tax.services import collection_plans as plans
from sepadan.tax.services import corrections, write_offs
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.document_days import check_document_day

ENDABLE = (DecisionKind.INSTALMENT, DecisionKind.WRITE_OFF)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person asks for. ``amount`` in rupiah as ``DuesDecision`` says; ``terms`` for a plan."""

    kind: DecisionKind
    charge: Charge
    amount: Rupiah
    reason: str
    other: Charge | None = None
    terms: dict[str, Any] | None = None


def propose_decision(proposal: Proposal, *, actor: Actor, now: datetime, today: date) -> DuesDecision:
    """A proposal that waits for another person. Raises Refused on an unsound one, or when one of its kind waits."""
    if actor.person_id is None:
        raise ValueError("a decision is proposed by a person, so that another one can take it")
    if not proposal.reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    others = [proposal.other.pk] if proposal.other is not None else []
    charge = lock_charges(proposal.charge.pk, *others)[proposal.charge.pk]
    if DuesDecision.objects.filter(charge=charge, kind=proposal.kind.value, state="proposed").exists():
        raise refuse("tax.collection.waits_already", where=str(charge), remedy="tax.collection.waits_already.remedy")
    _check(proposal, charge, today)
    made = DuesDecision.objects.create(
        kind=proposal.kind.value, charge=charge, other_charge=proposal.other, amount=proposal.amount,
        terms=proposal.terms or {}, reason=proposal.reason.strip()[:500], proposed_at=now,
        proposed_by_id=actor.person_id)
    record(actor, "tax.audit.decision_proposed", made, now=now, reason=made.reason,
           after={"kind": made.kind, "charge": str(charge), "amount": made.amount})
    return made


def _check(proposal: Proposal, charge: Charge, today: date) -> None:
    if proposal.kind is DecisionKind.CORRECTION:
        corrections.check_correction(charge, proposal.amount, int((proposal.terms or {}).get("beside", 0)))
    elif proposal.kind is DecisionKind.WRITE_OFF:
        write_offs.check_write_off(charge, proposal.amount)
    elif proposal.kind is DecisionKind.INSTALMENT:
        plans.check_plan(charge, proposal.amount, proposal.terms or {})
    elif proposal.kind is DecisionKind.COMPENSATION:
        credits.check_compensation(charge, proposal.other, proposal.amount, today)
    else:
        credits.check_credit(charge, proposal.amount)


def grant_decision(decision: DuesDecision, *, version: int, document_number: str, document_on: date, actor: Actor,
                   now: datetime, today: date) -> DuesDecision:
    """Grant a proposal under a document. Raises Refused to whoever proposed it, on a document without number or from
    the future, and when the books no longer allow it."""
    number = document_number.strip()
    if not number:
        raise refuse("tax.collection.no_document", remedy="tax.collection.no_document.remedy")
    if document_on > today:
        raise refuse("tax.collection.future_document", day=document_on,
                     remedy="tax.collection.future_document.remedy")
    held, charges = _held(decision, version, DecisionState.PROPOSED)
    _refuse_same_person(held, actor)
    held.state, held.document_number, held.document_on = DecisionState.GRANTED.value, number, document_on
    held.decided_at, held.decided_by_id = now, actor.person_id
    _save(held)
    _apply(held, charges, document_on, now)
    record(actor, "tax.audit.decision_granted", held, now=now, reason=held.reason, after={
        "kind": held.kind, "charge": str(held.charge), "amount": held.amount, "document": number})
    return held


def _apply(held: DuesDecision, charges: dict[int, Charge], on: date, now: datetime) -> None:
    charge, kind = charges[held.charge_id], DecisionKind(held.kind)
    check_document_day(held, charge, charges.get(held.other_charge_id or 0), on)
    if kind is DecisionKind.CORRECTION:
        corrections.grant_correction(held, charge, on=on, now=now)
    elif kind is DecisionKind.WRITE_OFF:
        write_offs.grant_write_off(held, charge, on=on, now=now)
    elif kind is DecisionKind.INSTALMENT:
        plans.grant_plan(held, charge, on=on, now=now)
    elif kind is DecisionKind.COMPENSATION:
        credits.grant_compensation(held, charge, charges[held.other_charge_id or 0], on=on, now=now)
    else:
        credits.grant_refund(held, charge, on=on, now=now)


def reject_decision(decision: DuesDecision, *, version: int, reason: str, actor: Actor, now: datetime) -> DuesDecision:
    """Turn a proposal down, with the reason in the audit record."""
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    held, _ = _held(decision, version, DecisionState.PROPOSED)
    _refuse_same_person(held, actor)
    held.state, held.decided_at, held.decided_by_id = DecisionState.REJECTED.value, now, actor.person_id
    _save(held)
    record(actor, "tax.audit.decision_rejected", held, now=now, reason=reason.strip()[:500])
    return held


def end_decision(decision: DuesDecision, *, version: int, reason: str, on: date, actor: Actor,
                 now: datetime) -> DuesDecision:
    """End a plan that was broken, or take a write-off back. Raises Refused for the other kinds: a correction is
    corrected by another one, money that left does not come back by a stroke of the pen."""
    if not reason.strip():
        raise refuse("tax.collection.no_reason", remedy="tax.collection.no_reason.remedy")
    if decision.kind not in ENDABLE:
        raise refuse("tax.collection.not_endable", where=str(decision), remedy="tax.collection.not_endable.remedy")
    held, _ = _held(decision, version, DecisionState.GRANTED)
    if held.kind == DecisionKind.WRITE_OFF:
        write_offs.end_write_off(held, on=on, now=now)
    held.state, held.ended_on, held.end_reason = DecisionState.ENDED.value, on, reason.strip()[:500]
    _save(held)
    record(actor, "tax.audit.decision_ended", held, now=now, reason=held.end_reason)
    return held


def kind_label(decision: DuesDecision) -> Message:
    return Message(f"tax.collection.kind.{decision.kind}", {})


def _held(decision: DuesDecision, version: int, state: DecisionState) -> tuple[DuesDecision, dict[int, Charge]]:
    """The decision as the person saw it, with its charges, all locked."""
    charges = lock_charges(decision.charge_id, *([decision.other_charge_id] if decision.other_charge_id else []))
    held = DuesDecision.objects.select_for_update(of=("self",)).select_related("charge").get(pk=decision.pk)
    if held.version != version or held.state != state:
        raise refuse("tax.collection.changed", where=str(held), remedy="tax.collection.changed.remedy")
    return held, charges


def _refuse_same_person(held: DuesDecision, actor: Actor) -> None:
    if actor.person_id is None or actor.person_id == held.proposed_by_id:
        raise refuse("tax.collection.same_person", where=str(held), remedy="tax.collection.same_person.remedy")


def _save(held: DuesDecision) -> None:
    held.version += 1
    held.save(update_fields=["state", "version", "document_number", "document_on", "decided_at", "decided_by",
                             "ended_on", "end_reason"])  # what was proposed is fixed in the database

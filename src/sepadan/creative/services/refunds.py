"""Paying a credit of a booking back: proposed by one person, paid out by another under a document of the treasury.

The line takes the credit down and the money out of the region's cash (``overpaid -> cash``), effective on the day of
payment. A payment that the credit rested on can then no longer be taken back (``charges.reckon_after_return``). Whole
rupiah; nothing is deleted.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.creative.models import Booking, ChargeRefund
from sepadan.creative.names import RefundState
from sepadan.creative.queries.charges import last_assessment, refund_waiting
from sepadan.creative.services.holding import touch
from sepadan.creative.services.tariffs import LEVY
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Charge,
    TransferDraft,
    account_for,
    dues_account,
    post_transfers,
    record,
    standing,
)


def propose_refund(booking: Booking, amount: Rupiah, *, reason: str, actor: Actor, now: datetime) -> ChargeRefund:
    """A refund that waits for another person. Raises Refused beyond the credit, and while one waits already."""
    if actor.person_id is None:
        raise ValueError("a refund is proposed by a person, so that another one can pay it")
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=booking.number)
    held = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    last = last_assessment(held)
    charge = _locked(last.charge) if last is not None and last.charge is not None else None
    credit = 0 if charge is None else standing(charge).credit
    if charge is None or not 0 < amount <= credit:
        raise refuse("creative.refund.amount", where=held.number, credit=credit)
    if refund_waiting(charge) is not None:
        raise refuse("creative.refund.waits", where=held.number)
    made = ChargeRefund.objects.create(booking=held, charge=charge, amount=amount, reason=reason.strip()[:500],
                                       proposed_at=now, proposed_by_id=actor.person_id)
    record(actor, "creative.audit.refund_proposed", made, now=now, reason=made.reason,
           after={"booking": held.number, "amount": amount})
    return made


def pay_refund(refund: ChargeRefund, *, document_number: str, paid_on: date, actor: Actor, now: datetime,
               today: date) -> ChargeRefund:
    """Book that the treasury paid the money out. Raises Refused to who proposed it, without a document, on a day still
    to come, and when the credit has shrunk meanwhile."""
    held, row = _held(refund, actor)
    if not document_number.strip() or not row.proposed_at.date() <= paid_on <= today:
        raise refuse("creative.refund.document", where=held.number, remedy="creative.refund.document.remedy")
    charge = _locked(row.charge)
    credit = standing(charge).credit
    if row.amount > credit:
        raise refuse("creative.refund.amount", where=held.number, credit=credit)
    post_transfers([TransferDraft(debit=dues_account("overpaid", LEVY).pk, credit=account_for("cash").pk,
                                  amount=row.amount, charge=charge.pk, effective_on=paid_on,
                                  source=f"creative_refund:{row.pk}")], now=now)
    row.document_number, row.paid_on = document_number.strip()[:80], paid_on
    _decide(row, RefundState.PAID, actor, now)
    touch(held, actor, now, "refund", note=row.document_number, data={"amount": row.amount})
    record(actor, "creative.audit.refund_paid", row, now=now, reason=row.reason, after={
        "booking": held.number, "amount": row.amount, "document": row.document_number})
    return row


def reject_refund(refund: ChargeRefund, *, reason: str, actor: Actor, now: datetime) -> ChargeRefund:
    """Turn a proposed refund down; the credit stands."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=str(refund))
    held, row = _held(refund, actor)
    _decide(row, RefundState.REJECTED, actor, now)
    record(actor, "creative.audit.refund_rejected", row, now=now, reason=reason.strip()[:500],
           after={"booking": held.number, "amount": row.amount})
    return row


def _held(refund: ChargeRefund, actor: Actor) -> tuple[Booking, ChargeRefund]:
    held = Booking.objects.select_for_update(of=("self",)).get(pk=refund.booking_id)
    row = ChargeRefund.objects.select_for_update(of=("self",)).select_related("charge").get(pk=refund.pk)
    if row.state != RefundState.PROPOSED:
        raise refuse("creative.refund.decided", where=held.number)
    if actor.person_id is None or actor.person_id == row.proposed_by_id:
        raise refuse("creative.refund.own", where=held.number, remedy="creative.refund.own.remedy")
    return held, row


def _decide(row: ChargeRefund, state: RefundState, actor: Actor, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by_id = state.value, now, actor.person_id
    row.save(update_fields=["state", "decided_at", "decided_by", "document_number", "paid_on"])


def _locked(charge: Charge) -> Charge:
    return Charge.objects.select_for_update(of=("self",)).get(pk=charge.pk)

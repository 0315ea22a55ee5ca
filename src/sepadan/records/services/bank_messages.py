"""A bank's message from arrival to answer: stored, worked on once, answered with the same bytes however often it comes.

Two transactions. The first stores the message. The second takes the lock of its request, decides, books and stores the
answer; all of it or nothing. So a crash between any two steps leaves either no message (the bank sends it again) or one
without an outcome, which the bank's repetition or ``finish_messages`` works on exactly once.

Two identities: the external id names a message within a local day, the request id names a payment for ever. A payment
sent again under another external id is answered as paid and books nothing; a reversal that comes before its payment is
remembered, and the payment is then answered as cancelled. What is to be paid is the levy's matter (``dues.quote``): an
inquiry answers with what settles the charge today, a payment is weighed against what settled it on the local day of the
bank's time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Problem, Refused
from sepadan.records import clock
from sepadan.records.engine.bank_codes import Answer, answer, money
from sepadan.records.engine.bank_request import BankRequest, Unreadable, read_request
from sepadan.records.models import (
    BankConflict,
    BankMessage,
    ChannelPartner,
    Charge,
    EarlyReversal,
    NumberScheme,
    Payment,
    PaymentReversal,
    SettlementLine,
)
from sepadan.records.names import Channel
from sepadan.records.queries.payments import Known, charge_of_number, known_of_request, last_day, unanswered
from sepadan.records.services.dues import Quote, quote
from sepadan.records.services.payments import book_payment, payment_lock, take_back_payment
from sepadan.records.tenancy import current_region, region_scope
from sepadan.territory.public import Region

Steps = Callable[[str], None]
_Value = TypeVar("_Value")
_STORE = """
    INSERT INTO records_bankmessage (region_id, partner_id, day, external_id, kind, sha256, body, headers, received_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)
    ON CONFLICT (region_id, partner_id, day, external_id) DO NOTHING
    RETURNING id
"""
_OUTCOME = "SELECT name, status, code, body FROM records_bankoutcome WHERE region_id = %s AND message_id = %s"
_ANSWER = """
    INSERT INTO records_bankoutcome (region_id, message_id, name, status, code, body, answered_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
TRIES = 3
AHEAD = timedelta(minutes=10)
"""How far the bank's clock may run before ours in the time of a payment."""


def _silent(step: str) -> None:
    """Nobody watches the steps."""


def receive_message(region: Region, partner: ChannelPartner, kind: str, *, external_id: str, body: bytes, now: datetime,
                    headers: Mapping[str, str] | None = None, steps: Steps = _silent) -> Answer:
    """The answer to a message of *partner*. *steps* is called between the steps (a trial breaks off there).

    The same message again gives the stored answer, byte for byte; another body or kind under a used external id is
    answered with ``conflict``: it is kept beside the first one and never worked on.
    """
    steps("arrived")
    with region_scope(region):
        stored = store_message(partner, kind, external_id=external_id, body=body, now=now, headers=headers)
    return answer_stored(region, stored, kind, now=now, steps=steps)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that is stored for good. ``known`` is its answer, if it was answered before; ``is_same`` is false when
    what came under its external id is something else."""

    message: BankMessage
    is_same: bool = True
    known: Answer | None = None


def store_message(partner: ChannelPartner, kind: str, *, external_id: str, body: bytes, now: datetime,
                  headers: Mapping[str, str] | None = None) -> Stored:
    """The first step, in a transaction of its own: the message is kept, or found as the one that came before."""
    day, digest = clock.today(current_region(), now), hashlib.sha256(body).hexdigest()
    message = BankMessage(partner=partner, day=day, external_id=external_id, kind=kind, sha256=digest, body=body,
                          headers=dict(headers or {}), received_at=now)
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [current_region().pk, partner.pk, day, external_id, kind, digest, body,
                                json.dumps(message.headers), now])
        new = cursor.fetchone()
    if new is not None:
        message.take_region()
        message.pk = new[0]
        return Stored(message)
    row = BankMessage.objects.get(partner=partner, day=day, external_id=external_id)
    row.partner = partner
    if (row.kind, row.sha256) == (kind, digest):
        return Stored(row, known=_stored_answer(row))
    BankConflict.objects.bulk_create([BankConflict(message=row, kind=kind, sha256=digest, body=body,
                                                   headers=message.headers, received_at=now)], ignore_conflicts=True)
    return Stored(row, is_same=False)


def answer_stored(region: Region, stored: Stored, kind: str, *, now: datetime, steps: Steps = _silent) -> Answer:
    """The second step: the answer to what ``store_message`` gave."""
    if not stored.is_same:
        return answer(kind, "conflict")
    steps("stored")
    found = stored.known or _work_on(region, stored.message, now, steps)
    steps("committed")
    return found


def answer_message(region: Region, message_id: int, *, now: datetime, steps: Steps = _silent) -> Answer:
    """Work on a stored message, once; afterwards its stored answer."""
    with region_scope(region):
        message = BankMessage.objects.select_related("partner").get(pk=message_id)
    return _work_on(region, message, now, steps)


def _work_on(region: Region, message: BankMessage, now: datetime, steps: Steps) -> Answer:
    request = read_request(message.kind, bytes(message.body))
    names = [f"bank:message:{message.pk}"]
    if isinstance(request, BankRequest) and message.kind != "inquiry":
        names.append(payment_lock(message.partner.channel, payment_reference(message.partner, request.request_id)))
    for _ in range(TRIES - 1):  # whoever crossed our locks has ended when the server breaks a deadlock
        try:
            return _work_once(region, message, request, names, now, steps)
        except OperationalError as error:
            if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                raise
    return _work_once(region, message, request, names, now, steps)


def _work_once(region: Region, message: BankMessage, request: BankRequest | Unreadable, names: list[str],
               now: datetime, steps: Steps) -> Answer:
    with region_scope(region):
        _lock(*names)
        steps("locked")
        known = _stored_answer(message)  # another process may have been first, before this one or while it waited
        if known is not None:
            return known
        found = answer(message.kind, request.name, field=request.field) if isinstance(request, Unreadable) \
            else _WORK[message.kind](message, request, now)
        steps("booked")
        with connection.cursor() as cursor:
            cursor.execute(_ANSWER, [region.pk, message.pk, found.name, found.status, found.code, found.body, now])
        steps("answered")
    return found


def finish_messages(region: Region, *, now: datetime) -> tuple[int, list[Problem]]:
    """Work on every message that was stored and never answered, oldest first: how many are now answered, and why the
    others still are not."""
    with region_scope(region):
        waiting = list(unanswered().values_list("pk", flat=True))
    problems = []
    for message_id in waiting:
        try:
            answer_message(region, message_id, now=now)
        except Refused as refused:
            problems.append(refused.problem)
    return len(waiting) - len(problems), problems


def payment_reference(partner: ChannelPartner, request_id: str) -> str:
    """The reference of a bank's payment in ``Payment``: unique in the region, since partners choose their own ids."""
    return f"{partner.partner_id}:{request_id}"


def _stored_answer(message: BankMessage) -> Answer | None:
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOME, [current_region().pk, message.pk])
        row = cursor.fetchone()
    return None if row is None else Answer(row[0], row[1], row[2], bytes(row[3]))


def _inquire(message: BankMessage, request: BankRequest, now: datetime) -> Answer:
    """What is open on the charge behind a number. Books nothing."""
    found = charge_of_number(message.partner, request.prefix, request.customer)
    if found is None:
        return answer("inquiry", "unknown_bill")
    charge, scheme = found
    day = clock.today(current_region(), now)
    quoted = quote(charge, day)
    fault = _fault(charge, scheme, day, quoted)
    if fault:
        return answer("inquiry", fault)
    return answer("inquiry", "success", {**_number(request), "inquiryRequestId": request.request_id,
                                         "totalAmount": money(quoted.total), "billDetails": _parts(quoted)})


def _pay(message: BankMessage, request: BankRequest, now: datetime) -> Answer:
    partner, amount, at = message.partner, _given(request.amount), _given(request.at)
    found = charge_of_number(partner, request.prefix, request.customer, hold=True)
    known = _known(partner, request)
    if known.payment is not None:
        if found is None or (known.payment.charge_id, known.payment.amount) != (found[0].pk, amount):
            return answer("payment", "inconsistent")
        return answer("payment", "cancelled") if known.is_taken_back else \
            answer("payment", "success", _paid(request, amount))
    if known.is_reversed_early:
        return answer("payment", "cancelled")
    if found is None:
        return answer("payment", "unknown_bill")
    if not _is_in_time(partner, at, message.received_at):
        return answer("payment", "bad_field", field="trxDateTime")
    held, scheme = found
    day = clock.today(current_region(), at)
    quoted = quote(held, day)
    fault = _fault(held, scheme, day, quoted)
    if fault:
        return answer("payment", fault)
    owed = quoted.total
    if (partner.policy == "exact" and amount != owed) or (partner.policy == "partial" and amount > owed):
        return answer("payment", "bad_amount", {**_number(request), "totalAmount": money(owed)})
    book_payment(held, quoted, channel=Channel(partner.channel), amount=amount, paid_at=at, now=now,
                 reference=payment_reference(partner, request.request_id))
    return answer("payment", "success", _paid(request, amount))


def _reverse(message: BankMessage, request: BankRequest, now: datetime) -> Answer:
    partner, at = message.partner, _given(request.at)
    payment = _known(partner, request).payment
    if payment is None:
        EarlyReversal.objects.get_or_create(region=current_region(), partner=partner, request_id=request.request_id,
                                            defaults={"message": message})
        return answer("reversal", "no_transaction")
    found = charge_of_number(partner, request.prefix, request.customer, hold=True)
    if found is None or found[0].pk != payment.charge_id:
        return answer("reversal", "inconsistent")
    if payment.amount != request.amount:
        return answer("reversal", "bad_amount")
    if not _is_in_time(partner, at, message.received_at):
        return answer("reversal", "bad_field", field="trxDateTime")
    _lock(f"settlement:{partner.channel}")  # a settlement that runs now is finished first
    if PaymentReversal.objects.filter(payment=payment).exists():
        return answer("reversal", "already_reversed", _paid(request, payment.amount))
    if SettlementLine.objects.filter(payment=payment).exists():
        return answer("reversal", "settled")
    try:
        with transaction.atomic():
            take_back_payment(payment, reference=message.external_id, reason=request.reason or partner.name,
                              effective_on=_day_of_reversal(payment, at, now), now=now)
    except Refused:  # a credit that rests on it has been paid back or used
        return answer("reversal", "settled")
    return answer("reversal", "success", _paid(request, payment.amount))


def _tell_status(message: BankMessage, request: BankRequest, now: datetime) -> Answer:
    """What became of a payment: paid, cancelled or never seen. The bank asks this when an answer was lost."""
    known = _known(message.partner, request)
    if known.is_taken_back or (known.payment is None and known.is_reversed_early):
        return answer("status", "cancelled")
    if known.payment is None:
        return answer("status", "no_transaction")
    return answer("status", "success", _paid(request, known.payment.amount))


_WORK: dict[str, Callable[[BankMessage, BankRequest, datetime], Answer]] = {
    "inquiry": _inquire, "payment": _pay, "reversal": _reverse, "status": _tell_status}


def _is_in_time(partner: ChannelPartner, at: datetime, arrived: datetime) -> bool:
    """Whether the bank's time of a payment was, when its message arrived, neither ahead of us nor further back than was
    agreed."""
    return arrived - timedelta(days=partner.late_days) <= at <= arrived + AHEAD


def _fault(charge: Charge, scheme: NumberScheme, day: date, quoted: Quote) -> str:
    """Why nothing can be paid on *charge* on *day*, when *quoted* settles it; empty when something can."""
    if quoted.total <= 0:
        paid = Payment.objects.filter(charge=charge, reversals__isnull=True).exists()
        return "paid_bill" if paid else "closed_bill"
    last = last_day(scheme, charge)
    return "expired_bill" if last is not None and day > last else ""


def _known(partner: ChannelPartner, request: BankRequest) -> Known:
    return known_of_request(partner, request.request_id, payment_reference(partner, request.request_id))


def _day_of_reversal(payment: Payment, at: datetime, now: datetime) -> date:
    """The bank's day of the reversal, never later than ours and never before the payment's."""
    region = current_region()
    return max(clock.today(region, min(at, now)), clock.today(region, payment.paid_at))


def _parts(quoted: Quote) -> list[dict[str, Any]]:
    """What an inquiry's total is made of, as the bank prints it; relief is taken off."""
    parts = (("01", "Pokok", "Principal", quoted.principal), ("02", "Bunga", "Interest", quoted.interest),
             ("03", "Keringanan", "Relief", quoted.relief))
    return [{"billCode": code, "billDescription": {"english": english, "indonesia": indonesian},
             "billAmount": money(amount)} for code, indonesian, english, amount in parts if amount or code == "01"]


def _number(request: BankRequest) -> dict[str, Any]:
    return {"partnerServiceId": request.prefix.rjust(8), "customerNo": request.customer,
            "virtualAccountNo": request.prefix.rjust(8) + request.customer}


def _paid(request: BankRequest, amount: Rupiah) -> dict[str, Any]:
    return {**_number(request), "paymentRequestId": request.request_id, "paidAmount": money(amount)}


def _given(value: _Value | None) -> _Value:
    if value is None:
        raise ValueError("the message was read as one of another kind")
    return value


def _lock(*names: str) -> None:
    """One transaction at a time per name and region, until it ends. The names are locked in the order given."""
    region_id = current_region().pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(["pg_advisory_xact_lock(hashtextextended(%s, %s))"] * len(names)),
                       [part for name in names for part in (name, region_id)])

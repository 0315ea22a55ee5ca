"""Cash at counters and with village collectors: receive with a numbered receipt, close the day, deposit (STS).

Money taken in cash stands in ``clearing:counter`` until it is deposited. A day is closed with what was counted; a
shortage is then a claim on the collector, a surplus a liability until its owner is found, each with its reason. A
deposit settles the payments of closed days and brings what was counted into cash::

    payment                clearing:counter -> what it pays (payments.receive_payment)
    deposit of the book    cash             <- clearing:counter        (payments.settle)
    less what is short     cash_short       <- cash
    and what is too much   cash             <- cash_over
    a shortage made good   cash             <- cash_short

A village collector hands his list in later: the day of a payment may lie ``VILLAGE_DAYS`` back, as long as that day's
book is open. Late interest is that of the day of payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Sum

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Refused, refuse
from sepadan.records import clock
from sepadan.records.models import (
    Account,
    CashDay,
    CashDeposit,
    CashReceipt,
    Charge,
    Collector,
    Payment,
    PaymentReversal,
    Transfer,
)
from sepadan.records.names import AccountKind, Actor, Channel, CollectorKind, NumberPeriod
from sepadan.records.queries.counters import expected_cash, shortage_left
from sepadan.records.queries.ledger import account_for
from sepadan.records.services.audit import fields_of, record
from sepadan.records.services.dues import quote
from sepadan.records.services.ledger import TransferDraft, open_account, post_transfers
from sepadan.records.services.numbers import open_series, take_number
from sepadan.records.services.payments import receive_payment, settle, take_back_payment
from sepadan.records.tenancy import current_region

VILLAGE_DAYS = 14
RECEIPTS = ("kuitansi-loket", "Kuitansi loket dan kolektor", "KL/{number:6}/{year}")
SLIPS = ("sts-loket", "Surat tanda setoran", "STS/{number:5}/{year}")


def add_collector(name: str, kind: CollectorKind, area: str, *, actor: Actor, now: datetime) -> Collector:
    """A counter or a village collector. Raises Refused on an empty name and on one that is taken."""
    given = name.strip()
    if not given or Collector.objects.filter(name=given).exists():
        raise refuse("records.counter.name", where=given, remedy="records.counter.name.remedy")
    row = Collector.objects.create(name=given, kind=kind.value, area=area.strip(), created_at=now)
    record(actor, "records.audit.collector_added", row, now=now, after=fields_of(row, "name", "kind", "area"))
    return row


def end_collector(collector: Collector, *, actor: Actor, now: datetime, reason: str) -> Collector:
    """No more money is taken there. Raises Refused without a reason and while money of it is not deposited."""
    row = Collector.objects.select_for_update(of=("self",)).get(pk=collector.pk)
    if not reason.strip():
        raise refuse("records.counter.no_reason", where=row.name)
    if CashDay.objects.filter(collector=row, deposit__isnull=True, receipts__isnull=False).exists():
        raise refuse("records.counter.not_deposited", where=row.name, remedy="records.counter.not_deposited.remedy")
    row.is_active = False
    row.save(update_fields=["is_active"])
    record(actor, "records.audit.collector_ended", row, now=now, reason=reason.strip())
    return row


def take_cash(collector: Collector, charge: Charge, amount: Rupiah, *, on: date, token: str, actor: Actor,
              now: datetime) -> CashReceipt:
    """Take *amount* in cash for *charge* on the local day *on*: the receipt. The same *token* again gives the same one.

    Raises Refused on more than is to be paid that day, on a day that may not be booked any more, and when it is closed.
    """
    held = _lock_collector(collector)
    _check_day(held, on, clock.today(current_region(), now))
    reference = f"kas:{held.pk}:{token}"
    known = CashReceipt.objects.filter(payment__channel=Channel.COUNTER.value, payment__reference=reference).first()
    if known is not None:
        return known
    day = _open_day(held, on, now)
    Charge.objects.select_for_update(of=("self",)).get(pk=charge.pk)
    owed = quote(charge, on).total
    if not 0 < amount <= owed:
        raise refuse("records.counter.amount", where=charge.number, amount=amount, owed=owed,
                     remedy="records.counter.amount.remedy")
    paid_at = now if on == clock.today(current_region(), now) else \
        datetime.combine(on, time(12), tzinfo=clock.zone_of(current_region()))
    payment = receive_payment(charge, channel=Channel.COUNTER, reference=reference, amount=amount, paid_at=paid_at,
                              now=now).payment
    interest = Transfer.objects.filter(source=f"payment:counter:{reference}:interest").aggregate(s=Sum("amount"))["s"]
    number = _number(RECEIPTS, on)
    return CashReceipt.objects.create(cash_day=day, number=number, payment=payment, interest=interest or 0, at=now,
                                      by_id=actor.person_id)


def take_back_cash(receipt: CashReceipt, *, actor: Actor, now: datetime, reason: str) -> PaymentReversal:
    """Undo a receipt that was written wrongly and give the money back. Only while the day's book is open."""
    day = CashDay.objects.select_for_update(of=("self",)).get(pk=receipt.cash_day_id)
    if not day.is_open:
        raise refuse("records.counter.closed", where=receipt.number, remedy="records.counter.closed.remedy")
    known = PaymentReversal.objects.filter(payment_id=receipt.payment_id).first()
    if known is not None:
        return known
    undone = take_back_payment(receipt.payment, reference=receipt.number, reason=reason, effective_on=day.day, now=now)
    record(actor, "records.audit.receipt_undone", receipt, now=now, reason=reason.strip(),
           after={"amount": receipt.payment.amount})
    return undone


def close_day(day: CashDay, counted: Rupiah, *, actor: Actor, now: datetime, reason: str = "") -> CashDay:
    """Close the day's book with what was *counted*. Raises Refused when it is closed, and when the money differs from
    the book and no reason is given."""
    row = CashDay.objects.select_for_update(of=("self",)).get(pk=day.pk)
    if not row.is_open:
        raise refuse("records.counter.closed", where=str(row), remedy="records.counter.closed.remedy")
    if isinstance(counted, bool) or not isinstance(counted, int) or counted < 0:
        raise refuse("records.counter.counted", where=str(row))
    difference = counted - expected_cash(row)
    if difference and not reason.strip():
        raise refuse("records.counter.differs", where=str(row), difference=difference,
                     remedy="records.counter.differs.remedy")
    row.counted, row.difference, row.difference_reason = counted, difference, reason.strip() if difference else ""
    row.closed_at, row.closed_by = now, actor.name
    row.save()
    record(actor, "records.audit.cash_day_closed", row, now=now, reason=row.difference_reason,
           after={"counted": counted, "difference": difference})
    return row


def deposit_days(collector: Collector, days: Sequence[CashDay], *, bank_reference: str, on: date, actor: Actor,
                 now: datetime) -> CashDeposit:
    """Hand the closed *days* over to the region's account: the slip. Raises Refused when one is open or deposited."""
    _lock_collector(collector)
    rows = list(CashDay.objects.select_for_update(of=("self",)).filter(
        pk__in=[day.pk for day in days], collector=collector).order_by("id"))
    fault = not rows or len(rows) != len(days) or any(row.is_open or row.deposit_id is not None for row in rows)
    given = bank_reference.strip()
    if fault or not given or on > clock.today(current_region(), now) or on < max(row.day for row in rows):
        raise refuse("records.counter.deposit", where=collector.name, remedy="records.counter.deposit.remedy")
    if CashDeposit.objects.filter(bank_reference=given).exists():
        raise refuse("records.counter.deposit_used", where=given, remedy="records.counter.deposit_used.remedy")
    number = _number(SLIPS, on)
    slip = CashDeposit.objects.create(
        collector=collector, number=number, amount=sum(row.counted or 0 for row in rows), bank_reference=given,
        deposited_on=on, made_at=now, made_by=actor.name)
    payments = Payment.objects.filter(receipts__cash_day__in=rows, reversals__isnull=True)
    gross = sum(payment.amount for payment in payments)
    if gross:
        _, problems = settle(Channel.COUNTER, number, [p.reference for p in payments], gross=gross, fee=0,
                             settled_on=on, now=now)
        if problems:
            raise Refused(problems[0])
    _book_differences(rows, on, now)
    CashDay.objects.filter(pk__in=[row.pk for row in rows]).update(deposit=slip)
    record(actor, "records.audit.cash_deposited", slip, now=now, after={"amount": slip.amount, "days": [
        row.day for row in rows]})
    return slip


def make_good(day: CashDay, *, on: date, actor: Actor, now: datetime, reason: str) -> Rupiah:
    """The collector paid in what was short. Returns the amount; zero when it was made good before."""
    row = CashDay.objects.select_for_update(of=("self",)).get(pk=day.pk)
    left = shortage_left(row)
    if not reason.strip():
        raise refuse("records.counter.no_reason", where=str(row))
    if left:
        post_transfers([TransferDraft(debit=account_for("cash").pk, credit=_short().pk, amount=left, effective_on=on,
                                      source=f"cash_made_good:{row.pk}")], now=now)
        record(actor, "records.audit.shortage_paid", row, now=now, reason=reason.strip(), after={"amount": left})
    return left


def _book_differences(rows: Sequence[CashDay], on: date, now: datetime) -> None:
    drafts = []
    for row in rows:
        if row.difference < 0:
            drafts.append(TransferDraft(debit=_short().pk, credit=account_for("cash").pk, amount=-row.difference,
                                        effective_on=on, source=f"cash_short:{row.pk}"))
        elif row.difference > 0:
            drafts.append(TransferDraft(debit=account_for("cash").pk, credit=_over().pk, amount=row.difference,
                                        effective_on=on, source=f"cash_over:{row.pk}"))
    post_transfers(drafts, now=now)


def _check_day(collector: Collector, on: date, today: date) -> None:
    if not collector.is_active:
        raise refuse("records.counter.ended", where=collector.name)
    back = VILLAGE_DAYS if collector.kind == CollectorKind.VILLAGE else 0
    if not today - timedelta(days=back) <= on <= today:
        raise refuse("records.counter.day", where=on.isoformat(), remedy="records.counter.day.remedy",
                     days=VILLAGE_DAYS)


def _open_day(collector: Collector, on: date, now: datetime) -> CashDay:
    """The book of the day, held until the transaction ends: no receipt lands in one that closes at this moment."""
    made, _ = CashDay.objects.get_or_create(region=current_region(), collector=collector, day=on,
                                            defaults={"opened_at": now})
    day = CashDay.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if not day.is_open:
        raise refuse("records.counter.closed", where=str(day), remedy="records.counter.closed.remedy")
    return day


def _lock_collector(collector: Collector) -> Collector:
    return Collector.objects.select_for_update(of=("self",)).get(pk=collector.pk)


def _number(series: tuple[str, str, str], on: date) -> str:
    open_series(*series, NumberPeriod.YEAR)
    return take_number(current_region(), series[0], on)


def _short() -> Account:
    return open_account("1.2.8", "Kekurangan kas kolektor", AccountKind.CLEARING, purpose="cash_short")


def _over() -> Account:
    return open_account("2.3", "Kelebihan kas kolektor", AccountKind.LIABILITY, purpose="cash_over")

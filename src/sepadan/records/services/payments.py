"""Payments and settlements: what a channel reports becomes rows and transfers, once for each of the channel's
references.

A payment is spread over what its charge costs on the local day of the payment (``dues.py``: interest and relief become
ledger lines of that day); anything beyond goes to the account of overpayments. The money stands in the channel's
clearing account until a settlement brings it into cash, less the channel's fee. Taking a payment back takes back all
its lines; a levy that books consequences of what it decided (``reckons``) then puts its charge right.

Locks are taken in one order everywhere: the settlement file, the names of payments in the order of their text, charges
by key, the channel's settlements, then rows of the act itself. Who needs several takes them all before the first
booking (``hold``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import Problem, problem, refuse
from sepadan.records import clock
from sepadan.records.models import Charge, Payment, PaymentReversal, Settlement, SettlementLine, Transfer
from sepadan.records.names import Channel
from sepadan.records.queries.dues import standing
from sepadan.records.queries.ledger import account_for
from sepadan.records.services.dues import ENDINGS, Quote, quote, settle_dues
from sepadan.records.services.ledger import TransferDraft, post_transfers, reverse
from sepadan.records.tenancy import current_region

Reckoner = Callable[[Charge, date, str, datetime], None]
_reckoners: dict[str, Reckoner] = {}


def reckons(levy: str) -> Callable[[Reckoner], Reckoner]:
    """Register what puts a charge of *levy* right after a payment was taken back: called with the charge (held), the
    local day, the root of the sources of its lines, and the instant. It may raise Refused: then nothing is taken
    back."""

    def register(function: Reckoner) -> Reckoner:
        known = _reckoners.get(levy)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"two functions reckon {levy!r}: {known.__module__} and {function.__module__}")
        _reckoners[levy] = function
        return function

    return register


@dataclass(frozen=True, slots=True)
class Received:
    """A payment, and whether this message was the first to report it."""

    payment: Payment
    is_new: bool


def receive_payment(charge: Charge, *, channel: Channel, reference: str, amount: Rupiah, paid_at: datetime,
                    now: datetime) -> Received:
    """Book a payment of *amount* on *charge*. The same message again changes nothing.

    Raises Refused on an amount that is not positive, an empty reference, and a reference already used with another
    charge or amount.
    """
    _check(channel, reference, amount)
    lock_name(payment_lock(channel, reference))
    known = Payment.objects.filter(channel=channel.value, reference=reference).first()
    if known is not None:
        if (known.charge_id, known.amount) != (charge.pk, amount):
            raise refuse("records.payment.reference_used", remedy="records.payment.reference_used.remedy",
                         where=f"{channel} {reference}", amount=known.amount)
        return Received(known, False)
    held = Charge.objects.select_for_update(of=("self",)).get(pk=charge.pk)
    quoted = quote(held, clock.today(current_region(), paid_at))
    return Received(book_payment(held, quoted, channel=channel, reference=reference, amount=amount, paid_at=paid_at,
                                 now=now), True)


def payment_lock(channel: str, reference: str) -> str:
    """The name under which one transaction at a time works on a payment."""
    return f"payment:{channel}:{reference}"


def hold(channel: Channel, references: Iterable[str], charges: Iterable[int], *, settles: bool = False) -> None:
    """Take the locks of several payments, their charges and, with *settles*, the channel's settlements, in the one
    order in which everybody takes them."""
    for reference in sorted(set(references)):
        lock_name(payment_lock(channel, reference))
    list(Charge.objects.select_for_update(of=("self",)).filter(pk__in=set(charges)).order_by("pk"))
    if settles:
        lock_name(f"settlement:{channel}")


def book_payment(charge: Charge, quoted: Quote, *, channel: Channel, reference: str, amount: Rupiah, paid_at: datetime,
                 now: datetime) -> Payment:
    """Book a payment that is known to be new, quoted for its local day.

    For callers that hold ``payment_lock`` and the charge since before they asked for both; others call
    ``receive_payment``.
    """
    payment = Payment.objects.create(channel=channel.value, reference=reference, charge=charge, amount=amount,
                                     overpaid=max(0, amount - quoted.total), paid_at=paid_at, received_at=now)
    settle_dues(charge, quoted, amount=amount, paid_from=f"clearing:{channel}", source=_source(payment),
                on=clock.today(current_region(), paid_at), now=now)
    return payment


def take_back_payment(payment: Payment, *, reference: str, reason: str, effective_on: date,
                      now: datetime) -> PaymentReversal:
    """The channel took a payment back: counter-transfers restore what was owed. Once for each payment.

    Raises Refused without a reason, when the payment has been settled (then it is a debt of the channel's), and when
    what it overpaid has been paid back or used since. Locks: the charge, then the channel's settlements.
    """
    if not reason.strip():
        raise refuse("records.payment.no_reason", where=str(payment))
    held = Charge.objects.select_for_update(of=("self",)).get(pk=payment.charge_id)
    lock_name(f"settlement:{payment.channel}")
    known = PaymentReversal.objects.filter(payment=payment).first()
    if known is not None:
        return known
    if SettlementLine.objects.filter(payment=payment).exists():
        raise refuse("records.payment.settled_already", where=str(payment))
    if held.levy not in _reckoners and payment.overpaid > standing(held).credit:
        raise refuse("records.payment.credit_used", where=str(payment), remedy="records.payment.credit_used.remedy",
                     overpaid=payment.overpaid, left=standing(held).credit)
    source = _source(payment)
    with transaction.atomic():  # a refusal of the levy's leaves nothing behind
        row = PaymentReversal.objects.create(payment=payment, reference=reference, reason=reason.strip(),
                                             received_at=now)
        reverse(Transfer.objects.filter(source__in=[source + ending for ending in ENDINGS]), effective_on=effective_on,
                now=now)
        if held.levy in _reckoners:
            _reckoners[held.levy](held, effective_on, f"{source}:undone", now)
    return row


def settle(channel: Channel, reference: str, references: Iterable[str], *, gross: Rupiah, fee: Rupiah,
           settled_on: date, now: datetime) -> tuple[Settlement | None, list[Problem]]:
    """Book the hand-over of the payments with these *references*: ``(settlement, problems)``.

    Nothing is booked while a reference is unknown, taken back or settled before, or while the sum is not *gross*: the
    problems name each. The same settlement again is returned as it is.
    """
    _check(channel, reference, gross)
    if not 0 <= fee <= gross:
        raise refuse("records.payment.fee", where=f"{channel} {reference}", fee=fee, gross=gross)
    lock_name(f"settlement:{channel}")
    wanted = list(dict.fromkeys(references))
    known = Settlement.objects.filter(channel=channel.value, reference=reference).first()
    if known is not None:
        same = (known.gross, known.fee) == (gross, fee)
        return (known, []) if same else (None, [problem("records.payment.settlement_differs",
                                                        where=f"{channel} {reference}", gross=known.gross)])
    payments = list(Payment.objects.filter(channel=channel.value, reference__in=wanted).order_by("id"))
    problems = _faults(channel, wanted, payments, gross, reference)
    if problems:
        return None, problems
    settlement = Settlement.objects.create(channel=channel.value, reference=reference, gross=gross, fee=fee,
                                           settled_on=settled_on, received_at=now)
    SettlementLine.objects.bulk_create(SettlementLine(settlement=settlement, payment=p) for p in payments)
    clearing, source = account_for(f"clearing:{channel}").pk, f"settlement:{channel}:{reference}"
    drafts = []
    if gross > fee:
        drafts.append(TransferDraft(debit=account_for("cash").pk, credit=clearing, amount=gross - fee,
                                    effective_on=settled_on, source=source))
    if fee:
        drafts.append(TransferDraft(debit=account_for("fees").pk, credit=clearing, amount=fee, effective_on=settled_on,
                                    source=f"{source}:fee"))
    post_transfers(drafts, now=now)
    return settlement, []


def _faults(channel: Channel, wanted: list[str], payments: list[Payment], gross: Rupiah,
            reference: str) -> list[Problem]:
    found = {p.reference: p for p in payments}
    ids = [p.pk for p in payments]
    settled = set(SettlementLine.objects.filter(payment_id__in=ids).values_list("payment_id", flat=True))
    taken_back = set(PaymentReversal.objects.filter(payment_id__in=ids).values_list("payment_id", flat=True))
    faults = [problem("records.payment.unknown", where=f"{channel} {name}") for name in wanted if name not in found]
    faults += [problem("records.payment.settled_already", where=str(p)) for p in payments if p.pk in settled]
    faults += [problem("records.payment.taken_back", where=str(p)) for p in payments if p.pk in taken_back]
    total = sum(p.amount for p in payments)
    if not faults and total != gross:
        faults.append(problem("records.payment.sum_differs", where=f"{channel} {reference}", total=total, gross=gross))
    return faults


def _check(channel: Channel, reference: str, amount: Rupiah) -> None:
    if not reference.strip():
        raise refuse("records.payment.no_reference", where=channel.value)
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"an amount is a whole number of rupiah, not {amount!r}")
    if amount <= 0:
        raise refuse("records.ledger.amount", where=f"{channel} {reference}", amount=amount)


def lock_name(name: str) -> None:
    """One transaction at a time per *name* and region, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [name, current_region().pk])


def _source(payment: Payment) -> str:
    return f"payment:{payment.channel}:{payment.reference}"

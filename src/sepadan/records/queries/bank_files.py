"""A settlement file beside the books: every line with its state, and the payments that the file lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F

from sepadan.ground.money import Rupiah
from sepadan.records import clock
from sepadan.records.engine.settlement import SETTLES, Held, State, fee_differs, state_of
from sepadan.records.models import (
    ChannelPartner,
    Payment,
    PaymentReversal,
    Settlement,
    SettlementAnswer,
    SettlementFile,
    SettlementLine,
    SettlementRow,
    Transfer,
)
from sepadan.records.names import SettlementAct
from sepadan.records.tenancy import current_region

SURPLUS_DAYS = 45
"""How far back a payment is still looked for in a file; older ones were decided or are asked about."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the file (``row``), or one payment that it lacks (no ``row``), and the last decision about it."""

    state: State
    row: SettlementRow | None
    payment: Payment | None
    answer: SettlementAnswer | None

    @property
    def amount(self) -> Rupiah:
        return self.row.amount if self.row is not None else self.payment.amount if self.payment is not None else 0

    @property
    def is_done(self) -> bool:
        """Whether it no longer keeps the file from being settled (a surplus never does)."""
        if self.row is None or self.state is State.MATCHED:
            return True
        return self.answer is not None and self.answer.act in SETTLES

    @property
    def is_set_aside(self) -> bool:
        return self.row is not None and self.answer is not None and self.answer.act == SettlementAct.SET_ASIDE


@dataclass(frozen=True, slots=True)
class Comparison:
    file: SettlementFile
    lines: tuple[Compared, ...]
    surplus: tuple[Compared, ...]
    settlement: Settlement | None
    fee_answer: SettlementAnswer | None
    agreed_fee: Rupiah

    @property
    def counts(self) -> dict[State, int]:
        found = Counter(line.state for line in self.lines)
        return {**{state: found.get(state, 0) for state in State}, State.SURPLUS: len(self.surplus)}

    @property
    def sums(self) -> dict[State, Rupiah]:
        found: Counter[State] = Counter()
        for line in (*self.lines, *self.surplus):
            found[line.state] += line.amount
        return {state: found.get(state, 0) for state in State}

    @property
    def fee_is_open(self) -> bool:
        agreed = fee_differs(self.file.count, self.file.fee, self.agreed_fee)
        return agreed and (self.fee_answer is None or self.fee_answer.act != SettlementAct.ACCEPT_FEE)

    @property
    def open(self) -> tuple[Compared, ...]:
        """The lines that keep the file from being settled."""
        return tuple(line for line in self.lines if not line.is_done)

    @property
    def is_ready(self) -> bool:
        return self.settlement is None and not self.open and not self.fee_is_open


def file_reference(partner: ChannelPartner, reference: str) -> str:
    """The reference of a file's settlement: unique in the region, since partners choose their own names."""
    return f"{partner.partner_id}:{reference}"


def settlement_of(file: SettlementFile) -> Settlement | None:
    partner = file.partner
    return Settlement.objects.filter(channel=partner.channel,
                                     reference=file_reference(partner, file.reference)).first()


def compare_file(file: SettlementFile) -> Comparison:
    """Every line of *file* against the books as they are now. A constant number of queries, however many lines."""
    rows = list(SettlementRow.objects.filter(file=file).order_by("line"))
    answers = list(SettlementAnswer.objects.filter(file=file).select_related("booked").order_by("id"))
    by_row = {one.row_id: one for one in answers if one.row_id is not None}
    booked = {one.row_id: one.booked for one in answers if one.row_id is not None and one.booked is not None}
    settlement = settlement_of(file)
    names = [f"{file.partner.partner_id}:{row.request_id}" for row in rows]
    payments = {p.reference: p for p in Payment.objects.filter(channel=file.partner.channel, reference__in=names)}
    held = {row.pk: booked.get(row.pk) or payments.get(name) for row, name in zip(rows, names, strict=True)}
    keys = [p.pk for p in held.values() if p is not None]
    back = set(PaymentReversal.objects.filter(payment_id__in=keys).values_list("payment_id", flat=True))
    settled = SettlementLine.objects.filter(payment_id__in=keys)
    settled = settled if settlement is None else settled.exclude(settlement_id=settlement.pk)
    before = set(settled.values_list("payment_id", flat=True))
    lines = []
    for row in rows:
        payment = held[row.pk]
        found = None if payment is None else Held(payment.amount, payment.pk in back, payment.pk in before)
        lines.append(Compared(state_of(row.amount, found), row, payment, by_row.get(row.pk)))
    known = {p.pk for p in payments.values()} | set(keys)
    about = {one.payment_id: one for one in answers if one.payment_id is not None}
    surplus = tuple(Compared(State.SURPLUS, None, payment, about.get(payment.pk))
                    for payment in missing_payments(file.partner, file.day, settlement) if payment.pk not in known)
    fee = next((one for one in reversed(answers) if one.row_id is None and one.payment_id is None), None)
    return Comparison(file, tuple(lines), surplus, settlement, fee, file.partner.fee)


def missing_payments(partner: ChannelPartner, day: date, settlement: Settlement | None = None) -> list[Payment]:
    """Payments of *partner* up to the local *day* that are neither taken back nor settled nor booked by a decision.

    With *settlement*, as it was before that one: payments that came after it count as of the day.
    """
    end = datetime.combine(day, time.max, tzinfo=clock.zone_of(current_region()))
    first = end.timestamp() - SURPLUS_DAYS * 86_400
    rows = Payment.objects.filter(
        channel=partner.channel, reference__startswith=f"{partner.partner_id}:", paid_at__lte=end,
        paid_at__gte=datetime.fromtimestamp(first, tz=end.tzinfo), reversals__isnull=True,
        settlement_lines__isnull=True, booked_by_answers__isnull=True)
    if settlement is not None:
        rows = rows.filter(received_at__lte=settlement.received_at)
    return list(rows.select_related("charge").order_by("paid_at"))


def files_of_region(limit: int = 60) -> list[SettlementFile]:
    return list(SettlementFile.objects.select_related("partner").order_by("-day", "-id")[:limit])


def settled_files(files: list[SettlementFile]) -> set[int]:
    """Keys of the *files* that have been settled."""
    names = {(file.partner.channel, file_reference(file.partner, file.reference)): file.pk for file in files}
    found = Settlement.objects.filter(reference__in=[name for _, name in names]).values_list("channel", "reference")
    return {names[one] for one in found if one in names}


def set_aside_rows() -> list[SettlementRow]:
    """Lines of settled files whose money still stands apart, oldest first."""
    latest: dict[int, SettlementAnswer] = {}
    for one in SettlementAnswer.objects.filter(row__isnull=False).order_by("id"):
        latest[one.row_id] = one
    keys = [key for key, one in latest.items() if one.act == SettlementAct.SET_ASIDE]
    apart = set(Transfer.objects.filter(source__in=[f"aside:{key}" for key in keys]).values_list("source", flat=True))
    return [row for row in SettlementRow.objects.filter(pk__in=keys).select_related("file__partner").order_by(
        F("file__day"), "line") if f"aside:{row.pk}" in apart]

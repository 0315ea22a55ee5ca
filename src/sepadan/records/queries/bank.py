"""The bank desk: partners with their traffic, their latest messages as a person may read them, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q

from sepadan.ground.money import Rupiah
from sepadan.records.engine.bank_request import BankRequest, read_request
from sepadan.records.models import Account, BankMessage, BankOutcome, ChannelPartner, NumberScheme
from sepadan.records.names import AccountKind
from sepadan.records.queries.payments import unanswered

LATEST = 40


@dataclass(frozen=True, slots=True)
class PartnerTraffic:
    partner: ChannelPartner
    last_at: datetime | None
    today: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message without what a desk does not need: the number by its last four digits, no payer, no body."""

    at: datetime
    kind: str
    external_id: str
    request_id: str
    number: str
    amount: Rupiah | None
    outcome: str
    code: str
    conflicts: int


def partners_with_traffic(today: date) -> list[PartnerTraffic]:
    """Every partner of the region in scope in three queries."""
    rows = {row["partner_id"]: row for row in BankMessage.objects.order_by().values("partner_id").annotate(
        last=Max("received_at"), today=Count("id", filter=Q(day=today)))}
    waiting = dict(unanswered().order_by().values_list("partner_id").annotate(n=Count("id")))
    return [PartnerTraffic(one, rows.get(one.pk, {}).get("last"), rows.get(one.pk, {}).get("today", 0),
                           waiting.get(one.pk, 0)) for one in ChannelPartner.objects.order_by("-is_active", "name")]


def latest_messages(partner: ChannelPartner, limit: int = LATEST) -> list[ShownMessage]:
    """The newest messages of *partner* with their answers, newest first; those that wait stand among them."""
    rows = list(BankMessage.objects.filter(partner=partner).prefetch_related("conflicts").order_by("-id")[:limit])
    answers = {one.message_id: one for one in BankOutcome.objects.filter(message_id__in=[row.pk for row in rows])}
    return [_shown(row, answers.get(row.pk)) for row in rows]


def waiting_messages(limit: int = LATEST) -> list[BankMessage]:
    return list(unanswered()[:limit])


def levies_known() -> list[str]:
    """The levies a number can lead to: those with a receivable or a scheme, and property tax."""
    known = set(NumberScheme.objects.order_by().values_list("levy", flat=True).distinct())
    owed = Account.objects.filter(kind=AccountKind.RECEIVABLE.value, purpose__startswith="receivable:")
    names = {one.removeprefix("receivable:") for one in owed.values_list("purpose", flat=True)}
    return sorted(known | {one for one in names if not one.endswith("_interest")} | {"pbb"})


def masked(number: str) -> str:
    """``•••• 7390``: enough to find it together with the bank, too little to ask with."""
    return f"•••• {number[-4:]}" if len(number) > 4 else "••••"


def _shown(row: BankMessage, outcome: BankOutcome | None) -> ShownMessage:
    read = read_request(row.kind, bytes(row.body))
    said = read if isinstance(read, BankRequest) else None
    return ShownMessage(
        row.received_at, row.kind, row.external_id, said.request_id if said else "",
        masked(said.customer) if said else "", said.amount if said else None,
        outcome.name if outcome else "waiting", outcome.code if outcome else "", len(row.conflicts.all()))

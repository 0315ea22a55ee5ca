"""A region with a bank partner, charges of two levies, and a bank that writes messages: for tests of the channel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sepadan.records.models import ChannelPartner, Charge, NumberScheme
from sepadan.records.names import Actor, Channel
from sepadan.records.queries.ledger import account_for
from sepadan.records.queries.payments import account_number
from sepadan.records.services.bank_messages import receive_message
from sepadan.records.services.channel_partners import add_partner, add_scheme
from sepadan.records.services.ledger import TransferDraft, open_chart, post_transfers, raise_charge
from sepadan.records.tenancy import region_scope
from sepadan.tax.models import Claim

from .bank_fields import PAID, amount_of, fields

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ACTOR = Actor("Uji")
LEVIES = {"88001": "pbb", "88002": "sewa"}


@dataclass
class Bank:
    """The bank's side: numbers its messages and reads the answers."""

    region: Any
    partner: ChannelPartner
    secret: str
    sent: int = 0

    def body(self, kind: str, number: str, request_id: str, amount: int = 0, at: str = PAID, **more: Any) -> bytes:
        name = "inquiryRequestId" if kind == "inquiry" else "paymentRequestId"
        said = fields(number[:5], number[5:], **{name: request_id})
        if kind in ("payment", "reversal"):
            said |= {"paidAmount": amount_of(amount), "trxDateTime": at}
        return json.dumps(said | more).encode()

    def send(self, kind: str, number: str, request_id: str, amount: int = 0, *, external_id: str | None = None,
             now: datetime = NOW, steps: Any = lambda step: None, **more: Any) -> Any:
        self.sent += 1
        return receive_message(self.region, self.partner, kind, external_id=external_id or f"x{self.sent}",
                               body=self.body(kind, number, request_id, amount, **more), now=now, steps=steps)


def open_bank(region: Any, policy: str = "exact", partner_id: str = "BANK-1") -> Bank:
    """A partner with a prefix for each levy: PBB however late, the hire of a hall not after its due date."""
    with region_scope(region):
        open_chart(list(LEVIES.values()))
        partner, secret = add_partner(partner_id, "Bank Uji", channel=Channel.BANK, actor=ACTOR, now=NOW, policy=policy)
        for prefix, levy in LEVIES.items():
            add_scheme(partner, prefix, levy, actor=ACTOR, now=NOW, days_after_due=0 if levy == "sewa" else None)
    return Bank(region, partner, secret)


def raise_bill(region: Any, partner: ChannelPartner, name: str, amount: int = 100_000, levy: str = "pbb",
               due: date = date(2026, 12, 31)) -> tuple[Charge, str]:
    """A charge, and the number under which this partner pays it."""
    with region_scope(region):
        charge = raise_charge(levy=levy, number=name, payer="wp-1", due_on=due, amount=amount,
                              effective_on=date(2026, 2, 1), now=NOW)
        scheme = NumberScheme.objects.get(partner=partner, levy=levy)
        return charge, account_number(scheme, charge)


def raise_bills(region: Any, partner: ChannelPartner, dues: Sequence[date], amount: int, now: datetime = NOW,
                ) -> list[tuple[int, str]]:
    """Many charges of PBB at once, one for each due day: their keys and the numbers under which this partner pays them.

    The tax desk knows the year of each, so that the law of late interest and of relief holds for it.
    """
    with region_scope(region):
        scheme = NumberScheme.objects.get(partner=partner, levy="pbb")
        charges = Charge.objects.bulk_create(Charge(
            levy="pbb", number=f"b{place}", payer="wp-1", due_on=due, amount=amount, created_at=now)
            for place, due in enumerate(dues))
        Claim.objects.bulk_create(Claim(
            charge=one, origin="opening", nop=f"{357301000100000000 + place * 10:018d}", tax_year=one.due_on.year,
            evidence="full", source="uji", recorded_at=now) for place, one in enumerate(charges))
        debit, credit = account_for("receivable:pbb").pk, account_for("revenue:pbb").pk
        post_transfers([TransferDraft(debit=debit, credit=credit, amount=amount, charge=one.pk, source=f"bill:{one.pk}",
                                      effective_on=date(one.due_on.year, 1, 1)) for one in charges], now=now)
        return [(one.pk, account_number(scheme, one)) for one in charges]

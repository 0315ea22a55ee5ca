"""A partner bank with messages, a settlement file that differs, a counter with its day, receipt and slip."""

from __future__ import annotations

import json
from datetime import timedelta

from sepadan.records.engine.settlement_csv import FileLine, write_settlement
from sepadan.records.models import Charge
from sepadan.records.names import Actor, Channel, CollectorKind
from sepadan.records.public import now, open_chart, raise_charge, receive_payment, today
from sepadan.records.queries.payments import account_number
from sepadan.records.services.bank_messages import receive_message
from sepadan.records.services.channel_partners import add_partner, add_scheme
from sepadan.records.services.counters import add_collector, close_day, deposit_days, take_cash
from sepadan.records.services.settlement_files import take_file
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    at, day = now(), today(region)
    open_chart(["pbb"])
    partner, _ = add_partner(f"{secret}-BANK", f"{secret} Bank", channel=Channel.BANK, actor=actor, now=at)
    scheme = add_scheme(partner, "88001", "pbb", actor=actor, now=at)

    def bill(name: str) -> Charge:
        return raise_charge(levy="pbb", number=f"{secret}-{name}", payer="wp", due_on=day + timedelta(days=30),
                            amount=60_000, effective_on=day - timedelta(days=60), now=at)

    paid, missing, surplus = bill("1"), bill("2"), bill("3")
    number = account_number(scheme, paid)
    body = json.dumps({
        "partnerServiceId": number[:5], "customerNo": number[5:], "virtualAccountNo": number, "paymentRequestId": "p1",
        "paidAmount": {"value": "60000.00", "currency": "IDR"}, "trxDateTime": at.isoformat()}).encode()
    receive_message(region, partner, "payment", external_id="e1", body=body, now=at)
    receive_message(region, partner, "payment", external_id="e1", body=body + b" ", now=at)
    extra = receive_payment(surplus, channel=Channel.BANK, reference=f"{secret}-BANK:p3", amount=60_000, paid_at=at,
                            now=at).payment
    file, _ = take_file(write_settlement(f"{secret}-BANK", f"{secret}-F1", day, [
        FileLine(2, "p1", number, 60_000, 1_500, at),
        FileLine(3, f"{secret}-p2", account_number(scheme, missing), 60_000, 1_500, at)]), "f.csv", actor=actor, now=at)
    collector = add_collector(f"{secret} Loket", CollectorKind.VILLAGE, "Kauman", actor=actor, now=at)
    first = take_cash(collector, bill("4"), 60_000, on=day - timedelta(days=1), token="0" * 16, actor=actor, now=at)
    closed = close_day(first.cash_day, 55_000, actor=actor, now=at, reason=f"{secret} kembalian")
    slip = deposit_days(collector, [closed], bank_reference=f"{secret}-1", on=day, actor=actor, now=at)
    receipt = take_cash(collector, bill("5"), 20_000, on=day, token="1" * 16, actor=actor, now=at)
    return {"$partner": str(partner.pk), "$bank_file": str(file.pk),
            "$bank_row": str(file.rows.get(request_id=f"{secret}-p2").pk), "$bank_surplus": str(extra.pk),
            "$collector": str(collector.pk), "$cash_day": str(closed.pk), "$receipt": str(receipt.pk),
            "$deposit": str(slip.pk)}

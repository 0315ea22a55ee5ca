"""A target that waits for approval and a charge with a payment, for the pages of realisation and of the audit trail."""

from __future__ import annotations

from datetime import date

from sepadan.records.names import Actor, Channel
from sepadan.records.public import now, open_chart, raise_charge, receive_payment, today
from sepadan.tax.services.targets import NewTarget, propose_target
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    at, day = now(), today(region)
    open_chart(["pbb"])
    target = propose_target(NewTarget("pbb", day.year, 1_000_000_000, f"{secret} Perda APBD", date(day.year, 1, 2)),
                            actor=actor, now=at)
    charge = raise_charge(levy="pbb", number=f"{secret}-laporan", payer="wp", due_on=day, amount=750_000,
                          effective_on=day, now=at)
    receive_payment(charge, channel=Channel.QRIS, reference=f"{secret}-R1", amount=800_000, paid_at=at, now=at)
    return {"$target": str(target.pk), "$charge": str(charge.pk)}

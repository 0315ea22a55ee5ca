"""Opening balances of a region: a bill said to be paid without proof, and another grade of evidence that waits."""

from __future__ import annotations

from datetime import date

from sepadan.records.names import Actor
from sepadan.records.public import now
from sepadan.tax.models import Claim, ClaimOrigin, Evidence, OpeningBill
from sepadan.tax.services.opening_proposals import propose_grade
from sepadan.territory.public import Kelurahan, Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    claim = Claim.objects.filter(origin=ClaimOrigin.OPENING.value).order_by("pk")[0]
    OpeningBill.objects.create(
        nop=claim.nop, tax_year=2021, kelurahan=Kelurahan.objects.filter(region=region).order_by("pk")[0],
        payer_name=f"{secret} Pembayar Lama", due_on=date(2021, 9, 30), payable=90_000, said_paid=True, payments=0,
        principal_paid=0, interest_paid=0, over=0, unproved=90_000, remainder=0, evidence=Evidence.PARTIAL.value,
        notes=["paid_unproved"], source=f"{secret} impor", entry=1, recorded_at=now())
    made = propose_grade(claim, Evidence.FULL, document=f"{secret} SPPT 2023", reason=f"{secret} bukti ditemukan",
                         actor=actor, now=now())
    return {"$inherited": str(claim.pk), "$opening_proposal": str(made.pk)}

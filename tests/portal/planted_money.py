"""A proposed tariff, and of the planted booking a letter with its charge, a check, an appeal and a refund that waits,
with the secret word in them all, for the tests of the pages of the centre's money. Rows as the services write them; a
region without a statute of this levy has them too."""

from __future__ import annotations

from datetime import timedelta

from sepadan.creative.models import (
    AfterCheck,
    Assessment,
    AssessmentAppeal,
    AssessmentLine,
    Booking,
    Centre,
    ChargeRefund,
    Tariff,
)
from sepadan.creative.services.tariffs import LEVY
from sepadan.records.names import Actor
from sepadan.records.public import now, open_chart, raise_charge, today
from sepadan.territory.public import Region

SUM = 800_000


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    assert actor.person_id is not None
    person, on = actor.person_id, today(region)
    made = Tariff.objects.create(
        centre=Centre.objects.get(), name="tariff.hall", per="hour", amount=1_000, since=on, basis="instrument",
        instrument=f"{secret} Perda", article="Lampiran", why=f"{secret} dibaca", proposed_at=now(),
        proposed_by_id=person)
    booking = Booking.objects.filter(title__startswith=secret).order_by("id")[0]
    letter = _letter(booking, region, person, secret)
    AfterCheck.objects.create(booking=booking, what=f"{secret} tiket dijual", answers={"charged": True},
                              changed=["charged"], before=0, after=SUM, assessment=letter, noted_at=now(),
                              noted_by_id=person)
    AssessmentAppeal.objects.create(assessment=letter, grounds=f"{secret} sumbangan", filed_at=now(),
                                    filed_by=f"{secret} Komunitas")
    ChargeRefund.objects.create(booking=booking, charge=letter.charge, amount=SUM, reason=f"{secret} lebih",
                                proposed_at=now(), proposed_by_id=person)
    return {"$tariff": str(made.pk)}


def _letter(booking: Booking, region: Region, person: int, secret: str) -> Assessment:
    on = today(region)
    open_chart([LEVY])
    charge = raise_charge(levy=LEVY, number=booking.number, payer=booking.organiser, due_on=on + timedelta(days=3),
                          amount=SUM, effective_on=on, now=now())
    letter = Assessment.objects.create(
        booking=booking, revision=1, number=f"SPR-{secret}", cause="first", kind="pays", answers={"charged": True},
        total=SUM, assumed=True, issued_on=on, due_on=on + timedelta(days=3), reason=f"{secret} alasan",
        issued_at=now(), issued_by_id=person, issued_by_name=f"{secret} Petugas", charge=charge)
    for date in booking.dates.select_related("space"):
        AssessmentLine.objects.create(
            assessment=letter, date=date, space=date.space, starts_at=date.starts_at, ends_at=date.ends_at, on=on,
            tariff="tariff.hall", per="hour", quantity=2, rate=SUM // 2, amount=SUM, basis="assumption",
            instrument=f"{secret} diandaikan", confidence="draft", since=on)
    return letter

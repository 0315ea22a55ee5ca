"""A proposed tariff with the secret word in it, for the tests of the pages of the creative centre's money."""

from __future__ import annotations

from sepadan.creative.models import Centre, Tariff
from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    assert actor.person_id is not None
    made = Tariff.objects.create(
        centre=Centre.objects.get(), name="tariff.hall", per="hour", amount=1_000, since=today(region),
        basis="instrument", instrument=f"{secret} Perda", article="Lampiran", why=f"{secret} dibaca", proposed_at=now(),
        proposed_by_id=actor.person_id)
    return {"$tariff": str(made.pk)}

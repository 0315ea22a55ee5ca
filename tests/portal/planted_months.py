"""A closed month and a cost of the small centre, each with the secret word, for the pages of its measures."""

from __future__ import annotations

from sepadan.creative.models import BookingDate, Centre
from sepadan.creative.services.months import close_month, enter_cost, prepare_month
from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    """Runs after the booking was planted (``planted_creative``); the month before this one is closed."""
    centre, day = Centre.objects.get(code="mcc"), today(region)
    month = day.replace(day=1)
    before = month.fromordinal(month.toordinal() - 1).replace(day=1)
    prepare_month(centre, before, actor=Actor(name=f"{secret} Penyiap"), now=now(), today=day)
    close_month(centre, before, ordinal=1, actor=actor, now=now())
    enter_cost(centre, before.year, 6_000_000_000, f"{secret} laporan", actor=actor, now=now())
    measured = BookingDate.objects.filter(booking__centre=centre).order_by("id").first()
    assert measured is not None
    return {"$month": f"{before:%Y-%m}", "$measured": str(measured.pk)}

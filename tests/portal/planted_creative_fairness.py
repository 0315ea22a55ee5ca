"""A wish that waits, equipment with its log, and a refused wish, each with the secret word in it."""

from __future__ import annotations

from datetime import timedelta

from sepadan.creative.models import BookingDate, RefusedWish, Space
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.stock_acts import Doing, move_pieces, set_up_item
from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    space = Space.objects.get(code="hall-a")
    centre, date = space.floor.centre, BookingDate.objects.filter(space=space, state="held").first()
    assert date is not None
    meeting = Meeting(date.starts_at + timedelta(minutes=30), date.ends_at)
    waits = file_booking(Wish("hall-a", f"{secret} Antre", f"{secret} Paguyuban", [meeting], waits=True), actor=actor,
                         now=now(), today=today(region))
    item = set_up_item(centre, {"code": "lampu", "name": {"id": "Lampu sorot", "en": "Spotlight"}, "quantity": 4},
                       "stock[1]", Doing(actor, now()))
    move_pieces(item, 1, source=None, to=space, how=Doing(actor, now(), f"{secret} dipindah"))
    RefusedWish.objects.create(centre=centre, space=space, at=now(), key="creative.booking.taken",
                               said=f"{secret} terpakai", intake="online", organiser=f"{secret} Sanggar")
    return {"$waiting_booking": str(waits.pk), "$stock_item": str(item.pk)}

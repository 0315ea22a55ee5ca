"""A small centre and a held booking with the secret word in it, for the tests of the pages of the creative centre."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.creative.centre import build_centre

from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.holding import Meeting
from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    build_centre()
    start: datetime = now() + timedelta(days=1)
    made = file_booking(Wish("hall-a", f"{secret} Pameran", f"{secret} Komunitas",
                             [Meeting(start, start + timedelta(hours=2))], contact=f"{secret} 0341",
                             nature={"charged": False}), actor=actor, now=now(), today=today(region))
    return {"$booking": str(made.pk)}

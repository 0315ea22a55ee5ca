"""A series that is held, with the secret word in it, and a secret link to its calendar."""

from __future__ import annotations

import struct
import zlib
from datetime import time, timedelta

from sepadan.creative.models import Space
from sepadan.creative.names import FeedKind
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.feeds import make_link
from sepadan.creative.services.series import Pattern, plan_series
from sepadan.creative.services.space_photos import add_photo
from sepadan.creative.services.wishes import DESK
from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    space, day = Space.objects.select_related("floor__centre").get(code="studio-2"), today(region)
    planned = plan_series(space.floor.centre, space, Pattern(day + timedelta(days=2), "weekly", count=5), time(19),
                          time(21), today=day, reach=DESK)
    made = file_booking(Wish("studio-2", f"{secret} Kelas", f"{secret} Komunitas", planned.meetings,
                             contact=f"{secret} 0341", series=planned.series), actor=actor, now=now(), today=day)
    link, token = make_link(FeedKind.PERSON, made.centre, actor=actor, now=now(), booking=made,
                            label=f"{secret} tautan")
    photo = add_photo(space, dot(), alt={"id": "Ruang yang terang"}, credit="", actor=actor, now=now())
    return {"$photo": str(photo.pk), "$series": str(made.pk), "$feed_link": str(link.pk),
            "$feed_token": token}


def dot() -> bytes:
    """A picture of one point."""
    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0\xff")) + part(b"IEND", b"")

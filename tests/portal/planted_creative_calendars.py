"""A series that is held, with the secret word in it, and a secret link to its calendar."""

from __future__ import annotations

from datetime import time, timedelta

from sepadan.creative.models import Space
from sepadan.creative.names import FeedKind
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.feeds import make_link
from sepadan.creative.services.series import Pattern, plan_series
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
    return {"$series": str(made.pk), "$feed_link": str(link.pk), "$feed_token": token}

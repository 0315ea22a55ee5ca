"""A public event that everybody may see, a draft and a registration with the secret word in them.

The public one says nothing secret: its page is opened as it is by everybody. Runs after ``planted_creative.py``, which
builds the centre.
"""

from __future__ import annotations

from tests.creative.event_scene import LATER, confirmed, event_of, picture, wanted

from sepadan.creative.event_names import Registering
from sepadan.creative.models import Booking
from sepadan.creative.services.events import publish_event, set_picture
from sepadan.creative.services.registrations import register
from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    at, day = now(), today(region)
    shown = event_of(confirmed("studio-1", at + LATER, actor, at, day), actor, at, title="Acara terbuka",
                     registration=Registering.OPEN, capacity=5)
    shown = set_picture(shown, picture(), {"id": "Pengunjung di studio", "en": "Visitors in the studio"},
                        version=shown.version, actor=actor, now=at)
    shown = publish_event(shown, version=shown.version, actor=actor, now=at)
    made = register(shown, wanted(f"{secret} Pengunjung", contact=f"{secret} 0341"), actor=actor, now=at, today=day)
    booking = confirmed("studio-2", at + LATER, actor, at, day, title=f"{secret} Kelas")
    Booking.objects.filter(pk=booking.pk).update(published_at=None)  # its title is secret
    draft = event_of(booking, actor, at, title=f"{secret} Kelas", registration=Registering.APPROVAL, capacity=5)
    return {"$event": str(draft.pk), "$registration": str(made.pk), "$event_booking": str(booking.pk)}

"""Who may see an event and its visitors, and act on them. The getters here are the only way to one at the desk.

Reading at the desk needs ``creative.read``; making, publishing, deciding and exporting ``creative.write``. A visitor
opens his registration by number and code, an organiser the events of his booking by the booking's. What is not there
and what is not for this person look the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.creative.models import Booking, Event, Registration
from sepadan.creative.queries.events import events, registrations_of
from sepadan.records.public import permitted
from sepadan.territory.public import Region


def event_for(person: Any, region: Region, event_id: int, *, action: str = "creative.read") -> Event:
    """An event on which *person* may do *action*. Raises Http404."""
    found = events().filter(pk=event_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def registration_for(person: Any, region: Region, registration_id: int, *,
                     action: str = "creative.read") -> Registration:
    """A registration on which *person* may do *action*. Raises Http404."""
    found = Registration.objects.select_related("event__centre", "event__booking", "event__region", "region").filter(
        pk=registration_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def events_of_booking(booking: Booking) -> list[Event]:
    """The events of a booking that its organiser has opened."""
    return list(events().filter(booking=booking).order_by("id"))


def event_of_booking(booking: Booking, code: str) -> Event | None:
    """One event of a booking that its organiser has opened."""
    return events().filter(booking=booking, code=code).first()


def registration_of_event(event: Event, number: str) -> Registration | None:
    """One registration of an event whose organiser has opened it."""
    return registrations_of(event).filter(number=number).first()

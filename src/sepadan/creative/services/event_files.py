"""An event for programs: schema.org data and calendar entries, from the same rows as the page.

Each session is an entry of its own with a UID that never changes; SEQUENCE rises with every change of the event, and a
session that no longer takes place, or an event that was cancelled, says so instead of vanishing. Nobody is named but
organisers and speakers who agreed. Sources: schema.org Event; RFC 5545 (``engine/ical.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sepadan.creative.engine.ical import Entry, Feed, Once, Status, etag, write_calendar
from sepadan.creative.event_names import EventState, Registering
from sepadan.creative.models import Centre, Event, EventSession, Registration
from sepadan.creative.queries.events import public_roles, sessions_of
from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.records.public import zone_of


def event_data(event: Event, *, page: str, picture: str, language: Language) -> dict[str, Any]:
    """JSON-LD of one event with its sessions as sub-events. *event* may carry ``taken`` (``queries/events.py``)."""
    zone, sessions = zone_of(event.region), sessions_of(event)
    place = {"@type": "Place", "name": event.centre.name, "address": event.centre.address}
    found: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Event", "@id": page, "url": page,
        "name": event.title_in(language), "inLanguage": language,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.state == 'cancelled' else 'EventScheduled'}",
        "location": place, "organizer": {"@type": "Organization", "name": event.organiser}}
    if about := event.about.get(language) or event.about.get("id"):
        found["description"] = about
    held = [one for one in sessions if one.takes_place] or sessions
    if held:
        found["startDate"] = min(one.starts_at for one in held).astimezone(zone).isoformat()
        found["endDate"] = max(one.ends_at for one in held).astimezone(zone).isoformat()
    if len(sessions) > 1:
        found["subEvent"] = [_session(event, one, language) for one in sessions]
    if event.price is not None:
        found["isAccessibleForFree"] = event.price == 0
        found["offers"] = {"@type": "Offer", "price": str(event.price), "priceCurrency": "IDR", "url": page}
    if event.registration != Registering.NONE and event.capacity is not None:
        found["maximumAttendeeCapacity"] = event.capacity
        found["remainingAttendeeCapacity"] = max(0, event.capacity - getattr(event, "taken", 0))
    if picture:
        found["image"] = picture
    speakers = [{"@type": "Person", "name": one.name} for one in public_roles(event) if one.role == "speaker"]
    return found | ({"performer": speakers} if speakers else {})


def _session(event: Event, one: EventSession, language: Language) -> dict[str, Any]:
    zone = zone_of(event.region)
    gone = not one.takes_place or event.state == EventState.CANCELLED
    return {"@type": "Event", "name": one.title or f"{event.title_in(language)} {one.ordinal}",
            "startDate": one.starts_at.astimezone(zone).isoformat(),
            "endDate": one.ends_at.astimezone(zone).isoformat(),
            "eventStatus": f"https://schema.org/{'EventCancelled' if gone else 'EventScheduled'}",
            "location": {"@type": "Place", "name": _place(event, one), "address": event.centre.address}}


def events_calendar(centre: Centre, events: Sequence[Event], pages: Mapping[int, str],
                    language: Language) -> tuple[bytes, str]:
    """The calendar file of *events* and its ETag; *pages* are their addresses by id."""
    sessions: dict[int, list[EventSession]] = {one.pk: [] for one in events}
    for one in EventSession.objects.filter(event__in=list(sessions)).select_related("booking_date__space__floor"):
        sessions[one.event_id].append(one)
    entries = [_entry(event, one, pages.get(event.pk, ""), language) for event in events
               for one in sorted(sessions[event.pk], key=lambda one: one.ordinal)]
    name = render("creative.public_events.of", language, {"centre": centre.name}) if len(events) != 1 \
        else events[0].title_in(language)
    content = write_calendar(Feed(name, str(zone_of(centre.region)), entries))
    return content, etag(content)


def registration_calendar(registration: Registration, page: str, language: Language) -> bytes:
    """The sessions of the event that a visitor comes to, for his own calendar."""
    event = registration.event
    entries = [_entry(event, one, page, language, note=registration.number) for one in sessions_of(event)]
    return write_calendar(Feed(event.title_in(language), str(zone_of(event.region)), entries))


def _entry(event: Event, one: EventSession, page: str, language: Language, *, note: str = "") -> Entry:
    gone = event.state == EventState.CANCELLED or not one.takes_place
    status: Status = "CANCELLED" if gone else "CONFIRMED"
    title = event.title_in(language)
    told = [event.about.get(language) or event.about.get("id") or "",
            render("creative.public_event.cancelled_because", language, {"reason": event.reason})
            if event.reason and gone else "",
            f"{render('creative.registration.number', language)} {note}" if note else ""]
    return Entry(
        uid=f"event-{event.region.code}-{event.centre.code}-{event.pk}-{one.ordinal}@sepadan",
        sequence=event.sequence, changed_at=event.changed_at, summary=f"{title}: {one.title}" if one.title else title,
        when=Once(one.starts_at, one.ends_at), status=status, description="\n".join(text for text in told if text),
        location=f"{_place(event, one)}, {event.centre.address}" if event.centre.address else _place(event, one),
        url=page)


def _place(event: Event, one: EventSession) -> str:
    if one.booking_date is None:
        return str(event.centre.name)
    return f"{event.centre.name}, {one.booking_date.space.floor.name}, {one.booking_date.space.name}"

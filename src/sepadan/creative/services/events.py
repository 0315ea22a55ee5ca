"""Making an event of a confirmed booking: drafted, changed, published, cancelled. Each act leaves a record.

An event exists only for a booking that is confirmed and has its letter; publishing it publishes the booking, since
both say the same to the public. Every change names the ``version`` that was seen. Locks: the booking before the event
(``services/holding.py`` has the order above them), the event before its registrations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sepadan.creative.engine.papers import check_picture
from sepadan.creative.engine.questions import Question
from sepadan.creative.event_names import EventKind, EventState, Registering, RoleKind
from sepadan.creative.models import Booking, Centre, Event, EventRole, EventSession
from sepadan.creative.models.events import SHARE
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.services.decisions import publish_booking
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Actor, Draft, Office, record, store_document, zone_of

MOST_SESSIONS, MOST_ROLES = 160, 60
LARGEST_CAPACITY = 100_000
LARGEST_PICTURE = 1_000_000
"""Bytes: every visitor loads it."""


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """One session; ``meeting`` is the ordinal of the booking's meeting it lies in."""

    meeting: int
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class RoleDraft:
    name: str
    role: RoleKind
    organisation: str = ""
    sector: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What an event says. Texts are {"id", "en"}; ``price`` in rupiah, 0 is free, None is not told."""

    title: Mapping[str, str]
    organiser: str
    about: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    sector: str = ""
    kind: EventKind = EventKind.OTHER
    subsector: str = ""
    access_note: Mapping[str, str] = field(default_factory=dict)
    price: int | None = None
    price_note: Mapping[str, str] = field(default_factory=dict)
    capacity: int | None = None
    registration: Registering = Registering.NONE
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    groups_to: int = 1
    questions: Sequence[Question] = ()
    minors: bool = False
    offer_hours: int = 24
    share_needed: Decimal = SHARE
    message: str = ""
    sessions: Sequence[SessionDraft] | None = None
    roles: Sequence[RoleDraft] = ()


def draft_event(booking: Booking, draft: EventDraft, *, actor: Actor, now: datetime) -> Event:
    """A draft for *booking*; one session a confirmed meeting where the draft names none. Raises Refused."""
    held = Booking.objects.select_for_update(of=("self",)).select_related("centre", "region").get(pk=booking.pk)
    if held.state != BookingState.CONFIRMED or not held.letter_number:
        raise _no_letter(held)
    check_draft(draft)
    event = Event.objects.create(
        centre=held.centre, booking=held, code=_free_code(held.centre, draft.title["id"]), made_at=now,
        changed_at=now, changed_by=actor.name, **_columns(draft))
    _put_sessions(event, held, draft, now)
    _put_roles(event, draft)
    record(actor, "creative.audit.event_drafted", event, now=now,
           after={"code": event.code, "booking": held.number, "capacity": event.capacity})
    return event


def rewrite_event(event: Event, draft: EventDraft, *, version: int, actor: Actor, now: datetime) -> Event:
    """Change a draft or a published event; ``services/seats.change_event`` also offers what that frees. Raises Refused.
    """
    check_draft(draft)
    held = locked_event(event, version)
    if held.state not in (EventState.DRAFT, EventState.PUBLISHED):
        raise refuse("creative.public_event.ended", where=held.code, state=held.state_label)
    before = {name: getattr(held, name) for name in ("title", "capacity", "registration", "opens_at", "closes_at")}
    columns = _columns(draft)
    for name, value in columns.items():
        setattr(held, name, value)
    if draft.sessions is not None:
        _put_sessions(held, held.booking, draft, now)
    _put_roles(held, draft)
    touch_event(held, actor, now, [*columns])
    record(actor, "creative.audit.event_changed", held, now=now, before=before,
           after={name: getattr(held, name) for name in before})
    return held


def publish_event(event: Event, *, version: int, actor: Actor, now: datetime) -> Event:
    """Show the event to everybody. Its booking is published with it. Raises Refused without a letter or a session."""
    booking = Booking.objects.select_for_update(of=("self",)).get(pk=event.booking_id)  # before its event, always
    if booking.state != BookingState.CONFIRMED or not booking.letter_number:
        raise _no_letter(booking)
    if booking.published_at is None:
        publish_booking(booking, version=booking.version, actor=actor, now=now)
    held = locked_event(event, version)
    if held.state != EventState.DRAFT:
        raise refuse("creative.public_event.not_draft", where=held.code, state=held.state_label)
    if not any(one.takes_place for one in held.sessions.select_related("booking_date")):
        raise refuse("creative.public_event.no_session", where=held.code,
                     remedy="creative.public_event.no_session.remedy")
    held.state, held.published_at = EventState.PUBLISHED.value, held.published_at or now
    touch_event(held, actor, now, ["state", "published_at"])
    record(actor, "creative.audit.event_published", held, now=now, after={"code": held.code})
    return held


def cancel_event(event: Event, *, version: int, reason: str, actor: Actor, now: datetime) -> Event:
    """Cancel the event with a reason that everybody reads. Its booking stays: the desk cancels that for itself."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=event.code)
    held = locked_event(event, version)
    if held.state not in (EventState.DRAFT, EventState.PUBLISHED):
        raise refuse("creative.public_event.ended", where=held.code, state=held.state_label)
    held.state, held.cancelled_at, held.reason = EventState.CANCELLED.value, now, reason.strip()[:500]
    touch_event(held, actor, now, ["state", "cancelled_at", "reason"])
    record(actor, "creative.audit.event_cancelled", held, now=now, reason=held.reason, after={"code": held.code})
    return held


def end_events(now: datetime) -> int:
    """Published events whose last session has ended are over. Returns how many."""
    later = EventSession.objects.filter(ends_at__gt=now).values("event")
    return Event.objects.filter(state=EventState.PUBLISHED.value).exclude(pk__in=later).update(
        state=EventState.OVER.value, changed_at=now)


def set_picture(event: Event, content: bytes, words: Mapping[str, str], *, version: int, actor: Actor,
                now: datetime) -> Event:
    """A picture with what it shows in words, without what a camera adds. Raises Refused on another kind of file."""
    if not words.get("id", "").strip():
        raise refuse("creative.picture.no_words", where=event.code)
    if len(content) > LARGEST_PICTURE:
        raise refuse("creative.file.large", where=event.code, remedy="creative.file.large.remedy",
                     megabytes=LARGEST_PICTURE // 1_000_000)
    picture = check_picture(content, event.code)
    held = locked_event(event, version)
    held.picture = store_document(
        Draft("creative.event_picture", held.title_in("id")[:200], picture.content, f"{held.code}.{picture.ending}",
              Office.CREATIVE, picture.media, about=held),
        actor=actor, now=now)
    held.picture_alt = {**{lang: words.get(lang, "").strip()[:300] for lang in ("id", "en")},
                        "width": picture.width, "height": picture.height}
    touch_event(held, actor, now, ["picture", "picture_alt"])
    return held


def locked_event(event: Event, version: int | None = None) -> Event:
    """The event locked, so that seats are counted by one at a time; as the person saw it where *version* is given."""
    held = Event.objects.select_for_update(of=("self",), no_key=True).select_related(
        "centre", "booking", "region").get(pk=event.pk)
    if version is not None and held.version != version:
        local = held.changed_at.astimezone(zone_of(held.region))
        raise refuse("creative.booking.changed", where=held.code, remedy="creative.booking.changed.remedy",
                     who=held.changed_by, on=local.date(), at=f"{local:%H.%M}", state=held.state_label)
    return held


def touch_event(event: Event, actor: Actor, now: datetime, fields: Sequence[str]) -> None:
    """Save *fields* with a higher version; subscribers of a calendar see a later sequence."""
    event.version, event.sequence = event.version + 1, event.sequence + 1
    event.changed_at, event.changed_by = now, actor.name[:120]
    event.save(update_fields=[*fields, "version", "sequence", "changed_at", "changed_by"])


def check_draft(draft: EventDraft) -> None:
    """Raises Refused on what no booking could make good."""
    if not draft.title.get("id", "").strip() or not draft.organiser.strip():
        raise refuse("creative.booking.unnamed", remedy="creative.booking.unnamed.remedy")
    if draft.capacity is not None and not 1 <= draft.capacity <= LARGEST_CAPACITY:
        raise refuse("creative.public_event.capacity.fault", most=LARGEST_CAPACITY)
    if draft.registration is not Registering.NONE and draft.capacity is not None \
            and draft.groups_to > draft.capacity:
        raise refuse("creative.public_event.groups", most=draft.capacity)
    if not 1 <= draft.groups_to <= 50:
        raise refuse("creative.public_event.groups", most=50)
    if not 0 <= draft.share_needed <= 1:
        raise refuse("creative.public_event.share.fault")
    if not 1 <= draft.offer_hours <= 720:
        raise refuse("creative.public_event.offer_hours", most=720)
    if draft.opens_at and draft.closes_at and draft.closes_at <= draft.opens_at:
        raise refuse("creative.public_event.window")
    if len(draft.roles) > MOST_ROLES or len(draft.sessions or ()) > MOST_SESSIONS:
        raise refuse("creative.public_event.many", roles=MOST_ROLES, sessions=MOST_SESSIONS)


def _no_letter(booking: Booking) -> Refused:
    return refuse("creative.public_event.no_letter", where=booking.number,
                  remedy="creative.public_event.no_letter.remedy")


def _columns(draft: EventDraft) -> dict[str, Any]:
    def both(texts: Mapping[str, str], longest: int) -> dict[str, str]:
        return {lang: text for lang in ("id", "en") if (text := texts.get(lang, "").strip()[:longest])}

    return {
        "title": both(draft.title, 160), "about": both(draft.about, 4_000), "organiser": draft.organiser.strip()[:120],
        "contact": draft.contact.strip()[:160], "sector": draft.sector[:30], "kind": draft.kind.value,
        "subsector": draft.subsector[:40], "access_note": both(draft.access_note, 1_000), "price": draft.price,
        "price_note": both(draft.price_note, 300), "capacity": draft.capacity,
        "registration": draft.registration.value, "opens_at": draft.opens_at, "closes_at": draft.closes_at,
        "groups_to": draft.groups_to, "questions": [one.kept() for one in draft.questions], "minors": draft.minors,
        "offer_hours": draft.offer_hours, "share_needed": draft.share_needed, "message": draft.message.strip()[:2_000]}


def _put_sessions(event: Event, booking: Booking, draft: EventDraft, now: datetime) -> None:
    """The sessions as drafted: each within a confirmed meeting of the booking. Those that exist keep their ordinal."""
    meetings = {one.ordinal: one for one in booking.dates.filter(state=DateState.CONFIRMED.value)}
    wanted = draft.sessions
    if wanted is None:
        wanted = [SessionDraft(one.ordinal, one.starts_at, one.ends_at)
                  for one in sorted(meetings.values(), key=lambda one: one.starts_at)]
    known = {one.ordinal: one for one in event.sessions.all()}
    for ordinal, one in enumerate(wanted, 1):
        meeting = meetings.get(one.meeting)
        if meeting is None:
            raise refuse("creative.public_event.no_meeting", where=str(ordinal), ordinal=one.meeting)
        if not meeting.starts_at <= one.starts_at < one.ends_at <= meeting.ends_at:
            raise refuse("creative.public_event.outside", where=str(ordinal),
                         remedy="creative.public_event.outside.remedy")
        values = {"title": one.title.strip()[:160], "starts_at": one.starts_at, "ends_at": one.ends_at,
                  "booking_date": meeting, "counts": one.counts}
        kept = known.pop(ordinal, None)
        if kept is None:
            EventSession.objects.create(event=event, ordinal=ordinal, **values)
            continue
        for name, value in values.items():
            setattr(kept, name, value)
        kept.save(update_fields=[*values])
    gone = list(known.values())
    if any(one.ends_at < now for one in gone) and event.state == EventState.PUBLISHED:
        raise refuse("creative.public_event.held_session", where=event.code)
    EventSession.objects.filter(pk__in=[one.pk for one in gone]).delete()


def _put_roles(event: Event, draft: EventDraft) -> None:
    event.roles.all().delete()
    EventRole.objects.bulk_create(EventRole(
        event=event, ordinal=ordinal, name=one.name.strip()[:120], organisation=one.organisation.strip()[:120],
        role=one.role.value, sector=one.sector[:30], agreed=one.agreed)
        for ordinal, one in enumerate(draft.roles, 1) if one.name.strip())


def _free_code(centre: Centre, title: str) -> str:
    """An address from the title; numbered when it is taken. ``kalender`` and the like belong to pages."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    first = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "acara"
    taken = set(Event.objects.filter(centre=centre, code__startswith=first).values_list("code", flat=True))
    number, code = 1, first
    while code in taken:
        number += 1
        code = f"{first}-{number}"
    return code


def last_moment(sessions: Sequence[EventSession], now: datetime) -> datetime | None:
    """Until when seats can be given out: the first start, or of an event that has begun the last end."""
    held = [one for one in sessions if one.takes_place]
    if not held:
        return None
    first = min(one.starts_at for one in held)
    return first if first > now else max(one.ends_at for one in held)

"""Confirmed bookings, events and visitors for tests."""

from __future__ import annotations

import struct
import zlib
from datetime import date, datetime, timedelta
from typing import Any

from sepadan.creative.engine.questions import Question
from sepadan.creative.event_names import Registering
from sepadan.creative.models import Booking, Event
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.events import EventDraft, draft_event, publish_event
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.registrations import Wanted
from sepadan.records.public import Actor

LATER = timedelta(days=10)
QUESTION = Question("q1", {"id": "Alat apa yang Anda pakai?", "en": "Which tool do you use?"}, "choice", True,
                    ("Godot", "Unity"))


def confirmed(space: str, start: datetime, actor: Actor, now: datetime, today: date, *, title: str = "Kelas gim",
              meetings: int = 1) -> Booking:
    """A booking with its letter and *meetings* of two hours, a day apart. Its steps are not what is tried here."""
    made = file_booking(Wish(space, title, "Komunitas gim", [
        Meeting(start + timedelta(days=day), start + timedelta(days=day, hours=2)) for day in range(meetings)]),
        actor=actor, now=now, today=today)
    made.dates.update(state=DateState.CONFIRMED.value, held_until=None)
    made.state, made.letter_number, made.decided_at = BookingState.CONFIRMED.value, f"{made.number}/UJI", now
    made.published_at = now
    made.save(update_fields=["state", "letter_number", "decided_at", "published_at"])
    return made


def event_of(booking: Booking, actor: Actor, now: datetime, *, title: str = "Kelas gim", **more: Any) -> Event:
    return draft_event(booking, EventDraft(title={"id": title, "en": f"{title} (en)"}, organiser="Komunitas gim",
                                           **more), actor=actor, now=now)


def public(space: str, start: datetime, actor: Actor, now: datetime, today: date, *, meetings: int = 1,
           **more: Any) -> Event:
    """A public event with open registration unless *more* says otherwise."""
    made = event_of(confirmed(space, start, actor, now, today, meetings=meetings), actor, now,
                    **{"registration": Registering.OPEN, "capacity": 3, **more})
    return publish_event(made, version=made.version, actor=actor, now=now)


def wanted(name: str, **more: Any) -> Wanted:
    return Wanted(name=name, contact=more.pop("contact", name), agreed=True, **more)


def picture(width: int = 4, height: int = 3) -> bytes:
    """A PNG file of one colour, with a comment that must not stay."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\x2b\x4c\x9b" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"tEXt", b"Comment\0rumah saya") + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))

"""What the doors of an event know: its tickets, the scans, what they mean, who is inside, who attended what.

Everything is read anew from the scans (``engine/attendance.py``); three queries, however many doors there are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Max, QuerySet

from sepadan.creative.engine.attendance import Attendance, Occasion, Session, occasion_of, read_attendance
from sepadan.creative.engine.doors import Reading, Shown
from sepadan.creative.event_names import TicketState
from sepadan.creative.models import Door, DoorDevice, Event, EventSession, Scan, ScanNote, Ticket
from sepadan.records.public import zone_of

FLAGS = ("double", "unknown", "out_unseen", "turned_away")
"""Meanings that somebody may have to look at; so does every entry with a ticket that had been revoked."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A ticket and whose seat it is. ``name`` is empty where none was given, and for a child, whom no list names."""

    code: str
    registration_id: int
    ordinal: int
    number: str
    name: str
    valid: bool
    revoked_at: datetime | None

    @property
    def key(self) -> tuple[int, int]:
        return self.registration_id, self.ordinal


@dataclass(frozen=True, slots=True)
class Flagged:
    """A scan that may need somebody, and what was found out about it."""

    scan: int
    shown: Shown
    door: str
    why: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Live:
    """One day at the doors: people who came, of these by door, and who is inside now."""

    occasion: Occasion
    came: int
    inside: int
    by_door: dict[str, int]
    scans: int


def seats_of(event: Event) -> dict[str, Seat]:
    """Every ticket of *event* by its code."""
    rows = Ticket.objects.filter(registration__event=event).values_list(
        "code", "registration_id", "ordinal", "registration__number", "holder_name", "registration__name", "state",
        "revoked_at", "registration__minor")
    return {code: Seat(code, registration, ordinal, number,
                       "" if minor else holder or (name if ordinal == 1 else ""),
                       state == TicketState.VALID.value, revoked_at)
            for code, registration, ordinal, number, holder, name, state, revoked_at, minor in rows}


def sessions_for(event: Event) -> list[Session]:
    """The sessions that take place, as the engine wants them."""
    rows = EventSession.objects.filter(event=event).select_related("booking_date")
    return [Session(one.ordinal, one.starts_at, one.ends_at, one.counts) for one in rows if one.takes_place]


def doors_of(event: Event) -> list[Door]:
    return list(event.doors.order_by("ordinal"))


def devices_of(event: Event) -> QuerySet[DoorDevice]:
    return DoorDevice.objects.filter(door__event=event).select_related("door").order_by("door__ordinal", "id")


def readings_of(event: Event) -> dict[int, Reading]:
    """The scans of *event* by their id. A text that was forged or of another event is no ticket of this one."""
    rows = Scan.objects.filter(event=event).values_list(
        "id", "at", "device_id", "nonce", "ticket", "door_id", "way", "how", "device_at", "received_at")
    return {number: Reading(at, str(device), nonce, f"{how}:{ticket}" if how in ("forged", "elsewhere") else ticket,
                            str(door), way, device_at, received_at)
            for number, at, device, nonce, ticket, door, way, how, device_at, received_at in rows}


def attendance_of(event: Event, *, seats: dict[str, Seat] | None = None,
                  readings: dict[int, Reading] | None = None) -> Attendance:
    """What the scans of *event* mean. The centre may ask for a share of a session (``presence_needed``, "1/2")."""
    tickets = {code: seat.revoked_at for code, seat in (seats_of(event) if seats is None else seats).items()}
    found = readings_of(event) if readings is None else readings
    least = Fraction(str(event.centre.rules.get("presence_needed", "0")))
    return read_attendance(found.values(), tickets, sessions_for(event), zone_of(event.region), least=least)


def by_seat(found: Attendance, seats: dict[str, Seat]) -> dict[tuple[int, int], frozenset[int]]:
    """The sessions attended by (registration, ordinal): a seat keeps what its earlier tickets attended."""
    kept: dict[tuple[int, int], frozenset[int]] = {}
    for code, attended in found.attended.items():
        key = seats[code].key
        kept[key] = kept.get(key, frozenset()) | attended
    return kept


def live_of(found: Attendance, doors: list[Door], at: datetime) -> Live:
    """The day of *found* nearest to *at*."""
    wanted = occasion_of(at, [occasion for occasion, _ in found.doors])
    read = next(doors_read for occasion, doors_read in found.doors if occasion == wanted)
    names = {str(door.pk): door.name for door in doors}
    counts = Counter(dict.fromkeys(names.values(), 0))
    for gate, many in read.by_gate.items():
        counts[names.get(gate, gate)] += many
    return Live(wanted, len(read.first_entries), read.inside, dict(counts), len(read.shown))


def flagged_of(event: Event, found: Attendance, readings: dict[int, Reading], doors: list[Door]) -> list[Flagged]:
    """Scans that may need somebody, the latest first, with the notes on them."""
    numbers = {id(reading): number for number, reading in readings.items()}
    notes: dict[int, tuple[str, ...]] = {}
    for scan, text in ScanNote.objects.filter(scan__event=event).order_by("id").values_list("scan_id", "text"):
        notes[scan] = (*notes.get(scan, ()), text)
    names = {str(door.pk): door.name for door in doors}
    rows = []
    for _, read in found.doors:
        for one in read.shown:
            why = "revoked" if one.revoked else one.meaning
            if one.revoked or one.meaning in FLAGS:
                number = numbers[id(one.reading)]
                rows.append(Flagged(number, one, names.get(one.reading.gate, ""), why, notes.get(number, ())))
    return sorted(rows, key=lambda one: one.shown.reading, reverse=True)


def seats_like(seats: dict[str, Seat], words: str, *, most: int = 20) -> list[Seat]:
    """Valid tickets whose name, number or code has *words* in it, by name."""
    wanted = words.casefold().strip()
    found = [one for one in seats.values() if one.valid and wanted and (
        wanted in one.name.casefold() or wanted in one.number.casefold()
        or wanted.replace("-", "") in one.code.casefold())]
    return sorted(found, key=lambda one: (one.name.casefold(), one.number, one.ordinal))[:most]


def last_scan_of(event: Event) -> datetime | None:
    latest: dict[str, Any] = Scan.objects.filter(event=event).aggregate(latest=Max("received_at"))
    return latest["latest"]

"""What phones bring from the doors, and what they are given: uploads taken once, the roster, entries at the desk.

An upload says what the phone's clock showed when it was sent; each scan is read as its own time plus the difference to
the server's (``engine/doors.py``). A scan that came before adds nothing; if it now comes with an earlier receipt, that
one counts, so that totals do not depend on the order in which uploads are worked off. A scan that cannot be read is
named to the phone and never stops the others. The phone's row is locked while its upload is taken.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sepadan.creative.models import Door, DoorDevice, Scan, ScanNote
from sepadan.creative.models.scans import HOWS, WAYS
from sepadan.creative.queries.doors import Seat, seats_of, sessions_for
from sepadan.creative.services.signing import public_keys
from sepadan.creative.services.ticket_signing import PURPOSE
from sepadan.ground.problems import Problem, problem, refuse
from sepadan.records.public import Actor, record

MOST = 500
"""Scans in one upload; a phone sends more in several."""
OLDEST, AHEAD = timedelta(days=30), timedelta(minutes=1)
HASH_LETTERS = 20  # 80 bits of SHA-256: codes have 60
_NONCE = re.compile(r"[0-9A-Za-z-]{8,40}", re.ASCII)
_TICKET = re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScanDraft:
    """What a phone says of one scan; ``at`` by its own clock."""

    nonce: str
    ticket: str
    at: datetime
    way: str = "in"
    how: str = "qr"


@dataclass(frozen=True, slots=True)
class Taken:
    """``kept``: nonces that are stored now, by this upload or an earlier one. ``added``: how many of these are new."""

    kept: tuple[str, ...]
    added: int
    problems: tuple[Problem, ...]


def take_upload(device: DoorDevice, scans: Sequence[ScanDraft], *, sent_at: datetime, received_at: datetime) -> Taken:
    """Keep the scans of one upload. Sending it again, or in another order, gives the same state."""
    if len(scans) > MOST:
        raise refuse("creative.scan.many", most=MOST, found=len(scans))
    held = DoorDevice.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if held.revoked_at is not None:
        raise refuse("creative.scan.revoked_device", where=held.label)
    difference = received_at - sent_at
    problems, sound = [], []
    for number, one in enumerate(scans, 1):
        fault = fault_of(one, sent_at)
        if fault is None:
            sound.append(one)
        else:
            problems.append(problem(fault, where=f"{number}"))
    known = {_key(one): one for one in Scan.objects.filter(device=held, nonce__in={one.nonce for one in sound})}
    fresh: dict[tuple[object, ...], Scan] = {}
    earlier: dict[int, Scan] = {}
    for draft in sound:
        row = Scan(event_id=device.door.event_id, door_id=held.door_id, device=held, nonce=draft.nonce,
                   ticket=draft.ticket, way=draft.way, how=draft.how, device_at=draft.at, sent_at=sent_at,
                   received_at=received_at, at=draft.at + difference)
        before = known.get(_key(row))
        if before is None:
            fresh.setdefault(_key(row), row)
        elif (received_at, row.at) < (before.received_at, before.at):
            before.sent_at, before.received_at, before.at = sent_at, received_at, row.at
            earlier[before.pk] = before
    Scan.objects.bulk_create(fresh.values())
    if earlier:
        Scan.objects.bulk_update(earlier.values(), ["sent_at", "received_at", "at"])
    if held.seen_at is None or held.seen_at <= received_at:
        held.seen_at, held.skew_seconds = received_at, int(difference.total_seconds())
        held.save(update_fields=["seen_at", "skew_seconds"])
    return Taken(tuple(one.nonce for one in sound), len(fresh), tuple(problems))


def fault_of(one: ScanDraft, sent_at: datetime) -> str | None:
    """What is wrong with a scan, as a message key; None when nothing is."""
    if not _NONCE.fullmatch(one.nonce):
        return "creative.scan.nonce"
    if not _TICKET.fullmatch(one.ticket):
        return "creative.scan.ticket"
    if one.way not in WAYS or one.how not in HOWS or one.how == "desk":
        return "creative.scan.word"
    if one.at > sent_at + AHEAD:
        return "creative.scan.future"
    if one.at < sent_at - OLDEST:
        return "creative.scan.old"
    return None


def _key(row: Scan) -> tuple[object, ...]:
    return row.nonce, row.ticket, row.way, row.how, row.device_at


def check_in_at_desk(door: Door, seat: Seat, way: str, *, actor: Actor, now: datetime, key: str,
                     note: str = "") -> Scan:
    """An officer lets somebody in or out whom he found by name. The same *key* again adds nothing."""
    if way not in ("in", "out") or not _NONCE.fullmatch(key):
        raise refuse("creative.scan.word")
    desk, _ = DoorDevice.objects.get_or_create(door=door, kind="desk", defaults={
        "label": door.name, "made_at": now, "made_by": actor.name})
    known = Scan.objects.filter(device=desk, nonce=key).first()
    if known is not None:
        return known
    made = Scan.objects.create(event_id=door.event_id, door=door, device=desk, nonce=key, ticket=seat.code, way=way,
                               how="desk", device_at=now, sent_at=now, received_at=now, at=now, by_name=actor.name,
                               note=note.strip()[:300])
    record(actor, "creative.audit.desk_entry", made, now=now, after={"door": door.name, "way": way},
           reason=note.strip()[:300])
    return made


def note_scan(scan: Scan, text: str, *, actor: Actor, now: datetime) -> ScanNote:
    """What was found out about a flagged scan."""
    if not text.strip():
        raise refuse("creative.scan.no_note")
    made = ScanNote.objects.create(scan=scan, text=text.strip()[:300], at=now, by_name=actor.name)
    record(actor, "creative.audit.scan_noted", scan, now=now, reason=made.text)
    return made


def roster_of(device: DoorDevice, *, now: datetime) -> dict[str, object]:
    """What a phone keeps of its event: hashes of the codes, the keys, the days. Names only where the door needs them.

    A hash lets a phone recognise a code that it is shown, and lets nobody make a ticket of it.
    """
    door, event = device.door, device.door.event
    region = event.region
    tickets = []
    for seat in sorted(seats_of(event).values(), key=lambda one: hash_of(one.code)):
        row: list[object] = [hash_of(seat.code), 1 if seat.valid else 0]
        if door.names and seat.valid and seat.name:
            row.append(short_name(seat.name))
        tickets.append(row)
    return {"region": region.code, "event": event.pk, "title": event.title, "door": door.name, "label": device.label,
            "keys": public_keys(PURPOSE), "tickets": tickets, "made_at": now.isoformat(),
            "days": [[one.starts_at.isoformat(), one.ends_at.isoformat()] for one in sessions_for(event)]}


def hash_of(code: str) -> str:
    return hashlib.sha256(f"sepadan.ticket:{code}".encode()).hexdigest()[:HASH_LETTERS]


def short_name(name: str) -> str:
    """The first name and the first letter of the last: enough to compare with a card."""
    parts = name.split()
    return " ".join([parts[0][:20], *([f"{parts[-1][0]}."] if len(parts) > 1 else [])]) if parts else ""

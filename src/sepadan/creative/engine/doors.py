"""Check-ins from doors that were offline, merged to the same totals in whatever order they arrive.

Idea: a scan is a fact with a nonce that its device drew; a log is a set of scans by (device, nonce). Uploading puts
scans into the set, so that order and repetition change nothing; what the scans mean is computed from the whole set.
A device's clock may be wrong: each upload says what the device and the server thought the time was, and the scan is
read as its own time plus that difference. Where one scan came in two uploads, the one that was received first counts:
sending again changes nothing, and in which order the server works them off neither.

Of each ticket the earliest entry is the first; a further one is a double show unless the holder had gone out, and a
slip of the hand when the same device reads it again within ``SLIP``. A ticket revoked before it was shown is flagged
and still counts as an entry, since the person is inside. An unknown ticket is never an entry, and who was turned away
(way ``no``) neither enters nor leaves. Times in UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SLIP = timedelta(seconds=30)
Way = Literal["in", "out", "no"]
Meaning = Literal["first", "again", "double", "slip", "out", "out_unseen", "turned_away", "unknown"]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a device read, by its own clock."""

    nonce: str
    ticket: str
    gate: str
    at: datetime
    way: Way = "in"


@dataclass(frozen=True, slots=True)
class Upload:
    """Scans sent at once: the clock of the device when it sent them, and that of the server when they came."""

    device: str
    sent_at: datetime
    received_at: datetime
    scans: tuple[Scan, ...]


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """A scan with the time that the server reads it as. The order of readings is total, and the same everywhere."""

    at: datetime
    device: str
    nonce: str
    ticket: str
    gate: str
    way: Way
    device_at: datetime
    received_at: datetime

    @property
    def content(self) -> tuple[str, str, str, datetime]:
        return self.ticket, self.gate, self.way, self.device_at


Log = Mapping[tuple[str, str], frozenset[Reading]]
"""The readings of each (device, nonce); more than one where it came twice, or for two different scans."""


def add(log: Log, upload: Upload) -> dict[tuple[str, str], frozenset[Reading]]:
    """*log* with the scans of *upload*. Adding twice, or in another order, gives the same log."""
    difference = upload.received_at - upload.sent_at
    found = dict(log)
    for one in upload.scans:
        reading = Reading(one.at + difference, upload.device, one.nonce, one.ticket, one.gate, one.way, one.at,
                          upload.received_at)
        key = (upload.device, one.nonce)
        found[key] = found.get(key, frozenset()) | {reading}
    return found


def join(first: Log, second: Log) -> dict[tuple[str, str], frozenset[Reading]]:
    """Two logs as one, as when two servers took uploads."""
    return {key: first.get(key, frozenset()) | second.get(key, frozenset()) for key in {**first, **second}}


@dataclass(frozen=True, slots=True)
class Shown:
    """A scan and what it means. ``revoked``: the ticket had been revoked before it was shown."""

    reading: Reading
    meaning: Meaning
    revoked: bool


@dataclass(frozen=True, slots=True)
class Doors:
    """What happened at the doors, in order of time. ``reused``: nonces that a device used for two different scans."""

    shown: tuple[Shown, ...]
    reused: tuple[tuple[str, str], ...]

    @property
    def first_entries(self) -> dict[str, Reading]:
        """The first entry of each ticket."""
        return {one.reading.ticket: one.reading for one in self.shown if one.meaning == "first"}

    def tickets(self, meaning: Meaning) -> list[str]:
        return sorted({one.reading.ticket for one in self.shown if one.meaning == meaning})

    @property
    def revoked(self) -> list[str]:
        """Tickets shown after they were revoked."""
        return sorted({one.reading.ticket for one in self.shown if one.revoked})

    @property
    def by_gate(self) -> dict[str, int]:
        """First entries per gate; they add up to the people who came."""
        return dict(sorted(Counter(one.gate for one in self.first_entries.values()).items()))

    @property
    def inside(self) -> int:
        """Holders of tickets who came in and have not gone out."""
        last = {one.reading.ticket: one.reading.way for one in self.shown if one.meaning in ("first", "again", "out")}
        return sum(way == "in" for way in last.values())


def read_doors(log: Log, tickets: Mapping[str, datetime | None]) -> Doors:
    """What the scans of *log* mean. *tickets*: every ticket of the event and when it was revoked, if it was."""
    readings: dict[str, list[Reading]] = {}
    reused = []
    for key, found in log.items():
        contents = {one.content for one in found}
        if len(contents) > 1:
            reused.append(key)
        for content in contents:  # two different scans under one nonce are both facts
            first = min((one for one in found if one.content == content), key=lambda one: (one.received_at, one))
            readings.setdefault(first.ticket, []).append(first)
    shown = [one for ticket, rows in readings.items() for one in _of_ticket(sorted(rows), tickets, ticket)]
    return Doors(tuple(sorted(shown, key=lambda one: one.reading)), tuple(sorted(reused)))


def _of_ticket(rows: Iterable[Reading], tickets: Mapping[str, datetime | None], ticket: str) -> Iterable[Shown]:
    """The scans of one ticket in order of time."""
    last: Reading | None = None  # the last entry
    inside = False
    for row in rows:
        if ticket not in tickets:
            yield Shown(row, "unknown", False)
            continue
        meaning: Meaning
        if row.way == "no":
            meaning = "turned_away"
        elif row.way == "out":
            meaning, inside = ("out", False) if inside else ("out_unseen", False)
        elif last is None:
            meaning, last, inside = "first", row, True
        elif not inside:
            meaning, last, inside = "again", row, True
        else:
            meaning = "slip" if row.device == last.device and row.at - last.at <= SLIP else "double"
        revoked_at = tickets[ticket]
        yield Shown(row, meaning, row.way == "in" and revoked_at is not None and revoked_at <= row.at)

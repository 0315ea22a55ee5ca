"""A calendar file (iCalendar): events and series of a centre, a space, an organiser or a person, for any program.

Idea: a series is written as its rule, so that subscribers see one series: RRULE with an EXDATE for each day that fell
out, and for each date that was moved or cancelled an event of its own with the RECURRENCE-ID of the time it had. The
first date of the file is the first that is kept (some programs show DTSTART whatever EXDATE says); COUNT shrinks by
what was passed over. What a file says of dates is what ``occurrences`` lists. UID never changes, SEQUENCE is the
version of the booking, DTSTAMP the moment of its last change: the same state gives the same bytes, and the same ETag.

Local times with a VTIMEZONE of the three Indonesian zones, which have had no summer time since 1964. Not written:
alarms, attendees and organisers' addresses (personal data), RDATE, whole-day events, METHOD.
Source: RFC 5545 (3.1 folding, 3.3.11 text, 3.8.5 recurrence), RFC 7986 (NAME, REFRESH-INTERVAL).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sepadan.creative.engine.recurrence import Rule, expand
from sepadan.ground.problems import refuse

ZONES = {"Asia/Jakarta": ("+0700", "WIB"), "Asia/Makassar": ("+0800", "WITA"), "Asia/Jayapura": ("+0900", "WIT")}
PRODUCT = "-//Sepadan//Sepadan//ID"
OCTETS = 75
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Changed:
    """One date of a series that is not as the rule says: moved to ``start``..``end``, or ``cancelled``.

    ``original`` is the day it had by the rule. ``location`` replaces that of the series when it is held elsewhere;
    ``tentative``: not yet certain, while the series is.
    """

    original: date
    start: datetime
    end: datetime
    cancelled: bool = False
    location: str = ""
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Dates by a rule, each at the local time ``at`` and of the same length. ``skipped``: days that fell out."""

    rule: Rule
    at: time
    length: timedelta
    skipped: frozenset[date] = frozenset()
    changed: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """One date."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking or event. ``sequence`` is its version, ``changed_at`` when it last changed."""

    uid: str
    sequence: int
    changed_at: datetime
    summary: str
    when: Once | Series
    status: Status = "CONFIRMED"
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar with its entries, in the zone of the centre; ``refresh`` says how often to fetch it again."""

    name: str
    zone: str
    entries: Sequence[Entry]
    description: str = ""
    refresh: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date as a reader of the file sees it."""

    uid: str
    start: datetime
    end: datetime
    cancelled: bool


def occurrences(entry: Entry, zone: str) -> list[Occurrence]:
    """Every date that the file says of *entry*, in order of the start; cancelled ones are marked."""
    gone = entry.status == "CANCELLED"
    if isinstance(entry.when, Once):
        return [Occurrence(entry.uid, entry.when.start, entry.when.end, gone)]
    series, held = entry.when, ZoneInfo(zone)
    changed = {one.original: one for one in series.changed}
    found = []
    for day in _kept(series):
        start = datetime.combine(day, series.at, held)
        now = changed.get(day) or Changed(day, start, start + series.length)
        found.append(Occurrence(entry.uid, now.start, now.end, gone or now.cancelled))
    return sorted(found, key=lambda one: one.start)


def write_calendar(feed: Feed) -> bytes:
    """The file, lines folded and ended as the standard wants them.

    Raises Refused on an unknown zone, one UID twice, or a changed date that the series does not have.
    """
    if feed.zone not in ZONES:
        raise refuse("creative.ical.zone", where=feed.zone, zone=feed.zone, known=", ".join(ZONES))
    seen: set[str] = set()
    for entry in feed.entries:
        if entry.uid in seen:
            raise refuse("creative.ical.twice", where=entry.uid, uid=entry.uid)
        seen.add(entry.uid)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"NAME:{text(feed.name)}",
             f"X-WR-CALNAME:{text(feed.name)}", f"X-WR-TIMEZONE:{feed.zone}",
             f"REFRESH-INTERVAL;VALUE=DURATION:{duration(feed.refresh)}", f"X-PUBLISHED-TTL:{duration(feed.refresh)}"]
    if feed.description:
        lines += [f"DESCRIPTION:{text(feed.description)}", f"X-WR-CALDESC:{text(feed.description)}"]
    lines += _zone(feed.zone)
    for entry in feed.entries:
        lines += _entry(entry, feed.zone)
    return b"".join(fold(line) for line in [*lines, "END:VCALENDAR"])


def etag(content: bytes) -> str:
    """The strong validator of a file, in quotes as the header wants it."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _zone(zone: str) -> list[str]:
    offset, name = ZONES[zone]
    return ["BEGIN:VTIMEZONE", f"TZID:{zone}", "BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}",
            f"TZOFFSETTO:{offset}", f"TZNAME:{name}", "END:STANDARD", "END:VTIMEZONE"]


def _entry(entry: Entry, zone: str) -> Iterator[str]:
    if isinstance(entry.when, Once):
        yield from _event(entry, [*_times(entry.when.start, entry.when.end, zone)])
        return
    series, held = entry.when, ZoneInfo(zone)
    expanded = expand(series.rule)
    kept = _kept(series)
    changed = {one.original: one for one in series.changed}
    for day in changed:
        if day not in kept:
            raise refuse("creative.ical.no_date", where=entry.uid, day=day)
    if not kept:  # all fell out: the subscriber is told instead of left with a series that no longer is
        if expanded:
            start = datetime.combine(expanded[0], series.at, held)
            yield from _event(replace(entry, status="CANCELLED"), [*_times(start, start + series.length, zone)])
        return
    start = datetime.combine(kept[0], series.at, held)
    later = [day for day in expanded if day > kept[0] and day in series.skipped]
    exdates = [f"EXDATE;TZID={zone}:{datetime.combine(day, series.at):%Y%m%dT%H%M%S}" for day in later]
    rule = f"RRULE:{series.rule.rrule()};{_ending(series, expanded, kept[0], held)}"
    yield from _event(entry, [*_times(start, start + series.length, zone), rule, *exdates])
    for one in sorted(series.changed, key=lambda one: one.original):
        original = datetime.combine(one.original, series.at)
        status: Status = "CANCELLED" if one.cancelled else entry.status
        if one.tentative and status == "CONFIRMED":
            status = "TENTATIVE"
        moved = replace(entry, status=status, location=one.location or entry.location)
        yield from _event(moved, [f"RECURRENCE-ID;TZID={zone}:{original:%Y%m%dT%H%M%S}",
                                  *_times(one.start, one.end, zone)])


def _kept(series: Series) -> list[date]:
    return [day for day in expand(series.rule) if day not in series.skipped]


def _ending(series: Series, expanded: Sequence[date], first: date, zone: ZoneInfo) -> str:
    """The end of the rule when it begins at *first*: COUNT without what lies before it; UNTIL is a moment of UTC."""
    ending = series.rule.ending
    if ending.count is not None:
        return f"COUNT={sum(day >= first for day in expanded)}"
    assert ending.until is not None
    return f"UNTIL={moment(datetime.combine(ending.until, series.at, zone))}"


def _event(entry: Entry, when: Iterable[str]) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{plain(entry.uid)}", f"DTSTAMP:{moment(entry.changed_at)}",
                f"LAST-MODIFIED:{moment(entry.changed_at)}", f"SEQUENCE:{entry.sequence}", f"STATUS:{entry.status}")
    yield from when
    yield f"SUMMARY:{text(entry.summary)}"
    for name, value in (("DESCRIPTION", entry.description), ("LOCATION", entry.location)):
        if value:
            yield f"{name}:{text(value)}"
    if entry.url:
        yield f"URL:{plain(entry.url)}"
    if entry.categories:
        yield f"CATEGORIES:{','.join(text(one) for one in entry.categories)}"
    yield f"TRANSP:{'TRANSPARENT' if entry.status == 'CANCELLED' else 'OPAQUE'}"
    yield "END:VEVENT"


def _times(start: datetime, end: datetime, zone: str) -> tuple[str, str]:
    held = ZoneInfo(zone)
    return (f"DTSTART;TZID={zone}:{start.astimezone(held):%Y%m%dT%H%M%S}",
            f"DTEND;TZID={zone}:{end.astimezone(held):%Y%m%dT%H%M%S}")


def moment(at: datetime) -> str:
    """A moment of UTC. Raises ValueError on one without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def duration(length: timedelta) -> str:
    """PT90M; whole minutes, at least one."""
    return f"PT{max(1, length // timedelta(minutes=1))}M"


def plain(value: str) -> str:
    """A value that is not escaped (URI, UID): without whatever could end the line."""
    return _CONTROL.sub("", value).replace("\r", "").replace("\n", "").replace("\t", "")


def text(value: str) -> str:
    """TEXT: backslash, semicolon, comma and line ends escaped, other control characters left out."""
    value = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return (value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n"))


def fold(line: str) -> bytes:
    """The line in octets, broken before the 76th and never inside a character; each part ends with CRLF."""
    whole = line.encode()
    if len(whole) <= OCTETS:
        return whole + b"\r\n"
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"

"""Practices as versions with dates, and what changed since a visit: so that a visitor is told.

Idea: a practice is what a region decides in a service; it travels, the region's own data do not. It has versions, each
from a day on, with its instrument and how surely it is known, and whether a replay can run on it. Asked for a day, the
version then in force answers; asked for two days, the versions that came between.

Pure: days are given. The law itself, value by value, is in the statutes; here stands what a version means.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sepadan.ground.cells import Confidence
from sepadan.ground.messages import Message, message
from sepadan.ground.provisions import Words
from sepadan.study.names import Service


@dataclass(frozen=True, slots=True)
class Version:
    """One version. ``since`` None: its start is not known. ``why`` says what keeps it from being replayed."""

    id: str
    since: date | None
    says: Words
    instrument: str | None
    confidence: Confidence
    sources: tuple[str, ...]
    replayable: bool
    why: Words | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """What a region decides in a service, oldest version first."""

    region: str
    service: Service
    name: Words
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Nearer:
    """Another region the guest could have looked at for that service."""

    region: str
    guest: str
    service: Service
    says: Words
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a visitor is told: the version seen, the one in force now, the sentence. ``months`` from visit to change."""

    practice: Practice
    seen: Version
    now: Version
    between: tuple[Version, ...]
    months: int
    text: Message


def version_on(practice: Practice, on: date) -> Version | None:
    """The version in force on that day; None before the first."""
    found = [one for one in practice.versions if one.since is None or one.since <= on]
    return found[-1] if found else None


def versions_between(practice: Practice, after: date, until: date) -> tuple[Version, ...]:
    """The versions that began after the one day and by the other."""
    return tuple(one for one in practice.versions if one.since is not None and after < one.since <= until)


def notice(practice: Practice, *, seen_on: date, today: date) -> Notice | None:
    """That the practice has changed since it was seen; None when it has not."""
    seen, between = version_on(practice, seen_on), versions_between(practice, seen_on, today)
    if seen is None or not between:
        return None
    first, now = between[0], between[-1]
    months = _months(seen_on, first.since or today)
    key = "study.practice.changed" if now.replayable else "study.practice.changed_not_replayable"
    text = message(key, name=practice.name, seen=seen.says, now=now.says, since=now.since or today, months=months,
                   why=now.why or "")
    return Notice(practice, seen, now, between, months, text)


def notices(practices: Iterable[Practice], region: str, *, seen_on: date, today: date) -> tuple[Notice, ...]:
    """All notices on the practices of *region*."""
    found = (notice(one, seen_on=seen_on, today=today) for one in practices if one.region == region)
    return tuple(one for one in found if one is not None)


def _months(start: date, end: date) -> int:
    """Calendar months begun from *start* to *end*."""
    return (end.year - start.year) * 12 + end.month - start.month

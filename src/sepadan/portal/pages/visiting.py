"""Visits on a page: who came, what was said and checked, what was learnt, what has changed since.

Idea: offices and never people; what is not known of a visit stands in plain sight; a lesson that nobody agreed to is a
proposal and says so. The day until which is told is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sepadan.ground.cells import Words
from sepadan.ground.figures import LANGUAGES, day
from sepadan.ground.messages import Message, message
from sepadan.ground.tables import Tone
from sepadan.study.public import (
    Book,
    CheckedClaim,
    Delegate,
    Happening,
    Lesson,
    Notice,
    Origin,
    Visit,
    check_claim,
    load_claims,
    load_practices,
    load_visits,
    load_waste_assumptions,
    notices,
)

VERDICT_TONES: dict[str, Tone] = {"supported": "ok", "not_supported": "bad", "cannot_be_checked": "wait"}
DECISION_TONES: dict[str, Tone] = {"adopt": "ok", "adapt": "ok", "reject": "bad", "watch": "wait"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline component."""

    when: Words | date
    text: Words
    role: str = ""
    who: str = ""
    pin: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class LessonView:
    lesson: Lesson
    tone: str
    indicator: Words
    href: str


def short(name: str) -> str:
    return name.removeprefix("Kabupaten ").removeprefix("Kota ")


def visits_of(region: str) -> list[Visit]:
    """Visits where the region was host or guest, newest first."""
    return [one for one in reversed(load_visits()) if region in (one.guest, one.host)]


def visit_by_id(visit_id: str) -> Visit | None:
    return next((one for one in load_visits() if one.id == visit_id), None)


def timeline(book: Book, visit: Visit, until: date) -> list[Event]:
    """The visit and everything after it, oldest first."""
    return [_event(book, visit, one) for one in visit.timeline if one.on <= until]


def _event(book: Book, visit: Visit, one: Happening) -> Event:
    codes = {"host": visit.host, "guest": visit.guest}
    role = one.side if one.side in codes else ""
    when: Words | date = one.on if one.day_known else _month(one.on)
    source = book.source(one.sources[0]).url or ""
    return Event(when, one.text, role, short(book.region(codes[role]).name) if role else "", one.is_visit, source)


def _month(on: date) -> Words:
    """``Agu 2025``: where only the month is known."""
    return {lang: day(on, lang).partition(" ")[2] for lang in LANGUAGES}


def told(visit: Visit, today: date) -> tuple[Notice, ...]:
    """What the visitor must be told: the host's practices that changed since they were seen."""
    return told_of(visit.host, visit.first_day, today)


def told_of(host: str, seen_on: date, today: date) -> tuple[Notice, ...]:
    """The same for any host and day of a visit."""
    return notices(load_practices(), host, seen_on=seen_on, today=today)


def changed_count(visit: Visit, today: date) -> Message | None:
    """How many of the host's practices changed, and within how many months; None when none did."""
    found = told(visit, today)
    if not found:
        return None
    changes = visit.changes("host", today)
    months = max(((first.year - visit.first_day.year) * 12 + first.month - visit.first_day.month)
                 for first in {one.service: one.on for one in reversed(changes)}.values()) if changes else 0
    return message("portal.visit.changed", count=len(found), topics=len(visit.topics), months=months)


def delegations(visit: Visit) -> list[tuple[str, list[Delegate]]]:
    return [(side, [one for one in visit.delegations if one.side == side]) for side in ("host", "guest")]


def checked_claims(book: Book, visit: Visit) -> list[tuple[CheckedClaim, str, list[Origin]]]:
    """The claims of the visit, judged, with the tone of the verdict and their sources."""
    assumptions = load_waste_assumptions()
    claims = [one for one in load_claims() if one.visit in (None, visit.id) and one.about in (visit.host, visit.guest)]
    checked = [check_claim(book, one, assumptions) for one in claims]
    return [(one, VERDICT_TONES[one.verdict], [book.source(name) for name in one.claim.sources]) for one in checked]


def lessons(book: Book, visit: Visit, side: Any, address: Any) -> list[LessonView]:
    """Lessons for one side; *address* gives the page of an indicator in that side's region."""
    region = visit.guest if side == "guest" else visit.host
    return [LessonView(one, DECISION_TONES[one.decision], book.indicator(one.indicator).name,
                       address(region, one.indicator)) for one in visit.lessons_for(side)]


def sources(book: Book, visit: Visit) -> list[Origin]:
    return [book.source(name) for name in visit.sources]

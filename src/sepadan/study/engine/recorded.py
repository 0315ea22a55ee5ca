"""A visit as an officer records it: the same parts as one that comes with the product, in the words that were typed.

Idea: the parts that have no life of their own - delegations, programme, topics, claims, sources, what is not known -
are one value, kept and released as one document, so that a record is changed and published whole. Lessons and follow-up
have a life (a state that moves) and carry their number. ``WholeVisit`` is everything of one visit: what a page shows
and what a release holds.

Units: days are local dates; a figure is an exact decimal in the unit beside it. Texts are in one language, as typed;
offices are named, never people. Nothing here judges a claim (``recorded_claims``) or a record (``recorded_faults``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sepadan.study.names import Side

GENERAL = "general"  # the topic of a claim that belongs to no service


@dataclass(frozen=True, slots=True)
class Attendee:
    """An office that took part, and its role where one is known."""

    side: str
    office: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """An item of the programme; ``at`` is the hour as written, empty where it is not known."""

    on: date
    item: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic: the service, and what of it."""

    service: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not known of the visit, and why."""

    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: title, address if any, and when it was published: a year, a month or a day, as precise as known."""

    title: str
    url: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim made at the visit: by which office of which side, of which region (``about``), with its figure if any.

    ``within_pct`` is how far, in per cent, the figure may lie from the published one; ``source`` the number of its
    source in the list, 0 for none.
    """

    text: str
    topic: str
    side: str
    office: str
    about: str
    figure: Decimal | None = None
    unit: str = ""
    period: str = ""
    indicator: str = ""
    within_pct: Decimal = Decimal(1)
    source: int = 0


@dataclass(frozen=True, slots=True)
class VisitParts:
    """What a record says beside its head: each list in the order in which it was written."""

    purpose: tuple[str, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    agenda: tuple[Appointment, ...] = ()
    subjects: tuple[Subject, ...] = ()
    statements: tuple[Statement, ...] = ()
    references: tuple[Reference, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedLesson:
    """What one side (``direction``) could do, by when, under whom, and the figure that it should move."""

    id: int
    service: str
    decision: str
    direction: str
    text: str
    because: str
    owner: str
    due: date
    indicator: str
    state: str

    def overdue(self, today: date) -> bool:
        return self.due < today and self.state not in ("done", "dropped")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What happened after the visit; ``lesson`` is the number of the lesson it moved into ``state``, 0 for none."""

    on: date
    text: str
    lesson: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class WholeVisit:
    """Everything of one recorded visit. ``guest`` and ``host`` are codes of regions."""

    guest: str
    host: str
    title: str
    place: str
    first_day: date
    last_day: date
    parts: VisitParts
    lessons: tuple[RecordedLesson, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()

    def code_of(self, side: str) -> str:
        return self.host if side == "host" else self.guest

    def attendees_of(self, side: Side) -> tuple[Attendee, ...]:
        return tuple(one for one in self.parts.attendees if one.side == side)

    def lessons_for(self, side: Side) -> tuple[RecordedLesson, ...]:
        return tuple(one for one in self.lessons if one.direction == side)


_ROWS: dict[str, type[Any]] = {"attendees": Attendee, "agenda": Appointment, "subjects": Subject,
                               "statements": Statement, "references": Reference, "gaps": Gap}
_DAYS, _DECIMALS = ("on", "due", "first_day", "last_day"), ("figure", "within_pct")


def parts_as_json(parts: VisitParts) -> dict[str, Any]:
    """*parts* as JSON keeps them: days as ISO text, exact numbers as text."""
    rows = {name: [_row_as_json(one) for one in getattr(parts, name)] for name in _ROWS}
    return {"purpose": list(parts.purpose), **rows}


def parts_of_json(content: Mapping[str, Any]) -> VisitParts:
    """The parts that ``parts_as_json`` wrote; a list that is not there is empty."""
    rows: dict[str, Any] = {name: tuple(_row_of_json(kind, one) for one in content.get(name, ()))
                            for name, kind in _ROWS.items()}
    return VisitParts(purpose=tuple(content.get("purpose", ())), **rows)


def whole_as_json(visit: WholeVisit) -> dict[str, Any]:
    """Everything of a visit as JSON keeps it."""
    return {
        "guest": visit.guest, "host": visit.host, "title": visit.title, "place": visit.place,
        "first_day": visit.first_day.isoformat(), "last_day": visit.last_day.isoformat(),
        "parts": parts_as_json(visit.parts), "lessons": [_row_as_json(one) for one in visit.lessons],
        "follow_ups": [_row_as_json(one) for one in visit.follow_ups],
    }  # fmt: skip


def whole_of_json(content: Mapping[str, Any]) -> WholeVisit:
    """The visit that ``whole_as_json`` wrote."""
    head = {name: content[name] for name in ("guest", "host", "title", "place")}
    return WholeVisit(
        **head, first_day=date.fromisoformat(content["first_day"]), last_day=date.fromisoformat(content["last_day"]),
        parts=parts_of_json(content["parts"]),
        lessons=tuple(_row_of_json(RecordedLesson, one) for one in content["lessons"]),
        follow_ups=tuple(_row_of_json(FollowUp, one) for one in content["follow_ups"]))  # fmt: skip


def parts_as_lines(parts: VisitParts) -> dict[str, list[str]]:
    """Each list as lines that a person can read, for the audit record and for showing what another officer changed."""
    rows = {name: [_line(one) for one in getattr(parts, name)] for name in _ROWS}
    return {"purpose": list(parts.purpose), **rows}


def texts_of(parts: VisitParts) -> Iterable[tuple[str, int, str, str]]:
    """Every text that was typed, with its list, its number (from 0) and its field."""
    for k, text in enumerate(parts.purpose):
        yield "purpose", k, "", text
    for name in _ROWS:
        for k, row in enumerate(getattr(parts, name)):
            for field in row.__slots__:
                value = getattr(row, field)
                if isinstance(value, str):
                    yield name, k, field, value


def _row_as_json(row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in row.__slots__}
    return {name: value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
            for name, value in values.items()}


def _row_of_json(kind: type[Any], content: Mapping[str, Any]) -> Any:
    return kind(**{name: date.fromisoformat(value) if name in _DAYS
                   else Decimal(value) if name in _DECIMALS and value is not None else value
                   for name, value in content.items()})


def _line(row: Any) -> str:
    values = (getattr(row, name) for name in row.__slots__)
    return " · ".join(str(value) for value in values if value not in ("", None, 0))

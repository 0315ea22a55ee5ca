"""A visit as a value: purpose, delegations by office, agenda, topics, what was said, lessons, and what came after.

Idea: a visit is more than its report. It keeps what is *not* known of it in plain sight, names offices and never
people, tells what changed at host and guest since, and carries lessons with an owner, a due date and the indicator each
should move. A lesson that nobody agreed to is a proposal and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sepadan.ground.provisions import Words
from sepadan.study.names import Decision, LessonState, Service, Side


@dataclass(frozen=True, slots=True)
class Delegate:
    """An office that took part. ``role`` where it is reported."""

    side: Side
    office: Words
    role: Words | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """What happened on a day; ``at`` is None where no time is published."""

    on: date
    item: Words
    at: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitTopic:
    service: Service
    title: Words


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known of the visit, and why."""

    what: Words
    why: Words


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact on the timeline. ``side`` host, guest, both or national; ``changes`` marks a changed practice.

    ``on`` is the day, or the last of the month when only the month is known (``day_known`` False).
    """

    on: date
    day_known: bool
    side: str
    text: Words
    sources: tuple[str, ...]
    service: Service | None = None
    changes: bool = False
    is_visit: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one side could do. ``direction`` is the side that learns; ``indicator`` the figure it should
    move; ``sources`` of what it is based on, where that is not a figure of the book."""

    id: str
    service: Service
    decision: Decision
    direction: Side
    text: Words
    because: Words
    owner: Words
    due: date
    indicator: str
    proposed: bool
    state: LessonState = "proposed"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a guest region to a host region, from the first to the last day."""

    id: str
    guest: str
    host: str
    first_day: date
    last_day: date
    place: Words
    title: Words
    purpose: tuple[Words, ...]
    delegations: tuple[Delegate, ...]
    agenda: tuple[AgendaItem, ...]
    topics: tuple[VisitTopic, ...]
    said: tuple[Words, ...]
    unknown: tuple[Unknown, ...]
    timeline: tuple[Happening, ...]
    lessons: tuple[Lesson, ...]
    sources: tuple[str, ...]

    def since(self, until: date) -> tuple[Happening, ...]:
        """What happened after the visit, by *until*."""
        return tuple(one for one in self.timeline if self.last_day < one.on <= until)

    def changes(self, side: Side, until: date) -> tuple[Happening, ...]:
        """The changed practices of one side after the visit, by *until*."""
        return tuple(one for one in self.since(until) if one.changes and one.side == side)

    def lessons_for(self, side: Side) -> tuple[Lesson, ...]:
        return tuple(one for one in self.lessons if one.direction == side)

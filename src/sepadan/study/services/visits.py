"""Recording a visit, changing it, its lessons and follow-up: in the scope of its region, with an audit entry for each.

A change names the version that its author saw. When somebody else has changed the record since, it is refused and
nothing is overwritten; the refusal says who, when and which parts. All faults of a record are told at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.records.public import Actor, current_region, fields_of, record, zone_of
from sepadan.study.engine.recorded import VisitParts, parts_as_json, parts_as_lines, parts_of_json
from sepadan.study.engine.recorded_faults import identity_fault, part_faults
from sepadan.study.facts import load_indicators
from sepadan.study.models import VisitFollowUp, VisitLesson, VisitRecord
from sepadan.territory.public import Region

HEAD = ("other_id", "role", "title", "place", "first_day", "last_day")
_LESSON = ("service", "decision", "direction", "text", "because", "owner", "due", "indicator", "state")


class VisitRefused(Refused):
    """A record that cannot be saved; ``problems`` holds every fault."""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__(problems[0])
        self.problems = tuple(problems)


class ChangedMeanwhile(Refused):
    """Somebody else changed it first; ``version`` is the one that is saved now."""

    def __init__(self, found: Problem, version: int):
        super().__init__(found)
        self.version = version


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """What a form or an import says of a visit. ``role`` is that of the recording region: host or guest."""

    other: Region
    role: str
    title: str
    first_day: date
    last_day: date
    parts: VisitParts
    place: str = ""


@dataclass(frozen=True, slots=True)
class LessonDraft:
    service: str
    decision: str
    direction: str
    text: str
    owner: str
    due: date
    indicator: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """What happened. ``state`` moves ``lesson``, seen in ``version``, into another state."""

    on: date
    text: str
    lesson: int = 0
    state: str = ""
    version: int = 0


@transaction.atomic
def record_visit(draft: VisitDraft, *, actor: Actor, now: datetime, today: date) -> VisitRecord:
    """Save a visit. Refuses one with itself, one that ends before it begins or lies ahead, and the same one twice."""
    _sound(draft, today, None)
    saved = VisitRecord.objects.create(
        **_head(draft), content=parts_as_json(draft.parts), recorded_at=now, recorded_by=actor.name, changed_at=now,
        changed_by=actor.name)  # fmt: skip
    record(actor, "study.audit.visit_recorded", saved, now=now, after=_told(saved))
    return saved


@transaction.atomic
def change_visit(visit: VisitRecord, draft: VisitDraft, *, version: int, actor: Actor, now: datetime,
                 today: date) -> VisitRecord:
    """Save what was changed. Refuses as ``record_visit`` does, and when *version* is no longer the saved one."""
    saved = _locked(visit, version)
    _sound(draft, today, saved)
    before, content = _told(saved), parts_as_json(draft.parts)
    if all(getattr(saved, name) == value for name, value in _head(draft).items()) and saved.content == content:
        return saved
    for name, value in _head(draft).items():
        setattr(saved, name, value)
    saved.content, saved.version = content, saved.version + 1
    _touch(saved, actor, now)
    record(actor, "study.audit.visit_changed", saved, now=now, before=before, after=_told(saved))
    return saved


@transaction.atomic
def add_lesson(visit: VisitRecord, draft: LessonDraft, *, actor: Actor, now: datetime) -> VisitLesson:
    """Save a lesson of a recorded visit. Refuses an unknown indicator, a day before the visit, and the same twice."""
    kept = VisitRecord.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    _sound_lesson(kept, draft, None)
    saved = VisitLesson.objects.create(visit=kept, **_lesson(draft), changed_at=now, changed_by=actor.name)
    _touch(kept, actor, now)
    record(actor, "study.audit.lesson_added", saved, now=now, after=fields_of(saved, *_LESSON))
    return saved


@transaction.atomic
def change_lesson(lesson: VisitLesson, draft: LessonDraft, *, version: int, actor: Actor, now: datetime) -> VisitLesson:
    """Save what was changed of a lesson. Refuses as ``add_lesson`` does, and when *version* is not the saved one."""
    kept = VisitRecord.objects.select_for_update(of=("self",)).get(pk=lesson.visit_id)
    saved = _locked_lesson(lesson.pk, version)
    _sound_lesson(kept, draft, saved)
    before = fields_of(saved, *_LESSON)
    for name, value in _lesson(draft).items():
        setattr(saved, name, value)
    if fields_of(saved, *_LESSON) == before:
        return saved
    _save_lesson(saved, actor, now)
    _touch(kept, actor, now)
    record(actor, "study.audit.lesson_changed", saved, now=now, before=before, after=fields_of(saved, *_LESSON))
    return saved


@transaction.atomic
def add_follow_up(visit: VisitRecord, draft: FollowUpDraft, *, actor: Actor, now: datetime,
                  today: date) -> VisitFollowUp:
    """Save what happened after a visit; with a lesson and a state, that lesson moves into it.

    Refuses a day before the visit or ahead, a state without a lesson, the same twice, and a lesson that moved
    meanwhile.
    """
    kept = VisitRecord.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if not kept.last_day <= draft.on <= today:
        raise refuse("study.visit.follow_up_day", where="on", remedy="study.visit.follow_up_day.remedy", on=draft.on,
                     last=kept.last_day, today=today)
    if draft.state and not draft.lesson:
        raise refuse("study.visit.state_of_what", where="state", remedy="study.visit.state_of_what.remedy")
    _nameless(draft.text, "text")
    if VisitFollowUp.objects.filter(visit=kept, on=draft.on, text=draft.text).exists():
        raise refuse("study.visit.follow_up_twice", where="text", remedy="study.visit.follow_up_twice.remedy")
    lesson = _moved(kept, draft, actor, now) if draft.lesson else None
    saved = VisitFollowUp.objects.create(visit=kept, lesson=lesson, on=draft.on, text=draft.text, state=draft.state,
                                         added_at=now, added_by=actor.name)
    _touch(kept, actor, now)
    record(actor, "study.audit.follow_up_added", kept, now=now, after=fields_of(saved, "on", "text", "state"))
    return saved


def _moved(visit: VisitRecord, draft: FollowUpDraft, actor: Actor, now: datetime) -> VisitLesson:
    """The lesson that a follow-up speaks of, in its new state."""
    lesson = VisitLesson.objects.filter(visit=visit, pk=draft.lesson).first()
    if lesson is None:
        raise refuse("study.visit.no_lesson", where="lesson", remedy="study.visit.no_lesson.remedy")
    if not draft.state or draft.state == lesson.state:
        return lesson
    lesson = _locked_lesson(lesson.pk, draft.version)
    before = fields_of(lesson, "state")
    lesson.state = draft.state
    _save_lesson(lesson, actor, now)
    record(actor, "study.audit.lesson_moved", lesson, now=now, before=before, after=fields_of(lesson, "state"),
           reason=draft.text)
    return lesson


def _sound(draft: VisitDraft, today: date, saved: VisitRecord | None) -> None:
    """Raises VisitRefused with everything that is wrong."""
    region, faults = current_region(), []
    if draft.other.pk == region.pk:
        faults.append(problem("study.visit.own_region", where="other", remedy="study.visit.own_region.remedy",
                              name=region.name))
    if draft.last_day < draft.first_day:
        faults.append(problem("study.visit.ends_early", where="last_day", remedy="study.visit.ends_early.remedy",
                              first=draft.first_day, last=draft.last_day))
    if draft.first_day > today:
        faults.append(problem("study.visit.ahead", where="first_day", remedy="study.visit.ahead.remedy",
                              day=draft.first_day, today=today))
    same = VisitRecord.objects.filter(other=draft.other, role=draft.role, first_day=draft.first_day, title=draft.title)
    if same.exclude(pk=0 if saved is None else saved.pk).exists():
        faults.append(problem("study.visit.twice", where="title", remedy="study.visit.twice.remedy",
                              title=draft.title))
    names = ((name, identity_fault(getattr(draft, name), name)) for name in ("title", "place"))
    faults += [fault for _, fault in names if fault is not None]
    faults += part_faults(draft.parts, first=draft.first_day, last=max(draft.first_day, draft.last_day),
                          book=load_indicators())
    if faults:
        raise VisitRefused(faults)


def _sound_lesson(visit: VisitRecord, draft: LessonDraft, saved: VisitLesson | None) -> None:
    load_indicators().indicator(draft.indicator)
    if draft.due < visit.last_day:
        raise refuse("study.visit.due_early", where="due", remedy="study.visit.due_early.remedy", due=draft.due,
                     last=visit.last_day)
    for name in ("text", "because", "owner"):
        _nameless(getattr(draft, name), name)
    same = VisitLesson.objects.filter(visit_id=visit.pk, direction=draft.direction, text=draft.text)
    if same.exclude(pk=0 if saved is None else saved.pk).exists():
        raise refuse("study.visit.lesson_twice", where="text", remedy="study.visit.lesson_twice.remedy")


def _nameless(text: str, where: str) -> None:
    fault = identity_fault(text, where)
    if fault is not None:
        raise Refused(fault)


def _locked(visit: VisitRecord, version: int) -> VisitRecord:
    saved = VisitRecord.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if saved.version != version:
        raise ChangedMeanwhile(_meanwhile(saved, "study.visit.changed_meanwhile"), saved.version)
    return saved


def _locked_lesson(lesson_id: int, version: int) -> VisitLesson:
    saved = VisitLesson.objects.select_for_update(of=("self",)).get(pk=lesson_id)
    if saved.version != version:
        raise ChangedMeanwhile(_meanwhile(saved, "study.visit.lesson_meanwhile"), saved.version)
    return saved


def _meanwhile(saved: VisitRecord | VisitLesson, key: str) -> Problem:
    return problem(key, where="version", remedy=f"{key}.remedy", who=saved.changed_by,
                   at=saved.changed_at.astimezone(zone_of(current_region())).date())


def differing(visit: VisitRecord, draft: VisitDraft) -> list[tuple[Message, list[str], list[str]]]:
    """Where what is saved and what was typed part: name of the part, saved lines, typed lines."""
    head = {name: [str(getattr(visit, name))] for name in HEAD[1:]} | {"other": [visit.other.code]}
    typed = {name: [str(getattr(draft, name))] for name in HEAD[1:]} | {"other": [draft.other.code]}
    saved = head | parts_as_lines(parts_of_json(visit.content))
    wanted = typed | parts_as_lines(draft.parts)
    return [(message(f"study.field.{name}"), saved[name], wanted[name]) for name in saved
            if saved[name] != wanted[name]]


def _head(draft: VisitDraft) -> dict[str, Any]:
    return {"other_id": draft.other.pk, **{name: getattr(draft, name) for name in HEAD[1:]}}


def _lesson(draft: LessonDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__slots__}


def _told(visit: VisitRecord) -> dict[str, Any]:
    """A record as the audit keeps it: every part as lines that can be read."""
    return fields_of(visit, *HEAD) | parts_as_lines(parts_of_json(visit.content))


def _touch(visit: VisitRecord, actor: Actor, now: datetime) -> None:
    visit.changed_at, visit.changed_by = now, actor.name
    visit.save()


def _save_lesson(lesson: VisitLesson, actor: Actor, now: datetime) -> None:
    lesson.version += 1
    lesson.changed_at, lesson.changed_by = now, actor.name
    lesson.save()

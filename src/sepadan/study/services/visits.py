"""Recording a visit and its lessons, in the scope of the region that records, with an audit entry for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, fields_of, record
from sepadan.study.facts import load_indicators
from sepadan.study.models import VisitLesson, VisitRecord
from sepadan.territory.public import Region

_FIELDS = ("other_id", "role", "title", "place", "first_day", "last_day", "purpose", "offices", "agenda", "topics",
           "unknown")
_LESSON_FIELDS = ("visit_id", "service", "decision", "text", "owner", "due", "indicator")


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """What a form or an import says of a visit. ``role`` is that of the recording region: host or guest."""

    other: Region
    role: str
    title: str
    first_day: date
    last_day: date
    purpose: str
    offices: str
    topics: Sequence[str]
    place: str = ""
    agenda: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class LessonDraft:
    service: str
    decision: str
    text: str
    owner: str
    due: date
    indicator: str


@transaction.atomic
def record_visit(draft: VisitDraft, *, actor: Actor, now: datetime, today: date) -> VisitRecord:
    """Save a visit. Refuses one with itself, one that ends before it begins or lies ahead, and the same one twice."""
    region = current_region()
    if draft.other.pk == region.pk:
        raise refuse("study.visit.own_region", where="other", remedy="study.visit.own_region.remedy", name=region.name)
    if draft.last_day < draft.first_day:
        raise refuse("study.visit.ends_early", where="last_day", remedy="study.visit.ends_early.remedy",
                     first=draft.first_day, last=draft.last_day)
    if draft.first_day > today:
        raise refuse("study.visit.ahead", where="first_day", remedy="study.visit.ahead.remedy", day=draft.first_day,
                     today=today)
    if VisitRecord.objects.filter(other=draft.other, role=draft.role, first_day=draft.first_day,
                                  title=draft.title).exists():
        raise refuse("study.visit.twice", where="title", remedy="study.visit.twice.remedy", title=draft.title)
    saved = VisitRecord.objects.create(
        other=draft.other, role=draft.role, title=draft.title, place=draft.place, first_day=draft.first_day,
        last_day=draft.last_day, purpose=draft.purpose, offices=draft.offices, agenda=draft.agenda,
        topics=list(draft.topics), unknown=draft.unknown, recorded_at=now, recorded_by=actor.name)
    record(actor, "study.audit.visit_recorded", saved, now=now, after=fields_of(saved, *_FIELDS))
    return saved


@transaction.atomic
def add_lesson(visit: VisitRecord, draft: LessonDraft, *, actor: Actor, now: datetime) -> VisitLesson:
    """Save a lesson of a recorded visit. Refuses an indicator that is not in the book and a day before the visit."""
    load_indicators().indicator(draft.indicator)
    if draft.due < visit.last_day:
        raise refuse("study.visit.due_early", where="due", remedy="study.visit.due_early.remedy", due=draft.due,
                     last=visit.last_day)
    saved = VisitLesson.objects.create(visit=visit, service=draft.service, decision=draft.decision, text=draft.text,
                                       owner=draft.owner, due=draft.due, indicator=draft.indicator)
    record(actor, "study.audit.lesson_added", saved, now=now, after=fields_of(saved, *_LESSON_FIELDS))
    return saved

"""Reading recorded visits of the region in scope, and releases that it may read."""

from __future__ import annotations

from sepadan.study.engine.recorded import FollowUp, RecordedLesson, WholeVisit, parts_of_json
from sepadan.study.models import VisitFollowUp, VisitLesson, VisitRecord, VisitRelease


def recorded_visits() -> list[VisitRecord]:
    """Every visit that the region recorded, newest first."""
    return list(VisitRecord.objects.select_related("region", "other").order_by("-first_day", "-id"))


def recorded_visit(visit_id: int) -> VisitRecord | None:
    return VisitRecord.objects.select_related("region", "other").filter(pk=visit_id).first()


def lesson_of(visit: VisitRecord, lesson_id: int) -> VisitLesson | None:
    return VisitLesson.objects.filter(visit_id=visit.pk, pk=lesson_id).first()


def lesson_versions(visit: VisitRecord) -> list[tuple[int, int]]:
    """``(number, version)`` of every lesson of a visit: what a form must know to change none unseen."""
    return list(VisitLesson.objects.filter(visit_id=visit.pk).order_by("id").values_list("pk", "version"))


def whole_visit(visit: VisitRecord) -> WholeVisit:
    """Everything of a visit as it stands now."""
    own, other = visit.region.code, visit.other.code
    host, guest = (own, other) if visit.role == "host" else (other, own)
    lessons = VisitLesson.objects.filter(visit_id=visit.pk).order_by("due", "id")
    steps = VisitFollowUp.objects.filter(visit_id=visit.pk).order_by("on", "id")
    return WholeVisit(
        guest=guest, host=host, title=visit.title, place=visit.place, first_day=visit.first_day,
        last_day=visit.last_day, parts=parts_of_json(visit.content),
        lessons=tuple(RecordedLesson(one.pk, one.service, one.decision, one.direction, one.text, one.because, one.owner,
                                     one.due, one.indicator, one.state) for one in lessons),
        follow_ups=tuple(FollowUp(one.on, one.text, one.lesson_id or 0, one.state) for one in steps))  # fmt: skip


def release_of(visit: VisitRecord) -> VisitRelease | None:
    """What is released of a visit of the region in scope."""
    return VisitRelease.objects.filter(visit_id=visit.pk).first()


def released_visits() -> list[VisitRelease]:
    """Releases that the region in scope may read, its own and the other side's, newest first."""
    return list(VisitRelease.seen.select_related("region", "other").order_by("-first_day", "-id"))


def released_visit(visit_id: int) -> VisitRelease | None:
    return VisitRelease.seen.select_related("region", "other").filter(visit_id=visit_id).first()

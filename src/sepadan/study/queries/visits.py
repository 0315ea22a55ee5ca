"""Reading the visits that the region in scope recorded, newest first."""

from __future__ import annotations

from sepadan.study.models import VisitLesson, VisitRecord


def recorded_visits() -> list[VisitRecord]:
    return list(VisitRecord.objects.select_related("other").order_by("-first_day", "-id"))


def recorded_visit(visit_id: int) -> VisitRecord | None:
    return VisitRecord.objects.select_related("other").filter(pk=visit_id).first()


def lessons_of(visit: VisitRecord) -> list[VisitLesson]:
    return list(VisitLesson.objects.filter(visit_id=visit.pk).order_by("due", "id"))

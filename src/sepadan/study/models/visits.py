"""A visit that an officer recorded, and the lessons drawn from it.

Idea: the visits that come with the product are data files; a region's own officers add further ones here. The record
belongs to the region that wrote it. Texts are kept as typed, in one language; lists (offices, programme, what is not
known) are one item a line. Offices are named, never people. A lesson names who owns it, until when, and the figure it
should move. Nothing here is personal data; a record is public once saved.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import RegionalKey, RegionalModel
from sepadan.study.names import DECISIONS, SERVICES

SIDES = ("host", "guest")


class VisitRecord(RegionalModel):
    other = models.ForeignKey("territory.Region", on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=5, choices=[(one, one) for one in SIDES])
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=160, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    purpose = models.TextField(max_length=2000)
    offices = models.TextField(max_length=2000)
    agenda = models.TextField(max_length=4000, blank=True)
    topics = models.JSONField(default=list)
    unknown = models.TextField(max_length=2000, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-first_day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "other", "role", "first_day", "title"], name="visit_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="visit_ends_after_start"),
            models.CheckConstraint(condition=Q(role__in=SIDES), name="visit_known_role"),
            models.CheckConstraint(condition=~Q(other_id=F("region_id")), name="visit_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.first_day})"

    def lines(self, name: str) -> list[str]:
        """The items of a list field, one a line."""
        return [line.strip() for line in str(getattr(self, name)).splitlines() if line.strip()]


class VisitLesson(RegionalModel):
    visit = RegionalKey(VisitRecord, on_delete=models.CASCADE, related_name="lessons")
    service = models.CharField(max_length=8, choices=[(one, one) for one in SERVICES])
    decision = models.CharField(max_length=6, choices=[(one, one) for one in DECISIONS])
    text = models.CharField(max_length=400)
    owner = models.CharField(max_length=160)
    due = models.DateField()
    indicator = models.CharField(max_length=60)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["due", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=DECISIONS), name="lesson_known_decision"),
            models.CheckConstraint(condition=Q(service__in=SERVICES), name="lesson_known_service"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

"""A visit that an officer recorded, its lessons and follow-up, and what was released of it.

Idea: the visits that come with the product are data files; a region's own officers add further ones here. The record
belongs to the region that wrote it and stays behind its wall. ``content`` holds the parts (``engine.recorded``); texts
are kept as typed, in one language; offices are named, never people. ``version`` counts the changes, so that two
officers never overwrite one another unseen.

A release is the copy of a whole visit as it was published: the region that recorded it and the other region of the
visit may read it (a policy of its own, for reading alone), and so may everybody through the public pages. Taking a
visit back removes the release, not the record.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import RegionalKey, RegionalManager, RegionalModel, RegionalQuerySet, current_region
from sepadan.study.names import DECISIONS, LESSON_STATES, SERVICES

SIDES = ("host", "guest")


class VisitRecord(RegionalModel):
    other = models.ForeignKey("territory.Region", on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=5, choices=[(one, one) for one in SIDES])
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=160, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    content = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

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


class VisitLesson(RegionalModel):
    visit = RegionalKey(VisitRecord, on_delete=models.CASCADE, related_name="lessons")
    service = models.CharField(max_length=8, choices=[(one, one) for one in SERVICES])
    decision = models.CharField(max_length=6, choices=[(one, one) for one in DECISIONS])
    direction = models.CharField(max_length=5, choices=[(one, one) for one in SIDES])
    text = models.CharField(max_length=400)
    because = models.CharField(max_length=400, blank=True)
    owner = models.CharField(max_length=160)
    due = models.DateField()
    indicator = models.CharField(max_length=60)
    state = models.CharField(max_length=9, choices=[(one, one) for one in LESSON_STATES], default="proposed")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "visit", "direction", "text"], name="lesson_once"),
            models.CheckConstraint(condition=Q(decision__in=DECISIONS), name="lesson_known_decision"),
            models.CheckConstraint(condition=Q(service__in=SERVICES), name="lesson_known_service"),
            models.CheckConstraint(condition=Q(direction__in=SIDES), name="lesson_known_direction"),
            models.CheckConstraint(condition=Q(state__in=LESSON_STATES), name="lesson_known_state"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class VisitFollowUp(RegionalModel):
    """What happened after a visit; with a lesson, the state into which it moved."""

    visit = RegionalKey(VisitRecord, on_delete=models.CASCADE, related_name="follow_ups")
    lesson = RegionalKey(VisitLesson, on_delete=models.CASCADE, related_name="follow_ups", null=True, blank=True)
    on = models.DateField()
    text = models.CharField(max_length=400)
    state = models.CharField(max_length=9, blank=True, choices=[(one, one) for one in LESSON_STATES])
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "visit", "on", "text"], name="follow_up_once"),
            models.CheckConstraint(condition=Q(state__in=("", *LESSON_STATES)), name="follow_up_known_state"),
            models.CheckConstraint(condition=Q(state="") | Q(lesson__isnull=False), name="follow_up_moves_a_lesson"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class SeenReleases(models.Manager.from_queryset(RegionalQuerySet)):  # type: ignore[misc]
    """Releases that the region in scope may read: its own, and those of visits in which it was the other side."""

    def get_queryset(self) -> RegionalQuerySet:
        region = current_region()
        rows: RegionalQuerySet = super().get_queryset()
        return rows.filter(Q(region_id=region.pk) | Q(other_id=region.pk))


class VisitRelease(RegionalModel):
    visit = RegionalKey(VisitRecord, on_delete=models.CASCADE, related_name="releases")
    other = models.ForeignKey("territory.Region", on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=5, choices=[(one, one) for one in SIDES])
    title = models.CharField(max_length=160)
    first_day = models.DateField()
    content = models.JSONField()
    released_at = models.DateTimeField()

    objects = RegionalManager()
    seen = SeenReleases()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-first_day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "visit"], name="release_once"),
            models.CheckConstraint(condition=~Q(other_id=F("region_id")), name="release_of_another"),
            models.CheckConstraint(condition=Q(role__in=SIDES), name="release_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.first_day})"

"""A study that was kept: whose it is, what it rests on, its files and who made it.

It belongs to the guest, whose region made it; the host may read it and nothing more (a policy of its own, for reading
alone). What it says is in its files, which lie in the guest's folder; here are their sums, so that a damaged file is
never shown. A kept study is never changed, except that it may be made public.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import RegionalManager, RegionalModel, RegionalQuerySet, current_region


class SeenManager(models.Manager.from_queryset(RegionalQuerySet)):  # type: ignore[misc]
    """Studies that the region in scope may read: its own, and those of its practice."""

    def get_queryset(self) -> RegionalQuerySet:
        region = current_region()
        rows: RegionalQuerySet = super().get_queryset()
        return rows.filter(Q(region_id=region.pk) | Q(host_id=region.pk))


class StudyRecord(RegionalModel):
    host = models.ForeignKey("territory.Region", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    assumptions = models.CharField(max_length=60)
    lever = models.CharField(max_length=14)
    fingerprint = models.CharField(max_length=64)
    synthetic = models.BooleanField()
    public = models.BooleanField()
    files = models.JSONField()
    figures = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    objects = RegionalManager()
    seen = SeenManager()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "host", "fingerprint"], name="study_once"),
            models.CheckConstraint(condition=~Q(host_id=F("region_id")), name="study_of_another"),
            models.CheckConstraint(condition=Q(fingerprint__regex="^[0-9a-f]{64}$"), name="study_fingerprint_form"),
        ]

    def __str__(self) -> str:
        return f"{self.region.name} ← {self.host.name}, {self.on}"

"""Letters for a whole selection of debtors: what was asked for, how far it is, and who was left out and why.

    writing -> issued                               reminders and warnings
    writing -> drafted -> signing -> issued | void  demands and warrants: signed as a whole by another person

``picked`` is the filter of the list of debtors as it was asked for; the list of the day ``counted_on`` decides. The
letters name their batch. Counts are of letters, ``total`` is whole rupiah.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Person, RegionalKey, RegionalModel


class BatchState(StrEnum):
    WRITING = "writing"
    DRAFTED = "drafted"
    SIGNING = "signing"
    ISSUED = "issued"
    VOID = "void"


def _person(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class LetterBatch(RegionalModel):
    kind = models.CharField(max_length=10)
    picked = models.JSONField(default=dict)
    counted_on = models.DateField()
    objects_asked = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in BatchState],
                             default=BatchState.WRITING.value)
    version = models.PositiveIntegerField(default=1)
    count = models.PositiveIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = _person()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = _person(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in BatchState]), name="batch_known_state"),
            models.CheckConstraint(condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("asked_by")),
                                   name="batch_signed_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BatchOmission(RegionalModel):
    """An object for which a batch wrote nothing, or whose draft could not be signed: ``reason`` is a message key."""

    batch = RegionalKey(LetterBatch, on_delete=models.PROTECT, related_name="omissions")
    nop = models.CharField(max_length=18)
    reason = models.CharField(max_length=80)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["batch_id", "nop", "id"]
        indexes = [models.Index(fields=["region", "batch", "nop"], name="omission_of_batch")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="omission_has_reason")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.nop}"

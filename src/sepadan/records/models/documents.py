"""Number series without gaps, and documents whose bytes lie in the region's folder.

A number that was taken stays: when its document falls away it is voided with a reason, never reused. A counter row is
locked by the transaction that takes a number, so that numbers neither race nor leave gaps (``services/numbers.py``).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.records.models.people import Person
from sepadan.records.names import NumberPeriod, Office
from sepadan.records.tenancy import RegionalKey, RegionalModel


class NumberSeries(RegionalModel):
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    pattern = models.CharField(max_length=80)
    period = models.CharField(max_length=5, choices=[(k.value, k.value) for k in NumberPeriod])

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="number_series_code_once"),
            models.CheckConstraint(condition=Q(pattern__contains="{number"), name="number_series_has_number"),
        ]

    def __str__(self) -> str:
        return self.code


class NumberCounter(RegionalModel):
    """The last number taken in one period of a series. ``period_start`` is 0001-01-01 when it never restarts."""

    series = RegionalKey(NumberSeries, related_name="counters")
    period_start = models.DateField()
    last = models.PositiveIntegerField()

    class Meta(RegionalModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["region", "series", "period_start"], name="number_counter_once")]

    def __str__(self) -> str:
        return f"{self.period_start}: {self.last}"


class Number(RegionalModel):
    series = RegionalKey(NumberSeries, related_name="numbers")
    period_start = models.DateField()
    value = models.PositiveIntegerField()
    text = models.CharField(max_length=120)
    dated = models.DateField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["series_id", "period_start", "value"]
        constraints = [
            models.UniqueConstraint(fields=["region", "series", "period_start", "value"], name="number_taken_once"),
            models.UniqueConstraint(fields=["region", "text"], name="number_text_once"),
            models.CheckConstraint(condition=Q(value__gte=1), name="number_from_one"),
            models.CheckConstraint(condition=Q(voided_at__isnull=True, void_reason="") |
                                   Q(voided_at__isnull=False) & ~Q(void_reason=""), name="number_void_has_reason"),
        ]

    def __str__(self) -> str:
        return self.text


class Document(RegionalModel):
    """One stored file. ``sha256`` names the file; the row says what it is and who may open it (``access.py``)."""

    number = RegionalKey(Number, null=True, blank=True, related_name="documents")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    office = models.CharField(max_length=10, choices=[(k.value, k.value) for k in Office])
    is_public = models.BooleanField(default=False)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    file_name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+",
                                   db_index=False)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "subject_type", "subject_id"], name="document_of_subject")]
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="document_one_per_number"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="document_hash_form"),
        ]

    def __str__(self) -> str:
        return self.title

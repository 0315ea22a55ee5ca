"""A mass assessment: one run over a frozen roll, from draft to posted bills, and back before the first payment.

    draft -> computed -> approved -> posted -> reversed            (a run that cannot be completed: failed)

The run names everything its figures rest on: the roll, the ``kecamatan`` of it that it bills (none: all), the day whose
law applies, the assumption set with the decree that backs it, due dates by band of the amount with their decree, and
the fingerprints of law and engine. ``control`` holds the totals that the dry run found and that PostgreSQL must hold
before the run counts as posted. ``version`` rises with every change; who acts on an older one is refused. Computing and
approving are acts of two persons, which the database checks too. The exact values of bills are whole numbers over
``taxable_den`` and ``rate_den``.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.ground.messages import Message
from sepadan.records.public import Person, RegionalKey, RegionalModel
from sepadan.tax.models.rolls import Roll


class RunState(StrEnum):
    DRAFT = "draft"
    COMPUTED = "computed"
    APPROVED = "approved"
    POSTED = "posted"
    REVERSED = "reversed"
    FAILED = "failed"


_ACTED_ON = (RunState.APPROVED, RunState.POSTED, RunState.REVERSED)


def _person() -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)


class AssessmentRun(RegionalModel):
    roll = RegionalKey(Roll, on_delete=models.PROTECT, related_name="runs")
    tax_year = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in RunState],
                             default=RunState.DRAFT.value)
    version = models.PositiveIntegerField(default=1)
    kecamatan = models.JSONField(default=list, blank=True)
    law_on = models.DateField()
    issued_on = models.DateField()
    assumptions = models.CharField(max_length=60, blank=True)
    assumptions_decree = models.CharField(max_length=200, blank=True)
    due_dates = models.JSONField()
    due_decree = models.CharField(max_length=200)
    law_fingerprint = models.CharField(max_length=64, blank=True)
    engine_fingerprint = models.CharField(max_length=64, blank=True)
    assumed = models.JSONField(default=list)
    taxable_den = models.BigIntegerField(default=1)
    rate_den = models.BigIntegerField(default=1)
    control = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    reversed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    computed_by = _person()
    approved_by = _person()

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in RunState]), name="run_known_state"),
            models.CheckConstraint(condition=~Q(due_decree=""), name="run_names_due_decree"),
            models.CheckConstraint(
                condition=~Q(state__in=[s.value for s in _ACTED_ON]) |
                Q(approved_by__isnull=False, approved_at__isnull=False, computed_by__isnull=False,
                  law_fingerprint__regex="^[0-9a-f]{64}$", engine_fingerprint__regex="^[0-9a-f]{64}$"),
                name="run_approved_is_whole"),
            models.CheckConstraint(condition=Q(approved_by__isnull=True) |
                                   (~Q(approved_by=F("created_by")) & ~Q(approved_by=F("computed_by"))),
                                   name="run_approved_by_another"),
            models.CheckConstraint(condition=~Q(state__in=[RunState.POSTED.value, RunState.REVERSED.value]) |
                                   Q(posted_at__isnull=False), name="run_posted_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.tax_year}-{self.pk}"

    @property
    def state_label(self) -> Message:
        """The state in words."""
        return Message(f"tax.run.state.{self.state}", {})

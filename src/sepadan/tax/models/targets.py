"""A revenue target: what the budget expects of one tax in one budget year, with the decree that says so.

The year is that of receipt (1 January to 31 December), whatever tax year the bills are of. ``part`` is the code of a
kecamatan where the target is only for that, empty for the whole region. An officer enters a target, another person
approves it; a change of the budget is a further target with a decree of its own, and of several approved ones that of
the latest decree counts. What was entered never changes: a mistake is withdrawn and entered anew. Money is rupiah.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.ground.messages import Message
from sepadan.records.public import Person, RegionalModel


class TargetState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class RevenueTarget(RegionalModel):
    levy = models.CharField(max_length=30)
    year = models.SmallIntegerField()
    part = models.CharField(max_length=13, blank=True)
    amount = models.BigIntegerField()
    decree = models.CharField(max_length=200)
    decreed_on = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    synthetic = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in TargetState],
                             default=TargetState.PROPOSED.value)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
                                   db_index=False)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["year", "decreed_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "levy", "year", "part", "decree"],
                                    condition=~Q(state=TargetState.WITHDRAWN.value), name="target_once_per_decree"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="target_positive"),
            models.CheckConstraint(condition=~Q(decree=""), name="target_names_its_decree"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in TargetState]), name="target_known_state"),
            models.CheckConstraint(condition=~Q(state=TargetState.APPROVED.value) | Q(
                decided_at__isnull=False, decided_by__isnull=False), name="target_approved_is_whole"),
            models.CheckConstraint(condition=~Q(state=TargetState.APPROVED.value) | ~Q(decided_by=F("entered_by")),
                                   name="target_approved_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.levy} {self.year}{' ' + self.part if self.part else ''}: {self.decree}"[:200]

    @property
    def state_label(self) -> Message:
        """The state in words."""
        return Message(f"tax.target.state.{self.state}", {})

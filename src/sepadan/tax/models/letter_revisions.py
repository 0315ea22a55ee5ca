"""The document that withdraws or corrects a demand (STPD). The demand itself stays as it was written.

One person proposes, another decides; a correction that is granted issues a demand of its own (``replacement``), which
names the one it replaces.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import Person, RegionalKey, RegionalModel
from sepadan.tax.models.collection_steps import CollectionLetter


class RevisionKind(StrEnum):
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


def _person(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False, **options)


class LetterRevision(RegionalModel):
    letter = RegionalKey(CollectionLetter, on_delete=models.PROTECT, related_name="revisions")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in RevisionKind])
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, default="proposed")
    number = models.CharField(max_length=60, blank=True)
    on = models.DateField(null=True, blank=True)
    replacement = RegionalKey(CollectionLetter, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "letter"], condition=Q(state__in=["proposed", "granted"]),
                                    name="revision_once"),
            models.UniqueConstraint(fields=["region", "number"], condition=~Q(number=""), name="revision_number_once"),
            models.CheckConstraint(condition=Q(state__in=["proposed", "granted", "rejected"]),
                                   name="revision_known_state"),
            models.CheckConstraint(condition=~Q(reason=""), name="revision_has_reason"),
            models.CheckConstraint(condition=~Q(state="granted") | (~Q(number="") & Q(on__isnull=False)),
                                   name="revision_granted_has_number"),
            models.CheckConstraint(condition=Q(state="proposed", decided_by__isnull=True) |
                                   (~Q(state="proposed") & Q(decided_by__isnull=False)
                                    & ~Q(decided_by=F("proposed_by"))), name="revision_by_another"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.letter_id}"

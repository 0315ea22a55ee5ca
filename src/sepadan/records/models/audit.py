"""Who changed what, when, from where and why: one row for each change, never altered or removed.

``action`` is a message key, so that the sentence exists in both languages. ``before`` and ``after`` hold the changed
fields only. A mass run is one entry (actor, fingerprint, counts, control totals in ``after``); its rows carry the run.
The actor's name is copied: the entry must stay readable when the person has left.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.records.models.people import Person
from sepadan.records.tenancy import RegionalModel


class AuditEntry(RegionalModel):
    at = models.DateTimeField()
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+",
                                   db_index=False)
    actor_name = models.CharField(max_length=120)
    ip = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    object_label = models.CharField(max_length=200)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["region", "object_type", "object_id", "-id"], name="audit_of_object"),
            models.Index(fields=["region", "-at"], name="audit_by_time"),
            models.Index(fields=["region", "actor", "-id"], name="audit_by_actor"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(actor_name=""), name="audit_names_its_actor")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"

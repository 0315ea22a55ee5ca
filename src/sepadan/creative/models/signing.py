"""The keys with which a region signs tickets and certificates: their public halves, kept for good.

A private half is never stored: it is derived from ``signing.key`` of the installation, region, purpose and ordinal
(``services/signing.py``). One key of a purpose is current; a retired one signs nothing more and still verifies what it
signed. A void key (its secret was seen by others) verifies nothing any more. ``kid`` is the start of the SHA-256 of the
public half, so that a text names its key without a table.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from sepadan.records.public import RegionalModel

PURPOSES = ("ticket", "certificate")
FIXED = ("purpose", "ordinal", "kid", "public", "opened_at")
"""Columns that never change."""


class SigningKey(RegionalModel):
    purpose = models.CharField(max_length=12, choices=[(one, one) for one in PURPOSES])
    ordinal = models.PositiveSmallIntegerField()
    kid = models.CharField(max_length=8)
    public = models.CharField(max_length=43)
    opened_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["purpose", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["region", "purpose", "ordinal"], name="signing_key_ordinal_once"),
            models.UniqueConstraint(fields=["region", "kid"], name="signing_key_kid_once"),
            models.UniqueConstraint(fields=["region", "purpose"], condition=Q(retired_at__isnull=True),
                                    name="signing_key_one_current"),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="signing_key_known_purpose"),
            models.CheckConstraint(condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("opened_at")),
                                   name="signing_key_in_order"),
            models.CheckConstraint(condition=Q(void_at__isnull=True) | Q(retired_at__isnull=False),
                                   name="signing_key_void_is_retired"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.ordinal}: {self.kid}"

"""A person or body liable for a regional tax, by its regional number (NPWPD).

A NIK is never stored: only its keyed digest and its last four digits, for display. A digest is not unique, because
registers do hold one person twice. The table carries five more columns that the database keeps by itself, the words
of the name for the search (``queries/register_search.py``).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.records.public import RegionalModel


class Taxpayer(RegionalModel):
    npwpd = models.CharField(max_length=24)
    name = models.CharField(max_length=120)
    nik_digest = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - unknown, not empty
    nik_last4 = models.CharField(max_length=4, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["npwpd"]
        indexes = [models.Index(fields=["region", "nik_digest"], condition=Q(nik_digest__isnull=False),
                                name="taxpayer_nik")]
        constraints = [
            models.UniqueConstraint(fields=["region", "npwpd"], name="taxpayer_npwpd"),
            models.CheckConstraint(condition=~Q(npwpd="") & ~Q(name=""), name="taxpayer_named"),
            models.CheckConstraint(condition=Q(nik_digest__isnull=True, nik_last4="") |
                                   Q(nik_digest__regex="^[0-9a-f]{64}$", nik_last4__regex=r"^\d{4}$"),
                                   name="taxpayer_nik_digest_form"),
        ]

    def __str__(self) -> str:
        return self.name

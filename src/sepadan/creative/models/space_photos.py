"""Photographs of a space: a stored document, what it shows in words, who took it. Taken down, never removed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.creative.models.spaces import Space
from sepadan.records.public import Document, RegionalKey, RegionalModel


class SpacePhoto(RegionalModel):
    space = RegionalKey(Space, related_name="photos")
    document = RegionalKey(Document, related_name="+")
    alt = models.JSONField()
    credit = models.CharField(max_length=120, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegionalModel.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(alt__has_key="id"), name="space_photo_in_words")]

    def __str__(self) -> str:
        return str(self.alt.get("id", ""))

"""Population and area of an area, each value with its origin.

A fact belongs to the most detailed area it names: a kelurahan, else a kecamatan, else the region. What is not known
has no row here; ``queries/facts.py`` turns the absence into a visible cell that says so. ``note_key`` is a message of
the catalogue, so that a trap is told in both languages.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.territory.models.area import Kecamatan, Kelurahan
from sepadan.territory.models.region import Region
from sepadan.territory.names import Confidence, FactKind, Measure


class Fact(models.Model):
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="facts")
    kecamatan = models.ForeignKey(Kecamatan, on_delete=models.CASCADE, null=True, blank=True, related_name="facts")
    kelurahan = models.ForeignKey(Kelurahan, on_delete=models.CASCADE, null=True, blank=True, related_name="facts")
    measure = models.CharField(max_length=20, choices=[(m.value, m.value) for m in Measure])
    value = models.DecimalField(max_digits=15, decimal_places=4)
    unit = models.CharField(max_length=10)
    period = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in FactKind if k != FactKind.MISSING])
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Confidence])
    note_key = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["region_id", "kecamatan_id", "kelurahan_id", "measure", "period", "source"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kecamatan", "kelurahan", "measure", "period", "source"],
                                    nulls_distinct=False, name="fact_once_per_source"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(kind="missing") & Q(value__gte=0),
                                   name="fact_sourced"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value} {self.unit} ({self.period})"

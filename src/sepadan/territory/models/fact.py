"""Population and area of an area, each value with its origin.

A fact belongs to the most detailed area it names: a kelurahan, else a kecamatan, else the region. A value that was
looked for and not found is a row of kind ``missing`` with a note; it never holds a number.
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
    value = models.DecimalField(max_digits=15, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=10)
    period = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in FactKind])
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Confidence], blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["region_id", "kecamatan_id", "kelurahan_id", "measure", "period", "source"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kecamatan", "kelurahan", "measure", "period", "source"],
                                    nulls_distinct=False, name="fact_once_per_source"),
            models.CheckConstraint(
                condition=Q(kind="missing", value__isnull=True)
                | (~Q(kind="missing") & Q(value__isnull=False) & ~Q(source="") & ~Q(confidence="")),
                name="fact_valued_and_sourced_or_missing"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value if self.value is not None else '?'} {self.unit} ({self.period})"

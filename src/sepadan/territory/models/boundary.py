"""Boundaries of a region, once someone has loaded them: one layer per region and level, one shape per area.

A shape is stored as GeoJSON text (WGS84, longitude before latitude) that the validator has passed; there is no spatial
extension in the database, and none is needed to draw a map. The product ships no boundaries: their licence is the
licence of the file that was loaded, and travels with the layer.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sepadan.territory.models.region import Region
from sepadan.territory.names import Level


class BoundaryLayer(models.Model):
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="boundary_layers")
    level = models.CharField(max_length=10, choices=[(k.value, k.value) for k in (Level.KECAMATAN, Level.KELURAHAN)])
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=300)
    licence = models.CharField(max_length=100)
    area_km2 = models.DecimalField(max_digits=12, decimal_places=4)
    decree_area_km2 = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["region_id", "level"]
        constraints = [
            models.UniqueConstraint(fields=["region", "level"], name="boundary_layer_once"),
            models.CheckConstraint(condition=Q(area_km2__gt=0), name="boundary_layer_has_area"),
        ]

    def __str__(self) -> str:
        return f"{self.level} of {self.region_id}"


class Boundary(models.Model):
    """The shape of one area. ``code`` is the Kemendagri code of a kecamatan or kelurahan, by the level of the layer."""

    layer = models.ForeignKey(BoundaryLayer, on_delete=models.CASCADE, related_name="boundaries")
    code = models.CharField(max_length=13)
    geometry = models.TextField()
    area_km2 = models.DecimalField(max_digits=12, decimal_places=4)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["layer", "code"], name="boundary_once_per_area")]

    def __str__(self) -> str:
        return self.code

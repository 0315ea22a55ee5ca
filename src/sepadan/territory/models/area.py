"""The two levels below a region: kecamatan, and kelurahan or desa.

Both are reached by code. The primary keys are the codes without dots; the constraints keep every area inside the
parent that its code names. ``hex_q`` and ``hex_r`` are the axial coordinates of the area's cell in the hexagon map of
its region (see ``territory/engine/hexagons.py``); they are empty until a layout has been computed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Deferrable, F, Q

from sepadan.territory.models.region import Region, id_is_code
from sepadan.territory.names import VillageKind


class Kecamatan(models.Model):
    id = models.IntegerField(primary_key=True)
    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=80)
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="kecamatan")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="kecamatan_of_region"),
            models.CheckConstraint(condition=Q(code__regex=r"^\d{2}\.\d{2}\.\d{2}$"), name="kecamatan_code_form"),
            models.CheckConstraint(condition=Q(region_id=F("id") / 100), name="kecamatan_in_its_region"),
            models.CheckConstraint(condition=id_is_code(), name="kecamatan_id_is_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Kelurahan(models.Model):
    """A kelurahan or desa. Centroid: a point inside the area, WGS84 degrees, five decimals (about a metre)."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=13, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in VillageKind])
    postal_code = models.CharField(max_length=5, blank=True)
    lat = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    lon = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    hex_q = models.SmallIntegerField(null=True, blank=True)
    hex_r = models.SmallIntegerField(null=True, blank=True)
    kecamatan = models.ForeignKey(Kecamatan, on_delete=models.CASCADE, related_name="kelurahan")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="kelurahan")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "id"], name="kelurahan_of_region"),
            models.UniqueConstraint(fields=["region", "hex_q", "hex_r"], name="kelurahan_one_per_hexagon",
                                    deferrable=Deferrable.DEFERRED),
            models.CheckConstraint(condition=Q(code__regex=r"^\d{2}\.\d{2}\.\d{2}\.[12]\d{3}$"),
                                   name="kelurahan_code_form"),
            models.CheckConstraint(condition=Q(kecamatan_id=F("id") / 10_000, region_id=F("id") / 1_000_000),
                                   name="kelurahan_in_its_kecamatan"),
            models.CheckConstraint(condition=id_is_code(), name="kelurahan_id_is_code"),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False),
                name="kelurahan_centroid_whole"),
        ]

    def __str__(self) -> str:
        return self.name

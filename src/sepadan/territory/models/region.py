"""Provinces and the regencies and cities (*kabupaten*, *kota*) of Indonesia, by Kemendagri code.

These rows are public reference data, the same for every region of an installation: they carry no row-level security,
and the application only reads them. The primary key is the code without its dots (``35.73`` is 3573), so that it is
the same on every installation. A BPS code is a different number that often looks alike: it is stored only where a
source states it and is empty otherwise.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Replace

from sepadan.territory.names import RegionKind, Zone


def id_is_code() -> Q:
    """The primary key is the code without its dots."""
    return Q(id=Cast(Replace("code", Value("."), Value("")), models.BigIntegerField()))


class Province(models.Model):
    id = models.SmallIntegerField(primary_key=True)
    code = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=20, choices=[(z.value, z.name) for z in Zone])

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^\d{2}$"), name="province_code_form"),
                       models.CheckConstraint(condition=id_is_code(), name="province_id_is_code")]

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """A regency or city: the tenant of the installation."""

    id = models.SmallIntegerField(primary_key=True)
    code = models.CharField(max_length=5, unique=True)
    bps_code = models.CharField(max_length=4, unique=True, null=True, blank=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in RegionKind])
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="regions")
    timezone = models.CharField(max_length=20, choices=[(z.value, z.name) for z in Zone])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{2}\.\d{2}$"), name="region_code_form"),
            models.CheckConstraint(condition=Q(bps_code__isnull=True) | Q(bps_code__regex=r"^\d{4}$"),
                                   name="region_bps_code_form"),
            models.CheckConstraint(condition=Q(province_id=F("id") / 100), name="region_in_its_province"),
            models.CheckConstraint(condition=id_is_code(), name="region_id_is_code"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """``Malang`` of ``Kota Malang``. Not unique: there is a Kabupaten Malang as well."""
        return self.name.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Administrasi ")

    @property
    def is_administrative(self) -> bool:
        """True for the cities and the regency of Jakarta, which have no council and no regional law of their own."""
        return " Administrasi " in self.name

"""Regions and their areas as the public pages need them: the region of an address, the list of all, places of a map."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest

from sepadan.ground.problems import refuse
from sepadan.portal.pages.area_map import Place
from sepadan.territory.models import Fact, Kelurahan, Region

AREA = "area_km2"


def region_of(request: HttpRequest, kode: str) -> Region:
    """The region that the address names. Refuses a code that is none, with how a code looks."""
    region = getattr(request, "region", None)
    if not isinstance(region, Region) or region.code != kode:
        raise refuse("portal.pages.unknown_region", where=kode, remedy="portal.pages.unknown_region.remedy", code=kode)
    return region


def all_regions() -> list[dict[str, Any]]:
    """Code, name, kind and province of every region, in one query."""
    return list(Region.objects.values("code", "name", "kind", province_name=F("province__name")).order_by("id"))


def province_of(region: Region) -> str:
    return region.province.name


def places_of(region: Region) -> list[Place]:
    """Every kelurahan and desa that has a cell on the map, with its land area where one is known: two queries."""
    areas = {row["kelurahan_id"]: row["value"] for row in Fact.objects.filter(
        region=region, measure=AREA, kelurahan__isnull=False).values("kelurahan_id", "value")}
    rows = Kelurahan.objects.filter(region=region, hex_q__isnull=False).select_related("kecamatan").order_by("id")
    return [Place(one.code, one.name, one.kecamatan.name, one.hex_q or 0, one.hex_r or 0, areas.get(one.pk))
            for one in rows]


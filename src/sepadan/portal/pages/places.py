"""Regions and their maps as the public pages need them: the region of an address, the list of all, land area drawn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F
from django.http import HttpRequest

from sepadan.ground.figures import Language
from sepadan.ground.messages import message
from sepadan.ground.money import exact, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.territory.public import (
    Drawing,
    Level,
    Measure,
    Region,
    Shading,
    all_regions,
    cells_by_area,
    region_map,
)

HECTARES = 100  # in a square kilometre


def region_of(request: HttpRequest, kode: str) -> Region:
    """The region that the address names. Refuses a code that is none, with how a code looks."""
    region = getattr(request, "region", None)
    if not isinstance(region, Region) or region.code != kode:
        raise refuse("portal.pages.unknown_region", where=kode, remedy="portal.pages.unknown_region.remedy", code=kode)
    return region


def region_rows() -> list[dict[str, Any]]:
    """Code, name, kind and province of every region, in one query."""
    return list(all_regions().select_related(None).values("code", "name", "kind", province_name=F("province__name")))


def province_of(region: Region) -> str:
    return region.province.name


def area_map(region: Region, lang: Language) -> Drawing | None:
    """Land area of each kelurahan and desa in whole hectares; None where the region's hierarchy is not loaded."""
    cells = cells_by_area(region, Level.KELURAHAN, Measure.AREA_KM2)
    if not cells:
        return None
    values = {code: round_rupiah(exact(cell.value) * HECTARES, "half_up")
              if isinstance(cell.value, (int, Decimal)) else None for code, cell in cells.items()}
    shading = Shading(message("portal.map.label"), values, "number", "ha")
    return region_map(region, shading, lang=lang, title=message("portal.map.title", region=region.name),
                      description=message("portal.map.about"), name="peta")

"""Looking up regions and what lies in them. Public reference data: no user and no scope are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from sepadan.ground.problems import refuse
from sepadan.territory.engine.codes import dotted, level_of
from sepadan.territory.models import Kecamatan, Kelurahan, Region
from sepadan.territory.names import Level, RegionKind, VillageKind

ALIAS = "default"


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A kelurahan or desa with its kecamatan. ``cell`` is its hexagon (axial q, r), None before a layout exists."""

    id: int
    code: str
    name: str
    kind: VillageKind
    postal_code: str
    kecamatan_id: int
    kecamatan_code: str
    kecamatan_name: str
    lat: Decimal | None
    lon: Decimal | None
    cell: tuple[int, int] | None


def find_region(code: str, *, using: str = ALIAS) -> Region | None:
    """The region of a Kemendagri code, with or without its dot ("35.73" or "3573"); None when there is none."""
    plain = dotted(code)
    if level_of(plain) is not Level.REGION:  # whatever else it is, the database need not see it
        return None
    return Region.objects.using(using).select_related("province").filter(code=plain).first()


def region_of_code(code: str, *, where: str = "", using: str = ALIAS) -> Region:
    """As ``find_region``, but raises Refused with a hint (regions of that province) when there is none."""
    found = find_region(code, using=using)
    if found is not None:
        return found
    start = code.strip()[:2]
    province = len(start) == 2 and start.isascii() and start.isdigit()
    near = Region.objects.using(using).filter(code__startswith=start).order_by("id")[:3] if province else []
    hint = ", ".join(f"{region.code} {region.name}" for region in near)
    raise refuse("territory.region.unknown", where=where, code=code,
                 remedy="territory.region.unknown.remedy", near=f" ({hint}, ...)" if hint else "")


def all_regions(*, kind: RegionKind | None = None, province: str | None = None) -> QuerySet[Region]:
    """Regions in code order, by kind and by province code if given."""
    found = Region.objects.select_related("province").order_by("id")
    if kind is not None:
        found = found.filter(kind=kind.value)
    return found.filter(province__code=province) if province else found


def regions_with_villages() -> QuerySet[Region]:
    """Regions whose hierarchy is loaded."""
    return all_regions().filter(pk__in=Kecamatan.objects.values("region_id"))


def kecamatan_in(region: Region | int, *, using: str = ALIAS) -> list[Kecamatan]:
    return list(Kecamatan.objects.using(using).filter(region_id=_key(region)).order_by("id"))


def villages_in(region: Region | int, *, using: str = ALIAS) -> list[VillageRow]:
    """All kelurahan and desa of a region in code order, in one query; a Region remembers its own."""
    if isinstance(region, Region) and using == ALIAS:
        if not hasattr(region, "_villages"):
            region._villages = villages_in(region.pk)
        return list(region._villages)
    found = Kelurahan.objects.using(using).filter(region_id=_key(region)).select_related("kecamatan").order_by("id")
    return [VillageRow(v.pk, v.code, v.name, VillageKind(v.kind), v.postal_code, v.kecamatan_id, v.kecamatan.code,
                       v.kecamatan.name, v.lat, v.lon,
                       None if v.hex_q is None or v.hex_r is None else (v.hex_q, v.hex_r)) for v in found]


def village_names(region: Region | int, codes: Sequence[str] | None = None) -> dict[str, str]:
    """Names by code, of all kelurahan and desa of a region or of *codes*."""
    found = Kelurahan.objects.filter(region_id=_key(region))
    if codes is not None:
        found = found.filter(code__in=codes)
    return dict(found.order_by("id").values_list("code", "name"))


def _key(region: Region | int) -> int:
    return region if isinstance(region, int) else region.pk

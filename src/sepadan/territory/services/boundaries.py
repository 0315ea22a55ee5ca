"""Loading the boundaries of a region from a GeoJSON file that passes every check.

All or nothing: one fault and the layer that is stored stays as it is, but every fault is told. The same file twice
changes nothing. The area is held against the decree: the one given, or the region's sourced area, or none at all,
which the report says. Runs as the owner of the tables.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import shapely
from django.db import transaction

from sepadan.ground.problems import Problem, problem
from sepadan.territory.engine.codes import region_of
from sepadan.territory.engine.coverage import check_coverage
from sepadan.territory.engine.geojson import Layer, read_layer
from sepadan.territory.models import Boundary, BoundaryLayer, Fact, Kecamatan, Kelurahan, Region
from sepadan.territory.names import FactKind, Level, Measure
from sepadan.territory.queries.regions import region_of_code
from sepadan.territory.services.reference import OWNER


@dataclass(frozen=True, slots=True)
class BoundariesLoaded:
    """What a file holds and whether it was stored. ``decree_area_km2`` is what the area was held against, if anything.

    ``stored`` is false on a dry run, with any problem, and where the same file is stored already (``unchanged``).
    """

    region: str
    level: Level | None
    areas: int
    area_km2: Decimal
    decree_area_km2: Decimal | None
    source: str
    licence: str
    stored: bool
    unchanged: bool
    dry_run: bool
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


def load_boundaries(region_code: str, data: bytes, *, file_name: str, now: datetime,
                    decree_area_km2: Decimal | None = None, source: str = "", licence: str = "",
                    code_property: str | None = None, allow_gaps: bool = False, dry_run: bool = False,
                    using: str = OWNER) -> BoundariesLoaded:
    """Check *data* and store it as the boundaries of a region. Raises Refused on an unknown region."""
    region = region_of_code(region_code, where="--region", using=using)
    layer, faults = read_layer(data, file_name=file_name, code_property=code_property)
    names = _names(region, layer.level, using)
    decree = decree_area_km2 if decree_area_km2 is not None else _published_area(region, using)
    notices: list[Problem] = []
    area, areas = Decimal(0), dict[str, Decimal]()
    foreign = sorted({region_of(feature.code) for feature in layer.features} - {region.code})
    if foreign and len(foreign) == 1 and all(region_of(f.code) != region.code for f in layer.features):
        faults.append(problem("territory.boundary.other_region", where=file_name, region=region.code, other=foreign[0],
                              remedy="territory.boundary.other_region.remedy"))
    elif layer.level is not None and not names:
        faults.append(problem("territory.boundary.no_hierarchy", where=file_name, region=region.code,
                              remedy="territory.boundary.no_hierarchy.remedy"))
    elif layer.level is not None:
        checked = check_coverage(layer, names, file_name=file_name, decree_area_km2=decree, allow_gaps=allow_gaps)
        faults += checked.problems
        notices += checked.notices
        area, areas = checked.area_km2, dict(checked.areas)
    if decree is None:
        notices.append(problem("territory.boundary.no_decree", where=file_name,
                               remedy="territory.boundary.no_decree.remedy"))
    source, licence = source or layer.source, licence or layer.licence
    if not licence:
        notices.append(problem("territory.boundary.no_licence", where=file_name,
                               remedy="territory.boundary.no_licence.remedy"))
    stored = unchanged = False
    if not faults and layer.level is not None:
        row = BoundaryLayer(region=region, level=layer.level.value, file_name=file_name[:200], area_km2=area,
                            sha256=hashlib.sha256(data).hexdigest(), source=(source or file_name)[:300],
                            licence=licence[:100], decree_area_km2=decree, loaded_at=now)
        unchanged = _is_stored(row, using)
        stored = not dry_run and not unchanged
        if stored:
            _store(row, layer, areas, using)
    return BoundariesLoaded(region.code, layer.level, len(layer.features), area, decree, source, licence, stored,
                            unchanged, dry_run, tuple(faults), tuple(notices))


def _names(region: Region, level: Level | None, using: str) -> dict[str, str]:
    if level is None:
        return {}
    model = Kecamatan if level is Level.KECAMATAN else Kelurahan
    return dict(model._default_manager.using(using).filter(region=region).values_list("code", "name"))


def _published_area(region: Region, using: str) -> Decimal | None:
    """The area of the region by its newest published source, not one computed from polygons."""
    fact = (Fact.objects.using(using)
            .filter(region=region, kecamatan=None, measure=Measure.AREA_KM2.value, kind=FactKind.REALISED.value)
            .order_by("-period").first())
    return None if fact is None else fact.value


def _is_stored(row: BoundaryLayer, using: str) -> bool:
    return BoundaryLayer.objects.using(using).filter(
        region=row.region, level=row.level, sha256=row.sha256, source=row.source, licence=row.licence,
        decree_area_km2=row.decree_area_km2).exists()


def _store(row: BoundaryLayer, layer: Layer, areas: dict[str, Decimal], using: str) -> None:
    with transaction.atomic(using=using):
        Region.objects.using(using).select_for_update().get(pk=row.region_id)
        BoundaryLayer.objects.using(using).filter(region_id=row.region_id, level=row.level).delete()
        row.save(using=using)
        Boundary.objects.using(using).bulk_create([
            Boundary(layer=row, code=feature.code, geometry=shapely.to_geojson(feature.geometry),
                     area_km2=areas[feature.code]) for feature in layer.features])

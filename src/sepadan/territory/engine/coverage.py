"""Whether the areas of a boundary file cover their region: complete, without gap or overlap, of the decreed size.

Checks. (1) Every code of the region's hierarchy occurs once, and no other. (2) No two areas overlap, and none is left
out between them: an overlap or a gap narrower than ``SLIVER_M`` is rounding of coordinates and passes. A gap is found
as a hole in the union of all areas, or as a slit between neighbours up to ``SLIT_M`` wide that opens to the outside.
Gaps that are really another region or water are allowed where the caller says so. (3) The ellipsoidal area (WGS84)
lies within ``AREA_TOLERANCE`` of the decree.

Lengths in metres are turned into degrees at the latitude of the region, exact enough for tolerances. Not checked: the
position against other regions or a reference map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sepadan.ground.problems import Problem, problem
from sepadan.territory.engine.geojson import Feature, Layer

SLIVER_M = 1.0
SLIT_M = 100.0
GAP_SHARE = 0.1
NOTICE_M = 250.0
AREA_TOLERANCE = Decimal("0.01")
METRES_PER_DEGREE = 110_570.0
MOST_NAMED = 12
_GEOD = Geod(ellps="WGS84")
_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Checked:
    """A layer that was checked: areas by code in km2, their sum, all faults, and what is worth a look."""

    areas: Mapping[str, Decimal]
    area_km2: Decimal
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


def area_km2(geometry: BaseGeometry) -> Decimal:
    """The area on the WGS84 ellipsoid, whatever the direction of the rings, to 100 square metres."""
    square_metres, _ = _GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))
    return (Decimal(repr(abs(square_metres))) / 1_000_000).quantize(_STEP)


def check_coverage(layer: Layer, names: Mapping[str, str], *, file_name: str, decree_area_km2: Decimal | None = None,
                   allow_gaps: bool = False) -> Checked:
    """All faults of *layer* as a whole. *names* are the areas of the region at the level of the layer, by code."""
    problems = _codes(layer.features, names, file_name)
    features = list({feature.code: feature for feature in layer.features}.values())
    overlaps, holes = _overlaps(features), _holes(features)
    slits, notices = ([], []) if overlaps or holes else _slits(features)
    gaps = [*slits, *(_hole_problem(hole, features, file_name) for hole in holes)]
    problems += overlaps
    (notices if allow_gaps else problems).extend(gaps)
    areas = {feature.code: area_km2(feature.geometry) for feature in features}
    total = sum(areas.values(), Decimal(0))
    if decree_area_km2 is not None and abs(total - decree_area_km2) > decree_area_km2 * AREA_TOLERANCE:
        problems.append(problem("territory.boundary.area", where=file_name, remedy="territory.boundary.area.remedy",
                                area=total, decree=decree_area_km2, off=(total - decree_area_km2) / decree_area_km2))
    return Checked(areas, total, tuple(problems), tuple(notices))


def _codes(features: Sequence[Feature], names: Mapping[str, str], file_name: str) -> list[Problem]:
    problems, first = [], dict[str, Feature]()
    for feature in sorted(features, key=lambda f: f.number):
        if feature.code in first:
            problems.append(problem("territory.boundary.twice", where=feature.where,
                                    remedy="territory.boundary.twice.remedy", code=feature.code,
                                    other=first[feature.code].number))
        elif feature.code not in names:
            problems.append(problem("territory.boundary.unknown_code", where=feature.where,
                                    remedy="territory.boundary.unknown_code.remedy", code=feature.code))
        first.setdefault(feature.code, feature)
    absent = [f"{code} {name}" for code, name in sorted(names.items()) if code not in first]
    if absent:
        more = f" ... (+{len(absent) - MOST_NAMED})" if len(absent) > MOST_NAMED else ""
        problems.append(problem("territory.boundary.absent", where=file_name,
                                remedy="territory.boundary.absent.remedy", count=len(absent), expected=len(names),
                                codes=", ".join(absent[:MOST_NAMED]) + more))
    return problems


def _degrees(metres: float) -> float:
    return metres / METRES_PER_DEGREE


def _wide(geometry: BaseGeometry) -> bool:
    """Whether something of *geometry* is left when ``SLIVER_M`` is taken off its width."""
    return not geometry.buffer(-_degrees(SLIVER_M) / 2).is_empty


def _overlaps(features: Sequence[Feature]) -> list[Problem]:
    shapes = np.array([feature.geometry for feature in features], dtype=object)
    if not len(shapes):
        return []
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b)
    problems = []
    for a, b in pairs:
        both = shapely.intersection(shapes[a], shapes[b])
        if both.area > 0 and _wide(both):
            at = both.representative_point()
            problems.append(problem("territory.boundary.overlap", where=features[a].where,
                                    remedy="territory.boundary.overlap.remedy", code=features[b].code,
                                    name=features[b].name or "-", area=area_km2(_polygons(both)),
                                    at=f"{at.x:.5f} {at.y:.5f}"))
    return problems


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The polygonal parts of an intersection."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts)


def _holes(features: Sequence[Feature]) -> list[Polygon]:
    whole = shapely.union_all([feature.geometry for feature in features])
    rings = [Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    free = [part for ring in rings for part in shapely.get_parts(shapely.difference(ring, whole))]
    return [hole for hole in free if hole.geom_type == "Polygon" and _wide(hole)]


def _hole_problem(hole: Polygon, features: Sequence[Feature], file_name: str) -> Problem:
    near = sorted((f for f in features if f.geometry.distance(hole) < _degrees(SLIVER_M)), key=lambda f: f.code)
    at = hole.representative_point()
    around = ", ".join(f"{f.code} {f.name}".strip() for f in near[:MOST_NAMED])
    return problem("territory.boundary.gap", where=near[0].where if len(near) == 1 else file_name,
                   remedy="territory.boundary.gap.remedy", area=area_km2(hole), around=around or "-",
                   at=f"{at.x:.5f} {at.y:.5f}")


def _beyond_junctions(run: BaseGeometry) -> float:
    """The length of *run*, less what every junction of two areas with the outside has within ``SLIT_M``."""
    pieces = shapely.get_parts(shapely.line_merge(run)) if run.geom_type == "MultiLineString" else [run]
    return sum(max(0.0, float(piece.length) - _degrees(SLIT_M)) for piece in pieces)


def _slits(features: Sequence[Feature]) -> tuple[list[Problem], list[Problem]]:
    """Gaps between neighbours that open to the outside, so that no hole shows them: faults, and what to look at.

    Two areas lie apart where their outer borders run side by side, nearer than ``SLIT_M`` and yet not touching. Over a
    tenth of the border of one of them that is a gap; a shorter one is often a true inlet and only worth a look.
    """
    shapes = np.array([feature.geometry for feature in features], dtype=object)
    rim = shapely.boundary(shapely.union_all(shapes))
    outer = [shapely.intersection(shapely.boundary(geometry), rim) for geometry in shapes]
    near, touching = shapely.buffer(shapes, _degrees(SLIT_M)), shapely.buffer(shapes, _degrees(SLIVER_M))
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_degrees(SLIT_M))
    faults: list[Problem] = []
    notices: list[Problem] = []
    for a, b in sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b):
        runs = [shapely.difference(shapely.intersection(outer[i], near[k]), touching[k]) for i, k in ((a, b), (b, a))]
        length = min(_beyond_junctions(run) for run in runs)
        share = length / min(float(shapes[a].length), float(shapes[b].length))
        if share < GAP_SHARE and length < _degrees(NOTICE_M):
            continue
        at = shapely.point_on_surface(runs[0])
        key = "slit" if share >= GAP_SHARE else "inlet"
        (faults if key == "slit" else notices).append(problem(
            f"territory.boundary.{key}", where=features[a].where, remedy=f"territory.boundary.{key}.remedy",
            code=features[b].code, name=features[b].name or "-", metres=round(length * METRES_PER_DEGREE),
            at=f"{at.x:.5f} {at.y:.5f}"))
    return faults, notices

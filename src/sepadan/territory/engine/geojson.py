"""Reading a boundary file: GeoJSON in WGS84, one feature per area, each with its code and a polygon.

Every fault names the feature and says how to mend it; what cannot be read as features at all is one fault. Accepted
are polygons and multipolygons, with holes, with or without a height (which is dropped). What holds between features
(codes complete, no gap, no overlap, area) is checked in ``coverage.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sepadan.ground.problems import Problem, problem
from sepadan.territory.engine.codes import dotted, level_of
from sepadan.territory.engine.hierarchy import EAST, NORTH, SOUTH, WEST
from sepadan.territory.names import Level

MOST_BYTES = 60_000_000
CODE_NAMES = ("code", "kode", "kode_kemendagri", "kdppum", "kddagri")
_WGS84 = ("crs84", "epsg::4326", "epsg:4326", "/4326")


@dataclass(frozen=True, slots=True)
class Feature:
    """One area of the file. ``number`` counts from 1, as a reader does; ``where`` names it in messages."""

    code: str
    name: str
    geometry: BaseGeometry
    number: int
    where: str


@dataclass(frozen=True, slots=True)
class Layer:
    """The features of a file in code order, all of one level, and what the file says of its origin."""

    features: tuple[Feature, ...]
    level: Level | None
    source: str
    licence: str


def read_layer(data: bytes, *, file_name: str, code_property: str | None = None) -> tuple[Layer, list[Problem]]:
    """The features that are right on their own, and all faults of the others. *code_property* overrules the usual
    names of the property that holds the code (``code``, ``kode``, ...)."""
    document, fault = _document(data, file_name)
    if fault is not None or document is None:
        return Layer((), None, "", ""), [fault] if fault else []
    features: list[Feature] = []
    problems: list[Problem] = []
    for number, raw in enumerate(document["features"], start=1):
        found, wrong = _feature(raw, number, file_name, code_property)
        problems += wrong
        if found is not None:
            features.append(found)
    levels = {level_of(feature.code) for feature in features}
    if len(levels) > 1:
        problems.append(problem("territory.boundary.levels", where=file_name,
                                remedy="territory.boundary.levels.remedy"))
    level = levels.pop() if len(levels) == 1 else None
    texts = [_plain(document.get(name)) for name in ("source", "licence")]
    texts[1] = texts[1] or _plain(document.get("license"))
    return Layer(tuple(sorted(features, key=lambda f: f.code)), level, *texts), problems


def _document(data: bytes, file_name: str) -> tuple[dict[str, Any] | None, Problem | None]:
    """The feature collection, or why there is none."""

    def fault(key: str, where: str = file_name, **params: Any) -> tuple[None, Problem]:
        return None, problem(f"territory.boundary.{key}", where=where, remedy=f"territory.boundary.{key}.remedy",
                             **params)

    if len(data) > MOST_BYTES:
        return fault("too_large", most=MOST_BYTES // 1_000_000)
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return fault("no_text", position=error.start)
    except json.JSONDecodeError as error:
        return fault("no_json", where=f"{file_name}:{error.lineno}", column=error.colno, reason=error.msg)
    except (ValueError, RecursionError) as error:
        return fault("no_json", column=0, reason=str(error))
    wrong = _wrong_collection(document)
    return fault(wrong[0], **wrong[1]) if wrong else (document, None)


def _wrong_collection(document: Any) -> tuple[str, dict[str, Any]] | None:
    kind = document.get("type") if isinstance(document, dict) else type(document).__name__
    if kind != "FeatureCollection" or not isinstance(document.get("features"), list):
        return "no_collection", {"found": _plain(kind)}
    if not document["features"]:
        return "no_feature", {}
    crs = json.dumps(document.get("crs")).lower() if document.get("crs") else ""
    if crs and not any(name in crs for name in _WGS84):
        return "crs", {"crs": _crs_name(document["crs"])}
    return None


def _plain(value: Any) -> str:
    """A text of the file that can be shown and stored: without control characters and broken code points."""
    return "".join(one for one in str(value or "") if one.isprintable())


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _crs_name(crs: Any) -> str:
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    return _plain(properties.get("name", crs) if isinstance(properties, Mapping) else crs)


def _feature(raw: Any, number: int, file_name: str, code_property: str | None
             ) -> tuple[Feature | None, list[Problem]]:
    where = f"{file_name}, feature {number}"

    def fault(key: str, params: Mapping[str, object]) -> tuple[None, list[Problem]]:
        return None, [problem(f"territory.boundary.{key}", where=where, remedy=f"territory.boundary.{key}.remedy",
                              **params)]

    if not isinstance(raw, Mapping) or raw.get("type") != "Feature":
        return fault("not_feature", {})
    properties = raw.get("properties")
    named = properties.items() if isinstance(properties, Mapping) else ()
    lowered = {_plain(name).lower(): value for name, value in named}
    names = (code_property.lower(),) if code_property else CODE_NAMES
    code = next((dotted(_plain(lowered[name])) for name in names if lowered.get(name) not in (None, "")), "")
    if not code:
        return fault("no_code", {"names": ", ".join(names), "found": ", ".join(lowered) or "-"})
    name = _plain(lowered.get("name") or lowered.get("nama"))
    where = f"{where} ({code}{f' {name}' if name else ''})"
    if level_of(code) not in (Level.KECAMATAN, Level.KELURAHAN):
        return fault("code", {"code": code})
    geometry, wrong = _geometry(raw.get("geometry"))
    if geometry is None:
        return fault(*wrong)
    return Feature(code, name, shapely.normalize(geometry), number, where), []


def _geometry(raw: Any) -> tuple[BaseGeometry | None, tuple[str, Mapping[str, object]]]:
    """A sound polygon or multipolygon, or the key and parameters of what is wrong with it."""
    if not raw:
        return None, ("no_geometry", {})
    kind = raw.get("type") if isinstance(raw, Mapping) else str(raw)
    if kind not in ("Polygon", "MultiPolygon"):
        return None, ("no_polygon", {"kind": _plain(kind)})
    try:
        geometry = shapely.force_2d(shape(raw))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError,
            shapely.errors.ShapelyError) as error:
        return None, ("bad_coordinates", {"reason": _plain(error)})
    place = _wrong_place(geometry)
    if place is not None:
        x, y = (0, 0) if geometry.is_empty else (round(float(v), 3) for v in geometry.bounds[:2])
        return None, (place, {"x": x, "y": y})
    if not geometry.is_valid:
        reason, at = _reason(geometry)
        return None, ("invalid", {"reason": reason, "at": at})
    return geometry, ("", {})


def _wrong_place(geometry: BaseGeometry) -> str | None:
    """The key of what is wrong with the position of *geometry*, None when it lies in Indonesia."""
    if geometry.is_empty:
        return "no_geometry"
    west, south, east, north = geometry.bounds
    if not all(abs(v) < 1e12 for v in (west, south, east, north)):
        return "bad_number"
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 180:
        return "metres"
    if float(SOUTH) <= west and east <= float(NORTH) and float(WEST) <= south and north <= float(EAST):
        return "swapped"
    if west < float(WEST) or east > float(EAST) or south < float(SOUTH) or north > float(NORTH):
        return "elsewhere"
    return None


def _reason(geometry: BaseGeometry) -> tuple[str, str]:
    """``("Self-intersection", "112.6 -7.9")`` from shapely's explanation."""
    text = shapely.is_valid_reason(geometry)
    reason, _, place = text.partition("[")
    return reason.strip(), place.rstrip("]")

"""Small synthetic boundary files: a checkerboard of areas of about 1.1 km, to be broken in one way each."""

from __future__ import annotations

import json
from typing import Any

SIDE = 0.01
WEST, NORTH = 112.5, -7.8


def square(column: int, row: int) -> list[list[float]]:
    """A ring, longitude first, against the clock."""
    x, y = WEST + column * SIDE, NORTH - row * SIDE
    corners = [[x, y], [x, y - SIDE], [x + SIDE, y - SIDE], [x + SIDE, y], [x, y]]
    return [[round(a, 6), round(b, 6)] for a, b in corners]


def feature(code: str, rings: list[Any], name: str = "", kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": code, "name": name or f"Desa {code[-1]}"},
            "geometry": {"type": kind, "coordinates": rings}}


def checkerboard(columns: int = 3, rows: int = 3, region: str = "35.79") -> dict[str, Any]:
    """Areas ``35.79.01.1001`` ... from left to right and top to bottom."""
    return {"type": "FeatureCollection", "source": "papan catur", "licence": "CC0-1.0", "features": [
        feature(f"{region}.01.1{row * columns + column + 1:03d}", [square(column, row)])
        for row in range(rows) for column in range(columns)]}


def names_of(document: dict[str, Any]) -> dict[str, str]:
    return {f["properties"]["code"]: f["properties"]["name"] for f in document["features"]}


def as_bytes(document: Any) -> bytes:
    return json.dumps(document).encode()

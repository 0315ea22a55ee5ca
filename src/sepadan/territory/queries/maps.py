"""The map of a region: its true boundaries once they are loaded, else its hexagons, else none.

A boundary layer is drawn only while it names exactly the kelurahan and desa of the region; after a change of the
hierarchy the hexagons stand in until boundaries are loaded again.
"""

from __future__ import annotations

from sepadan.ground.cells import Words
from sepadan.ground.figures import Language
from sepadan.territory.engine.hexmap import Area, Drawing, hexmap_svg
from sepadan.territory.engine.shading import Shading
from sepadan.territory.engine.shapes import Shape, boundary_svg
from sepadan.territory.models import Boundary, BoundaryLayer, Region
from sepadan.territory.names import Level
from sepadan.territory.queries.regions import villages_in


def hex_areas(region: Region | int) -> list[Area]:
    """The hexagons of a region; empty while one of its kelurahan has none."""
    rows = villages_in(region)
    placed = [Area(v.code, v.name, v.kecamatan_code, v.kecamatan_name, v.cell) for v in rows if v.cell is not None]
    return placed if len(placed) == len(rows) else []


def boundary_layer(region: Region | int, level: Level = Level.KELURAHAN) -> BoundaryLayer | None:
    """The loaded boundaries of a region at a level, for their source, licence and date."""
    key = region if isinstance(region, int) else region.pk
    return BoundaryLayer.objects.filter(region_id=key, level=level.value).first()


def boundary_shapes(region: Region | int) -> list[Shape]:
    """The true shapes of all kelurahan of a region; empty unless a layer is loaded that names them all."""
    layer = boundary_layer(region)
    if layer is None:
        return []
    rows = {v.code: v for v in villages_in(region)}
    stored = list(Boundary.objects.filter(layer=layer).order_by("code"))
    if {boundary.code for boundary in stored} != set(rows):
        return []
    return [Shape(b.code, rows[b.code].name, rows[b.code].kecamatan_code, rows[b.code].kecamatan_name, b.geometry)
            for b in stored]


def region_map(region: Region | int, shading: Shading, *, lang: Language, title: Words,
               description: Words | None = None, name: str = "map", hexagons: bool = False) -> Drawing | None:
    """The map of *region* in the classes of *shading*; None where neither boundaries nor hexagons are known.

    *hexagons* draws the hexagons even where boundaries are loaded (they show the figures of small areas as well).
    """
    if not hexagons:
        shapes = boundary_shapes(region)
        if shapes:
            layer = boundary_layer(region)
            credit = f"{layer.source} ({layer.licence})" if layer and layer.licence else layer.source if layer else ""
            return boundary_svg(shapes, shading, lang=lang, title=title, description=description, credit=credit,
                                name=name)
    areas = hex_areas(region)
    if not areas:
        return None
    return hexmap_svg(areas, shading, lang=lang, title=title, description=description, name=name)

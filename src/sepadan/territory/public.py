"""What other modules may use of the territory.

*Regions*: ``region_of_code("35.73")`` (raises Refused with a hint), ``find_region`` (None), ``all_regions``,
``regions_with_villages``, ``kecamatan_in``, ``villages_in`` (kelurahan and desa with kecamatan, centroid and hexagon),
``village_names``. Primary keys are the digits of the code: ``key_of("35.73.01.1001")``.

*Figures*: ``cell_of(code, Measure.POPULATION)`` gives the newest value with its origin or a missing cell, ``cells_of``
all published ones, ``cells_by_area(region, Level.KELURAHAN, Measure.AREA_KM2)`` one cell for every area.

*Maps*: ``region_map(region, Shading(label, values), lang=..., title=...)`` gives a ``Drawing`` (svg, key, twin) for the
template tag ``{% hexmap %}``; boundaries when loaded, else hexagons. ``hexmap_svg`` and ``boundary_svg`` draw values
that are not in the database.

*Writing* is for set-up and the command line, as the owner of the tables: ``load_reference``, ``import_villages``,
``load_boundaries``. The application's role cannot write here.
"""

from __future__ import annotations

from sepadan.territory.engine.codes import dotted, kecamatan_of, key_of, kind_of, level_of
from sepadan.territory.engine.hexmap import Area, Drawing, hexmap_svg
from sepadan.territory.engine.shading import Shading
from sepadan.territory.engine.shapes import Shape, boundary_svg
from sepadan.territory.models import Boundary, BoundaryLayer, Fact, Kecamatan, Kelurahan, Province, Region
from sepadan.territory.names import Level, Measure, RegionKind, VillageKind, Zone
from sepadan.territory.queries.facts import cell_of, cells_by_area, cells_of
from sepadan.territory.queries.maps import boundary_layer, boundary_shapes, hex_areas, region_map
from sepadan.territory.queries.regions import (
    VillageRow,
    all_regions,
    find_region,
    kecamatan_in,
    region_of_code,
    regions_with_villages,
    village_names,
    villages_in,
)
from sepadan.territory.services.boundaries import BoundariesLoaded, load_boundaries
from sepadan.territory.services.reference import edition, load_reference
from sepadan.territory.services.villages import Imported, import_villages

__all__ = [
    "Area", "BoundariesLoaded", "Boundary", "BoundaryLayer", "Drawing", "Fact", "Imported", "Kecamatan", "Kelurahan",
    "Level", "Measure", "Province", "Region", "RegionKind", "Shading", "Shape", "VillageKind", "VillageRow", "Zone",
    "all_regions", "boundary_layer", "boundary_shapes", "boundary_svg", "cell_of", "cells_by_area", "cells_of",
    "dotted", "edition", "find_region", "hex_areas", "hexmap_svg", "import_villages", "kecamatan_in", "kecamatan_of",
    "key_of", "kind_of", "level_of", "load_boundaries", "load_reference", "region_map", "region_of_code",
    "regions_with_villages", "village_names", "villages_in",
]

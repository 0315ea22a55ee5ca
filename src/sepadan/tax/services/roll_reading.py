"""Reading a whole roll out of PostgreSQL as columns: 1.3 million rows in one to two seconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from sepadan.tax.engine.roll_columns import RollColumns, number_by_appearance
from sepadan.tax.models import Roll
from sepadan.tax.services.binary_copy import read_arrays
from sepadan.territory.public import dotted

QUERY = sql.SQL("""
    SELECT id / 16384 AS chunk, nop::bigint AS nop, kelurahan_id, taxpayer_id, use = 'food_land' AS food_land,
           land_m2, land_class, building_m2, coalesce(building_class, 0::smallint) AS building_class,
           njop_land, njop_building, sppt_printed
    FROM tax_taxableobject WHERE region_id = {} AND roll_id = {}""")
TYPES = {"nop": ">i8", "kelurahan_id": ">i8", "taxpayer_id": ">i8", "food_land": "u1", "land_m2": ">i4",
         "land_class": ">i2", "building_m2": ">i4", "building_class": ">i2", "njop_land": ">i8", "njop_building": ">i8",
         "sppt_printed": "u1"}


def read_columns(connection: psycopg.Connection[Any], roll: Roll) -> RollColumns:
    """The columns of *roll* in the order of NOP. The connection must see the roll's region."""
    query = QUERY.format(sql.Literal(roll.region_id), sql.Literal(roll.pk))
    rows = read_arrays(connection, query, sql.Identifier("chunk"), TYPES)
    order = np.argsort(rows["nop"].astype(np.int64), kind="stable")
    column = {name: values[order].astype(np.int64) for name, values in rows.items()}
    places, village = np.unique(column["kelurahan_id"], return_inverse=True)
    return RollColumns(
        villages=tuple(dotted(str(place)) for place in places), nop=column["nop"], village=village.astype(np.int64),
        owner=number_by_appearance(column["taxpayer_id"]), food_land=column["food_land"], land_m2=column["land_m2"],
        land_class=column["land_class"], building_m2=column["building_m2"], building_class=column["building_class"],
        njop_land=column["njop_land"], njop_building=column["njop_building"], printed=column["sppt_printed"])

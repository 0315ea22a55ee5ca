"""Reading a whole roll out of PostgreSQL as columns: 1.3 million rows in one to two seconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from sepadan.tax.engine.roll_columns import RollColumns, number_by_appearance
from sepadan.tax.models import Roll
from sepadan.tax.queries.runs import raw_connection
from sepadan.tax.services.binary_copy import read_arrays
from sepadan.territory.public import dotted

# The server spends its time per value that it puts into an array, so small ones share a 64-bit word: ``marks`` holds
# from the top the kelurahan within its region, land class and building class (15 bits each), printed and food land.
QUERY = sql.SQL("""
    SELECT id / 16384 AS chunk, nop::bigint AS nop, taxpayer_id, njop_land, njop_building,
           (land_m2::bigint << 32) | building_m2 AS areas,
           ((kelurahan_id - region_id::bigint * {villages}) << 32) | (land_class::bigint << 17)
           | (coalesce(building_class, 0)::bigint << 2) | (sppt_printed::int << 1) | (use = 'food_land')::int AS marks
    FROM tax_taxableobject WHERE region_id = {region} AND roll_id = {roll}""")
TYPES = dict.fromkeys(("nop", "taxpayer_id", "njop_land", "njop_building", "areas", "marks"), ">i8")
VILLAGES = 1_000_000  # the key of a kelurahan is that of its region and six digits
CLASS = (1 << 15) - 1


def read_columns(connection: psycopg.Connection[Any], roll: Roll) -> RollColumns:
    """The columns of *roll* in the order of NOP. The connection must see the roll's region."""
    query = QUERY.format(region=sql.Literal(roll.region_id), roll=sql.Literal(roll.pk), villages=sql.Literal(VILLAGES))
    rows = read_arrays(connection, query, sql.Identifier("chunk"), TYPES)
    order = np.argsort(rows["nop"].astype(np.int64), kind="stable")
    column = {name: values[order].astype(np.int64) for name, values in rows.items()}
    areas, marks = column["areas"], column["marks"]
    places, village = np.unique(marks >> 32, return_inverse=True)
    return RollColumns(
        villages=tuple(dotted(str(roll.region_id * VILLAGES + place)) for place in places.tolist()), nop=column["nop"],
        village=village.astype(np.int64), owner=number_by_appearance(column["taxpayer_id"]), food_land=marks & 1,
        land_m2=areas >> 32, land_class=marks >> 17 & CLASS, building_m2=areas & 0xFFFFFFFF,
        building_class=marks >> 2 & CLASS, njop_land=column["njop_land"], njop_building=column["njop_building"],
        printed=marks >> 1 & 1)


def columns_of(roll: Roll) -> RollColumns:
    """The columns of *roll*, which is one of the region in scope."""
    return read_columns(raw_connection(), roll)

"""Opening a register from a frozen roll: for a demonstration, or where a roll is all that an office has.

    place     the first ten digits of a NOP and the kelurahan in which the roll has them
    zone      one for each land class and place, marked synthetic; its NIR is the class value, so that freezing the
              register gives the roll back to the rupiah
    building  one for each object that has any, kind unknown (``00``), valued at its NJOP of buildings
    taxpayer  the version that begins on the first day, with the name and without an address, which a roll lacks

Objects that the register has already stay as they are, so that opening twice changes nothing. Everything is valid from
1 January of *first_year*; the NIR is the same in every year up to that of the roll, which the word synthetic says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, region_scope
from sepadan.tax.models import Roll
from sepadan.tax.services.freezing import classes_of, write_entry
from sepadan.tax.services.rolls import bulk_connection, skip_row_checks
from sepadan.territory.public import Region, key_of

UNKNOWN_JPB = "00"
TAKEN = """
    CREATE TEMP TABLE taken ON COMMIT DROP AS
    SELECT o.*, left(o.nop, 10) AS place_code, 'K' || lpad(o.land_class::text, 3, '0') AS zone_code
    FROM tax_taxableobject o
    WHERE o.region_id = %(region)s AND o.roll_id = %(roll)s AND (%(part)s = 0 OR o.kelurahan_id / 10000 = %(part)s)
      AND NOT EXISTS (SELECT 1 FROM tax_registerobject r WHERE r.region_id = o.region_id AND r.nop = o.nop)
"""
TWO_KELURAHAN = """
    SELECT t.place_code FROM (SELECT DISTINCT place_code, kelurahan_id FROM taken
                              UNION SELECT code, kelurahan_id FROM tax_nopplace WHERE region_id = %(region)s) t
    GROUP BY t.place_code HAVING count(*) > 1 ORDER BY 1 LIMIT 1
"""
PLACES = """
    INSERT INTO tax_nopplace (region_id, code, kelurahan_id)
    SELECT DISTINCT %(region)s::smallint, place_code, kelurahan_id FROM taken ORDER BY 2 ON CONFLICT DO NOTHING
"""
ZONES = """
    INSERT INTO tax_landzone (region_id, place_id, code, description, synthetic)
    SELECT DISTINCT %(region)s::smallint, p.id, t.zone_code, '', true
    FROM taken t JOIN tax_nopplace p ON p.region_id = %(region)s AND p.code = t.place_code
    ORDER BY 2, 3 ON CONFLICT DO NOTHING
"""
VALUES = """
    INSERT INTO tax_zonevalue (region_id, zone_id, tax_year, nir, method, document, recorded_at, recorded_by)
    SELECT %(region)s, z.id, y.year, c.value, 'synthetic', %(roll_name)s, %(now)s, %(actor)s
    FROM tax_landzone z
    JOIN unnest(%(land_name)s::int[], %(land_value)s::bigint[]) AS c(name, value)
      ON z.code = 'K' || lpad(c.name::text, 3, '0')
    CROSS JOIN generate_series(%(first_year)s, %(year)s) AS y(year)
    WHERE z.region_id = %(region)s AND z.synthetic
    ON CONFLICT DO NOTHING
"""
OBJECTS = """
    INSERT INTO tax_registerobject (region_id, nop, place_id, version, registered_at, changed_at, changed_by)
    SELECT %(region)s, t.nop, p.id, 1, %(now)s, %(now)s, %(actor)s
    FROM taken t JOIN tax_nopplace p ON p.region_id = %(region)s AND p.code = t.place_code ORDER BY t.nop
"""
VERSIONS = """
    INSERT INTO tax_objectversion (region_id, register_object_id, taxpayer_id, holder, state, close_reason, exemption,
        street, block_number, rt, rw, land_m2, zone_id, land_kind, use, parcel, spop_number, valid_from, recorded_at,
        set_fields, change)
    SELECT %(region)s, r.id, t.taxpayer_id, '1', 'active', '', '', t.street, '', '', '', t.land_m2, z.id,
           CASE WHEN t.building_m2 > 0 THEN '1' ELSE '3' END, t.use, '', '', %(first_day)s, %(now)s, '[]', 'opened'
    FROM taken t
    JOIN tax_registerobject r ON r.region_id = %(region)s AND r.nop = t.nop
    JOIN tax_landzone z ON z.region_id = %(region)s AND z.place_id = r.place_id AND z.code = t.zone_code
    ORDER BY r.id
"""
BUILDINGS = """
    INSERT INTO tax_buildingversion (region_id, register_object_id, number, removed, jpb, storeys, area_m2, value,
        condition, construction, roof, wall, floor, ceiling, facilities, lspop_number, valid_from, recorded_at,
        set_fields, change)
    SELECT %(region)s, r.id, 1, false, %(jpb)s, 1, t.building_m2, t.njop_building, '', '', '', '', '', '', '{}', '',
           %(first_day)s, %(now)s, '[]', 'opened'
    FROM taken t JOIN tax_registerobject r ON r.region_id = %(region)s AND r.nop = t.nop
    WHERE t.building_m2 > 0 ORDER BY r.id
"""
PAYERS = """
    INSERT INTO tax_taxpayerversion (region_id, taxpayer_id, name, nik_digest, nik_last4, street, block_number, rt, rw,
        village, city, postal_code, phone, occupation, valid_from, recorded_at, set_fields, change)
    SELECT %(region)s, p.id, p.name, p.nik_digest, p.nik_last4, '', '', '', '', '', '', '', '', '', %(first_day)s,
           %(now)s, '[]', 'opened'
    FROM tax_taxpayer p
    WHERE p.region_id = %(region)s AND EXISTS (SELECT 1 FROM taken t WHERE t.taxpayer_id = p.id)
      AND NOT EXISTS (SELECT 1 FROM tax_taxpayerversion v WHERE v.region_id = p.region_id AND v.taxpayer_id = p.id)
"""
TABLES = ("tax_nopplace, tax_landzone, tax_zonevalue, tax_registerobject, tax_objectversion, tax_buildingversion, "
          "tax_taxpayerversion")


@dataclass(frozen=True, slots=True)
class Opened:
    """How many objects came into the register, and how many buildings with them."""

    objects: int
    buildings: int


def register_from_roll(region: Region, roll: Roll, *, actor: Actor, now: datetime, first_year: int | None = None,
                       part: str = "") -> Opened:
    """The objects of *roll* (of a kecamatan: *part* is its code) that the register lacks, with their owners and zones.

    Opens the region's scope itself; runs in a transaction of its own through the owner's connection. Refused where one
    code of a place covers two kelurahan.
    """
    with region_scope(region):
        classes = classes_of(roll.tax_year, roll.class_table)
    first = first_year or roll.tax_year
    params = {"region": region.pk, "roll": roll.pk, "part": key_of(part) if part else 0, "now": now,
              "actor": actor.name, "first_year": first, "first_day": date(first, 1, 1), "year": roll.tax_year,
              "roll_name": f"{roll} (sintetis)"[:120], "jpb": UNKNOWN_JPB, **classes.columns("land")}
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE tax_registerobject IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL enable_nestloop = off")  # whole tables are joined; a row at a time takes hours
        cursor.execute(TAKEN, params)
        cursor.execute("ANALYZE taken")
        found = cursor.execute(TWO_KELURAHAN, params).fetchone()
        if found is not None:
            raise refuse("tax.freeze.two_kelurahan", where=found[0], remedy="tax.freeze.two_kelurahan.remedy")
        return _fill(cursor, roll, params, actor, now)


def _fill(cursor: psycopg.Cursor[Any], roll: Roll, params: dict[str, Any], actor: Actor, now: datetime) -> Opened:
    skip_row_checks(cursor)  # every key is read from rows that the foreign keys hold already
    cursor.execute(PLACES, params)
    cursor.execute("ANALYZE tax_nopplace")
    cursor.execute(ZONES, params)
    cursor.execute("ANALYZE tax_landzone")
    cursor.execute(VALUES, params)
    cursor.execute(OBJECTS, params)
    objects = cursor.rowcount
    cursor.execute("ANALYZE tax_registerobject")
    cursor.execute(VERSIONS, params)
    versions = cursor.rowcount
    cursor.execute(BUILDINGS, params)
    buildings = cursor.rowcount
    cursor.execute(PAYERS, params)
    if versions != objects:
        raise refuse("tax.roll.differs", where=str(roll), remedy="tax.roll.differs.remedy")
    cursor.execute(f"ANALYZE {TABLES}")
    if objects:
        write_entry(cursor, roll, "tax.audit.register_opened", actor, now, {
            "roll": str(roll), "objects": objects, "buildings": buildings})
    return Opened(objects, buildings)

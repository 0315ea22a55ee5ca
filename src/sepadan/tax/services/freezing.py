"""Freezing the register into a roll: every object as it stood on 1 January of the tax year, valued and set apart.

One statement per step over the whole register (1.3 million objects), through the owner's connection and in one
transaction; a roll is whole or absent. The rule is that of ``engine/njop.py``, written in SQL over whole numbers:

    land      = m2 x value of the class that holds the NIR of the object's zone in the tax year
    buildings = sum of m2 x value of the class that holds sum of values / sum of areas, one building or several
    a member of a shared object bears, besides its own, its m2 of the parent at the parent's class values;
    of a parent that is closed or exempt nothing is borne

A class holds over < value <= to; with whole bounds that is the same question for the value rounded up. An owner whose
entry was merged into another one stands under that one. Each object that is left out is kept with its reason. What is
known when it is frozen counts; a later correction makes another version.

The roll is marked synthetic where a zone that it rests on is. It does not estimate: a building that nobody has valued
and a zone without NIR leave their objects out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import sql

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, region_scope
from sepadan.tax.engine.njop import ClassTable, PartKind
from sepadan.tax.models import RegionClassTable, Roll
from sepadan.tax.models.register_values import ClassTableState, Omission
from sepadan.tax.names import RollState
from sepadan.tax.services.class_tables import NATIONAL, approved_tables, digest_of, national_table, rows_of
from sepadan.tax.services.roll_reading import read_columns
from sepadan.tax.services.rolls import (
    NewRoll,
    bulk_connection,
    fail_roll,
    loading_lock,
    open_roll,
    skip_row_checks,
)
from sepadan.territory.public import Region, key_of

NAME = "register"
FREEZE_WORK = "tax.freeze_roll"
"""The kind of background work that freezes the register."""

STANDING = """
    CREATE TEMP TABLE standing ON COMMIT DROP AS
    SELECT o.id, o.nop, p.kelurahan_id, coalesce(m.into_id, v.taxpayer_id) AS taxpayer_id, v.use,
           v.state, v.exemption, v.land_m2, v.zone_id,
           left(btrim(concat_ws(' ', v.street, v.block_number)), 80) AS street, z.nir,
           coalesce(n.synthetic, false) AS made, coalesce(b.m2, 0) AS building_m2,
           coalesce(b.value, 0) AS building_value, coalesce(b.unvalued, 0) AS unvalued
    FROM tax_objectversion v
    JOIN tax_registerobject o ON o.region_id = v.region_id AND o.id = v.register_object_id
    JOIN tax_nopplace p ON p.region_id = o.region_id AND p.id = o.place_id
    LEFT JOIN tax_taxpayermerge m ON m.region_id = v.region_id AND m.dropped_id = v.taxpayer_id AND m.state = 'approved'
    LEFT JOIN tax_landzone n ON n.region_id = v.region_id AND n.id = v.zone_id
    LEFT JOIN tax_zonevalue z ON z.region_id = v.region_id AND z.zone_id = v.zone_id AND z.tax_year = %(year)s
        AND z.superseded_at IS NULL
    LEFT JOIN (
        SELECT register_object_id, sum(area_m2)::bigint AS m2, sum(value)::bigint AS value,
               count(*) FILTER (WHERE value IS NULL) AS unvalued
        FROM tax_buildingversion
        WHERE region_id = %(region)s AND superseded_at IS NULL AND NOT removed AND valid_from <= %(on)s
          AND (valid_to IS NULL OR valid_to > %(on)s)
        GROUP BY register_object_id
    ) b ON b.register_object_id = o.id
    WHERE v.region_id = %(region)s AND v.superseded_at IS NULL AND v.valid_from <= %(on)s
      AND (v.valid_to IS NULL OR v.valid_to > %(on)s) AND (%(part)s = 0 OR p.kelurahan_id / 10000 = %(part)s)
"""
_CLASS = """CASE WHEN {0} IS NULL OR width_bucket({0} - 1, %({1}_over)s::bigint[]) = 0 THEN NULL
     WHEN {0} <= coalesce((%({1}_to)s::bigint[])[width_bucket({0} - 1, %({1}_over)s::bigint[])], {0})
     THEN width_bucket({0} - 1, %({1}_over)s::bigint[]) END"""
_BUILDING_M2_VALUE = ("CASE WHEN building_m2 > 0 AND unvalued = 0 "
                      "THEN (building_value + building_m2 - 1) / building_m2 END")
CLASSED = f"""
    CREATE TEMP TABLE classed ON COMMIT DROP AS
    SELECT *, (%(land_value)s::bigint[])[land_place] AS land_rate, (%(land_name)s::int[])[land_place] AS land_class,
           (%(building_value)s::bigint[])[building_place] AS building_rate,
           (%(building_name)s::int[])[building_place] AS building_class
    FROM (SELECT *, {_CLASS.format('nir', 'land')} AS land_place,
                 {_CLASS.format('building_up', 'building')} AS building_place
          FROM (SELECT *, {_BUILDING_M2_VALUE} AS building_up FROM standing) up) placed
"""
VALUED = """
    CREATE TEMP TABLE valued ON COMMIT DROP AS
    SELECT c.*, coalesce(s.land_m2, 0) AS borne_land, coalesce(s.building_m2, 0) AS borne_building,
           coalesce(c.land_m2 * c.land_rate, 0) + coalesce(s.land, 0) AS njop_land,
           coalesce(c.building_m2 * c.building_rate, 0) + coalesce(s.building, 0) AS njop_building,
           coalesce(c.land_class, s.land_class) AS class_of_land,
           coalesce(c.building_class, s.building_class) AS class_of_building,
           CASE WHEN c.state = 'closed' THEN 'closed'
                WHEN c.exemption <> '' THEN 'exempt'
                WHEN h.parent_id IS NOT NULL THEN 'shared'
                WHEN c.land_m2 + c.building_m2 + coalesce(s.land_m2 + s.building_m2, 0) = 0 THEN 'no_land'
                WHEN (c.land_m2 > 0 OR s.member_id IS NULL) AND c.zone_id IS NULL OR s.no_zone THEN 'no_zone'
                WHEN (c.land_m2 > 0 OR s.member_id IS NULL) AND c.nir IS NULL OR s.no_nir THEN 'no_nir'
                WHEN c.unvalued > 0 OR s.unvalued THEN 'building_not_valued'
                WHEN (c.land_m2 > 0 OR s.member_id IS NULL) AND c.land_class IS NULL
                  OR c.building_m2 > 0 AND c.building_class IS NULL OR s.no_class THEN 'no_class'
           END AS reason
    FROM classed c
    LEFT JOIN (SELECT DISTINCT parent_id FROM borne) h ON h.parent_id = c.id
    LEFT JOIN (
        SELECT b.member_id, sum(b.land_m2) AS land_m2, sum(b.building_m2) AS building_m2,
               sum(b.land_m2 * p.land_rate) AS land, sum(b.building_m2 * p.building_rate) AS building,
               min(p.land_class) AS land_class,
               min(p.building_class) FILTER (WHERE b.building_m2 > 0) AS building_class,
               bool_or(b.land_m2 > 0 AND p.zone_id IS NULL) AS no_zone,
               bool_or(b.land_m2 > 0 AND p.nir IS NULL) AS no_nir,
               bool_or(b.building_m2 > 0 AND p.unvalued > 0) AS unvalued,
               bool_or(b.land_m2 > 0 AND p.land_class IS NULL
                       OR b.building_m2 > 0 AND p.building_class IS NULL) AS no_class
        FROM borne b JOIN classed p ON p.id = b.parent_id GROUP BY b.member_id
    ) s ON s.member_id = c.id
"""
BORNE = """
    CREATE TEMP TABLE borne ON COMMIT DROP AS
    SELECT s.parent_id, s.member_id, s.land_m2::bigint AS land_m2, s.building_m2::bigint AS building_m2
    FROM tax_sharedpart s JOIN standing p ON p.id = s.parent_id AND p.state = 'active' AND p.exemption = ''
    WHERE s.region_id = %(region)s AND s.superseded_at IS NULL AND s.valid_from <= %(on)s
      AND (s.valid_to IS NULL OR s.valid_to > %(on)s)
"""
OBJECTS = """
    INSERT INTO tax_taxableobject (region_id, roll_id, nop, kelurahan_id, taxpayer_id, use, street, land_m2, land_class,
        building_m2, building_class, njop_land, njop_building, njop, sppt_printed)
    SELECT %(region)s, %(roll)s, nop, kelurahan_id, taxpayer_id, use, street, land_m2 + borne_land, class_of_land,
           building_m2 + borne_building, class_of_building, njop_land, njop_building, njop_land + njop_building, true
    FROM valued WHERE reason IS NULL ORDER BY nop
"""
OMITTED = """
    INSERT INTO tax_rollomission (region_id, roll_id, register_object_id, reason)
    SELECT %(region)s, %(roll)s, id, reason FROM valued WHERE reason IS NOT NULL ORDER BY nop
"""
READY = """
    UPDATE tax_roll SET state = 'ready', object_count = %(objects)s, owner_count = %(owners)s, njop_total = %(njop)s,
        content_hash = %(hash)s, figures = %(figures)s, synthetic = %(synthetic)s, loaded_at = %(now)s
    WHERE region_id = %(region)s AND id = %(roll)s AND state = 'loading'
"""
AUDIT = """
    INSERT INTO records_auditentry (region_id, at, actor_id, actor_name, ip, agent, action, object_type, object_id,
        object_label, after, reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')
"""


@dataclass(frozen=True, slots=True)
class Classes:
    """A table of classes by name, as the engine takes it; a region's own one with the digest of its rows."""

    name: str
    table: ClassTable
    digest: str = ""

    def columns(self, kind: PartKind) -> dict[str, list[Any]]:
        """Bounds, values and numbers by rising bound, as parameters of the statements above."""
        rows = sorted(self.table.of(kind), key=lambda row: row.over)
        return {f"{kind}_over": [row.over for row in rows], f"{kind}_to": [row.to for row in rows],
                f"{kind}_value": [row.value for row in rows], f"{kind}_name": [int(row.name) for row in rows]}


def classes_of(tax_year: int, name: str | None = None) -> Classes:
    """The region's own newest approved table for *tax_year*, or the national one; or the one called *name*. Needs the
    region in scope. Raises Refused on a name that nobody knows."""
    if name:
        own = RegionClassTable.objects.filter(name=name, state=ClassTableState.APPROVED.value).first()
    else:
        own = next(iter(approved_tables(tax_year)), None)
    if own is None:
        table = national_table(name or NATIONAL)
        return Classes(table.name, table)
    return Classes(own.name, rows_of(own), own.digest or digest_of(rows_of(own)))


def freeze_roll(region: Region, tax_year: int, *, actor: Actor, now: datetime, part: str = "",
                class_table: str | None = None) -> Roll:
    """The roll of *tax_year* from the register of *region*, or of a kecamatan (*part*: its code).

    Opens the region's scope itself and must not be called within a transaction whose rows it should see. Raises
    Refused, and leaves nothing, where no object can be valued.
    """
    with loading_lock():
        with region_scope(region):
            classes = classes_of(tax_year, class_table)
            roll = open_roll(NewRoll(NAME if not part else f"{NAME} {part}", tax_year, classes.name, False, part=part),
                             now=now)
        try:
            with bulk_connection() as connection, connection.transaction():
                _fill(connection, roll, classes, actor, now)
        except BaseException:
            with region_scope(region):
                fail_roll(roll)
            raise
    with region_scope(region):
        return Roll.objects.get(pk=roll.pk, state=RollState.READY.value)


def _fill(connection: psycopg.Connection[Any], roll: Roll, classes: Classes, actor: Actor, now: datetime) -> None:
    on = date(roll.tax_year, 1, 1)
    params = {"region": roll.region_id, "roll": roll.pk, "year": roll.tax_year, "on": on,
              "part": key_of(roll.part) if roll.part else 0, **classes.columns("land"), **classes.columns("building")}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL enable_nestloop = off")  # whole tables are joined
        for name, statement in (("standing", STANDING), ("borne", BORNE), ("classed", CLASSED), ("valued", VALUED)):
            cursor.execute(statement, params)
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))
        skip_row_checks(cursor)  # every key is read from rows that the foreign keys hold already
        cursor.execute(OBJECTS, params)
        cursor.execute(OMITTED, params)
        cursor.execute("ANALYZE tax_taxableobject")
        columns = read_columns(connection, roll)
        left_out = dict(cursor.execute(
            "SELECT reason, count(*) FROM valued WHERE reason IS NOT NULL GROUP BY reason").fetchall())
        if not len(columns):
            raise refuse("tax.freeze.nothing", where=str(roll), remedy="tax.freeze.nothing.remedy",
                         left_out=sum(left_out.values()))
        made = cursor.execute("SELECT coalesce(bool_or(made), false) FROM valued WHERE reason IS NULL").fetchone()
        figures = {"left_out": {one.value: left_out.get(one.value, 0) for one in Omission}, "known_at": now.isoformat(),
                   "on": on.isoformat(), **({"classes": classes.digest} if classes.digest else {})}
        cursor.execute(READY, {
            **params, "objects": len(columns), "owners": columns.owner_count, "njop": int(columns.njop.sum()),
            "hash": columns.content_hash(), "figures": json.dumps(figures), "synthetic": bool(made and made[0]),
            "now": now})
        if cursor.rowcount != 1:
            raise refuse("tax.roll.taken", where=str(roll))
        write_entry(cursor, roll, "tax.audit.roll_frozen", actor, now, {
            "objects": len(columns), "njop": int(columns.njop.sum()), "class_table": classes.name,
            "left_out": sum(left_out.values())})


def write_entry(cursor: psycopg.Cursor[Any], roll: Roll, action: str, actor: Actor, now: datetime,
                after: Mapping[str, Any]) -> None:
    """The one audit record of a mass act, in the very transaction of its rows."""
    cursor.execute(AUDIT, [roll.region_id, now, actor.person_id, actor.name, actor.ip, actor.agent[:80], action,
                           "tax.roll", str(roll.pk), str(roll), json.dumps(dict(after))])

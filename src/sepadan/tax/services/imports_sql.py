"""The statements that compare the rows of an import with the register: what is new, changed, the same or bad.

All work on whole tables. Rows that were read lie in ``s_*`` tables of the session; a ``j_*`` table holds each row's
verdict beside what the register has. Ids of rows to come are negative (-1, -2, ...): only applying gives real ones.
An empty cell says nothing: it neither clears nor changes what the register has.

A version can be changed from the day ``on`` where the last live one began on or before it; else the row is told
(``later``): who knows of a later change decides by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sepadan.tax.engine.sismiop import (
    ALLOWANCES,
    BILLS,
    BUILDINGS,
    LAND,
    NIR,
    OBJECTS,
    PAYMENTS,
    SUBJECTS,
    TABLES,
    ZONES,
)
from sepadan.tax.services import imports_sql_opening as opening

STAGES: Mapping[str, str] = {
    SUBJECTS.name: "s_subject", OBJECTS.name: "s_object", LAND.name: "s_land", BUILDINGS.name: "s_building",
    ZONES.name: "s_zone", NIR.name: "s_nir", BILLS.name: "s_bill", PAYMENTS.name: "s_payment",
    ALLOWANCES.name: "s_holder"}
_NUMBERS = {"part": "smallint", "building_number": "smallint", "storeys": "smallint", "built_year": "smallint",
            "renovated_year": "smallint", "year": "smallint",
            **dict.fromkeys(("land_m2", "area_m2", "value", "nir", "building_m2", "njop_land", "njop_building", "njop",
                             "njoptkp", "pbb", "reduction", "payable", "interest", "amount"), "bigint"),
            **dict.fromkeys(("due_on", "issued_on", "paid_on", "entered_on"), "date")}
_SUBJECT = ("sid_digest", "sid_last4", "sid_number")


def stage_columns(table: str) -> tuple[str, ...]:
    """The columns of a stage in the order in which rows were written: line, then fields; a subject has three."""
    names: list[str] = ["line"]
    for name in TABLES[table].fields:
        names += _SUBJECT if name == "subject" else ["building_number" if name == "number" else name]
    return tuple(names)


def create_stage(table: str) -> str:
    columns = ", ".join(f"{name} {'bigint' if name == 'line' else _NUMBERS.get(name, 'text')}"
                        for name in stage_columns(table))
    return f"CREATE TEMP TABLE {STAGES[table]} (file bigint DEFAULT 0, {columns}) ON COMMIT DROP"


def differing(fields: Sequence[str], new: str = "s", old: str = "v", when: str = "true") -> str:
    """The names of *fields* that *new* states and *old* has otherwise, as a list of text."""
    each = ", ".join(f"CASE WHEN {when} AND {new}.{name} IS NOT NULL AND {new}.{name} IS DISTINCT FROM {old}.{name} "
                     f"THEN '{name}' END" for name in fields)
    return f"array_remove(ARRAY[{each}], NULL)"


SUBJECT_FIELDS = ("name", "street", "block_number", "rt", "rw", "village", "city", "postal_code", "phone",
                  "occupation")
OBJECT_TEXTS = ("holder", "street", "block_number", "rt", "rw", "parcel", "spop_number")
LAND_FIELDS = ("land_m2", "zone_id", "land_kind")
BUILDING_FIELDS = ("jpb", "built_year", "renovated_year", "storeys", "area_m2", "value", "condition", "construction",
                   "roof", "wall", "floor", "ceiling", "lspop_number")
_VERDICT = ("CASE WHEN {fault} IS NOT NULL THEN 'bad' WHEN {new} THEN 'new' WHEN {changed} THEN 'changed' "
            "ELSE 'same' END")

JUDGE_SUBJECTS = f"""
    CREATE TEMP TABLE j_subject ON COMMIT DROP AS
    WITH known AS (
        SELECT s.*, coalesce(s.sid_digest, s.sid_number) AS key, coalesce(d.id, t.id) AS known_id,
               coalesce(d.name, t.name) AS known_name,
               first_value(line) OVER one AS first_line, row_number() OVER one AS nth
        FROM s_subject s
        LEFT JOIN (SELECT DISTINCT ON (nik_digest) nik_digest, id, name FROM tax_taxpayer
                   WHERE region_id = %(region)s AND nik_digest IS NOT NULL ORDER BY nik_digest, id) d
               ON d.nik_digest = s.sid_digest
        LEFT JOIN tax_taxpayer t ON t.region_id = %(region)s AND t.npwpd = s.sid_number
        WINDOW one AS (PARTITION BY coalesce(d.id::text, t.id::text, s.sid_digest, 'n' || s.sid_number)
                       ORDER BY s.file, s.line)
    ), judged AS (
        SELECT s.*, v.id AS version_id, CASE WHEN s.nth > 1 THEN 'double' WHEN v.valid_from > %(on)s THEN 'later' END
               AS fault, {differing(SUBJECT_FIELDS[1:])} || CASE WHEN s.name <> coalesce(v.name, s.known_name)
                               THEN ARRAY['name'] ELSE ARRAY[]::text[] END AS changed
        FROM known s
        LEFT JOIN tax_taxpayerversion v ON v.region_id = %(region)s AND v.taxpayer_id = s.known_id
                                        AND v.superseded_at IS NULL AND v.valid_to IS NULL
    )
    SELECT *, coalesce(known_id, -row_number() OVER (ORDER BY file, line)) AS id,
           {_VERDICT.format(fault="fault", new="known_id IS NULL", changed="changed <> '{}'")}
           AS verdict
    FROM judged
"""

OWNERS = """
    CREATE TEMP TABLE j_owner ON COMMIT DROP AS
    SELECT DISTINCT ON (key) key, id FROM (
        SELECT key, id, 0 AS rank FROM j_subject WHERE verdict <> 'bad'
        UNION ALL SELECT nik_digest, min(id), 1 FROM tax_taxpayer
            WHERE region_id = %(region)s AND nik_digest IS NOT NULL GROUP BY nik_digest
        UNION ALL SELECT npwpd, id, 1 FROM tax_taxpayer WHERE region_id = %(region)s
    ) AS all_known WHERE key IN (SELECT coalesce(sid_digest, sid_number) FROM s_object
                                 UNION ALL SELECT coalesce(sid_digest, sid_number) FROM s_holder)
    ORDER BY key, rank
"""

JUDGE_ZONES = f"""
    CREATE TEMP TABLE j_zone ON COMMIT DROP AS
    WITH known AS (
        SELECT s.*, p.id AS place_id, z.id AS known_id, first_value(line) OVER one AS first_line,
               row_number() OVER one AS nth
        FROM s_zone s
        LEFT JOIN tax_nopplace p ON p.region_id = %(region)s AND p.code = s.place
        LEFT JOIN tax_landzone z ON z.region_id = %(region)s AND z.place_id = p.id AND z.code = s.znt
        WINDOW one AS (PARTITION BY s.place, s.znt ORDER BY s.file, s.line)
    ), judged AS (
        SELECT *, CASE WHEN place_id IS NULL THEN 'unmapped' WHEN nth > 1 THEN 'double' END AS fault FROM known
    )
    SELECT *, coalesce(known_id, -row_number() OVER (ORDER BY file, line)) AS id,
           {_VERDICT.format(fault="fault", new="known_id IS NULL", changed="false")} AS verdict
    FROM judged
"""

ZONES_KNOWN = """
    CREATE TEMP TABLE j_known_zone ON COMMIT DROP AS
    SELECT p.code AS place, z.code AS znt, z.id FROM tax_landzone z
    JOIN tax_nopplace p ON p.region_id = z.region_id AND p.id = z.place_id WHERE z.region_id = %(region)s
    UNION ALL SELECT place, znt, id FROM j_zone WHERE verdict = 'new'
"""

JUDGE_NIR = f"""
    CREATE TEMP TABLE j_nir ON COMMIT DROP AS
    WITH known AS (
        SELECT s.*, p.id AS place_id, z.id AS zone_id, v.id AS version_id, v.nir AS before,
               first_value(line) OVER one AS first_line, row_number() OVER one AS nth
        FROM s_nir s
        LEFT JOIN tax_nopplace p ON p.region_id = %(region)s AND p.code = s.place
        LEFT JOIN j_known_zone z ON z.place = s.place AND z.znt = s.znt
        LEFT JOIN tax_zonevalue v ON v.region_id = %(region)s AND v.zone_id = z.id AND v.tax_year = s.year
                                  AND v.superseded_at IS NULL
        WINDOW one AS (PARTITION BY s.place, s.znt, s.year ORDER BY s.file, s.line)
    ), judged AS (
        SELECT *, CASE WHEN place_id IS NULL THEN 'unmapped' WHEN zone_id IS NULL THEN 'no_zone'
                       WHEN nth > 1 THEN 'double' END AS fault FROM known
    )
    SELECT *, {_VERDICT.format(fault="fault", new="version_id IS NULL", changed="before <> nir")} AS verdict FROM judged
"""

_OBJECT_SOUND = "s.o_fault IS NULL AND s.o_line IS NOT NULL"
_LAND_SOUND = "s.l_fault IS NULL AND s.l_line IS NOT NULL"

JUDGE_OBJECTS = f"""
    CREATE TEMP TABLE j_object ON COMMIT DROP AS
    WITH rows AS (
        SELECT *, row_number() OVER (PARTITION BY nop ORDER BY file, line) AS nth FROM s_object
    ), parts AS (
        SELECT *, row_number() OVER (PARTITION BY nop, part ORDER BY file, line) AS nth FROM s_land
    ), land AS (
        SELECT nop, min(line) AS line, min(znt) AS znt, min(znt) <> max(znt) AS two, sum(land_m2)::bigint AS land_m2,
               max(land_kind) AS land_kind FROM parts WHERE nth = 1 GROUP BY nop
    ), joined AS (
        SELECT coalesce(o.nop, l.nop) AS nop, o.line AS o_line, l.line AS l_line, l.two, l.znt,
               coalesce(o.sid_digest, o.sid_number) AS owner_key, {", ".join("o." + name for name in OBJECT_TEXTS)},
               o.act, coalesce(l.land_m2, o.land_m2) AS land_m2, l.land_kind
        FROM (SELECT * FROM rows WHERE nth = 1) o FULL JOIN land l ON l.nop = o.nop
    ), known AS (
        SELECT b.*, p.id AS place_id, r.id AS object_id, r.version, v.id AS version_id, w.id AS taxpayer_id,
               z.id AS zone_id, v.valid_from,
               CASE WHEN p.id IS NULL THEN 'unmapped' WHEN v.valid_from > %(on)s THEN 'later'
                    WHEN w.id IS NULL THEN 'no_owner' END AS o_own,
               CASE WHEN p.id IS NULL THEN 'unmapped' WHEN v.valid_from > %(on)s THEN 'later'
                    WHEN b.two THEN 'two_zones' WHEN z.id IS NULL THEN 'no_zone'
                    WHEN r.id IS NULL AND b.o_line IS NULL THEN 'no_object' END AS l_own
        FROM joined b
        LEFT JOIN tax_nopplace p ON p.region_id = %(region)s AND p.code = left(b.nop, 10)
        LEFT JOIN tax_registerobject r ON r.region_id = %(region)s AND r.nop = b.nop
        LEFT JOIN tax_objectversion v ON v.region_id = %(region)s AND v.register_object_id = r.id
                                      AND v.superseded_at IS NULL AND v.valid_to IS NULL
        LEFT JOIN j_owner w ON w.key = b.owner_key
        LEFT JOIN j_known_zone z ON z.place = left(b.nop, 10) AND z.znt = b.znt
    ), s AS (
        SELECT k.*, CASE WHEN o_line IS NULL THEN NULL WHEN o_own IS NOT NULL THEN o_own
                         WHEN object_id IS NULL AND l_line IS NOT NULL AND l_own IS NOT NULL THEN 'land_bad'
                         WHEN object_id IS NULL AND l_line IS NULL AND (%(has_land)s OR land_m2 IS NULL) THEN 'no_land'
                    END AS o_fault,
               CASE WHEN l_line IS NULL THEN NULL WHEN l_own IS NOT NULL THEN l_own
                    WHEN object_id IS NULL AND o_own IS NOT NULL THEN 'object_bad' END AS l_fault
        FROM known k
    ), judged AS (
        SELECT s.*, {differing((*OBJECT_TEXTS, "taxpayer_id"), when=_OBJECT_SOUND)}
               || CASE WHEN {_OBJECT_SOUND} AND s.act = '3' AND v.state = 'active'
                       THEN ARRAY['state', 'close_reason'] ELSE ARRAY[]::text[] END
               || CASE WHEN {_OBJECT_SOUND} AND s.l_line IS NULL AND s.land_m2 <> v.land_m2 AND NOT %(has_land)s
                       THEN ARRAY['land_m2'] ELSE ARRAY[]::text[] END AS o_changed,
               {differing(LAND_FIELDS, when=_LAND_SOUND)} AS l_changed, coalesce(v.state, 'active') AS state
        FROM s LEFT JOIN tax_objectversion v ON v.region_id = %(region)s AND v.id = s.version_id
    )
    SELECT *, {_VERDICT.format(fault="o_fault", new="object_id IS NULL", changed="o_changed <> '{}'")} AS o_verdict,
           {_VERDICT.format(fault="l_fault", new="object_id IS NULL", changed="l_changed <> '{}'")} AS l_verdict,
           -row_number() OVER (ORDER BY nop) AS new_id
    FROM judged
"""

JUDGE_OBJECT_ROWS = """
    CREATE TEMP TABLE j_object_row ON COMMIT DROP AS
    SELECT s.file, s.line, s.nop, first_line, CASE WHEN nth > 1 THEN 'double' ELSE j.o_fault END AS fault,
           CASE WHEN nth > 1 THEN 'bad' ELSE j.o_verdict END AS verdict, j.znt
    FROM (SELECT file, line, nop, first_value(line) OVER one AS first_line, row_number() OVER one AS nth FROM s_object
          WINDOW one AS (PARTITION BY nop ORDER BY file, line)) s JOIN j_object j ON j.nop = s.nop
"""

JUDGE_LAND_ROWS = """
    CREATE TEMP TABLE j_land ON COMMIT DROP AS
    SELECT s.file, s.line, s.nop, first_line, CASE WHEN nth > 1 THEN 'double' ELSE j.l_fault END AS fault,
           CASE WHEN nth > 1 THEN 'bad' ELSE j.l_verdict END AS verdict, s.znt
    FROM (SELECT file, line, nop, znt, first_value(line) OVER one AS first_line, row_number() OVER one AS nth
          FROM s_land WINDOW one AS (PARTITION BY nop, part ORDER BY file, line)) s JOIN j_object j ON j.nop = s.nop
"""

JUDGE_BUILDINGS = f"""
    CREATE TEMP TABLE j_building ON COMMIT DROP AS
    WITH known AS (
        SELECT s.file, s.line, s.nop, s.building_number, s.jpb, s.built_year,
               nullif(s.renovated_year, 0)::smallint AS renovated_year, s.storeys, s.area_m2,
               nullif(s.value, 0) AS value, s.condition,
               s.construction, s.roof, s.wall, s.floor, s.ceiling, s.lspop_number,
               p.id AS place_id, coalesce(r.id, j.new_id) AS object_id, r.version, v.id AS version_id, v.valid_from,
               v.removed, first_value(line) OVER one AS first_line, row_number() OVER one AS nth
        FROM s_building s
        LEFT JOIN tax_nopplace p ON p.region_id = %(region)s AND p.code = left(s.nop, 10)
        LEFT JOIN tax_registerobject r ON r.region_id = %(region)s AND r.nop = s.nop
        LEFT JOIN j_object j ON j.nop = s.nop AND j.object_id IS NULL AND j.o_verdict = 'new'
        LEFT JOIN tax_buildingversion v ON v.region_id = %(region)s AND v.register_object_id = r.id
                                        AND v.number = s.building_number AND v.superseded_at IS NULL
                                        AND v.valid_to IS NULL
        WINDOW one AS (PARTITION BY s.nop, s.building_number ORDER BY s.file, s.line)
    ), judged AS (
        SELECT s.*, CASE WHEN s.nth > 1 THEN 'double' WHEN s.place_id IS NULL THEN 'unmapped'
                         WHEN s.object_id IS NULL THEN 'no_object' WHEN s.valid_from > %(on)s THEN 'later' END AS fault,
               {differing(BUILDING_FIELDS)} || CASE WHEN s.removed THEN ARRAY['removed'] ELSE ARRAY[]::text[] END
               AS changed
        FROM known s
        LEFT JOIN tax_buildingversion v ON v.region_id = %(region)s AND v.id = s.version_id
    )
    SELECT *, {_VERDICT.format(fault="fault", new="version_id IS NULL", changed="changed <> '{}'")} AS verdict
    FROM judged
"""

JUDGED = {SUBJECTS.name: "j_subject", ZONES.name: "j_zone", NIR.name: "j_nir", OBJECTS.name: "j_object_row",
          LAND.name: "j_land", BUILDINGS.name: "j_building", BILLS.name: "j_bill", PAYMENTS.name: "j_payment",
          ALLOWANCES.name: "j_holder"}
"""Where the verdict of each row of a table stands: file, line, verdict, fault, first_line."""

STATEMENTS = (JUDGE_SUBJECTS, "ANALYZE j_subject", OWNERS, "ANALYZE j_owner", JUDGE_ZONES, ZONES_KNOWN,
              "ANALYZE j_known_zone", JUDGE_NIR, JUDGE_OBJECTS, "ANALYZE j_object", JUDGE_OBJECT_ROWS, JUDGE_LAND_ROWS,
              JUDGE_BUILDINGS, *opening.STATEMENTS)

"""Writing what was judged into the register: whole tables at once, in one transaction, or nothing.

The judgement is made again inside the transaction and must have the very counts that were shown; objects that change
are locked in the order of their ids and must be as they were judged. New rows get ids reserved at once. A version that
changes is superseded and its successors added by the rule of ``engine/register.py`` for a change in the last span: what
held before ``on`` stays as it was, from ``on`` the stated fields are new. Everything carries the one audit record of
the import. Foreign keys need no check row by row: every key written comes from a join with the row it names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import psycopg

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor
from sepadan.tax.models import BuildingVersion, ObjectVersion, TaxpayerVersion
from sepadan.tax.services.imports_judging import Cursor, Judgement, StagedFile, judge
from sepadan.tax.services.imports_sql import BUILDING_FIELDS, OBJECT_TEXTS, SUBJECT_FIELDS
from sepadan.tax.services.imports_writing import Accounts, write_holders, write_openings
from sepadan.tax.services.rolls import bulk_connection, reserve_ids, skip_row_checks

NEW_NUMBER = "W"
"""Before the regional number given to a taxpayer whom the office knew by NIK alone."""


def write_judged(cursor: Cursor, region_id: int, on: date, now: datetime, by: str, entry: int, label: str = "",
                 totals: Sequence[Sequence[int]] = (), accounts: Accounts | None = None) -> dict[str, int]:
    """All writes of the judged tables; returns how many rows each wrote. *totals* and *accounts* are those of bills of
    an older system, None where there are none."""
    written: dict[str, int] = {}
    params: dict[str, Any] = {"region": region_id, "on": on, "now": now, "by": by, "entry": entry}

    def run(name: str, statement: str) -> None:
        cursor.execute(statement, params)
        row = cursor.fetchone() if name == "superseding" else None
        written[name] = written.get(name, 0) + (cursor.rowcount if row is None else int(row[0]))

    with bulk_connection() as other:
        for name, table, test in (("payer", "tax_taxpayer", "j_subject WHERE verdict = 'new'"),
                                  ("zone", "tax_landzone", "j_zone WHERE verdict = 'new'"),
                                  ("object", "tax_registerobject", "j_object WHERE o_verdict = 'new'")):
            row = cursor.execute(f"SELECT coalesce(-min({'new_id' if name == 'object' else 'id'}), 0) "
                                 f"FROM {test}").fetchone()
            params[f"first_{name}"] = int(reserve_ids(other, table, max(int(row[0] if row else 0), 1))[0])
        _lock_touched(cursor, params)
        for name, statement in _statements():
            run(name, statement)
        written |= write_holders(cursor, params)
        if accounts is not None and totals:
            written |= write_openings(cursor, other, params, accounts, totals, label)
    if written["supersede"] != written["superseding"]:
        raise refuse("tax.imports.overtaken", remedy="tax.imports.overtaken.remedy")
    return written


def _lock_touched(cursor: Cursor, params: Mapping[str, Any]) -> None:
    """Hold the objects that change, in the order of ids. Refused when one is not as it was judged."""
    cursor.execute("""
        CREATE TEMP TABLE j_touched ON COMMIT DROP AS
        SELECT object_id AS id, max(version) AS version FROM (
            SELECT object_id, version FROM j_object
            WHERE object_id IS NOT NULL AND (o_verdict = 'changed' OR l_verdict = 'changed')
            UNION ALL SELECT object_id, version FROM j_building WHERE object_id > 0 AND verdict IN ('new', 'changed')
        ) AS t GROUP BY object_id""")
    cursor.execute("""
        WITH held AS MATERIALIZED (
            SELECT id, version FROM tax_registerobject WHERE region_id = %(region)s
            AND id IN (SELECT id FROM j_touched) ORDER BY id FOR UPDATE
        ) SELECT count(*) FROM held JOIN j_touched t USING (id) WHERE held.version <> t.version""", params)
    row = cursor.fetchone()
    if row is None or row[0]:
        raise refuse("tax.imports.overtaken", remedy="tax.imports.overtaken.remedy")


def _real(column: str, first: str) -> str:
    return f"CASE WHEN {column} < 0 THEN %(first_{first})s - {column} - 1 ELSE {column} END"


def _opening(table: str, owner: str, owner_sql: str, values: Mapping[str, str], source: str) -> str:
    """The first version of new things."""
    names = ", ".join(values)
    return f"""
        INSERT INTO {table} (region_id, {owner}, valid_from, valid_to, recorded_at, superseded_at, set_fields, change,
                             entry, {names})
        SELECT %(region)s, {owner_sql}, %(on)s, NULL, %(now)s, NULL, '[]'::jsonb, 'imported', %(entry)s,
               {", ".join(values.values())}
        FROM {source}"""


def _revision(table: str, owner: str, fields: Sequence[str], changed: str, values: Mapping[str, str],
              source: str) -> list[tuple[str, str]]:
    """Supersede the last version of changed things; add what held before ``on`` and what holds from then.

    *source* gives rows ``s`` with ``version_id`` and *changed* (a list of names). *values* are the fields that the
    import may state; where it does not, the old value stays.
    """
    names = ", ".join((owner, *fields))
    old = ", ".join(f"v.{name}" for name in (owner, *fields))
    new = ", ".join((f"v.{owner}", *(f"CASE WHEN '{name}' = ANY({changed}) THEN {values[name]} ELSE v.{name} END"
                                     if name in values else f"v.{name}" for name in fields)))
    head = (f"INSERT INTO {table} (region_id, valid_from, valid_to, recorded_at, superseded_at, set_fields, change, "
            f"entry, {names})")
    join = f"FROM {source} JOIN {table} v ON v.region_id = %(region)s AND v.id = s.version_id"
    return [
        ("superseding", f"SELECT count(*) FROM {source}"),
        ("supersede", f"UPDATE {table} v SET superseded_at = %(now)s FROM {source} WHERE v.region_id = %(region)s "
                      f"AND v.id = s.version_id AND v.superseded_at IS NULL"),
        ("kept", f"{head} SELECT %(region)s, v.valid_from, %(on)s, %(now)s, NULL, v.set_fields, v.change, v.entry, "
                 f"{old} {join} WHERE v.valid_from < %(on)s"),
        ("revised", f"{head} SELECT %(region)s, %(on)s, NULL, %(now)s, NULL, CASE WHEN v.valid_from = %(on)s THEN "
                    f"(SELECT jsonb_agg(DISTINCT e) FROM jsonb_array_elements(v.set_fields || to_jsonb({changed})) e) "
                    f"ELSE to_jsonb({changed}) END, 'imported', %(entry)s, {new} {join}"),
    ]


def _texts(names: Sequence[str]) -> dict[str, str]:
    return {name: f"coalesce(s.{name}, '')" for name in names}


def _statements() -> list[tuple[str, str]]:
    """Every write, by what it counts as, in the order of the keys."""
    return [*_taxpayers(), *_values(), *_objects(), *_buildings(), (
        "touched", "UPDATE tax_registerobject r SET version = r.version + 1, changed_at = %(now)s, changed_by = %(by)s "
                   "FROM j_touched t WHERE r.region_id = %(region)s AND r.id = t.id")]


def _taxpayers() -> list[tuple[str, str]]:
    real = _real("s.id", "payer")
    opening = {"nik_digest": "s.sid_digest", "nik_last4": "coalesce(s.sid_last4, '')", **_texts(SUBJECT_FIELDS)}
    changed = "j_subject s WHERE s.verdict = 'changed'"
    return [
        ("taxpayers", f"""
            INSERT INTO tax_taxpayer (id, region_id, npwpd, name, nik_digest, nik_last4)
            SELECT {real}, %(region)s, coalesce(s.sid_number, '{NEW_NUMBER}' || lpad(({real})::text, 12, '0')), s.name,
                   s.sid_digest, coalesce(s.sid_last4, '') FROM j_subject s WHERE s.verdict = 'new'"""),
        ("renamed", "UPDATE tax_taxpayer t SET name = s.name FROM j_subject s WHERE s.verdict = 'changed' "
                    "AND t.region_id = %(region)s AND t.id = s.known_id AND t.name <> s.name"),
        ("taxpayer_versions", _opening("tax_taxpayerversion", "taxpayer_id", real, opening,
                                       "j_subject s WHERE s.verdict = 'new'")),
        ("taxpayer_versions", _opening(
            "tax_taxpayerversion", "taxpayer_id", "s.known_id",
            {**opening, "nik_digest": "t.nik_digest", "nik_last4": "t.nik_last4"},
            "j_subject s JOIN tax_taxpayer t ON t.region_id = %(region)s AND t.id = s.known_id "
            "WHERE s.verdict = 'changed' AND s.version_id IS NULL")),
        *_revision("tax_taxpayerversion", "taxpayer_id", TaxpayerVersion.FIELDS, "s.changed",
                   {name: f"s.{name}" for name in SUBJECT_FIELDS},
                   f"(SELECT * FROM {changed} AND s.version_id IS NOT NULL) s"),
    ]


def _values() -> list[tuple[str, str]]:
    return [
        ("zones", f"""
            INSERT INTO tax_landzone (id, region_id, place_id, code, description, synthetic)
            SELECT {_real("s.id", "zone")}, %(region)s, s.place_id, s.znt, '', false
            FROM j_zone s WHERE s.verdict = 'new'"""),
        ("superseding", "SELECT count(*) FROM j_nir s WHERE s.verdict = 'changed'"),
        ("supersede", "UPDATE tax_zonevalue v SET superseded_at = %(now)s FROM j_nir s WHERE s.verdict = 'changed' "
                      "AND v.region_id = %(region)s AND v.id = s.version_id AND v.superseded_at IS NULL"),
        ("nir", f"""
            INSERT INTO tax_zonevalue (region_id, zone_id, tax_year, nir, method, comparables, document, recorded_at,
                                       superseded_at, recorded_by)
            SELECT %(region)s, {_real("s.zone_id", "zone")}, s.year, s.nir, 'imported', NULL, '', %(now)s, NULL, %(by)s
            FROM j_nir s WHERE s.verdict IN ('new', 'changed')"""),
    ]


def _objects() -> list[tuple[str, str]]:
    real = _real("s.new_id", "object")
    zone, payer = _real("s.zone_id", "zone"), _real("s.taxpayer_id", "payer")
    opening = {
        **_texts([name for name in OBJECT_TEXTS if name != "holder"]), "holder": "coalesce(s.holder, '1')",
        "taxpayer_id": payer, "zone_id": zone, "land_m2": "s.land_m2", "land_kind": "coalesce(s.land_kind, '1')",
        "state": "CASE WHEN s.act = '3' THEN 'closed' ELSE 'active' END",
        "close_reason": "CASE WHEN s.act = '3' THEN 'other' ELSE '' END", "exemption": "''", "use": "'general'"}
    stated = {**{name: f"s.{name}" for name in OBJECT_TEXTS}, "taxpayer_id": payer, "zone_id": zone,
              "land_m2": "s.land_m2", "land_kind": "s.land_kind", "state": "'closed'", "close_reason": "'other'"}
    new = "j_object s WHERE s.o_verdict = 'new'"
    changed = ("(SELECT *, CASE WHEN o_verdict = 'changed' THEN o_changed ELSE ARRAY[]::text[] END || "
               "CASE WHEN l_verdict = 'changed' THEN l_changed ELSE ARRAY[]::text[] END AS changed FROM j_object "
               "WHERE o_verdict = 'changed' OR l_verdict = 'changed') s")
    return [
        ("objects", f"""
            INSERT INTO tax_registerobject (id, region_id, nop, place_id, version, registered_at, changed_at,
                                            changed_by)
            SELECT {real}, %(region)s, s.nop, s.place_id, 1, %(now)s, %(now)s, %(by)s FROM {new}"""),
        ("object_versions", _opening("tax_objectversion", "register_object_id", real, opening, new)),
        *_revision("tax_objectversion", "register_object_id", ObjectVersion.FIELDS, "s.changed", stated, changed),
    ]


def _buildings() -> list[tuple[str, str]]:
    real = _real("s.object_id", "object")
    texts = [name for name in BUILDING_FIELDS if name in (
        "condition", "construction", "roof", "wall", "floor", "ceiling", "lspop_number")]
    opening = {"number": "s.building_number", "removed": "false", "jpb": "s.jpb", "built_year": "s.built_year",
               "renovated_year": "s.renovated_year", "storeys": "coalesce(s.storeys, 1)", "area_m2": "s.area_m2",
               "value": "s.value", "facilities": "'{}'::jsonb", **_texts(texts)}
    return [
        ("building_versions", _opening("tax_buildingversion", "register_object_id", real, opening,
                                       "j_building s WHERE s.verdict = 'new'")),
        *_revision("tax_buildingversion", "register_object_id", ("number", *BuildingVersion.FIELDS), "s.changed",
                   {**{name: f"s.{name}" for name in BUILDING_FIELDS}, "removed": "false"},
                   "(SELECT * FROM j_building WHERE verdict = 'changed') s"),
    ]


def apply_files(region_id: int, on: date, files: Sequence[StagedFile], control: str, *, actor: Actor, now: datetime,
                publish: Callable[[Cursor, Judgement, dict[str, int], int], None], label: str,
                import_id: int, told: Callable[[int], None], accounts: Accounts | None = None) -> dict[str, int]:
    """Judge and write in one transaction of the owner. Raises Refused, and leaves nothing, when the counts are not
    those of *control*. *publish* is called before the transaction ends and closes the import."""
    with _one_at_a_time(region_id, label) as cursor:
        found = judge(cursor, region_id, on, files, lock=True)
        told(1)
        if found.control() != control:
            raise refuse("tax.imports.overtaken", where=label, remedy="tax.imports.overtaken.remedy")
        entry = write_audit(cursor, region_id, import_id, label, actor, now, found, files)
        unchecked = skip_row_checks(cursor)
        written = write_judged(cursor, region_id, on, now, actor.name, entry, label, found.totals, accounts)
        if unchecked:
            cursor.execute("SET LOCAL session_replication_role = origin")
        told(2)
        publish(cursor, found, written, entry)
    analyze()
    return written


@contextmanager
def _one_at_a_time(region_id: int, label: str) -> Iterator[Cursor]:
    """The transaction of one import; a second one of the region waits, and then judges what the first has written.
    What an officer registered under the same number meanwhile makes the import one that was overtaken."""
    try:
        with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sepadan.apply_import', %s))", [region_id])
            yield cursor
    except psycopg.errors.UniqueViolation as error:
        raise refuse("tax.imports.overtaken", where=label, remedy="tax.imports.overtaken.remedy") from error


def write_audit(cursor: Cursor, region_id: int, import_id: int, label: str, actor: Actor, now: datetime,
                found: Judgement, files: Sequence[StagedFile]) -> int:
    """The one audit record of an import: the counts of each table and their digest. Returns its id."""
    totals = {f"{one.table}.{verdict}": count for one in files for verdict, count in found.counts.get(
        one.id, {}).items() if count}
    row = cursor.execute(
        "INSERT INTO records_auditentry (region_id, at, actor_id, actor_name, ip, agent, action, object_type, "
        "object_id, object_label, after, reason) VALUES (%s, %s, %s, %s, %s, %s, 'tax.audit.import_applied', "
        "'tax.registerimport', %s, %s, %s, '') RETURNING id",
        [region_id, now, actor.person_id, actor.name, actor.ip, actor.agent[:80], str(import_id), label,
         json.dumps({**totals, "control": found.control(), "opened": sum(row[8] for row in found.totals)})]).fetchone()
    assert row is not None
    return int(row[0])


def analyze() -> None:
    """The planner's knowledge of the tables that have grown."""
    with bulk_connection() as connection:
        for table in ("tax_taxpayer", "tax_taxpayerversion", "tax_registerobject", "tax_objectversion",
                      "tax_buildingversion", "tax_landzone", "tax_zonevalue", "tax_openingpayment",
                      "tax_njoptkpholder"):
            connection.execute(psycopg.sql.SQL("ANALYZE {}").format(psycopg.sql.Identifier(table)))

"""The dry run: every good row of an import against the register, in tables of one transaction that end with it.

The same judgement precedes applying, so that what is written is what was shown. Both tell the verdict of each table,
the faults that only all rows together show, and the places of NOPs that no kelurahan is named for. Of bills of an older
system they tell the totals by year and kelurahan, which the digest covers, and what is odd about rows that are good.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from sepadan.tax.engine.collection import Limitation, read_limitation
from sepadan.tax.engine.sismiop import BILLS, LAND, PAYMENTS
from sepadan.tax.services.dues import procedure_sources
from sepadan.tax.services.imports_sql import JUDGED, STAGES, STATEMENTS, create_stage, stage_columns
from sepadan.tax.services.imports_sql_opening import NOTED, TOTALS
from sepadan.tax.services.year_lock import lock_years

CHUNK = 1 << 20
KEPT_PLACES = 300
Cursor = psycopg.Cursor[Any]
COLUMNS = {"double": "", "later": "", "unmapped": "KD_KELURAHAN", "no_owner": "SUBJEK_PAJAK_ID", "no_zone": "KD_ZNT",
           "two_zones": "KD_ZNT", "no_land": "TOTAL_LUAS_BUMI", "no_object": "NO_URUT", "land_bad": "",
           "object_bad": "", "billed": "THN_PAJAK_SPPT", "differs": "PBB_YG_HARUS_DIBAYAR_SPPT",
           "claimed": "THN_PAJAK_SPPT", "status": "STATUS_PEMBAYARAN_SPPT", "payment_bad": "",
           "year_ahead": "THN_PAJAK_SPPT", "due_early": "TGL_JATUH_TEMPO_SPPT",
           "due_late": "TGL_JATUH_TEMPO_SPPT", "no_bill": "THN_PAJAK_SPPT",
           "paid_later": "PEMBAYARAN_SPPT_KE", "after_day": "TGL_PEMBAYARAN_SPPT", "bill_bad": ""}
"""The column that a fault between rows is shown at; its sentence is ``tax.imports.fault.<name>``."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """The good rows of one table of a file: the id it is known by, and where they lie."""

    id: int
    table: str
    path: Path


@dataclass(frozen=True, slots=True)
class CrossFault:
    """A fault that shows only beside other rows or the register."""

    file: int
    line: int
    name: str
    params: Mapping[str, Any]


@dataclass(slots=True)
class Judgement:
    """``counts`` by file: new, changed, same, bad; ``faults`` by file and name; ``unmapped`` places with their rows.

    ``totals`` of bills that are new are rows of ``imports_sql_opening.TOTALS``; ``notes`` count what is odd by name.
    """

    counts: dict[int, dict[str, int]] = field(default_factory=dict)
    faults: dict[int, dict[str, int]] = field(default_factory=dict)
    kept: list[CrossFault] = field(default_factory=list)
    unmapped: list[dict[str, Any]] = field(default_factory=list)
    totals: list[list[int]] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    noted: list[CrossFault] = field(default_factory=list)

    def control(self) -> str:
        """A digest of all counts and totals: what was shown and what is applied are the same when it is."""
        shown = [self.counts, self.faults, self.totals, self.notes]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def load_stages(cursor: Cursor, files: Sequence[StagedFile]) -> None:
    """The rows of all files in the session's tables."""
    for table, stage in STAGES.items():
        cursor.execute(create_stage(table))
        columns = sql.SQL(", ").join(map(sql.Identifier, stage_columns(table)))
        for one in files:
            if one.table != table:
                continue
            cursor.execute(sql.SQL("ALTER TABLE {} ALTER file SET DEFAULT {}").format(
                sql.Identifier(stage), sql.Literal(one.id)))
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(stage), columns)) as copy, \
                    one.path.open("rb") as rows:
                while part := rows.read(CHUNK):
                    copy.write(part)
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(stage)))


def judge(cursor: Cursor, region_id: int, on: date, files: Sequence[StagedFile], *, keep: int = 0,
          lock: bool = False) -> Judgement:
    """Judge the loaded rows; the tables ``j_*`` stand until the transaction ends. *keep* faults are listed per file.

    With *lock* nobody else charges the years of these bills before the transaction ends.
    """
    load_stages(cursor, files)
    tables = {one.table for one in files}
    if lock:
        lock_years(cursor, region_id, [year for (year,) in cursor.execute("SELECT DISTINCT year FROM s_bill")])
    limitation = _limitation(cursor, region_id, on) if BILLS.name in tables else Limitation(0, "due_day")
    params = {"region": region_id, "on": on, "has_land": LAND.name in tables, "has_payments": PAYMENTS.name in tables,
              "years": limitation.years, "from_due": limitation.start == "due_day"}
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute("SET LOCAL work_mem = '128MB'")
    for statement in STATEMENTS:
        cursor.execute(statement, params)
    found = Judgement({one.id: {"new": 0, "changed": 0, "same": 0, "bad": 0} for one in files if one.table in STAGES},
                      {one.id: {} for one in files if one.table in STAGES})
    for table in {one.table for one in files} & set(JUDGED):
        _count(cursor, JUDGED[table], found)
        if keep:
            found.kept += _kept(cursor, JUDGED[table], keep)
    found.unmapped = _unmapped(cursor)
    if BILLS.name in tables:
        found.totals = [[int(value) for value in row] for row in cursor.execute(TOTALS).fetchall()]
    for judged, text in NOTED.items():
        _note(cursor, judged, text, found, keep)
    return found


def _limitation(cursor: Cursor, region_id: int, on: date) -> Limitation:
    row = cursor.execute("SELECT code FROM territory_region WHERE id = %s", [region_id]).fetchone()
    assert row is not None
    return read_limitation(procedure_sources(str(row[0]), "procedure", on))


def _note(cursor: Cursor, judged: str, text: str, found: Judgement, keep: int) -> None:
    """Count what is odd about the rows that are taken, and list the first of each kind."""
    noted = sql.SQL("(SELECT j.file, j.line, {}, n.note, row_number() OVER (PARTITION BY n.note ORDER BY file, line) "
                    "AS place FROM {} j CROSS JOIN LATERAL unnest(j.notes) AS n (note) "
                    "WHERE j.verdict IN ('new', 'changed'))").format(
                        sql.SQL(text + " AS text"), sql.Identifier(judged))
    cursor.execute(sql.SQL("SELECT note, count(*) FROM {} AS x GROUP BY note").format(noted))
    found.notes |= {str(name): int(count) for name, count in cursor.fetchall()}
    if keep:
        cursor.execute(sql.SQL("SELECT file, line, note, text FROM {} AS x WHERE place <= %s ORDER BY 1, 2").format(
            noted), [keep])
        found.noted += [CrossFault(file, line, name, {"what": what}) for file, line, name, what in cursor.fetchall()]


def _count(cursor: Cursor, judged: str, found: Judgement) -> None:
    name = sql.Identifier(judged)
    cursor.execute(sql.SQL("SELECT file, verdict, fault, count(*) FROM {} GROUP BY 1, 2, 3").format(name))
    for file, verdict, fault, count in cursor.fetchall():
        found.counts[file][verdict] += count
        if fault:
            found.faults[file][fault] = count


def _kept(cursor: Cursor, judged: str, keep: int) -> Iterator[CrossFault]:
    """The first faults of each file, by line. No fault repeats a person's number."""
    row = {"j_subject": "''", "j_zone": "place || ' ' || znt", "j_nir": "place || ' ' || znt",
           **dict.fromkeys(("j_building", "j_bill", "j_payment", "j_holder"), "nop")}.get(
               judged, "nop || ' ' || coalesce(znt, '')")
    cursor.execute(sql.SQL(
        "SELECT file, line, fault, first_line, {} FROM (SELECT *, row_number() OVER (PARTITION BY file ORDER BY line) "
        "AS place_in_file FROM {} WHERE fault IS NOT NULL) AS f WHERE place_in_file <= %s ORDER BY file, line").format(
        sql.SQL(row), sql.Identifier(judged)), [keep])
    for file, line, fault, first, text in cursor.fetchall():
        part, _, zone = text.partition(" ")
        yield CrossFault(file, line, fault, {"first": first} if fault == "double" else {
            "code": part[:10], "zone": zone} if fault in ("unmapped", "no_zone") else {})


def _unmapped(cursor: Cursor) -> list[dict[str, Any]]:
    cursor.execute(
        "SELECT code, count(*) FROM ("
        "SELECT left(nop, 10) AS code FROM j_object WHERE place_id IS NULL UNION ALL "
        "SELECT place FROM j_zone WHERE place_id IS NULL UNION ALL SELECT place FROM j_nir WHERE place_id IS NULL "
        "UNION ALL SELECT left(nop, 10) FROM j_building WHERE place_id IS NULL "
        "UNION ALL SELECT left(nop, 10) FROM j_bill WHERE kelurahan_id IS NULL) AS u "
        "GROUP BY code ORDER BY count(*) DESC, code LIMIT %s", [KEPT_PLACES])
    return [{"code": code, "rows": rows} for code, rows in cursor.fetchall()]

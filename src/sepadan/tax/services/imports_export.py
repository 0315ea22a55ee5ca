"""The register as SISMIOP tables, as it stands on a day: CSV of any size, XLSX up to what a sheet holds.

No NIK leaves: SUBJEK_PAJAK_ID is the taxpayer's regional number (NPWPD) with ``NPWPD-`` before it, which an import into
the same register knows again. Exporting and importing for the same day changes nothing. NIR and values of buildings are
written in thousands of rupiah, with four decimals where they are not whole, because one separator before three digits
would be read as grouping. ``sppt`` and ``pembayaran_sppt`` are the history that was taken over from an older system, as
it came: what was billed here is in the lists of the runs, and a receivable entered by hand has no row of its own. Every
export has a reason and an audit record, written before the first row leaves.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.db import connection

from sepadan.ground.problems import refuse
from sepadan.ground.sheets import csv_lines, guarded
from sepadan.records.public import Actor, Thing, current_region, record, region_folder, region_scope
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
    THOUSAND,
    ZONES,
    Table,
)
from sepadan.tax.engine.sismiop_cells import OWN_NUMBER
from sepadan.territory.public import Region

SHORTEST_REASON = 10
SHEET_ROWS = 100_000
"""Rows of an XLSX that is made while the officer waits; a sheet itself holds a million."""
BATCH = 5_000
EXPORTED = (SUBJECTS.name, OBJECTS.name, LAND.name, BUILDINGS.name, ZONES.name, NIR.name, ALLOWANCES.name, BILLS.name,
            PAYMENTS.name)
_IN_FORCE = ("{v}.superseded_at IS NULL AND {v}.valid_from <= %(on)s "
             "AND ({v}.valid_to IS NULL OR %(on)s < {v}.valid_to)")
_NOP = "r.nop"
_VERSION = (f"FROM tax_registerobject r JOIN tax_objectversion v ON v.region_id = r.region_id "
            f"AND v.register_object_id = r.id AND {_IN_FORCE.format(v='v')}")
_OF_REGION = "WHERE r.region_id = %(region)s"
QUERIES = {
    SUBJECTS.name: f"""
        SELECT t.npwpd, coalesce(v.name, t.name), v.street, v.block_number, v.rw, v.rt, v.village, v.city,
               v.postal_code, v.phone, v.occupation
        FROM tax_taxpayer t LEFT JOIN tax_taxpayerversion v ON v.region_id = t.region_id AND v.taxpayer_id = t.id
             AND {_IN_FORCE.format(v="v")}
        WHERE t.region_id = %(region)s AND (v.id IS NOT NULL OR EXISTS (
            SELECT 1 FROM tax_objectversion o WHERE o.region_id = t.region_id AND o.taxpayer_id = t.id
            AND {_IN_FORCE.format(v="o")}))
        ORDER BY t.npwpd""",
    OBJECTS.name: f"""
        SELECT {_NOP}, t.npwpd, v.holder, v.street, v.block_number, v.rw, v.rt, v.parcel, v.spop_number, v.land_m2,
               CASE v.state WHEN 'closed' THEN '3' ELSE '2' END
        {_VERSION} JOIN tax_taxpayer t ON t.region_id = v.region_id AND t.id = v.taxpayer_id
        {_OF_REGION} ORDER BY r.nop""",
    LAND.name: f"""
        SELECT {_NOP}, 1, z.code, v.land_m2, v.land_kind
        {_VERSION} JOIN tax_landzone z ON z.region_id = v.region_id AND z.id = v.zone_id
        {_OF_REGION} ORDER BY r.nop""",
    BUILDINGS.name: f"""
        SELECT {_NOP}, b.number, b.jpb, b.area_m2, b.storeys, b.built_year, b.renovated_year, b.condition,
               b.construction, b.roof, b.wall, b.floor, b.ceiling, b.lspop_number, b.value
        FROM tax_registerobject r JOIN tax_buildingversion b ON b.region_id = r.region_id
             AND b.register_object_id = r.id AND NOT b.removed AND {_IN_FORCE.format(v="b")}
        {_OF_REGION} ORDER BY r.nop, b.number""",
    ZONES.name: """
        SELECT p.code, z.code FROM tax_landzone z JOIN tax_nopplace p ON p.region_id = z.region_id AND p.id = z.place_id
        WHERE z.region_id = %(region)s ORDER BY p.code, z.code""",
    NIR.name: """
        SELECT p.code, z.code, n.tax_year, n.nir FROM tax_zonevalue n
        JOIN tax_landzone z ON z.region_id = n.region_id AND z.id = n.zone_id
        JOIN tax_nopplace p ON p.region_id = z.region_id AND p.id = z.place_id
        WHERE n.region_id = %(region)s AND n.superseded_at IS NULL ORDER BY p.code, z.code, n.tax_year""",
    ALLOWANCES.name: """
        SELECT h.nop, t.npwpd, h.tax_year FROM tax_njoptkpholder h
        JOIN tax_taxpayer t ON t.region_id = h.region_id AND t.id = h.taxpayer_id
        WHERE h.region_id = %(region)s AND h.superseded_at IS NULL ORDER BY h.tax_year, t.npwpd""",
    BILLS.name: """
        SELECT nop, tax_year, payer_name, due_on, land_m2, building_m2, njop_land, njop_building, njop, njoptkp, pbb,
               reduction, payable, CASE WHEN said_paid THEN '1' ELSE '0' END, issued_on
        FROM tax_openingbill WHERE region_id = %(region)s AND njop IS NOT NULL ORDER BY nop, tax_year""",
    PAYMENTS.name: """
        SELECT b.nop, b.tax_year, p.part, p.interest, p.amount, p.paid_on, p.entered_on
        FROM tax_openingpayment p JOIN tax_openingbill b ON b.region_id = p.region_id AND b.id = p.bill_id
        WHERE p.region_id = %(region)s ORDER BY b.nop, b.tax_year, p.part""",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A table of a region as it stands on a day. Made by ``allow_export``, so that its audit record exists."""

    region: Region
    table: str
    on: date

    @property
    def head(self) -> tuple[str, ...]:
        one = TABLES[self.table]
        return tuple(column.name for column in (*one.key, *one.columns))

    def file_name(self, form: str) -> str:
        return f"{self.table}-{self.region.code}-{self.on.isoformat()}.{form}"


def allow_export(tables: Sequence[str], *, on: date, reason: str, form: str, actor: Actor,
                 now: datetime) -> list[Export]:
    """The exports of *tables* of the region in scope, with one audit record. Refused without a reason in words."""
    region, reason = current_region(), " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise refuse("tax.export.reason", remedy="tax.export.reason.remedy", shortest=SHORTEST_REASON)
    for table in tables:
        if table not in QUERIES:
            raise refuse("tax.export.table", where=table[:40], remedy="tax.export.table.remedy",
                         tables=", ".join(EXPORTED))
    record(actor, "tax.audit.register_exported", Thing("tax.register", region.code, region.name), now=now,
           after={"tables": ", ".join(tables), "on": on, "form": form}, reason=reason)
    return [Export(region, table, on) for table in tables]


def count_rows(export: Export) -> int:
    """How many rows the table has, in the scope of its region."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({QUERIES[export.table]}) AS q",
                       {"region": export.region.pk, "on": export.on})
        return int(cursor.fetchone()[0])


def rows_of(export: Export) -> Iterator[list[str]]:
    """The rows as SISMIOP has them, a few thousand in memory at a time. Opens the region's scope: read it to the end
    where it is begun."""
    table = TABLES[export.table]
    with region_scope(export.region):
        raw = connection.connection
        with raw.cursor(name="register_export") as cursor:
            cursor.itersize = BATCH
            cursor.execute(QUERIES[export.table], {"region": export.region.pk, "on": export.on})
            for row in cursor:
                yield written(table, row)


def written(table: Table, row: Sequence[Any]) -> list[str]:
    """One row as text: the key cut into its parts, the regional number as SUBJEK_PAJAK_ID, thousands as such."""
    cells: list[str] = []
    values = list(row)
    if table.key:
        key, at = str(values.pop(0)), 0
        for width in (2, 2, 3, 3, 3, 4, 1)[:len(table.key)]:
            cells.append(key[at:at + width])
            at += width
    for column, value in zip(table.columns, values, strict=True):
        if value is None:
            cells.append("")
        elif column.field == "subject":
            cells.append(OWN_NUMBER + str(value))
        elif column.field in ("nir", "value"):
            cells.append(thousands(int(value)))
        else:
            cells.append(str(value))
    return cells


def thousands(rupiah: int) -> str:
    """An amount in thousands of rupiah: whole, or with four decimals."""
    whole, rest = divmod(rupiah, THOUSAND)
    return f"{whole}.{rest * 10:04d}" if rest else str(whole)


def table_file(export: Export, form: str, *, most: int = SHEET_ROWS) -> IO[bytes]:
    """The table as ``csv`` or ``xlsx`` in a file that disappears when it is closed. An XLSX beyond *most* rows is
    refused; all its cells are text, so that no zero and no digit of a code is lost. Texts that a spreadsheet would
    compute with are guarded."""
    folder = region_folder(export.region, "imports")
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile(dir=folder))
        if form == "csv":
            file.writelines(csv_lines(export.head, rows_of(export)))
        else:
            _write_sheet(export, file, str(folder), most)
        file.seek(0)
        stack.pop_all()
    return file


def _write_sheet(export: Export, file: IO[bytes], folder: str, most: int) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                      "strings_to_numbers": False, "tmpdir": folder})
    sheet = book.add_worksheet(export.table[:31])
    for line, row in enumerate(chain([export.head], rows_of(export))):
        if line > most:
            raise refuse("tax.export.large", where=export.table, remedy="tax.export.large.remedy", most=most)
        for place, text in enumerate(row):
            if text:
                sheet.write_string(line, place, guarded(text))
    book.close()


def write_exports(exports: Sequence[Export], folder: Path, form: str) -> list[Path]:
    """All tables as files of *folder*, which the caller made; for the command line."""
    made = []
    for export in exports:
        path = folder / export.file_name(form)
        with path.open("xb") as out, table_file(export, form, most=1_048_575) as found:
            path.chmod(0o600)
            shutil.copyfileobj(found, out)
        made.append(path)
    return made

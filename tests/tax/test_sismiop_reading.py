"""Files as offices have them are read whatever wrote them; files that are none, or are meant to harm, are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sepadan.ground.problems import Refused
from sepadan.tax.engine.sismiop import head_of
from sepadan.tax.services import imports_reading
from sepadan.tax.services.imports_reading import open_sources
from sepadan.tax.services.imports_rows import ReadSource, read_upload

HEAD = ("KD_PROPINSI", "KD_DATI2", "KD_KECAMATAN", "KD_KELURAHAN", "KD_ZNT", "THN_NIR_ZNT", "NIR")
ROWS = [("35", "73", "010", "001", "AA", "2026", "1.250"), ("35", "73", "010", "001", "AB", "2026", "980,5")]
WHOLE = ["3573010001\tAA\t2026\t1250000", "3573010001\tAB\t2026\t980500"]


def read(path: Path, name: str = "") -> tuple[list[ReadSource], list[str]]:
    """What was read, and the rows set down, without their line."""
    found = read_upload(path, name or path.name, lambda k: path.parent / f"rows-{k}", lambda position: None)
    lines = [line for k, _ in enumerate(found) if (rows := path.parent / f"rows-{k}").exists()
             for line in rows.read_text(encoding="utf-8").splitlines()]
    return found, [line.partition("\t")[2] for line in lines]


def csv_text(separator: str, *, head: Callable[[str], str] = str, cell: Callable[[str], str] = str) -> str:
    def quoted(text: str) -> str:
        return f'"{text}"' if separator in text else text

    lines = [[head(name) for name in HEAD], *([cell(text) for text in row] for row in ROWS)]
    return "".join(separator.join(map(quoted, line)) + "\r\n" for line in lines)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("head", [str, str.lower, "{:<20}".format])
def test_a_table_is_the_same_however_it_is_written(tmp_path: Path, separator: str, encoding: str,
                                                   head: Callable[[str], str]) -> None:
    path = tmp_path / "dat_nir.csv"
    path.write_bytes(csv_text(separator, head=head, cell="{:<12}".format).encode(encoding))
    (found,), rows = read(path)
    assert (rows, found.bad, found.refused) == (WHOLE, 0, None)
    assert found.table is not None
    assert found.table.name == "dat_nir"


def test_letters_of_windows_come_out_right(tmp_path: Path) -> None:
    path = tmp_path / "dat_subjek_pajak.csv"
    path.write_bytes("SUBJEK_PAJAK_ID;NM_WP\r\nP1;CAFÉ “RENÉ”\r\n".encode("cp1252"))
    (found,), rows = read(path)
    assert found.form == "csv semicolon cp1252"
    assert rows[0].split("\t")[2:4] == ["P1", "CAFÉ “RENÉ”"]


def book(path: Path, *sheets: tuple[str, list[tuple[object, ...]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_a_workbook_gives_a_table_for_each_sheet_and_leaves_the_others_out(tmp_path: Path) -> None:
    numbers = [(35, 73, 10, 1, "AA", 2026, 1250), (35, 73, 10, 1, "AB", 2026, 980.5)]
    path = book(tmp_path / "upload-1", ("catatan", [("Dibuat", date(2026, 1, 2))]), ("dat_nir", [HEAD, *numbers, ()]),
                ("dat_znt", [HEAD[:5], *(row[:5] for row in numbers)]))
    found, rows = read(path, "sismiop.xlsx")
    assert [(one.sheet, one.accepted, one.bad) for one in found] == [("dat_nir", 2, 0), ("dat_znt", 2, 0)]
    assert rows == [*WHOLE, "3573010001\tAA", "3573010001\tAB"]


def test_a_number_that_a_spreadsheet_cut_is_told_and_a_formula_is_not_computed(tmp_path: Path) -> None:
    path = book(tmp_path / "upload-1", ("dat_subjek_pajak", [
        ("SUBJEK_PAJAK_ID", "NM_WP"), (1000000000000010, "A"), (1000000000000017, "B"), ("P3", "=1+1"), ("P4", "D")]))
    (found,), rows = read(path, "wp.xlsx")
    assert [(one.line, one.fault.key.rpartition(".")[2]) for one in found.kept] == [(2, "subject_rounded"),
                                                                                   (4, "formula")]
    assert [row.split("\t")[3] for row in rows] == ["B", "D"]


def test_a_quote_that_is_not_closed_costs_its_own_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = imports_reading.csv.field_size_limit()
    filler = "x" * 1_000
    lines = ["SUBJEK_PAJAK_ID,NM_WP", "P1,A", 'P2,"B', *([f"{filler},{filler}"] * (limit // 2_000 + 2)), "P9,Z"]
    path = tmp_path / "dat_subjek_pajak.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (found,), rows = read(path)
    assert [row.split("\t")[2] for row in rows] == ["P1", "P9"]
    (quote,) = [one for one in found.kept if one.fault.key == "tax.imports.quote"]
    assert quote.fault.params["first"] == 3
    assert quote.fault.params["last"] < len(lines)


def no_table() -> Iterator[tuple[str, bytes, str]]:
    nir = csv_text(",").encode()
    yield "empty.csv", b"", "empty"
    yield "old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "old_excel"
    yield "sixteen.csv", csv_text(",").encode("utf-16"), "utf16"
    yield "null.csv", nir[:40] + b"\0" + nir[40:], "binary"
    yield "letter.pdf", b"%PDF-1.7 ...", "binary"
    yield "nothing.csv", b"a,b\n1,2\n", "no_head"
    yield "wide.csv", (",".join(["KD_ZNT", *(f"K{k}" for k in range(100_000))]) + "\n").encode(), "columns"
    yield "long.csv", nir + b"x" * 1_100_000, "line"
    yield "broken.xlsx", b"PK\x03\x04" + bytes(100), "broken"
    yield "notes.zip", zipped({"notes.txt": b"hello"}), "no_workbook"
    yield "bomb.xlsx", zipped({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": bytes(30_000_000)}), "swells"
    yield "many.xlsx", zipped({f"x{k}": b"" for k in range(2_100)}), "swells"
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    yield "entity.xlsx", zipped({"xl/workbook.xml": entity}), "entities"
    yield "hollow.xlsx", zipped({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}), "broken"


def zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(("name", "content", "why"), [pytest.param(*one, id=one[0]) for one in no_table()])
def test_what_is_no_table_is_refused_with_the_remedy(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = tmp_path / "upload-1"
    path.write_bytes(content)
    (found,), _ = read(path, name)
    assert found.refused is not None
    assert (found.refused.what.key, found.refused.where.partition(":")[0]) == (f"tax.imports.file.{why}", name)
    assert found.refused.remedy is not None
    assert found.refused.text("id") != found.refused.text("en")


def test_a_sheet_with_rows_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row may call itself the thousand-millionth; the rows before it are not waited for."""
    path = book(tmp_path / "upload-1", ("dat_znt", [HEAD[:5], ("35", "73", "010", "001", "AA")]))
    with zipfile.ZipFile(path) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<row r="2"', b'<row r="999999999"')
    assert parts["xl/worksheets/sheet1.xml"] != sheet
    path.write_bytes(zipped(parts))
    monkeypatch.setattr(imports_reading, "MOST_ROWS", 5_000)
    (found,), _ = read(path, "znt.xlsx")
    assert found.refused is not None
    assert found.refused.what.key == "tax.imports.file.rows"


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dat_nir.csv"
    path.write_text(csv_text(","), encoding="utf-8")
    with open_sources(path, path.name) as (source,):
        assert source.head == head_of(HEAD)
    monkeypatch.setattr(imports_reading, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="more than 0 MB"), open_sources(path, path.name):
        pass

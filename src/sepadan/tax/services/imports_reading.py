"""Opening a tax office's file, CSV or XLSX, and giving its rows in batches; what cannot be a table is refused first.

A CSV may be in UTF-8 (with or without byte order mark) or cp1252, with comma, semicolon, tab or bar between columns:
the bytes and the head decide. An XLSX gives one source for each sheet that has a head. Nothing is read whole: memory
holds one batch, for an XLSX also its table of shared texts.

Limits, each told with its remedy: size of the file and of what an XLSX unpacks to, its compression (an archive made to
swell), columns, length of a line, rows of a sheet. A formula comes as its text, which no cell reader takes. Entities
of XML are refused. Nothing in a file is ever carried out.
"""

from __future__ import annotations

import csv
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import openpyxl

from sepadan.ground.problems import Refused, refuse
from sepadan.tax.engine.sismiop import TABLES, head_of
from sepadan.tax.engine.sismiop_cells import Fault
from sepadan.tax.engine.sismiop_rows import Row, RowFault

BATCH = 20_000
MOST_BYTES = 2_000_000_000
MOST_UNPACKED = 6_000_000_000
MOST_SHARED = 600_000_000
MOST_RATIO = 250
MOST_PARTS = 2_000
MOST_COLUMNS = 200
MOST_SHEETS = 50
MOST_ROWS = 1_048_576
LONGEST_LINE = 1_000_000
SEPARATORS = ",;\t|"
_KNOWN = frozenset().union(*(table.known for table in TABLES.values()))
_EXACT = 2**53
Batches = Iterator[tuple[list[Row], list[RowFault]]]


@dataclass(frozen=True, slots=True)
class Source:
    """One table to be read: *form* says how it is written; ``batches()`` gives rows and what could not be cut into
    rows; *position* how many bytes of the file are read by now."""

    sheet: str
    form: str
    head: tuple[str, ...]
    batches: Callable[[], Batches]
    position: Callable[[], int]


@contextmanager
def open_sources(path: Path, name: str) -> Iterator[list[Source]]:
    """The tables of a file. Raises Refused on what is none."""
    size = path.stat().st_size
    if size == 0:
        raise _no("empty", name)
    if size > MOST_BYTES:
        raise _no("large", name, most=MOST_BYTES // 1_000_000)
    with path.open("rb") as file:
        start = file.read(65_536)
    if start.startswith(b"PK"):
        with _workbook(path, name) as sources:
            yield sources
        return
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _no("old_excel", name)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _no("utf16", name)
    if b"\0" in start or start.startswith((b"%PDF", b"\x1f\x8b", b"Rar!", b"7z")):
        raise _no("binary", name)
    encoding = _encoding(path)
    with path.open("r", encoding=encoding, errors="replace", newline="") as text:
        yield [_csv_source(text, size, encoding, name)]


def _no(kind: str, name: str, **params: Any) -> Refused:
    return refuse(f"tax.imports.file.{kind}", where=name, remedy=f"tax.imports.file.{kind}.remedy", **params)


# --- CSV -------------------------------------------------------------------------------------------------------------

def _encoding(path: Path) -> str:
    """UTF-8 where every byte agrees, else cp1252, the code page of the office's Windows."""
    try:
        with path.open("r", encoding="utf-8-sig", newline="") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _csv_source(text: TextIO, size: int, encoding: str, name: str) -> Source:
    lines = _lines(text, name)
    first = next(lines, "")
    while first and not first.strip():
        first = next(lines, "")
    separator = max(SEPARATORS, key=lambda one: _fit(first, one))
    head = head_of(next(csv.reader([first], delimiter=separator), []))
    _check_head(head, name)
    words = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
    return Source("", f"csv {words[separator]} {encoding.removesuffix('-sig')}", head,
                  lambda: _csv_batches(lines, separator), lambda: min(size, text.buffer.tell()))


def _fit(line: str, separator: str) -> tuple[int, int]:
    head = head_of(line.strip("\r\n").split(separator))
    return sum(name in _KNOWN for name in head), len(head)


def _check_head(head: tuple[str, ...], name: str) -> None:
    if len(head) > MOST_COLUMNS:
        raise _no("columns", name, most=MOST_COLUMNS)
    if not any(one in _KNOWN for one in head):
        raise _no("no_head", name)


def _lines(text: TextIO, name: str) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE:
            raise _no("line", f"{name}:{number}", most=LONGEST_LINE)
        yield line


def _csv_batches(lines: Iterator[str], separator: str) -> Batches:
    """Rows with the line they begin on. A quote that is never closed costs the lines it swallowed, which are told."""
    rows: list[Row] = []
    faults: list[RowFault] = []
    before = 1
    reader = csv.reader(lines, delimiter=separator)
    start = before
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            last = start + reader.line_num
            faults.append(RowFault(before + 1, "", Fault("tax.imports.quote", {"first": before + 1, "last": last})))
            before = start = last
            reader = csv.reader(lines, delimiter=separator)
            continue
        rows.append((before + 1, cells))
        before = start + reader.line_num
        if len(rows) >= BATCH:
            yield rows, faults
            rows, faults = [], []
    yield rows, faults


# --- XLSX ------------------------------------------------------------------------------------------------------------

@contextmanager
def _workbook(path: Path, name: str) -> Iterator[list[Source]]:
    _check_archive(path, name)
    size = path.stat().st_size
    with path.open("rb") as file, closing(_opened(file, name)) as book:
        sources = [one for sheet in book.worksheets if (one := _sheet_source(sheet, name, size)) is not None]
        if not sources:
            raise _no("no_head", name)
        if len(sources) > MOST_SHEETS:
            raise _no("sheets", name, most=MOST_SHEETS)
        yield sources


def _opened(file: BinaryIO, name: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(file, read_only=True, keep_links=False)
    except Exception as error:  # whatever a damaged or hostile file makes the library say
        raise _no("broken", name, reason=type(error).__name__) from error


def _check_archive(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED or any(
                    one.file_size > 10_000_000 and one.file_size > MOST_RATIO * max(one.compress_size, 1)
                    for one in parts):
                raise _no("swells", name)
            if any(one.flag_bits & 1 for one in parts):
                raise _no("locked", name)
            names = {one.filename for one in parts}
            if "xl/workbook.xml" not in names:
                raise _no("no_workbook", name)
            for one in parts:
                if one.filename == "xl/sharedStrings.xml" and one.file_size > MOST_SHARED:
                    raise _no("swells", name)
                if one.filename.endswith((".xml", ".rels")):
                    with archive.open(one) as part:
                        if b"<!DOCTYPE" in (start := part.read(2048)) or b"<!ENTITY" in start:
                            raise _no("entities", name)
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        raise _no("broken", name, reason=type(error).__name__) from error


def _sheet_source(sheet: Any, name: str, size: int) -> Source | None:
    where = f"{name} [{sheet.title}]"
    rows = _sheet_rows(sheet, where)
    first = next(rows, None)
    if first is None:
        return None
    while first is not None and not any(first[1]):
        first = next(rows, None)
    if first is None or not any(one in _KNOWN for one in head_of(first[1])):
        return None
    head = head_of(first[1])
    while head and not head[-1]:
        head = head[:-1]
    _check_head(head, where)
    seen = [0]
    return Source(sheet.title[:40], "xlsx", head, lambda: _sheet_batches(rows, len(head), seen),
                  lambda: min(size, size * seen[0] // max(int(sheet.max_row or 1), 1)))


def _sheet_rows(sheet: Any, where: str) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what the file says of its size is not to be relied on
    try:
        for line, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1):
            if line > MOST_ROWS:
                raise _no("rows", where, most=MOST_ROWS)
            yield line, [_text(value) for value in row]
    except Refused:
        raise
    except Exception as error:
        raise _no("broken", where, reason=type(error).__name__) from error


def _sheet_batches(rows: Iterator[tuple[int, list[str]]], width: int, seen: list[int]) -> Batches:
    batch: list[Row] = []
    for line, found in rows:
        cells = found if any(found[width:]) else (found + [""] * width)[:width]
        batch.append((line, cells))
        seen[0] = line
        if len(batch) >= BATCH:
            yield batch, []
            batch = []
    yield batch, []


def _text(value: Any) -> str:
    """A cell as text. A whole number of sixteen digits that ends in nought was most likely cut to fifteen by the
    spreadsheet: it comes as one that was rounded."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        if not isfinite(value):
            return "#NUM!"
        if value == int(value):
            number = int(value)
            exact = abs(number) < 10**15 or (abs(number) < _EXACT and number % 10)
            return str(number) if exact else f"{float(number):.5E}"
        return format(value, "f") if abs(value) < 1 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return "=" if hasattr(value, "text") else str(value)

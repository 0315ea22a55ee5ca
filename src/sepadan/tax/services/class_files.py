"""The file of a region's class table: CSV or XLSX, small, every line checked; nothing is stored here.

One class on a line, with this head: ``bagian`` (tanah or bangunan), ``kelas``, ``lebih_dari``, ``sampai`` (empty: no
limit), ``nilai``. Values are whole rupiah per m2; a class holds ``lebih_dari < value <= sampai``. A fault names its
line and the remedy, and all faults are told at once. Between classes there is no gap and no overlap, whatever the order
of the lines; the value of a class lies within its bounds.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import openpyxl

from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.tax.engine.njop import ValueClass

HEAD = ("bagian", "kelas", "lebih_dari", "sampai", "nilai")
KINDS = {"tanah": "land", "bumi": "land", "land": "land", "bangunan": "building", "building": "building"}
MOST_BYTES, MOST_UNPACKED, MOST_ROWS = 1_000_000, 20_000_000, 1_000
LARGEST = 2**53
Line = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ClassFile:
    """What a file says: classes of land and of buildings by rising bound, and what is wrong with it, by line."""

    land: tuple[ValueClass, ...]
    building: tuple[ValueClass, ...]
    problems: tuple[Problem, ...]

    def of(self, kind: str) -> tuple[ValueClass, ...]:
        return self.land if kind == "land" else self.building


@dataclass(frozen=True, slots=True)
class _Read:
    line: int
    kind: str
    row: ValueClass


def read_class_file(name: str, data: bytes) -> ClassFile:
    """The classes of a file. Raises Refused on what is no table; faults of lines stand in ``problems``."""
    lines = _lines(name, data)
    head = next(lines, (0, ()))[1]
    wanted = [cell.strip().lower().replace(" ", "_") for cell in head]
    missing = [one for one in HEAD if one not in wanted]
    if missing:
        raise refuse("tax.classes.head", where=name, remedy="tax.classes.head.remedy", missing=", ".join(missing),
                     head=", ".join(HEAD))
    places = [wanted.index(one) for one in HEAD]
    read: list[_Read] = []
    faults: list[Problem] = []
    for line, cells in lines:
        try:
            picked = [str(cells[place]).strip() if place < len(cells) else "" for place in places]
            if any(picked):
                read.append(_class(f"{name}:{line}", line, picked))
        except Refused as refused:
            faults.append(refused.problem)
    for kind in ("land", "building"):
        faults += _between(name, kind, [one for one in read if one.kind == kind])
    land, building = ([one.row for one in sorted(read, key=lambda one: one.row.over) if one.kind == kind]
                      for kind in ("land", "building"))
    return ClassFile(tuple(land), tuple(building), tuple(faults))


def _class(where: str, line: int, cells: Sequence[str]) -> _Read:
    kind = KINDS.get(cells[0].lower())
    if kind is None:
        raise refuse("tax.classes.kind", where=where, remedy="tax.classes.kind.remedy", text=cells[0][:20])
    number, over, value = (_whole(where, name, text) for name, text in (
        ("kelas", cells[1]), ("lebih_dari", cells[2]), ("nilai", cells[4])))
    to = _whole(where, "sampai", cells[3]) if cells[3] else None
    if not 0 < number < 2**15:
        raise refuse("tax.classes.no_number", where=where, remedy="tax.classes.no_number.remedy")
    if to is not None and to <= over:
        raise refuse("tax.classes.bounds", where=where, remedy="tax.classes.bounds.remedy", over=over, to=to)
    if not (over < value and (to is None or value <= to)):
        raise refuse("tax.classes.value", where=where, remedy="tax.classes.value.remedy", value=value)
    return _Read(line, kind, ValueClass(number, over, to, value))


def _whole(where: str, name: str, text: str) -> int:
    """A whole number of rupiah, with points of thousands or without."""
    plain = text.replace(" ", "").removeprefix("Rp")
    parts = plain.split(".")
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and 0 < len(parts[0]) < 4:
        plain = "".join(parts)
    if not (plain.isascii() and plain.isdigit() and len(plain) < 19) or int(plain) > LARGEST:
        raise refuse("tax.classes.cell", where=where, remedy="tax.classes.cell.remedy", column=name, text=text[:20])
    return int(plain)


def _between(name: str, kind: str, read: Sequence[_Read]) -> Iterator[Problem]:
    """What is wrong between the lines of one part: a class named twice, gaps, overlaps."""
    if not read:
        yield problem(f"tax.classes.no_{kind}", where=name, remedy="tax.classes.none.remedy")
        return
    first: dict[Any, int] = {}
    for one in read:
        if one.row.name in first:
            yield problem("tax.classes.twice", where=f"{name}:{one.line}", remedy="tax.classes.twice.remedy",
                          number=one.row.name, line=first[one.row.name])
        first.setdefault(one.row.name, one.line)
    ordered = sorted(read, key=lambda one: (one.row.over, one.line))
    if ordered[0].row.over != 0:
        yield problem("tax.classes.start", where=f"{name}:{ordered[0].line}", remedy="tax.classes.start.remedy",
                      over=ordered[0].row.over)
    for one, two in pairwise(ordered):
        if one.row.to is None or two.row.over < one.row.to:
            yield problem("tax.classes.overlap", where=f"{name}:{two.line}", remedy="tax.classes.overlap.remedy",
                          line=one.line)
        elif two.row.over > one.row.to:
            yield problem("tax.classes.gap", where=f"{name}:{two.line}", remedy="tax.classes.gap.remedy",
                          line=one.line, over=one.row.to, to=two.row.over)


def _lines(name: str, data: bytes) -> Iterator[Line]:
    """Rows with their line numbers, the head first. Raises Refused on a file that cannot be a table."""
    if not data or len(data) > MOST_BYTES:
        raise refuse("tax.classes.size", where=name, remedy="tax.classes.size.remedy", most=MOST_BYTES // 1000)
    rows = _sheet(name, data) if data.startswith(b"PK") else _text(name, data)
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS + 1:
            raise refuse("tax.classes.rows", where=name, remedy="tax.classes.rows.remedy", most=MOST_ROWS)
        yield number, cells


def _text(name: str, data: bytes) -> Iterator[Sequence[str]]:
    if b"\0" in data:
        raise refuse("tax.classes.form", where=name, remedy="tax.classes.form.remedy")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    separator = max(",;\t|", key=head.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _sheet(name: str, data: bytes) -> Iterator[Sequence[str]]:
    """The first sheet of a workbook; a file made to swell, or that is damaged, is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise refuse("tax.classes.size", where=name, remedy="tax.classes.size.remedy", most=MOST_BYTES // 1000)
            for part in parts:
                if b"<!DOCTYPE" in archive.read(part)[:2048]:
                    raise refuse("tax.classes.form", where=name, remedy="tax.classes.form.remedy")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=20, max_row=MOST_ROWS + 2, values_only=True):
            yield ["" if value is None else str(value).removesuffix(".0") if isinstance(value, float) else str(value)
                   for value in row]
        book.close()
    except Refused:
        raise
    except Exception as error:  # whatever a damaged or hostile file makes the library say
        raise refuse("tax.classes.form", where=name, remedy="tax.classes.form.remedy") from error

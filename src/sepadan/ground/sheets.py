"""Rows as a file: CSV for programs, XLSX for people. Exact values, typed numbers, and no text that acts as a formula.

CSV follows RFC 4180 (comma, CRLF, quotes doubled) in UTF-8 with a byte order mark, so that a spreadsheet reads the
letters right. Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.
XLSX keeps whole numbers up to 15 digits as numbers, longer ones as text, because a spreadsheet holds no more. The same
rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import xlsxwriter

from sepadan.ground.money import decimal_of

Value = int | float | Decimal | Fraction | str | date | bool | None
SheetKind = Literal["text", "integer", "decimal", "rupiah", "percent", "date"]
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORMATS: dict[SheetKind, str] = {
    "integer": "#,##0", "decimal": "#,##0.######", "rupiah": "#,##0", "percent": "0.00%", "date": "yyyy-mm-dd",
}
_MADE = datetime(2000, 1, 1)  # a workbook names the day it was made; a fixed one keeps its bytes the same


def guarded(text: str) -> str:
    """*text* as a spreadsheet shows it, never as it would compute it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def plain(value: Value) -> str:
    """*value* for a program: a point as decimal sign, no separators, ISO dates, nothing for what is missing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        value = decimal_of(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The file piece by piece, so that a long one can be sent while it is made."""
    yield "\N{ZERO WIDTH NO-BREAK SPACE}".encode() + _csv_line(heads)
    for row in rows:
        yield _csv_line([plain(value) for value in row])


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    return b"".join(csv_lines(heads, rows))


def _csv_line(texts: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(texts)
    return buffer.getvalue().encode()


def xlsx_bytes(title: str, heads: Sequence[str], kinds: Sequence[SheetKind], rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook with one sheet: a head that stays while rows scroll, a filter on it, numbers as numbers."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title, "created": _MADE})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    formats = [book.add_format({"num_format": _FORMATS[kind]}) if kind in _FORMATS else None for kind in kinds]
    widths = [len(head) for head in heads]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, (last, column), value, formats[column])
            widths[column] = max(widths[column], len(plain(value)))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 2, 8), 48))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(last, 1), max(len(heads) - 1, 0))
    book.close()
    return buffer.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(" " if char in r"[]:*?/\'" else char for char in title).strip()[:31] or "data"


def _write(sheet: Any, where: tuple[int, int], value: Value, look: Any) -> None:
    row, column = where
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, bool | str):
        sheet.write_string(row, column, str(value))
    elif abs(number := float(value)) >= 1e15:
        sheet.write_string(row, column, plain(value))
    else:
        sheet.write_number(row, column, number, look)

"""Reading a national table of waste that the caller brings, as SIPSN exports it: one row per region and year.

The table itself is not part of this product (its licence is not stated), so ranks are computed only when somebody gives
the file. Columns are found by the letters that SIPSN prints in their heads: (A) generated, (B) reduced, (C) handled,
(B+C) managed, tonnes a year. Thousands may be set off by commas; a blank means not reported, never zero.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.ground.system_words import system_words
from sepadan.study.engine.national import WasteRow

MOST_BYTES = 60_000_000
_REGION = "Kabupaten/Kota"
_ENDINGS = {"A": "(A)", "B": "(ton/tahun)(B)", "C": "(ton/tahun)(C)", "BC": "(ton/tahun)(B+C)"}


@dataclass(frozen=True, slots=True)
class TableContent:
    rows: tuple[WasteRow, ...]
    sha256: str


def read_waste_table(path: Path) -> TableContent:
    """The rows of the file. Raises Refused naming file, line and column."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise refuse("study.table.large", where=str(path), remedy="study.table.unreadable.remedy",
                         most=MOST_BYTES // 1_000_000)
        lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = system_words(error) if isinstance(error, OSError) else message("study.table.no_text")
        raise refuse("study.table.unreadable", where=str(path), remedy="study.table.unreadable.remedy",
                     reason=reason) from error
    heads = list(lines[0]) if lines else []
    names = {key: next((head for head in heads if head and head.endswith(end)), "") for key, end in _ENDINGS.items()}
    lacking = [end for key, end in _ENDINGS.items() if not names[key]] + ([_REGION] if _REGION not in heads else [])
    if lacking:
        raise refuse("study.table.columns", where=str(path), remedy="study.table.columns.remedy",
                     columns=", ".join(lacking))
    if short := next((k for k, line in enumerate(lines, 2) if None in line.values()), None):
        raise refuse("study.table.short", where=f"{path}:{short}", remedy="study.table.short.remedy")
    rows = tuple(
        WasteRow(region_name(line[_REGION]), *(_number(line[names[key]], path, k, names[key]) for key in _ENDINGS))
        for k, line in enumerate(lines, 2)
    )
    return TableContent(rows, hashlib.sha256(content).hexdigest())


def region_name(written: str) -> str:
    """A region as the product names it: ``Kab. Bekasi`` is ``Kabupaten Bekasi``."""
    return written.strip().replace("Kab. ", "Kabupaten ", 1)


def _number(text: str | None, path: Path, line: int, column: str) -> Decimal | None:
    written = (text or "").replace(",", "").strip()
    if not written:
        return None
    try:
        value = Decimal(written) if written.isascii() else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or value.adjusted() > 15:
        raise refuse("study.table.number", where=f"{path}:{line} ({column})", remedy="study.table.number.remedy",
                     given=str(text)[:40])
    return value

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

from sepadan.ground.problems import refuse
from sepadan.study.engine.national import WasteRow

_REGION = "Kabupaten/Kota"
_ENDINGS = {"A": "(A)", "B": "(ton/tahun)(B)", "C": "(ton/tahun)(C)", "BC": "(ton/tahun)(B+C)"}


@dataclass(frozen=True, slots=True)
class TableContent:
    rows: tuple[WasteRow, ...]
    sha256: str


def read_waste_table(path: Path) -> TableContent:
    """The rows of the file. Raises Refused naming file, line and column."""
    try:
        content = path.read_bytes()
        lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise refuse("study.table.unreadable", where=str(path), remedy="study.table.unreadable.remedy",
                     reason=str(error)) from error
    heads = list(lines[0]) if lines else []
    names = {key: next((head for head in heads if head and head.endswith(end)), "") for key, end in _ENDINGS.items()}
    lacking = [end for key, end in _ENDINGS.items() if not names[key]] + ([_REGION] if _REGION not in heads else [])
    if lacking:
        raise refuse("study.table.columns", where=str(path), remedy="study.table.columns.remedy",
                     columns=", ".join(lacking))
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
        return Decimal(written)
    except InvalidOperation as error:
        raise refuse("study.table.number", where=f"{path}:{line} ({column})", remedy="study.table.number.remedy",
                     given=str(text)) from error

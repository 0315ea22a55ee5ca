"""From the files of an import to rows that the database can take: what is good is set down, what is not is counted.

Each good row goes to a file of its table in the import's folder in PostgreSQL's text format, so that checking again and
applying need the upload no more. A SUBJEK_PAJAK_ID becomes a keyed digest with four digits, or the office's own number;
the plain number is in the upload alone, which goes when the import is closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from sepadan.ground.messages import Message
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import identify_nik
from sepadan.tax.engine.sismiop import Table, table_of
from sepadan.tax.engine.sismiop_cells import Subject
from sepadan.tax.engine.sismiop_rows import Batch, RowFault, TableReader
from sepadan.tax.services.imports_reading import Source, open_sources

KEPT_FAULTS = 2_000
"""Of each table's faults as many are kept with their line; all are counted."""
NULL = "\\N"


@dataclass(slots=True)
class ReadSource:
    """What came of one table of a file."""

    sheet: str = ""
    form: str = ""
    table: Table | None = None
    strange: tuple[str, ...] = ()
    rows: int = 0
    accepted: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    lost: int = 0
    kept: list[RowFault] = field(default_factory=list)
    refused: Problem | None = None

    def add(self, faults: Sequence[RowFault]) -> None:
        self.bad += len({one.line for one in faults})
        self.faults.update(f"{one.column} {one.fault.key}" for one in faults)
        self.kept += faults[:max(0, KEPT_FAULTS - len(self.kept))]


def read_upload(path: Path, name: str, target: Callable[[int], Path], told: Callable[[int], None]) -> list[ReadSource]:
    """All tables of an uploaded file; the good rows of the k-th are written to ``target(k)``. *told* hears the bytes.

    A file that is no table comes back as one source with the reason; it stops nothing.
    """
    try:
        with open_sources(path, name) as sources:
            return [read_source(one, f"{name} [{one.sheet}]" if one.sheet else name, target(k), told)
                    for k, one in enumerate(sources)]
    except Refused as refused:
        return [ReadSource(refused=refused.problem)]


def read_source(source: Source, where: str, target: Path, told: Callable[[int], None]) -> ReadSource:
    """Read one table to its end."""
    found = ReadSource(source.sheet, source.form)
    found.table = table_of(where, source.head)
    if found.table is None:
        found.refused = Problem(Message("tax.imports.file.unknown", {}), where,
                                Message("tax.imports.file.unknown.remedy", {}))
        return found
    try:
        reader = TableReader(found.table, source.head, where)
        found.strange = reader.unknown
        with target.open("w", encoding="utf-8", newline="") as out:
            target.chmod(0o600)
            for rows, faults in source.batches():
                found.add(faults)
                found.lost += len(faults)
                batch, more = reader.read(rows)
                found.add(more)
                found.accepted += len(batch)
                found.rows = found.accepted + found.bad
                write_rows(out, batch)
                told(source.position())
            write_spoiled(out, reader)
            found.lost += reader.lost
    except Refused as refused:
        found.refused = refused.problem
    return found


def write_rows(out: TextIO, batch: Batch) -> None:
    """The rows of *batch* in the text format of COPY: line, then the fields of the table; a subject takes three."""
    columns: list[Iterable[str]] = [map(str, batch.lines)]
    for name, values in batch.columns.items():
        columns += _subjects(values) if name == "subject" else [_texts(values)]
    out.writelines(map("{}\n".format, map("\t".join, zip(*columns, strict=True))))


def write_spoiled(out: TextIO, reader: TableReader) -> None:
    """Payments that could not be read, with their bill alone: no part, amount or day."""
    for line, nop, year in reader.spoiled:
        known = {"nop": nop, "year": str(year)}
        out.write("\t".join([str(line), *(known.get(name, NULL) for name in reader.table.fields)]) + "\n")


def _texts(values: Sequence[Any]) -> list[str]:
    known = {value: NULL if value is None else str(value).replace("\\", "\\\\") for value in set(values)}
    return list(map(known.__getitem__, values))


def _subjects(values: Sequence[Subject]) -> list[list[str]]:
    """Digest, last four digits and number of the office; of the first two or the last, one side is empty."""
    identities = [identify_nik(one.nik) if one.nik else None for one in values]
    return [[NULL if one is None else one.digest for one in identities],
            [NULL if one is None else one.last4 for one in identities],
            [one.number.replace("\\", "\\\\") or NULL for one in values]]

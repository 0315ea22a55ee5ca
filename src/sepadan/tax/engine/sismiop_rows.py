"""Rows of a SISMIOP table: read column by column, checked row by row; what is good goes on, what is not is reported.

``(rows) -> (accepted, problems)``: a row with a fault never stops the rest and never vanishes; each fault names its
line, the column and the remedy. A column's distinct texts are read once for each batch, so that a million rows
of codes and dates cost little more than their distinct values.

It looks at one row at a time: doubles, owners that are missing and places that nobody mapped are found where all rows
are together. Of a payment that cannot be read the bill is remembered where it can be (``spoiled``): nobody may be asked
for what he may have paid. Payments without even that are counted (``lost``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sepadan.ground.problems import Problem, problem, refuse
from sepadan.tax.engine.sismiop import BILLS, BUILDINGS, LAND, OBJECTS, PAYMENTS, Column, Table
from sepadan.tax.engine.sismiop_cells import Fault, Reader, read_cell

Row = tuple[int, Sequence[str]]
Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault of one row: the line in the file (the head is line 1), the column's name, what and its remedy."""

    line: int
    column: str
    fault: Fault

    def problem(self, file: str) -> Problem:
        where = f"{file}:{self.line}" + (f" {self.column}" if self.column else "")
        return problem(self.fault.key, where=where, remedy=f"{self.fault.key}.remedy", **self.fault.params)


@dataclass(frozen=True, slots=True)
class Batch:
    """The good rows as columns, all of one length; ``lines`` are their lines in the file."""

    lines: list[int] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    def rows(self, *names: str) -> Iterator[tuple[Any, ...]]:
        return zip(*(self.columns[name] for name in names), strict=True)


class TableReader:
    """Reads batches of one file. Raises Refused when the head lacks a needed column or names one twice."""

    def __init__(self, table: Table, head: Sequence[str], where: str):
        self.table, self.width = table, len(head)
        twice = sorted({name for name in head if name and list(head).count(name) > 1})
        if twice:
            raise refuse("tax.sismiop.twice", where=where, remedy="tax.sismiop.twice.remedy", names=", ".join(twice))
        missing = [name for name in table.needed if name not in head]
        if missing:
            raise refuse("tax.sismiop.no_column", where=where, remedy="tax.sismiop.no_column.remedy", table=table.name,
                         names=", ".join(missing))
        self.unknown = tuple(name for name in head if name and name not in table.known)
        self._at = {name: k for k, name in enumerate(head)}
        self.spoiled: list[tuple[int, str, int]] = []
        self.lost = 0

    def read(self, rows: Sequence[Row]) -> tuple[Batch, list[RowFault]]:
        """The good rows of *rows* and the faults of the others, by line."""
        faults: list[RowFault] = []
        straight: list[Row] = []
        for line, cells in rows:
            if len(cells) == self.width:
                straight.append((line, cells))
            elif any(cell and not cell.isspace() for cell in cells):
                faults.append(RowFault(line, "", Fault("tax.sismiop.width", {
                    "found": len(cells), "wanted": self.width})))
                self.lost += 1
        if not straight:
            return Batch([], {name: [] for name in self.table.fields}), faults
        lines = [line for line, _ in straight]
        texts = list(zip(*(cells for _, cells in straight), strict=True))
        blank = _blank(texts, len(lines))
        values, bad = {}, set(blank)
        for column in (*self.table.key, *self.table.columns):
            place = self._at.get(column.name)
            if place is None:
                values[column.name] = [None] * len(lines)
                continue
            values[column.name], wrong = _read(texts[place], column)
            faults += [RowFault(lines[k], column.name, fault) for k, fault in wrong if k not in blank]
            bad.update(k for k, _ in wrong)
        columns = self._fields(values, len(lines), bad)
        for check in CHECKS.get(self.table.name, ()):
            for k, name, fault in check(columns):
                if k not in bad:
                    faults.append(RowFault(lines[k], name, fault))
                    bad.add(k)
        if bad - blank and self.table is PAYMENTS:
            self._remember(values, lines, sorted(bad - blank))
        if bad:
            good = [k for k in range(len(lines)) if k not in bad]
            lines, columns = [lines[k] for k in good], {name: [column[k] for k in good]
                                                       for name, column in columns.items()}
        return Batch(lines, columns), sorted(faults, key=lambda one: one.line)

    def _remember(self, values: Mapping[str, list[Any]], lines: Sequence[int], bad: Sequence[int]) -> None:
        """Which bills the rows *bad* are about, as far as they say so."""
        for k in bad:
            parts = [values[one.name][k] for one in self.table.key]
            year = values["THN_PAJAK_SPPT"][k]
            if all(isinstance(part, str) for part in parts) and isinstance(year, int):
                self.spoiled.append((lines[k], "".join(parts), year))
            else:
                self.lost += 1

    def _fields(self, values: Mapping[str, list[Any]], count: int, bad: set[int]) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {}
        if self.table.key:
            parts = [values[one.name] for one in self.table.key]
            columns[self.table.key_field] = ["".join(part) if k not in bad else ""
                                             for k, part in enumerate(zip(*parts, strict=True))] \
                if bad else ["".join(part) for part in zip(*parts, strict=True)]
        for column in self.table.columns:
            columns[column.field] = values[column.name]
        return columns


def _blank(texts: Sequence[Sequence[str]], count: int) -> set[int]:
    """Rows without any text: padding at the end of a sheet, no fault."""
    empty = {k for k, text in enumerate(texts[0]) if not text or text.isspace()}
    for column in texts[1:]:
        if not empty:
            break
        empty = {k for k in empty if not column[k] or column[k].isspace()}
    return empty


def _read(texts: Sequence[str], column: Column) -> tuple[list[Any], list[tuple[int, Fault]]]:
    """The values of a column, and the places and faults of those that could not be read."""
    reader: Reader = column.reader
    known = {text: read_cell(text, reader, needed=column.needed) for text in set(texts)}
    bad = {text for text, value in known.items() if isinstance(value, Fault)}
    values = list(map(known.__getitem__, texts))
    return values, [(k, known[text]) for k, text in enumerate(texts) if text in bad] if bad else []


Check = Callable[[Columns], Iterator[tuple[int, str, Fault]]]


def _number_of_object(columns: Columns) -> Iterator[tuple[int, str, Fault]]:
    """An object has a running number."""
    for k, nop in enumerate(columns["nop"]):
        if nop and nop[13:17] == "0000":
            yield k, "NO_URUT", Fault("tax.sismiop.no_number")


def _renovated_later(columns: Columns) -> Iterator[tuple[int, str, Fault]]:
    """A building is renovated after it is built; 0 means never."""
    for k, (built, again) in enumerate(zip(columns["built_year"], columns["renovated_year"], strict=True)):
        if isinstance(again, int) and again and isinstance(built, int) and again < built:
            yield k, "THN_RENOVASI_BNG", Fault("tax.sismiop.renovated", {"built": str(built), "renovated": str(again)})


def _sum_of_njop(columns: Columns) -> Iterator[tuple[int, str, Fault]]:
    """NJOP of a bill is land and building together."""
    for k, (land, building, njop) in enumerate(zip(columns["njop_land"], columns["njop_building"], columns["njop"],
                                                   strict=True)):
        if isinstance(land, int) and isinstance(building, int) and isinstance(njop, int) and land + building != njop:
            yield k, "NJOP_SPPT", Fault("tax.sismiop.njop_sum", {"sum": land + building, "found": njop})


def _interest_within(columns: Columns) -> Iterator[tuple[int, str, Fault]]:
    """What was paid holds the interest in it."""
    for k, (interest, amount) in enumerate(zip(columns["interest"], columns["amount"], strict=True)):
        if isinstance(interest, int) and isinstance(amount, int) and interest > amount:
            yield k, "DENDA_SPPT", Fault("tax.sismiop.interest_over", {"interest": interest, "amount": amount})


CHECKS: dict[str, tuple[Check, ...]] = {
    OBJECTS.name: (_number_of_object,),
    BUILDINGS.name: (_number_of_object, _renovated_later),
    LAND.name: (_number_of_object,),
    BILLS.name: (_number_of_object, _sum_of_njop),
    PAYMENTS.name: (_interest_within,),
}

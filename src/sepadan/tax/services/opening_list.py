"""Inherited receivables that are still open: summed by year, kelurahan, grade of evidence and age, and as rows.

What is open comes from the list of receivables (``arrears.py``), which is the ledger; this only joins which of its
charges were taken over, and how well each is proved. Allowances by age are those of collection. Names are read for the
rows shown alone. Serves the table component (``ground.table_rows.Rows``). Money is whole rupiah.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from psycopg import sql

from sepadan.ground.columns import Connection
from sepadan.ground.money import Rupiah
from sepadan.ground.tables import Row
from sepadan.tax.engine.collection import allowance_of
from sepadan.tax.engine.nop import Nop
from sepadan.tax.engine.opening import GRADES
from sepadan.tax.queries.accounts import facts_of
from sepadan.tax.queries.arrears import whole_region
from sepadan.tax.queries.opening import CLAIM_COLUMNS, claims_query
from sepadan.tax.services.arrears import Aged, ArrearsList, Group, age_bands, opened
from sepadan.tax.services.binary_copy import read_arrays

CHUNK = 1_000
_SUMS = "count(*), count(DISTINCT nop), coalesce(sum(principal), 0)::BIGINT, coalesce(sum(interest), 0)::BIGINT"
_ORDER = {"nop": "nop", "kelurahan": "kelurahan_id", "year": "tax_year", "grade": "grade", "age": "age",
          "due_on": "due_day", "taken": "taken", "principal": "principal", "interest": "interest", "total": "total"}
_ADDED = ("taken", "principal", "interest", "total")


@dataclass(frozen=True, slots=True)
class Inherited:
    """What was taken over and is open: in groups (keys: tax year, kelurahan, number of the grade), by age, in all."""

    years: tuple[Group, ...]
    kelurahan: tuple[Group, ...]
    grades: tuple[Group, ...]
    ages: tuple[Aged, ...]
    whole: Group
    taken: Rupiah
    claims: int

    @property
    def allowance(self) -> Rupiah:
        return sum(one.allowance for one in self.ages)


@contextmanager
def inherited(arrears: ArrearsList) -> Iterator[Connection]:
    """A DuckDB connection whose view ``inherited`` are the open charges that were taken over, with ``claim_id``,
    ``taken`` and ``grade``; ``claims`` are all that ever were."""
    with whole_region() as raw:
        claims = read_arrays(raw, claims_query(), sql.SQL("charge_id / 16384"), CLAIM_COLUMNS)
    with opened(arrears) as duck:
        duck.register("claims", {name: values.astype("int64") for name, values in claims.items()})
        duck.execute("CREATE VIEW inherited AS SELECT o.*, c.claim_id, c.taken, c.grade "
                     "FROM owed o JOIN claims c ON c.charge_id = o.charge_id")
        yield duck


def summarise_inherited(arrears: ArrearsList) -> Inherited:
    bands = age_bands(arrears.on)
    with inherited(arrears) as duck:
        def by(key: str) -> dict[int, Group]:
            rows: Sequence[Any] = duck.execute(f"SELECT {key}, {_SUMS} FROM inherited GROUP BY ALL").fetchall()
            return {int(found): Group(int(found), *(int(value) for value in values)) for found, *values in rows}

        years, places, grades, ages, whole = by("tax_year"), by("kelurahan_id"), by("grade"), by("age"), by("0")
        taken: Any = duck.execute("SELECT coalesce(sum(taken), 0)::BIGINT, count(*) FROM claims").fetchone()
    return Inherited(
        tuple(years[key] for key in sorted(years)), tuple(sorted(places.values(), key=lambda one: -one.total)),
        tuple(grades.get(k, Group(k)) for k in range(len(GRADES))),
        tuple(Aged(band, ages.get(k, Group(k)), allowance_of(band, ages.get(k, Group(k)).total))
              for k, band in enumerate(bands)), whole.get(0, Group(0)), int(taken[0]), int(taken[1]))


@dataclass(frozen=True)
class InheritedRows:
    """Rows as the table asks for them; *link* gives the address of one by the key of its claim."""

    arrears: ArrearsList
    link: Callable[[int], str]
    where: tuple[str, ...] = ()
    order: str = "total DESC, nop"
    held: list[tuple[ExitStack, Connection]] = field(default_factory=list, compare=False, repr=False)

    def narrow(self, search: Sequence[str], text: str, picked: Mapping[str, str]) -> InheritedRows:
        found = [_PICKED[key](value) for key, value in picked.items() if key in _PICKED]
        digits = re.sub(r"[ .\-]", "", text)
        if digits.isascii() and digits.isdecimal() and len(digits) <= 18:
            found.append(f"nop BETWEEN {int(digits.ljust(18, '0'))} AND {int(digits.ljust(18, '9'))}")
        elif text.strip():
            found.append("false")
        return replace(self, where=(*self.where, *found))

    def sort(self, key: str, descending: bool) -> InheritedRows:
        return replace(self, order=f"{_ORDER.get(key, 'total')} {'DESC' if descending else 'ASC'}, nop, tax_year")

    def count(self) -> int:
        return int(self._read("count(*)")[0][0])

    def sums(self, keys: Sequence[str]) -> dict[str, Any]:
        known = [key for key in keys if key in _ADDED]
        row = self._read(", ".join(f"coalesce(sum({key}), 0)::BIGINT" for key in known))[0] if known else ()
        return {key: int(value) for key, value in zip(known, row, strict=True)}

    def choices(self, key: str) -> list[Any]:
        columns = {"kelurahan": "kelurahan_id", "year": "tax_year"}
        if key in columns:
            found = replace(self, where=())._read(f"DISTINCT {columns[key]}", columns[key])
            return [str(row[0]) if key == "year" else int(row[0]) for row in found]
        return list({"grade": GRADES, "age": range(len(age_bands(self.arrears.on)))}.get(key, ()))

    def part(self, start: int, stop: int) -> list[Row]:
        return list(self._named(self._read(_FIELDS, self.order, f"LIMIT {stop - start} OFFSET {start}")))

    def each(self) -> Iterator[Row]:
        rows = self._read(_FIELDS, self.order)
        for first in range(0, len(rows), CHUNK):
            yield from self._named(rows[first:first + CHUNK])

    def _read(self, fields: str, order: str = "", limit: str = "") -> list[Any]:
        where = f"WHERE {' AND '.join(self.where)}" if self.where else ""
        tail = f"ORDER BY {order}" if order else ""
        if not self.held:  # joined once, for all that is asked of these rows and of what is narrowed from them
            stack = ExitStack()
            self.held.append((stack, stack.enter_context(inherited(self.arrears))))
        found: list[Any] = self.held[0][1].execute(f"SELECT {fields} FROM inherited {where} {tail} {limit}").fetchall()
        return found

    def _named(self, rows: Sequence[Any]) -> Iterator[Row]:
        facts = facts_of(row[-1] for row in rows)
        for nop, place, year, due, grade, age, taken, principal, interest, total, claim, charge in rows:
            yield {"nop": str(Nop(f"{nop:018d}")), "href": self.link(claim), "kelurahan": place, "year": str(year),
                   "name": facts[charge].payer or None if charge in facts else None,
                   "due_on": date.fromordinal(due), "grade": GRADES[grade], "age": age, "taken": taken,
                   "principal": principal, "interest": interest, "total": total}


_FIELDS = "nop, kelurahan_id, tax_year, due_day, grade, age, taken, principal, interest, total, claim_id, charge_id"


def _number(column: str) -> Callable[[str], str]:
    return lambda value: f"{column} = {int(value)}" if re.fullmatch(r"[0-9]{1,18}", value) else "false"


_PICKED: dict[str, Callable[[str], str]] = {
    "kelurahan": _number("kelurahan_id"), "year": _number("tax_year"), "age": _number("age"),
    "grade": lambda value: f"grade = {GRADES.index(value)}" if value in GRADES else "false"}

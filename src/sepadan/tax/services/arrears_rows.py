"""The list of debtors: one row for each object with arrears, filtered, sorted, summed and cut over columns.

A row names kelurahan, tax years, the oldest band of age, the band of size, the last letter, how near the first end of
limitation is (interruptions counted) and whether the object is spared. Filters and sums run over the file of
``arrears.py`` in DuckDB; names are read from PostgreSQL for the rows shown alone. It serves the table component
(``ground.table_rows.Rows``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from sepadan.ground.columns import Connection
from sepadan.ground.tables import Row
from sepadan.records.public import current_region
from sepadan.tax.engine.collection import Limitation, read_limitation
from sepadan.tax.engine.nop import Nop
from sepadan.tax.models import CollectionLetter, Interrupt, LetterKind
from sepadan.tax.queries.accounts import facts_of
from sepadan.tax.queries.arrears import nops_named
from sepadan.tax.queries.collection import STANDING, not_chased
from sepadan.tax.services.arrears import SIZES, ArrearsList, opened, size_case
from sepadan.tax.services.dues import procedure_sources

STEPS = ("none", *(kind.value for kind in LetterKind))
STATES = ("chased", "spared")
LIMITS = ("later", "soon", "barred")
SOON = 365  # days
CHUNK = 1_000
_ORDER = {"nop": "nop", "kelurahan": "kelurahan_id", "charges": "charges", "since": "first_year", "age": "age",
          "principal": "principal", "interest": "interest", "total": "total", "size": "size", "step": "step",
          "state": "spared", "limit": "ends"}
_SUMS = {"charges": "charges", "principal": "principal", "interest": "interest", "total": "total"}
_DEBTORS = f"""
    CREATE TABLE debtors AS
    SELECT d.*, {size_case("total")} AS size, coalesce(s.step, 0) AS step, (p.nop IS NOT NULL)::INT AS spared,
           (d.ends <= $on + $soon)::INT + (d.ends <= $on)::INT AS near
    FROM (SELECT nop, max(kelurahan_id) AS kelurahan_id, count(*) AS charges, min(tax_year) AS first_year,
                 max(tax_year) AS last_year, max(age) AS age, sum(principal)::BIGINT AS principal,
                 sum(interest)::BIGINT AS interest, sum(total)::BIGINT AS total, max(l.charge_id) AS charge_id,
                 min(coalesce(e.ends, $base))::BIGINT AS ends
          FROM late l LEFT JOIN ends e ON e.charge_id = l.charge_id WHERE nop > 0 GROUP BY nop) d
    LEFT JOIN steps s ON s.nop = d.nop LEFT JOIN spared p ON p.nop = d.nop
"""


@dataclass(frozen=True)
class DebtorRows:
    """Rows as the table asks for them; *link* gives the address of an object's account.

    The debtors are put together once, for all that is asked of these rows and of what is narrowed from them.
    """

    arrears: ArrearsList
    link: Callable[[str], str]
    where: tuple[str, ...] = ()
    order: str = "total DESC, nop"
    with_names: bool = True
    held: list[tuple[ExitStack, Connection]] = field(default_factory=list, compare=False, repr=False)

    def narrow(self, search: Sequence[str], text: str, picked: Mapping[str, str]) -> DebtorRows:
        found = [_PICKED[key](value) for key, value in picked.items() if key in _PICKED]
        wanted = text.replace("\0", "").strip()
        if wanted:
            found.append(_searched(wanted))
        return replace(self, where=(*self.where, *found))

    def sort(self, key: str, descending: bool) -> DebtorRows:
        return replace(self, order=f"{_ORDER.get(key, 'total')} {'DESC' if descending else 'ASC'}, nop")

    def count(self) -> int:
        return int(self._read("count(*)")[0][0])

    def sums(self, keys: Sequence[str]) -> dict[str, Any]:
        known = [key for key in keys if key in _SUMS]
        if not known:
            return {}
        row = self._read(", ".join(f"coalesce(sum({_SUMS[key]}), 0)::BIGINT" for key in known))[0]
        return {key: int(value) for key, value in zip(known, row, strict=True)}

    def choices(self, key: str) -> list[Any]:
        if key == "kelurahan":
            return [int(row[0]) for row in replace(self, where=())._read("DISTINCT kelurahan_id", "kelurahan_id")]
        return list({"age": range(self._bands()), "size": range(len(SIZES) + 1), "step": STEPS,
                     "state": STATES, "limit": LIMITS}.get(key, ()))

    def part(self, start: int, stop: int) -> list[Row]:
        return list(self._named(self._read(_FIELDS, self.order, start, stop - start)))

    def each(self) -> Iterator[Row]:
        rows = self._read(_FIELDS, self.order)
        for first in range(0, len(rows), CHUNK):
            yield from self._named(rows[first:first + CHUNK])

    def nops(self, most: int) -> list[str]:
        """The objects of the selection in its order, at most so many."""
        return [f"{row[0]:018d}" for row in self._read("nop", self.order, 0, most)]

    def _bands(self) -> int:
        return int(self._read("coalesce(max(age), 0)")[0][0]) + 1

    def _read(self, fields: str, order: str = "", start: int = 0, most: int | None = None) -> list[Any]:
        where = f"WHERE {' AND '.join(self.where)}" if self.where else ""
        tail = f"ORDER BY {order}" if order else ""
        limit = "" if most is None else f"LIMIT {most} OFFSET {start}"
        if not self.held:
            stack = ExitStack()
            self.held.append((stack, stack.enter_context(_with_steps(self.arrears))))
        found: list[Any] = self.held[0][1].execute(f"SELECT {fields} FROM debtors {where} {tail} {limit}").fetchall()
        return found

    def _named(self, rows: Sequence[Any]) -> Iterator[Row]:
        facts = facts_of(row[-1] for row in rows) if self.with_names else {}
        for (nop, place, charges, first, last, age, size, step, spared, near, principal, interest, total,
             charge) in rows:
            digits = f"{nop:018d}"
            yield {"nop": str(Nop(digits)), "href": self.link(digits), "kelurahan": place,
                   "name": facts[charge].payer or None if charge in facts else None, "charges": charges,
                   "since": str(first) if first == last else f"{first}-{last}", "age": age, "size": size,
                   "step": STEPS[step], "state": STATES[spared], "limit": LIMITS[near], "principal": principal,
                   "interest": interest, "total": total}


_FIELDS = ("nop, kelurahan_id, charges, first_year, last_year, age, size, step, spared, near, principal, interest, "
           "total, charge_id")


def _number(column: str) -> Callable[[str], str]:
    return lambda value: f"{column} = {int(value)}" if re.fullmatch(r"[0-9]{1,18}", value) else "false"


def _named(column: str, names: Sequence[str]) -> Callable[[str], str]:
    return lambda value: f"{column} = {names.index(value)}" if value in names else "false"


_PICKED: dict[str, Callable[[str], str]] = {
    "kelurahan": _number("kelurahan_id"), "age": _number("age"), "size": _number("size"),
    "step": _named("step", STEPS), "state": _named("spared", STATES), "limit": _named("near", LIMITS)}


def _searched(text: str) -> str:
    digits = text.replace(".", "").replace("-", "").replace(" ", "")
    if digits.isascii() and digits.isdecimal() and len(digits) <= 18:
        low = int(digits.ljust(18, "0"))
        return f"nop BETWEEN {low} AND {int(digits.ljust(18, '9'))}"
    nops = nops_named(text)
    return f"nop IN ({', '.join(str(one) for one in nops)})" if nops else "false"


@contextmanager
def _with_steps(arrears: ArrearsList) -> Iterator[Connection]:
    """The list with the last letter of each object, the end of its limitation, and who is spared on its day."""
    rule = read_limitation(procedure_sources(current_region().code, "procedure", arrears.on))
    with opened(arrears) as duck:
        duck.register("steps", _steps())
        duck.register("spared", _spared(arrears.on))
        duck.register("ends", _ends(duck, rule))
        base = _BASE[rule.start].replace("$years", str(rule.years))
        on, soon = str(arrears.on.toordinal()), str(SOON)
        duck.execute(_DEBTORS.replace("$base", base).replace("$soon", soon).replace("$on", on))
        yield duck


_BASE = {"tax_year_start": "(make_date(tax_year + $years, 1, 1) - DATE '0001-01-01') + 1",
         "due_day": "((DATE '0001-01-01' + (due_day - 1)::INT + INTERVAL '$years years')::DATE "
                    "- DATE '0001-01-01') + 1"}


def _ends(duck: Connection, rule: Limitation) -> dict[str, Any]:
    """The end of limitation of the charges that something interrupted; the others follow from their year or day."""
    days: dict[int, list[date]] = {}
    for charge, day in Interrupt.objects.values_list("charge_id", "on"):
        days.setdefault(charge, []).append(day)
    duck.register("interrupted", {"charge_id": np.array(list(days), dtype=np.int64)})
    rows: list[Any] = duck.execute("SELECT charge_id, tax_year, due_day FROM late "
                                   "WHERE charge_id IN (SELECT charge_id FROM interrupted)").fetchall()
    ends = [rule.ends_on(year, date.fromordinal(due), days[charge]).toordinal() for charge, year, due in rows]
    return {"charge_id": np.array([row[0] for row in rows], dtype=np.int64), "ends": np.array(ends, dtype=np.int64)}


def _steps() -> dict[str, Any]:
    rank = {kind: k for k, kind in enumerate(STEPS)}
    found: dict[int, int] = {}
    for nop, kind in CollectionLetter.objects.filter(state__in=STANDING).values_list("nop", "kind"):
        found[int(nop)] = max(found.get(int(nop), 0), rank[kind])
    return {"nop": np.array(list(found), dtype=np.int64), "step": np.array(list(found.values()), dtype=np.int64)}


def _spared(on: date) -> dict[str, Any]:
    nops = sorted(int(nop) for nop in not_chased(on))
    return {"nop": np.array(nops, dtype=np.int64)}

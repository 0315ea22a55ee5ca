"""A table on a page, declared once: columns, sorting, filters, pages, sums, and the same rows as CSV and XLSX.

Idea: the query is the address. ``Listing`` reads ``?q=&sort=-amount&page=2&kecamatan=Klojen`` and gives the rows of
that page, the sums of *all* rows that the filter leaves, links for every head and page, and the download of exactly
these rows. Rows come from a list of dictionaries (``ListRows``) or from a queryset (``QueryRows``); this module is
pure, so the maker of a ``QueryRows`` hands over ``django.db.models``.

An unknown column or a page that is no number raises ``Refused``; a page after the last is the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal
from urllib.parse import urlencode

from sepadan.ground import figures, sheets
from sepadan.ground.cells import Words, in_words
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message
from sepadan.ground.problems import refuse
from sepadan.ground.sheets import SheetKind, Value
from sepadan.ground.table_rows import ListRows, QueryRows, Row, Rows

Tone = Literal["", "ok", "care", "bad", "wait", "host", "guest"]
FORMATS = ("csv", "xlsx")
__all__ = ["Choice", "Column", "Head", "ListRows", "Listing", "QueryRows", "Row", "Rows", "Shown", "Table", "Tone"]
_NONE = Message("ground.cells.none")
_NUMERIC = ("integer", "decimal", "rupiah", "percent")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``key`` is the row's key (or the queryset's field path) and the head in the CSV.

    ``href`` names the key that holds a link. ``words`` writes coded values, ``tones`` makes them chips. ``choice`` lets
    a reader pick one value; ``places`` fixes the decimals. A missing value prints ``missing``, never a blank.
    """

    key: str
    label: Words
    kind: SheetKind = "text"
    sortable: bool = True
    summable: bool = False
    choice: bool = False
    href: str = ""
    places: int | None = None
    words: Mapping[Any, Words] = field(default_factory=dict)
    tones: Mapping[Any, Tone] = field(default_factory=dict)
    missing: Words = _NONE

    @property
    def numeric(self) -> bool:
        return self.kind in _NUMERIC

    def head(self, lang: Language) -> str:
        label = in_words(self.label, lang)
        return f"{label}, Rp" if self.kind == "rupiah" else label

    def text(self, value: Any, lang: Language) -> str:
        """*value* in local form; money without the sign, which stands in the head."""
        if value is None:
            return in_words(self.missing, lang)
        if value in self.words:
            return in_words(self.words[value], lang)
        if self.kind == "percent":
            return figures.percent(value, lang, self.places)
        if self.kind == "date" and isinstance(value, date):
            return figures.day(value, lang)
        if self.numeric:
            return figures.number(value, lang, 0 if self.kind == "integer" else self.places)
        return str(value)


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table. ``name`` names the file; ``order`` is the sorting at first; ``search`` the keys ``q`` looks in.

    ``prefix`` keeps the parameters of several tables on one page apart.
    """

    name: str
    caption: Words
    columns: tuple[Column, ...]
    order: str = ""
    per_page: int = 25
    search: tuple[str, ...] = ()
    prefix: str = ""

    def column(self, key: str) -> Column | None:
        return next((one for one in self.columns if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Head:
    text: str
    numeric: bool
    href: str
    sorted: Literal["", "ascending", "descending"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as printed. ``known`` is false where a value is missing."""

    text: str
    label: str
    numeric: bool
    href: str = ""
    tone: Tone | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]


class Listing:
    """One reading of a table: what the address asks for, out of *rows*, in *lang*. All of it on demand.

    ``files``: whether this reader is offered the downloads. The page that answers one asks again.
    """

    def __init__(self, table: Table, rows: Rows, params: Mapping[str, str], lang: Language, *, files: bool = True):
        self.table, self.lang, self.files, self._all = table, lang, files, rows
        self._params = {key: params[key] for key in params if params[key]}
        self.q = self._own("q").strip()
        self.sort = self._own("sort") or table.order
        self.wanted = self._own("format")
        self._check()

    def _own(self, name: str) -> str:
        return self._params.get(self.table.prefix + name, "")

    def _check(self) -> None:
        where = f"?{self.table.prefix}sort={self.sort}"
        column = self.table.column(self.sort.lstrip("-"))
        if self.sort and (column is None or not column.sortable):
            known = ", ".join(one.key for one in self.table.columns if one.sortable)
            raise refuse("ground.tables.bad_column", where=where, remedy="ground.tables.bad_column.remedy",
                         column=self.sort.lstrip("-"), known=known)
        if self.wanted and self.wanted not in FORMATS:
            raise refuse("ground.tables.bad_format", where=f"?{self.table.prefix}format={self.wanted}",
                         remedy="ground.tables.bad_format.remedy", format=self.wanted)
        page = self._own("page")
        if page and not (page.isdecimal() and len(page) < 10 and int(page) > 0):
            raise refuse("ground.tables.not_a_page", where=f"?{self.table.prefix}page={page[:40]}",
                         remedy="ground.tables.not_a_page.remedy", page=page[:40])

    @cached_property
    def picked(self) -> dict[str, str]:
        return {one.key: self._own(one.key) for one in self.table.columns if one.choice and self._own(one.key)}

    @cached_property
    def _rows(self) -> Rows:
        rows = self._all.narrow(self.table.search, self.q, self.picked)
        return rows.sort(self.sort.lstrip("-"), self.sort.startswith("-")) if self.sort else rows

    @cached_property
    def count(self) -> int:
        return self._rows.count()

    @property
    def filtered(self) -> bool:
        return bool(self.q or self.picked)

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.table.per_page))

    @property
    def page(self) -> int:
        return min(int(self._own("page") or 1), self.pages)

    @property
    def first(self) -> int:
        return (self.page - 1) * self.table.per_page + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * self.table.per_page, self.count)

    def address(self, **changes: str | int | None) -> str:
        """The query with some parameters changed or (None) left out; other tables' parameters are kept."""
        query = dict(self._params)
        query.pop(self.table.prefix + "format", None)
        for name, value in changes.items():
            query.pop(self.table.prefix + name, None)
            if value not in (None, ""):
                query[self.table.prefix + name] = str(value)
        return "?" + urlencode(query)

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.table.columns]

    def _head(self, column: Column) -> Head:
        if not column.sortable:
            return Head(column.head(self.lang), column.numeric, "", "")
        up, down = self.sort == column.key, self.sort == f"-{column.key}"
        following = f"-{column.key}" if up or (column.numeric and not down) else column.key
        return Head(column.head(self.lang), column.numeric, self.address(sort=following, page=None),
                    "ascending" if up else "descending" if down else "")

    @cached_property
    def body(self) -> list[list[Shown]]:
        start = max(self.first - 1, 0)
        return [[self._shown(column, row) for column in self.table.columns]
                for row in self._rows.part(start, start + self.table.per_page)]

    def _shown(self, column: Column, row: Row) -> Shown:
        value = row.get(column.key)
        href = str(row.get(column.href) or "") if column.href else ""
        return Shown(column.text(value, self.lang), column.head(self.lang), column.numeric, href,
                     column.tones.get(value), value is not None)

    @cached_property
    def foot(self) -> list[Shown] | None:
        """Sums of all filtered rows, aligned with the columns; None when the table sums nothing."""
        keys = [one.key for one in self.table.columns if one.summable]
        if not keys:
            return None
        sums = self._rows.sums(keys)
        return [Shown(column.text(sums[column.key], self.lang) if column.key in sums else "", column.head(self.lang),
                      column.numeric) for column in self.table.columns]

    @property
    def choices(self) -> list[Choice]:
        return [self._choice(column) for column in self.table.columns if column.choice]

    def _choice(self, column: Column) -> Choice:
        values = self._all.choices(column.key)
        options = tuple((str(value), column.text(value, self.lang), self.picked.get(column.key) == str(value))
                        for value in values)
        return Choice(self.table.prefix + column.key, column.head(self.lang), options)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the filter form must carry along: the sorting and the other tables' parameters."""
        prefix = self.table.prefix
        own = {prefix + name for name in ("q", "page", "format", *(one.key for one in self.table.columns))}
        return [(key, value) for key, value in self._params.items() if key not in own]

    @property
    def numbers(self) -> list[tuple[int | None, str]]:
        """Page numbers with addresses: first, last and those around this one; None stands for a gap."""
        near = sorted({1, self.pages, *(k for k in range(self.page - 2, self.page + 3) if 1 <= k <= self.pages)})
        out: list[tuple[int | None, str]] = []
        for k in near:
            if out and out[-1][0] is not None and k > out[-1][0] + 1:
                out.append((None, ""))
            out.append((k, self.address(page=k if k > 1 else None)))
        return out

    @property
    def next_page(self) -> str:
        return self.address(page=self.page + 1) if self.page < self.pages else ""

    @property
    def clear(self) -> str:
        """The address without any filter of this table."""
        return self.address(q=None, page=None, **{one.key: None for one in self.table.columns if one.choice})

    @property
    def csv(self) -> str:
        return self.address(page=None, format="csv")

    @property
    def xlsx(self) -> str:
        return self.address(page=None, format="xlsx")

    def _values(self) -> Iterator[list[Value]]:
        return ([row.get(column.key) for column in self.table.columns] for row in self._rows.each())

    def file(self, form: str) -> tuple[str, str, bytes]:
        """``(name, content type, bytes)`` of exactly the filtered rows, all pages, in the order shown."""
        if form == "xlsx":
            heads = [column.head(self.lang) for column in self.table.columns]
            kinds = [column.kind for column in self.table.columns]
            data = sheets.xlsx_bytes(in_words(self.table.caption, self.lang), heads, kinds, self._values())
            return f"{self.table.name}.xlsx", sheets.XLSX_TYPE, data
        data = sheets.csv_bytes([column.key for column in self.table.columns], self._values())
        return f"{self.table.name}.csv", sheets.CSV_TYPE, data

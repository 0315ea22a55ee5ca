"""Where the rows of a table come from: a list in memory, or a queryset that the database filters, sorts and sums.

Both answer the same questions, so a page does not know which it shows. Pure: the maker of a ``QueryRows`` hands over
``django.db.models``, because this layer imports no Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Protocol

from sepadan.ground.charts.scale import fraction

Row = Mapping[str, Any]


class Rows(Protocol):
    """Where rows come from. Every method leaves the source as it was."""

    def narrow(self, search: Sequence[str], text: str, picked: Mapping[str, str]) -> Rows: ...
    def sort(self, key: str, descending: bool) -> Rows: ...
    def count(self) -> int: ...
    def part(self, start: int, stop: int) -> list[Row]: ...
    def each(self) -> Iterator[Row]: ...
    def sums(self, keys: Sequence[str]) -> dict[str, Any]: ...
    def choices(self, key: str) -> list[Any]: ...


@dataclass(frozen=True)
class ListRows:
    """Rows in memory. Text sorts without regard to case; what is missing comes last in either direction."""

    rows: Sequence[Row]

    def narrow(self, search: Sequence[str], text: str, picked: Mapping[str, str]) -> ListRows:
        wanted = text.casefold()
        return ListRows([
            row for row in self.rows
            if all(str(row.get(key)) == value for key, value in picked.items())
            and (not wanted or any(wanted in str(row.get(key) or "").casefold() for key in search))
        ])

    def sort(self, key: str, descending: bool) -> ListRows:
        known = [row for row in self.rows if row.get(key) is not None]
        known.sort(key=lambda row: _sort_key(row[key]), reverse=descending)
        return ListRows([*known, *(row for row in self.rows if row.get(key) is None)])

    def count(self) -> int:
        return len(self.rows)

    def part(self, start: int, stop: int) -> list[Row]:
        return list(self.rows[start:stop])

    def each(self) -> Iterator[Row]:
        return iter(self.rows)

    def sums(self, keys: Sequence[str]) -> dict[str, Any]:
        return {key: _total(row.get(key) for row in self.rows) for key in keys}

    def choices(self, key: str) -> list[Any]:
        return sorted({row[key] for row in self.rows if row.get(key) is not None}, key=_sort_key)


def _sort_key(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _total(values: Iterator[Any]) -> Any:
    """The exact sum of what is there: whole numbers stay whole, decimals become fractions."""
    total: Any = 0
    for value in values:
        if value is not None:
            total += value if isinstance(value, int) else fraction(value)
    return total


@dataclass(frozen=True)
class QueryRows:
    """Rows of a queryset, filtered, sorted, summed and cut by the database: ``QueryRows(Person.objects, models)``.

    ``models`` is ``django.db.models``. ``shape`` turns a row of ``values()`` into a row of the table (to add links).
    ``keys`` are the fields to read; none reads them all.
    """

    queryset: Any
    models: Any
    keys: tuple[str, ...] = ()
    shape: Callable[[Row], Row] = dict

    def _with(self, queryset: Any) -> QueryRows:
        return QueryRows(queryset, self.models, self.keys, self.shape)

    def narrow(self, search: Sequence[str], text: str, picked: Mapping[str, str]) -> QueryRows:
        found = self.queryset.filter(**picked)
        text = text.replace("\0", "")  # which the database does not take
        if text and search:
            q = self.models.Q
            found = found.filter(reduce(or_, (q(**{f"{key}__icontains": text}) for key in search)))
        return self._with(found)

    def sort(self, key: str, descending: bool) -> QueryRows:
        column = self.models.F(key)
        order = column.desc(nulls_last=True) if descending else column.asc(nulls_last=True)
        return self._with(self.queryset.order_by(order, "pk"))

    def count(self) -> int:
        return int(self.queryset.count())

    def part(self, start: int, stop: int) -> list[Row]:
        return [self.shape(row) for row in self.queryset.values(*self.keys)[start:stop]]

    def each(self) -> Iterator[Row]:
        return (self.shape(row) for row in self.queryset.values(*self.keys).iterator(chunk_size=2000))

    def sums(self, keys: Sequence[str]) -> dict[str, Any]:
        if not keys:
            return {}
        found = self.queryset.order_by().aggregate(**{f"sum_{k}": self.models.Sum(key) for k, key in enumerate(keys)})
        return {key: found[f"sum_{k}"] or 0 for k, key in enumerate(keys)}

    def choices(self, key: str) -> list[Any]:
        return [value for value in self.queryset.order_by(key).values_list(key, flat=True).distinct()
                if value is not None]

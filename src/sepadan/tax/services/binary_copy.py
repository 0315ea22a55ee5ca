"""Columns to and from PostgreSQL in its binary formats, half a million rows a second and more.

Idea: when every field of a row has a fixed length, the binary format is an array of equal records, which numpy writes
and reads without a loop over rows. Numbers are big-endian; a text column has one width for all rows of a call; a column
that is NULL or empty throughout has no bytes. Rows whose widths differ go in separate calls. Rows are made in chunks,
the next one in a thread while the server takes the current one: two chunks are held at a time, whatever the size.
Reading goes the same way, with arrays of values instead of rows.

Source: PostgreSQL documentation, COPY, "Binary Format"; source of array_send.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import sql

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
CHUNK_BYTES = 1 << 20
NULL = None
"""The value of a column that is NULL in every row."""
Column = npt.NDArray[Any] | bytes | int | None
Told = Callable[[int], None]


def copy_in(cursor: psycopg.Cursor[Any], table: str, types: Mapping[str, str], columns: Mapping[str, Column],
            count: int, told: Told | None = None) -> None:
    """COPY *count* rows into *table*.

    *types* gives each column's numpy type (``>i2``, ``>i4``, ``>i8``, ``u1`` for boolean, ``S`` for text of the width
    of its array); *columns* its values, one value for all rows, or NULL. *told* hears how many rows are written.
    """
    layout, lengths = _layout(types, columns)
    per_chunk = max(1, CHUNK_BYTES // layout.itemsize)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, types)))

    def chunk(start: int) -> memoryview:
        rows = _records(layout, lengths, columns, slice(start, min(start + per_chunk, count)))
        return rows.view(np.uint8).data.cast("B")

    with cursor.copy(statement) as copy, ThreadPoolExecutor(1) as ahead:
        copy.write(SIGNATURE)
        coming = ahead.submit(chunk, 0) if count else None
        for start in range(0, count, per_chunk):
            assert coming is not None
            data, stop = coming.result(), min(start + per_chunk, count)
            coming = ahead.submit(chunk, stop) if stop < count else None  # made while the server takes this one
            copy.write(data)
            if told is not None:
                told(stop)
        copy.write(END)


def _layout(types: Mapping[str, str], columns: Mapping[str, Column]) -> tuple[np.dtype[Any], dict[str, int]]:
    """The record of one row, and the bytes of each field: -1 where it is NULL."""
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    lengths: dict[str, int] = {}
    for name, kind in types.items():
        value = columns[name]
        size = -1 if value is None else _width(kind, value)
        lengths[name] = size
        layout.append((f"{name} length", ">i4"))
        if size > 0:
            layout.append((name, f"S{size}" if kind == "S" else kind))
    return np.dtype(layout), lengths


def _records(layout: np.dtype[Any], lengths: Mapping[str, int], columns: Mapping[str, Column],
             some: slice) -> npt.NDArray[Any]:
    rows = np.empty(some.stop - some.start, dtype=layout)
    rows["fields"] = len(lengths)
    for name, size in lengths.items():
        rows[f"{name} length"] = size
        if size > 0:
            values = columns[name]
            rows[name] = values[some] if isinstance(values, np.ndarray) and values.ndim else values
    return rows


def _width(kind: str, value: Column) -> int:
    if kind != "S":
        return np.dtype(kind).itemsize
    return len(value) if isinstance(value, bytes) else int(np.asarray(value).dtype.itemsize)


def read_arrays(connection: psycopg.Connection[Any], query: sql.Composable, chunk: sql.Composable,
                types: Mapping[str, str], *, memory: str = "256MB") -> dict[str, npt.NDArray[Any]]:
    """The columns of *query*, rows in no particular order, the same for all columns; *memory* is for each hash of it.

    The server packs the values into one array per column and *chunk* (an expression over the query that cuts it into
    tens of thousands of rows), because a message per row costs the client more than everything else. The fields have
    the fixed types given and are never NULL.
    """
    packed = sql.SQL(", ").join(sql.SQL("array_agg({})").format(sql.Identifier(name)) for name in types)
    with psycopg.Cursor(connection) as cursor, _memory_to_group(cursor, memory):
        cursor.execute(sql.SQL("SELECT {} FROM ({}) AS q GROUP BY {}").format(packed, query, chunk), binary=True)
        result = cursor.pgresult
    assert result is not None
    return {name: np.concatenate([_unpacked(result.get_value(row, place), kind) for row in range(result.ntuples)]
                                 or [np.zeros(0, dtype=kind)])
            for place, (name, kind) in enumerate(types.items())}


@contextmanager
def _memory_to_group(cursor: psycopg.Cursor[Any], memory: str) -> Iterator[None]:
    """Room for this one statement to gather its arrays in memory; sorting the rows to disk takes as long again.

    Only within a transaction, whose end takes it back as well.
    """
    cursor.execute("SELECT current_setting('work_mem'), current_setting('enable_sort')")
    before = cursor.fetchone()
    assert before is not None
    setting = "SELECT set_config('work_mem', %s, true), set_config('enable_sort', %s, true)"
    cursor.execute(setting, (memory, "off"))
    yield
    cursor.execute(setting, before)


def _unpacked(data: bytes | None, kind: str) -> npt.NDArray[Any]:
    """A one-dimensional array value: five 32-bit words of header, then length and bytes of each element."""
    assert data is not None
    header = np.frombuffer(data, dtype=">i4", count=5)
    size = np.dtype(kind).itemsize
    if header[1] != 0 or len(data) != 20 + int(header[3]) * (4 + size):
        raise ValueError("a field of the query is NULL or has another type than was said")
    return np.frombuffer(data, dtype=[("length", ">i4"), ("value", kind)], offset=20)["value"]

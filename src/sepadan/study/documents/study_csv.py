"""The tables of a study as CSV files: exact values, English column keys, words in both languages.

Tables that name the same file stand in it one below the other, each row led by what its table is about (``roll``,
``roll_kind``, ``law``, ``run`` ...). A verdict gives its code, a public number its value, unit, kind and source. Every
file ends with the column ``note``, which says when a roll is synthetic. RFC 4180, UTF-8 with a byte order mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sepadan.ground.cells import Cell, in_words
from sepadan.ground.figures import LANGUAGES
from sepadan.ground.messages import Message
from sepadan.ground.sheets import csv_lines
from sepadan.study.documents.blocks import Column, Document, Lines, Link, Mark, Table, Value
from sepadan.study.documents.study_json import number

SAMPLE = "contoh, sintetis / synthetic example"


def study_csv(document: Document) -> dict[str, bytes]:
    """File name -> content, for every table that names a file."""
    found: dict[str, list[Table]] = {}
    for block in document.blocks():
        if isinstance(block, Table) and block.file:
            found.setdefault(block.file, []).append(block)
    return {f"{name}.csv": _file(tables, document) for name, tables in sorted(found.items())}


def _file(tables: list[Table], document: Document) -> bytes:
    rows: list[dict[str, Any]] = []
    heads: dict[str, None] = {}
    for table in tables:
        blank = {column.key for k, column in enumerate(table.columns) if all(row[k] is None for row in table.rows)}
        for row in table.rows:
            cells = dict(table.keys)
            for column, value in zip(table.columns, row, strict=True):
                if value is not None or column.key in blank:
                    cells |= dict(_cells(column, value))
            rows.append(cells)
            heads |= dict.fromkeys(cells)
    names = list(heads)
    rests_on_sample = document.sample is not None and "roll_kind" in heads
    note = [SAMPLE if rests_on_sample else ""]
    lines = ([one.get(name) for name in names] + note for one in rows)
    return b"".join(csv_lines([*names, "note"], lines))


def _cells(column: Column, value: Value) -> Iterable[tuple[str, Any]]:
    """The columns that one value fills."""
    key = column.key
    if isinstance(value, Cell):
        yield key, value.value if isinstance(value.value, str) else number(value.value)
        yield f"{key}_high", number(value.high)
        yield f"{key}_text", value.text("id")
        yield f"{key}_kind", value.kind
        yield f"{key}_confidence", value.confidence
        yield f"{key}_source", "" if value.source is None else value.source.text("id")
        yield f"{key}_url", "" if value.source is None else value.source.url
    elif isinstance(value, Mark):
        yield key, value.code
    elif isinstance(value, Link):
        yield key, in_words(value.words, "id")
        if value.words != value.href:
            yield f"{key}_url", value.href
    elif isinstance(value, Lines):
        for lang in LANGUAGES:
            yield f"{key}_{lang}", "; ".join(in_words(one, lang) for one in value.items)
    elif isinstance(value, Message):
        for lang in LANGUAGES:
            yield f"{key}_{lang}", value.text(lang)
    else:
        yield key, number(value) if number(value) is not None else value

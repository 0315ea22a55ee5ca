"""A study as JSON: every block of its document by id, exact values, words in both languages.

``{"format", "sample", "fingerprint", ..., "sections": [...], "blocks": {id: {...}}}``. Whole numbers are JSON integers;
other exact numbers are written as decimals with up to twelve places; days are ISO. Rows of a table are objects by the
keys of its columns. Keys are sorted, so that the same study gives the same bytes. See ``docs/reference/study-json.md``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sepadan.ground.cells import Cell, in_words
from sepadan.ground.charts import twin
from sepadan.ground.figures import LANGUAGES
from sepadan.ground.messages import Message
from sepadan.ground.money import decimal_of
from sepadan.ground.step_lines import StepLine, step_line
from sepadan.ground.steps import Explained
from sepadan.study.documents.blocks import (
    AreaMap,
    Block,
    Bullets,
    Document,
    Figures,
    Lines,
    Link,
    Mark,
    Plot,
    Prose,
    Section,
    Side,
    Steps,
    Table,
    Timeline,
    Value,
)

FORMAT = "sepadan.study/1"


def study_json(document: Document) -> bytes:
    """The file."""
    return (written(content_of(document)) + "\n").encode()


def content_of(document: Document, only: Collection[str] | None = None, form: str = FORMAT) -> dict[str, Any]:
    """What the file says; with *only*, of these sections and their blocks alone."""
    sections = [one for one in document.sections if only is None or one.id in only]
    blocks = document.blocks() if only is None else [block for one in sections for block in one.blocks]
    return {
        "format": form,
        "title": both(document.title),
        "subtitle": both(document.subtitle),
        "synthetic": document.sample is not None,
        "sample": both(document.sample) if document.sample is not None else None,
        "fingerprint": document.fingerprint,
        **dict(document.meta),
        "regions": {side.role: _side(side) for side in (document.guest, document.host)},
        "sections": [_section(one) for one in sections],
        "blocks": {block.id: _block(block) for block in blocks},
    }


def written(value: Any, indent: int = 0) -> str:
    """JSON text of plain values; a Decimal is written as it is."""
    pad, inner = " " * indent, " " * (indent + 1)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        parts = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {written(value[key], indent + 1)}"
                 for key in sorted(value)]  # fmt: skip
        return "{\n" + ",\n".join(parts) + f"\n{pad}}}"
    if isinstance(value, (list, tuple)):
        if not value:
            return "[]"
        if all(not isinstance(one, (Mapping, list, tuple)) for one in value):
            return "[" + ", ".join(written(one) for one in value) + "]"
        return "[\n" + ",\n".join(inner + written(one, indent + 1) for one in value) + f"\n{pad}]"
    return json.dumps(value, ensure_ascii=False)


def number(value: object) -> int | Decimal | None:
    """An exact number as JSON writes it; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, Decimal)):
        return None
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else decimal_of(exact)


def raw(value: Value) -> Any:
    """A value of a table for a program."""
    if isinstance(value, Mark):
        return value.code
    if isinstance(value, Cell):
        return cell(value)
    if isinstance(value, Link):
        return {"text": both(value.words), "href": value.href}
    if isinstance(value, Lines):
        return [both(one) for one in value.items]
    if isinstance(value, Message):
        return both(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str):
        return value
    return number(value)


def cell(value: Cell) -> dict[str, Any]:
    """A public number with its origin."""
    source = value.source
    shown = value.value
    return {
        "value": shown.isoformat() if isinstance(shown, date) else shown if isinstance(shown, str) else number(shown),
        "high": number(value.high),
        "text": {lang: value.text(lang) for lang in LANGUAGES},
        "unit": both(value.unit),
        "kind": value.kind,
        "period": both(value.period),
        "confidence": value.confidence,
        "assumption": both(value.assumption),
        "method": both(value.method),
        "meaning": both(value.meaning),
        "trap": both(value.trap),
        "source": None if source is None else {
            "title": both(source.title), "url": source.url,
            "published": None if source.published is None else str(source.published)},
    }  # fmt: skip


def both(words: Any) -> dict[str, str] | None:
    """Words in both languages; None for none."""
    return None if words == "" else {lang: in_words(words, lang) for lang in LANGUAGES}


def _side(side: Side) -> dict[str, Any]:
    return {"code": side.code, "name": side.name, "cells": {key: cell(one) for key, one in side.cells}}


def _section(section: Section) -> dict[str, Any]:
    return {"id": section.id, "title": both(section.title), "lead": both(section.lead),
            "blocks": [block.id for block in section.blocks]}  # fmt: skip


def _block(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Prose):
        return {"type": kind, "text": both(block.text)}
    if isinstance(block, Bullets):
        return {"type": kind, "title": both(block.title), "items": [both(one) for one in block.items]}
    if isinstance(block, Figures):
        return {"type": kind, "title": both(block.title), "cells": {key: cell(one) for key, one in block.cells}}
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Plot):
        return _plot(block)
    if isinstance(block, Steps):
        return {"type": kind, "title": both(block.title), "steps": [_step(one) for one in block.steps]}
    if isinstance(block, Timeline):
        events = [{"on": one.when.isoformat(), "text": both(one.text), "role": one.role, "visit": one.pin,
                   "source": one.href} for one in block.events]  # fmt: skip
        return {"type": kind, "title": both(block.title), "events": events}
    assert isinstance(block, AreaMap)
    return {"type": kind, "title": both(block.title), "region": block.region, "label": both(block.label),
            "values": {code: number(value) for code, value in block.values.items()}}  # fmt: skip


def _table(table: Table) -> dict[str, Any]:
    columns = [{"key": one.key, "head": both(one.head), "form": one.form} for one in table.columns]
    rows = [{column.key: raw(value) for column, value in zip(table.columns, row, strict=True)} for row in table.rows]
    return {"type": "table", "title": both(table.title), "columns": columns, "rows": rows, "note": both(table.note),
            "of": dict(table.keys)}  # fmt: skip


def _plot(plot: Plot) -> dict[str, Any]:
    """The table twin of a chart: heads in both languages, exact values once."""
    found = {lang: twin(plot.chart, lang) for lang in LANGUAGES}
    rows = [[number(one) if number(one) is not None else one for one in row[1:]] for row in found["en"].raw]
    labels = [{lang: found[lang].rows[k][0] for lang in LANGUAGES} for k in range(len(found["en"].rows))]
    return {"type": "plot", "title": both(plot.chart.title), "summary": both(plot.chart.summary),
            "heads": {lang: list(found[lang].heads) for lang in LANGUAGES}, "labels": labels, "rows": rows}  # fmt: skip


def _step(step: Explained | StepLine) -> dict[str, Any]:
    line = step if isinstance(step, StepLine) else step_line(step)
    laws = [{"text": both(one.text), "confidence": one.confidence, "assumption": one.assumption, "url": one.url}
            for one in line.laws]  # fmt: skip
    value = number(step.value) if isinstance(step, Explained) else None
    return {"name": both(line.name), "value": value, "text": both(line.result), "how": both(line.how),
            "total": line.total, "laws": laws}  # fmt: skip

"""A study as PDF on A4, set by typst from ``study.typ``: tagged, with charts drawn from the same specification.

This module turns the document into plain text in one language and SVG; the layout is in the template. The date in the
file is the day of the study, fonts come from the product alone, so the same study gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, cast

import typst

from sepadan.ground import charts
from sepadan.ground.cells import Cell, Words, in_words
from sepadan.ground.figures import Language, day
from sepadan.ground.messages import render
from sepadan.ground.step_lines import StepLine, step_line
from sepadan.study.documents.blocks import (
    AreaMap,
    Block,
    Bullets,
    Column,
    Document,
    Figures,
    Lines,
    Link,
    Mark,
    Plot,
    Prose,
    Side,
    Steps,
    Table,
    Timeline,
    Value,
    printed,
    shown,
)
from sepadan.study.documents.paper_table import PaperColumn, layout, row_lines
from sepadan.territory.public import Area, Shading, hexmap_svg

TEMPLATE = Path(__file__).parent / "study.typ"
FILES_ONLY = ("gate.indicators",)
SOURCES = "basis.sources"
SHORT = 24  # lines of a table that stays on one page
_FILLS = {"q0": "#ffffff", "q1": "#e0ebe4", "q2": "#aecfbf", "q3": "#4d957a", "q4": "#0e5a47",
          "d2": "#0e5a47", "d1": "#b7cdc8", "z0": "#d6ddd7", "u1": "#cfb2d3", "u2": "#7a2a86"}  # fmt: skip
_MAP_STYLE = (
    "<style>polygon{stroke:#f6f8f5;stroke-width:1.6}text{font-family:'Instrument Sans';font-size:13px;fill:#13211d}"
    ".hex text{text-anchor:middle}.q4 text,.d2 text,.u2 text{fill:#ffffff}"
    ".hex-border{fill:none;stroke:#13211d;stroke-width:2.2}"
    ".hex-leader{stroke:#13211d;stroke-width:1.4}.hex-dot{fill:#13211d}.kec{font-size:13.5px;font-weight:600}"
    + "".join(f".{name} polygon{{fill:{fill}}}" for name, fill in _FILLS.items())
    + ".q0 polygon{stroke:#7d8a84;stroke-dasharray:3 2}</style>"
)


def study_pdf(document: Document, lang: Language) -> bytes:
    """The file in *lang*."""
    data = json.dumps(view(document, lang), ensure_ascii=False)
    made = datetime.combine(document.on, time(), UTC)
    return cast(bytes, typst.compile(
        TEMPLATE.read_bytes(), font_paths=[str(charts.FONTS)], ignore_system_fonts=True, sys_inputs={"data": data},
        timestamp=int(made.timestamp()), pdf_tags=True))  # fmt: skip


def view(document: Document, lang: Language) -> dict[str, Any]:
    """Everything the template prints, as text."""
    def say(key: str) -> str:
        return render(key, lang)

    return {
        "lang": lang, "title": in_words(document.title, lang), "subtitle": in_words(document.subtitle, lang),
        "product": "Sepadan", "sample": None if document.sample is None else in_words(document.sample, lang),
        "sample_word": say("study.doc.sample_word"), "assumed_word": say("study.doc.assumed.mark"),
        "footer": render("study.doc.footer", lang, {"fingerprint": document.fingerprint[:16],
                                                    "on": day(document.on, lang)}),
        "contents_word": say("study.doc.contents"), "reading": say("study.doc.reading"),
        "sure": [say(f"ground.cells.confidence.{n}") for n in (4, 3, 2, 1, 0)],
        "sides": [_side(one, lang) for one in (document.host, document.guest)],
        "formula": {"outcome": say("study.doc.formula.outcome"), "rule": say("study.doc.formula.rule"),
                    "note": say("study.doc.formula.note"),
                    "parts": [{"role": role, "text": in_words(text, lang)} for role, text in document.formula]},
        "notices": [_block(one, document, lang) for one in document.notices],
        "sections": [
            {"title": in_words(one.title, lang), "lead": in_words(one.lead, lang),
             "blocks": [found for block in one.blocks if block.id not in FILES_ONLY
                        and (found := _block(block, document, lang))]}
            for one in document.sections
        ],
    }  # fmt: skip


def _side(side: Side, lang: Language) -> dict[str, Any]:
    return {"role": side.role, "role_words": render(f"study.doc.role.{side.role}", lang), "name": side.name,
            "cells": [_cell(one, lang) for _, one in side.cells]}  # fmt: skip


def _cell(cell: Cell, lang: Language) -> dict[str, Any]:
    meta = [cell.kind_text(lang), in_words(cell.period, lang)]
    return {"label": in_words(cell.label, lang), "text": cell.text(lang), "rule": cell.rule, "disc": cell.disc,
            "assumed": bool(cell.assumption), "period": in_words(cell.period, lang),
            "meta": ", ".join(part for part in meta if part),
            "why": in_words(cell.trap, lang) if cell.value is None else ""}  # fmt: skip


def _block(block: Block, document: Document, lang: Language) -> dict[str, Any] | None:
    kind = {"type": type(block).__name__.lower()}
    if isinstance(block, Prose):
        return {**kind, "tone": block.tone, "text": in_words(block.text, lang)}
    if isinstance(block, AreaMap):
        return _map(block, document, lang)
    if isinstance(block, Plot):
        chart = block.chart
        title, summary = in_words(chart.title, lang), in_words(chart.summary, lang)
        return {**kind, "title": title, "summary": summary, "alt": f"{title}. {summary}",
                "svg": charts.svg(chart, lang, medium="paper", name=block.id.replace(".", "-"))}  # fmt: skip
    title = {**kind, "title": in_words(block.title, lang)}
    if isinstance(block, Bullets):
        return {**title, "items": [in_words(one, lang) for one in block.items]}
    if isinstance(block, Figures):
        return {**title, "cells": [_cell(one, lang) for _, one in block.cells]}
    if isinstance(block, Steps):
        lines = [one if isinstance(one, StepLine) else step_line(one) for one in block.steps]
        return {**title, "steps": [_step(one, lang) for one in lines]}
    if isinstance(block, Timeline):
        return {**title, "events": [
            {"when": in_words(one.when_words, lang) if one.when_words else day(one.when, lang), "role": one.role,
             "who": in_words(one.who, lang), "pin": one.pin, "text": in_words(one.text, lang)}
            for one in block.events]}  # fmt: skip
    if block.id == SOURCES:
        return {**title, "type": "sources", "items": [
            {"title": in_words(cast(Words, name), lang), "url": link.href if isinstance(link, Link) else ""}
            for name, link in block.rows]}  # fmt: skip
    return {**title, **_table(block, lang)}


def _step(line: StepLine, lang: Language) -> dict[str, Any]:
    laws = [{"text": in_words(one.text, lang), "disc": one.disc} for one in line.laws]
    return {"name": in_words(line.name, lang), "result": in_words(line.result, lang), "how": in_words(line.how, lang),
            "total": line.total, "laws": laws}  # fmt: skip


def _table(table: Table, lang: Language) -> dict[str, Any]:
    columns = [(k, one) for k, one in enumerate(table.columns) if not one.hidden and not one.screen]
    rows = [[_item(row[k], one, lang) for k, one in columns] for row in table.rows]
    heads = [in_words(one.head, lang) for _, one in columns]
    paper = [_paper(one, heads[n], [row[n] for row in rows]) for n, (_, one) in enumerate(columns)]
    size, widths = layout(paper)
    return {"heads": heads, "rows": rows, "numeric": [one.numeric for _, one in columns], "widths": widths,
            "size": size, "short": sum(row_lines(paper, widths, size)) <= SHORT,
            "note": in_words(table.note, lang)}  # fmt: skip


def _paper(column: Column, head: str, cells: Sequence[dict[str, Any]]) -> PaperColumn:
    """A column by its text: public numbers carry squares beside them, verdicts a frame; these and numbers never break.
    """
    texts, extra = [], 0.0
    for one in cells:
        extra = max(extra, 16.0 if one["kind"] == "cell" else 9.0 if one["kind"] == "mark" else 0.0)
        texts.append(one["lines"] if one["kind"] == "lines" else [one["cell"]["text"] if "cell" in one
                                                                  else one["text"]])  # fmt: skip
    return PaperColumn(head, texts, extra, breaks=not (column.numeric or extra))


def _item(value: Value, column: Column, lang: Language) -> dict[str, Any]:
    if isinstance(value, Cell):
        return {"kind": "cell", "text": "", "cell": _cell(value, lang)}
    if isinstance(value, Mark) and value.tone:
        return {"kind": "mark", "text": in_words(value.words, lang), "tone": value.tone}
    if isinstance(value, Link):
        return {"kind": "link", "text": in_words(value.words, lang), "href": value.href}
    if isinstance(value, Lines):
        return {"kind": "lines", "text": "", "lines": [in_words(one, lang) for one in value.items]}
    missing = value is None and bool(column.none)
    text = shown(value, column, lang)
    return {"kind": "missing" if missing else "text", "text": text.replace(" ", "\u00a0") if isinstance(value, date)
            else text}  # fmt: skip


def _map(block: AreaMap, document: Document, lang: Language) -> dict[str, Any] | None:
    areas = cast("list[Area]", document.shapes.get(block.region) or [])
    if not areas:
        return None
    shading = Shading(block.label, printed(block), form=block.form, unit=block.unit, changes=block.changes)
    drawing = hexmap_svg(areas, shading, lang=lang, title=block.title, name=block.id.replace(".", "-"))
    head, rest = drawing.svg.split(">", 1)
    title = in_words(block.title, lang)
    return {
        "type": "areamap", "title": title, "label": in_words(block.label, lang), "note": in_words(block.note, lang),
        "svg": f'{head} xmlns="http://www.w3.org/2000/svg">{_MAP_STYLE}{rest}', "alt": title,
        "height": 165 if len(areas) > 100 else 115,
        "key": [{"fill": _FILLS[name], "text": words} for name, words in drawing.key],
    }  # fmt: skip

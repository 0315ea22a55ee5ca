"""``{% load study_document %}``: the blocks of a study on a page, each by the template of its kind.

``{% study_block block document %}`` writes one block in the language of the moment; figures, charts, steps and maps are
the components of the portal. Values are formatted by ``documents.blocks.shown``, the same as in the PDF.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sepadan.ground.cells import Cell, in_words
from sepadan.ground.figures import Language
from sepadan.study.documents.blocks import (
    AreaMap,
    Block,
    Column,
    Document,
    Lines,
    Link,
    Mark,
    Prose,
    Table,
    Timeline,
    Value,
    printed,
    shown,
)
from sepadan.territory.public import Area, Shading, hexmap_svg

register = template.Library()


def lang_now() -> Language:
    return "en" if (get_language() or "id").startswith("en") else "id"


@register.simple_tag
def study_block(block: Block, document: Document | None = None, level: int = 3) -> SafeString:
    """One block; *level* is that of its heading. Maps need the *document*, which has the shapes of the regions."""
    kind = type(block).__name__.lower()
    context: dict[str, Any] = {"b": block, "level": level, "name": block.id.replace(".", "-")}
    if isinstance(block, Table):
        context |= table_view(block, lang_now())
    elif isinstance(block, Timeline):
        context["events"] = [SimpleNamespace(when=one.when_words or one.when, text=one.text, role=one.role, who=one.who,
                                             pin=one.pin, href=one.href) for one in block.events]  # fmt: skip
    elif isinstance(block, AreaMap):
        areas = cast("list[Area]", (document.shapes.get(block.region) if document else None) or [])
        if not areas:
            return SafeString("")
        shading = Shading(block.label, printed(block), form=block.form, unit=block.unit,
                          changes=block.changes)
        drawing = hexmap_svg(areas, shading, lang=lang_now(), title=block.title, name=context["name"])
        context |= {"svg": drawing.svg, "classes": drawing.key}
    elif isinstance(block, Prose):
        context["boxed"] = block.tone in ("care", "bad", "good")
    return SafeString(render_to_string(f"study/blocks/{kind}.html", context))


LONG = 36  # a text of more letters takes the whole width where a table is folded


def table_view(table: Table, lang: Language) -> dict[str, Any]:
    """Heads and rows as a template needs them: text, or a cell, mark, link or list to be drawn."""
    columns = [(k, one) for k, one in enumerate(table.columns) if not one.hidden]
    heads = [(in_words(one.head, lang), one.numeric) for _, one in columns]
    rows = [[_item(row[k], one, lang) for k, one in columns] for row in table.rows]
    folds = sum(not numeric for _, numeric in heads) > 2  # columns of text cannot stand side by side on a phone
    return {"title": in_words(table.title, lang), "note": in_words(table.note, lang), "heads": heads, "rows": rows,
            "folds": folds}  # fmt: skip


def _item(value: Value, column: Column, lang: Language) -> dict[str, Any]:
    item: dict[str, Any] = {"numeric": column.numeric, "text": "", "kind": "text", "head": in_words(column.head, lang),
                            "wide": False}  # fmt: skip
    if isinstance(value, Cell):
        return {**item, "kind": "cell", "cell": value}
    if isinstance(value, Mark):
        return {**item, "kind": "gate" if value.gate else "mark" if value.tone else "text", "mark": value,
                "text": in_words(value.words, lang), "wide": value.gate}  # fmt: skip
    if isinstance(value, Link):
        return {**item, "kind": "link", "text": in_words(value.words, lang), "href": value.href, "wide": True}
    if isinstance(value, Lines):
        return {**item, "kind": "lines", "lines": [in_words(one, lang) for one in value.items], "wide": True}
    missing = value is None and bool(column.none)
    kind = "missing" if missing else "day" if isinstance(value, date) else "text"
    text = shown(value, column, lang)
    return {**item, "kind": kind, "text": text, "wide": len(text) > LONG}

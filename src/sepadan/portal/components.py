"""What a component template needs, worked out from plain values: no markup here, no request.

Lengths are per cent as text with a point ("48.4"), because a template would write a number with the comma of the
language and an SVG attribute would not understand it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from sepadan.ground import figures
from sepadan.ground.cells import Cell, Contradiction, in_words
from sepadan.ground.charts.bars import bar_scale, bar_text
from sepadan.ground.charts.scale import Scale, fraction
from sepadan.ground.charts.spec import SHADES, BarChart, StripChart
from sepadan.ground.charts.strips import change_text, share_text, shown_shades, strip_words
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, catalogue, render
from sepadan.ground.step_lines import LawRef, StepLine, step_line
from sepadan.ground.steps import Explained

STATIC = Path(__file__).parent / "static/portal"
FONT = "fonts/instrument-sans-latin-wght-normal.woff2"
KIND_CLASS = {"solid": "realised", "dashed": "target", "dotted": "claim", "double": "derived", "box": "missing"}
GATE_SIGNS = {"yes": "=", "note": "≈", "no": "≠"}
TICK_SIGNS = {"ok": "✓", "care": "!", "bad": "✕"}
TINY = Fraction(1, 5)  # a part of a strip below this has no room for its number on a phone


def text_of(value: Any, lang: Language) -> str:
    """Words, a message key of the catalogue, a day or a number as text; None is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return render(value, lang) if value in catalogue() else str(value)
    if isinstance(value, date):
        return figures.day(value, lang)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Message) or hasattr(value, "keys"):
        return in_words(value, lang)
    return figures.number(value, lang) if hasattr(value, "as_integer_ratio") else str(value)


def share(value: Fraction | float) -> str:
    """A length in per cent for an SVG attribute."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


@cache
def whole_stylesheet() -> str:
    """The stylesheet with its one font as data, so that a saved page needs no other file."""
    css = (STATIC / "sepadan.css").read_text(encoding="utf-8")
    font = base64.b64encode((STATIC / FONT).read_bytes()).decode()
    return css.replace(f'url("{FONT}")', f'url("data:font/woff2;base64,{font}")')


@dataclass(frozen=True, slots=True)
class CellView:
    text: str
    unit: str
    kind_class: str
    kind: str
    period: str
    disc: int | None
    sure: str
    assumed: bool
    lines: list[tuple[str, str, str]]
    trap: str
    href: str
    label: str

    words: bool = False

    @property
    def long(self) -> bool:
        """Too long for half a phone at the size of a figure."""
        return len(self.text) > 11


def cell_view(cell: Cell, lang: Language) -> CellView:
    text, unit = cell.parts(lang)
    source_head = render("ground.cells.origin.source", lang)
    lines = [(head, line, cell.source.url if cell.source and head == source_head else "")
             for head, line in cell.origin(lang)]
    return CellView(text, unit, KIND_CLASS[cell.rule], cell.kind_text(lang), in_words(cell.period, lang), cell.disc,
                    cell.confidence_text(lang), bool(cell.assumption), lines, in_words(cell.trap, lang), cell.href,
                    in_words(cell.label, lang), len(text) > 20 and (cell.value is None or isinstance(cell.value, str)))


@dataclass(frozen=True, slots=True)
class LawView:
    text: str
    disc: int | None
    sure: str
    url: str


@dataclass(frozen=True, slots=True)
class StepView:
    name: str
    result: str
    how: str
    laws: list[LawView]
    total: bool


def step_views(steps: Iterable[StepLine | Explained], lang: Language) -> list[StepView]:
    """Steps of an engine or written lines, in *lang*."""
    lines = [step_line(one) if isinstance(one, Explained) else one for one in steps]
    return [StepView(in_words(one.name, lang), in_words(one.result, lang), in_words(one.how, lang),
                     [_law_view(ref, lang) for ref in one.laws], one.total) for one in lines]


def _law_view(ref: LawRef, lang: Language) -> LawView:
    return LawView(in_words(ref.text, lang), ref.disc, ref.confidence_text(lang), ref.url)


@dataclass(frozen=True, slots=True)
class RivalView:
    cell: CellView
    standing: str
    tone: str
    words: str
    length: str | None
    title: str
    note: str


def rival_views(contradiction: Contradiction, lang: Language) -> list[RivalView]:
    """Values side by side on one scale that ends a little beyond the largest."""
    tones = {"used": "ok", "unused": "", "refused": "bad"}
    views = []
    for rival, part in zip(contradiction.rivals, contradiction.shares(), strict=True):
        source = rival.cell.source
        views.append(RivalView(
            cell_view(rival.cell, lang), rival.standing, tones[rival.standing],
            render(f"portal.clash.{rival.standing}", lang), None if part is None else share(part * 97),
            in_words(source.title, lang) if source else "",
            in_words(rival.cell.method, lang) or in_words(rival.cell.period, lang)))
    return views


@dataclass(frozen=True, slots=True)
class BarView:
    label: str
    text: str
    role: str
    start: str
    length: str | None
    low: str
    high: str
    target: str


def bar_views(chart: BarChart, lang: Language) -> list[BarView]:
    """Before and after: one row per state, lengths in per cent of the common scale."""
    scale = Scale(*bar_scale(chart), 0, 100)
    zero = scale.at(0)
    views = []
    for bar in chart.bars:
        at = None if bar.value is None else scale.at(bar.value)
        views.append(BarView(
            in_words(bar.label, lang), bar_text(bar, chart, lang), bar.role,
            share(min(zero, at) if at is not None else 0), None if at is None else share(abs(at - zero)),
            "" if bar.low is None else share(scale.at(bar.low)), "" if bar.high is None else share(scale.at(bar.high)),
            "" if bar.target is None else share(min(scale.at(bar.target), 100))))
    return views


@dataclass(frozen=True, slots=True)
class PartView:
    shade: str
    start: str
    length: str
    text: str
    tiny: bool


@dataclass(frozen=True, slots=True)
class StripView:
    label: str
    extent: str
    words: str
    parts: list[PartView]
    change: str


def strip_views(chart: StripChart, lang: Language) -> list[StripView]:
    return [StripView(in_words(strip.label, lang), in_words(strip.extent, lang), strip_words(strip, chart, lang),
                      _parts([fraction(one) for one in strip.shares], lang), change_text(strip.change, lang))
            for strip in chart.strips]


def _parts(shares: Sequence[Fraction], lang: Language) -> list[PartView]:
    parts, start = [], Fraction(0)
    for shade, part in zip(SHADES, shares, strict=True):
        if part:
            text = share_text(part, lang) if part >= Fraction(6, 100) else ""
            parts.append(PartView(shade, share(start * 100), share(part * 100), text, part < TINY))
        start += part
    return parts


def key_views(chart: StripChart, lang: Language) -> list[tuple[str, str]]:
    return [(shade, render(f"ground.charts.shade.{shade}", lang)) for shade in shown_shades(chart)]


def pairs_of(items: Iterable[Any], lang: Language) -> list[tuple[str, Any, bool]]:
    """``(label, value)`` pairs for a definition list; a cell stays a cell, all else becomes text."""
    return [(text_of(label, lang), value if isinstance(value, Cell) else text_of(value, lang), isinstance(value, Cell))
            for label, value in items]


def with_markup(key: str, lang: Language, params: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The sentence of *key* where each parameter that is safe markup is replaced by a private sign, and those signs.

    The caller escapes the sentence and then puts the markup in place of the signs.
    """
    signs: dict[str, str] = {}
    plain = dict(params)
    for k, (name, value) in enumerate(params.items()):
        if hasattr(value, "__html__"):
            sign = chr(0xE000 + k)
            signs[sign] = value.__html__()
            plain[name] = sign
    return render(key, lang, plain), signs



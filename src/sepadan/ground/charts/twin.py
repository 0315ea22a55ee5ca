"""The table twin of a chart: the same values as rows, for the page, the CSV and those who do not see the picture."""

from __future__ import annotations

from dataclasses import dataclass

from sepadan.ground.cells import Number, Words, in_words
from sepadan.ground.charts.scale import fraction, place, place_text, value_text
from sepadan.ground.charts.spec import (
    SHADES,
    BarChart,
    Chart,
    CliffChart,
    HeatChart,
    HistChart,
    LineChart,
    RangeChart,
    StripChart,
)
from sepadan.ground.figures import Language, number, percent
from sepadan.ground.messages import render

Raw = Number | str | None


@dataclass(frozen=True, slots=True)
class Twin:
    """``heads`` name the columns; ``rows`` hold text in local form, ``raw`` the exact values in the same order.

    The first column is the row's name. ``numeric`` says which columns align on the digit.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    raw: tuple[tuple[Raw, ...], ...]
    numeric: tuple[bool, ...]


def twin(chart: Chart, lang: Language) -> Twin:
    if isinstance(chart, BarChart):
        return _bars(chart, lang)
    if isinstance(chart, LineChart):
        return _lines(chart, lang)
    if isinstance(chart, StripChart):
        return _strips(chart, lang)
    if isinstance(chart, RangeChart):
        return _ranges(chart, lang)
    if isinstance(chart, CliffChart):
        return _cliffs(chart, lang)
    if isinstance(chart, HeatChart):
        return _heat(chart, lang)
    return _hist(chart, lang)


def _head(name: str, lang: Language) -> str:
    return render(f"ground.charts.head.{name}", lang)


def _with_unit(head: str, unit: Words, lang: Language) -> str:
    text = in_words(unit, lang)
    return f"{head} ({text})" if text else head


def _cell(value: Number | None, form: str, lang: Language, reason: Words = "") -> str:
    if value is None:
        return in_words(reason, lang) if reason else ""
    return value_text(value, _exact_form(form), "", lang)


def _exact_form(form: str) -> str:
    return "rupiah" if form == "rupiah_short" else form


def _made(heads: list[str], body: list[list[tuple[str, Raw]]], numeric: list[bool]) -> Twin:
    return Twin(tuple(heads), tuple(tuple(text for text, _ in row) for row in body),
                tuple(tuple(raw for _, raw in row) for row in body), tuple(numeric))


def _bars(chart: BarChart, lang: Language) -> Twin:
    extra = [name for name in ("low", "high", "target") if any(getattr(bar, name) is not None for bar in chart.bars)]
    notes = any(bar.note for bar in chart.bars)
    heads = [_head("item", lang), _with_unit(_head("value", lang), chart.unit, lang),
             *(_head(name, lang) for name in extra)]
    body: list[list[tuple[str, Raw]]] = []
    for bar in chart.bars:
        label = in_words(bar.label, lang)
        row: list[tuple[str, Raw]] = [(label, label), (_cell(bar.value, chart.form, lang, bar.reason), bar.value)]
        row += [(_cell(getattr(bar, name), chart.form, lang), getattr(bar, name)) for name in extra]
        if notes:
            row.append((in_words(bar.note, lang), in_words(bar.note, lang)))
        body.append(row)
    return _made([*heads, *([_head("note", lang)] if notes else [])], body,
                 [False, True, *(True for _ in extra), *([False] if notes else [])])


def _lines(chart: LineChart, lang: Language) -> Twin:
    times = {place(point.x): point.x for series in chart.series for point in series.points}
    heads = [_head("time", lang), *(_with_unit(in_words(s.label, lang), chart.unit, lang) for s in chart.series)]
    body: list[list[tuple[str, Raw]]] = []
    for at in sorted(times):
        text = place_text(times[at], lang)
        row: list[tuple[str, Raw]] = [(text, str(times[at]))]
        for series in chart.series:
            point = next((one for one in series.points if place(one.x) == at), None)
            row.append(("", None) if point is None else (_cell(point.y, chart.form, lang, point.reason), point.y))
        body.append(row)
    return _made(heads, body, [False, *(True for _ in chart.series)])


def _strips(chart: StripChart, lang: Language) -> Twin:
    extents = any(strip.extent for strip in chart.strips)
    heads = [in_words(chart.group, lang), *([_head("extent", lang)] if extents else []),
             *(render(f"ground.charts.shade.{shade}", lang) for shade in SHADES), _head("change", lang)]
    body: list[list[tuple[str, Raw]]] = []
    for strip in chart.strips:
        label, extent = in_words(strip.label, lang), in_words(strip.extent, lang)
        row: list[tuple[str, Raw]] = [(label, label)]
        if extents:
            row.append((extent, extent))
        row += [(percent(fraction(share), lang, 1), share) for share in strip.shares]
        row.append(("" if strip.change is None else percent(fraction(strip.change), lang, 1), strip.change))
        body.append(row)
    return _made(heads, body, [False, *([False] if extents else []), *(True for _ in SHADES), True])


def _ranges(chart: RangeChart, lang: Language) -> Twin:
    mids = any(span.mid is not None for span in chart.spans)
    names = ["low", *(["mid"] if mids else []), "high"]
    body: list[list[tuple[str, Raw]]] = []
    for span in chart.spans:
        label = in_words(span.label, lang)
        row: list[tuple[str, Raw]] = [(label, label)]
        row += [(_cell(getattr(span, name), chart.form, lang), getattr(span, name)) for name in names]
        body.append(row)
    return _made([_head("item", lang), *(_with_unit(_head(name, lang), chart.unit, lang) for name in names)], body,
                 [False, *(True for _ in names)])


def _cliffs(chart: CliffChart, lang: Language) -> Twin:
    names = (("x0", "from"), ("x1", "to"), ("y0", "at_from"), ("y1", "at_to"))
    body: list[list[tuple[str, Raw]]] = []
    for curve in chart.curves:
        label = in_words(curve.label, lang)
        for piece in curve.pieces:
            row: list[tuple[str, Raw]] = [(label, label)]
            for attribute, _ in names:
                value = getattr(piece, attribute)
                row.append((_cell(value, chart.x_form if attribute[0] == "x" else chart.y_form, lang), value))
            body.append(row)
    axes = {"from": chart.x_label, "to": chart.x_label, "at_from": chart.y_label, "at_to": chart.y_label}
    heads = [_head("item", lang), *(f"{in_words(axes[name], lang)}, {_head(name, lang)}" for _, name in names)]
    return _made(heads, body, [False, True, True, True, True])


def _hist(chart: HistChart, lang: Language) -> Twin:
    label = in_words(chart.x_label, lang)
    heads = [f"{label}, {_head('from', lang)}", f"{label}, {_head('to', lang)}", in_words(chart.y_label, lang)]
    body: list[list[tuple[str, Raw]]] = [
        [(_cell(one.low, chart.x_form, lang), one.low), (_cell(one.high, chart.x_form, lang), one.high),
         (number(one.count, lang), one.count)]
        for one in chart.bins
    ]
    return _made(heads, body, [True, True, True])


def _heat(chart: HeatChart, lang: Language) -> Twin:
    heads = [in_words(chart.group, lang), *(in_words(one, lang) for one in chart.columns)]
    body: list[list[tuple[str, Raw]]] = []
    for label, row in zip(chart.rows, chart.values, strict=True):
        name = in_words(label, lang)
        body.append([(name, name), *((_cell(value, chart.form, lang), value) for value in row)])
    return _made(heads, body, [False, *(True for _ in chart.columns)])

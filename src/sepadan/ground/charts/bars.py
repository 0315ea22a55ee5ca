"""Draws bars and ranges: one row per entry, its words above, the bar below, all on one scale."""

from __future__ import annotations

from fractions import Fraction

from sepadan.ground.cells import in_words
from sepadan.ground.charts.canvas import Canvas
from sepadan.ground.charts.metrics import width, wrap
from sepadan.ground.charts.scale import Scale, axis_words, fraction, marks, value_text
from sepadan.ground.charts.spec import Bar, BarChart, RangeChart, Span
from sepadan.ground.figures import Language

_LINE, _BAR, _GAP = 18.0, 14.0, 12.0


def bar_scale(chart: BarChart) -> tuple[Fraction, Fraction]:
    """Lower and upper end of the common scale. It always holds zero."""
    ends = [fraction(value) for bar in chart.bars for value in (bar.value, bar.low, bar.high, bar.target)
            if value is not None]
    if chart.reach is not None:
        ends.append(fraction(chart.reach))
    return min([Fraction(0), *ends]), max([Fraction(0), *ends])


def bar_text(bar: Bar, chart: BarChart, lang: Language) -> str:
    """The words at the right of a bar: its value and note, or why there is none."""
    if bar.value is None:
        return in_words(bar.reason, lang)
    note = in_words(bar.note, lang)
    text = value_text(bar.value, chart.form, in_words(chart.unit, lang), lang)
    return f"{text}, {note}" if note else text


def draw_bars(chart: BarChart, canvas: Canvas, lang: Language) -> float:
    low, high = bar_scale(chart)
    scale = Scale(low, high, 0, canvas.width)
    y = 0.0
    for bar in chart.bars:
        y = _row_words(canvas, in_words(bar.label, lang), bar_text(bar, chart, lang), y, missing=bar.value is None)
        _one_bar(canvas, bar, scale, y)
        y += _BAR + _GAP
    return y - _GAP + 4


def _row_words(canvas: Canvas, label: str, value: str, y: float, *, missing: bool = False) -> float:
    """Label left, value right; a value that leaves the label too little room goes below it. Returns the next y."""
    room = canvas.width - width(value, 13, bold=True) - 12
    below = missing or room < canvas.width * 0.4
    lines = wrap(label, 13, canvas.width if below else room)
    for k, line in enumerate(lines):
        canvas.text("t", 0, y + 13 + k * _LINE, line)
    if below:
        values = wrap(value, 13, canvas.width, bold=True)
        for k, line in enumerate(values):
            canvas.text("tm" if missing else "tb", 0, y + 13 + (len(lines) + k) * _LINE, line)
        return y + _LINE * (len(lines) + len(values))
    canvas.text("tb", canvas.width, y + 13, value, "end")
    return y + _LINE * len(lines)


def _one_bar(canvas: Canvas, bar: Bar, scale: Scale, y: float) -> None:
    if bar.value is None:
        canvas.box(0.5, y + 0.5, canvas.width - 1, _BAR - 1)
        return
    canvas.rect("tray", (0, y), canvas.width, _BAR)
    zero, end = scale.at(0), scale.at(bar.value)
    canvas.rect(bar.role, (min(zero, end), y), abs(end - zero), _BAR)
    if bar.low is not None and bar.high is not None:
        a, b, mid = scale.at(bar.low), scale.at(bar.high), y + _BAR / 2
        canvas.line("ink", (a, mid), (b, mid))
        canvas.line("ink", (a, mid - 5), (a, mid + 5))
        canvas.line("ink", (b, mid - 5), (b, mid + 5))
    if bar.target is not None:
        at = min(max(scale.at(bar.target), 1), canvas.width - 1)
        canvas.line("ink", (at, y - 4), (at, y + _BAR + 4), "dash")
    if scale.low < 0:
        canvas.line("axis", (zero, y - 3), (zero, y + _BAR + 3))


def range_text(span: Span, chart: RangeChart, lang: Language) -> str:
    unit = in_words(chart.unit, lang)
    low, high = (value_text(value, chart.form, "", lang) for value in (span.low, span.high))
    text = low if span.low == span.high else f"{low}–{high}"
    note = in_words(span.note, lang)
    return " ".join(part for part in (text, unit) if part) + (f", {note}" if note else "")


def range_scale(chart: RangeChart) -> list[Fraction]:
    ends = [fraction(value) for span in chart.spans for value in (span.low, span.high)]
    return marks(Fraction(0) if chart.from_zero and min(ends) >= 0 else min(ends), max(ends))


def draw_ranges(chart: RangeChart, canvas: Canvas, lang: Language) -> float:
    steps = range_scale(chart)
    scale = Scale(steps[0], steps[-1], 0, canvas.width)
    tops: list[float] = []
    y = 0.0
    for span in chart.spans:
        y = _row_words(canvas, in_words(span.label, lang), range_text(span, chart, lang), y)
        tops.append(y)
        y += _BAR + _GAP
    for step in steps:
        for top in tops:
            canvas.line("grid", (scale.at(step), top), (scale.at(step), top + _BAR))
    for span, top in zip(chart.spans, tops, strict=True):
        a, b = scale.at(span.low), scale.at(span.high)
        canvas.rect(span.role, (a - (1.5 if a == b else 0), top + 3), max(b - a, 3), _BAR - 6)
        if span.mid is not None:
            canvas.line("ink", (scale.at(span.mid), top - 1), (scale.at(span.mid), top + _BAR + 1))
    words = axis_words(chart.form, in_words(chart.unit, lang), steps, lang)
    for k, step in enumerate(steps):
        anchor = "start" if k == 0 else "end" if k == len(steps) - 1 else "middle"
        canvas.text("tm", scale.at(step), y + 8, words.text(step, lang), anchor)  # type: ignore[arg-type]
    return y + 14

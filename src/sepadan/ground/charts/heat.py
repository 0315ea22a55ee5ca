"""Draws a grid of shades: rows by columns, the darker the larger; what is missing is a dashed box.

Four shades of one scale from zero to the largest value, each a quarter of it, as on a map. Where there is room the
value stands in its cell; the table twin has them all. Labels of columns are thinned on a narrow picture.
"""

from __future__ import annotations

from sepadan.ground.cells import in_words
from sepadan.ground.charts.canvas import Canvas
from sepadan.ground.charts.metrics import cut, width
from sepadan.ground.charts.scale import fraction, value_text
from sepadan.ground.charts.spec import HeatChart
from sepadan.ground.figures import Language

_CELL, _GAP, _HEAD = 26.0, 2.0, 18.0
SHADES = 4


def shade_of(value: object, most: object) -> int:
    """1 to 4 by quarters of *most*; zero has the lightest."""
    top, found = fraction(most), fraction(value)  # type: ignore[arg-type]
    return 1 if not top or found <= 0 else min(SHADES, int(found * SHADES / top) + 1)


def draw_heat(chart: HeatChart, canvas: Canvas, lang: Language) -> float:
    labels = [in_words(one, lang) for one in chart.rows]
    left = min(max(width(text, 13) for text in labels) + 10, canvas.width * 0.3)
    room = (canvas.width - left) / len(chart.columns)
    every = next(step for step in (1, 2, 3, 4, 6, 12, 24, len(chart.columns)) if step * room >= 24)
    for place, column in enumerate(chart.columns):
        if place % every == 0:
            canvas.text("tm", left + place * room, 12, cut(in_words(column, lang), 12, every * room))
    most = max((fraction(value) for row in chart.values for value in row if value is not None), default=fraction(0))
    for number, (label, row) in enumerate(zip(labels, chart.values, strict=True)):
        y = _HEAD + number * (_CELL + _GAP)
        canvas.text("t", 0, y + 17, cut(label, 13, left - 8))
        for place, value in enumerate(row):
            where = (left + place * room, y)
            if value is None:
                canvas.box(*where, room - _GAP, _CELL)
                continue
            text = value_text(value, chart.form, "", lang)
            shown = text if fraction(value) and width(text, 13) + 6 <= room - _GAP else ""
            canvas.shade(shade_of(value, most), where, (room - _GAP, _CELL), shown)
    return _HEAD + len(labels) * (_CELL + _GAP) - _GAP

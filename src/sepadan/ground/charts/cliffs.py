"""Draws what a rule makes of a rising value (pieces and their jumps), and how many objects lie in each class."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from sepadan.ground.cells import in_words
from sepadan.ground.charts.canvas import Anchor, Canvas
from sepadan.ground.charts.metrics import cut, width, wrap
from sepadan.ground.charts.scale import AxisWords, Scale, axis_words, fraction, marks
from sepadan.ground.charts.spec import CliffChart, Curve, HistChart
from sepadan.ground.figures import Language, number

_TOP, _FOOT = 26.0, 44.0


def draw_cliffs(chart: CliffChart, canvas: Canvas, lang: Language, height: float) -> float:
    pieces = [piece for curve in chart.curves for piece in curve.pieces]
    y_steps = marks(Fraction(0), max(max(fraction(piece.y0), fraction(piece.y1)) for piece in pieces))
    y_words = axis_words(chart.y_form, "", y_steps, lang)
    left = max(width(y_words.text(step, lang), 12) for step in y_steps) + 10
    ends = [wrap(in_words(curve.label, lang), 13, canvas.width * 0.26, bold=True) for curve in chart.curves]
    right = max(width(line, 13, bold=True) for lines in ends for line in lines) + 14
    low = min(fraction(piece.x0) for piece in pieces)
    high = max(fraction(piece.x1) for piece in pieces)
    x_scale = Scale(low, high, left, canvas.width - right)
    y_scale = Scale(y_steps[0], y_steps[-1], height - _FOOT, _TOP)
    x_steps = [step for step in marks(low, high) if low <= step <= high]
    x_words = axis_words(chart.x_form, "", x_steps, lang)
    _axes(canvas, lang, height, x=(in_words(chart.x_label, lang), x_steps, x_words, x_scale),
          y=(in_words(chart.y_label, lang), y_steps, y_words, y_scale))
    for curve in chart.curves:
        _curve(curve, canvas, x_scale, y_scale)
    for row, (at, label) in enumerate(chart.cliffs):
        _cliff_label(chart, canvas, (in_words(label, lang), fraction(at), row), x_scale, y_scale)
    tops = _end_tops(chart, ends, y_scale, height)
    for curve, lines, top in zip(chart.curves, ends, tops, strict=True):
        for k, line in enumerate(lines):
            canvas.text(f"t{curve.role}", canvas.width - right + 8, top + 12 + 16 * k, line)
    return height


_AxisOf = tuple[str, list[Fraction], AxisWords, Scale]


def _axes(canvas: Canvas, lang: Language, height: float, *, x: _AxisOf, y: _AxisOf) -> None:
    (x_label, x_steps, x_words, x_scale), (y_label, y_steps, y_words, y_scale) = x, y
    caption = f"{y_label}, {y_words.unit}" if y_words.unit else y_label
    canvas.text("tm", 0, 11, caption)
    for k, step in enumerate(y_steps):
        at = y_scale.at(step)
        canvas.line("axis" if k == 0 else "grid", (x_scale.start, at), (x_scale.end, at))
        canvas.text("tm", x_scale.start - 8, at + 4, y_words.text(step, lang), "end")
    floor = height - _FOOT
    for step in x_steps:
        canvas.line("axis", (x_scale.at(step), floor), (x_scale.at(step), floor + 4))
        canvas.text("tm", x_scale.at(step), floor + 18, x_words.text(step, lang), "middle")
    canvas.text("tm", x_scale.end, height - 6, f"{x_label}, {x_words.unit}" if x_words.unit else x_label, "end")


def _curve(curve: Curve, canvas: Canvas, x_scale: Scale, y_scale: Scale) -> None:
    points = [((x_scale.at(p.x0), y_scale.at(p.y0)), (x_scale.at(p.x1), y_scale.at(p.y1))) for p in curve.pieces]
    for start, end in points:
        canvas.path(f"l-{curve.role}", (start, end))
    for (_, end), (start, _) in pairwise(points):
        if abs(end[1] - start[1]) < 1:
            continue
        canvas.line("hint", (end[0], end[1]), (start[0], start[1]), "fine")
        canvas.dot(curve.role, end[0], end[1], 3.5)
        canvas.dot(curve.role, start[0], start[1], 3.5)
        canvas.dot("hole", start[0], start[1], 1.8)


def _cliff_label(chart: CliffChart, canvas: Canvas, cliff: tuple[str, Fraction, int], x_scale: Scale,
                 y_scale: Scale) -> None:
    """The word for a jump at the top of the plot, one row each, tied to the jump by a dotted line."""
    text, at, row = cliff
    upper = max((fraction(piece.y0) for curve in chart.curves for piece in curve.pieces if fraction(piece.x0) == at),
                default=Fraction(0))
    x, y = x_scale.at(at), _TOP + 16 + 18 * row
    canvas.line("hint", (x, y - 10), (x, y_scale.at(upper) - 5), "fine")
    to_left = x - x_scale.start > x_scale.end - x
    text = cut(text, 13, (x - x_scale.start if to_left else x_scale.end - x) - 8)
    anchor: Anchor = "end" if to_left else "start"
    canvas.text("t", x + (-6 if to_left else 6), y, text, anchor)


def _end_tops(chart: CliffChart, ends: list[list[str]], y_scale: Scale, height: float) -> list[float]:
    order = sorted(range(len(ends)), key=lambda k: y_scale.at(chart.curves[k].pieces[-1].y1))
    tops = [0.0] * len(ends)
    free = _TOP - 12
    for k in order:
        tops[k] = max(y_scale.at(chart.curves[k].pieces[-1].y1) - 8 * len(ends[k]), free)
        free = tops[k] + 16 * len(ends[k]) + 2
    edge = height - _FOOT + 10
    for k in reversed(order):
        tops[k] = min(tops[k], edge - 16 * len(ends[k]))
        edge = tops[k] - 2
    return tops


def draw_hist(chart: HistChart, canvas: Canvas, lang: Language, height: float) -> float:
    """Columns of equal width, one per class: the classes are named at their borders, so unequal ones stay honest."""
    y_steps = marks(Fraction(0), Fraction(max(one.count for one in chart.bins)))
    left = max(width(number(step, lang, 0), 12) for step in y_steps) + 10
    y_scale = Scale(y_steps[0], y_steps[-1], height - _FOOT, _TOP)
    column = (canvas.width - left - 12) / len(chart.bins)
    canvas.text("tm", 0, 11, in_words(chart.y_label, lang))
    for k, step in enumerate(y_steps):
        canvas.line("axis" if k == 0 else "grid", (left, y_scale.at(step)), (canvas.width - 12, y_scale.at(step)))
        canvas.text("tm", left - 8, y_scale.at(step) + 4, number(step, lang, 0), "end")
    for k, one in enumerate(chart.bins):
        top = y_scale.at(one.count)
        canvas.rect(chart.role, (left + k * column + 1, top), column - 2, y_scale.start - top)
    borders = [fraction(one.low) for one in chart.bins] + [fraction(chart.bins[-1].high)]
    words = axis_words(chart.x_form, "", borders, lang)
    edge = float("-inf")
    for k, border in enumerate(borders):
        text = words.text(border, lang)
        x, half = left + k * column, width(words.text(border, lang), 12) / 2
        if x - half > edge + 8 and x + half <= canvas.width:
            canvas.text("tm", x, height - _FOOT + 18, text, "middle")
            edge = x + half
    label = in_words(chart.x_label, lang)
    canvas.text("tm", canvas.width - 12, height - 6, f"{label}, {words.unit}" if words.unit else label, "end")
    for at, word in chart.marks:
        where = _x_of(chart, fraction(at), left, column)
        if where is not None:
            _threshold(canvas, in_words(word, lang), where, y_scale)
    return height


def _x_of(chart: HistChart, at: Fraction, left: float, column: float) -> float | None:
    """Where the value *at* lies among columns of equal width; None outside all classes."""
    for k, one in enumerate(chart.bins):
        low, high = fraction(one.low), fraction(one.high)
        if low <= at <= high:
            return left + column * (k + (float((at - low) / (high - low)) if high > low else 0.0))
    return None


def _threshold(canvas: Canvas, text: str, x: float, y_scale: Scale) -> None:
    canvas.line("ink", (x, _TOP - 8), (x, y_scale.start), "dash")
    right = x + width(text, 13) + 6 <= canvas.width
    canvas.text("t", x + (6 if right else -6), _TOP, text, "start" if right else "end")

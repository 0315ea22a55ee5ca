"""Draws series over time: realised solid, target dashed, a missing value as a dashed box, a break as a gap.

Each line carries its name and last value at its end; a reason stands as a numbered note below the chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sepadan.ground.cells import Words, in_words
from sepadan.ground.charts.canvas import Canvas
from sepadan.ground.charts.metrics import width, wrap
from sepadan.ground.charts.scale import Scale, axis_words, fraction, marks, place, place_text, value_text
from sepadan.ground.charts.spec import At, LineChart, Point, Series
from sepadan.ground.figures import Language
from sepadan.ground.messages import render

_TOP, _FOOT = 26.0, 26.0


@dataclass(slots=True)
class _Label:
    """A name and value at the end of a line, moved apart from its neighbours."""

    role: str
    lines: list[str]
    value: str
    y: float

    @property
    def height(self) -> float:
        return 16.0 * (len(self.lines) + 1)


def line_notes(chart: LineChart, lang: Language) -> list[str]:
    """The reasons of all gaps and breaks, in the order of their numbers in the picture."""
    return [f"{place_text(at, lang)}: {in_words(reason, lang)}" for at, reason in _faults(chart)]


def _faults(chart: LineChart) -> list[tuple[At, Words]]:
    found: dict[tuple[int, str], tuple[At, Words]] = {}
    for series in chart.series:
        for point in series.points:
            if point.y is None:
                found.setdefault((place(point.x), str(point.reason)), (point.x, point.reason))
        for one in series.breaks:
            found.setdefault((place(one.before), str(one.reason)), (one.before, one.reason))
    return [found[key] for key in sorted(found)]


def draw_lines(chart: LineChart, canvas: Canvas, lang: Language, height: float) -> float:
    values = [fraction(point.y) for series in chart.series for point in series.points if point.y is not None]
    if not values:
        values = [Fraction(0)]
    steps = marks(min(Fraction(0), *values) if chart.from_zero else min(values), max(values))
    words = axis_words(chart.form, in_words(chart.unit, lang), steps, lang)
    left = max(width(words.text(step, lang), 12) for step in steps) + 10
    room = canvas.width * 0.3
    ends = [_end(series, chart, lang, room) for series in chart.series]
    right = max((max(width(line, 13, bold=True) for line in [*end.lines, end.value]) for end in ends if end), default=0)
    y_scale = Scale(steps[0], steps[-1], height - _FOOT, _TOP)
    places = sorted({place(point.x) for series in chart.series for point in series.points})
    x_scale = Scale(Fraction(places[0]), Fraction(places[-1]), left + 6, canvas.width - right - 14)
    caption = words.unit
    if not chart.from_zero and steps[0] > 0:
        caption = "; ".join(part for part in (caption, render("ground.charts.not_from_zero", lang)) if part)
    canvas.text("tm", 0, 11, caption)
    for k, step in enumerate(steps):
        y = y_scale.at(step)
        canvas.line("axis" if k == 0 else "grid", (left, y), (canvas.width - right - 8, y))
    for step in steps:
        canvas.text("tm", left - 10, y_scale.at(step) + 4, words.text(step, lang), "end")
    _years(chart, canvas, lang, x_scale, height)
    for series in chart.series:
        _series(series, canvas, x_scale, y_scale)
    _numbers(chart, canvas, x_scale, y_scale)
    for end, series in zip(ends, chart.series, strict=True):
        if end:
            end.y = y_scale.at(_last(series).y or 0)
    _spread([end for end in ends if end], _TOP - 10, height - _FOOT + 6)
    for end in ends:
        if end:
            _write_end(end, canvas, canvas.width - right - 6)
    return height


def _last(series: Series) -> Point:
    return next((point for point in reversed(series.points) if point.y is not None), series.points[-1])


def _end(series: Series, chart: LineChart, lang: Language, room: float) -> _Label | None:
    last = _last(series)
    if last.y is None:
        return None
    value = value_text(last.y, chart.form, in_words(chart.unit, lang), lang)
    return _Label(series.role, wrap(in_words(series.label, lang), 13, room, bold=True), value, 0.0)


def _years(chart: LineChart, canvas: Canvas, lang: Language, x_scale: Scale, height: float) -> None:
    """As many times below the axis as fit without touching, the last one always."""
    every = {place(point.x): point.x for series in chart.series for point in series.points}
    edge = float("inf")
    for at in sorted(every, reverse=True):
        text = place_text(every[at], lang)
        x, half = x_scale.at(at), width(text, 12) / 2
        if x + half + 10 > edge:
            continue
        edge = x - half
        canvas.line("axis", (x, height - _FOOT), (x, height - _FOOT + 4))
        canvas.text("tm", x, height - 7, text, "middle")


def _series(series: Series, canvas: Canvas, x_scale: Scale, y_scale: Scale) -> None:
    stops = {place(one.before) for one in series.breaks}
    runs: list[list[Point]] = [[]]
    for point in series.points:
        if place(point.x) in stops or point.y is None:
            runs.append([])
        if point.y is not None:
            runs[-1].append(point)
    dash = "dash" if series.kind == "target" else ""
    for run in runs:
        track = [(x_scale.at(place(point.x)), y_scale.at(point.y)) for point in run if point.y is not None]
        if len(track) > 1:
            canvas.path(f"l-{series.role}", track, dash)
        for x, y in track:
            canvas.dot(series.role, x, y, 3.5)
            if series.kind == "target":
                canvas.dot("hole", x, y, 1.7)


def _numbers(chart: LineChart, canvas: Canvas, x_scale: Scale, y_scale: Scale) -> None:
    """The numbers of the notes: in a dashed box where a value is missing, at a dotted line where a series breaks."""
    order = {(place(at), str(reason)): k + 1 for k, (at, reason) in enumerate(_faults(chart))}
    floor = y_scale.start
    for series in chart.series:
        for point in series.points:
            if point.y is None:
                x = x_scale.at(place(point.x))
                canvas.box(x - 6.5, floor - 19.5, 13, 19)
                canvas.text("tm", x, floor - 6, str(order[place(point.x), str(point.reason)]), "middle")
        for one in series.breaks:
            before = [place(point.x) for point in series.points if place(point.x) < place(one.before)]
            x = x_scale.at(Fraction(place(one.before) + (max(before) if before else place(one.before)), 2))
            canvas.line("hint", (x, _TOP - 4), (x, floor), "fine")
            canvas.text("tm", x + 4, _TOP + 6, str(order[place(one.before), str(one.reason)]))


def _spread(labels: list[_Label], top: float, foot: float) -> None:
    """Moves the end labels apart, keeping their order, within the height of the plot."""
    labels.sort(key=lambda label: label.y)
    for label in labels:
        label.y = max(label.y - label.height / 2, top)
    for above, below in pairwise(labels):
        below.y = max(below.y, above.y + above.height + 3)
    edge = foot
    for label in reversed(labels):
        label.y = min(label.y, edge - label.height)
        edge = label.y - 3


def _write_end(label: _Label, canvas: Canvas, x: float) -> None:
    for k, line in enumerate(label.lines):
        canvas.text(f"t{label.role}", x, label.y + 12 + 16 * k, line)
    canvas.text("tb", x, label.y + 12 + 16 * len(label.lines), label.value)

"""Charts from one specification: a picture for the web, the same picture for a PDF, and the table twin of both.

``svg(chart, lang)`` draws for the page (classes of the stylesheet, wide or slim), ``svg(chart, lang, medium="paper")``
for a document (explicit colours, the fonts of ``ground/fonts``). ``twin(chart, lang)`` gives the rows, ``notes`` the
reasons of gaps. Nothing here uses a ``style`` attribute. Pure: no request, no file is written.
"""

from __future__ import annotations

from pathlib import Path

from sepadan.ground.cells import in_words
from sepadan.ground.charts.bars import draw_bars, draw_ranges
from sepadan.ground.charts.canvas import Canvas, Medium
from sepadan.ground.charts.cliffs import draw_cliffs, draw_hist
from sepadan.ground.charts.heat import draw_heat
from sepadan.ground.charts.lines import draw_lines, line_notes
from sepadan.ground.charts.spec import (
    Bar,
    BarChart,
    Bin,
    Break,
    Chart,
    CliffChart,
    Curve,
    HeatChart,
    HistChart,
    LineChart,
    Piece,
    Point,
    RangeChart,
    Role,
    Series,
    Span,
    Strip,
    StripChart,
)
from sepadan.ground.charts.strips import draw_strips
from sepadan.ground.charts.twin import Twin, twin
from sepadan.ground.figures import Language

FONTS = Path(__file__).parent.parent / "fonts"
WIDE, SLIM = 720, 344

__all__ = [
    "FONTS",
    "SLIM",
    "WIDE",
    "Bar",
    "BarChart",
    "Bin",
    "Break",
    "Chart",
    "CliffChart",
    "Curve",
    "HeatChart",
    "HistChart",
    "LineChart",
    "Piece",
    "Point",
    "RangeChart",
    "Role",
    "Series",
    "Span",
    "Strip",
    "StripChart",
    "Twin",
    "notes",
    "svg",
    "twin",
]


def svg(chart: Chart, lang: Language, *, medium: Medium = "web", width: int = WIDE, name: str = "chart",
        extra_class: str = "") -> str:
    """*chart* as an SVG element. *name* makes its ids unique on a page; heights follow from the content."""
    canvas = Canvas(medium, width)
    height = _draw(chart, canvas, lang)
    return canvas.svg(height, name, in_words(chart.title, lang), in_words(chart.summary, lang), extra_class=extra_class)


def _draw(chart: Chart, canvas: Canvas, lang: Language) -> float:
    tall = 300.0 if canvas.width >= 560 else 260.0
    if isinstance(chart, BarChart):
        return draw_bars(chart, canvas, lang)
    if isinstance(chart, RangeChart):
        return draw_ranges(chart, canvas, lang)
    if isinstance(chart, StripChart):
        return draw_strips(chart, canvas, lang)
    if isinstance(chart, HeatChart):
        return draw_heat(chart, canvas, lang)
    if isinstance(chart, LineChart):
        return draw_lines(chart, canvas, lang, tall)
    if isinstance(chart, CliffChart):
        return draw_cliffs(chart, canvas, lang, tall)
    return draw_hist(chart, canvas, lang, tall)


def notes(chart: Chart, lang: Language) -> list[str]:
    """The numbered reasons of gaps and breaks in *chart*, to stand below it."""
    return line_notes(chart, lang) if isinstance(chart, LineChart) else []

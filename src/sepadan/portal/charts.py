"""Charts on a page: ``{% chart spec %}`` in a template, ``download`` for the table twin as a file.

Specification, drawing and twin are pure and live in ``ground.charts``, so that documents and the command line use the
same; this module is their HTTP side and the names that pages need.
"""

from __future__ import annotations

from django.http import HttpResponse

from sepadan.ground.charts import (
    Bar,
    BarChart,
    Bin,
    Break,
    Chart,
    CliffChart,
    Curve,
    HistChart,
    LineChart,
    Piece,
    Point,
    RangeChart,
    Series,
    Span,
    Strip,
    StripChart,
    Twin,
    notes,
    svg,
    twin,
)
from sepadan.ground.figures import Language
from sepadan.ground.sheets import CSV_TYPE, csv_bytes

__all__ = [
    "Bar",
    "BarChart",
    "Bin",
    "Break",
    "Chart",
    "CliffChart",
    "Curve",
    "HistChart",
    "LineChart",
    "Piece",
    "Point",
    "RangeChart",
    "Series",
    "Span",
    "Strip",
    "StripChart",
    "Twin",
    "download",
    "notes",
    "svg",
    "twin",
]


def download(chart: Chart, lang: Language, name: str) -> HttpResponse:
    """The table twin of *chart* as a CSV with exact values."""
    rows = twin(chart, lang)
    response = HttpResponse(csv_bytes(rows.heads, rows.raw), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

"""How wide the columns of a table are on paper, and how large its type: so that no figure is broken or overlaps.

Widths come from the metrics of the product's font. A number never breaks; text breaks at spaces. Points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sepadan.ground.charts.metrics import width

ROOM = 493.0  # A4 less its margins
PADDING = 6.6
SIZES = (8.5, 8.0, 7.5, 7.0, 6.6, 6.2, 5.8)
WIDEST = 230.0  # a text column asks for no more
LINES = 4


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """What a column holds: its head, the text of its cells, room for marks beside the text, whether it may break."""

    head: str
    cells: Sequence[str]
    extra: float = 0.0
    breaks: bool = True


def layout(columns: Sequence[PaperColumn]) -> tuple[float, list[float]]:
    """(size of type, width of each column); widths add up to the room or less.

    Of the sizes at which every word fits, the largest that breaks no cell into more than ``LINES`` lines; if there is
    none, the one with the fewest lines.
    """
    fitting = []
    for size in SIZES:
        least = [_least(one, size) + PADDING for one in columns]
        if sum(least) <= ROOM:
            widths = _spread(columns, least, size)
            fitting.append((_lines(columns, widths, size), size, widths))
    if not fitting:
        size = SIZES[-1]
        least = [_least(one, size) + PADDING for one in columns]
        return size, [one * ROOM / sum(least) for one in least]
    chosen = next((one for one in fitting if one[0] <= LINES), min(fitting, key=lambda one: one[0]))
    return chosen[1], chosen[2]


def _lines(columns: Sequence[PaperColumn], widths: Sequence[float], size: float) -> int:
    """Lines of the tallest cell, about."""
    return max((ceil(width(text, size) / (room - PADDING)) for column, room in zip(columns, widths, strict=True)
                if column.breaks for text in column.cells), default=1)  # fmt: skip


def _least(column: PaperColumn, size: float) -> float:
    head = max((width(word, size, bold=True) for word in column.head.split(" ")), default=0.0)
    texts = column.cells if not column.breaks else [word for cell in column.cells for word in cell.split(" ")]
    return max(head, max((width(text, size) for text in texts), default=0.0) + column.extra)


def _spread(columns: Sequence[PaperColumn], least: list[float], size: float) -> list[float]:
    """What is left goes to the columns that would otherwise break their text, in proportion to what they lack."""
    wanted = []
    for column, one in zip(columns, least, strict=True):
        text = max((width(cell, size) for cell in column.cells), default=0.0) + column.extra
        wanted.append(max(one, min(WIDEST, max(width(column.head, size, bold=True), text)) + PADDING))
    left, lack = ROOM - sum(least), sum(wanted) - sum(least)
    if lack <= left:
        return wanted
    return [one + (want - one) * left / lack for one, want in zip(least, wanted, strict=True)]

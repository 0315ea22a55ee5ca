"""How wide the columns of a table are on paper, and how large its type: so that no figure is broken or overlaps.

Widths come from the metrics of the product's font. A number never breaks; text breaks at spaces, and the room that
numbers leave goes to the texts that make rows tall. Points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sepadan.ground.charts.metrics import width

ROOM = 493.0  # A4 less its margins
PADDING = 6.6
SIZES = (8.5, 8.0, 7.5, 7.0)
SMALLER = (6.6, 6.2, 5.8)  # where many columns of figures fit no other way
WIDEST = 230.0  # a text column asks for no more
LINES = 6
STEP = 4.0


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """What a column holds: its head, its cells as lines of text, room for marks beside the text, whether it breaks."""

    head: str
    cells: Sequence[Sequence[str]]
    extra: float = 0.0
    breaks: bool = True


def layout(columns: Sequence[PaperColumn]) -> tuple[float, list[float]]:
    """(size of type, width of each column); widths add up to the room or less.

    Of the sizes at which every word fits, the largest at which no row is taller than ``LINES`` lines; if there is none,
    the smallest that reads well, and below it only what must be.
    """
    fitting = [(size, widths) for size in SIZES if (widths := _widths(columns, size))]
    for size, widths in fitting:
        if max(row_lines(columns, widths, size), default=1) <= LINES:
            return size, widths
    if fitting:
        return fitting[-1]
    for size in SMALLER:
        if widths := _widths(columns, size):
            return size, widths
    least = [_least(one, SMALLER[-1]) + PADDING for one in columns]
    return SMALLER[-1], [one * ROOM / sum(least) for one in least]


def _widths(columns: Sequence[PaperColumn], size: float) -> list[float]:
    """The widths at one size: the least that each needs, the rest by steps to the text that most often makes rows tall.

    Empty when not even the least fits.
    """
    widths = [_least(one, size) + PADDING for one in columns]
    most = [max(least, min(WIDEST, _whole(one, size)) + PADDING) for one, least in zip(columns, widths, strict=True)]
    texts = [_measured(one, size) for one in columns]
    left = ROOM - sum(widths)
    if left < 0:
        return []
    while left > 0:
        open_ = [k for k, most_of in enumerate(most) if widths[k] < most_of]
        if not open_:
            break
        weight = dict.fromkeys(open_, 0)
        for row in range(len(columns[0].cells) + 1):
            lines = {k: _lines(texts[k][row], widths[k]) for k in open_}
            tallest = max(lines.values())
            for k in open_:
                weight[k] += tallest if tallest > 1 and lines[k] == tallest else 0
        chosen = max(open_, key=lambda k: (weight[k], most[k] - widths[k]))
        step = min(STEP, left, most[chosen] - widths[chosen])
        widths[chosen] += step
        left -= step
    return widths


def _measured(column: PaperColumn, size: float) -> list[list[float]]:
    """Width of every line of head and cells; what may not break never asks for a second line."""
    head = [width(column.head, size, bold=True)]
    return [head, *([width(line, size) for line in cell] if column.breaks else [0.0] for cell in column.cells)]


def _lines(texts: Sequence[float], room: float) -> int:
    """Lines of one cell, about."""
    return sum(max(1, ceil(text / (room - PADDING))) for text in texts)


def row_lines(columns: Sequence[PaperColumn], widths: Sequence[float], size: float) -> list[int]:
    """How many lines each row takes, about, without the head."""
    found = [[_lines(cell, room) for cell in _measured(column, size)[1:]]
             for column, room in zip(columns, widths, strict=True)]
    return [max(row) for row in zip(*found, strict=True)]


def _least(column: PaperColumn, size: float) -> float:
    head = max((width(word, size, bold=True) for word in column.head.split(" ")), default=0.0)
    texts = [line for cell in column.cells for line in cell]
    texts = texts if not column.breaks else [word for line in texts for word in line.split(" ")]
    return max(head, max((width(text, size) for text in texts), default=0.0) + column.extra)


def _whole(column: PaperColumn, size: float) -> float:
    """The width at which nothing of a column breaks; one that may not break has no use for more than its head."""
    text = max((width(line, size) for cell in column.cells for line in cell), default=0.0) + column.extra
    return max(width(column.head, size, bold=True), text)

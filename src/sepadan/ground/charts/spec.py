"""What a chart says, as plain values: one specification that serves the page, the PDF, the table twin and the CSV.

Idea: whoever makes a chart states its finding (``title``), one sentence (``summary``) and its values; how it is drawn
is not the maker's business. Bars start at zero. A target is a mark on the realised bar or a dashed line, never a second
bar. At most four series. A value that is missing or a series that breaks carries its reason and is drawn as a gap.

Roles give colours: ``host`` whose practice, ``guest`` whose numbers, ``daun`` the product's own, ``up`` against it,
``plain`` for the rest. Host and guest keep theirs through a whole study. Values are exact numbers, never pre-rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sepadan.ground.cells import Number, Words

Role = Literal["host", "guest", "daun", "up", "plain"]
At = int | date
SERIES_MAX = 4
SHADES = ("d2", "d1", "z0", "u1", "u2")  # falls by more than 20 %, falls, stays, rises, rises by more than 20 %


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. ``low`` and ``high`` draw a whisker, ``target`` a dashed mark; ``value`` None needs ``reason``."""

    label: Words
    value: Number | None
    role: Role = "plain"
    low: Number | None = None
    high: Number | None = None
    target: Number | None = None
    note: Words = ""
    reason: Words = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError(f"the bar {self.label!r} has no value; say why in `reason`")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"the bar {self.label!r} needs both ends of its range, or none")


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars below each other on one scale from zero. ``reach`` fixes the end of the scale across several charts."""

    title: Words
    summary: Words
    bars: tuple[Bar, ...]
    form: str = "number"
    unit: Words = ""
    reach: Number | None = None

    def __post_init__(self) -> None:
        if not self.bars:
            raise ValueError("a bar chart has at least one bar")


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a year or day. ``y`` None is a missing value with its ``reason``."""

    x: At
    y: Number | None
    reason: Words = ""

    def __post_init__(self) -> None:
        if self.y is None and not self.reason:
            raise ValueError(f"the point at {self.x} has no value; say why in `reason`")


@dataclass(frozen=True, slots=True)
class Break:
    """Between two points the series changed its meaning: the line stops, and the reason is printed."""

    before: At
    reason: Words


@dataclass(frozen=True, slots=True)
class Series:
    label: Words
    points: tuple[Point, ...]
    role: Role = "plain"
    kind: Literal["realised", "target"] = "realised"
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class LineChart:
    """Series over years or days, realised solid, target dashed. A scale that does not start at zero says so."""

    title: Words
    summary: Words
    series: tuple[Series, ...]
    form: str = "number"
    unit: Words = ""
    from_zero: bool = True

    def __post_init__(self) -> None:
        _limit("series", len(self.series))


@dataclass(frozen=True, slots=True)
class Strip:
    """One group, cut by what happens to its members: five shares that add up to 1 (``SHADES``), the mean change."""

    label: Words
    shares: tuple[Number, Number, Number, Number, Number]
    change: Number | None
    extent: Words = ""


@dataclass(frozen=True, slots=True)
class StripChart:
    """Winners and losers: one strip per group, groups fixed on the baseline. ``group`` is what a group is called."""

    title: Words
    summary: Words
    strips: tuple[Strip, ...]
    group: Words

    def __post_init__(self) -> None:
        if not self.strips:
            raise ValueError("a chart of winners and losers has at least one strip")


@dataclass(frozen=True, slots=True)
class Span:
    """A range with the value that is held most likely, if any, and the reason for its width."""

    label: Words
    low: Number
    high: Number
    mid: Number | None = None
    role: Role = "plain"
    note: Words = ""


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Ranges below each other on one scale: landfill life over its assumptions, revenue over the alternatives."""

    title: Words
    summary: Words
    spans: tuple[Span, ...]
    form: str = "number"
    unit: Words = ""
    from_zero: bool = True

    def __post_init__(self) -> None:
        if not self.spans:
            raise ValueError("a range chart has at least one range")


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight part of a curve, from (x0, y0) up to (x1, y1). A jump to the next piece is a cliff."""

    x0: Number
    y0: Number
    x1: Number
    y1: Number


@dataclass(frozen=True, slots=True)
class Curve:
    label: Words
    pieces: tuple[Piece, ...]
    role: Role = "plain"


@dataclass(frozen=True, slots=True)
class CliffChart:
    """What a rule makes of a rising value: pieces with their jumps. ``cliffs`` labels the jumps worth a word."""

    title: Words
    summary: Words
    curves: tuple[Curve, ...]
    x_label: Words
    y_label: Words
    x_form: str = "rupiah"
    y_form: str = "rupiah"
    cliffs: tuple[tuple[Number, Words], ...] = ()

    def __post_init__(self) -> None:
        _limit("curves", len(self.curves))


@dataclass(frozen=True, slots=True)
class Bin:
    low: Number
    high: Number
    count: int


@dataclass(frozen=True, slots=True)
class HistChart:
    """How many objects lie in each class of a value; ``marks`` are thresholds with a word."""

    title: Words
    summary: Words
    bins: tuple[Bin, ...]
    x_label: Words
    y_label: Words
    x_form: str = "rupiah"
    marks: tuple[tuple[Number, Words], ...] = ()
    role: Role = "guest"

    def __post_init__(self) -> None:
        if not self.bins:
            raise ValueError("a histogram has at least one class")
        for left, right in zip(self.bins, self.bins[1:], strict=False):
            if left.high > right.low:
                raise ValueError(f"the classes of a histogram rise without overlap; {left.high} is above {right.low}")


@dataclass(frozen=True, slots=True)
class HeatChart:
    """A value for each row and column (weekday and hour), shaded by its size. None: not known."""

    title: Words
    summary: Words
    rows: tuple[Words, ...]
    columns: tuple[Words, ...]
    values: tuple[tuple[Number | None, ...], ...]
    group: Words
    form: str = "number"

    def __post_init__(self) -> None:
        if not self.rows or not self.columns:
            raise ValueError("a grid of shades has at least one row and one column")
        if len(self.values) != len(self.rows) or any(len(row) != len(self.columns) for row in self.values):
            raise ValueError("a grid of shades has a value, or None, for each row and column")


Chart = BarChart | LineChart | StripChart | RangeChart | CliffChart | HistChart | HeatChart


def _limit(what: str, count: int) -> None:
    if not 1 <= count <= SERIES_MAX:
        raise ValueError(f"a chart has 1 to {SERIES_MAX} {what}, not {count}; put the rest into the table")

"""The blocks a study's document is made of: exact values with the form in which they are printed.

Idea: the page, the PDF, the JSON and the CSV are four ways to write the same blocks, so no figure can differ between
them. A block holds values, never text made of values; ``shown`` writes one value in one language. Words are keys with
parameters. No markup, no request, no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sepadan.ground import figures
from sepadan.ground.cells import Cell, Words, in_words
from sepadan.ground.charts import Chart
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, written
from sepadan.ground.step_lines import StepLine
from sepadan.ground.steps import Explained


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict: ``code`` for programs, words for people, ``tone`` ok, care, bad, wait, host, guest or empty.

    ``gate``: the code is an answer of the gate (yes, note, no), which has a sign of its own.
    """

    code: str | bool
    words: Words
    tone: str = ""
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Several sentences in one cell of a table."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    words: Words
    href: str


Value = None | int | Fraction | Decimal | str | date | Message | Cell | Mark | Lines | Link


@dataclass(frozen=True, slots=True)
class Column:
    """``form`` as in messages (rupiah, number1, percent1 ...); ``signed`` prints a plus; ``none`` stands for None.

    ``hidden``: a key for programs, in files but not in print. ``screen``: on a page but not on paper.
    """

    key: str
    head: Words
    form: str = ""
    signed: bool = False
    none: Words = ""
    hidden: bool = False
    screen: bool = False

    @property
    def numeric(self) -> bool:
        return self.form.startswith(("rupiah", "number", "percent"))


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph. ``tone``: lead, small, care, bad, good or empty."""

    id: str
    text: Words
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences under a heading."""

    id: str
    title: Words
    items: tuple[Words, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Public numbers side by side, each with its origin; named for programs."""

    id: str
    title: Words
    cells: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart with its table twin."""

    id: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values. ``file`` names the CSV they go into, ``keys`` what that file says of every row.

    ``folded``: on a page it opens on request. ``closes``: the last row is a sum.
    """

    id: str
    title: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: Words = ""
    file: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    folded: bool = False
    closes: bool = False

    def __post_init__(self) -> None:
        names = [name for name, _ in self.keys] + [column.key for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"the table {self.id} names a column twice: {names}")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {self.id} has {len(row)} values for {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class Steps:
    """The explanation of a result, step by step."""

    id: str
    title: Words
    steps: tuple[Explained | StepLine, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a timeline. ``role`` host, guest or empty; ``pin`` marks the visit itself."""

    when: date
    text: Words
    role: str = ""
    who: Words = ""
    pin: bool = False
    href: str = ""
    when_words: Words = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    id: str
    title: Words
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A share or amount per kelurahan of one region, drawn as a map; ``values`` by code of a kelurahan.

    A map prints ``times`` the value in ``unit``: a share as whole per cent. ``changes``: falls and rises have their
    own colours.
    """

    id: str
    region: str
    title: Words
    label: Words
    values: dict[str, Fraction | int | None]
    times: int = 1
    form: str = "number0"
    unit: Words = ""
    note: Words = ""
    changes: bool = False


Block = Prose | Bullets | Figures | Plot | Table | Steps | Timeline | AreaMap


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document. ``tab`` names it in the row of topics; sections with the same tab stand together."""

    id: str
    title: Words
    lead: Words
    blocks: tuple[Block, ...]
    tab: Words = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two regions as it stands at the head of a study."""

    role: str
    code: str
    name: str
    cells: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Document:
    """A whole study. ``sample`` says that a roll is synthetic; it is printed on every page of every format."""

    title: Words
    subtitle: Words
    on: date
    guest: Side
    host: Side
    formula: tuple[tuple[str, Words], ...]
    sample: Words | None
    notices: tuple[Prose, ...]
    sections: tuple[Section, ...]
    meta: tuple[tuple[str, str], ...]
    fingerprint: str
    shapes: dict[str, Sequence[object]] = field(default_factory=dict)

    def blocks(self) -> list[Block]:
        return [*self.notices, *(block for section in self.sections for block in section.blocks)]


def shown(value: Value, column: Column, lang: Language) -> str:
    """One value of a table as text in local form."""
    if value is None:
        return in_words(column.none, lang) if column.none else "–"
    if isinstance(value, Cell):
        return value.text(lang)
    if isinstance(value, Mark):
        return in_words(value.words, lang)
    if isinstance(value, Link):
        return in_words(value.words, lang)
    if isinstance(value, Lines):
        return " ".join(_ended(in_words(one, lang)) for one in value.items)
    if isinstance(value, Message):
        return value.text(lang)
    if isinstance(value, date):
        return figures.day(value, lang)
    if isinstance(value, str):
        return value
    text = written(value, column.form or None, lang)
    plus = column.signed and value > 0 and any(digit in text for digit in "123456789")  # what prints as 0 has no sign
    return f"+{text}" if plus else text


def printed(block: AreaMap) -> dict[str, Fraction | None]:
    """The values of a map in the unit in which it prints them."""
    return {code: None if value is None else Fraction(value) * block.times for code, value in block.values.items()}


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!", ":")) else f"{sentence}."


def yes_no(value: bool) -> Mark:
    return Mark(value, Message("ground.law.yes" if value else "ground.law.no"))


def key(name: str) -> Column:
    """A column for programs alone."""
    return Column(name, Message("study.doc.col.key"), hidden=True)

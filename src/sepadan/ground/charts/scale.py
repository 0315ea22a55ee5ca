"""From values to places: exact numbers in, pixels out; round marks on an axis, written short with one unit for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sepadan.ground import figures
from sepadan.ground.cells import Number
from sepadan.ground.figures import Language
from sepadan.ground.messages import written

_ROUND = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))
_RUPIAH_UNITS: tuple[tuple[int, dict[Language, str]], ...] = (
    (10**12, {"id": "Rp triliun", "en": "Rp trillion"}),
    (10**9, {"id": "Rp miliar", "en": "Rp billion"}),
    (10**6, {"id": "Rp juta", "en": "Rp million"}),
    (10**3, {"id": "Rp ribu", "en": "Rp thousand"}),
    (1, {"id": "Rp", "en": "Rp"}),
)


def fraction(value: Number) -> Fraction:
    """*value* exactly; a float as its shortest decimal."""
    return Fraction(Decimal(repr(value))) if isinstance(value, float) else Fraction(value)


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale: ``low`` lies at ``start`` pixels, ``high`` at ``end``."""

    low: Fraction
    high: Fraction
    start: float
    end: float

    def at(self, value: Number) -> float:
        span = self.high - self.low
        part = (fraction(value) - self.low) / span if span else Fraction(0)
        return self.start + float(part) * (self.end - self.start)


def step_of(span: Fraction, wanted: int) -> Fraction:
    """A step of 1, 2, 2.5 or 5 times a power of ten that cuts *span* into about *wanted* parts."""
    if span <= 0:
        return Fraction(1)
    raw = span / wanted
    power = Fraction(1)
    while power * 10 <= raw:
        power *= 10
    while power > raw:
        power /= 10
    return next((power * k for k in _ROUND if power * k >= raw), power * 10)


def marks(low: Fraction, high: Fraction, wanted: int = 4) -> list[Fraction]:
    """Round values that enclose *low* to *high*: the first is at or below, the last at or above."""
    if high == low:
        high = low + (abs(low) or 1)
    step = step_of(high - low, wanted)
    first = low // step
    last = -(-high // step)
    return [step * k for k in range(int(first), int(last) + 1)]


@dataclass(frozen=True, slots=True)
class AxisWords:
    """How the marks of one axis are written: all in one unit, which stands once beside the axis."""

    divisor: Fraction
    unit: str
    form: str
    places: int

    def text(self, value: Fraction, lang: Language) -> str:
        return figures.number(value / self.divisor, lang, self.places if value else 0)


def axis_words(form: str, unit: str, values: list[Fraction], lang: Language) -> AxisWords:
    """The common unit of an axis with these marks: per cent, the unit of rupiah that needs no comma, or its own."""
    least = min((abs(value) for value in values if value), default=Fraction(1))
    divisor = Fraction(1)
    if form.startswith("percent"):
        divisor, unit = Fraction(1, 100), "%"
    elif form.startswith("rupiah"):
        size, words = next((pair for pair in _RUPIAH_UNITS if least >= pair[0]), _RUPIAH_UNITS[-1])
        divisor, unit = Fraction(size), words[lang]
    places = next((k for k in range(5) if all((value / divisor * 10**k).denominator == 1 for value in values)), 2)
    return AxisWords(divisor, unit, form, places)


def place(x: int | date) -> int:
    """A year as it is, a day as its ordinal."""
    return x.toordinal() if isinstance(x, date) else x


def place_text(x: int | date, lang: Language) -> str:
    return figures.day(x, lang) if isinstance(x, date) else str(x)


def value_text(value: Number, form: str, unit: str, lang: Language) -> str:
    """A value as it stands beside its bar: with its unit, in the form of the chart."""
    text = written(value, form, lang)
    return f"{text}{figures.NBSP}{unit}" if unit else text

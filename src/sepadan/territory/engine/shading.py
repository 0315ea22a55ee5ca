"""What a map says about its areas: a value each, up to four classes, a key and the table twin.

Values are exact numbers or None (not known), which has a shape of its own: class ``q0``, a dashed outline. Classes are
closed ranges over what occurs, written as such ("5–6"); left to this module they hold about equally many areas, and
equal values always share a class. The darkest class is ``q4``. Changes in per cent have five classes of their own,
``d2`` to ``u2``, so that a fall and a rise never share a shade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sepadan.ground.cells import Number, Words, in_words
from sepadan.ground.charts.metrics import width
from sepadan.ground.charts.twin import Twin
from sepadan.ground.figures import MINUS, NBSP, Language, number
from sepadan.ground.messages import render, written

MOST_CLASSES = 4
_SHADES = {1: (2,), 2: (1, 3), 3: (1, 2, 4), 4: (1, 2, 3, 4)}
_CHANGES = (("d2", -20, False), ("d1", -2, False), ("z0", 2, True), ("u1", 20, True))  # up to here, limit included
_CHANGE_NAMES = (*(name for name, _, _ in _CHANGES), "u2")
Range = tuple[Number, Number]


@dataclass(frozen=True, slots=True)
class Shading:
    """Values by code, and how they are written. ``classes`` None: quarters of what occurs; ``form`` as in messages."""

    label: Words
    values: Mapping[str, Number | None]
    form: str = "number"
    unit: Words = ""
    classes: tuple[Range, ...] | None = None
    missing: Words = ""
    changes: bool = False  # the values are changes in per cent

    def ranges(self) -> tuple[Range, ...]:
        if self.changes:
            return ()
        if self.classes is not None:
            return self.classes
        return quarters([value for value in self.values.values() if value is not None], self.form)

    def shade(self, code: str, ranges: Sequence[Range]) -> int:
        """0 (not known) to 4. Raises ValueError when the classes given do not hold the value."""
        value = self.values.get(code)
        if value is None:
            return 0
        for shade, (low, high) in zip(_SHADES[len(ranges)], ranges, strict=True):
            if low <= value <= high:
                return shade
        raise ValueError(f"the value {value} of {code} lies in none of the classes {ranges}")

    def name(self, code: str, ranges: Sequence[Range]) -> str:
        """The class of the stylesheet: as ``shade``, or of a change the classes of the strips of winners and losers."""
        value = self.values.get(code)
        if not self.changes or value is None:
            return f"q{self.shade(code, ranges)}"
        return next((name for name, most, with_it in _CHANGES if value < most or (with_it and value == most)), "u2")

    def text(self, code: str, lang: Language) -> str:
        """The value as a reader sees it in the title of an area and in the table."""
        value = self.values.get(code)
        if value is None:
            return self.absent(lang)
        unit = in_words(self.unit, lang)
        return f"{written(value, self.form, lang)}{NBSP + unit if unit else ''}"

    def absent(self, lang: Language) -> str:
        return in_words(self.missing, lang) or render("ground.cells.none", lang)

    def inside(self, code: str, lang: Language, size: float, room: float) -> str:
        """The value as short as *room* pixels ask for: ``9.732``, ``183 rb``, ``1,2 M``; else empty."""
        value = self.values.get(code)
        if value is None:
            return ""
        texts = [written(value, self.form, lang), *_short(value, lang)]
        return next((text for text in texts if width(text, size) <= room), "")

    def key(self, codes: Sequence[str], lang: Language) -> tuple[tuple[str, str], ...]:
        """The classes of the map as (class of the stylesheet, words), for the key below it."""
        ranges = self.ranges()
        shades = _SHADES[len(ranges)] if ranges else ()
        lines = [(f"q{shade}", self._range(low, high, lang)) for shade, (low, high) in zip(shades, ranges, strict=True)]
        if self.changes:
            met = {self.name(code, ranges) for code in codes}
            lines = [(name, render(f"ground.charts.shade.{name}", lang)) for name in _CHANGE_NAMES if name in met]
        if any(self.values.get(code) is None for code in codes):
            lines.insert(0, ("q0", self.absent(lang)))
        return tuple(lines)

    def _range(self, low: Number, high: Number, lang: Language) -> str:
        first, last = written(low, self.form, lang), written(high, self.form, lang)
        if first == last:
            return first
        if MINUS in first:
            return render("territory.map.range", lang, {"low": first, "high": last})
        end = NBSP + first.rsplit(NBSP, 1)[-1]
        if NBSP in first and last.endswith(end):
            first = first.removesuffix(end)
        if first.startswith("Rp") and last.startswith("Rp"):
            last = last[2:]
        return f"{first}–{last}"


def quarters(values: Sequence[Number], form: str = "number") -> tuple[Range, ...]:
    """Up to four closed ranges that hold about equally many of *values*. What is written alike is never parted."""
    ordered = sorted(values)
    alike: list[list[Number]] = []  # runs of values that a reader sees as the same figure
    for value in ordered:
        if alike and written(value, form, "id") == written(alike[-1][0], form, "id"):
            alike[-1].append(value)
        else:
            alike.append([value])
    if len(alike) <= MOST_CLASSES:
        return tuple((run[0], run[-1]) for run in alike)
    begins = [0]
    for k in range(1, MOST_CLASSES):
        wanted = ordered[round(k * len(ordered) / MOST_CLASSES)]
        position = next(i for i, run in enumerate(alike) if wanted <= run[-1])
        # at least one figure for this class, and one for each that follows
        begins.append(min(max(position, begins[-1] + 1), len(alike) - MOST_CLASSES + k))
    ends = [*(begin - 1 for begin in begins[1:]), len(alike) - 1]
    return tuple((alike[a][0], alike[b][-1]) for a, b in zip(begins, ends, strict=True))


def _short(value: Number, lang: Language) -> list[str]:
    """Shorter ways to write a number: whole, then in thousands, millions, milliards, billions."""
    exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    texts = [number(exact, lang, 0)]
    for name, size in (("thousand", 10**3), ("million", 10**6), ("milliard", 10**9), ("billion", 10**12)):
        if abs(exact) >= size:
            scaled = exact / size
            text = number(scaled, lang, 1 if abs(scaled) < 10 else 0)
            texts = [render(f"territory.map.{name}", lang, {"number": text})]
    return texts


def table_twin(rows: Sequence[tuple[str, str, str]], shading: Shading, lang: Language) -> Twin:
    """The map as a table: (code, name, kecamatan) and the value."""
    unit = in_words(shading.unit, lang)
    head = in_words(shading.label, lang) + (f" ({unit})" if unit else "")
    heads = (render("territory.word.kelurahan", lang), render("territory.word.kecamatan", lang), head)
    texts = [(name, group, shading.absent(lang) if shading.values.get(code) is None
              else written(shading.values[code], shading.form, lang)) for code, name, group in rows]
    return Twin(heads, tuple(texts), tuple((name, group, shading.values.get(code)) for code, name, group in rows),
                (False, False, True))

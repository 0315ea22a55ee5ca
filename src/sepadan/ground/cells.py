"""The public number as a value: what is said, of which kind, how surely, and where it comes from.

Idea: no figure stands alone. A ``Cell`` carries its unit, period, kind, confidence, source, method, meaning and trap,
so that a page, a PDF, a CSV row and the API say the same about it. A ``Rival`` is one of several published values that
contradict each other.

Kinds and confidence follow the scale of the indicator collection; legal marks (how a rule is known) map onto the same
discs: verbatim 4, secondary with an article 3, secondary 2, from-memory 1, not-found a dashed box, derived the lowest
of its parts. A value that rests on an assumption has low confidence and says so.

Words are given as plain text (the same in both languages), as ``{"id": ..., "en": ...}``, or as a ``Message``.
This module writes no markup and knows no request; it computes no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, cast, get_args

from sepadan.ground import figures
from sepadan.ground.figures import NBSP, Language
from sepadan.ground.messages import Message, render, written

Words = str | Message | Mapping[str, str] | Mapping[Language, str]
Number = int | float | Decimal | Fraction
Kind = Literal[
    "realised",
    "estimate",
    "target",
    "target_quarterly",
    "draft_target",
    "budget",
    "plan",
    "claim",
    "derived",
    "missing",
]
Confidence = Literal["high", "medium-high", "medium", "low", "suspect"]
Rule = Literal["solid", "dashed", "dotted", "double", "box"]
Standing = Literal["used", "unused", "refused"]
Verdict = Literal["yes", "note", "no"]

KINDS: tuple[Kind, ...] = get_args(Kind)
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
RULES: dict[Kind, Rule] = {
    "realised": "solid",
    "estimate": "solid",
    "target": "dashed",
    "target_quarterly": "dashed",
    "draft_target": "dashed",
    "budget": "dashed",
    "plan": "dashed",
    "claim": "dotted",
    "derived": "double",
    "missing": "box",
}
DISCS: dict[Confidence, int] = {"high": 4, "medium-high": 3, "medium": 2, "low": 1, "suspect": 0}
_OF_DISC: dict[int, Confidence] = {disc: name for name, disc in DISCS.items()}


def in_words(text: Words, lang: Language) -> str:
    """*text* in *lang*. Raises KeyError when a pair of texts lacks that language."""
    if isinstance(text, str):
        return text
    if isinstance(text, Message):
        return text.text(lang)
    if lang not in text:
        raise KeyError(f"no {lang} text among {dict(text)!r}")
    return cast("Mapping[str, str]", text)[lang]


def lowest(confidences: Iterable[Confidence]) -> Confidence:
    """How surely a derived value is known: as the least sure of its parts. Raises ValueError on no parts."""
    discs = [DISCS[one] for one in confidences]
    if not discs:
        raise ValueError("a derived value has at least one part whose confidence is known")
    return _OF_DISC[min(discs)]


def of_law(mark: str, article: str | None = None, parts: Iterable[Confidence] = ()) -> Confidence:
    """The confidence of a legal value from its mark: verbatim, secondary, derived, from-memory, assumption.

    A value that was not found is no cell with a confidence but a missing one; asking for it raises ValueError.
    """
    if mark == "verbatim":
        return "high"
    if mark == "secondary":
        return "medium-high" if article else "medium"
    if mark in ("from-memory", "assumption"):
        return "low"
    if mark == "derived":
        known = tuple(parts)
        return lowest(known) if known else "medium"
    raise ValueError(f"{mark!r} is not a mark of a legal value: verbatim, secondary, derived, from-memory, assumption")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: title, address if any, and the day of publication (a date, or as written)."""

    title: Words
    url: str = ""
    published: date | str | None = None

    def text(self, lang: Language) -> str:
        when = figures.day(self.published, lang) if isinstance(self.published, date) else (self.published or "")
        title = in_words(self.title, lang)
        return f"{title}, {when}" if when else title


@dataclass(frozen=True, slots=True)
class Cell:
    """One public number with its origin.

    ``form`` is a form of ``ground.messages`` (``number``, ``number1``, ``percent2``, ``rupiah``, ``rupiah_short``,
    ``day``) or ``text``. ``high`` makes a range from ``value`` to ``high``. ``value`` None needs ``instead``: the words
    that stand in its place ("belum terbit"), with the reason in ``trap``. ``assumption`` names what it rests on.
    """

    label: Words
    value: Number | str | date | None = None
    unit: Words = ""
    kind: Kind = "realised"
    period: Words = ""
    confidence: Confidence | None = None
    form: str = "number"
    high: Number | None = None
    instead: Words = ""
    source: Source | None = None
    method: Words = ""
    meaning: Words = ""
    trap: Words = ""
    assumption: Words = ""
    href: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.confidence is not None and self.confidence not in CONFIDENCES:
            raise ValueError(f"confidence is one of {', '.join(CONFIDENCES)}, not {self.confidence!r}")
        if self.value is None and not self.instead:
            raise ValueError(f"the cell {self.label!r} has no value; say in `instead` what stands in its place")
        if self.kind == "missing" and self.value is not None:
            raise ValueError(f"the cell {self.label!r} is missing and yet has the value {self.value!r}")

    @property
    def rule(self) -> Rule:
        return RULES[self.kind]

    @property
    def disc(self) -> int | None:
        """4 full to 1 quarter, 0 suspect, None when nothing is known. An assumption never shows more than 1."""
        if self.confidence is None:
            return None
        return min(DISCS[self.confidence], 1) if self.assumption else DISCS[self.confidence]

    def parts(self, lang: Language) -> tuple[str, str]:
        """Figure and unit as printed: ``("Rp825,5", "miliar")``, ``("3,91", "%")``, ``("6–7,5", "miliar")``."""
        unit = in_words(self.unit, lang)
        if self.value is None:
            return in_words(self.instead, lang), unit
        text = _written(self.value, self.form, lang)
        if self.high is not None:
            text = _range(text, _written(self.high, self.form, lang))
        if NBSP in text and self.form != "text":
            text, scale = text.split(NBSP, 1)
            unit = f"{scale} {unit}".strip()
        return text, unit

    def text(self, lang: Language) -> str:
        """Figure and unit in one string, for a PDF, an aria-label or a sentence."""
        return NBSP.join(part for part in self.parts(lang) if part)

    def kind_text(self, lang: Language) -> str:
        return render(f"ground.cells.kind.{self.kind}", lang)

    def confidence_text(self, lang: Language) -> str:
        return "" if self.disc is None else render(f"ground.cells.confidence.{self.disc}", lang)

    def origin(self, lang: Language) -> list[tuple[str, str]]:
        """The lines of its origin that are known, as (heading, text): meaning, kind, period, source, method, ..."""
        lines = [
            ("meaning", in_words(self.meaning, lang)),
            ("kind", self.kind_text(lang)),
            ("period", in_words(self.period, lang)),
            ("source", self.source.text(lang) if self.source else ""),
            ("method", in_words(self.method, lang)),
            ("confidence", self.confidence_text(lang)),
            ("assumption", in_words(self.assumption, lang)),
        ]
        return [(render(f"ground.cells.origin.{name}", lang), text) for name, text in lines if text]


def _written(value: Number | str | date, form: str, lang: Language) -> str:
    if form == "text":
        return str(value)
    return written(value, form, lang)


def _range(low: str, high: str) -> str:
    """``Rp6–7,5 miliar`` from ``Rp6 miliar`` and ``Rp7,5 miliar``: sign and scale once when both share them."""
    if NBSP in low and NBSP in high and low.split(NBSP, 1)[1] == high.split(NBSP, 1)[1]:
        low = low.split(NBSP, 1)[0]
    if low.startswith("Rp") and high.startswith("Rp"):
        high = high[2:]
    return f"{low}–{high}"


def missing(label: Words, reason: Words, *, instead: Words | None = None, unit: Words = "", meaning: Words = "",
            source: Source | None = None) -> Cell:
    """A value that is not known: a dashed box with its reason, never a zero."""
    return Cell(label, None, unit, "missing", instead=instead or Message("ground.cells.none"), trap=reason,
                meaning=meaning, source=source)


@dataclass(frozen=True, slots=True)
class Rival:
    """One of several published values of the same thing, and whether it is used."""

    cell: Cell
    standing: Standing = "unused"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two to four rivals and the rule by which one, or none, is used."""

    rivals: tuple[Rival, ...]
    why: Words

    def __post_init__(self) -> None:
        if not 2 <= len(self.rivals) <= 4:
            raise ValueError(f"a contradiction shows 2 to 4 values, not {len(self.rivals)}")
        if sum(rival.standing == "used" for rival in self.rivals) > 1:
            raise ValueError("at most one of the contradicting values is used")

    def shares(self) -> list[Fraction | None]:
        """Each value on one scale from zero: its share of the largest. None where a value has no number."""
        values = [_number(rival.cell.value) for rival in self.rivals]
        top = max((abs(value) for value in values if value is not None), default=Fraction(0))
        return [None if value is None or not top else abs(value) / top for value in values]


def _number(value: object) -> Fraction | None:
    if isinstance(value, float):
        return Fraction(Decimal(repr(value)))
    if isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    return None


def confidence(name: str | None) -> Confidence | None:
    """*name* as a confidence, None for nothing. Raises ValueError on a word outside the scale."""
    if not name:
        return None
    if name not in CONFIDENCES:
        raise ValueError(f"confidence is one of {', '.join(CONFIDENCES)}, not {name!r}")
    return name

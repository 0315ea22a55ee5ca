"""The explanation of a result: named steps, each with a value, a sentence and what it rests on.

One shape serves a bill, the total of a run, a replay and a landfill forecast. Engines return these; pages, documents
and ``sepadan cases`` write them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from sepadan.ground.figures import Language, number, percent, rupiah
from sepadan.ground.messages import Message

Form = Literal["rupiah", "rupiah_exact", "percent", "number", "text"]
BasisKind = Literal["law", "draft", "assumption", "given"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a step rests on. ``law`` and ``draft`` name an instrument and article; ``assumption`` gives its reason."""

    kind: BasisKind
    parameter: str
    instrument: str = ""
    article: str = ""
    confidence: str = ""
    source: str = ""
    why: Message | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """One step. ``value`` is exact; ``form`` says how to write it; ``is_sum`` closes the account with a double rule."""

    name: Message
    value: Any
    form: Form = "rupiah"
    how: Message | None = None
    bases: tuple[Basis, ...] = ()
    is_sum: bool = False

    def written(self, lang: Language) -> str:
        """The value in local form; an unknown value is said to be so."""
        if self.value is None:
            return "tidak diketahui" if lang == "id" else "unknown"
        if isinstance(self.value, Message):
            return self.value.text(lang)
        if self.form == "percent":
            return percent(self.value, lang)
        if self.form in ("rupiah", "rupiah_exact"):
            value = Fraction(self.value)
            return rupiah(value, lang) if value.denominator == 1 else f"Rp{number(value, lang, 4)}"
        if self.form == "number":
            return number(self.value, lang)
        return str(self.value)

"""The lines of an explanation as they are printed: one component for a bill, a run, a replay and a forecast.

Idea: an engine returns ``Explained`` steps with exact values; ``step_line`` writes one of them in both languages, with
the law, draft or assumption it rests on and how surely that is known. Other text steps are built directly as
``StepLine``. Pure: no markup, no request.
"""

from __future__ import annotations

from dataclasses import dataclass

from sepadan.ground.cells import CONFIDENCES, DISCS, Confidence, Words, in_words, of_law
from sepadan.ground.figures import LANGUAGES, Language
from sepadan.ground.messages import render
from sepadan.ground.provisions import article_text
from sepadan.ground.steps import Basis, Explained

_MARKS = ("verbatim", "secondary", "derived", "from-memory")


@dataclass(frozen=True, slots=True)
class LawRef:
    """The law or document a step rests on. ``confidence`` None prints no disc."""

    text: Words
    confidence: Confidence | None = None
    url: str = ""
    assumption: bool = False

    @property
    def disc(self) -> int | None:
        if self.confidence is None:
            return None
        return min(DISCS[self.confidence], 1) if self.assumption else DISCS[self.confidence]

    def confidence_text(self, lang: Language) -> str:
        return "" if self.disc is None else render(f"ground.cells.confidence.{self.disc}", lang)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of an explanation: name, result (in local form), the arithmetic in digits, and the law it rests on."""

    name: Words
    result: Words
    how: Words = ""
    laws: tuple[LawRef, ...] = ()
    total: bool = False


def step_line(step: Explained) -> StepLine:
    """A step of an engine as a line to print."""
    result = {lang: step.written(lang) for lang in LANGUAGES}
    return StepLine(step.name, result, step.how or "", tuple(law_ref(basis) for basis in step.bases), step.is_sum)


def law_ref(basis: Basis) -> LawRef:
    """What a step rests on, as printed below it. An assumption has low confidence and says so."""
    if basis.kind == "assumption":
        why = basis.why or basis.parameter
        text = {lang: render("ground.cells.assumed", lang, {"why": in_words(why, lang)}) for lang in LANGUAGES}
        return LawRef(text, "low", assumption=True)
    if basis.kind == "given":
        return LawRef(basis.why or {lang: render("ground.cells.given", lang) for lang in LANGUAGES})
    text = {lang: _citation(basis, lang) for lang in LANGUAGES}
    return LawRef(text, _sure(basis), basis.source if basis.source.startswith("http") else "")


def _citation(basis: Basis, lang: Language) -> str:
    cited = ", ".join(part for part in (basis.instrument, article_text(basis.article, lang)) if part)
    return "; ".join(part for part in (cited, basis.why.text(lang) if basis.why else "") if part)


def _sure(basis: Basis) -> Confidence | None:
    if basis.kind == "draft":
        return None
    if basis.confidence in _MARKS:
        return of_law(basis.confidence, basis.article)
    return next((name for name in CONFIDENCES if name == basis.confidence), None)

"""The sentences of a computation for very many bills: each template and each article is taken apart once per law.

``Steps`` gives what ``explain_bill`` gives, as the sheet prints it: the same steps by the same engine, each sentence
filled from a template that was split once, each basis written once per law. Where the law on file is no longer that of
the run the values stand alone. A test holds the sentences equal to those of the slow way. Indonesian only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from sepadan.ground import figures
from sepadan.ground.messages import Message, catalogue, message, written
from sepadan.ground.step_lines import law_ref
from sepadan.ground.steps import Basis, Explained
from sepadan.tax.documents.bill_sheet import SheetStep
from sepadan.tax.documents.sheet_ink import number
from sepadan.tax.engine.assessment import AssessmentLaw
from sepadan.tax.engine.pbb import Assessment
from sepadan.tax.engine.pbb_steps import explain
from sepadan.tax.names import Use

_PIECES = re.compile(r"\{(\w+)(?::(\w+))?\}")
Piece = str | tuple[str, str | None]


@cache
def _pieces(key: str) -> tuple[Piece, ...]:
    """A template as text and placeholders by turns; text has its doubled braces undone."""
    template, found, place = catalogue()[key]["id"], [], 0
    for match in _PIECES.finditer(template):
        found += [_plain(template[place:match.start()]), (match.group(1), match.group(2))]
        place = match.end()
    return (*found, _plain(template[place:]))


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


@cache
def _percent(value: Any) -> str:
    return figures.percent(value, "id")


def _written(value: Any, form: str | None) -> str:
    """``ground.messages.written`` in Indonesian, with a short way for whole amounts."""
    whole = type(value) is int or (type(value) is Fraction and value.denominator == 1)
    if whole and form in (None, "number"):
        return number(int(value))
    if whole and form == "rupiah" and value >= 0:
        return f"Rp{number(int(value))}"
    return _percent(value) if form == "percent" else written(value, form, "id")


def sentence(said: Message) -> str:
    """*said* in Indonesian."""
    if not said.key or said.__class__ is not Message:
        return said.text("id")
    params = said.params
    return "".join([piece if isinstance(piece, str) else _written(params[piece[0]], piece[1])
                    for piece in _pieces(said.key)])


def value_of(step: Explained) -> str:
    """The value of a step as ``Explained.written`` has it."""
    value = step.value
    if step.form in ("rupiah", "rupiah_exact") and type(value) is Fraction and value.denominator == 1:
        value = int(value)
    if step.form in ("rupiah", "rupiah_exact") and type(value) is int:
        return f"Rp{number(value)}" if value >= 0 else f"{figures.MINUS}Rp{number(-value)}"
    return _percent(value) if step.form == "percent" and value is not None else step.written("id")


class Steps:
    """The steps of bills under one law; *law* None: values without sentences."""

    def __init__(self, law: AssessmentLaw | None):
        self._rule = None if law is None else law.rule
        self._bases: dict[tuple[str, ...], str] = {}
        self._assumed: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, result: Assessment, *, takes_njoptkp: bool, use: str) -> tuple[tuple[SheetStep, ...], tuple[str, ...]]:
        """The steps of a bill, and why the assumptions that it rests on were taken."""
        if self._rule is None:
            return tuple([SheetStep(sentence(step.name), value_of(step), "", "") for step in plain_steps(result)]), ()
        told = explain(self._rule, result, takes_njoptkp=takes_njoptkp, use=Use(use))
        steps = tuple([SheetStep(sentence(step.name), value_of(step), sentence(note) if (note := note_of(step)) else "",
                                 self._basis(step.bases)) for step in told])
        return steps, self._reasons(told)

    def _basis(self, bases: Sequence[Basis]) -> str:
        names = tuple([basis.parameter for basis in bases])  # one basis for each parameter of a law
        if names not in self._bases:
            self._bases[names] = basis_words(bases)
        return self._bases[names]

    def _reasons(self, told: Sequence[Explained]) -> tuple[str, ...]:
        used = tuple([basis.parameter for step in told for basis in step.bases if basis.kind == "assumption"])
        if used not in self._assumed:
            self._assumed[used] = tuple(why.text("id") for why in assumed_of(told))
        return self._assumed[used]


def note_of(step: Explained) -> Message | None:
    """How a step follows; where the engine says nothing, what its name means."""
    return step.how or _MEANINGS.get(step.name.key)


_MEANINGS = {"tax.pbb.step.njop": message("tax.sheet.meaning.njop"),
             "tax.pbb.step.deduction": message("tax.sheet.meaning.deduction")}


def basis_words(bases: Sequence[Basis]) -> str:
    """What a step rests on, briefly: instruments with articles; an assumption is named as one and told below."""
    said = [message("tax.sheet.assumed").text("id") if basis.kind == "assumption" else law_ref(basis).text["id"]
            for basis in bases]
    return "; ".join(dict.fromkeys(one for one in said if one))


def assumed_of(told: Sequence[Explained]) -> list[Message]:
    """Why each assumption behind *told* was taken, those about deduction, ratio and rates first."""
    rank = {"njoptkp": 0, "ratio": 1, "tiers": 2, "food_land": 3}
    bases = {basis.parameter: basis for step in told for basis in step.bases if basis.kind == "assumption"}
    names = sorted(bases, key=lambda name: (rank.get(name, 9), name))
    return [why for name in names if (why := bases[name].why) is not None]


def plain_steps(result: Assessment) -> list[Explained]:
    """The values of a bill by name, for a law that is no longer on file as it was."""
    steps = [Explained(message("tax.pbb.step.njop"), result.njop),
             Explained(message("tax.pbb.step.deduction"), -result.deduction),
             Explained(message("tax.pbb.step.taxable"), result.taxable)]
    if result.rate is not None:
        steps.append(Explained(message("tax.pbb.step.rate"), result.rate, "percent"))
    steps.append(Explained(message("tax.pbb.step.pbb"), result.pbb))
    steps.append(Explained(message("tax.pbb.step.payable"), result.payable, is_sum=True))
    return steps



"""Questions of an organiser to those who register, and what may be answered to them.

Idea: a question is plain data, ``{"code": "q1", "label": {"id", "en"}, "type": "text", "needed": true, "choices":
[]}``, kept with the event; an answer is kept under the code. Types:

    text    one line, at most 200 letters          number  a whole number from 0 to 1,000,000
    long    at most 1,000 letters                  yes_no  yes or no
    choice  one of the choices                     many    some of the choices

A choice is its text; it is kept as it was shown in Indonesian. An answer to a question that is no longer asked stays
with the registration and is shown under its code. What is neither asked nor of the type is not kept: an organiser gets
no more than he asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse

TYPES = ("text", "long", "number", "yes_no", "choice", "many")
LENGTH = {"text": 200, "long": 1_000}
MOST, MOST_CHOICES, LARGEST = 12, 20, 1_000_000
Answer = str | int | bool | list[str]
_CODE = re.compile(r"[a-z][a-z0-9_]{0,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``choices`` are its texts; empty for types without."""

    code: str
    label: Mapping[str, str]
    type: str
    needed: bool = False
    choices: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        return self.label.get(language) or self.label.get("id") or self.code

    def kept(self) -> dict[str, Any]:
        """As it is stored with the event."""
        return {"code": self.code, "label": dict(self.label), "type": self.type, "needed": self.needed,
                "choices": list(self.choices)}


def read_questions(rows: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Questions from stored or typed rows. Raises Refused: too many, no text, an unknown type, too few choices."""
    found: list[Question] = []
    for row in rows:
        label = {lang: str(row.get("label", {}).get(lang, "")).strip()[:200] for lang in ("id", "en")}
        code, kind = str(row.get("code", "")), str(row.get("type", ""))
        choices = tuple(dict.fromkeys(text for one in row.get("choices", ()) if (text := str(one).strip()[:120])))
        where = label["id"] or code
        if not _CODE.fullmatch(code) or any(one.code == code for one in found):
            raise refuse("creative.question.code", where=where, code=code)
        if not label["id"]:
            raise refuse("creative.question.no_text", where=code)
        if kind not in TYPES:
            raise refuse("creative.question.type", where=where, kind=kind, allowed=", ".join(TYPES))
        if kind in ("choice", "many") and not 2 <= len(choices) <= MOST_CHOICES:
            raise refuse("creative.question.choices", where=where, most=MOST_CHOICES)
        found.append(Question(code, label, kind, bool(row.get("needed")),
                              choices if kind in ("choice", "many") else ()))
    if len(found) > MOST:
        raise refuse("creative.question.many", most=MOST)
    return tuple(found)


def read_answers(questions: Sequence[Question],
                 given: Mapping[str, Sequence[str]]) -> tuple[dict[str, Answer], dict[str, Message]]:
    """What was answered, by code, and what is wrong with it. *given*: the texts sent under each code."""
    answers: dict[str, Answer] = {}
    faults: dict[str, Message] = {}
    for one in questions:
        texts = [text for raw in given.get(one.code, ()) if (text := str(raw).replace("\0", "").strip())]
        if not texts:
            if one.needed:
                faults[one.code] = message("creative.ask.needed")
            continue
        answer, fault = _answer(one, texts)
        if fault is not None:
            faults[one.code] = fault
        elif answer is not None:
            answers[one.code] = answer
    return answers, faults


def _answer(one: Question, texts: Sequence[str]) -> tuple[Answer | None, Message | None]:
    first = texts[0]
    if one.type == "many":
        return ([choice for choice in one.choices if choice in texts],
                None if all(text in one.choices for text in texts) else message("creative.question.not_a_choice"))
    if one.type == "choice":
        return first, None if first in one.choices else message("creative.question.not_a_choice")
    if one.type == "yes_no":
        return first == "yes", None if first in ("yes", "no") else message("creative.question.yes_no")
    if one.type == "number":
        plain = first.replace(".", "")
        if not re.fullmatch(r"\d{1,7}", plain, re.ASCII) or int(plain) > LARGEST:
            return None, message("creative.question.not_number", most=LARGEST)
        return int(plain), None
    longest = LENGTH[one.type]
    return first, message("creative.question.long", most=longest) if len(first) > longest else None

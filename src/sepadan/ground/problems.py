"""Problems as values: what is wrong, where, and how to mend it.

A batch returns ``(accepted, problems)`` and never stops at the first bad row. A single call that cannot go on raises
``Refused`` carrying one problem, so that views, the command line and cases print the same sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, message


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. ``where`` names the place in the user's terms (file and line, field, row, path in a statute)."""

    what: Message
    where: str = ""
    remedy: Message | None = None

    def text(self, lang: Language) -> str:
        parts = [f"{self.where}: " if self.where else "", self.what.text(lang)]
        if self.remedy is not None:
            parts.append(" " + self.remedy.text(lang))
        return "".join(parts)

    def __str__(self) -> str:
        return self.text("en")


class Refused(Exception):
    """A call that cannot give an answer, and says why. ``problem`` carries the sentence in both languages."""

    def __init__(self, problem: Problem):
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return self.problem.text("en")


def problem(key: str, /, *, where: str = "", remedy: str | None = None, **params: object) -> Problem:
    """A problem from a catalogue key; *remedy* is another key that takes the same parameters."""
    return Problem(message(key, **params), where, message(remedy, **params) if remedy else None)


def refuse(key: str, /, *, where: str = "", remedy: str | None = None, **params: object) -> Refused:
    """``raise refuse("law.missing", where=..., ...)``."""
    return Refused(problem(key, where=where, remedy=remedy, **params))

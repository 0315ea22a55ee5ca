"""A form as typed: fields declared by kind, read without a guess, shown again beside what was wrong.

A field's label is ``tax.field.<label>``; its hint, where it has one, a key. ``read`` never raises: what cannot be read
stands in ``problems`` by field. Values are Python's own: whole numbers, days, exact decimals, text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sepadan.ground.entry import read_day, read_percent, read_rupiah
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.tax.engine.nop import read_nop

Choices = Sequence[tuple[str, Message | str]]
KINDS = ("text", "area", "number", "money", "percent", "day", "choice", "check", "nop")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. *most* is the longest text; *half* lets two stand side by side; *section* names a group of its own."""

    name: str
    kind: str = "text"
    needed: bool = False
    choices: Choices = ()
    hint: str = ""
    label: str = ""
    most: int = 120
    half: bool = False
    section: Message | None = None

    @property
    def words(self) -> Message:
        return message(f"tax.field.{self.label or self.name}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the template draws it."""

    field: Field
    text: str
    fault: Message | None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together."""

    half: bool
    section: Message | None
    rows: list[Shown]

    @property
    def folded(self) -> bool:
        """A section of which nothing must be filled in is folded away."""
        return self.section is not None and not any(one.field.needed for one in self.rows)

    @property
    def filled(self) -> bool:
        return any(one.text or one.fault for one in self.rows)


@dataclass
class TypedForm:
    """``typed`` as it came, ``values`` as read, ``problems`` by field; the empty name is for the form as a whole."""

    fields: Sequence[Field]
    typed: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        return not self.problems

    def shown(self) -> list[Shown]:
        return [Shown(one, self.typed.get(one.name, ""), self.problems[one.name].what if one.name in self.problems
                      else None) for one in self.fields]

    def groups(self) -> list[Group]:
        """The fields as the template draws them: neighbours that stand side by side, sections under one legend."""
        found: list[Group] = []
        for one in self.shown():
            last = found[-1] if found else None
            if last is None or (last.half, last.section) != (one.field.half, one.field.section):
                last = Group(one.field.half, one.field.section, [])
                found.append(last)
            last.rows.append(one)
        return found

    def refuse(self, fault: Problem, name: str = "") -> None:
        """Show a problem of a service at a field, or above the form."""
        self.problems[name] = fault

    def errors(self) -> list[tuple[str, Message | str, _Both]]:
        """(field, label, fault) for the summary above the form."""
        known = {one.name: one.words for one in self.fields}
        return [(name if name in known else "", known.get(name, ""), _Both(fault))
                for name, fault in self.problems.items()]


@dataclass(frozen=True, slots=True)
class _Both:
    """A problem with its place and remedy as one sentence, in either language."""

    fault: Problem

    def text(self, lang: Any) -> str:
        return self.fault.text(lang)


def blank(fields: Sequence[Field], start: Mapping[str, Any] | None = None) -> TypedForm:
    """A form before anything is typed, with *start* in its fields."""
    return TypedForm(fields, {name: written(value) for name, value in (start or {}).items()})


def written(value: Any) -> str:
    """A value as it stands in a field."""
    if value is None or value is False:
        return ""
    return "1" if value is True else value.isoformat() if isinstance(value, date) else str(value)


def read(fields: Sequence[Field], data: Mapping[str, Any]) -> TypedForm:
    """What was typed, read field by field."""
    typed = {one.name: str(data.get(one.name, "")).replace("\0", "").strip() for one in fields}
    form = TypedForm(fields, typed)
    for one in fields:
        text = typed[one.name]
        if one.kind == "check":
            form.values[one.name] = bool(text)
        elif not text:
            form.values[one.name] = "" if one.kind in ("text", "area", "choice") else None
            if one.needed:
                form.problems[one.name] = problem("tax.typed.needed")
        else:
            try:
                form.values[one.name] = _value(one, text)
            except Refused as refused:
                form.problems[one.name] = refused.problem
    return form


def _value(one: Field, text: str) -> str | int | date | Decimal:
    if one.kind == "day":
        return read_day(text, "")
    if one.kind in ("number", "money"):
        return read_rupiah(text, "")
    if one.kind == "percent":
        return read_percent(text, "")
    if one.kind == "nop":
        return read_nop(text).digits
    if one.kind == "choice" and text not in [value for value, _ in one.choices]:
        raise Refused(problem("tax.typed.choice"))
    if len(text) > one.most:
        raise Refused(problem("tax.typed.long", most=one.most))
    return text

"""A case as read: its parts, checked for shape, before any engine sees it.

A fault in the shape of a case (an unknown key, a missing part) is a ``Problem`` with file and line. It makes the case
fail; it never stops the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from sepadan.cases.arithmetic import numbers
from sepadan.ground.entry import as_day
from sepadan.ground.money import exact
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.ground.statute_reader import NOTHING, near
from sepadan.ground.yaml_exact import LocatedDict, LocatedList, read_exact

KEYS = ("id", "rule", "law", "given", "inputs", "expected", "tolerance", "source", "confidence", "note")
CONFIDENCES = ("official", "office", "news", "course", "derived")


@dataclass(frozen=True)
class LawAt:
    """The statute of a region on a day."""

    region: str
    on: date


@dataclass(frozen=True)
class Case:
    """One worked case. ``where`` is file:line. Numbers in ``given`` and ``inputs`` are exact, arithmetic evaluated."""

    id: str
    rule: str
    where: str
    law: LawAt | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)
    tolerance: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()

    @property
    def expects_refusal(self) -> bool:
        return self.expected.get("refused") is True


def read_cases(path: Path) -> list[Case]:
    """The cases of *path*. Raises Refused when the file cannot be read or is not a list of cases."""
    content = read_exact(path)
    if not isinstance(content, LocatedList) or not content:
        raise refuse("cases.file.not_list", where=str(path), remedy="cases.file.not_list.remedy")
    seen: set[str] = set()
    return [_case(entry, f"{path}:{content.lines[number]}", seen) for number, entry in enumerate(content)]


def _case(entry: Any, where: str, seen: set[str]) -> Case:
    if not isinstance(entry, Mapping):
        return Case("?", "?", where, faults=(problem("cases.case.not_map", where=where),))
    faults = [
        problem("cases.case.unknown_key", where=place(where, entry, key), part=str(key), allowed=", ".join(KEYS),
                near=near(key, KEYS))
        for key in entry if key not in KEYS
    ]
    faults += [
        problem("cases.case.missing_key", where=where, part=key)
        for key in ("id", "rule", "inputs", "expected") if entry.get(key) is None
    ]
    faults += [
        problem("cases.case.not_word", where=place(where, entry, key), part=key)
        for key in ("id", "rule") if isinstance(entry.get(key), (Mapping, list))
    ]
    name = str(entry.get("id", "?"))
    if name in seen:
        faults.append(problem("cases.case.same_id", where=where, id=name))
    seen.add(name)
    if entry.get("confidence") is not None and entry["confidence"] not in CONFIDENCES:
        faults.append(problem("cases.case.confidence", where=place(where, entry, "confidence"),
                              value=str(entry["confidence"]), allowed=", ".join(CONFIDENCES)))
    parts = {key: _map(entry, key, where, faults) for key in ("given", "inputs", "expected", "tolerance")}
    if "expected" in entry and isinstance(entry["expected"], Mapping) and not entry["expected"]:
        faults.append(problem("cases.case.expects_nothing", where=where))
    faults += _tolerance_faults(parts["tolerance"], where)
    return Case(name, str(entry.get("rule", "?")), where, _law(entry.get("law"), place(where, entry, "law"), faults),
                numbers(parts["given"]), numbers(parts["inputs"]), parts["expected"], numbers(parts["tolerance"]),
                tuple(faults))


def _map(entry: Mapping[str, Any], key: str, where: str, faults: list[Problem]) -> Mapping[str, Any]:
    value = entry.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        faults.append(problem("cases.case.part_not_map", where=place(where, entry, key), part=key))
        return {}
    return value


def place(where: str, values: Any, key: Any) -> str:
    """*where* (``file:line ...``) with the line on which *key* stands in *values*, as far as it is known."""
    line = values.lines.get(key) if isinstance(values, LocatedDict) else None
    return where if line is None else re.sub(r":\d+(?=$| )", f":{line}", where, count=1)


def _tolerance_faults(tolerance: Mapping[str, Any], where: str) -> list[Problem]:
    def good(value: Any) -> bool:
        return isinstance(value, (int, Fraction, Decimal)) and not isinstance(value, bool) and value >= 0

    return [problem("cases.case.tolerance", where=place(where, tolerance, key), name=str(key), value=str(value))
            for key, value in numbers(tolerance).items() if not good(value)]


def _law(value: Any, where: str, faults: list[Problem]) -> LawAt | None:
    if value is None:
        return None
    on = value.get("on", value.get(True)) if isinstance(value, Mapping) else None
    if isinstance(on, str):
        try:
            on = as_day(on)
        except ValueError:
            on = None
    unknown = set(value) - {"region", "on", True} if isinstance(value, Mapping) else {"?"}
    if unknown or not isinstance(on, date) or "region" not in value:
        faults.append(problem("cases.case.law", where=where))
        return None
    return LawAt(str(value["region"]), on)


def short(value: str) -> str:
    """A value as a fault shows it: whole when it is short."""
    return value if len(value) <= 60 else f"{value[:40]}…"


class Inputs:
    """Typed access to the inputs of a case. Every fault is a Refused that names the input."""

    def __init__(self, values: Mapping[str, Any], where: str):
        self.values, self.where = values, where

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def only(self, *allowed: str) -> None:
        """Refuses a name outside *allowed*."""
        for name in self.values:
            if name not in allowed:
                raise self._fault("cases.input.unknown", name=str(name), allowed=", ".join(allowed))

    def raw(self, name: str) -> Any:
        if self.values.get(name) is None:
            raise self._fault("cases.input.missing", name=name)
        return self.values[name]

    def number(self, name: str) -> Fraction:
        value = self.raw(name)
        try:
            return exact(value)
        except (TypeError, ValueError):
            raise self._fault("cases.input.not_number", name=name, value=str(value)) from None

    def positive(self, name: str) -> Fraction:
        value = self.number(name)
        if value <= 0:
            raise self._fault("cases.input.not_positive", name=name, value=str(self.raw(name)))
        return value

    def not_negative(self, name: str) -> Fraction:
        value = self.number(name)
        if value < 0:
            raise self._fault("cases.input.negative", name=name, value=str(self.raw(name)))
        return value

    def rupiah(self, name: str) -> int:
        value = self.number(name)
        if value.denominator != 1 or value < 0:
            raise self._fault("cases.input.not_rupiah", name=name, value=str(self.raw(name)))
        return int(value)

    def flag(self, name: str) -> bool:
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self._fault("cases.input.not_flag", name=name, value=str(value))
        return value

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        value = self.raw(name)
        if value not in allowed:
            raise self._fault("cases.input.not_one_of", name=name, value=str(value), allowed=", ".join(allowed))
        return str(value)

    def day(self, name: str) -> date:
        value = self.raw(name)
        if isinstance(value, str):
            try:
                value = as_day(value)
            except ValueError:
                value = None
        if type(value) is not date:
            raise self._fault("cases.input.not_day", name=name, value=str(self.raw(name)))
        return value

    def days(self, name: str) -> list[date]:
        value = self.raw(name)
        if not isinstance(value, list):
            raise self._fault("cases.input.not_days", name=name)
        return [Inputs({name: item}, self.where).day(name) for item in value]

    def whole(self, name: str) -> int:
        number = self.number(name)
        if number.denominator != 1:
            raise self._fault("cases.input.not_whole", name=name, value=str(self.raw(name)))
        return int(number)

    def items(self, name: str) -> list[Inputs]:
        """A list of maps, each as ``Inputs`` that name their place (``buildings[2]``)."""
        value = self.raw(name)
        if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
            raise self._fault("cases.input.not_rows", name=name)
        return [Inputs(item, f"{self.where} {name}[{number}]") for number, item in enumerate(value, 1)]

    def numbers(self, name: str) -> list[Fraction]:
        value = self.raw(name)
        if not isinstance(value, list) or not value:
            raise self._fault("cases.input.not_numbers", name=name)
        return [Inputs({name: item}, self.where).positive(name) for item in value]

    def _fault(self, key: str, *, name: str, value: str = "", allowed: str = "") -> Refused:
        hint = near(value or name, allowed.split(", ")) if allowed else NOTHING
        return refuse(key, where=place(self.where, self.values, name), name=name, value=short(value), allowed=allowed,
                      near=hint)

"""Expected against got: every key named must agree, exactly unless the case gives a tolerance for it.

Maps are compared key by key (keys as text), lists whole, numbers exactly, true and false never with 1 and 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sepadan.cases.arithmetic import as_number
from sepadan.cases.case import Case
from sepadan.ground.money import exact
from sepadan.ground.problems import Problem
from sepadan.ground.steps import Explained


@dataclass(frozen=True)
class Result:
    """What a rule gives for a case: values by expected key, and the steps that lead to them."""

    values: Mapping[str, Any]
    steps: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One expected key that does not agree. ``absent``: the rule has no such result; ``refused``: it gave none."""

    key: str
    expected: Any
    got: Any
    absent: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Outcome:
    """A case after evaluation. It passed when there is neither a difference nor a problem that counts."""

    case: Case
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    steps: tuple[Explained, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.differences and not self.problems


def differences(expected: Mapping[str, Any], got: Mapping[str, Any], tolerance: Mapping[str, Any]) -> list[Difference]:
    """The keys of *expected* on which *got* does not agree."""
    found = []
    for key, value in expected.items():
        name = str(key)
        if name not in got:
            found.append(Difference(name, value, None, absent=True))
        elif not agrees(value, got[name], _slack(tolerance.get(name))):
            found.append(Difference(name, value, got[name]))
    return found


def _slack(value: Any) -> Fraction:
    return Fraction(0) if value is None else exact(value)


def agrees(expected: Any, got: Any, slack: Fraction = Fraction(0)) -> bool:
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return False
        by_text = {str(key): value for key, value in got.items()}
        return all(str(key) in by_text and agrees(value, by_text[str(key)], slack) for key, value in expected.items())
    if isinstance(expected, list):
        return (
            isinstance(got, (list, tuple))
            and len(expected) == len(got)
            and all(agrees(a, b, slack) for a, b in zip(expected, got, strict=True))
        )
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None or got is None:
        return expected is got
    left, right = _number(as_number(expected)), _number(got)
    if left is not None and right is not None:
        return abs(left - right) <= slack
    return str(expected) == str(got)


def _number(value: Any) -> Fraction | None:
    if isinstance(value, float):
        return Fraction(value)
    if isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    return None

"""Exact arithmetic written in a case: numbers, parentheses, + - * / and nothing else.

``evaluate("(88_400_000 - 10_000_000) * 0.00055")`` is exactly 43120. A text that is not such an expression is not
touched: ``as_number`` returns it as it is, so that identifiers, dates and names keep their form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sepadan.ground.yaml_exact import LocatedDict

_TOKEN = re.compile(r"\s*(?:((?:[0-9][0-9_]*)?\.?[0-9][0-9_]*(?![\w.]))|([()+\-*/]))")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOOKS = re.compile(r"[0-9_.\s()+\-*/]*[0-9][0-9_.\s()+\-*/]*")
_LONGEST = 1000  # characters of an expression
_DEEPEST = 50  # parentheses and signs within one another
_BITS = 1000  # of the numerator and denominator of any result on the way
TEXT_KEYS = frozenset({"id", "owner", "class", "land_class", "name", "region", "on"})


def evaluate(text: str) -> Fraction:
    """The exact value of an expression. Raises ValueError that names the place where it breaks off."""
    if len(text) > _LONGEST:
        raise ValueError(f"the expression has more than {_LONGEST} characters")
    tokens = _tokens(text)
    value, rest = _sum(tokens, 0, 0)
    if rest != len(tokens):
        raise ValueError(f"{text!r}: {tokens[rest]!r} is out of place")
    return value


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise ValueError(f"{text!r}: {stripped[at:at + 8]!r} is neither a number nor one of + - * / ( )")
        found.append(match.group(1) or match.group(2))
        at = match.end()
    return found


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _BITS:
        raise ValueError("the numbers grow too large")
    return value


def _sum(tokens: list[str], at: int, depth: int) -> tuple[Fraction, int]:
    value, at = _product(tokens, at, depth)
    while at < len(tokens) and tokens[at] in "+-":
        other, after = _product(tokens, at + 1, depth)
        value, at = _bounded(value + other if tokens[at] == "+" else value - other), after
    return value, at


def _product(tokens: list[str], at: int, depth: int) -> tuple[Fraction, int]:
    value, at = _factor(tokens, at, depth)
    while at < len(tokens) and tokens[at] in "*/":
        other, after = _factor(tokens, at + 1, depth)
        if tokens[at] == "/" and other == 0:
            raise ValueError("division by zero")
        value, at = _bounded(value * other if tokens[at] == "*" else value / other), after
    return value, at


def _factor(tokens: list[str], at: int, depth: int) -> tuple[Fraction, int]:
    if depth > _DEEPEST:
        raise ValueError(f"more than {_DEEPEST} parentheses or signs within one another")
    if at >= len(tokens):
        raise ValueError("the expression ends too early")
    token = tokens[at]
    if token in "+-":
        value, after = _factor(tokens, at + 1, depth + 1)
        return (-value if token == "-" else value), after
    if token == "(":
        value, after = _sum(tokens, at + 1, depth + 1)
        if after >= len(tokens) or tokens[after] != ")":
            raise ValueError("a parenthesis is not closed")
        return value, after + 1
    if not token[-1].isdigit() and token[-1] != "_":
        raise ValueError(f"{token!r} is out of place")
    return _bounded(Fraction(Decimal(token.replace("_", "")))), at + 1


def as_number(value: Any) -> Any:
    """*value* with a text that is an expression turned into its number (an int when whole); else unchanged."""
    if not isinstance(value, str) or not _LOOKS.fullmatch(value) or _DAY.fullmatch(value.strip()):
        return value
    try:
        number = evaluate(value)
    except ValueError:
        return value
    return int(number) if number.denominator == 1 else number


def numbers(value: Any) -> Any:
    """The same through lists and maps; what stands under a key of ``TEXT_KEYS`` keeps its form."""
    if isinstance(value, LocatedDict):
        found = LocatedDict(value.line)
        found.lines = value.lines
        found.update({key: item if key in TEXT_KEYS else numbers(item) for key, item in value.items()})
        return found
    if isinstance(value, Mapping):
        return {key: item if key in TEXT_KEYS else numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    return as_number(value)

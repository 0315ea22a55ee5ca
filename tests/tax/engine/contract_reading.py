"""Reading for the second writing of the contract: exact numbers, given values, and the law, typed anew.

It shares no code with the product: numbers come through Python's own parser, the law from the table below. ``Wrong``
says that the contract refuses a case.
"""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

DAY = date
WORDS = ("half_up", "down", "up")
HIGHEST = 10**15

# What the contract lets the law of PBB-P2 supply, by region: (from, to the day before, values). Facts typed anew.
_TIERS_MALANG = [(1_500_000_000, "0.00055"), (5_000_000_000, "0.00112"), (100_000_000_000, "0.00145"),
                 (None, "0.00167")]
_TIERS_BEKASI = [(250_000_000, "0.0012"), (750_000_000, "0.0015"), (1_000_000_000, "0.00175"), (5_000_000_000, "0.002"),
                 (10_000_000_000, "0.0022"), (None, "0.00225")]
_TIERS_KAB_MALANG = [(300_000_000, "0.0005"), (600_000_000, "0.00069"), (1_000_000_000, "0.00088"),
                     (1_500_000_000, "0.00107"), (None, None)]
_TIERS_SURABAYA = [(100_000_000, None), (200_000_000, "0.0005"), (1_000_000_000, "0.001"), (2_000_000_000, "0.0015"),
                   (10_000_000_000, "0.002"), (50_000_000_000, "0.0025"), (None, "0.003")]


def _rows(tiers):
    return [{"to": to, "rate": None if rate is None else Decimal(rate)} for to, rate in tiers]


LAW = {
    "35.73": [(DAY(2023, 12, 28), DAY(2026, 1, 1), {"tiers": _rows(_TIERS_MALANG)}),
              (DAY(2026, 1, 1), None, {"tiers": _rows([(None, "0.002")]), "waiver_up_to": 30000})],
    "32.16": [(DAY(2024, 1, 1), None, {"tiers": _rows(_TIERS_BEKASI), "food_land_rate": Decimal("0.001")})],
    "35.07": [(DAY(2024, 1, 1), None, {"tiers": _rows(_TIERS_KAB_MALANG), "njoptkp": 10_000_000})],
    "35.78": [(None, DAY(2024, 1, 1), {"tiers": [{"to": 1_000_000_000, "rate": Decimal("0.001"), "inclusive": False},
                                                 {"to": None, "rate": Decimal("0.002")}]}),
              (DAY(2024, 1, 1), None, {"tiers": _rows(_TIERS_SURABAYA)})],
    "32.73": [(DAY(2024, 1, 4), None, {"tiers": _rows([(1_000_000_000, "0.001"), (None, "0.002")]),
                                       "food_land_rate": Decimal("0.0005")})],
    "35.14": [(DAY(2024, 1, 1), None, {"njoptkp": 10_000_000})],
    "35.79": [(None, None, {"njoptkp": 100_000_000}), (DAY(2024, 1, 1), DAY(2025, 1, 1), {"ratio": 1}),
              (DAY(2025, 1, 1), None, {"ratio": Decimal("0.7")})],
    "32.75": [], "31": [], "12.71": [],
}  # fmt: skip


class Wrong(Exception):
    """The contract refuses the case."""


# --- reading ----------------------------------------------------------------------------------------------------------


def number(value):
    """The exact number that is written; text is arithmetic of numbers, parentheses, + - * /."""
    if isinstance(value, bool) or value is None:
        raise Wrong(value)
    if isinstance(value, str):
        try:
            return _tree(value.strip(), ast.parse(value.strip(), mode="eval").body)
        except (SyntaxError, ZeroDivisionError, ValueError) as fault:
            raise Wrong(value) from fault
    if not isinstance(value, (int, Decimal, Fraction)):
        raise Wrong(value)
    return Fraction(value)


def _tree(text, node):
    if isinstance(node, ast.BinOp):
        left, right = _tree(text, node.left), _tree(text, node.right)
        made = {ast.Add: lambda: left + right, ast.Sub: lambda: left - right, ast.Mult: lambda: left * right,
                ast.Div: lambda: left / right}.get(type(node.op))
        if made:
            return made()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_tree(text, node.operand)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Fraction(Decimal(ast.get_source_segment(text, node).replace("_", "")))
    raise Wrong(text)


def money(value):
    amount = number(value)
    if amount.denominator != 1 or amount < 0:
        raise Wrong(value)
    return int(amount)


def share(value):
    part = number(value)
    if not 0 <= part <= 1:
        raise Wrong(value)
    return part


def not_negative(value):
    found = number(value)
    if found < 0:
        raise Wrong(value)
    return found


def positive(value):
    found = number(value)
    if found <= 0:
        raise Wrong(value)
    return found


def word(value, allowed):
    if not isinstance(value, str) or value not in allowed:
        raise Wrong(value)
    return value


def only(found, allowed):
    if not isinstance(found, dict) or set(found) - set(allowed):
        raise Wrong(found)


def whole(amount, rounding):
    """Money never falls below zero in these rules, so a half goes up and `up` is the next rupiah."""
    amount = Fraction(amount)
    return {"half_up": floor(amount + Fraction(1, 2)), "down": floor(amount), "up": ceil(amount)}[rounding]


class Known:
    """Given first (null: not known), then the law of the day."""

    def __init__(self, case, allowed):
        self.given = case.get("given") or {}
        only(self.given, allowed)
        self.law = {}
        if case.get("law") is not None:
            region, on = str(case["law"]["region"]), case["law"]["on"]
            if region not in LAW:
                raise Wrong(region)
            for start, end, values in LAW[region]:
                if (start is None or start <= on) and (end is None or on < end):
                    self.law.update(values)

    def get(self, name):
        return self.given[name] if name in self.given else self.law.get(name)

    def need(self, name):
        if self.get(name) is None:
            raise Wrong(name)
        return self.get(name)

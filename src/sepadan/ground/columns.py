"""Steps over columns: one exact expression type with two interpreters.

Idea: a rule that runs over a whole roll (NJOP, PBB, waiver, stimulus, late interest) is a ``Program``, an ordered list
of named steps. Each step is an expression over integer columns. Python evaluates the steps of one row with unbounded
integers, which gives the explanation on a bill; DuckDB evaluates the same steps over millions of rows, which gives the
assessment and the replay. Both are exact.

An expression stands for ``payload / den``: ``payload`` is an integer computed per row, ``den`` a positive integer known
when the rule is built (a rate of 0.055 % brings ``den`` 100000). Nothing is rounded but by ``rounded``. Before SQL is
written, interval arithmetic over the bounds of the input columns decides for each node whether 64 bits suffice, else
128; what does not fit 127 bits is refused, never wrapped.

Limits: rows are read-only and independent, except ``First`` (the one row of a group). Values are integers and booleans;
there are no floats, dates or strings. This module alone imports duckdb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Literal

import duckdb

from sepadan.ground.money import Rounding, round_rupiah
from sepadan.ground.problems import refuse

Bounds = Mapping[str, tuple[int, int]]
_BIGINT = 2**62
_HUGEINT = 2**126
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
}


Connection = duckdb.DuckDBPyConnection


def connect(threads: int | None = None) -> Connection:
    """A private in-memory DuckDB connection (the only place that makes one)."""
    connection = duckdb.connect(":memory:")
    if threads is not None:
        connection.execute(f"SET threads = {int(threads)}")
    return connection


@dataclass(frozen=True, eq=False)
class Expr:
    """A node: num, null, col, ref, add, sub, mul, least, greatest, when, round, compare, and, or, not."""

    op: str
    args: tuple[Expr, ...] = ()
    den: int = 1
    name: str = ""
    const: int = 0
    kind: Literal["int", "bool"] = "int"
    rounding: Rounding = "half_up"
    nullable: bool = False

    def __add__(self, other: Expr | int | Fraction) -> Expr:
        return _aligned("add", self, _expr(other))

    def __sub__(self, other: Expr | int | Fraction) -> Expr:
        return _aligned("sub", self, _expr(other))

    def __mul__(self, other: Expr | int | Fraction) -> Expr:
        right = _expr(other)
        if right.op == "num" and right.const == right.den == 1:
            return self
        return Expr("mul", (self, right), self.den * right.den, nullable=self.nullable or right.nullable)

    def __le__(self, other: Expr | int | Fraction) -> Expr:
        return _compare("<=", self, other)

    def __lt__(self, other: Expr | int | Fraction) -> Expr:
        return _compare("<", self, other)

    def equals(self, other: Expr | int | Fraction) -> Expr:
        return _compare("=", self, other)

    def __and__(self, other: Expr) -> Expr:
        return Expr("and", (self, other), kind="bool")

    def __or__(self, other: Expr) -> Expr:
        return Expr("or", (self, other), kind="bool")

    def __invert__(self) -> Expr:
        return Expr("not", (self,), kind="bool")


def col(name: str) -> Expr:
    """An integer input column."""
    return Expr("col", name=name)


def flag(name: str) -> Expr:
    """A boolean input column."""
    return Expr("col", name=name, kind="bool")


def num(value: int | Fraction) -> Expr:
    """A constant."""
    value = Fraction(value)
    return Expr("num", const=value.numerator, den=value.denominator)


def unknown() -> Expr:
    """A value that nobody knows: it makes whatever is computed from it unknown, never zero."""
    return Expr("null", nullable=True)


def greatest(left: Expr, right: Expr | int) -> Expr:
    return _aligned("greatest", left, _expr(right))


def least(left: Expr, right: Expr | int) -> Expr:
    return _aligned("least", left, _expr(right))


def when(condition: Expr, then: Expr | int, otherwise: Expr | int) -> Expr:
    """*then* where *condition* holds, else *otherwise* (also where the condition is unknown)."""
    left, right = _scaled(_expr(then), _expr(otherwise))
    return Expr("when", (condition, left, right), left.den, kind=left.kind, nullable=left.nullable or right.nullable)


def rounded(value: Expr, rounding: Rounding) -> Expr:
    """Whole units by the named rule (see ``ground.money``)."""
    if value.den == 1:
        return value
    return Expr("round", (value,), const=value.den, rounding=rounding, nullable=value.nullable)


def _expr(value: Expr | int | Fraction) -> Expr:
    return value if isinstance(value, Expr) else num(value)


def _scaled(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    den = lcm(left.den, right.den)
    return _rescale(left, den), _rescale(right, den)


def _rescale(value: Expr, den: int) -> Expr:
    if value.den == den or value.kind == "bool":
        return value
    factor = den // value.den
    if value.op == "num":
        return Expr("num", const=value.const * factor, den=den)
    if value.op == "null":
        return Expr("null", den=den, nullable=True)
    return Expr("mul", (value, Expr("num", const=factor)), den, nullable=value.nullable)


def _aligned(op: str, left: Expr, right: Expr) -> Expr:
    a, b = _scaled(left, right)
    return Expr(op, (a, b), a.den, nullable=a.nullable or b.nullable)


def _compare(sign: str, left: Expr, right: Expr | int | Fraction) -> Expr:
    a, b = _scaled(left, _expr(right))
    return Expr("compare", (a, b), name=sign, kind="bool")


# --- one row, in Python ---------------------------------------------------------------------------------------------


def evaluate(node: Expr, row: Mapping[str, Any]) -> Any:
    """The payload of *node* on one row: an int, a bool, or None where the value is unknown. ``row`` holds payloads."""
    if node.op == "num":
        return node.const
    if node.op == "null":
        return None
    if node.op in ("col", "ref"):
        return row[node.name]
    if node.op == "when":
        return evaluate(node.args[1] if evaluate(node.args[0], row) else node.args[2], row)
    values = [evaluate(arg, row) for arg in node.args]
    if node.op == "and":
        return bool(values[0] and values[1])
    if node.op == "or":
        return bool(values[0] or values[1])
    if node.op == "not":
        return None if values[0] is None else not values[0]
    if any(value is None for value in values):
        return None
    return _operate(node, values)


def _operate(node: Expr, values: list[Any]) -> Any:
    match node.op:
        case "add":
            return values[0] + values[1]
        case "sub":
            return values[0] - values[1]
        case "mul":
            return values[0] * values[1]
        case "least":
            return min(values)
        case "greatest":
            return max(values)
        case "round":
            return round_rupiah(Fraction(values[0], node.const), node.rounding)
        case "compare":
            return _COMPARE[node.name](*values)
    raise ValueError(f"unknown operation {node.op}")


# --- bounds and SQL -------------------------------------------------------------------------------------------------


def _bounds(node: Expr, known: Bounds) -> tuple[int, int]:
    if node.kind == "bool":
        return 0, 1
    if node.op == "num":
        return node.const, node.const
    if node.op == "null":
        return 0, 0
    if node.op in ("col", "ref"):
        if node.name not in known:
            raise refuse("ground.columns.no_bounds", name=node.name)
        return known[node.name]
    if node.op == "when":
        (a, b), (c, d) = (_bounds(arg, known) for arg in node.args[1:])
        return min(a, c), max(b, d)
    spans = [_bounds(arg, known) for arg in node.args]
    if node.op == "round":
        low, high = spans[0]
        return -(-low // node.const) - 1 if low < 0 else low // node.const, high // node.const + 1
    (a, b), (c, d) = spans
    if node.op == "add":
        return a + c, b + d
    if node.op == "sub":
        return a - d, b - c
    if node.op == "mul":
        corners = (a * c, a * d, b * c, b * d)
        return min(corners), max(corners)
    pick = min if node.op == "least" else max
    return pick(a, c), pick(b, d)


def _width(span: tuple[int, int]) -> str:
    size = max(abs(span[0]), abs(span[1]))
    if size < _BIGINT:
        return "BIGINT"
    if size < _HUGEINT:
        return "HUGEINT"
    raise refuse("ground.columns.too_wide", remedy="ground.columns.too_wide.remedy", bits=size.bit_length())


def sql(node: Expr, known: Bounds) -> str:
    """DuckDB SQL for the payload of *node*; integer columns have type BIGINT or HUGEINT as their bounds demand."""
    if node.op == "num":
        return f"{node.const}::{_width((node.const, node.const))}"
    if node.op == "null":
        return "NULL::BIGINT"
    if node.op in ("col", "ref"):
        return f'"{node.name}"'
    if node.kind == "bool":
        return _sql_condition(node, known)
    if node.op == "when":
        wide = _width(_bounds(node, known))
        then, otherwise = (_cast(arg, known, wide) for arg in node.args[1:])
        return f"CASE WHEN {sql(node.args[0], known)} THEN {then} ELSE {otherwise} END"
    return _sql_round(node, known) if node.op == "round" else _sql_arithmetic(node, known)


def _sql_condition(node: Expr, known: Bounds) -> str:
    if node.op == "compare":
        wide = _widest(node.args, known)
        left, right = (_cast(arg, known, wide) for arg in node.args)
        return f"({left} {node.name} {right})"
    parts = [sql(arg, known) for arg in node.args]
    if node.op == "not":
        return f"(NOT {parts[0]})"
    if node.op == "when":
        return f"CASE WHEN {parts[0]} THEN {parts[1]} ELSE {parts[2]} END"
    return f"({parts[0]} {node.op.upper()} {parts[1]})"


def _sql_arithmetic(node: Expr, known: Bounds) -> str:
    wide = _widest((*node.args, node), known)
    left, right = (_cast(arg, known, wide) for arg in node.args)
    if node.op in ("least", "greatest"):
        if not node.nullable:
            return f"{node.op.upper()}({left}, {right})"
        sign = "<=" if node.op == "least" else ">="  # GREATEST skips NULL; here unknown stays unknown
        known_pair = f"CASE WHEN {left} {sign} {right} THEN {left} ELSE {right} END"
        return f"CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL ELSE {known_pair} END"
    return f"({left} { {'add': '+', 'sub': '-', 'mul': '*'}[node.op]} {right})"


def _sql_round(node: Expr, known: Bounds) -> str:
    """Integer division by the constant ``den``; ``//`` cuts towards zero, so each rule adds its share first."""
    den, (low, high) = node.const, _bounds(node.args[0], known)
    twice = 2 if node.rounding == "half_up" and den % 2 else 1  # an odd den has no whole half
    add = {"half_up": twice * den // 2, "up": den - 1, "down": 0}[node.rounding]
    wide = _width((twice * low - twice * den, twice * high + twice * den))
    if wide == "HUGEINT" and (split := _sql_round_product(node.args[0], known, twice, den, add)):
        result = _width(_bounds(node, known))
        return split if result == "BIGINT" else f"{split}::{result}"
    value = _cast(node.args[0], known, wide)

    def positive(text: str) -> str:
        return f"(({text}) * {twice} + {add}) // {twice * den}::{wide}"

    text = positive(value)
    if low < 0:
        text = f"CASE WHEN {value} < 0 THEN -({positive(f'-{value}')}) ELSE {text} END"
    result = _width(_bounds(node, known))
    return f"({text})::{result}" if result != wide else f"({text})"


def _sql_round_product(node: Expr, known: Bounds, twice: int, den: int, add: int) -> str | None:
    """(t * r * twice + add) // (twice * den) by 64-bit steps where the product needs 128, or None where they overflow.

    128-bit division costs ten times as much. With t = a * k + b:
    t * r + add = k * (a * r) + b * r + add, and a * r = q * den + s, so the quotient is
    k * q + (k * s + b * r + add) // den. Every step is checked against the bounds.
    """
    if node.op != "mul":
        return None
    spans = [_bounds(arg, known) for arg in node.args]
    if any(low < 0 or _own_width(arg, known) != "BIGINT" for arg, (low, _) in zip(node.args, spans, strict=True)):
        return None
    (_, high), (_, factor) = spans
    factor, den = factor * twice, den * twice
    bits = next((n for n in range(1, 62) if (high >> n) * factor < _BIGINT), 62)
    if bits == 62 or (den + factor << bits) + add >= _BIGINT:
        return None
    t, r = (_cast(arg, known, "BIGINT") for arg in node.args)
    r = f"({r} * {twice})" if twice > 1 else r
    k, d = f"{1 << bits}::BIGINT", f"{den}::BIGINT"
    upper = f"(({t} >> {bits}) * {r})"
    rest = f"({upper} % {d} * {k} + ({t} & {(1 << bits) - 1}::BIGINT) * {r} + {add}::BIGINT)"
    return f"({upper} // {d} * {k} + {rest} // {d})"


def _widest(nodes: Iterable[Expr], known: Bounds) -> str:
    widths = [_width(_bounds(node, known)) for node in nodes]  # every one is checked: too wide is refused
    return "HUGEINT" if "HUGEINT" in widths else "BIGINT"


def _own_width(node: Expr, known: Bounds) -> str:
    """The type the SQL of *node* has (arithmetic takes the widest of its parts)."""
    if node.op in ("add", "sub", "mul", "least", "greatest"):
        return _widest((*node.args, node), known)
    return _width(_bounds(node, known))


def _cast(node: Expr, known: Bounds, wide: str) -> str:
    text = sql(node, known)
    return text if _own_width(node, known) == wide and node.op not in ("col",) else f"{text}::{wide}"


# --- programs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A named step: *expr* over inputs and earlier steps. ``ref()`` is how later steps read it."""

    name: str
    expr: Expr

    def ref(self) -> Expr:
        return Expr("ref", den=self.expr.den, name=self.name, kind=self.expr.kind, nullable=self.expr.nullable)


@dataclass(frozen=True)
class First:
    """True on the one row of each *group* that comes first by *order* (pairs of column and ``asc`` or ``desc``).

    The order must be total within a group, so that the choice does not depend on how rows arrive.
    """

    name: str
    group: str
    order: tuple[tuple[str, Literal["asc", "desc"]], ...]

    def ref(self) -> Expr:
        return flag(self.name)


@dataclass(frozen=True)
class Program:
    """Steps in order. Inputs are the columns that the steps name and no earlier step makes."""

    steps: tuple[Step | First, ...]

    def step(self, name: str) -> Step:
        for step in self.steps:
            if step.name == name and isinstance(step, Step):
                return step
        raise KeyError(f"no step {name!r} in this program")

    def run_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs and every step of one row as exact values: Fraction, bool, or None where unknown.

        ``First`` steps need their group; here the row must bring their value.
        """
        payloads = dict(row)
        values: dict[str, Any] = dict(row)
        for step in self.steps:
            if isinstance(step, First):
                if step.name not in payloads:
                    raise KeyError(f"one row cannot tell {step.name!r}; give it as an input")
                continue
            payload = evaluate(step.expr, payloads)
            payloads[step.name] = payload
            exact = payload is None or step.expr.kind == "bool"
            values[step.name] = payload if exact else Fraction(payload, step.expr.den)
        return values

    def run_rows(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The same over many rows in Python, in the order given."""
        table = [dict(row) for row in rows]
        for step in self.steps:
            if isinstance(step, First):
                _mark_first(table, step)
        return [self.run_row(row) for row in table]

    def select(self, source: str, bounds: Bounds, keep: Sequence[str] = ()) -> str:
        """SQL that adds every step to *source* (a table name or a parenthesised query).

        ``bounds`` gives lowest and highest value of each integer input column; columns of steps hold payloads (divide
        by ``step(name).expr.den``). With *keep*, only those columns come out.
        """
        known = dict(bounds)
        text = f"SELECT * FROM {source}"
        for step in self.steps:
            if isinstance(step, First):
                order = ", ".join(f'"{name}" {way.upper()}' for name, way in step.order)
                made = f'(ROW_NUMBER() OVER (PARTITION BY "{step.group}" ORDER BY {order})) = 1'
            else:
                made = sql(step.expr, known)
                if step.expr.kind == "int":
                    known[step.name] = _bounds(step.expr, known)
            text = f'SELECT *, {made} AS "{step.name}" FROM ({text})'
        if keep:
            text = f"SELECT {', '.join(chr(34) + name + chr(34) for name in keep)} FROM ({text})"
        return text


def _mark_first(table: list[dict[str, Any]], step: First) -> None:
    best: dict[Any, dict[str, Any]] = {}
    for row in table:
        row[step.name] = False
        current = best.get(row[step.group])
        if current is None or _before(row, current, step):
            best[row[step.group]] = row
    for row in best.values():
        row[step.name] = True


def _before(row: Mapping[str, Any], other: Mapping[str, Any], step: First) -> bool:
    for name, way in step.order:
        if row[name] != other[name]:
            return bool(row[name] < other[name]) == (way == "asc")
    return False

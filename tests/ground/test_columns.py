"""Both interpreters of a program give the same exact values, as Python's own fractions do."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.ground.columns import (
    First,
    Program,
    Step,
    col,
    connect,
    flag,
    greatest,
    least,
    num,
    rounded,
    unknown,
    when,
)
from sepadan.ground.money import ROUNDINGS, round_rupiah
from sepadan.ground.problems import Refused

WIDE = 10**15
amounts = st.integers(0, WIDE)
rates = st.builds(Fraction, st.integers(0, 5000), st.sampled_from([1, 3, 7, 1000, 100_000, 1_000_000]))


def in_duckdb(program: Program, rows: list[dict]) -> list[dict]:
    connection = connect(1)
    names = list(rows[0])
    kinds = ", ".join(f'"{n}" {"BOOLEAN" if isinstance(rows[0][n], bool) else "BIGINT"}' for n in names)
    connection.execute(f"CREATE TABLE roll (line INTEGER, {kinds})")
    marks = ", ".join("?" for _ in range(len(names) + 1))
    connection.executemany(f"INSERT INTO roll VALUES ({marks})", [[i, *row.values()] for i, row in enumerate(rows)])
    bounds = {n: (min(r[n] for r in rows), max(r[n] for r in rows)) for n in names if not isinstance(rows[0][n], bool)}
    steps = [step.name for step in program.steps]
    found = connection.execute(f"SELECT * FROM ({program.select('roll', bounds, ['line', *steps])}) ORDER BY line")
    return [dict(zip(steps, row[1:], strict=True)) for row in found.fetchall()]


def as_payloads(program: Program, values: dict) -> dict:
    return {
        step.name: values[step.name]
        if isinstance(step, First) or step.expr.kind == "bool" or values[step.name] is None
        else int(values[step.name] * step.expr.den)
        for step in program.steps
    }


@given(amounts, amounts, rates, st.sampled_from(ROUNDINGS))
@settings(max_examples=60, deadline=None)
def test_both_interpreters_agree_with_fractions(a, b, rate, rounding):
    exact = Step("exact", (col("a") - col("b")) * rate)
    program = Program(
        (
            exact,
            Step("whole", rounded(exact.ref(), rounding)),
            Step("more", greatest(exact.ref(), 0)),
            Step("less", least(col("a") * Fraction(1, 3), col("b"))),
            Step("large", when(col("a") <= col("b"), exact.ref(), num(Fraction(1, 7)))),
            Step("both", (col("a") <= 10) | ~(col("b") < col("a"))),
        )
    )
    values = program.run_row({"a": a, "b": b})
    assert values["exact"] == (a - b) * rate
    assert values["whole"] == round_rupiah((a - b) * rate, rounding)
    assert values["more"] == max(0, (a - b) * rate)
    assert values["less"] == min(Fraction(a, 3), Fraction(b))
    assert values["large"] == ((a - b) * rate if a <= b else Fraction(1, 7))
    assert values["both"] is (a <= 10 or not b < a)
    assert in_duckdb(program, [{"a": a, "b": b}]) == [as_payloads(program, values)]


def test_unknown_stays_unknown_and_never_becomes_zero():
    rate = Step("rate", when(flag("food"), unknown(), num(Fraction(1, 1000))))
    program = Program((rate, Step("tax", greatest(col("njop") * rate.ref(), 5))))
    rows = [{"njop": 1_000_000, "food": True}, {"njop": 1_000_000, "food": False}]
    in_python = [program.run_row(row)["tax"] for row in rows]
    assert in_python == [None, 1000]
    assert [row["tax"] for row in in_duckdb(program, rows)] == [None, 1_000_000]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), min_size=1, max_size=12), st.randoms())
@settings(max_examples=40, deadline=None)
def test_first_of_a_group_does_not_depend_on_the_order_of_rows(pairs, random):
    rows = [{"owner": owner, "njop": njop, "object": i} for i, (owner, njop) in enumerate(pairs)]
    program = Program((First("first", "owner", (("njop", "desc"), ("object", "asc"))),))
    chosen = {row["object"] for row in program.run_rows(rows) if row["first"]}
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert {row["object"] for row in program.run_rows(shuffled) if row["first"]} == chosen
    in_sql = zip(shuffled, in_duckdb(program, shuffled), strict=True)
    assert {row["object"] for row, found in in_sql if found["first"]} == chosen
    assert len(chosen) == len({row["owner"] for row in rows})


def test_what_does_not_fit_is_refused_not_wrapped():
    program = Program((Step("huge", col("a") * 10**30),))
    with pytest.raises(Refused, match="bits"):
        program.select("roll", {"a": (0, 10**15)})


def test_a_column_without_bounds_is_named():
    with pytest.raises(Refused, match="njop"):
        Program((Step("double", col("njop") * 2),)).select("roll", {})


def test_128_bits_are_exact_in_duckdb():
    program = Program((Step("tax", rounded(col("njop") * Fraction(123_456_789, 10**12), "half_up")),))
    njop = 10**15 - 1
    assert in_duckdb(program, [{"njop": njop}]) == [
        {"tax": round_rupiah(njop * Fraction(123_456_789, 10**12), "half_up")}
    ]


@given(st.lists(st.tuples(amounts, st.integers(0, 5 * 10**8)), min_size=1, max_size=4),
       st.sampled_from([10**11, 2 * 10**8, 10**10 + 1, 3**20]), st.sampled_from(ROUNDINGS))
@settings(max_examples=80, deadline=None)
def test_a_wide_product_is_rounded_exactly_by_narrow_steps(pairs, den, rounding):
    share = col("rate") * Fraction(1, den)
    program = Program((Step("tax", rounded(col("njop") * share, rounding)),))
    rows = [{"njop": njop, "rate": rate} for njop, rate in pairs]
    expected = [{"tax": round_rupiah(Fraction(njop * rate, den), rounding)} for njop, rate in pairs]
    assert in_duckdb(program, rows) == expected


def test_a_wide_product_divides_without_128_bits():
    program = Program((Step("tax", rounded(col("njop") * (col("rate") * Fraction(1, 10**11)), "half_up")),))
    query = program.select("roll", {"njop": (0, 10**13), "rate": (0, 5 * 10**8)})
    assert "HUGEINT" not in query

"""YAML means what is written: exact decimals, whole numbers, days, text; faults with file, line and remedy."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground.problems import Refused
from sepadan.ground.yaml_exact import parse_exact, read_exact


@pytest.mark.parametrize(("text", "value"), [
    ("0.00055", Decimal("0.00055")), ("1e-3", Decimal("0.001")), ("1.50", Decimal("1.50")), ("-0.5", Decimal("-0.5")),
    ("1_500_000_000", 1_500_000_000), ("0", 0), ("-7", -7), ("2026-01-31", date(2026, 1, 31)),
    ("true", True), ("null", None), ("~", None), ("", None),
    # what YAML 1.1 would turn into something else
    ("010", "010"), ("1:30", "1:30"), ("on", "on"), ("yes", "yes"), ("0x1F", "0x1F"), (".5", ".5"), ("1.", "1."),
    (".inf", ".inf"), ("+5", "+5"), ("0,002", "0,002"), ("10.000.000", "10.000.000"), ("2026-1-31", "2026-1-31"),
    ('"08-31"', "08-31"), ('"0.5"', "0.5"),
])  # fmt: skip
def test_a_scalar_means_what_is_written(text, value):
    found = parse_exact(f"key: {text}", "x.yaml")["key"]
    assert found == value
    assert type(found) is type(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=1, places=12))
def test_a_decimal_is_read_exactly(value):
    assert parse_exact(f"key: {value:f}", "x.yaml")["key"] == value


def test_every_key_and_item_knows_its_line():
    found = parse_exact("a: 1\nb:\n  - x\n  - {c: 2}\n", "x.yaml")
    assert found.lines == {"a": 1, "b": 2}
    assert found["b"].lines == [3, 4]
    assert found["b"][1].line == 4


@pytest.mark.parametrize(("text", "line", "words"), [
    ("a: 1\na: 2\n", 2, "written twice (first on line 1)"),
    ("a:\n  2024-01-01: {}\n  2024-01-01: {}\n", 3, "2024-01-01"),
    ("a: 1\n b: 2\n", 2, "not YAML"),
    ("a: [1, 2\nb: 3\n", 2, "not YAML"),
    ("a:\n\tb: 1\n", 2, "not YAML"),
    ("a: 'open\n", 2, "not YAML"),
    ("since: 2026-02-30\n", 1, "there is no day 2026-02-30"),
    ("a: !!python/object:os.system x\n", 1, "tag"),
    ("? [1, 2]\n: 3\n", 1, "a key must be one word"),
    ("a: &x\n  b: *x\n", 1, "nesting"),
    ("a: 1\n---\nb: 2\n", 2, "not YAML"),
    ("<<: {a: 1}\nb: *nobody\n", 2, "not YAML"),
])  # fmt: skip
def test_a_fault_names_file_line_and_remedy(text, line, words):
    with pytest.raises(Refused) as error:
        parse_exact(text, "law.yaml")
    problem = error.value.problem
    assert problem.where.startswith("law.yaml:")
    assert problem.where == f"law.yaml:{line}" or "nesting" in words
    assert words in problem.what.text("en")
    assert problem.remedy.text("id")
    assert problem.remedy.text("en")


def test_an_unreadable_file_is_named(tmp_path):
    with pytest.raises(Refused, match="nowhere"):
        read_exact(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(Refused, match="UTF-8"):
        read_exact(tmp_path / "latin.yaml")
    (tmp_path / "control.yaml").write_bytes(b"a: \x07\n")
    with pytest.raises(Refused, match="not YAML"):
        read_exact(tmp_path / "control.yaml")

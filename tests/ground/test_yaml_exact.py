"""YAML means what is written: exact decimals, whole numbers, days, text; faults with file, line and remedy."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepadan.ground import yaml_exact
from sepadan.ground.problems import Refused
from sepadan.ground.yaml_exact import parse_exact, read_exact


@pytest.mark.parametrize(("text", "value"), [
    ("0.00055", Decimal("0.00055")), ("1e-3", Decimal("0.001")), ("1.50", Decimal("1.50")), ("-0.5", Decimal("-0.5")),
    ("1_500_000_000", 1_500_000_000), ("0", 0), ("-7", -7), ("2026-01-31", date(2026, 1, 31)),
    ("true", True), ("True", True), ("FALSE", False), ("Null", None), ("NULL", None), ("+5", 5),
    (".5", Decimal("0.5")), ("1.", Decimal(1)), ("null", None), ("~", None), ("", None),
    # what YAML 1.1 would turn into something else
    ("010", "010"), ("1:30", "1:30"), ("on", "on"), ("yes", "yes"), ("0x1F", "0x1F"),
    (".inf", ".inf"), ("0,002", "0,002"), ("10.000.000", "10.000.000"), ("2026-1-31", "2026-1-31"),
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
    ("a: &x\n  b: *x\n", 2, "no complete &x above"),
    ("a: 1\n---\nb: 2\n", 2, "second YAML document"),
    ("<<: {a: 1}\nb: *nobody\n", 2, "no complete &nobody"),
    ("{a: " * 60, 1, "nesting"),
    ("\n" + "[" * 100_000, 2, "nesting"),
    ("\na: " + "9" * 5000, 2, "more than 60 digits"),
    ("a: 1e999999999\n", 1, "more than 60 digits"),
    ("a: 1e-999999999\n", 1, "more than 60 digits"),
    ("a: !!int x\n", 1, "tag"),
    ("a: !!float 2026-01-31\n", 1, "tag"),
    ("a: !!bool maybe\n", 1, "tag"),
    ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "tag"),
    ("a: !!set {b, c}\n", 1, "tag"),
    ("a: é\nb: 1\nc: \x07\n", 3, "invisible control character"),
    ("a: b: c\n", 1, "a colon is out of place"),
    ("a: @b\n", 1, "quote it"),
    ("a: [1, 2\nb: 3\n", 2, "bracket is missing"),
    ("a:\n\tb: 1\n", 2, "use spaces"),
    ("a:\n  b: 1\n c: 2\n", 3, "not indented"),
])  # fmt: skip
def test_a_fault_names_file_line_and_remedy(text, line, words):
    with pytest.raises(Refused) as error:
        parse_exact(text, "law.yaml")
    problem = error.value.problem
    assert problem.where.startswith("law.yaml:")
    assert problem.where == f"law.yaml:{line}"
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


def test_references_give_the_value_again_but_cannot_swell_the_file():
    found = parse_exact("a: &one {b: 1}\nc: *one\nd: !!str 5\ne: !!int 5\n", "x.yaml")
    assert found == {"a": {"b": 1}, "c": {"b": 1}, "d": "5", "e": 5}
    bomb = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"- &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12))
    with pytest.raises(Refused, match=r"x\.yaml:\d+: the references of this file repeat more than"):
        parse_exact(bomb, "x.yaml")


def test_windows_files_are_read_and_a_huge_one_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: [2]\r\n")
    assert read_exact(path) == {"a": 1, "b": [2]}
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(Refused, match=r"windows\.yaml:2: the file is not UTF-8"):
        read_exact(path)
    monkeypatch.setattr(yaml_exact, "LARGEST", 5)
    with pytest.raises(Refused, match="larger than"):
        read_exact(path)


@pytest.mark.parametrize(("name", "english", "indonesian"), [
    ("absent.yaml", "no file or folder of that name", "tidak ada berkas"),
    ("", "it is a folder", "itu folder"),
    ("x" * 300, "its name is too long", "namanya terlalu panjang"),
    ("file/inside.yaml", "a part of its path is a file", "adalah berkas"),
])  # fmt: skip
def test_the_reason_of_the_system_is_given_in_both_languages(tmp_path, name, english, indonesian):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as error:
        read_exact(tmp_path / name)
    assert english in error.value.problem.text("en")
    assert indonesian in error.value.problem.text("id")

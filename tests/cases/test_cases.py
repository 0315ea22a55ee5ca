"""The contract of worked cases: exactness, refusals, unknown names, and the closing line."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from sepadan.cases.arithmetic import as_number, evaluate
from sepadan.cases.commands import cases
from sepadan.cases.rules import PLANNED, RULES

SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases" / "rules"
GIVEN = "{njoptkp: 10000000, ratio: 1, rounding: half_up, tiers: [{to: null, rate: 0.002}]}"


def run(tmp_path, text, *options):
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(cases, [*options, "--lang", "en", str(path)])


def case(inputs="{njop: 421500000, takes_njoptkp: true, use: general}", expected="{pbb: 823000}", given=GIVEN, extra="",
         rule="pbb"):
    return f"- id: one\n  rule: {rule}\n  given: {given}\n  inputs: {inputs}\n  expected: {expected}\n{extra}"


def test_a_case_passes_and_the_last_line_counts(tmp_path):
    result = run(tmp_path, case())
    assert result.output.splitlines()[-1] == "1 passed, 0 failed"
    assert result.exit_code == 0


def test_a_failure_shows_expected_got_and_steps(tmp_path):
    result = run(tmp_path, case(expected="{pbb: 823001, rate: 0.002}"))
    assert "pbb: expected 823001, got 823000" in result.output
    assert "rate:" not in result.output
    assert "NJOPTKP: −Rp10,000,000" in result.output
    assert result.output.splitlines()[-1] == "0 passed, 1 failed"
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"inputs": "{njop: 1000, takes_njoptkp: true}"}, "“use” is missing"),
        ({"inputs": "{njop: 1000, takes_njoptkp: 1, use: general}"}, "true or false"),
        ({"inputs": "{njop: -1, takes_njoptkp: true, use: general}"}, "not negative"),
        ({"inputs": "{njop: 1000, takes_njoptkp: true, use: rice}"}, "food_land"),
        ({"inputs": "{njop: 1000, takes_njoptkp: true, use: general, colour: 3}"}, "colour"),
        ({"given": "{ratio: 1, rounding: half_up, rate: 0.1}"}, "“rate” is not known"),
        ({"given": "{ratio: 1, rounding: half_up, tiers: [{to: null, rate: 0.002}]}"}, "njoptkp"),
        ({"rule": "pbbx"}, "pbbx"),
        ({"extra": "  colour: red\n"}, "colour"),
        ({"extra": "  confidence: sure\n"}, "sure"),
        ({"extra": "  law: {region: \"35.73\"}\n"}, "law is written"),
        ({"expected": "{pbbb: 1}"}, "no such value"),
        ({"expected": "{}"}, "expects nothing"),
        ({"rule": "[pbb]"}, "“rule” must be one word"),
        ({"rule": "pbbb"}, "Did you mean “pbb”?"),
        ({"extra": "  expeced: 1\n"}, "cases.yaml:6: The key “expeced” is not known"),
        ({"inputs": "\n    njop: 1\n    takes_njoptkp: yes\n    use: general"}, "cases.yaml:6: The input"),
        ({"given": "\n    ratio: 1\n    njoptpk: 5"}, "cases.yaml:5: “njoptpk” is not known"),
        ({"extra": "  tolerance: {pbb: wide}\n"}, "tolerance of “pbb” must be a number"),
        ({"extra": "  tolerance: {pbb: -1}\n"}, "tolerance of “pbb” must be a number"),
        ({"extra": "  law: {region: \"35.73\", on: \"2025-W01-1\"}\n"}, "law is written"),
        ({"extra": "  law: {region: \"99.99\", on: 2025-01-01}\n"}, "no statutes for region 99.99"),
        ({"inputs": "{njop: '" + "(" * 300 + "1', takes_njoptkp: true, use: general}"}, "not a number"),
        ({"inputs": "{njop: '" + "*".join(["9" * 60] * 10) + "', takes_njoptkp: true, use: general}"}, "not a number"),
        ({"inputs": "{njop: '1/0', takes_njoptkp: true, use: general}"}, "not a number"),
        ({"inputs": "{njop: '８８', takes_njoptkp: true, use: general}"}, "not a number"),
        ({"inputs": "{njop: '1e999999999', takes_njoptkp: true, use: general}"}, "not a number"),
        ({"inputs": "{njop: 10000000000000000, takes_njoptkp: true, use: general}"}, "is outside 0 to"),
    ],
)
def test_a_wrong_case_fails_with_a_sentence(tmp_path, changes, says):
    result = run(tmp_path, case(**changes))
    assert says in result.output
    assert result.output.splitlines()[-1] == "0 passed, 1 failed"


def test_refused_is_satisfied_by_a_refusal_and_only_by_one(tmp_path):
    refused = case(given="{ratio: 1, rounding: half_up}", expected="{refused: true}")
    assert run(tmp_path, refused).output.splitlines()[-1] == "1 passed, 0 failed"
    computed = run(tmp_path, case(expected="{refused: true}"))
    assert "must be refused" in computed.output
    assert computed.output.splitlines()[-1] == "0 passed, 1 failed"


def test_a_rule_without_an_engine_is_said_and_counted_as_failed(tmp_path):
    for rule in sorted(PLANNED - set(RULES)):
        result = run(tmp_path, case(rule=rule, expected="{refused: true}"))
        assert "does not exist yet" in result.output
        assert result.output.splitlines()[-1] == "0 passed, 1 failed"


def test_a_bare_on_is_read_as_a_quoted_one(tmp_path):
    text = case(given="{njoptkp: 10000000, ratio: 1, rounding: half_up, band_base: njop, tiering: slab}",
                inputs="{njop: 88400000, takes_njoptkp: true, use: general}", expected="{pbb: 43120}",
                extra="  law: {region: '35.73', on: 2025-07-01}\n")
    assert run(tmp_path, text).output.splitlines()[-1] == "1 passed, 0 failed"


def test_wrong_use_is_exit_2_and_names_the_file(tmp_path):
    assert CliRunner().invoke(cases, [str(tmp_path / "absent.yaml")]).exit_code == 2
    broken = run(tmp_path, "- id: one\n  rule: [\n")
    assert broken.exit_code == 2
    assert "cases.yaml:" in broken.output
    assert run(tmp_path, "").exit_code == 2


def test_json_for_programs(tmp_path):
    report = json.loads(run(tmp_path, case(expected='{taxable: "421_500_000 - 10_000_000"}'), "--json").output)
    assert (report["passed"], report["failed"]) == (1, 0)
    assert report["cases"][0]["steps"][-1]["value"] == 823000


def test_numbers_among_words_are_words_where_the_lowest_object_takes_the_allowance(tmp_path):
    row = "{{id: {}, owner: W, njop: 200000000, use: general}}"
    given = GIVEN[:-1] + ", njoptkp_choice: highest_njop_then_lowest_id}"
    text = case(inputs=f"{{objects: [{row.format('N-9')}, {row.format(1)}]}}", given=given, rule="pbb_owner",
                expected='{njoptkp_object: {W: "1"}, total: "(390_000_000 * 0.002)"}')
    assert run(tmp_path, text).output.splitlines()[-1] == "1 passed, 0 failed"


def test_json_carries_a_day_that_a_case_wrongly_expects(tmp_path):
    report = json.loads(run(tmp_path, case(expected="{pbb: 2025-01-01}"), "--json").output)
    assert report["cases"][0]["differences"] == [{"key": "pbb", "expected": "2025-01-01", "got": 823000}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(88_400_000 - 10_000_000) * 0.00055", 43120),
        ("1/3", Fraction(1, 3)),
        ("-2 * (3 + 4) / 7", -2),
        ("120 * 1.5", 180),
    ],
)
def test_arithmetic_is_exact(text, value):
    assert evaluate(text) == value
    assert as_number(text) == value


@pytest.mark.parametrize("text", ["35.73.020.003.001-0011.0", "2025-01-01", "N-9", "half_up", "2 **  3", "1e3", ""])
def test_what_is_no_arithmetic_keeps_its_form(text):
    assert as_number(text) == text


@pytest.mark.parametrize("text", ["1 +", "(1", "1 / 0", "import os", "2 3"])
def test_broken_arithmetic_says_where(text):
    with pytest.raises(ValueError, match=r".+"):
        evaluate(text)


@pytest.mark.parametrize("name", ["pbb.yaml", "njop.yaml"])
def test_the_cases_of_tax_officers_pass(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    report = json.loads(CliRunner().invoke(cases, ["--json", str(path)]).output)
    built = [one for one in report["cases"] if one["rule"] in RULES]
    assert [one["id"] for one in built if not one["passed"]] == []
    assert len(built) >= 20

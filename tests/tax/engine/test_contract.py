"""Worked cases of NJOP and PBB-P2 against the contract written a second time: random cases, faults included."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random

import pytest
from click.testing import CliRunner
from tests.tax.engine.contract import evaluate
from tests.tax.engine.contract_cases import RULES, make, written
from tests.tax.engine.contract_reading import Wrong

from sepadan.cases.case import read_cases
from sepadan.cases.commands import cases
from sepadan.cases.rules import RULES as RULES_OF_CASES
from sepadan.cases.runner import run_case

COUNT = 250  # random cases per rule; the differences it was written for were found with some 100,000


def as_text(value):
    """An expected value as a case writes it; what is no decimal is written as a division."""
    if isinstance(value, dict):
        return {str(key): as_text(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_text(item) for item in value]
    if isinstance(value, Fraction):
        return f"{value.numerator} / {value.denominator}"
    return value


def moved(value):
    """Another value of the same kind."""
    if isinstance(value, dict):
        return {**value, next(iter(value)): moved(next(iter(value.values())))}
    if isinstance(value, list):
        return [*value[:-1], moved(value[-1])]
    if isinstance(value, bool):
        return not value
    return 1 if value is None else f"{value} + 1" if isinstance(value, str) and "/" in value else f"{value}1"


def line(number, case, expected):
    parts = {"id": f"c{number}", "rule": case["rule"], "inputs": case["inputs"], "expected": expected}
    return "- " + written({**{key: case[key] for key in ("law", "given") if case.get(key)}, **parts}) + "\n"


def outcomes(path, lines):
    path.write_text("".join(lines), encoding="utf-8")
    return [run_case(case) for case in read_cases(path)]


def results(case):
    try:
        return as_text(evaluate(case))
    except Wrong:
        return None


@pytest.mark.parametrize("rule", RULES)
def test_random_cases_get_what_the_contract_gives_or_are_refused_where_it_refuses(rule, tmp_path):
    random = Random(f"contract {rule}")
    made = [make(rule, random) for _ in range(COUNT)]
    wanted = [results(case) for case in made]
    right = [line(number, case, {"refused": True} if want is None else want)
             for number, (case, want) in enumerate(zip(made, wanted, strict=True))]
    wrong, keys = [], []
    for number, (case, want) in enumerate(zip(made, wanted, strict=True)):
        key = random.choice(list(want)) if want else None
        keys.append(key)
        wrong.append(line(number, case, {key: moved(want[key])} if want else {"total": 1}))
    for outcome, source in zip(outcomes(tmp_path / "right.yaml", right), right, strict=True):
        assert outcome.passed, (source, outcome.problems, outcome.differences)
    for outcome, key, source in zip(outcomes(tmp_path / "wrong.yaml", wrong), keys, wrong, strict=True):
        assert not outcome.passed, source
        assert [one.key for one in outcome.differences if not one.refused] == ([key] if key else []), source
        assert bool(outcome.problems) == (key is None), source
    assert COUNT / 5 < sum(want is None for want in wanted) < COUNT * 4 / 5


@pytest.mark.parametrize(("on", "known"), [("2023-12-27", False), ("2023-12-28", True), ("2025-12-31", True),
                                           ("2026-01-01", True)])
def test_the_law_of_kota_malang_begins_changes_and_serves_both_writings_of_its_day(on, known, tmp_path):
    rate = "0.00055" if on < "2026" else "0.002"
    expected = f"{{pbb: 100000000 * {rate}}}" if known else "{refused: true}"
    text = "".join(
        f"- {{id: {name}, rule: pbb, law: {{region: {region}, {key}: {day}}}, expected: {expected},\n"
        "   given: {ratio: 1, rounding: half_up, band_base: njop, tiering: slab},\n"
        "   inputs: {njop: 100000000, takes_njoptkp: false, use: general}}\n"
        for name, region, key, day in (("a", '"35.73"', "on", on), ("b", "35.73", '"on"', f'"{on}"'))
    )
    (tmp_path / "law.yaml").write_text(text, encoding="utf-8")
    assert CliRunner().invoke(cases, [str(tmp_path / "law.yaml")]).output == "2 passed, 0 failed\n"


# --- what the comparison found, each in one case ----------------------------------------------------------------------

PBB = "rule: pbb, inputs: {njop: %s, takes_njoptkp: false, use: general}, given: {rounding: half_up, %s}"
FOUND = [
    ("a ratio table that ends serves what lies within it",
     PBB % (900, "ratio: [{to: 1000, ratio: 0.5}], ratio_order: after_njoptkp, tiers: [{to: null, rate: 0.01}]"),
     "{pbb: 900 * 0.5 * 0.01 + 0.5}"),
    ("above its end nothing is known",
     PBB % (1001, "ratio: [{to: 1000, ratio: 0.5}], ratio_order: after_njoptkp, tiers: [{to: null, rate: 0.01}]"),
     None),
    ("one tier with a limit needs no choice of tiering", PBB % (1000, "ratio: 1, tiers: [{to: 1000, rate: 0.01}]"),
     "{pbb: 1000 * 0.01, rate: 0.01}"),
    ("above it nothing is known", PBB % (1001, "ratio: 1, tiers: [{to: 1000, rate: 0.01}]"), None),
    ("a second tier without a rate is still a tier",
     PBB % (1000, "ratio: 1, tiers: [{to: 1000, rate: 0.01}, {to: null, rate: null}]"), None),
    ("the order of the ratio matters only where the ratio of the object is not 1",
     PBB % (2000, "ratio: [{to: 1000, ratio: 0.5}, {to: null, ratio: 1}], tiers: [{to: null, rate: 0.01}]"),
     "{pbb: 2000 * 0.01}"),
    ("there it is needed",
     PBB % (1000, "ratio: [{to: 1000, ratio: 0.5}, {to: null, ratio: 1}], tiers: [{to: null, rate: 0.01}]"), None),
    ("a choice nobody needs must still be a known word",
     PBB % (1000, "ratio: 1, band_base: value, tiers: [{to: null, rate: 0.01}]"), None),
    ("inclusive is true or false",
     PBB % (1000, "ratio: 1, tiering: marginal, tiers: [{to: 9, rate: 0.01, inclusive: 0}, {to: null, rate: 0.02}]"),
     None),
    ("an indicated value is not taken as it is while nobody says whether there is a class table",
     "rule: njop, inputs: {land_m2: 10, nir_per_m2: 450000}", None),
    ("where there is none it is", "rule: njop, given: {class_table: none}, inputs: {land_m2: 10, nir_per_m2: 450000}",
     "{njop: 4500000, land_class: null}"),
    ("a value below zero is none", "rule: njop, inputs: {land_m2: 10, land_value_m2: -1}", None),
    ("a building may stand on no land of its owner",
     "rule: njop, inputs: {land_m2: 0, land_value_m2: 9, building_m2: 20, building_value_m2: 700000}",
     "{njop_land: 0, njop: 20 * 700000}"),
    ("an empty list of buildings is no building", "rule: njop, inputs: {land_m2: 2, land_value_m2: 9, buildings: []}",
     "{njop_building: 0, njop: 18}"),
    ("an unknown key of the case is a refusal", "rule: bill_waiver, colour: red, inputs: {amount: 1}", None),
    ("so is a law without its day", 'rule: bill_waiver, law: {region: "35.73"}, inputs: {amount: 1}', None),
    ("two ids that read alike are one object",
     "rule: pbb_owner, given: {njoptkp: 1, ratio: 1, rounding: up, njoptkp_choice: highest_njop_then_lowest_id,"
     " tiers: [{to: null, rate: 0.01}]}, inputs: {objects: [{id: 1, owner: a, njop: 5, use: general},"
     ' {id: "1", owner: b, njop: 5, use: general}]}', None),
    ("signs and a leading point are numbers too",
     'rule: bill_waiver, given: {waiver_up_to: "+4"}, inputs: {amount: ".5 * 8"}', "{waived: true}"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "text", "expected"), FOUND, ids=[one[0] for one in FOUND])
def test_what_the_comparison_found_holds(says, text, expected, tmp_path):
    path = tmp_path / "found.yaml"
    path.write_text(f"- {{id: one, {text}, expected: {expected or '{refused: true}'}}}\n", encoding="utf-8")
    assert CliRunner().invoke(cases, ["--lang", "en", str(path)]).output == "1 passed, 0 failed\n", says


# --- how a failure is printed -----------------------------------------------------------------------------------------


def test_a_failure_prints_case_expected_got_and_steps_and_the_last_line_counts(tmp_path):
    path = tmp_path / "failing.yaml"
    path.write_text(
        "- {id: refused, rule: pbb, law: {region: '35.73', on: 2025-01-01}, inputs: {njop: 9, takes_njoptkp: true,"
        " use: general}, given: {ratio: 1, rounding: up, band_base: njop, tiering: slab}, expected: {pbb: 4}}\n"
        "- {id: computed, rule: bill_waiver, given: {waiver_up_to: 3}, inputs: {amount: 4},"
        " expected: {refused: true}}\n"
        "- {id: split, rule: pbb_split, given: {njoptkp: 0, ratio: 1, rounding: up, tiers: [{to: null, rate: 0.01}]},\n"
        "   inputs: {parent_land_m2: 3, parts_land_m2: [1, 2], land_value_m2: 50, njoptkp_to: 2},\n"
        "   expected: {njop: [50, 101], pbb: [1, 1], waived: null}}\n",
        encoding="utf-8",
    )
    shown = CliRunner().invoke(cases, ["--lang", "en", str(path)]).output.splitlines()
    assert shown[0] == f"FAILED refused (pbb), {path}:1"
    assert "NJOPTKP of Kota Malang was looked for" in shown[1]
    assert shown[2] == "  pbb: expected 4, got refused"
    assert "  refused: expected true, got {waived: false, payable: 4}" in shown
    assert "  njop: expected [50, 101], got [50, 100]" in shown
    assert "  waived: expected null, got this rule gives no such value" in shown
    assert "    NJOP of part 2: Rp100  [2 m² × Rp50]" in shown
    assert shown[-1] == "0 passed, 3 failed"
    report = json.loads(CliRunner().invoke(cases, ["--json", str(path)]).output)
    assert (report["passed"], report["failed"]) == (0, 3)
    assert report["cases"][2]["differences"][0] == {"key": "njop", "expected": [50, 101], "got": [50, 100]}


def test_a_case_that_breaks_an_engine_fails_alone_and_says_so(tmp_path, monkeypatch):
    path = tmp_path / "two.yaml"
    path.write_text("- {id: a, rule: broken, inputs: {}, expected: {refused: true}}\n"
                    "- {id: b, rule: bill_waiver, given: {waiver_up_to: 3}, inputs: {amount: 3},"
                    " expected: {payable: 0}}\n",
                    encoding="utf-8")
    monkeypatch.setitem(RULES_OF_CASES, "broken", lambda case: case.no_such_thing)
    shown = CliRunner().invoke(cases, ["--lang", "en", str(path)]).output
    assert "a fault of the program, not of the case (AttributeError" in shown
    assert shown.splitlines()[-1] == "1 passed, 1 failed"

"""``sepadan statutes check`` and ``show``: exit codes, places, both languages, JSON."""

import json

import pytest

from ground.statute_folder import COVERAGE, REGION_PBB, write_statutes
from sepadan.project.cli import run

BROKEN = REGION_PBB.replace("rate: 0.001", "rate: 0,001").replace("rate: 0.004", "rate: 0.006")


def test_check_of_the_project_is_clean(capsys):
    assert run(["statutes", "check", "--lang", "en"]) == 0
    assert capsys.readouterr().out.strip().endswith("checked: 0 findings.")


def test_check_of_a_region_folder_names_each_finding(tmp_path, capsys):
    write_statutes(tmp_path, {"regions/99/tax/pbb.yaml": BROKEN})
    assert run(["statutes", "check", str(tmp_path / "regions" / "99"), "--lang", "en"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "99/tax/pbb.yaml:7 tiers: row 1 has the key “001”" in lines[0]
    assert any("0.6\N{NO-BREAK SPACE}% is above the limit of 0.5\N{NO-BREAK SPACE}% (UU 1/2022, Art. 41(1))" in line
               for line in lines)
    assert run(["statutes", "check", str(tmp_path / "regions" / "99"), "--lang", "id"]) == 1
    assert "koma desimal" in capsys.readouterr().out


def test_check_speaks_json(tmp_path, capsys):
    write_statutes(tmp_path, {"regions/99/coverage.yaml": COVERAGE.replace("partial", "complete")})
    assert run(["statutes", "check", str(tmp_path / "regions" / "99"), "--json", "--lang", "en"]) == 1
    found = json.loads(capsys.readouterr().out)
    last = next(one for one in found["findings"] if one["where"].endswith("99/coverage.yaml:3 pbb"))
    assert "“complete”, but the files show “partial”" in last["what"]
    assert last["remedy"] == "Write state: partial, or complete the files."
    assert (found["files"], found["regions"]) == (1, 1)


@pytest.mark.parametrize("arguments", [
    ["check", "/nowhere/at/all"], ["show", "99.99", "pbb"], ["show", "35.73", "pbbb"],
    ["show", "35.73", "pbb", "--on", "2026-02-30"], ["show", "35.73"], ["shoe"],
])  # fmt: skip
def test_wrong_use_exits_with_two(arguments):
    assert run(["statutes", *arguments]) == 2


def test_show_prints_values_sources_and_gaps(capsys):
    assert run(["statutes", "show", "35.73", "pbb", "--on", "2025-07-01", "--lang", "id"]) == 0
    out = capsys.readouterr().out
    assert "≤ Rp1.500.000.000: 0,055\N{NO-BREAK SPACE}%" in out
    assert "Perda Kota Malang 4/2023" in out
    assert "tidak ditemukan" in out


def test_show_speaks_json(capsys):
    assert run(["statutes", "show", "32.16", "pbb", "--on", "2024-06-01", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["values"]["tiers"]["value"][0] == {"rate": "0.0012", "to": 250_000_000}
    assert "njoptkp" in found["missing"]
    assert len(found["fingerprint"]) == 64


@pytest.mark.parametrize(("old", "new", "words"), [
    ("rate: 0.001", "rate: 0.055%", "is not a number"), ("rate: 0.001", "rate: [0.001]", "is not a number"),
    ("rate: 0.001", "rate: {a: 1}", "is not a number"), ("rate: 0.001", "rate: true", "is not a number"),
    ("rate: 0.001", "rate: 2026-01-01", "is not a number"), ("rate: 0.001", "rate: .inf", "is not a number"),
    ("rate: 0.001", "rate: 1e99", "more than 60 digits"), ("rate: 0.001", "rate: *x", "no complete &x"),
    ("{to: 100, rate: 0.001}", "0.001", "row 1"), ("{to: 100, rate: 0.001}", "[100, 0.001]", "row 1"),
    ("\n  ratio:", "\n\tratio:", "tab"), ("\n  ratio:", "\n   ratio:", "not indented"),
    ("levy: pbb", "levy: pbb\nlevy: pbb", "written twice"), ("levy: pbb", "levy: [pbb]", "must be a text"),
    ("2005-01-01", "2005-02-30", "there is no day"), ("2005-01-01", "'2005-01-01'", "not a start"),
])  # fmt: skip
def test_a_value_that_is_no_value_is_a_finding_with_its_line_in_both_languages(tmp_path, capsys, old, new, words):
    assert old in REGION_PBB
    write_statutes(tmp_path, {"regions/99/tax/pbb.yaml": REGION_PBB.replace(old, new, 1)})
    for lang in ("en", "id"):
        assert run(["statutes", "check", str(tmp_path / "regions" / "99"), "--lang", lang]) == 1
        lines = [line for line in capsys.readouterr().out.splitlines() if "99/tax/pbb.yaml:" in line]
        assert lines
        assert lang == "id" or any(words in line for line in lines), lines

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

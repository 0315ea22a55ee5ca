"""``sepadan territory``: what a person sees, in both languages, and what a program reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from sepadan.ground.problems import Refused
from sepadan.territory.commands import territory
from territory.coverage_files import as_bytes, checkerboard

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _indonesian() -> Iterator[None]:
    with translation.override("id"):
        yield


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(territory, list(arguments))
    assert result.exit_code == code, result.output
    return result


def written(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def as_json(*arguments: str, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", code=code).stdout)


def batu(folder: Path, count: int = 9) -> str:
    rows = [f"35.79.01.1{k:03d},Desa {k},Batu,-7.8{k},112.5{k}" for k in range(1, count + 1)]
    return written(folder, "batu.csv", "\n".join(["code,name,district,lat,lon", *rows]))


def test_load_again_changes_nothing() -> None:
    assert as_json("load") == {"provinces": 38, "regions": 514, "kecamatan": 28, "kelurahan": 244, "facts": 297,
                               "written": 0}
    assert "514 kabupaten/kota" in run("load").output


def test_show_says_what_is_known_and_what_is_not() -> None:
    text = run("show", "35.79").output
    assert "Kota Batu" in text
    assert "Penduduk" in text
    assert "belum ada" in text
    found = as_json("show", "35.73")
    assert (found["name"], found["kelurahan"], found["population"]["value"]) == ("Kota Malang", 57, "889359")


def test_import_then_boundaries_of_a_new_region(tmp_path: Path) -> None:
    table = batu(tmp_path)
    assert "Coba saja" in run("import", table, "--region", "35.79", "--dry-run").output
    text = run("import", table, "--region", "3579").output
    assert "9 kelurahan dan desa; 9 baru" in text
    assert "Peta segi enam" in text
    assert as_json("import", table, "--region", "35.79")["added"] == 0
    shapes = written(tmp_path, "batu.geojson", as_bytes(checkerboard()))
    done = as_json("boundaries", shapes, "--region", "35.79", "--decree-area", "10,97")
    assert (done["stored"], done["areas"], done["problems"]) == (True, 9, [])
    assert "sudah tersimpan" in run("boundaries", shapes, "--region", "35.79", "--decree-area", "10.97").output
    assert as_json("show", "35.79")["boundaries"] == "papan catur"


def test_faults_are_told_on_standard_error_with_exit_code_1(tmp_path: Path) -> None:
    table = written(tmp_path, "b.csv", "code,name,district\n35.79.01.1001,A,Batu\n35.79.01.9,B,Batu\n")
    result = run("import", table, "--region", "35.79", code=1)
    assert "b.csv:3: “35.79.01.9” bukan kode kelurahan" in result.stderr
    assert "1 kesalahan; wilayah 35.79 tidak diubah" in result.stdout
    run("import", batu(tmp_path), "--region", "35.79")
    document = checkerboard()
    document["features"].pop()
    result = run("boundaries", written(tmp_path, "b.geojson", as_bytes(document)), "--region", "35.79", code=1)
    assert "35.79.01.1009 Desa 9" in result.stderr


def test_english_too(tmp_path: Path) -> None:
    with translation.override("en"):
        assert "9 kelurahan and desa; 9 new" in run("import", batu(tmp_path), "--region", "35.79").output


@pytest.mark.parametrize(("arguments", "expected"), [
    (["show", "99.99"], "territory.region.unknown"),
    (["import", "FILE", "--region", "99.99"], "territory.region.unknown"),
    (["boundaries", "FILE", "--region", "35.79", "--decree-area", "luas"], "territory.boundary.decree"),
    (["boundaries", "FILE", "--region", "35.79", "--decree-area", "-3"], "territory.boundary.decree"),
])
def test_wrong_use_is_refused(tmp_path: Path, arguments: list[str], expected: str) -> None:
    path = written(tmp_path, "x.csv", "code,name\n")
    with pytest.raises(Refused) as refused:
        territory.main([path if a == "FILE" else a for a in arguments], standalone_mode=False)
    assert refused.value.problem.what.key == expected


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", b"PK\x03\x04\xff\xfe")
    with pytest.raises(Refused) as refused:
        territory.main(["import", path, "--region", "35.79"], standalone_mode=False)
    assert refused.value.problem.what.key == "territory.import.no_text"


def test_a_missing_file_is_wrong_use(tmp_path: Path) -> None:
    assert run("import", str(tmp_path / "none.csv"), "--region", "35.79", code=2)
    with pytest.raises(click.UsageError):
        territory.main(["import", str(tmp_path / "none.csv"), "--region", "35.79"], standalone_mode=False)


@pytest.mark.parametrize("command", ["import", "boundaries"])
@pytest.mark.parametrize(("content", "english", "indonesian"), [
    (None, "larger than 60 MB", "lebih dari 60 MB"),
    (b"code,name\n35.79.01.1001,Caf\xe9\n", "UTF-8", "UTF-8"),
    (b"", "", ""),
])  # fmt: skip
def test_what_is_no_such_file_at_all_is_told_in_both_languages(tmp_path, command, content, english, indonesian) -> None:
    file = "/dev/zero" if content is None else written(tmp_path, "x.csv", content)
    for lang, words in (("en", english), ("id", indonesian)):
        with translation.override(lang):
            result = CliRunner().invoke(territory, [command, file, "--region", "35.79"])
        said = result.output + (result.exception.problem.text(lang) if isinstance(result.exception, Refused) else "")
        assert words in said
        assert isinstance(result.exception, Refused) or result.exit_code == 1

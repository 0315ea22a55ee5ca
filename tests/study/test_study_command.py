"""``sepadan study``: written whole or not at all, the same bytes again, and a clear word on every wrong input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from sepadan.ground.problems import Refused
from sepadan.study.commands import study as command
from sepadan.study.documents import study_files as folder_code
from sepadan.study.documents.study_files import altered, listed
from sepadan.study.documents.study_folder import check_folder, new_folder, write_folder
from sepadan.study.services.national_table import read_waste_table

FILES = {"a.csv": b"1\r\n", "study.json": b"{}"}


def call(*arguments: str | Path) -> Result:
    with translation.override("en"):
        return CliRunner().invoke(command, [str(one) for one in arguments])


def with_sums(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, folder_code.SUMS: folder_code.sums(files)}


# --- the folder ------------------------------------------------------------------------------------------------------


def test_a_folder_is_written_whole_and_holds_itself(tmp_path):
    out = tmp_path / "deep" / "out"
    write_folder(with_sums(FILES), out)
    assert {path.name for path in out.iterdir()} == {*FILES, folder_code.SUMS}
    assert altered(out) == []
    assert list(out.parent.iterdir()) == [out]
    (out / "a.csv").write_bytes(b"2\r\n")
    (out / "study.json").unlink()
    assert altered(out) == ["a.csv", "study.json"]


def test_an_empty_folder_will_do_and_a_full_one_needs_force(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    write_folder(with_sums(FILES), out)
    with pytest.raises(Refused, match="not empty"):
        write_folder(with_sums(FILES), out)
    (out / "notes.txt").write_text("mine")
    write_folder(with_sums({"study.json": b"[]"}), out, force=True)
    assert {path.name for path in out.iterdir()} == {"study.json", "notes.txt", folder_code.SUMS}
    assert listed(out)["study.json"]


def test_a_file_in_the_way_and_a_folder_that_cannot_be_written_are_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(Refused, match="not a folder"):
        check_folder(blocked, force=True)
    with pytest.raises(Refused, match="cannot be written"):
        write_folder(with_sums(FILES), blocked / "inside")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def fail_once(monkeypatch: Any, step: int, fault: BaseException) -> None:
    """The step-th time that a file is written or given its name, *fault* comes instead."""
    left = [step]
    for name in ("write_bytes", "replace", "rename"):
        true = getattr(Path, name)

        def counted(self: Path, *arguments: Any, true: Any = true) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise fault
            return true(self, *arguments)

        monkeypatch.setattr(Path, name, counted)


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize(("before", "within", "steps"), [
    ("absent", False, 4),  # three files written, one rename
    ("empty", False, 5),  # the empty folder steps aside
    ("study", False, 5),
    ("empty", True, 9),  # three written, three that might be in the way, three moved out
    ("study", True, 10),  # one more to make way
])  # fmt: skip
def test_a_write_that_fails_at_any_step_leaves_what_was_there(tmp_path, monkeypatch, fault, before, within, steps):
    out = tmp_path / "new" / "out" if before == "absent" else tmp_path / "out"
    if before != "absent":
        out.mkdir()
    if before == "study":
        write_folder(with_sums(FILES), out)
        (out / "notes.txt").write_text("mine")
    monkeypatch.setattr("os.path.ismount", lambda _: within)
    stood = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    for step in range(1, steps + 1):
        with monkeypatch.context() as patched:
            fail_once(patched, step, fault)
            with pytest.raises((Refused, KeyboardInterrupt, MemoryError)):
                write_folder(with_sums({"study.json": b"[]", "b.csv": b"2"}), out, force=True)
        assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == stood, step
    with monkeypatch.context() as patched:
        fail_once(patched, steps + 1, fault)
        write_folder(with_sums({"study.json": b"[]", "b.csv": b"2"}), out, force=True)
    assert altered(out) == []


def test_what_a_killed_run_left_is_cleared_and_given_back_by_the_next(tmp_path):
    out, dead = tmp_path / "out [1]", 2**22 + 1  # no process has so high a number
    write_folder(with_sums(FILES), out)
    out.rename(tmp_path / f".{out.name}.sepadan-{dead}.old")
    (tmp_path / f".{out.name}.sepadan-{dead}").mkdir()
    with new_folder(out, force=True):  # and nothing is written
        assert altered(out) == []
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    within = out / f".sepadan-{dead}" / "old files"
    within.mkdir(parents=True)
    for name in (*FILES, folder_code.SUMS):
        (out / name).rename(within / name)
    write_folder(with_sums({"b.csv": b"1"}), out, force=True)
    assert names(out) == {"b.csv", folder_code.SUMS}


def test_a_folder_that_is_worked_in_or_linked_to_keeps_its_place(tmp_path, monkeypatch):
    out, link = tmp_path / "out", tmp_path / "link"
    out.mkdir()
    link.symlink_to(out)
    inode = out.stat().st_ino
    monkeypatch.chdir(out)
    write_folder(with_sums(FILES), Path())
    assert (out.stat().st_ino, altered(out)) == (inode, [])
    monkeypatch.chdir(tmp_path)
    write_folder(with_sums({"b.csv": b"1"}), link, force=True)
    assert link.is_symlink()
    assert names(link) == names(out) == {"b.csv", folder_code.SUMS}


def test_other_files_and_folders_move_along_when_a_study_is_replaced(tmp_path):
    out = tmp_path / "out"
    write_folder(with_sums(FILES), out)
    (out / "mine" / "deep").mkdir(parents=True)
    (out / "mine" / "deep" / "note.txt").write_text("mine")
    (out / "link").symlink_to("nowhere")
    (out / folder_code.SUMS).write_bytes(b"\xff\x00  ../../etc\nx  ..\n" + (out / folder_code.SUMS).read_bytes())
    write_folder(with_sums({"b.csv": b"1"}), out, force=True)
    assert {path.name for path in out.iterdir()} == {"b.csv", "mine", "link", folder_code.SUMS}
    assert (out / "mine" / "deep" / "note.txt").read_text() == "mine"


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(small_rolls: None, django_db_blocker: Any, tmp_path_factory: Any) -> Path:
    out: Path = tmp_path_factory.mktemp("study") / "out"
    with django_db_blocker.unblock():
        done = call("32.16", "35.73", "--out", out, "--lang", "en")
    assert done.exit_code == 0, done.output
    return out


@pytest.mark.django_db
def test_it_writes_every_format_and_says_what_it_made(written):
    names = {path.name for path in written.iterdir()}
    assert {"study.json", "study.en.html", "study.en.pdf", "totals.csv", "deciles.csv", "kelurahan.csv",
            "indicators.csv", "sources.csv", "SHA256SUMS"} <= names
    assert "study.id.html" not in names
    assert altered(written) == []


@pytest.mark.django_db
def test_a_second_run_gives_the_same_bytes_and_json_says_where(written, tmp_path):
    done = call("32.16", "35.73", "--out", tmp_path / "again", "--lang", "en", "--small-ok", "--json", "--on",
                "2025-01-16")  # fmt: skip
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert "example" not in done.stderr
    assert said["files"] == sorted(path.name for path in written.iterdir())
    assert set(said["tax"]) == {"32.16", "35.73"}
    for path in written.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.django_db
def test_verify_says_that_it_holds_and_where_it_does_not(written, tmp_path):
    fine = call("verify", written)
    assert fine.exit_code == 0
    assert "holds" in fine.output
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in written.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "totals.csv").write_bytes(b"forged")
    altered_one = call("verify", copy, "--json")
    assert altered_one.exit_code == 1
    assert json.loads(altered_one.stdout)["altered"] == ["totals.csv"]


@pytest.mark.django_db
def test_verify_names_what_changed_since_the_study_was_made(written, tmp_path):
    old = {path.name: path.read_bytes() for path in written.iterdir() if path.name != folder_code.SUMS}
    other = json.loads(old["study.json"])
    for row in other["blocks"]["basis.fingerprints"]["rows"]:
        if row["key"] in ("study", "roll.32.16"):
            row["sha256"] = "0" * 64
    write_folder(with_sums({**old, "study.json": json.dumps(other).encode()}), tmp_path / "old")
    said = call("verify", tmp_path / "old", "--json")
    assert said.exit_code == 1
    found = json.loads(said.stdout)
    assert (found["altered"], found["fingerprints_differ"]) == ([], ["study", "roll.32.16"])
    assert "study.json" in found["files_differ"]


@pytest.mark.django_db
@pytest.mark.parametrize(("arguments", "says"), [
    (("99.99", "35.73"), "GUEST: No regency"),
    (("32.16", "3573a"), "HOST: No regency"),
    (("32.16", "../../etc"), "HOST: No regency"),
    (("\uff13\uff12.16", "35.73"), "GUEST: No regency"),
    (("32.16", "35.73", "--on", "2023-06-01"), "1 Jan 2024"),
    (("32.16", "35.73", "--on", "2023-06-01"), "Choose a day from 1 Jan 2024 on"),
    (("32.16", "35.73", "--on", "16/01/2025"), "2025-01-16"),
    (("32.16", "35.73", "--on", "20250116"), "is not a day"),
    (("32.16", "35.73", "--on", ""), "is not a day"),
    (("32.16", "11.01", "--on", "2025-01-16"), "study/facts/regions/"),
    (("32.16", "33.72", "--on", "2025-01-16"), "no statutes for region 33.72"),
    (("32.16", "32.75", "--on", "2025-01-16"), "tiers of pbb in region 32.75"),
    (("35.78", "32.16", "--on", "2025-01-16"), "a region that has one: 32.16 Kabupaten Bekasi, 35.73 Kota Malang"),
    (("32.16", "32.16"), "same"),
    (("32.16", "35.78", "--on", "2025-01-16"), "sepadan demo load"),
    (("32.16", "35.78"), "--on"),
    (("32.16", "35.73", "--assumptions", "nope"), "default"),
    (("32.16", "35.73", "--waste-table", "absent.csv"), "absent.csv"),
])  # fmt: skip
def test_wrong_input_names_place_and_remedy_and_writes_nothing(small_rolls, tmp_path, arguments, says):
    done = call(*arguments, "--out", tmp_path / "out")
    assert isinstance(done.exception, Refused)
    assert says in done.exception.problem.text("en")
    assert done.exception.problem.text("id")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_without_a_folder_or_with_a_full_one_nothing_is_computed(written):
    assert "--out" in call("32.16", "35.73").exception.problem.text("en")
    assert "--out" in call("32.16", "35.73", "--out", "").exception.problem.text("en")
    assert "its name is too long" in call("32.16", "35.73", "--out", "x" * 300).exception.problem.text("en")
    assert "is a file" in call("32.16", "35.73", "--out", written / "study.json" / "x").exception.problem.text("en")
    assert "--force" in call("32.16", "35.73", "--out", written).exception.problem.text("en")
    assert "SHA256SUMS" in call("verify", written.parent).exception.problem.text("en")


# --- a national table of one's own -----------------------------------------------------------------------------------

HEAD = ("Tahun,Kabupaten/Kota,Timbulan(A),Pengurangan (ton/tahun)(B),Penanganan (ton/tahun)(C),"
        "Terkelola (ton/tahun)(B+C)\n")  # fmt: skip


def test_a_waste_table_is_read_with_blanks_as_not_reported(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(HEAD + '2024,Kab. Bekasi,"1,000.50",10,200,210\n2024,Kota Malang,5,,1,\n', encoding="utf-8")
    found = read_waste_table(path)
    assert [row.region for row in found.rows] == ["Kabupaten Bekasi", "Kota Malang"]
    assert float(found.rows[0].generated_t) == 1000.5
    assert found.rows[1].reduced_t is None
    assert len(found.sha256) == 64


@pytest.mark.parametrize(("text", "says"), [
    ("a,b\n1,2\n", "no such columns"),
    (HEAD + "2024,Kota Malang,many,1,1,2\n", ":2 (Timbulan(A))"),
    (HEAD + "2024,Kota Malang,1,1,1,2\n2024,Kota Batu,1,NaN,1,2\n", ":3 (Pengurangan"),
    (HEAD + "2024,Kota Malang,-1,1,1,2\n", ":2 (Timbulan(A))"),
    (HEAD + "2024,Kota Malang,1e999,1,1,2\n", ":2 (Timbulan(A))"),
    (HEAD + "2024,Kota Malang\n", ":2: This line is shorter"),
    ("", "no such columns"),
])  # fmt: skip
def test_a_faulty_waste_table_is_refused_with_its_line(tmp_path, text, says):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_waste_table(path)
    assert says in str(refused.value)


@pytest.mark.django_db
def test_ranks_come_from_the_table_that_was_given(small_rolls, shared, tmp_path):
    from sepadan.study.services.studies import make_study

    path = shared / "facts" / "sipsn" / "sipsn2024_Data_Capaian_Pengelolaan_Sampah.csv"
    if not path.exists():
        pytest.skip(f"the national table is not at {path}; its licence keeps it out of the product")
    found = make_study("32.16", "35.73", waste_table=path)
    assert (found.national.rank_managed["Kota Malang"], found.national.rank_managed["Kabupaten Bekasi"]) == (20, 148)
    assert found.national.rank_reduced["Kabupaten Bekasi"] == 247
    assert found.fingerprints.whole != make_study("32.16", "35.73").fingerprints.whole

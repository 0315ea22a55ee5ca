"""The command line: help without work, clear refusals, exit codes."""

from __future__ import annotations

import signal
import subprocess
import sys

import click
import pytest

from sepadan.ground.messages import catalogue
from sepadan.ground.problems import Refused, refuse
from sepadan.project import cli
from sepadan.project.cli import COMMANDS, Entry, database
from sepadan.project.cli.help_words import sentences
from sepadan.project.cli.language import language


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("SEPADAN_LANG", "en")


@pytest.fixture
def command(monkeypatch):
    """Put a click command into the table under the name ``sample``."""
    def add(sample: click.Command, *, needs_database: bool = False) -> None:
        monkeypatch.setattr(cli, "find_module", lambda _: True)
        monkeypatch.setattr(cli, "import_module", lambda _: type("module", (), {"sample": sample}))
        monkeypatch.setitem(COMMANDS, "sample", Entry("somewhere:sample", database=needs_database))
    return add


def test_help_lists_the_commands_with_words_and_examples(capsys):
    assert cli.run(["--help"]) == 0
    out = capsys.readouterr().out
    assert "serve" in out
    assert "Examples:" in out


def installed() -> list[str]:
    return [name for name, entry in COMMANDS.items() if cli.find_module(entry.target)]


def test_all_that_a_command_says_of_itself_stands_in_both_languages():
    ctx, known, missing, used = click.Context(cli.root), catalogue(), [], set()
    parts = [*sentences(cli.root, "project", "sepadan")]
    for name in installed():
        package = COMMANDS[name].target.removeprefix("sepadan.").partition(".")[0]
        parts += sentences(cli.root.get_command(ctx, name), package, name)
    for key, english, _ in parts:
        used.add(key)
        if key not in known or " ".join(known[key]["en"].split()) != " ".join(english.split()):
            missing.append(f"{key}: {english!r}")
    assert missing == [], "add these to the messages_help.yaml of their package, Indonesian first"
    assert {key for key in known if ".help." in key} - used == set()


@pytest.mark.parametrize("name", ["", *installed()])
def test_help_is_given_in_the_language_of_the_reader(capsys, name):
    words = {"en": ("Usage: ", "Options:", "Show this message"), "id": ("Cara pakai: ", "Pilihan:", "Tampilkan")}
    if name == "manage":  # Django answers for its own
        return
    command = cli.root.get_command(click.Context(cli.root), name) if name else None
    leaves = [[name, leaf] for leaf in command.commands] if isinstance(command, click.Group) else []
    own = [name] if name else []
    for lang, path in [("en", own), ("id", own), ("en", own), *(("id", one) for one in leaves)]:
        assert cli.run(["--lang", lang, *path, "--help"]) == 0
        out = capsys.readouterr().out
        assert ("Examples:" if lang == "en" else "Contoh:") in out, path
        assert all(word in out for word in words[lang])
        assert not any(word in out for word in words["id" if lang == "en" else "en"])
        assert all(line.strip().startswith("sepadan") for line in out.split(":\n")[-1].splitlines())


def test_every_command_of_the_table_has_a_sentence_in_both_languages():
    for name in COMMANDS:
        assert set(catalogue()[f"project.cli.{name}"]) == {"id", "en"}


def test_an_unknown_command_is_wrong_use(capsys):
    assert cli.run(["no-such-command"]) == 2
    assert "no-such-command" in capsys.readouterr().err


def test_a_command_that_is_not_installed_says_so_and_what_to_do(capsys, monkeypatch):
    monkeypatch.setitem(COMMANDS, "sample", Entry("sepadan.no_such_part.commands:sample"))
    assert cli.run(["sample"]) == 2
    error = capsys.readouterr().err
    assert "sepadan.no_such_part.commands" in error
    assert "./run --setup-only" in error


@pytest.mark.parametrize(("arguments", "english", "indonesian"), [
    (["studi"], "there is no command “studi”", "Mungkin maksudnya “study”?"),
    (["statutes"], "Usage:", "Cara pakai:"),
    (["statutes", "show"], "sepadan statutes show: REGION is missing.", "REGION belum diisi"),
    (["statutes", "show", "35.73", "pbb", "more"], "“more” is more than the command takes", "“more” berlebih"),
    (["statutes", "show", "--onn", "x"], "Did you mean “--on”?", "pilihan --onn tidak ada"),
    (["statutes", "show", "--on"], "--on needs a value", "--on memerlukan nilai"),
    (["statutes", "show", "--json=1"], "--json takes no value", "--json tidak memakai nilai"),
    (["statutes", "show", "35.73", "pbb", "--on", "31-12-2025"], "Write year-month-day", "Tulis tahun-bulan-tanggal"),
    (["statutes", "show", "35.73", "pbb", "--on", "2025-W03-4"], "is not a day", "bukan tanggal"),
    (["statutes", "show", "99.99", "pbb"], "no statutes for region 99.99", "tidak ada peraturan untuk daerah 99.99"),
    (["statutes", "check", "/nowhere"], "FOLDER: “/nowhere” does not exist", "“/nowhere” tidak ada"),
    (["statutes", "check", "/etc/passwd"], "is a file, not a folder", "adalah berkas, bukan folder"),
    (["serve", "--port", "0"], "--port: 0 is outside 1<=x<=65535", "--port: 0 di luar 1<=x<=65535"),
    (["serve", "--port", "x"], "--port: “x” is not a number", "bukan bilangan"),
    (["worker", "--concurrency", "0"], "--concurrency: 0 is outside", "--concurrency: 0 di luar"),
    (["study", "32.16", "35.73", "--lever", "rate"], "Did you mean “rates”?", "bukan salah satu dari ratio"),
    (["--data", ""], "the name of the folder is empty", "nama folder kosong"),
    (["cases", "nowhere.yaml"], "nowhere.yaml: the file cannot be read", "berkas tidak terbaca"),
    (["territory", "import", "/etc", "--region", "35.73"], "is a folder, not a file", "adalah folder, bukan berkas"),
])  # fmt: skip
def test_wrong_use_is_told_in_the_language_asked_for_and_is_code_2(capsys, arguments, english, indonesian):
    for lang, words in (("en", english), ("id", indonesian)):
        assert cli.run(["--lang", lang, *arguments]) == 2
        error = capsys.readouterr().err
        assert words in error
        assert "Traceback" not in error
        assert "Error:" not in error


def test_a_command_that_django_does_not_know_is_wrong_use():
    with pytest.raises(Refused, match="Did you mean “migrate”"):
        database.check_django_command("migrat")
    database.check_django_command("help")


def test_a_choice_of_language_ends_with_its_run(capsys):
    cli.run(["--lang", "id", "nope"])
    cli.run(["nope"])
    assert capsys.readouterr().err.count("there is no command") == 1
    cli.run(["statutes", "show", "99.99", "pbb", "--lang", "id"])
    assert "tidak ada peraturan" in capsys.readouterr().err


def test_what_the_system_refuses_is_code_2_and_a_fault_of_the_program_code_70(capsys, command):
    @click.command()
    @click.argument("kind")
    def sample(kind: str) -> None:
        raise OSError(28, "No space left on device", "/data/x") if kind == "disk" else ValueError("boom")

    command(sample)
    assert cli.run(["sample", "disk"]) == 2
    assert "/data/x: no space is left on the device" in capsys.readouterr().err
    assert cli.run(["sample", "bug"]) == 70
    assert "fault of the program (ValueError)" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("turned_into", [None, RuntimeError])
def test_a_signal_is_no_fault_and_what_is_under_way_is_taken_back(tmp_path, number, turned_into):
    script = f"""
import os, sys, click
from sepadan.project import cli
@click.command()
def sample():
    try:
        os.kill(os.getpid(), {int(number)})
        __import__("time").sleep(5)
    except KeyboardInterrupt:
        if {turned_into is not None}:
            raise RuntimeError("Query interrupted") from None
        raise
    finally:
        print("taken back")
cli.root.add_command(sample)
cli.Commands.get_command = lambda self, ctx, name: sample
cli.main(["--lang", "en", "sample"])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (128 + number, "taken back\n", "Stopped.")


def test_a_reader_that_has_enough_is_no_finding():
    done = subprocess.run(f"{sys.executable} -m sepadan.project.cli statutes show national pbb | head -1; "
                          "echo ${PIPESTATUS[0]}", shell=True, executable="/bin/bash", capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")


def test_an_argument_that_is_no_text_is_wrong_use(capsys, command):
    @click.command()
    @click.argument("name")
    def sample(name: str) -> None:
        name.encode()

    command(sample)
    assert cli.run(["sample", "a\udcff"]) == 2
    assert capsys.readouterr().err.startswith("a?: this argument is no text in UTF-8. Type it again")


def test_a_refusal_is_one_sentence_on_standard_error_and_code_2(capsys, command):
    @click.command()
    def sample() -> None:
        raise refuse("project.serve.port", where="127.0.0.1:8000", port=8000, reason="in use",
                     remedy="project.serve.port.remedy")

    command(sample)
    assert cli.run(["sample"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("127.0.0.1:8000: the port")
    assert "Traceback" not in captured.err


def test_findings_are_code_1(command):
    @click.command()
    @click.pass_context
    def sample(ctx: click.Context) -> None:
        ctx.exit(1)

    command(sample)
    assert cli.run(["sample"]) == 1


@pytest.mark.parametrize(("needs", "started"), [(True, 1), (False, 0)])
def test_a_leaf_gets_the_database_unless_it_needs_none_and_help_starts_nothing(command, monkeypatch, needs, started):
    starts, runs = [], []

    class Started:
        def __enter__(self) -> None:
            starts.append(1)

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(database, "with_database", Started)
    monkeypatch.setattr(database, "prepare_django", lambda: None)

    @click.group()
    def sample() -> None:
        pass

    @sample.command()
    def leaf() -> None:
        runs.append(1)

    leaf.needs_database = needs
    command(sample, needs_database=True)
    assert cli.run(["sample", "leaf", "--help"]) == 0
    assert starts == []
    assert cli.run(["sample", "leaf"]) == 0
    assert cli.run(["sample", "leaf"]) == 0  # loading the command twice does not start the server twice
    assert (len(starts), len(runs)) == (2 * started, 2)


@pytest.mark.parametrize(("variables", "expected"), [
    ({"SEPADAN_LANG": "id"}, "id"),
    ({"SEPADAN_LANG": "en", "LANG": "id_ID.UTF-8"}, "en"),
    ({"LANG": "id_ID.UTF-8"}, "id"),
    ({"LC_ALL": "C", "LANG": "id_ID.UTF-8"}, "en"),
    ({}, "en"),
])
def test_the_language_follows_the_setting_then_the_system(monkeypatch, variables, expected):
    for name in ("SEPADAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_the_address_of_a_database_is_shown_without_its_password():
    from sepadan.project.cli.database import _shown

    assert _shown("postgresql://warga:rahasia@db.example:5433/sepadan") == \
        "user=warga dbname=sepadan host=db.example port=5433"

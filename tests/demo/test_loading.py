"""Loading the demonstration: once, whole, resumable after a kill, with progress, an audit record and accounts."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connections

from sepadan.demo.commands import demo
from sepadan.demo.plans import PLANNED, read_plan
from sepadan.demo.public import account_lines
from sepadan.demo.services import progress, rolls
from sepadan.demo.services.people import demo_accounts, ensure_accounts
from sepadan.records.public import AuditEntry, Work, WorkState, account_scope, person_by_email, region_scope
from sepadan.records.queries.people import roles_of
from sepadan.tax.public import Roll, TaxableObject, current_roll, find_snapshot, loading_work
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _place(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


def malang() -> Region:
    return Region.objects.get(code="35.73")


def load(**kwargs: object) -> rolls.Loaded:
    return rolls.load_roll(read_plan("35.73", small=True), clock=lambda: NOW, **kwargs)  # type: ignore[arg-type]


def test_a_roll_is_loaded_once_with_progress_audit_and_snapshot():
    told: list[int] = []
    first = load(told=lambda done, what: told.append(done))
    assert not first.was_there
    assert told == sorted(told)
    assert told[-1] == 1000
    assert (first.roll.object_count, first.roll.divisor, first.roll.synthetic) == (6000, 50, True)
    assert "6,000" in first.roll.label.text("en")
    assert "not data about anyone" in first.roll.label.text("en")
    assert first.roll.figures["small_bills"] == 1146

    second = load()
    assert (second.roll.pk, second.was_there) == (first.roll.pk, True)
    with region_scope(malang()):
        assert current_roll() == first.roll
        assert TaxableObject.objects.count() == 6000
        assert find_snapshot(first.roll) is not None
        work = Work.objects.get()
        assert (work.state, work.percent, loading_work()) == (WorkState.DONE, 100, None)
        assert AuditEntry.objects.filter(action="demo.audit.roll_loaded").count() == 1


def test_a_small_roll_is_not_loaded_where_the_whole_one_is(monkeypatch):
    tiny = read_plan("35.73").scaled(100)
    monkeypatch.setattr(rolls, "read_plan", lambda region, **kwargs: tiny)  # stands for the whole roll
    whole = rolls.load_roll(tiny, clock=lambda: NOW)
    assert load().roll == whole.roll


def test_after_a_kill_nothing_is_half_there_and_the_next_load_completes():
    connections.close_all()
    child = os.fork()
    if child == 0:
        def fall(done: int, what: object) -> None:
            if rolls.CALIBRATED < done < progress.WHOLE:
                os.kill(os.getpid(), signal.SIGKILL)

        progress.PAUSE = 0.0
        load(told=fall)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    with region_scope(malang()):
        assert current_roll() is None
        assert not TaxableObject.objects.exists()
        assert loading_work() is not None
    assert not load().was_there
    with region_scope(malang()):
        assert TaxableObject.objects.count() == 6000
        assert Roll.objects.get().version == 1
        assert loading_work() is None
        assert sorted(Work.objects.values_list("state", flat=True)) == [WorkState.DONE, WorkState.FAILED]


def test_what_a_kill_after_the_last_row_left_undone_is_made_good():
    roll = load().roll
    with region_scope(malang()):
        snapshot = find_snapshot(roll)
        assert snapshot is not None
        snapshot.path.unlink()
    load()
    with region_scope(malang()):
        assert find_snapshot(roll) == snapshot


def test_a_failed_load_says_so_and_can_be_repeated(monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(rolls, "fill_roll", broken)
        with pytest.raises(RuntimeError):
            load()
    with region_scope(malang()):
        assert Roll.objects.get().state == "failed"
        assert Work.objects.get().message.text("en").startswith("Loading broke off")
    assert load().roll.version == 1


def test_accounts_are_made_once_with_one_role_each():
    assert ensure_accounts("35.73", now=NOW, today=date(2026, 11, 24)) == 8
    assert ensure_accounts("35.73", now=NOW, today=date(2026, 11, 24)) == 0
    for account in demo_accounts(["35.73"]):
        person = person_by_email(account.email)
        assert person is not None
        assert person.check_password(account.password)
        assert "Contoh" in person.name
        with region_scope(malang()), account_scope(person_id=person.pk):
            assert roles_of(person, date(2026, 11, 24)) == {account.role}
        with region_scope(Region.objects.get(code="32.16")), account_scope(person_id=person.pk):
            assert roles_of(person, date(2026, 11, 24)) == set()


def test_printed_passwords_belong_to_this_installation(settings):
    here = [account.password for account in demo_accounts()]
    assert len(set(here)) == len(here) == 16
    assert all(password.startswith("contoh-") for password in here)
    settings.SECRET_KEY = "another installation"
    assert not set(here) & {account.password for account in demo_accounts()}
    assert len(account_lines("id")) == len(account_lines("en")) == 1 + 16 + 2 + 1  # title, accounts, regions, factor


def test_the_command_loads_and_reports_as_json():
    runner = CliRunner()
    assert runner.invoke(demo, ["status"]).exit_code == 1
    done = runner.invoke(demo, ["load", "--region", "35.73", "--small", "--json"])
    assert done.exit_code == 0, done.output
    (found,) = json.loads(done.stdout)
    assert (found["region"], found["objects"], found["was_there"]) == ("35.73", 6000, False)
    status = json.loads(runner.invoke(demo, ["status", "--json"]).stdout)
    assert [len(row["rolls"]) for row in status] == [1, 0]
    assert [row["region"] for row in status] == list(PLANNED)

"""Background work: progress, stop, refusal, and a worker killed in the middle whose work is completed once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from sepadan.records import clock, tasks
from sepadan.records.models import Account, AuditEntry, SignInThrottle, Work
from sepadan.records.names import Actor, Role, WorkState
from sepadan.records.services import work as service
from sepadan.records.services.work import Run, Superseded, handler, perform, start_work, stop_work
from sepadan.records.tenancy import region_scope

from . import work_probe  # noqa: F401  registers the probe
from .conftest import NOW, make_region

ACTOR = Actor("Sistem")


def ask(region, steps=3, **params):
    with region_scope(region):
        return start_work("records.probe", action="tax.read", actor=ACTOR, now=NOW, once=params.pop("once", ""),
                          params={"steps": steps, **params})


def read(region, work):
    with region_scope(region):
        return Work.objects.get(pk=work.pk)


@pytest.mark.django_db
class TestWork:
    def test_work_is_queued_with_the_request_and_done_by_perform(self, malang):
        work = ask(malang)
        assert ProcrastinateJob.objects.filter(args={"region_id": malang.pk, "work_id": work.pk}).count() == 1
        assert perform(malang.pk, work.pk, clock=clock.now) == WorkState.DONE
        row = read(malang, work)
        assert (row.state, row.done, row.total, row.percent, row.result) == ("done", 3, 3, 100, {"made": 3})
        with region_scope(malang):
            assert Account.objects.count() == 3
            assert AuditEntry.objects.get().action == "records.audit.work_started"

    def test_finished_work_is_not_done_again(self, malang):
        work = ask(malang)
        perform(malang.pk, work.pk, clock=clock.now)
        assert perform(malang.pk, work.pk, clock=clock.now) is None

    def test_the_same_work_is_open_once(self, malang, bekasi):
        first = ask(malang, once="2026")
        assert ask(malang, once="2026") == first
        assert ask(bekasi, once="2026") != first
        perform(malang.pk, first.pk, clock=clock.now)
        with region_scope(malang):
            Account.objects.all().delete()
        assert ask(malang, once="2026") != first

    def test_a_broken_step_is_taken_back_and_the_work_says_so(self, malang, caplog):
        work = ask(malang, break_at="2")
        assert perform(malang.pk, work.pk, clock=clock.now) == WorkState.FAILED
        row = read(malang, work)
        assert (row.done, row.checkpoint) == (1, 1)
        assert f"Laporkan nomor {work.pk}" in row.message.text("id")
        assert "ZeroDivisionError" in caplog.text
        with region_scope(malang):
            assert Account.objects.count() == 1

    def test_a_refusal_keeps_its_sentence_in_both_languages(self, malang):
        work = ask(malang, refuse_at="1")
        perform(malang.pk, work.pk, clock=clock.now)
        assert read(malang, work).result == {"refused": {"id": "probe: Berkasnya kosong.",
                                                         "en": "probe: The file is empty."}}

    def test_stopping_waits_for_the_step_or_happens_at_once(self, malang):
        waiting = ask(malang)
        with region_scope(malang):
            assert stop_work(waiting, actor=ACTOR, now=NOW).state == WorkState.STOPPED
        assert perform(malang.pk, waiting.pk, clock=clock.now) is None

        @handler("records.stopped_probe")
        def stopped(run: Run) -> None:
            for _ in range(3):
                with run.step() as step:
                    step.advance(1)
                    stop_work(Work(pk=run.work_id), actor=ACTOR, now=NOW)

        with region_scope(malang):
            running = start_work("records.stopped_probe", action="tax.read", actor=ACTOR, now=NOW)
        assert perform(malang.pk, running.pk, clock=clock.now) == WorkState.STOPPED
        assert read(malang, running).done == 1

    def test_an_overtaken_attempt_writes_nothing_more(self, malang):
        work = ask(malang)
        with region_scope(malang):
            Work.objects.filter(pk=work.pk).update(state="running", attempt=2)
            stale = Work.objects.get(pk=work.pk)
        stale.attempt = 1
        run = Run(stale, clock.now)
        with pytest.raises(Superseded), run.step():
            pytest.fail("the step must not begin")

    def test_wrong_requests_say_what_is_wrong(self, malang):
        with region_scope(malang):
            with pytest.raises(ValueError, match="nothing does work of kind"):
                start_work("records.nothing", action="tax.read", actor=ACTOR, now=NOW)
            with pytest.raises(ValueError, match="no role has the action"):
                start_work("records.probe", action="tax.sing", actor=ACTOR, now=NOW)
        with pytest.raises(ValueError, match="two handlers"):
            handler("records.probe")(lambda run: None)

    def test_the_page_shows_progress_to_those_who_may_see_it(self, client, malang, make_person):
        make_person("ayu", (malang, Role.TAX_OFFICER))
        make_person("wati", (malang, Role.WASTE_OFFICER))
        work = ask(malang, steps=7)
        with region_scope(malang):
            Work.objects.filter(pk=work.pk).update(state="running", done=3, total=7, started_at=NOW, heartbeat_at=NOW)
        urls = [f"/id/35.73/pekerjaan/{work.pk}/", f"/id/35.73/pekerjaan/{work.pk}/kemajuan/"]
        client.post("/id/masuk/", {"email": "wati@contoh.go.id", "password": "kopi tubruk tanpa gula"})
        assert [client.get(url).status_code for url in urls] == [404, 404]
        assert client.post(f"/id/35.73/pekerjaan/{work.pk}/hentikan/").status_code == 404
        client.post("/id/keluar/")
        client.post("/id/masuk/", {"email": "ayu@contoh.go.id", "password": "kopi tubruk tanpa gula"})
        page = client.get(urls[0]).content.decode()
        assert "3 dari 7" in page
        assert 'http-equiv="refresh"' in page
        assert 'hx-trigger="every 2s"' in page
        assert str(work.pk) in client.get("/id/35.73/pekerjaan/").content.decode()
        assert client.post(f"/id/35.73/pekerjaan/{work.pk}/hentikan/").status_code == 302
        assert "Akan berhenti sesudah langkah ini" in client.get(urls[1]).content.decode()
        with region_scope(malang):
            Work.objects.filter(pk=work.pk).update(state="done", done=7)
        ended = client.get(urls[1])
        assert (ended.status_code, ended["HX-Refresh"]) == (286, "true")  # the page around it shows what came of it


@pytest.mark.django_db
def test_what_no_longer_counts_is_tidied_away():
    for key, hours in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="x", expire_date=clock.now() + timedelta(hours=hours))
    for key, days in (("a" * 64, 3), ("b" * 64, 0)):
        at = clock.now() - timedelta(days=days)
        SignInThrottle.objects.create(key=key, failures=3, last_failure_at=at, open_at=at)
    assert tasks.tidy(timestamp=0) == 2
    assert [s.session_key for s in Session.objects.all()] == ["new"]
    assert [t.key for t in SignInThrottle.objects.all()] == ["b" * 64]


WORKER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "sepadan.project.settings"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = settings.DATABASES["owner"]["NAME"] = sys.argv[1]
import django
django.setup()
sys.path.insert(0, sys.argv[2])
import work_probe
from sepadan.records.tasks import run_worker
run_worker(until_empty=sys.argv[3] == "until-empty")
"""


def worker(mode: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKER, connections["default"].settings_dict["NAME"],
                             str(Path(__file__).parent), mode], env=os.environ.copy())


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("waited in vain")


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_nothing_and_repeats_nothing():
    malang = make_region("35.73", "Kota Malang", "kota")
    work = ask(malang, steps=12, pause="0.1")
    first = worker("wait")
    try:
        wait_for(lambda: read(malang, work).done >= 3)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    killed = read(malang, work)
    assert killed.state == WorkState.RUNNING
    assert killed.done < 12
    second = worker("until-empty")
    assert second.wait(timeout=30) == 0
    row = read(malang, work)
    assert (row.state, row.done, row.attempt) == ("done", 12, 2)
    with region_scope(malang):
        makers = list(Account.objects.order_by("id").values_list("code", "name"))
    assert [code for code, _ in makers] == [f"p{n}" for n in range(1, 13)]
    assert {name for _, name in makers} == {str(first.pid), str(second.pid)}
    assert ProcrastinateJob.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_stops_when_told_and_leaves_its_work_to_the_next():
    malang = make_region("35.73", "Kota Malang", "kota")
    work = ask(malang, steps=3)
    first = worker("wait")
    wait_for(lambda: read(malang, work).state == WorkState.DONE)
    first.terminate()
    assert first.wait(timeout=20) == 0
    assert tasks.work is service


@pytest.mark.django_db(transaction=True)
def test_a_worker_works_though_the_server_ended_what_an_earlier_one_left_open():
    malang, bekasi = make_region("35.73", "Kota Malang", "kota"), make_region("32.16", "Kabupaten Bekasi", "kabupaten")
    first = ask(malang, steps=1)
    tasks.run_worker(until_empty=True)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                       " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()")
        assert cursor.fetchone()[0] >= 1
    second = ask(bekasi, steps=3, pause="0.3")
    tasks.run_worker(until_empty=True)
    assert [(row.state, row.attempt) for row in (read(malang, first), read(bekasi, second))] == [("done", 1)] * 2

"""The embedded server: one for all, kept between runs, whole after kill -9, never pulled from under another."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sepadan.ground.problems import Refused
from sepadan.project import postgres
from sepadan.project.postgres_binaries import find_binaries, server_user
from sepadan.project.postgres_cluster import Cluster

HOLDER = """
import sys
from pathlib import Path
from sepadan.project.postgres import ensure_server, leave_server
folder = Path(sys.argv[1])
print(ensure_server(folder).database_url, flush=True)
sys.stdin.readline()
leave_server(folder)
"""


@pytest.fixture(autouse=True)
def _embedded(monkeypatch):
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "PG_BIN"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder the server's own user can reach (pytest's are closed); what still runs in it afterwards is stopped."""
    with tempfile.TemporaryDirectory(prefix="sepadan-test-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        try:
            yield folder
        finally:
            if pid := postgres.cluster(folder).postmaster():
                os.kill(pid, signal.SIGQUIT)
                gone(postgres.cluster(folder))


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data folder for all tests here, so that only one cluster is made."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def fresh() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture
def server(data):
    with postgres.running_server(data) as urls:
        yield urls


def count(urls: postgres.Urls) -> int:
    with psycopg.connect(urls.owner_url) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def holder(data: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its standard input closes."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
    assert process.stdout.readline().startswith("postgresql://")
    return process


def gone(cluster: Cluster, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while cluster.postmaster() is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return cluster.postmaster() is None


def test_it_answers_and_a_second_call_changes_nothing(data):
    first = postgres.ensure_server(data)
    pid = postgres.cluster(data).postmaster()
    assert postgres.ensure_server(data) == first
    assert postgres.cluster(data).postmaster() == pid
    with psycopg.connect(first.database_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("sepadan_app",)
    postgres.leave_server(data)
    assert postgres.cluster(data).postmaster() == pid
    postgres.leave_server(data)
    assert gone(postgres.cluster(data))


def test_the_data_folder_is_closed_to_others(data, server):
    assert postgres.cluster(data).files.stat().st_mode & 0o077 == 0
    assert postgres.cluster(data).sockets.stat().st_mode & 0o077 == 0


def test_the_socket_path_is_short_however_deep_the_data_folder_lies(tmp_path):
    deep = tmp_path / ("deep" * 20) / ("er" * 40)
    assert len(str(postgres.cluster(deep).sockets / ".s.PGSQL.5432")) < 60


def test_two_threads_at_once_get_one_server(data):
    urls, threads = [], [threading.Thread(target=lambda: urls.append(postgres.ensure_server(data))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 2
    postgres.leave_server(data)
    assert postgres.cluster(data).answers()
    postgres.leave_server(data)
    assert gone(postgres.cluster(data))


def test_two_processes_at_once_share_it_and_the_last_one_stops_it(data):
    first, second = holder(data), holder(data)
    pid = postgres.cluster(data).postmaster()
    first.communicate("\n", timeout=30)
    assert postgres.cluster(data).postmaster() == pid
    assert postgres.stop_server(data) is False  # the second one still uses it
    second.communicate("\n", timeout=30)
    assert gone(postgres.cluster(data))


def test_a_killed_user_does_not_keep_it_running_for_ever(data):
    killed = holder(data)
    killed.kill()
    killed.wait()
    assert postgres.cluster(data).answers()
    assert postgres.stop_server(data) is True
    assert gone(postgres.cluster(data))


def test_no_acknowledged_row_is_lost_by_kills_under_load(data):
    """Kill the postmaster, or all of its processes, while rows go in; every acknowledged row is there again."""
    with postgres.running_server(data) as urls, psycopg.connect(urls.owner_url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept (n bigserial PRIMARY KEY)")
    acknowledged = 0
    for everything in (False, True, False):
        urls = postgres.ensure_server(data)
        cluster = postgres.cluster(data)
        killer = threading.Timer(0.4, kill, [cluster, everything])
        killer.start()
        acknowledged += insert_until_it_falls(urls)
        killer.join()
        assert postgres.ensure_server(data) == urls
        assert count(urls) in (acknowledged, acknowledged + 1)  # one may have been written and not yet acknowledged
        acknowledged = count(urls)
        postgres.leave_server(data)
        postgres.leave_server(data)
    assert acknowledged > 100


def insert_until_it_falls(urls: postgres.Urls) -> int:
    """Insert rows one transaction each; returns how many were acknowledged."""
    rows = 0
    try:
        with psycopg.connect(urls.owner_url, autocommit=True) as connection:
            while True:
                connection.execute("INSERT INTO kept DEFAULT VALUES")
                rows += 1
    except psycopg.OperationalError:
        return rows


def kill(cluster: Cluster, everything: bool) -> None:
    from sepadan.project import postgres_cluster

    pids = postgres_cluster._processes_in(cluster.files) if everything else [cluster.postmaster()]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_a_backend_that_outlives_its_postmaster_is_ended_before_the_next_start(data):
    urls = postgres.ensure_server(data)
    busy = psycopg.connect(urls.owner_url)
    thread = threading.Thread(target=query_long, args=(busy,))
    thread.start()
    time.sleep(0.3)
    os.kill(postgres.cluster(data).postmaster(), signal.SIGKILL)
    began = time.monotonic()
    assert postgres.ensure_server(data) == urls
    assert time.monotonic() - began < 20
    thread.join()
    postgres.leave_server(data)
    postgres.leave_server(data)


def query_long(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT count(*) FROM generate_series(1, 100000000000) a")


def test_a_stale_pid_file_with_the_number_of_a_living_stranger_does_not_stop_it(data):
    with postgres.running_server(data):
        pass
    files = postgres.cluster(data).files
    (files / "postmaster.pid").write_text(f"{os.getppid()}\n{files}\n1\n5432\n/tmp\n\n        1         1\nready   \n")
    with postgres.running_server(data) as urls, psycopg.connect(urls.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_half_made_cluster_is_made_again(fresh):
    draft = postgres.cluster(fresh).files.with_name("postgres.draft")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with postgres.running_server(fresh, durable=False) as urls, psycopg.connect(urls.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not draft.exists()


def test_checksums_and_a_locale_of_its_own(server):
    with psycopg.connect(server.database_url) as connection:
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_a_folder_with_other_files_is_refused(fresh):
    (fresh / "postgres").mkdir()
    (fresh / "postgres" / "letter.txt").write_text("not yours")
    with pytest.raises(Refused, match="other files"):
        postgres.ensure_server(fresh)
    assert (fresh / "postgres" / "letter.txt").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_root_keeps_the_cluster_elsewhere_when_the_servers_user_cannot_reach_the_data_folder(fresh):
    closed = fresh / "closed"
    closed.mkdir(mode=0o700)
    cluster = postgres.cluster(closed / "data")
    assert not cluster.files.is_relative_to(closed)
    try:
        with postgres.running_server(closed / "data", durable=False) as urls:
            assert psycopg.connect(urls.database_url).execute("SELECT 1").fetchone() == (1,)
        assert postgres.cluster(closed / "data") == cluster
    finally:
        shutil.rmtree(cluster.files.parent)


def test_data_of_another_version_is_refused_with_both_versions(data, monkeypatch):
    with postgres.running_server(data):
        pass
    version = postgres.cluster(data).files / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(Refused, match=r"PostgreSQL 12, .* version 1[5-9]"):
            postgres.ensure_server(data)
    finally:
        version.write_text(made_by)


@pytest.mark.parametrize(("variables", "words"), [
    ({"DATABASE_URL": "postgresql://app@db/x"}, "DATABASE_OWNER_URL"),
    ({"PG_BIN": "/nonexistent"}, "PG_BIN=/nonexistent"),
])
def test_wrong_settings_name_the_variable(fresh, monkeypatch, variables, words):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=words):
        postgres.ensure_server(fresh)


def test_an_external_server_is_neither_started_nor_stopped(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/x")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/x")
    urls = postgres.ensure_server(tmp_path)
    assert (urls.database_url, urls.embedded) == ("postgresql://app@db/x", False)
    assert not (tmp_path / "postgres").exists()
    postgres.leave_server(tmp_path)


def system_binaries() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.mark.skipif(not system_binaries(), reason="this system has no PostgreSQL of its own in /usr/lib/postgresql")
def test_it_works_with_the_postgresql_of_the_system(fresh, monkeypatch):
    """A smoke test: another version, with its contrib modules."""
    monkeypatch.setenv("PG_BIN", str(system_binaries()[-1]))
    assert find_binaries(server_user()) == system_binaries()[-1]
    with postgres.running_server(fresh, durable=False) as urls, psycopg.connect(urls.owner_url) as connection:
        for extension in ("btree_gist", "pg_trgm", "unaccent"):
            connection.execute(f"CREATE EXTENSION {extension}")

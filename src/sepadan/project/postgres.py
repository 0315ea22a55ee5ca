"""The embedded PostgreSQL: started when it is needed, kept between runs, whole again after ``kill -9``.

``ensure_server()`` may be called by many processes at once and again and again. Each caller registers by holding a
shared lock on one file, which the kernel drops when the process dies in whatever way; the last one to leave stops the
server. So ``./run``, ``./test`` and single commands share a server and nobody pulls it from under another.

The pid file is never believed on its own: after a kill the server may linger as a zombie, its number may belong to
somebody else, its children may still hold the shared memory. Only an answer to a connection counts as running.

Connections go through a Unix socket in a short folder of the server's user; the operating system says who connects
(peer), so there are no passwords. ``DATABASE_URL`` and ``DATABASE_OWNER_URL`` name an external server instead; then
nothing here starts or stops anything. Not for Windows.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from sepadan.ground.problems import refuse
from sepadan.project import paths
from sepadan.project.postgres_binaries import server_user
from sepadan.project.postgres_cluster import APPLICATION, DATABASE, OWNER, Cluster, cluster_of


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the database answers: as the application (owns nothing) and as the owner (migrations, bulk loads)."""

    database_url: str
    owner_url: str
    embedded: bool = True


@dataclass(slots=True)
class _Registration:
    fd: int
    count: int


_registrations: dict[Path, _Registration] = {}
_guard = threading.RLock()


def database_urls(data_dir: Path | None = None) -> Urls:
    """The two URLs, without starting anything: those of the environment, or those the embedded server will have."""
    application, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if application:
        if not owner:
            raise refuse("project.postgres.no_owner_url", where="DATABASE_OWNER_URL",
                         remedy="project.postgres.no_owner_url.remedy")
        for variable, url in (("DATABASE_URL", application), ("DATABASE_OWNER_URL", owner)):
            _check_form(variable, url)
        return Urls(application, owner, embedded=False)
    cluster = cluster_of(_resolved(data_dir), server_user())
    place = f"/{DATABASE}?host={cluster.sockets}"
    return Urls(f"postgresql://{APPLICATION}@{place}", f"postgresql://{OWNER}@{place}")


def _check_form(variable: str, url: str) -> None:
    """Refuse what libpq cannot read. The sentence does not repeat the address, which may hold a password."""
    try:
        conninfo_to_dict(url)
    except ProgrammingError as error:
        reason = " ".join(str(error).replace(url, "...").split())
        raise refuse("project.postgres.bad_url", where=variable, reason=reason,
                     remedy="project.postgres.bad_url.remedy") from error


def ensure_server(data_dir: Path | None = None, *, durable: bool = True) -> Urls:
    """Start the embedded server unless it answers, and register this process as its user. Returns its URLs.

    ``durable=False`` (tests only) trades safety against power failure for speed; it counts when this call starts it.
    """
    urls = database_urls(data_dir)
    if not urls.embedded:
        return urls
    folder = _resolved(data_dir)
    paths.make_data_dir(folder)
    cluster = cluster_of(folder, server_user())
    with _guard, _start_lock(folder):
        _register(folder)
        try:
            if not cluster.answers():
                cluster.start(durable=durable)
        except BaseException:
            _unregister(folder)
            raise
    return urls


def leave_server(data_dir: Path | None = None) -> None:
    """Undo one ``ensure_server``; the last user of all processes stops the server."""
    folder = _resolved(data_dir)
    with _guard:
        if folder not in _registrations:
            return
        with _start_lock(folder):
            registration = _registrations[folder]
            if registration.count > 1:
                registration.count -= 1
                return
            if _alone(registration.fd):
                cluster_of(folder, server_user()).stop()
            _unregister(folder)


def stop_server(data_dir: Path | None = None) -> bool:
    """Stop the embedded server unless another process uses it. Returns whether it is stopped now."""
    folder = _resolved(data_dir)
    if not folder.is_dir():
        return True
    with _guard, _start_lock(folder):
        _register(folder)
        try:
            alone = _alone(_registrations[folder].fd)
            if alone:
                cluster_of(folder, server_user()).stop()
            return alone
        finally:
            _unregister(folder)


@contextmanager
def running_server(data_dir: Path | None = None, *, durable: bool = True) -> Iterator[Urls]:
    """``with running_server() as urls:`` ensures the server for the block and leaves it afterwards."""
    urls = ensure_server(data_dir, durable=durable)
    try:
        yield urls
    finally:
        leave_server(data_dir)


def cluster(data_dir: Path | None = None) -> Cluster:
    """The cluster of a data folder, for tests and diagnosis."""
    return cluster_of(_resolved(data_dir), server_user())


def _resolved(data_dir: Path | None) -> Path:
    return Path(data_dir).resolve() if data_dir else paths.data_dir()


@contextmanager
def _start_lock(folder: Path) -> Iterator[None]:
    """One process at a time decides about starting and stopping."""
    fd = os.open(folder / "postgres.start.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _register(folder: Path) -> None:
    if folder in _registrations:
        _registrations[folder].count += 1
        return
    fd = os.open(folder / "postgres.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(fd, fcntl.LOCK_SH)
    _registrations[folder] = _Registration(fd, 1)


def _unregister(folder: Path) -> None:
    registration = _registrations[folder]
    registration.count -= 1
    if registration.count > 0:
        fcntl.flock(registration.fd, fcntl.LOCK_SH)
        return
    os.close(registration.fd)
    del _registrations[folder]


def _alone(fd: int) -> bool:
    """Whether no other process is registered (checked under the start lock, so that nobody can join meanwhile)."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(fd, fcntl.LOCK_SH)
        return False
    return True

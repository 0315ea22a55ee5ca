"""``sepadan serve`` (what ``./run`` starts): database, migrations, static files, web server, worker, demo data.

The web server answers first; demo data load behind it. One installation serves once at a time: a lock on ``serve.lock``
in the data folder, which the kernel drops when the process dies.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from sepadan.ground.messages import render
from sepadan.ground.problems import refuse
from sepadan.ground.system_words import system_words
from sepadan.project import paths, postgres
from sepadan.project.cli.database import apply_migrations, check_reach, check_roles, prepare_django
from sepadan.project.cli.language import language
from sepadan.project.supervisor import Child, Supervisor

WEB_PROCESSES = 2
WEB_THREADS = min(5, 2 * (os.cpu_count() or 1) + 1)  # per process; each may hold one connection
READY_SECONDS = 120.0
COMMAND = [sys.executable, "-m", "sepadan.project.cli"]


_EPILOG = """\b
Examples:
  sepadan serve
  sepadan serve --port 8001 --small
  sepadan serve --data /srv/sepadan --no-demo
  sepadan serve --setup-only
"""


@click.command(epilog=_EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; see SEPADAN_HOSTS.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder (default .data).")
@click.option("--small", is_flag=True, help="Small demo rolls, for slow machines.")
@click.option("--no-demo", is_flag=True, help="Load no demo data.")
@click.option("--no-worker", is_flag=True, help="Run no background jobs here.")
@click.option("--setup-only", is_flag=True, help="Prepare everything, demo data included, and leave without serving.")
def serve(*, host: str, port: int, data: Path | None, small: bool, no_demo: bool, no_worker: bool,
          setup_only: bool) -> None:
    """Prepare the installation and serve it until Ctrl-C."""
    if data is not None:
        os.environ["SEPADAN_DATA"] = str(data.expanduser().resolve())
    folder = paths.make_data_dir(paths.data_dir())
    demo = [] if no_demo else demo_command(small=small)
    if setup_only:
        with postgres.running_server() as urls:
            prepare(urls)
            if demo and (code := subprocess.run(demo, check=False).returncode):
                raise refuse("project.serve.demo_failed", code=code, remedy="project.serve.demo_failed.remedy")
        say("project.serve.prepared", command=str(Path(sys.executable).with_name("sepadan")))
        return
    with sole_server(folder, f"http://{host}:{port}/"):
        check_port(host, port)
        say("project.serve.database")
        with postgres.running_server() as urls:
            prepare(urls)
            if demo:
                announce_demo(small=small)
            os.environ["SEPADAN_POOL"] = str(WEB_THREADS)  # for the children; this process keeps no connection
            keep_serving(host, port, worker=not no_worker, demo=demo)


def prepare(urls: postgres.Urls) -> None:
    """Migrations and static files: what must be there before the first page. A page that cannot load is found here."""
    check_reach(urls)
    prepare_django()
    from django.db import connections
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    if count := apply_migrations():
        say("project.migrate.done", count=count)
    check_roles()
    connections.close_all()
    collect_static()


def keep_serving(host: str, port: int, *, worker: bool, demo: list[str]) -> None:
    """Start the children, tell the address once it answers, look after all of them until a signal."""
    supervisor = Supervisor(tell=tell_fall, each_turn=keep_database)
    supervisor.stop_on_signals()
    web = [sys.executable, "-m", "sepadan.project.web", host, str(port), str(WEB_PROCESSES), str(WEB_THREADS)]
    try:
        supervisor.add(Child("web", web))
        here = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        deadline = time.monotonic() + READY_SECONDS
        answered = False

        def settled() -> bool:
            nonlocal answered
            answered = answered or answers(here, port)
            return answered or time.monotonic() > deadline

        supervisor.run(until=settled)
        if supervisor.stopping:
            return
        if not answered:
            raise refuse("project.serve.no_answer", seconds=int(READY_SECONDS), remedy="project.serve.no_answer.remedy")
        greet(f"http://{here}:{port}/", demo=bool(demo))
        if demo:
            supervisor.add(Child("demo", demo, finishes=True))
        if worker:
            supervisor.add(Child("worker", [*COMMAND, "worker"]))
        supervisor.run()
    finally:
        supervisor.end()
        say("project.serve.stopped")


def keep_database() -> None:
    """Start the embedded server again if it was killed."""
    urls = postgres.database_urls()
    if urls.embedded and postgres.cluster().postmaster() is None:
        say("project.serve.database_again")
        postgres.ensure_server()
        postgres.leave_server()  # the registration of the whole run remains


def demo_command(*, small: bool) -> list[str]:
    """The command that loads what is missing of the demo data; empty when this installation has none."""
    from sepadan.project.cli import COMMANDS, find_module

    if not find_module(COMMANDS["demo"].target):
        return []
    return [*COMMAND, "demo", "load", *(["--small"] if small else [])]


def announce_demo(*, small: bool) -> None:
    """Note which rolls are to come before the first page can ask for one; the loader starts after the web server."""
    from importlib import import_module

    from django.db import connections

    from sepadan.records.public import now

    demo = import_module("sepadan.demo.public")
    demo.announce_rolls([demo.read_plan(code, small=small) for code in demo.PLANNED], clock=now)
    connections.close_all()


@contextmanager
def sole_server(folder: Path, address: str) -> Iterator[None]:
    """Refuse when another process serves from this data folder, and say where."""
    path = folder / "serve.lock"
    with open(path, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise refuse("project.serve.running", where=str(folder), address=file.read().strip(),
                         remedy="project.serve.running.remedy") from None
        file.truncate(0)
        file.write(address)
        file.flush()
        yield


def check_port(host: str, port: int, patience: float = 8.0) -> None:
    """Refuse a port in use; one held by the remains of a killed run is free within a second or two."""
    deadline = time.monotonic() + patience
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise refuse("project.serve.port", where=f"{host}:{port}", reason=system_words(error),
                                 port=str(port), remedy="project.serve.port.remedy") from None
        time.sleep(0.25)


def answers(host: str, port: int) -> bool:
    """Whether the site can serve a page now."""
    name = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(f"http://{name}:{port}/health/ready", timeout=3) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def collect_static() -> None:
    """Static files with hashed names and compressed copies; skipped while the sources are unchanged."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.files.storage import storages
    from django.core.management import call_command

    if settings.DEBUG:
        return
    digest = sha256(str(type(storages["staticfiles"])).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    target, stamp = Path(settings.STATIC_ROOT), Path(settings.DATA_DIR) / "static.stamp"
    if target.is_dir() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    shutil.rmtree(target, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def tell_fall(name: str, code: int, pause: float | None) -> None:
    if pause is None:
        say("project.serve.given_up", name=name, code=code)
    else:
        say("project.serve.fell", name=name, code=code, seconds=pause)


def greet(address: str, *, demo: bool) -> None:
    from sepadan.project.cli.greeting import greeting

    for line in greeting(address, language(), demo=demo):
        click.echo(line)


def say(key: str, **params: Any) -> None:
    click.echo(render(key, language(), params))

"""Starting ``sepadan serve`` as a process, for the tests that kill it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sepadan.project import postgres

NOT_PASSED_ON = ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE", "SEPADAN_STATIC")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that the database's own user can reach; a server left in it is stopped."""
    with tempfile.TemporaryDirectory(prefix="sepadan-test-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        try:
            yield folder
        finally:
            if pid := postgres.cluster(folder).postmaster():
                os.kill(pid, signal.SIGQUIT)


def environment(data: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a process that works in *data*; *settings* are added."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    return {**kept, "SEPADAN_DATA": str(data), "SEPADAN_LANG": "en", **(settings or {})}


def sepadan(data: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "sepadan.project.cli", *arguments]
    return subprocess.run(command, env=environment(data), capture_output=True, text=True, check=False, **options)


@contextmanager
def serving(data: Path, port: int, *options: str, output: int | IO[str] = subprocess.PIPE,
            settings: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "sepadan.project.cli", "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, env=environment(data, settings), stdout=output, stderr=subprocess.STDOUT,
                               text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def ready(port: int, seconds: float = 180.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
                return json.load(answer)["ready"]
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family_of(pid: int) -> list[int]:
    """A process and all that descend from it, itself first."""
    found = [pid]
    for one in found:
        try:
            found += children_of(one)
        except OSError:
            continue
    return found


def child_named(pid: int, word: bytes) -> int | None:
    """The child of *pid* whose command line contains *word*."""
    for child in children_of(pid):
        try:
            if word in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        except OSError:
            continue
    return None

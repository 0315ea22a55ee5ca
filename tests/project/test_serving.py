"""The whole of ./run as a process: it answers, ends cleanly, and is whole again after being killed anywhere."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sepadan.project import postgres


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sepadan-test-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
        if pid := postgres.cluster(folder).postmaster():
            os.kill(pid, signal.SIGQUIT)


@contextmanager
def serving(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "SEPADAN_DATA": str(data), "SEPADAN_LANG": "en"}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE", "SEPADAN_STATIC"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "sepadan.project.cli", "serve", "--port", str(port), "--no-demo"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def ready(port: int, seconds: float = 90.0) -> bool:
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


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the process table of Linux")
def test_it_serves_and_comes_back_after_every_kill(data):
    port = free_port()
    with serving(data, port) as first:
        assert ready(port)
        os.kill(postgres.cluster(data).postmaster(), signal.SIGKILL)  # the database: started again within the run
        time.sleep(1.5)
        assert ready(port, 30)
        web = next(pid for pid in children_of(first.pid) if b"project.web" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(web, signal.SIGKILL)  # the web server: started again within the run
        time.sleep(1.5)
        assert ready(port, 30)
        os.kill(first.pid, signal.SIGKILL)  # all at once, database included
        os.kill(postgres.cluster(data).postmaster(), signal.SIGKILL)
        first.wait()
        with serving(data, port) as second:  # same port, same data, at once
            assert ready(port)
            second.send_signal(signal.SIGINT)
            output, _ = second.communicate(timeout=60)
    assert second.returncode == 0, output
    assert f"http://127.0.0.1:{port}/" in output
    assert postgres.cluster(data).postmaster() is None


def test_a_second_server_on_the_same_data_is_refused_and_told_where_the_first_one_is(data):
    port = free_port()
    with serving(data, port):
        assert ready(port)
        with serving(data, free_port()) as second:
            output, _ = second.communicate(timeout=30)
    assert second.returncode == 2
    assert f"http://127.0.0.1:{port}/" in output


def test_a_port_in_use_is_refused_with_the_option_that_helps(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with serving(data, taken.getsockname()[1]) as process:
            output, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "--port" in output

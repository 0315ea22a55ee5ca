"""The whole of ./run as a process: it answers, ends cleanly, and is whole again after being killed anywhere."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.serving import child_named, data_folder, free_port, ready, serving
from sepadan.project import postgres


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the process table of Linux")
def test_it_serves_and_comes_back_after_every_kill(data):
    port = free_port()
    with serving(data, port, "--no-demo") as first:
        assert ready(port)
        os.kill(postgres.cluster(data).postmaster(), signal.SIGKILL)  # the database: started again within the run
        time.sleep(1.5)
        assert ready(port, 30)
        os.kill(child_named(first.pid, b"project.web"), signal.SIGKILL)  # the web server: started again within the run
        time.sleep(1.5)
        assert ready(port, 30)
        os.kill(first.pid, signal.SIGKILL)  # all at once, database included
        os.kill(postgres.cluster(data).postmaster(), signal.SIGKILL)
        first.wait()
        with serving(data, port, "--no-demo") as second:  # same port, same data, at once
            assert ready(port)
            # it greets when it stands, a moment after the web server answers
            said = next(line for line in second.stdout if f"http://127.0.0.1:{port}/" in line)
            second.send_signal(signal.SIGINT)
            output, _ = second.communicate(timeout=60)
    assert said
    assert second.returncode == 0, output
    assert postgres.cluster(data).postmaster() is None


def test_a_second_server_on_the_same_data_is_refused_and_told_where_the_first_one_is(data):
    port = free_port()
    with serving(data, port, "--no-demo"):
        assert ready(port)
        with serving(data, free_port(), "--no-demo") as second:
            output, _ = second.communicate(timeout=30)
    assert second.returncode == 2
    assert f"http://127.0.0.1:{port}/" in output


def test_a_port_in_use_is_refused_with_the_option_that_helps(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        taken_port = taken.getsockname()[1]
        with serving(data, taken_port, "--no-demo") as process:
            output, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"{taken_port}: the port {taken_port} cannot be used" in output
    assert "--port" in output

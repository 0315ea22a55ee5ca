"""A fresh clone, an empty home, a bare environment: the first command of the README, as root and as another user.

Timed until the site answers and has said so. The first run is then left until its rolls are there; the second one must
show the study at once. ``./test`` in such a clone is tried by continuous integration.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from project.serving import free_port, ready

pytestmark = pytest.mark.full
REPOSITORY = Path(__file__).resolve().parents[2]
PASSED_ON = ("PIP_", "SSL_CERT", "REQUESTS_CA")
FIRST_START, SECOND_START, ROLLS = 300, 20, 120  # seconds


def users() -> list[str]:
    return ["nobody", "root"] if os.geteuid() == 0 else [pwd.getpwuid(os.geteuid()).pw_name]


def shown(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.read().decode()


def greeted(output: Path, seconds: float = 10) -> bool:
    """Whether ./run has said all that it says at the start: it does a moment after the site answers."""
    deadline = time.monotonic() + seconds
    while "Ctrl-C" not in output.read_text(encoding="utf-8"):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def start(top: Path, environment: dict[str, str], switch: dict[str, Any], limit: float, rolls: float) -> float:
    """./run until it answers, and shows the study within *rolls* seconds more. Returns the seconds to its answer."""
    port, began, output = free_port(), time.monotonic(), top / "output"
    with open(output, "w", encoding="utf-8") as file:
        process = subprocess.Popen(["./run", "--small", "--port", str(port)], cwd=top / "sepadan", env=environment,
                                   stdout=file, stderr=subprocess.STDOUT, **switch)
    try:
        answered = ready(port, limit)
        seconds = time.monotonic() - began
        assert answered, output.read_text(encoding="utf-8")
        assert greeted(output), output.read_text(encoding="utf-8")
        said = output.read_text(encoding="utf-8")
        for part in (f"http://127.0.0.1:{port}/", "/kunjungan/2025-01-16-malang/", "admin@malang.example"):
            assert part in said
        deadline = time.monotonic() + rolls
        while 'class="strip"' not in (study := shown(port, "/id/32.16/studi/35.73/")):
            assert time.monotonic() < deadline, said
            assert "sedang dimuat" in study or "dimuat berikutnya" in study
            time.sleep(1)
        assert "Traceback" not in output.read_text(encoding="utf-8")
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=90)
    assert code == 0, output.read_text(encoding="utf-8")
    return seconds


@pytest.mark.parametrize("user", users())
def test_a_fresh_clone_serves_within_five_minutes_and_again_within_seconds(user, measured):
    entry = pwd.getpwnam(user)
    other = entry.pw_uid != os.geteuid()
    switch = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []} if other else {}
    top = Path(tempfile.mkdtemp(prefix="sepadan-newcomer-", dir="/tmp"))
    try:
        top.chmod(0o755)
        subprocess.run(["git", "clone", "--quiet", REPOSITORY, top / "sepadan"], check=True)
        (top / "home").mkdir()
        if switch:
            subprocess.run(["chown", "-R", f"{entry.pw_uid}:{entry.pw_gid}", top], check=True)
        bare = {"HOME": str(top / "home"), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
                **{name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}}
        first = start(top, bare, switch, FIRST_START, ROLLS)
        second = start(top, bare, switch, SECOND_START, 0.0)
        measured(f"- As {user}: first answer of ./run after {first:.0f} s with all downloads (goal {FIRST_START}), of "
                 f"the second start, with the study there, after {second:.1f} s (goal {SECOND_START}).")
    finally:
        shutil.rmtree(top, ignore_errors=True)

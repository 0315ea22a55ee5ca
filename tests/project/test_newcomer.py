"""A fresh clone, an empty home, a bare environment: the two commands of the README, as root and as another user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from project.serving import free_port, ready

pytestmark = pytest.mark.full
REPOSITORY = Path(__file__).resolve().parents[2]
PASSED_ON = ("PIP_", "SSL_CERT", "REQUESTS_CA")
FIRST_START, SECOND_START = 300, 20  # seconds


def users() -> list[str]:
    return ["nobody", "root"] if os.geteuid() == 0 else [pwd.getpwuid(os.geteuid()).pw_name]


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
        seconds = []
        for limit in (FIRST_START, SECOND_START):
            port, began = free_port(), time.monotonic()
            process = subprocess.Popen(["./run", "--small", "--port", str(port)], cwd=top / "sepadan", env=bare,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **switch)
            answered = ready(port, limit)
            seconds.append(time.monotonic() - began)
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=90)
            assert answered, output
            assert f"http://127.0.0.1:{port}/" in output
        measured(f"- As {user}: first answer of ./run after {seconds[0]:.0f} s with all downloads "
                 f"(goal {FIRST_START}), of the second start after {seconds[1]:.1f} s (goal {SECOND_START}).")
    finally:
        shutil.rmtree(top, ignore_errors=True)

"""Children are kept, tried again, and ended with all they started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from sepadan.project.supervisor import Child, Supervisor


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def until(condition, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_child_that_falls_is_started_again_and_the_fall_is_told():
    told = []
    supervisor = Supervisor(tell=lambda *fall: told.append(fall))
    supervisor.add(Child("web", python("import time; time.sleep(60)")))
    first = supervisor.children[0].process.pid
    supervisor.children[0].process.kill()
    deadline = time.monotonic() + 15

    def replaced() -> bool:
        process = supervisor.children[0].process
        return (process is not None and process.pid != first) or time.monotonic() > deadline

    supervisor.run(until=replaced)
    second = supervisor.children[0].process.pid
    supervisor.end()
    assert told == [("web", -9, 0.5)]
    assert second != first
    assert not alive(second)


def test_a_child_that_should_finish_is_not_started_again():
    supervisor = Supervisor(tell=lambda *_: None)
    supervisor.add(Child("demo", python("pass"), finishes=True))
    supervisor.run(until=lambda: supervisor.children[0].done)
    assert supervisor.children[0].falls == 0


def test_a_child_that_keeps_failing_is_given_up_with_its_code():
    told = []
    supervisor = Supervisor(tell=lambda *fall: told.append(fall))
    supervisor.add(Child("demo", python("raise SystemExit(3)"), finishes=True, tries=2))
    supervisor.run(until=lambda: supervisor.children[0].done)
    assert told == [("demo", 3, 0.5), ("demo", 3, None)]


def test_a_child_that_fails_late_each_time_is_given_up_as_well(monkeypatch):
    monkeypatch.setattr("sepadan.project.supervisor.CALM", 0.0)  # each try has lived long enough to forget a fall
    told = []
    supervisor = Supervisor(tell=lambda *fall: told.append(fall))
    supervisor.add(Child("demo", python("import time; time.sleep(0.5); raise SystemExit(2)"), finishes=True, tries=2))
    supervisor.run(until=lambda: supervisor.children[0].done)
    assert [(name, code, pause is None) for name, code, pause in told] == [("demo", 2, False), ("demo", 2, True)]


def test_a_child_that_should_finish_and_was_killed_is_started_again_however_often():
    supervisor, killed = Supervisor(tell=lambda *_: None), []
    supervisor.add(Child("demo", python("import time; time.sleep(60)"), finishes=True, tries=1))

    def kill_twice() -> bool:
        process = supervisor.children[0].process
        if process is not None and process.pid not in killed and len(killed) < 2:
            killed.append(process.pid)
            process.kill()
        return len(killed) == 2 and process is not None and process.pid not in killed

    supervisor.run(until=kill_twice)
    supervisor.end()
    assert not supervisor.children[0].done


def test_what_a_child_started_ends_with_it(tmp_path):
    note = tmp_path / "grandchild"
    code = ("import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
            f"open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)")
    supervisor = Supervisor(tell=lambda *_: None)
    supervisor.add(Child("web", python(code)))
    assert until(lambda: note.exists() and note.read_text())
    supervisor.end()
    assert until(lambda: not alive(int(note.read_text())))


def test_a_child_leaves_when_its_parent_is_killed(tmp_path):
    note = tmp_path / "child"
    child = ("import os, time; from sepadan.project.lifeline import follow_parent; follow_parent(os.getppid());"
             f"open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    parent = subprocess.Popen(python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"))
    assert until(lambda: note.exists() and note.read_text())
    pid = int(note.read_text())
    assert alive(pid)
    os.kill(parent.pid, 9)
    parent.wait()
    assert until(lambda: not alive(pid))


def test_a_child_whose_parent_was_gone_before_it_looked_leaves_at_once():
    code = "import time; from sepadan.project.lifeline import follow_parent; follow_parent(1 << 30); time.sleep(60)"
    assert subprocess.run(python(code), timeout=30, check=False).returncode == 1

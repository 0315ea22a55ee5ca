"""``kill -9`` of anything at any moment of loading the demo data: the next ./run is whole again.

Whole: the site answers, every roll is complete, and its content is, to the hash, what an undisturbed load makes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from project.serving import child_named, data_folder, family_of, free_port, ready, sepadan, serving
from sepadan.project import postgres
from sepadan.project.postgres_cluster import _processes_in

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the process table of Linux"),
]
ROUNDS = 15
TARGETS = ("supervisor", "database", "database and its backends", "loader", "web", "everything")


def status(data: Path) -> list[dict[str, Any]]:
    return json.loads(sepadan(data, "demo", "status", "--json", timeout=120).stdout)


def rolls(data: Path) -> dict[str, list[tuple[str, int]]]:
    """Region -> (content hash, objects) of its rolls that are ready."""
    return {row["region"]: [(roll["content_hash"], roll["objects"]) for roll in row["rolls"]] for row in status(data)}


def victims(target: str, supervisor: int, data: Path) -> list[int]:
    postmaster = postgres.cluster(data).postmaster()
    backends = _processes_in(postgres.cluster(data).files)
    family = family_of(supervisor)
    chosen = {
        "supervisor": [supervisor],
        "database": [postmaster],
        "database and its backends": backends,
        "loader": [child_named(supervisor, b"demo")],
        "web": [child_named(supervisor, b"project.web")],
        "everything": [*family, *backends],
    }[target]
    return [pid for pid in chosen if pid is not None]


def kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def finished(data: Path, expected: dict[str, list[tuple[str, int]]], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if rolls(data) == expected:
            return True
        time.sleep(1)
    return False


def test_kills_while_rolls_of_full_size_load(measured):
    """Fifteen rounds of ./run, each killed at another moment in another way, then one that is left alone."""
    rng = random.Random(20250116)
    with data_folder() as clean:
        began = time.monotonic()
        assert sepadan(clean, "demo", "load", timeout=600).returncode == 0
        alone = time.monotonic() - began
        expected = rolls(clean)
    assert all(expected.values())
    with data_folder() as data:
        told = []
        for number in range(ROUNDS):
            target, port = TARGETS[number % len(TARGETS)], free_port()
            with serving(data, port, output=subprocess.DEVNULL) as process:
                assert ready(port), f"round {number}: no answer after {told[-1:]}"
                moment = rng.uniform(0.2, alone * 0.8)
                time.sleep(moment)
                kill(victims(target, process.pid, data))
                told.append((target, moment))
                if target not in ("supervisor", "everything"):  # the run itself must mend these
                    time.sleep(2)
                    assert ready(port, 60), f"round {number}: {target} killed after {moment:.1f} s and not mended"
                kill([process.pid])
                process.wait()
        port = free_port()
        with serving(data, port, output=subprocess.DEVNULL):
            began = time.monotonic()
            assert ready(port)
            answered = time.monotonic() - began
            assert finished(data, expected, 600), f"{rolls(data)} instead of {expected}"
            deadline = time.monotonic() + 60  # what follows the last row: the snapshot, and the end of the work
            while any(row["loading_percent"] is not None for row in status(data)):
                assert time.monotonic() < deadline, "work that a killed loader left open is shown as loading"
                time.sleep(1)
    measured(f"- {ROUNDS} kills while {sum(o for r in expected.values() for _, o in r):,} objects load "
             f"(undisturbed {alone:.0f} s): {', '.join(f'{target} after {moment:.1f} s' for target, moment in told)}.")
    measured(f"- The next ./run answered after {answered:.1f} s; both rolls complete, with the content hashes of an "
             "undisturbed load.")

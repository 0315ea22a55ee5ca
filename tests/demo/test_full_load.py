"""Both whole rolls on an installation of their own: how long, how large, and what a kill leaves. Only with --full."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.full
COMMAND = [sys.executable, "-m", "sepadan.project.cli"]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the server's own user can walk to, removed with its cluster."""
    folder = Path(tempfile.mkdtemp(prefix="sepadan-load-"))
    folder.chmod(0o711)
    yield folder
    subprocess.run([*COMMAND, "--data", str(folder), "database", "stop"], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def environment() -> dict[str, str]:
    return {**{k: v for k, v in os.environ.items() if k not in ("SEPADAN_DATA", "DJANGO_SETTINGS_MODULE")},
            "SEPADAN_LANG": "en"}


def load(data: Path) -> tuple[list[dict], float]:
    start = time.monotonic()
    done = subprocess.run([*COMMAND, "--data", str(data), "demo", "load", "--json"], env=environment(), text=True,
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout), time.monotonic() - start


def test_both_whole_rolls_load_within_two_minutes(data, measured):
    rolls, seconds = load(data)
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    for roll in rolls:
        measured(f"{roll['region']}: {roll['objects']:,} objects of {roll['owners']:,} owners loaded in "
                 f"{roll['seconds']} s, hash {roll['content_hash'][:16]}")
    years = [roll["years"] for roll in rolls if roll["years"]]
    measured("; ".join(f"example years {row['years'][0]}-{row['years'][-1]} of {row['part']} in {row['seconds']} s"
                       for row in years))
    assert [row["years"] for row in years] == [[2021, 2022, 2023, 2024, 2025]]
    measured(f"both and the example years with a new database: {seconds:.0f} s; data folder {size / 1e9:.1f} GB")
    assert [roll["objects"] for roll in rolls] == [300_000, 1_300_000]
    assert seconds < 120
    assert size < 3e9
    again, seconds = load(data)
    measured(f"a second load finds both there: {seconds:.1f} s")
    assert all(roll["was_there"] for roll in again)
    assert seconds < 20


@pytest.mark.parametrize("after", [4, 9, 16, 45])
def test_kill_9_of_the_loader_leaves_nothing_half_visible(data, measured, after):
    loader = subprocess.Popen([*COMMAND, "--data", str(data), "demo", "load"], env=environment(),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    loader.send_signal(signal.SIGKILL)
    loader.wait()
    status = subprocess.run([*COMMAND, "--data", str(data), "demo", "status", "--json"], env=environment(), text=True,
                            stdout=subprocess.PIPE, check=False)
    seen = {row["region"]: [roll["objects"] for roll in row["rolls"]] for row in json.loads(status.stdout)}
    assert seen["35.73"] in ([], [300_000])
    assert seen["32.16"] in ([], [1_300_000])
    rolls, seconds = load(data)
    measured(f"killed after {after} s with {seen}; whole again {seconds:.0f} s later")
    assert [(roll["objects"], roll["tax_year"]) for roll in rolls] == [(300_000, 2025), (1_300_000, 2026)]
    assert [len(roll["years"]["years"]) for roll in rolls if roll["years"]] == [5]

"""What processes of a print hold at most, as Linux tells it of each (VmHWM, megabytes of 1,024 * 1,024 bytes).

Not ``getrusage``: its ``ru_maxrss`` of a started process begins with what its parent held, so that a large parent
(which has just posted a roll) passes for a large child.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sepadan.tax.documents.mass_print import SheetPart, print_roll
from sepadan.tax.documents.print_process import begin

TELLS = Path("/proc/self/status").exists()


def told(pid: int | str, name: str) -> int:
    """A line of the kernel's account of a process in kB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def children_of(pid: int | None) -> list[int]:
    """Processes that *pid* started and that still run."""
    listed = [int(one.name) for one in Path("/proc").glob("[0-9]*")] if TELLS else []
    return [one for one in listed if told(one, "PPid") == pid]


def ended_within(seconds: float, pids: Collection[int]) -> bool:
    """Whether none of *pids* runs any longer, within *seconds*. A zombie, which holds nothing, has ended."""
    end = time.monotonic() + seconds
    while running := [pid for pid in pids if told(pid, "VmRSS")]:
        if time.monotonic() > end:
            return not running
        time.sleep(0.02)
    return True


@dataclass
class Peaks:
    """The most that any process started by this one has held; to be looked at while they live."""

    kilobytes: dict[int, int] = field(default_factory=dict)

    def look(self) -> None:
        for child in multiprocessing.active_children():
            pid = child.pid or 0
            self.kilobytes[pid] = max(self.kilobytes.get(pid, 0), told(pid, "VmHWM"))

    @property
    def megabytes(self) -> int:
        return max(self.kilobytes.values(), default=0) // 1024


@dataclass(frozen=True)
class Held:
    """What the print of one part took: of its process, and of the server's process that reads for it (0: none)."""

    sheets: int
    process_mb: int
    server_mb: int
    seconds: float


def peak_of_part(part: SheetPart, folder: Path, prepare: Callable[[], None] | None = None) -> Held:
    """Print *part* in a new process and tell what that held at most. Its files are removed."""
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(1, context, begin, (prepare,)) as pool:
            return pool.submit(_held, part, folder).result()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _held(part: SheetPart, folder: Path) -> Held:
    server, done = [0], threading.Event()
    pid = _server_pid()

    def watch() -> None:
        while not done.wait(0.02):
            server[0] = max(server[0], told(pid, "RssAnon")) if pid else 0

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        printed = print_roll([part], folder, processes=1)
    finally:
        done.set()
        watcher.join()
    assert printed.failed == [], printed.failed
    return Held(printed.sheets, told("self", "VmHWM") // 1024, server[0] // 1024, printed.seconds)


def _server_pid() -> int | None:
    """The process of the server on the other end of this one's connection; None where nothing is read from tables."""
    if "django.db" not in sys.modules or not __import__("django.conf").conf.settings.configured:
        return None
    from django.db import connection

    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)

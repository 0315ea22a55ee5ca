"""Several child processes kept running by one: restarted when they fall, ended together, never left behind.

A child that should stay is started again with growing pauses. One that should finish is started again when it was
killed, but given up once it has failed by itself a few times, however long each try took. Each child leads a process
group of its own, so that Ctrl-C reaches only the supervisor, which ends the children in order, and so that a child's
own children can be ended with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sepadan.project.lifeline import FOLLOW

LONGEST_PAUSE = 20.0
CALM = 60.0  # seconds of life after which an earlier fall is forgotten


@dataclass(slots=True)
class Child:
    """One process to keep. ``finishes``: an end with code 0 is the aim; otherwise it should run until stopped."""

    name: str
    command: Sequence[str]
    finishes: bool = False
    tries: int = 4
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    falls: int = 0
    failures: int = 0
    next_start: float = 0.0
    done: bool = False

    def start(self, now: float) -> None:
        environment = {**os.environ, FOLLOW: str(os.getpid())}
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, start_new_session=True, env=environment)
        self.started_at = now

    def signal(self, number: int) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return


@dataclass(slots=True)
class Supervisor:
    """``tell(name, code, pause)`` reports a fall (pause None: given up); ``each_turn`` runs about twice a second."""

    tell: Callable[[str, int, float | None], None]
    each_turn: Callable[[], None] = lambda: None
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def add(self, child: Child) -> None:
        child.start(time.monotonic())
        self.children.append(child)

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(self, "stopping", True))

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep the children until a signal comes or *until* says so."""
        while not self.stopping and not until():
            now = time.monotonic()
            for child in self.children:
                self._look_after(child, now)
            self.each_turn()
            time.sleep(0.2)

    def end(self, patience: float = 15.0) -> None:
        """SIGTERM to all, SIGKILL to those that do not go."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        for child in self.children:
            if child.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                child.signal(signal.SIGKILL)  # also what it left behind in its group
                child.process.wait()

    def _look_after(self, child: Child, now: float) -> None:
        if child.done:
            return
        if child.process is None:
            if now >= child.next_start:
                child.start(now)
            return
        code = child.process.poll()
        if code is None:
            if child.falls and now - child.started_at > CALM:
                child.falls = 0
            return
        child.signal(signal.SIGKILL)
        child.process = None
        if child.finishes and code == 0:
            child.done = True
            return
        child.falls += 1
        child.failures += code > 0
        if child.finishes and child.failures >= child.tries:
            child.done = True
            self.tell(child.name, code, None)
            return
        pause = min(0.5 * 2 ** (child.falls - 1), LONGEST_PAUSE)
        child.next_start = now + pause
        self.tell(child.name, code, pause)

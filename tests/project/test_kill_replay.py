"""``kill -9`` of anything while studies are computed: what answers afterwards answers the same figures.

Several readers ask for both studies with changing day, lever and household, from rolls whose snapshots were taken away,
so that they are made again from PostgreSQL in that moment. Whole afterwards: every answer that says 200 carries the
figures of an undisturbed run, also during the kill; the snapshots are made again to the byte; ./run tells each fall in
a line and is not buried under traces of lost connections.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from project.serving import child_named, children_of, data_folder, family_of, free_port, ready, sepadan, serving
from sepadan.project import postgres
from sepadan.project.postgres_cluster import _processes_in

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the process table of Linux")
STUDIES = ("/en/32.16/studi/35.73/", "/en/35.73/studi/32.16/")
QUESTIONS = [f"{path}?pada={day}&tuas={lever}&njop=300.000.000" for path, (day, lever) in itertools.product(
    STUDIES, (("2025-01-16", ""), ("2025-01-16", "rates"), ("2026-02-01", ""), ("2026-02-01", "ratio")))]
READERS = 6
ENDS_THE_RUN = ("supervisor", "everything")
TARGETS = ("web server", "web process", "backend", "database", "supervisor", "everything")
Figures = dict[str, str]


def ask(port: int, question: str) -> tuple[int | str, str]:
    """Status and the tax part of a study page; the name of the fault when there was no answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{question}", timeout=60) as answer:
            page = answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except (OSError, urllib.error.URLError, ValueError) as error:  # refused, reset, cut off in the middle
        return type(error).__name__, ""
    if "</html>" not in page:
        return "cut off", ""
    return 200, page[page.index('id="pajak"'):page.index('id="sampah"')]


def figures(port: int) -> Figures:
    """The answer to every question, of a site that is left alone."""
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(QUESTIONS, pool.map(lambda question: ask(port, question), QUESTIONS), strict=True))
    assert {status for status, _ in found.values()} == {200}, Counter(status for status, _ in found.values())
    return {question: text for question, (_, text) in found.items()}


def files(data: Path) -> dict[Path, str]:
    """Every file in the folders of snapshots, drafts included, with its hash."""
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (data / "files").glob("*/rolls/*")}


@dataclass
class Readers:
    """Readers at work: what they were answered, how many wait for an answer now, and what was wrong."""

    statuses: Counter[int | str] = field(default_factory=Counter)
    waiting: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def reading(port: int, expected: Figures, seed: int) -> Iterator[Readers]:
    """``READERS`` readers that ask one question after the other until the block ends."""
    seen, stop = Readers(), threading.Event()

    def read(number: int) -> None:
        rng = random.Random(f"{seed} {number}")
        while not stop.is_set():
            question = rng.choice(QUESTIONS)
            with seen.lock:
                seen.waiting += 1
            status, text = ask(port, question)
            with seen.lock:
                seen.waiting -= 1
                seen.statuses[status] += 1
                if status == 200 and text != expected[question]:
                    seen.wrong.append(question)
            if status != 200:
                time.sleep(0.1)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def victims(target: str, supervisor: int, data: Path) -> list[int]:
    server = _processes_in(postgres.cluster(data).files)
    web = child_named(supervisor, b"project.web")
    assert web is not None
    backends = [pid for pid in server if b"sepadan_app" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    chosen = {
        "web server": [web], "web process": children_of(web)[-1:], "backend": backends[-1:],
        "database": [postgres.cluster(data).postmaster()], "supervisor": [supervisor],
        "everything": [*family_of(supervisor), *server],
    }[target]
    found = [pid for pid in chosen if pid is not None]
    assert found, f"no {target} to kill"
    return found


def kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@dataclass
class Trial:
    """One installation whose rolls are loaded, and what an undisturbed run of it answers.

    ``span``: seconds within which a kill falls, about as long as the readers' first answers take.
    """

    data: Path
    options: tuple[str, ...]
    output: IO[str]
    span: float
    port: int = field(default_factory=free_port)
    expected: Figures = field(default_factory=dict)
    snapshots: dict[Path, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def learn(self) -> None:
        """The figures and snapshots of a run before anything is killed; the loading's own, of parts too, go first."""
        for path in files(self.data):
            path.unlink()
        self.expected, self.snapshots = figures(self.port), files(self.data)
        assert len(set(self.expected.values())) == len(QUESTIONS)  # so that an answer to another question is noticed
        assert len(self.snapshots) == len(STUDIES) * 2

    @contextmanager
    def serving(self) -> Iterator[int]:
        with serving(self.data, self.port, *self.options, "--no-demo", output=self.output) as process:
            yield process.pid
            process.poll()  # a killed one is taken note of, so that it is not asked to stop

    def round(self, targets: list[str], rng: random.Random) -> None:
        """One run that is killed at each of *targets*, the last of which may end it; then the next run is asked."""
        with self.serving() as supervisor:
            assert ready(self.port), f"no answer after {self.told[-1:]}"
            if not self.expected:
                self.learn()
            for target in targets:
                self.strike(target, supervisor, rng)
        if targets[-1] in ENDS_THE_RUN:
            with self.serving():
                assert ready(self.port), f"no answer after {self.told[-1:]}"
                self.whole(targets[-1])

    def strike(self, target: str, supervisor: int, rng: random.Random) -> None:
        """Take the snapshots away, kill *target* while studies are computed, and see the run mend itself."""
        for path in self.snapshots:
            path.unlink(missing_ok=True)
        with reading(self.port, self.expected, rng.randrange(10**9)) as seen:
            moment = self.wait(rng)
            assert seen.waiting > 0, "no study was being computed"
            missing = sum(not path.exists() for path in self.snapshots)
            before, good = seen.statuses.total(), seen.statuses[200]
            kill(victims(target, supervisor, self.data))
            began = time.monotonic()
            if target not in ENDS_THE_RUN:
                time.sleep(0.5)
                assert ready(self.port, 90), f"{target} killed after {moment:.2f} s and not mended"
                while seen.statuses[200] < good + READERS and time.monotonic() - began < 60:
                    time.sleep(0.1)
        mended = time.monotonic() - began
        assert not seen.wrong, f"{target} killed after {moment:.2f} s: other figures in {seen.wrong[:3]}"
        self.told.append(f"| {target} | {moment:.2f} s | {before} | {missing // 2} of {len(self.snapshots) // 2} | "
                         f"{'by the next ./run' if target in ENDS_THE_RUN else f'within {mended:.1f} s'} |")
        if target not in ENDS_THE_RUN:
            self.whole(target)

    def wait(self, rng: random.Random) -> float:
        """Every other time until a snapshot is being written, else for a moment of chance. Returns the seconds."""
        began, at = time.monotonic(), time.time()
        folders = {path.parent for path in self.snapshots}

        def writing() -> bool:
            for draft in itertools.chain.from_iterable(folder.glob(".*") for folder in folders):
                try:
                    if draft.stat().st_mtime >= at:
                        return True
                except FileNotFoundError:  # finished and renamed in this moment
                    continue
            return False

        if len(self.told) % 2 == 0:
            while time.monotonic() - began < self.span and not writing():
                time.sleep(0.001)
        else:
            time.sleep(rng.uniform(0, self.span))
        return time.monotonic() - began

    def whole(self, target: str) -> None:
        """The same figures, and snapshots with the same bytes and nothing beside them, whatever was killed."""
        assert figures(self.port) == self.expected, target
        assert files(self.data) == self.snapshots, target


def sane(output: str, kills: int) -> None:
    """Falls are told in a line each; no trace of the program, whatever was lost."""
    assert "Traceback" not in output
    assert output.count("Sepadan serves at") >= 1
    assert output.count("starting it again in") <= 4 * kills
    assert "failed repeatedly" not in output


def sweep(options: tuple[str, ...], rounds: list[list[str]], tmp_path: Path, span: float) -> Trial:
    rng = random.Random(20250116)
    with data_folder() as data, open(tmp_path / "output", "w+", encoding="utf-8") as output:
        trial = Trial(data, options, output, span)
        assert sepadan(data, "demo", "load", "--rolls-only", *options, timeout=600).returncode == 0
        for targets in rounds:
            trial.round(targets, rng)
        output.seek(0)
        sane(output.read(), sum(len(targets) for targets in rounds))
    return trial


def test_figures_are_the_same_after_kills_during_a_replay(tmp_path):
    """A few kills on small rolls: within a run the web server and the database, then everything at once."""
    targets = ["web server", "database", "everything"]
    trial = sweep(("--small",), [targets], tmp_path, span=1.0)  # compares the figures after each kill
    assert [row.split(" | ")[0].removeprefix("| ") for row in trial.told] == targets


@pytest.mark.full
def test_figures_are_the_same_after_kills_during_replays_of_full_size(tmp_path, measured):
    rounds = [["backend", "web process", "web server", "supervisor"], ["database", "backend", "everything"],
              ["web server", "database", "supervisor"], ["backend", "everything"]]
    assert {target for targets in rounds for target in targets} == set(TARGETS)
    trial = sweep((), rounds, tmp_path, span=10.0)
    measured(f"{sum(map(len, rounds))} kills while {READERS} readers ask for studies of 300,000 and 1,300,000 objects "
             "whose snapshots are being made again. Every answer, during and after, had the figures of an undisturbed "
             "run; the snapshots came back with the same bytes.")
    for line in ("", "| killed | after | answers before | snapshots absent | whole again |", "|---|---|---|---|---|",
                 *trial.told):
        measured(line)

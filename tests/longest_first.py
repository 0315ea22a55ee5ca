"""Files of tests in the order of their length, longest first, so that no process waits at the end for one long file.

A whole run writes the seconds of each file into the data folder of the tests; the next orders by them. Where there has
been none, ``tests/durations.txt`` serves, a copy of such a list; a file in neither counts half a second a test.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

GIVEN = Path(__file__).with_name("durations.txt")
A_TEST_S = 0.5


def measured() -> Path:
    return Path(os.environ["SEPADAN_DATA"]) / "durations.txt"


def read_seconds() -> dict[str, float]:
    """Seconds by file, as measured here or else as given. A line that is none is passed over."""
    found: dict[str, float] = {}
    for path in (GIVEN, measured()):
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            seconds, _, name = line.strip().partition(" ")
            if seconds.replace(".", "", 1).isdigit() and name:
                found[name] = float(seconds)
    return found


class LongestFirst:
    """Hooks of pytest: ordering what was collected, and adding up how long each file takes."""

    def __init__(self) -> None:
        self._taken: defaultdict[str, float] = defaultdict(float)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        known, tests = read_seconds(), Counter(file_of(item.nodeid) for item in items)
        length = {name: known.get(name, count * A_TEST_S) for name, count in tests.items()}
        items.sort(key=lambda item: (-length[file_of(item.nodeid)], file_of(item.nodeid)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._taken[file_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        whole = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS and not session.config.option.keyword
        if not whole or hasattr(session.config, "workerinput") or exitstatus not in (0, 1):
            return
        lines = sorted(((seconds, name) for name, seconds in self._taken.items()), reverse=True)
        draft = measured().with_suffix(".draft")
        draft.write_text("".join(f"{seconds:.1f} {name}\n" for seconds, name in lines), encoding="utf-8")
        draft.replace(measured())


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]

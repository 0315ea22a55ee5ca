"""Tests run against a real PostgreSQL as the application's role, so that the wall between regions really stands.

The server is the embedded one with a cluster of its own (``.data/tests``, or ``SEPADAN_DATA``; ``DATABASE_URL`` and
``DATABASE_OWNER_URL`` name another), started by the first test that needs it. The owner creates and migrates the test
database; the alias ``default`` then works on the same database as the application role. Both aliases are two
connections: what a test writes through one inside its transaction, the other does not see; use
``django_db(transaction=True)`` for that.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

os.environ.setdefault("SEPADAN_DATA", str(REPOSITORY / ".data" / "tests"))
os.environ.setdefault("SEPADAN_STATIC", "plain")  # templates render without collected static files


CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every database test may use both aliases; without the owner a transactional test could not be cleaned up."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and "databases" not in marker.kwargs:
            both = pytest.mark.django_db(*marker.args, databases=["default", "owner"], **marker.kwargs)
            item.add_marker(both, append=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """The server, for as long as this test process runs."""
    from sepadan.project.postgres import running_server

    with running_server(durable=False) as urls:
        yield urls


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, postgres_server: object) -> None:
    """pytest-django asks for this before it creates the test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Close the application's connections before the owner drops the test database."""
    yield
    from django.db import connections

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections["default"].close()


@pytest.fixture
def owner_connection(db: None) -> object:
    """The connection of the owner role, which sees every region; ``default`` sees only what it commits."""
    from django.db import connections

    return connections["owner"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the repository; tests that read it are skipped elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("the reference material beside the repository (../shared) is absent")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one, browser tests say that they are skipped (or fail, where one is required)."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        say = pytest.fail if os.environ.get("SEPADAN_REQUIRE_BROWSER") == "1" else pytest.skip
        say("no Chromium found: install it (Debian: apt install chromium) or name one in CHROMIUM")
    return found


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``measured("line of Markdown")`` reports a figure; ./test --full gathers them into docs/measured/."""
    def report(line: str) -> None:
        print(line)
        if target := os.environ.get("SEPADAN_MEASURED"):
            with open(target, "a", encoding="utf-8") as file:
                file.write(f"{request.node.name}\t{line}\n")

    return report

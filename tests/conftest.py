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
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from .longest_first import LongestFirst

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

os.environ.setdefault("SEPADAN_DATA", str(REPOSITORY / ".data" / "tests"))
os.environ.setdefault("SEPADAN_STATIC", "plain")  # templates render without collected static files
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sepadan.project.settings")
try:
    import django
except ModuleNotFoundError:
    pass  # tools/pure.py runs the engines' tests without Django
else:
    django.setup()  # not before the data folder above is set: the settings read it once

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(LongestFirst())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every database test may use both aliases: the owner makes the test database, and empties it after the test.

    A journey in a browser that fails is tried once more, and the closing line counts such second tries: on a busy
    machine a browser now and then loses a page under way.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
        if marker is None and DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            continue
        arguments, options = (marker.args, dict(marker.kwargs)) if marker else ((), {})
        options["databases"] = sorted({"default", "owner", *options.get("databases", ())})
        item.add_marker(pytest.mark.django_db(*arguments, **options), append=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """The server, for as long as this test process runs."""
    from sepadan.project.postgres import running_server

    with running_server(durable=False) as urls:
        yield urls


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, postgres_server: Any,
                                 django_db_blocker: Any) -> None:
    """pytest-django asks for this before it creates the test database: a copy of one that is migrated."""
    from django.db import connections

    from .template_database import migrated_template

    if postgres_server.embedded:
        with django_db_blocker.unblock():
            connections["owner"].settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """No test touches real data; what is still connected is ended before the owner drops the test database."""
    from django.db import DatabaseError, connections
    from django.test import TransactionTestCase

    from .emptying import empty_after

    TransactionTestCase._fixture_teardown = empty_after
    names = {connections[alias].settings_dict["NAME"] for alias in connections}
    if len(names) != 1 or not names.pop().startswith("test_"):
        pytest.exit("the two aliases do not share one test database; see tests/conftest.py", returncode=3)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections["default"].close()
        with suppress(DatabaseError), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND pid <> pg_backend_pid()")


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


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A running Chromium; a click in it returns when the page it leads to has come."""
    from .chromium import launched

    with launched(chromium) as one:
        yield one


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``measured("line of Markdown")`` reports a figure; ./test --full gathers them into docs/measured/."""
    def report(line: str) -> None:
        print(line)
        if target := os.environ.get("SEPADAN_MEASURED"):
            with open(target, "a", encoding="utf-8") as file:
                file.write(f"{request.node.name}\t{line}\n")

    return report


@pytest.fixture(scope="module")
def load_rolls(django_db_setup: None, django_db_blocker: object) -> Iterator[Callable[..., None]]:
    """Synthetic rolls in the test database for one file of tests: ``load_rolls("35.73", small=True)``.

    They are committed, so that a browser sees them; the database is emptied behind the file.
    """
    from sepadan.demo.public import load_roll, read_plan
    from sepadan.records.public import now

    from .emptying import empty_database

    def load(*codes: str, small: bool) -> None:
        for code in codes:
            load_roll(read_plan(code, small=small), clock=now)

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield load
        empty_database("owner")

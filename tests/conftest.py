"""Tests run against a real PostgreSQL as the application's role, so that the wall between regions really stands.

The server is the embedded one with a cluster of its own (``.data/tests``, or ``SEPADAN_DATA``; ``DATABASE_URL`` and
``DATABASE_OWNER_URL`` name another), started by the first test that needs it. The owner creates and migrates the test
database; the alias ``default`` then works on the same database as the application role. Both aliases are two
connections: what a test writes through one inside its transaction, the other does not see; use
``django_db(transaction=True)`` for that.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

os.environ.setdefault("SEPADAN_DATA", str(REPOSITORY / ".data" / "tests"))
os.environ.setdefault("SEPADAN_DEBUG", "0")


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


@pytest.fixture(autouse=True)
def _plain_static_files(settings: object) -> None:
    """Templates render without collected static files."""
    storages = dict(settings.STORAGES)  # type: ignore[attr-defined]
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = storages  # type: ignore[attr-defined]


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

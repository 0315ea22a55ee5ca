"""A site on loopback for the tests of pages; plain names for static files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The product on a free port of loopback, on the test database; it reads, so nothing is undone afterwards."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler
    from django.views.static import serve

    class Static(StaticFilesHandler):
        def serve(self, request: Any) -> Any:
            from django.contrib.staticfiles import finders

            found = Path(str(finders.find(self.file_path(request.path))))
            return serve(request, found.name, str(found.parent))

    with django_db_blocker.unblock():
        server = make_server("127.0.0.1", 0, Static(WSGIHandler()), _Server, _Quiet)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def two_regions(load_rolls: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Both regions with small rolls, demo accounts and rows of their own, by code; see ``two_regions.py``."""
    from django.test import override_settings

    from .two_regions import CODES, furnish

    with override_settings(DATA_DIR=tmp_path_factory.mktemp("data"), SECOND_FACTOR_ROLES=[],
                           PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        load_rolls(*CODES, small=True)
        yield {code: furnish(code) for code in CODES}


@pytest.fixture(scope="module")
def session_keys(two_regions: dict[str, Any]) -> dict[str, str]:
    """Sessions of demo accounts of Kota Malang by role, for the cookies of a browser.

    Made before a test begins: the site does not see what a test writes in its transaction.
    """
    from .two_regions import signed_in

    return {role: signed_in("35.73", role).cookies["sepadan"].value
            for role in ("region_admin", "tax_officer", "creative_officer", "creative_approver", "auditor", "visitor")}

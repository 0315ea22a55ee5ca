"""The public HTTP API: one router per module (``api.py`` with ``router``), described at ``/api/openapi.json``.

The interactive page of django-ninja is off: it loads scripts from elsewhere, which the security policy forbids.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from sepadan import __version__
from sepadan.ground.problems import refuse

MODULES = ("records", "territory", "tax", "creative", "waste", "study", "portal")

api = NinjaAPI(title="Sepadan", version=__version__, docs_url=None)
for _module in MODULES:
    if find_spec(f"sepadan.{_module}.api"):
        api.add_router("", import_module(f"sepadan.{_module}.api").router, tags=[_module])


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address below ``/api/``: a refusal that a program can read."""
    raise refuse("project.api.unknown_address", where=f"/api/{rest}", remedy="project.api.unknown_address.remedy")

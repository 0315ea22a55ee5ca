"""The scope around a request: one transaction in which its region and the signed-in person are known to PostgreSQL.

The region is the one in the address, ``/<lang>/<kode>/...`` or ``/api/<kode>/...``; an unknown code is answered with
404 before any view runs. An answer of 500 or more takes back what the request wrote. A view must not stream rows out
of the transaction: a generator that reads regional rows after it has ended finds no region and raises.

The bank's addresses (``/api/v1/<kode>/bank/``) stand outside: a message is stored in a transaction of its own before it
is worked on, and a bank has no session.

``ScopeMiddleware`` stands after the session and before the person (settings.MIDDLEWARE): the person's own row is seen
only in his scope.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control

from sepadan.ground.messages import render
from sepadan.records.desk import language
from sepadan.records.tenancy import forget_start, mark_start, request_scope, take_back_written
from sepadan.territory.public import Region, find_region

_SCOPED = re.compile(r"^/(?:id|en|api)(?:/(?!v1/[^/]+/bank/)|$)")
_REGION = re.compile(r"^/(?:id|en|api)/(\d{2}\.\d{2})(?:/|$)")


class ScopeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.region = None  # type: ignore[attr-defined]
        if not _SCOPED.match(request.path_info):
            return self.get_response(request)
        region = region_in(request.path_info)
        person_id = _person_id(request)
        with request_scope(region, person_id):
            request.region = region  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if person_id is not None and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response


class TakeBackMiddleware:
    """Takes back what a view wrote when it raises, and when it answers a POST with 400 or more. Stands last of all.

    A refusal would otherwise be committed half done, whether the view raised it or caught it and showed its page again.
    What must outlive a refusal is kept with ``records.tenancy.keep_written``: counted attempts, events of an account.
    A reading (GET) that answers "not ready" keeps the work it asked for. The scope itself stays, so that the error page
    can still say who is signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        forget_start()
        try:
            response = self.get_response(request)
            if response.status_code >= 400 and request.method not in ("GET", "HEAD", "OPTIONS"):
                take_back_written()
            return response
        finally:
            forget_start()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if _SCOPED.match(request.path_info):  # a bank's message stays though it be answered with a refusal
            mark_start()

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        take_back_written()


def region_in(path: str) -> Region | None:
    """The region whose code the address names, if it names one. Raises Http404 when there is no such region."""
    match = _REGION.match(path)
    if match is None:
        return None
    region = find_region(match.group(1))
    if region is None:
        raise Http404(render("records.access.no_region", language(), {"code": match.group(1)}))
    return region


def _person_id(request: HttpRequest) -> int | None:
    """Whose session this is. The authentication middleware checks afterwards that the session is still good."""
    found = request.session.get(SESSION_KEY)
    return int(found) if found is not None else None

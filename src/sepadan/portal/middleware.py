"""Turns a refusal into a page: what is wrong, where, and how to mend it.

A view that raises ``Refused`` need not catch it. The status follows from the parts of the message key: 404 for what
does not exist (a part that begins with ``unknown``, ``no_such`` or ``not_found``), 403 for what is not for this person
(``denied``), 503 for what is still being made (``not_ready``), 422 for the rest. A reader that asks for JSON gets the
same words as JSON, and so does every reader of ``/api/``. When the server had to break off one of two acts that
waited for each other, the one that lost says so (503); nothing of it was kept. Languages are Django's affair
(``LocaleMiddleware``): the first part of the address rules.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from sepadan.ground.problems import Problem, Refused, problem
from sepadan.portal.context import language
from sepadan.portal.views.frame import not_allowed, refused

_CROSSED = (DeadlockDetected, LockNotAvailable, SerializationFailure)
_STATUS = {"unknown": 404, "no_such": 404, "not_found": 404, "denied": 403, "not_ready": 503}


def status_of(problem: Problem) -> int:
    """The HTTP status of a refusal, from the parts of its message key."""
    parts = problem.what.key.split(".")[1:]
    return next((status for word, status in _STATUS.items() for part in parts if part.startswith(word)), 422)


def crossed_problem() -> Problem:
    """What stands when the server broke off an act because another one worked on the same rows."""
    return problem("portal.not_ready.crossed", remedy="portal.not_ready.crossed.remedy")


class RefusedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:  # Django's own answer is an empty page
            return not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        crossed = isinstance(exception, OperationalError) and isinstance(exception.__cause__, _CROSSED)
        if not crossed and not isinstance(exception, Refused):
            return None
        told = exception.problem if isinstance(exception, Refused) else crossed_problem()
        lang = language(request)
        wants_json = request.headers.get("Accept", "").startswith("application/json")
        if wants_json or request.path_info.startswith("/api/"):
            remedy = told.remedy.text(lang) if told.remedy else None
            body = {"what": told.what.text(lang), "where": told.where, "remedy": remedy}
            response: HttpResponse = JsonResponse(body, status=status_of(told))
        else:
            response = refused(request, told, status_of(told))
        if response.status_code == 503:
            response["Retry-After"] = "15"
        return response

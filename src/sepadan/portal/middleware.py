"""Turns a refusal into a page: what is wrong, where, and how to mend it.

A view that raises ``Refused`` need not catch it. The status follows from the parts of the message key: 404 for what
does not exist (a part that begins with ``unknown``, ``no_such`` or ``not_found``), 403 for what is not for this person
(``denied``), 503 for what is still being made (``not_ready``), 422 for the rest. A reader that asks for JSON gets the
same words as JSON, and so does every reader of ``/api/``. Languages are Django's affair (``LocaleMiddleware``): the
first part of the address rules.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from sepadan.ground.problems import Problem, Refused
from sepadan.portal.context import language
from sepadan.portal.views.frame import not_allowed, refused

_STATUS = {"unknown": 404, "no_such": 404, "not_found": 404, "denied": 403, "not_ready": 503}


def status_of(problem: Problem) -> int:
    """The HTTP status of a refusal, from the parts of its message key."""
    parts = problem.what.key.split(".")[1:]
    return next((status for word, status in _STATUS.items() for part in parts if part.startswith(word)), 422)


class RefusedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:  # Django's own answer is an empty page
            return not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        problem, lang = exception.problem, language(request)
        wants_json = request.headers.get("Accept", "").startswith("application/json")
        if wants_json or request.path_info.startswith("/api/"):
            remedy = problem.remedy.text(lang) if problem.remedy else None
            body = {"what": problem.what.text(lang), "where": problem.where, "remedy": remedy}
            response: HttpResponse = JsonResponse(body, status=status_of(problem))
        else:
            response = refused(request, problem, status_of(problem))
        if response.status_code == 503:
            response["Retry-After"] = "15"
        return response

"""The pages of the frame itself: style guide, accessibility, the reader's theme, and what stands when a page cannot.

Error pages speak the language of the address, say what happened and what to do next, and make no database query.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sepadan.ground.problems import Problem
from sepadan.portal import styleguide
from sepadan.portal.context import THEME_COOKIE, THEMES, language
from sepadan.portal.tables import download

YEAR = 365 * 24 * 3600


def style(request: HttpRequest) -> HttpResponse:
    """Every component once, with the words that explain it; also the page that the accessibility tests read."""
    lang = language(request)
    table = styleguide.listing(request.GET, lang)
    if table.wanted:
        return download(table)
    context = {**styleguide.examples(lang), "listing": table, "sample": True}
    return TemplateResponse(request, "portal/style.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "portal/accessibility.html")


@csrf_exempt  # it changes the colours of one browser; a token would keep every public page out of caches
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remembers light, dark or the system's choice in a cookie, then returns to the page the reader came from."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else f"/{language(request)}/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
                            httponly=True)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def refused(request: HttpRequest, problem: Problem, status: int) -> HttpResponse:
    """The page of a refusal. It is rendered at once, so that it also works inside ``process_exception``."""
    return _page(request, "refused.html", status, problem=problem)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "400.html", 400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "403.html", 403, reason=_own_words(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere."""
    return _page(request, "403_csrf.html", 403)


def not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An address that only takes a form, opened by itself: says so, and keeps what may be done with it."""
    page = _page(request, "405.html", 405)
    page["Allow"] = response.headers.get("Allow", "")
    return page


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404.html", 404, reason=_own_words(exception), path=request.path)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, "500.html", 500)


def _own_words(exception: Exception | None) -> str:
    """The sentence of an exception when the product wrote it (a text); Django's own are technical and stay unseen."""
    first = exception.args[0] if exception is not None and exception.args else ""
    return first if isinstance(first, str) and first and not first.startswith(("No ", "{")) else ""


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    with translation.override(language(request)):
        return render(request, template, {**context, "error_page": True}, status=status)

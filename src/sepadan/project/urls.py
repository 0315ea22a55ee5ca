"""Addresses. Every module that has a ``urls.py`` joins under ``/<lang>/``, every ``api.py`` under ``/api/``.

Order matters only for the portal, which comes last: it owns ``/<lang>/`` itself and ``/<lang>/<kode>/``.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from sepadan.project.health import alive, ready

MODULES = ("records", "territory", "tax", "creative", "waste", "study", "portal")


def _with(part: str) -> list[str]:
    return [name for name in (f"sepadan.{module}.{part}" for module in MODULES) if find_spec(name)]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/id/")),
    path("health/alive", alive),
    path("health/ready", ready),
]
if _with("api"):
    from sepadan.project.api import api, nowhere

    urlpatterns += [path("api/", api.urls), path("api/<path:rest>", nowhere)]
urlpatterns += i18n_patterns(*(path("", include(name)) for name in _with("urls")), prefix_default_language=True)

handler400 = "sepadan.portal.views.frame.bad_request"
handler403 = "sepadan.portal.views.frame.denied"
handler404 = "sepadan.portal.views.frame.not_found"
handler500 = "sepadan.portal.views.frame.server_error"

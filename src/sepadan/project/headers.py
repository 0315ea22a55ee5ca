"""The content security policy on every answer, strict and the same everywhere."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
WITH_CAMERA = PERMISSIONS.replace("camera=()", "camera=(self)")
CAMERA_VIEWS = frozenset({"creative:door"})
"""Pages that read codes with the phone's camera."""
FRAMED_VIEWS = frozenset({"creative:widget"})
"""The part that other sites embed: may stand in a frame under https, and in return has neither script nor form."""


class ContentSecurityPolicyMiddleware:
    """Adds the headers Django does not know. A view cannot loosen them; pages that need another one are named here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        response["Content-Security-Policy"] = (
            settings.FRAMED_POLICY if name in FRAMED_VIEWS else settings.CONTENT_SECURITY_POLICY)
        response["Permissions-Policy"] = WITH_CAMERA if name in CAMERA_VIEWS else PERMISSIONS
        return response

"""The content security policy on every answer, strict and the same everywhere."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
WITH_CAMERA = PERMISSIONS.replace("camera=()", "camera=(self)")
CAMERA_VIEWS = frozenset({"creative:door"})
"""Pages that read codes with the phone's camera."""


class ContentSecurityPolicyMiddleware:
    """Adds the headers Django does not know. A view cannot loosen them; pages that need a camera are named here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        framed = getattr(response, "may_be_framed", False) is True
        response["Content-Security-Policy"] = settings.FRAMED_POLICY if framed else settings.CONTENT_SECURITY_POLICY
        match = request.resolver_match
        camera = match is not None and match.view_name in CAMERA_VIEWS
        response["Permissions-Policy"] = WITH_CAMERA if camera else PERMISSIONS
        return response

"""Addresses of the portal. The frame's own pages come first, so that no region code can hide them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sepadan.portal.urls_frame")),
    path("", include("sepadan.portal.urls_pages")),
]

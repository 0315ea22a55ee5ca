"""Addresses of the studies."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sepadan.study.urls_draft")),
    path("", include("sepadan.study.urls_replay")),
    path("", include("sepadan.study.urls_visits")),
]

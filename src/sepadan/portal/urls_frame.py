"""Addresses of the frame: style guide, accessibility, theme. The same in both languages."""

from __future__ import annotations

from django.urls import path

from sepadan.portal.views import frame

app_name = "frame"
urlpatterns = [
    path("gaya/", frame.style, name="style"),
    path("aksesibilitas/", frame.accessibility, name="accessibility"),
    path("tampilan/", frame.theme, name="theme"),
]

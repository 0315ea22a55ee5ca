"""Addresses of the public pages. The longer, fixed ones come before the region's code."""

from __future__ import annotations

from django.urls import path

from sepadan.portal.views import law

app_name = "portal"
urlpatterns = [
    path("hukum/banding/", law.compare, name="law_compare"),
    path("<str:kode>/hukum/", law.region_law, name="law"),
]

"""Addresses of the what-if on the own roll."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import what_if

urlpatterns: list[URLPattern | URLResolver] = [path("<str:kode>/pajak/andai/", what_if.what_if, name="what_if")]

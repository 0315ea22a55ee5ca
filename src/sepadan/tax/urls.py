"""Addresses of the tax desk, below ``/<lang>/<kode>/pajak/``: names are ``tax:<name>``, one file for each part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax import (
    urls_bills,
    urls_imports,
    urls_money,
    urls_openings,
    urls_register,
    urls_reports,
    urls_requests,
    urls_runs,
    urls_what_if,
)
from sepadan.tax.views import desk

app_name = "tax"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:kode>/pajak/", desk.desk, name="desk"),
    *urls_register.urlpatterns, *urls_requests.urlpatterns, *urls_imports.urlpatterns, *urls_runs.urlpatterns,
    *urls_what_if.urlpatterns, *urls_bills.urlpatterns, *urls_money.urlpatterns, *urls_reports.urlpatterns,
    *urls_openings.urlpatterns,
]

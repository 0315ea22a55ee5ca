"""Addresses of banks, reconciliation and counters: names are ``records:<name>``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

"""Addresses of doors and certificates: on phones, for the public, at the desk. They come before the slugs of
``urls.py``.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from sepadan.creative.views import doors

PUBLIC = "<str:kode>/pusat-kreatif/"
urlpatterns: list[URLPattern] = [
    path(f"{PUBLIC}pintu/", doors.door, name="door"),
    path(f"{PUBLIC}pintu/layanan.js", doors.door_worker, name="door_worker"),
    path(f"{PUBLIC}pintu/manifes.json", doors.door_manifest, name="door_manifest"),
    path(f"{PUBLIC}pintu/perangkat/", doors.door_enrol, name="door_enrol"),
    path(f"{PUBLIC}pintu/daftar/", doors.door_roster, name="door_roster"),
    path(f"{PUBLIC}pintu/pindaian/", doors.door_scans, name="door_scans"),
]

"""Addresses of import and export of registers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import imports

_AT = "<str:kode>/pajak/impor"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_AT}/", imports.import_list, name="imports"),
    path(f"{_AT}/<int:import_id>/", imports.import_page, name="import"),
    path(f"{_AT}/<int:import_id>/masalah/", imports.import_problems, name="import_problems"),
    path(f"{_AT}/<int:import_id>/periksa/", imports.import_check, name="import_check"),
    path(f"{_AT}/<int:import_id>/tempat/", imports.import_places, name="import_places"),
    path(f"{_AT}/<int:import_id>/terapkan/", imports.import_apply, name="import_apply"),
    path(f"{_AT}/<int:import_id>/setujui/", imports.import_approve, name="import_approve"),
    path(f"{_AT}/<int:import_id>/buang/", imports.import_discard, name="import_discard"),
    path("<str:kode>/pajak/ekspor/", imports.export, name="export"),
]

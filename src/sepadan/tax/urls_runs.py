"""Addresses of mass assessment."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import runs, runs_rows

_AT = "<str:kode>/pajak/penetapan"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_AT}/", runs.run_list, name="runs"),
    path(f"{_AT}/baru/", runs.run_new, name="run_new"),
    path(f"{_AT}/<int:run_id>/", runs.run, name="run"),
    path(f"{_AT}/<int:run_id>/ubah/", runs.run_edit, name="run_edit"),
    path(f"{_AT}/<int:run_id>/hitung/", runs.run_compute, name="run_compute"),
    path(f"{_AT}/<int:run_id>/setujui/", runs.run_approve, name="run_approve"),
    path(f"{_AT}/<int:run_id>/kembalikan/", runs.run_return, name="run_return"),
    path(f"{_AT}/<int:run_id>/terbitkan/", runs.run_post, name="run_post"),
    path(f"{_AT}/<int:run_id>/batalkan/", runs.run_reverse, name="run_reverse"),
    path(f"{_AT}/<int:run_id>/rincian/<slug:kind>/", runs_rows.run_rows, name="run_rows"),
    path(f"{_AT}/<int:run_id>/dhkp/", runs_rows.run_lists, name="run_lists"),
    path(f"{_AT}/<int:run_id>/dhkp/<str:village>/", runs_rows.run_list, name="run_list"),
    path(f"{_AT}/<int:run_id>/dhkp/<str:village>/dhkp.pdf", runs_rows.run_list_pdf, name="run_list_pdf"),
]

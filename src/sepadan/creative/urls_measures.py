"""Addresses of the measures of a centre: its public numbers; at the desk months, rows, closing, costs and trials."""

from __future__ import annotations

from django.urls import URLPattern, path

from sepadan.creative.views import measures, months, numbers, replaying

NUMBERS = "<str:kode>/pusat-kreatif/<slug:centre>/angka/"
DESK = "<str:kode>/ruang/ukuran/"
ONE = f"{DESK}<slug:centre>/"

urlpatterns: list[URLPattern] = [
    path(NUMBERS, numbers.numbers, name="numbers"),
    path(f"{NUMBERS}aturan.yaml", numbers.rules_file, name="centre_rules"),
    path(f"{NUMBERS}<str:month>/", numbers.month, name="numbers_month"),
    path(DESK, measures.centres, name="measures_centres"),
    path(f"{DESK}hadir/<int:date_id>/", months.visits, name="report_visits"),
    path(ONE, measures.measures, name="measures"),
    path(f"{ONE}biaya/", months.costs, name="centre_costs"),
    path(f"{ONE}uji-aturan/", replaying.trial, name="replay"),
    path(f"{ONE}<str:month>/", measures.measures, name="measures_month"),
    path(f"{ONE}<str:month>/tutup/", months.closing, name="month_close"),
    path(f"{ONE}<str:month>/baris/<slug:measure>/", measures.rows, name="measures_rows"),
]

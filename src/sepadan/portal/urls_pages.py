"""Addresses of the public pages. The longer, fixed ones come before the region's code."""

from __future__ import annotations

from django.urls import path

from sepadan.portal.views import home, indicators, law, open_data, regions, visits

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("daerah/", home.regions, name="regions"),
    path("kunjungan/", visits.all_visits, name="all_visits"),
    path("kunjungan/<str:visit_id>/", visits.visit, name="visit"),
    path("hukum/banding/", law.compare, name="law_compare"),
    path("<str:kode>/hukum/", law.region_law, name="law"),
    path("<str:kode>/layanan/", regions.services, name="services"),
    path("<str:kode>/angka/", indicators.indicators, name="indicators"),
    path("<str:kode>/angka/<str:indicator>/", indicators.indicator, name="indicator"),
    path("<str:kode>/angka/<str:indicator>/nilai.json", indicators.indicator_json, name="indicator_json"),
    path("<str:kode>/kunjungan/", visits.visits, name="visits"),
    path("<str:kode>/data/", open_data.open_data, name="open_data"),
    path("<str:kode>/data/angka.csv", open_data.figures_csv, name="figures_csv"),
    path("<str:kode>/data/angka.json", open_data.figures_json, name="figures_json"),
    path("<str:kode>/data/hukum.json", open_data.law_json, name="law_json"),
    path("<str:kode>/", regions.region, name="region"),
]

"""Addresses of the creative centre: its public calendar and requests, and the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.creative.views import calendar, desk, wishing

app_name = "creative"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:kode>/pusat-kreatif/", calendar.centres, name="centres"),
    path("<str:kode>/pusat-kreatif/permohonan/", wishing.follow, name="follow"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/", calendar.centre, name="centre"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/ajukan/", wishing.ask, name="ask"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/<slug:space>/", calendar.space, name="space"),
    path("<str:kode>/ruang/", desk.desk, name="desk"),
    path("<str:kode>/ruang/catat/", desk.enter, name="enter"),
    path("<str:kode>/ruang/<int:booking_id>/", desk.booking, name="booking"),
    path("<str:kode>/ruang/<int:booking_id>/tindakan/", desk.act, name="act"),
]

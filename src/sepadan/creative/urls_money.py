"""Addresses of the money of the creative centre: its desk, tariffs, one booking, what an applicant does about it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.creative.views import money, money_told, tariffs

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:kode>/pusat-kreatif/permohonan/retribusi/surat/", money_told.told_letter, name="told_letter"),
    path("<str:kode>/pusat-kreatif/permohonan/retribusi/keberatan/", money_told.told_appeal, name="told_appeal"),
    path("<str:kode>/ruang/retribusi/", money.money, name="money"),
    path("<str:kode>/ruang/retribusi/tarif/", tariffs.tariffs, name="tariffs"),
    path("<str:kode>/ruang/retribusi/tarif/usulkan/", tariffs.tariff_propose, name="tariff_propose"),
    path("<str:kode>/ruang/retribusi/tarif/<int:tariff_id>/", tariffs.tariff_act, name="tariff_act"),
    path("<str:kode>/ruang/<int:booking_id>/retribusi/", money.booking_money, name="booking_money"),
    path("<str:kode>/ruang/<int:booking_id>/retribusi/tindakan/", money.money_act, name="money_act"),
]

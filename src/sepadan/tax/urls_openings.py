"""Addresses of opening balances."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import openings, openings_one

_AT = "<str:kode>/pajak/saldo-awal"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_AT}/", openings.openings, name="openings"),
    path(f"{_AT}/catat/", openings.opening_new, name="opening_new"),
    path(f"{_AT}/lunas-tanpa-bukti/", openings.said_paid, name="opening_said_paid"),
    path(f"{_AT}/kelebihan/", openings.overpaid, name="opening_overpaid"),
    path(f"{_AT}/usul/<int:proposal_id>/", openings.opening_proposal, name="opening_proposal"),
    path(f"{_AT}/<int:claim_id>/", openings_one.opening, name="opening"),
]

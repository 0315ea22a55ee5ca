"""Addresses of fairness: who gets the space; at the desk lines, equipment, owners of spaces."""

from __future__ import annotations

from django.urls import URLPattern, path

from sepadan.creative.views import lines, owners, sharing, stock

urlpatterns: list[URLPattern] = [
    path("<str:kode>/pusat-kreatif/<slug:centre>/pembagian/", sharing.public, name="sharing"),
    path("<str:kode>/ruang/pembagian/", sharing.desk, name="sharing_desk"),
    path("<str:kode>/ruang/pembagian/baris/", sharing.rows, name="sharing_rows"),
    path("<str:kode>/ruang/antrean/", lines.lines, name="lines"),
    path("<str:kode>/ruang/antrean/<int:booking_id>/", lines.act, name="line_act"),
    path("<str:kode>/ruang/perlengkapan/", stock.stock, name="stock"),
    path("<str:kode>/ruang/perlengkapan/<int:item_id>/", stock.item, name="stock_item"),
    path("<str:kode>/ruang/pengelola/", owners.owners, name="owners"),
]

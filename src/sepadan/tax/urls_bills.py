"""Addresses of bills, printing, delivery and the citizen's page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import bills, bills_delivery, bills_print, citizen

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:kode>/pajak/sppt/", bills.bills, name="bills"),
    path("<str:kode>/pajak/sppt/<int:bill_id>/", bills.bill, name="bill"),
    path("<str:kode>/pajak/sppt/<int:bill_id>/sppt.pdf", bills.bill_file, name="bill_file"),
    path("<str:kode>/pajak/sppt/<int:bill_id>/surat/", bills.bill_paper, name="bill_paper"),
    path("<str:kode>/pajak/sppt/<int:bill_id>/antaran/", bills_delivery.delivery_entry, name="delivery_entry"),
    path("<str:kode>/pajak/sppt/cetak/<int:run_id>/", bills_print.printing, name="print"),
    path("<str:kode>/pajak/sppt/cetak/<int:run_id>/mulai/", bills_print.print_start, name="print_start"),
    path("<str:kode>/pajak/sppt/cetak/<int:run_id>/<str:kelurahan>/<str:what>/", bills_print.print_file,
         name="print_file"),
    path("<str:kode>/pajak/sppt/antaran/<int:run_id>/<str:kelurahan>/", bills_delivery.delivery, name="delivery"),
    path("<str:kode>/sppt/", citizen.ask, name="citizen"),
    path("<str:kode>/sppt/<str:nop>/<str:code>/", citizen.sheet, name="citizen_bill"),
    path("<str:kode>/sppt/<str:nop>/<str:code>/sppt.pdf", citizen.file, name="citizen_file"),
]

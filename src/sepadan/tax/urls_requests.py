"""Addresses of the service desk: requests of citizens, and the page on which an applicant follows his own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.tax.views import requests, requests_acts, requests_appeals, requests_online, requests_open

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:kode>/pajak/pelayanan/", requests.inbox_page, name="requests"),
    path("<str:kode>/pajak/pelayanan/baru/", requests.choose, name="request_choose"),
    path("<str:kode>/pajak/pelayanan/baru/<str:kind>/", requests.new, name="request_new"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/", requests.one, name="request"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/tanda-terima/", requests.receipt, name="request_receipt"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/langkah/", requests_acts.move, name="request_move"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/berkas/", requests_acts.paper, name="request_paper"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/ambil/", requests_acts.take, name="request_take"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/usul/", requests_acts.propose, name="request_propose"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/putusan/", requests_acts.decide, name="request_decide"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/banding/", requests_appeals.file, name="request_appeal"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/banding/benar/", requests_appeals.accept,
         name="request_appeal_accept"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/banding/tolak/", requests_appeals.reject,
         name="request_appeal_reject"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/banding/tarik/", requests_appeals.withdraw,
         name="request_appeal_withdraw"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/banding/putusan/", requests_appeals.rule, name="request_ruling"),
    path("<str:kode>/pajak/pelayanan/<int:request_id>/banding/sah/", requests_appeals.confirm, name="request_confirm"),
    path("<str:kode>/permohonan/", requests_open.follow, name="follow_request"),
    path("<str:kode>/permohonan/baru/", requests_online.choose, name="online_choose"),
    path("<str:kode>/permohonan/baru/<str:kind>/", requests_online.file, name="online_request"),
]

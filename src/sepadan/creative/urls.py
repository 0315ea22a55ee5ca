"""Addresses of the creative centre: its public calendar and requests, and the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.creative import urls_calendars, urls_doors, urls_events, urls_fairness, urls_measures, urls_money
from sepadan.creative.views import (
    answers,
    calendar,
    day_sheet,
    desk,
    displacing,
    handover,
    inbox,
    letters,
    space_page,
    steps,
    wishing,
)

app_name = "creative"
urlpatterns: list[URLPattern | URLResolver] = [
    *urls_events.urlpatterns,  # first: a space is not called "acara"
    *urls_calendars.urlpatterns,
    *urls_doors.urlpatterns,
    *urls_fairness.urlpatterns,
    *urls_measures.urlpatterns,
    *urls_money.urlpatterns,
    path("<str:kode>/pusat-kreatif/", calendar.centres, name="centres"),
    path("<str:kode>/pusat-kreatif/permohonan/", wishing.follow, name="follow"),
    path("<str:kode>/pusat-kreatif/permohonan/tindakan/", answers.act, name="follow_act"),
    path("<str:kode>/pusat-kreatif/permohonan/surat/", answers.letter, name="follow_letter"),
    path("<str:kode>/pusat-kreatif/surat/", letters.check, name="letter_check"),
    path("<str:kode>/pusat-kreatif/surat/<int:booking_id>/<str:code>/", letters.letter, name="letter"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/", calendar.centre, name="centre"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/ajukan/", wishing.ask, name="ask"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/<slug:space>/", space_page.space, name="space"),
    path("<str:kode>/ruang/", inbox.desk, name="desk"),
    path("<str:kode>/ruang/lembar-harian/", day_sheet.sheet, name="day_sheet"),
    path("<str:kode>/ruang/lembar-harian/cetak/", day_sheet.print_day, name="day_sheet_print"),
    path("<str:kode>/ruang/disposisi/<int:disposition_id>/selesai/", steps.disposition_done, name="disposition_done"),
    path("<str:kode>/ruang/<int:booking_id>/langkah/", steps.work, name="work"),
    path("<str:kode>/ruang/<int:booking_id>/kunci/<int:ordinal>/", handover.key, name="key"),
    path("<str:kode>/ruang/<int:booking_id>/geser/", displacing.displacing, name="displace"),
    path("<str:kode>/ruang/catat/", desk.enter, name="enter"),
    path("<str:kode>/ruang/<int:booking_id>/", desk.booking, name="booking"),
    path("<str:kode>/ruang/<int:booking_id>/tindakan/", desk.act, name="act"),
]

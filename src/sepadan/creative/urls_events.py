"""Addresses of events: public pages, registering, an organiser's page, the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.creative.views import events, events_desk, organising, registering, registrations_desk

CENTRE = "<str:kode>/pusat-kreatif/<slug:centre>/acara"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:kode>/pusat-kreatif/pendaftaran/", registering.registration, name="registration"),
    path("<str:kode>/pusat-kreatif/penyelenggara/", organising.organising, name="organising"),
    path(f"{CENTRE}/", events.events, name="events"),
    path(f"{CENTRE}/kalender.ics", events.calendar, name="events_calendar"),
    path(f"{CENTRE}/<slug:event>/", events.event, name="event"),
    path(f"{CENTRE}/<slug:event>/daftar/", registering.registering, name="registering"),
    path(f"{CENTRE}/<slug:event>/data.json", events.data, name="event_data"),
    path(f"{CENTRE}/<slug:event>/kalender.ics", events.event_calendar, name="event_calendar"),
    path(f"{CENTRE}/<slug:event>/gambar", events.picture, name="event_picture"),
    path("<str:kode>/ruang/acara/", events_desk.events, name="events_desk"),
    path("<str:kode>/ruang/acara/baru/<int:booking_id>/", events_desk.new, name="event_new"),
    path("<str:kode>/ruang/acara/<int:event_id>/", events_desk.event, name="event_desk"),
    path("<str:kode>/ruang/acara/<int:event_id>/ubah/", events_desk.change, name="event_change"),
    path("<str:kode>/ruang/acara/<int:event_id>/tindakan/", events_desk.act, name="event_act"),
    path("<str:kode>/ruang/acara/<int:event_id>/unduh/", events_desk.export, name="event_export"),
    path("<str:kode>/ruang/acara/<int:event_id>/cetak/", events_desk.printed, name="event_print"),
    path("<str:kode>/ruang/pendaftaran/<int:registration_id>/", registrations_desk.registration,
         name="registration_desk"),
    path("<str:kode>/ruang/pendaftaran/<int:registration_id>/tindakan/", registrations_desk.act,
         name="registration_act"),
]

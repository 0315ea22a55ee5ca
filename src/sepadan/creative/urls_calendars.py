"""Addresses of the calendars: month, week, floor plan and search; feeds and the embedded part; series and decrees.

They come before the page of a space, whose address has the same shape and stands in ``urls.py``.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sepadan.creative.views import (
    calendar_month,
    feeds,
    floor_plan,
    free_search,
    own_dates,
    replanning,
    series_desk,
    space_photos,
    subscribing,
    widget,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:kode>/pusat-kreatif/permohonan/tanggal/", own_dates.own_dates, name="own_dates"),
    path("<str:kode>/pusat-kreatif/umpan/<str:token>.ics", feeds.private_feed, name="private_feed"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/bulan/", calendar_month.month, name="month"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/pekan/", calendar_month.week, name="week"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/denah/", floor_plan.floor_plan, name="plan"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/cari/", free_search.find, name="find"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/langganan/", subscribing.subscribe, name="subscribe"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/sematan/", widget.widget, name="widget"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/kalender.ics", feeds.centre_feed, name="centre_feed"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/<slug:space>/kalender.ics", feeds.space_feed, name="space_feed"),
    path("<str:kode>/pusat-kreatif/<slug:centre>/<slug:space>/foto/<int:photo_id>/", space_photos.photo, name="photo"),
    path("<str:kode>/ruang/foto/", space_photos.photos_desk, name="photos_desk"),
    path("<str:kode>/ruang/hari-libur/", replanning.replanning, name="replanning"),
    path("<str:kode>/ruang/langganan/", subscribing.feed_links, name="feed_links"),
    path("<str:kode>/ruang/langganan/<int:link_id>/cabut/", subscribing.revoke_feed, name="revoke_feed"),
    path("<str:kode>/ruang/<int:booking_id>/rangkaian/", series_desk.series_desk, name="series_desk"),
]

"""The address of the study page: guest first, whose region is in scope; then the host."""

from __future__ import annotations

from django.urls import path

from sepadan.study.views import listing, replay

app_name = "study"
urlpatterns = [
    path("<str:kode>/studi/", listing.studies, name="studies"),
    path("<str:kode>/studi/<str:host>/", replay.replay, name="replay"),
]

"""The addresses of studies: guest first, whose region is in scope; then the host. Kept studies by their number."""

from __future__ import annotations

from django.urls import path

from sepadan.study.views import all_studies, coming, document, kept, listing, replay

app_name = "study"
urlpatterns = [
    path("studi/", all_studies.all_studies, name="all_studies"),
    path("<str:kode>/studi/", listing.studies, name="studies"),
    path("<str:kode>/studi/pemuatan/", coming.coming, name="coming"),
    path("<str:kode>/studi/tersimpan/<int:study_id>/", kept.kept, name="kept"),
    path("<str:kode>/studi/tersimpan/<int:study_id>/terbitkan/", kept.publish, name="publish"),
    path("<str:kode>/studi/tersimpan/<int:study_id>/<str:name>", kept.kept_file, name="kept_file"),
    path("<str:kode>/studi/<str:host>/lengkap/", document.whole, name="whole"),
    path("<str:kode>/studi/<str:host>/lengkap/simpan/", kept.keep, name="keep"),
    path("<str:kode>/studi/<str:host>/lengkap/<str:name>", document.file, name="file"),
    path("<str:kode>/studi/<str:host>/", replay.replay, name="replay"),
]

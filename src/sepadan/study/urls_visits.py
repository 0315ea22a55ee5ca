"""The addresses of recorded visits. Lists, and the visits that come with the product, are the portal's."""

from __future__ import annotations

from django.urls import path

from sepadan.study.views import visit_parts, visits

app_name = "study_visits"
urlpatterns = [
    path("<str:kode>/kunjungan/catat/", visits.record, name="record"),
    path("<str:kode>/kunjungan/<int:visit_id>/", visits.shown, name="shown"),
    path("<str:kode>/kunjungan/<int:visit_id>/ubah/", visits.edit, name="edit"),
    path("<str:kode>/kunjungan/<int:visit_id>/pelajaran/", visit_parts.lesson, name="lesson"),
    path("<str:kode>/kunjungan/<int:visit_id>/pelajaran/<int:lesson_id>/", visit_parts.lesson_edit,
         name="lesson_edit"),
    path("<str:kode>/kunjungan/<int:visit_id>/tindak-lanjut/", visit_parts.follow_up, name="follow_up"),
    path("<str:kode>/kunjungan/<int:visit_id>/terbitkan/", visit_parts.publish, name="publish"),
    path("<str:kode>/kunjungan/<int:visit_id>/tarik/", visit_parts.withdraw, name="withdraw"),
]

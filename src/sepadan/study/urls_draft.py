"""The address of the draft law page."""

from __future__ import annotations

from django.urls import path

from sepadan.study.views import draft

app_name = "study_draft"
urlpatterns = [path("<str:kode>/rancangan/", draft.draft_law, name="draft")]

"""Every public study of the installation, and where each region keeps its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sepadan.study.access import public_studies, regions_with_law


@require_safe
def all_studies(request: HttpRequest) -> HttpResponse:
    """Public studies, newest first; the regions whose law is known, with how many of them each made."""
    found = public_studies()
    regions = [(one, sum(study.region_id == one.pk for study in found)) for one in regions_with_law()]
    return render(request, "study/all_studies.html", {
        "studies": found, "regions": regions, "sample": any(one.synthetic for one in found)})

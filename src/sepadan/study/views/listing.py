"""The studies a region can make: its roll under the practice of every region whose law is known."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sepadan.ground.statutes import load_book
from sepadan.records.public import now
from sepadan.study.access import studies_for
from sepadan.study.engine.tax_practice import LEVY
from sepadan.study.services.region_rolls import coming_roll
from sepadan.tax.public import current_roll
from sepadan.territory.public import find_region


def studies(request: HttpRequest, kode: str) -> HttpResponse:
    """Hosts with known PBB tiers today, and what is missing for the others."""
    region = find_region(kode)
    if region is None:
        raise Http404
    book, today = load_book(), timezone.localdate()
    hosts = []
    for code in book.regions():
        host = find_region(code)
        if host is None or code == kode:
            continue
        hosts.append((host, book.law(code, LEVY, today).known("tiers") is not None))
    roll = current_roll()
    own = kode in book.regions() and book.law(kode, LEVY, today).known("tiers") is not None
    kept = studies_for(request.user, region)
    return render(request, "study/studies.html", {"guest": region, "hosts": hosts, "roll": roll, "own": own,
                                                  "kept": kept, "coming": coming_roll(region, now())})  # fmt: skip

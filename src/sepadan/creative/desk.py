"""The frame of every page of the creative desk: its navigation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sepadan.creative.models import Centre
from sepadan.ground.messages import message
from sepadan.records.public import desk_links

LINKS = (
    ("creative.desk.inbox", "creative:desk"),
    ("creative.desk.enter", "creative:enter"),
    ("creative.public_events", "creative:events_desk"),
    ("creative.sheet", "creative:day_sheet"),
    ("creative.desk.money", "creative:money"),
    ("creative.lines.nav", "creative:lines"),
    ("creative.stock", "creative:stock"),
    ("creative.sharing.nav", "creative:sharing_desk"),
    ("creative.owners.nav", "creative:owners"),
    ("creative.measures.title", "creative:measures_centres"),
    ("creative.desk.calendar", "creative:centres"),
)


def desk_page(request: HttpRequest, template: str, context: dict[str, Any] | None = None, *,
              status: int = 200) -> HttpResponse:
    """A page of the creative desk. Where a centre is synthetic, every page says so."""
    made_up = Centre.objects.filter(synthetic=True).exists()
    return render(request, template, {
        "nav": desk_links(request, LINKS), "sample": message("creative.sample") if made_up else None,
        **(context or {})}, status=status)

"""The first page of the tax desk: where the region's tax year stands, and the way to each part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.records.public import desk_links, needs, region_of
from sepadan.tax.desk import LINKS, desk_page
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.queries.runs import runs


@never_cache
@require_safe
@needs("tax.read")
def desk(request: HttpRequest, kode: str) -> HttpResponse:
    return desk_page(request, "tax/desk.html", {
        "region": region_of(request), "roll": current_roll(), "run": runs().first(),
        "parts": [(link.text, link.href, f"{link.text}.what") for link in desk_links(request, LINKS[1:])]})

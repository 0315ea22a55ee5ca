"""A roll that is on its way, on the pages of a study: how far it is, until it is there.

With script the part asks for itself every few seconds and has the page reloaded once the roll is there; without, the
page reloads itself (``study/coming_head.html``). A page in which a person types must not be taken away: it asks with
``?diam=1`` and is offered a link instead.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.problems import Problem
from sepadan.records.public import now
from sepadan.study.services.region_rolls import ComingRoll, coming_roll
from sepadan.tax.public import current_roll
from sepadan.territory.public import Region

STOP_ASKING = 286  # tells htmx to poll no more


def awaited(refused: Problem, *regions: Region) -> list[ComingRoll]:
    """The rolls that a refusal of a study waits for; empty when it was refused for another reason."""
    if not refused.what.key.startswith("study.roll."):
        return []
    return [found for region in regions if (found := coming_roll(region, now())) is not None]


@require_safe
@never_cache
def coming(request: HttpRequest, kode: str) -> HttpResponse:
    """The part alone, for the region in scope."""
    region: Region = request.region  # type: ignore[attr-defined]
    found, quiet = coming_roll(region, now()), request.GET.get("diam") == "1"
    there = found is None and current_roll() is not None
    context = {"one": found, "region": region, "there": there, "quiet": quiet}
    response = render(request, "study/coming_part.html", context, status=200 if found else STOP_ASKING)
    if there and not quiet:
        response.status_code, response["HX-Refresh"] = 200, "true"
    return response

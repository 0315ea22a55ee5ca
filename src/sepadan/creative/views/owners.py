"""To which department each space belongs, day by day, and the act by which an approver passes it to another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.access import space_for
from sepadan.creative.desk import desk_page
from sepadan.creative.models import Space
from sepadan.creative.services.owners import holds, owners_by_space, pass_space
from sepadan.creative.views.calendar import day_of
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of
from sepadan.records.public import today as today_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def owners(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Every space with its owners; an approver passes one on by a decree."""
    region = region_of(request)
    if request.method != "POST":
        return _page(request)
    space = space_for(request.user, region, request.POST.get("space", "")[:40], action="creative.approve")
    since = day_of(request.POST.get("since", ""))
    try:
        if since is None:
            raise refuse("creative.ask.not_day", where=space.name)
        with transaction.atomic():
            pass_space(space, request.POST.get("department", "").replace("\0", ""), since=since,
                       decree=request.POST.get("decree", "").replace("\0", ""), actor=actor_of(request), now=now(),
                       today=today_in(region))
    except Refused as refused:
        return _page(request, refused.problem, 409)
    messages.success(request, words("creative.audit.owner_passed", language()))
    return redirect("creative:owners", kode=kode)


def _page(request: HttpRequest, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    region = region_of(request)
    today = today_in(region)
    spaces = list(Space.objects.select_related("floor__centre").order_by("floor__level", "id"))
    rows: list[dict[str, Any]] = []
    by_space = owners_by_space(spaces)
    for one in spaces:
        owners = [{"department": row.department, "since": row.during.lower, "until": row.during.upper,
                   "decree": row.decree, "now": holds(row, today)} for row in by_space.get(one.pk, [])]
        rows.append({"space": one, "now": next((row["department"] for row in owners if row["now"]), ""),
                     "all": owners})
    return desk_page(request, "creative/owners.html", {
        "rows": rows, "spaces": spaces, "refusal": refusal, "today": today,
        "data": {name: request.POST.get(name, "")[:200] for name in ("space", "department", "since", "decree")},
        "may": permitted(person_of(request), region, "creative.approve")}, status=status)

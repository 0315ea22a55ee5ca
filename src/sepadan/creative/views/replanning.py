"""The desk's page of changed days off: what a later decree would change in planned series, then applying just that."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.desk import desk_page
from sepadan.creative.models import ReplanRun
from sepadan.creative.services.replanning import changes_due, mark_of, replan_series
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.statutes import load_book
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of, zone_of
from sepadan.records.public import today as today_in

SHOWN_RUNS = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def replanning(request: HttpRequest, kode: str) -> HttpResponseBase:
    """The dry run; posting its mark applies it."""
    region = region_of(request)
    may = permitted(person_of(request), region, "creative.write")
    refusal = None
    if request.method == "POST" and may:
        try:
            with transaction.atomic():
                run = replan_series(actor=actor_of(request), now=now(), today=today_in(region),
                                    seen=request.POST.get("seen", "")[:64])
        except Refused as refused:
            refusal = refused.problem
        else:
            messages.success(request, words(f"creative.replan.{'applied' if run else 'nothing'}", language()))
            return redirect("creative:replanning", kode=kode)
    return _page(request, may=may, refusal=refusal)


def _page(request: HttpRequest, *, may: bool, refusal: Problem | None) -> HttpResponse:
    region = region_of(request)
    zone, today = zone_of(region), today_in(region)
    due = [one for one in changes_due(now=now(), today=today) if one.changes]
    known = sorted((one for one in load_book().holiday_decrees() if one.known_from <= today),
                   key=lambda one: (one.year, one.known_from), reverse=True)
    return desk_page(request, "creative/replanning.html", {
        "may": may, "refusal": refusal, "seen": mark_of(due),
        "due": [{"booking": one.booking, "said": [
            *(message("creative.replan.out", day=row.day, name=row.off.name) for row in one.falls_out),
            *(message("creative.replan.back", day=row.day, name=row.off.name) for row in one.comes_back)]}
            for one in due],
        "known": [(message("creative.replan.decree", year=str(one.year), title=one.instrument.title),
                   message("creative.replan.known_from", day=one.known_from)) for one in known],
        "runs": [{"run": one, "at": one.at.astimezone(zone)} for one in ReplanRun.objects.all()[:SHOWN_RUNS]]},
        status=409 if refusal else 200)

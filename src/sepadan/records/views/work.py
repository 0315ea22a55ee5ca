"""Background work on screen: the list, one piece with its progress, the fragment that script polls, the stop button.

The page works without script: while the work is open it reloads itself.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sepadan.records import access, clock
from sepadan.records.desk import actor_of, language, person_of, region_of, signed_in
from sepadan.records.models import Work
from sepadan.records.services.work import stop_work
from sepadan.records.shown import ShownWork, history_shown, shown_work

LATEST = 50


@signed_in
@require_safe
def work_list(request: HttpRequest, kode: str) -> HttpResponse:
    """The latest work that this person may see."""
    region, person = region_of(request), person_of(request)
    seen = [work for work in Work.objects.order_by("-id")[:LATEST]
            if work.started_by_id == person.pk or access.permitted(person, region, work.action)]
    zone, lang, now = clock.zone_of(region), language(), clock.now()
    return render(request, "records/work_list.html", {"rows": [shown_work(w, zone, lang, now) for w in seen]})


@signed_in
@require_safe
def work(request: HttpRequest, kode: str, work_id: int) -> HttpResponse:
    shown = _shown(request, work_id)
    history = history_shown(shown.work, clock.zone_of(region_of(request)), language())
    return render(request, "records/work.html", {"shown": shown, "entries": history})


@signed_in
@require_safe
def work_fragment(request: HttpRequest, kode: str, work_id: int) -> HttpResponse:
    """The progress alone. Once the work has ended, 286 tells htmx to poll no more and the page around it to load anew,
    because what it led to stands there."""
    shown = _shown(request, work_id)
    answer = render(request, "records/work_progress.html", {"shown": shown}, status=200 if shown.work.is_open else 286)
    if not shown.work.is_open:
        answer["HX-Refresh"] = "true"
    return answer


@signed_in
@require_POST
def work_stop(request: HttpRequest, kode: str, work_id: int) -> HttpResponseBase:
    found = access.work_for(person_of(request), region_of(request), work_id)
    stop_work(found, actor=actor_of(request), now=clock.now())
    return redirect("records:work", kode=kode, work_id=work_id)


def _shown(request: HttpRequest, work_id: int) -> ShownWork:
    region = region_of(request)
    found = access.work_for(person_of(request), region, work_id)
    return shown_work(found, clock.zone_of(region), language(), clock.now())

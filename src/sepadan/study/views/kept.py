"""Kept studies on the site: keep one, look at it, open its files, make it public."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sepadan.records.public import actor_of, history_shown, needs, now, permitted, start_work, zone_of
from sepadan.study.access import study_for
from sepadan.study.services.keeping import file_of, publish_study
from sepadan.study.services.live import known_lever
from sepadan.study.services.studies import day_of_study
from sepadan.study.tasks import KEEP_WORK
from sepadan.study.views.document import day_of, download, lang
from sepadan.territory.public import region_of_code


@needs("study.write")
@require_POST
def keep(request: HttpRequest, kode: str, host: str) -> HttpResponseBase:
    """Ask for the study to be made with all its files, behind the page; its progress is shown."""
    on = day_of_study(kode, region_of_code(host).code, day_of(request.POST.get("pada", "")))
    lever = known_lever(request.POST.get("tuas", ""))
    actor = actor_of(request)
    params = {"host": host, "on": on.isoformat(), "assumptions": "default", "lever": lever, "by": actor.name}
    work = start_work(KEEP_WORK, action="study.read", actor=actor, now=now(), params=params,
                      once=f"{host} {on} {lever or ''}")  # fmt: skip
    return redirect("records:work", kode=kode, work_id=work.pk)


@require_safe
def kept(request: HttpRequest, kode: str, study_id: int) -> HttpResponse:
    """A kept study: what it rests on, its files, its history."""
    region = request.region  # type: ignore[attr-defined]
    found = study_for(request.user, region, study_id)
    own, reader = found.region_id == region.pk, permitted(request.user, region, "study.read")
    return render(request, "study/kept.html", {
        "study": found, "kode": kode, "own": own, "made": found.made_at.astimezone(zone_of(region)),
        "files": [(name, one["bytes"], one["sha256"]) for name, one in sorted(found.files.items())],
        "may_publish": own and not found.public and permitted(request.user, region, "study.approve"),
        "entries": history_shown(found, zone_of(region), lang()) if own and reader else None,
        "sample": found.synthetic,
    })  # fmt: skip


@require_safe
def kept_file(request: HttpRequest, kode: str, study_id: int, name: str) -> HttpResponse:
    """One file of a kept study, only through the check of who may read it."""
    found = study_for(request.user, request.region, study_id)  # type: ignore[attr-defined]
    content = file_of(found, name)
    if content is None:
        raise Http404
    return download(content, f"{found.region.code}-{found.host.code}-{found.on}-{name}", name)


@needs("study.approve")
@require_POST
def publish(request: HttpRequest, kode: str, study_id: int) -> HttpResponseBase:
    found = study_for(request.user, request.region, study_id)  # type: ignore[attr-defined]
    if found.region_id != request.region.pk:  # type: ignore[attr-defined]
        raise Http404
    publish_study(found, actor=actor_of(request), now=now())
    return redirect("study:kept", kode=kode, study_id=study_id)

"""The desk of certificates: who is entitled, issuing to all of them, and one with revoking and issuing anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.access_doors import certificate_in, event_with_doors
from sepadan.creative.desk import desk_page
from sepadan.creative.models import Certificate, Event
from sepadan.creative.queries.certificates import last_counted, standings_of
from sepadan.creative.services.certificates import percent, reissue_certificate, revoke_certificate
from sepadan.creative.services.credentials import certificate_code
from sepadan.creative.tasks_certificates import ISSUE_WORK
from sepadan.creative.views.certificates import TONES, file_of, site_of
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import (
    Work,
    WorkState,
    actor_of,
    grouped,
    history_shown,
    language,
    needs,
    now,
    permitted,
    person_of,
    region_of,
    start_work,
    zone_of,
)
from sepadan.records.public import today as today_in

STATES = {"due": message("creative.standing.due"), "short": message("creative.standing.short"),
          **{state: message(f"creative.certificate.state.{state}") for state in TONES}}
STATE_TONES = {**TONES, "due": "care", "short": "wait"}


@never_cache
@require_safe
@needs("creative.read")
def certificates(request: HttpRequest, kode: str, event_id: int) -> HttpResponse:
    """Who attended how much of an event, who is entitled, who has one."""
    return page_of(request, event_with_doors(request.user, region_of(request), event_id))


def page_of(request: HttpRequest, event: Event, *, refusal: Problem | None = None, status: int = 200) -> HttpResponse:
    region = region_of(request)
    rows, ends = standings_of(event), last_counted(event)
    work = Work.objects.filter(kind=ISSUE_WORK, once=str(event.pk)).order_by("-id").first()
    return desk_page(request, "creative/certificates_desk.html", {
        "region": region, "event": event, "title": event.title_in(language()), "refusal": refusal,
        "listing": Listing(table(), ListRows([_row(one, region.code) for one in rows]), request.GET, language(),
                           files=False),
        "any": bool(rows), "share": percent(event.share_needed), "counted": rows[0].counted if rows else 0,
        "enough": sum(one.enough for one in rows), "due": sum(one.due for one in rows),
        "valid": sum(one.certificate is not None and one.certificate.state == "valid" for one in rows),
        "ended": Certificate.objects.filter(event=event).exclude(state="valid").count(),
        "over": ends is not None and ends <= now(), "ends": ends.astimezone(zone_of(region)).date() if ends else None,
        "work": work if work is not None and work.state in (WorkState.QUEUED, WorkState.RUNNING) else None,
        "may_approve": permitted(person_of(request), region, "creative.approve")}, status=status)


def table() -> Table:
    return Table("sertifikat", message("creative.certificates"), (
        Column("number", message("creative.registration.number")),
        Column("name", message("creative.registration.name")),
        Column("attended", message("creative.standing.attended"), "integer"),
        Column("counted", message("creative.standing.counted"), "integer"),
        Column("certificate", message("creative.certificate.number"), href="url"),
        Column("state", message("creative.desk.state"), choice=True, words=STATES,
               tones=STATE_TONES),  # type: ignore[arg-type]
    ), search=("number", "name", "certificate"))


def _row(one: Any, kode: str) -> dict[str, Any]:
    held = one.certificate
    state = held.state if held is not None else "due" if one.enough else "short"
    row = {"number": one.number, "name": one.name, "attended": one.attended, "counted": one.counted, "state": state}
    if held is None:
        return {**row, "certificate": "", "url": ""}
    return {**row, "certificate": held.number,
            "url": reverse("creative:certificate_desk", args=[kode, held.event_id, held.pk])}


@never_cache
@require_POST
@needs("creative.approve")
def issue(request: HttpRequest, kode: str, event_id: int) -> HttpResponseBase:
    """Ask for the work that issues to all who are entitled."""
    event = event_with_doors(request.user, region_of(request), event_id, action="creative.approve")
    ends = last_counted(event)
    if ends is None or ends > now():
        refusal = problem("creative.certificate.nothing_counts", remedy="creative.certificate.nothing_counts.remedy") \
            if ends is None else problem("creative.certificate.not_over", day=ends.date())
        return page_of(request, event, refusal=refusal, status=409)
    actor = actor_of(request)
    start_work(ISSUE_WORK, action="creative.read", actor=actor, now=now(), once=str(event.pk), params={
        "event": event.pk, "site": site_of(request), "by": actor.name})
    messages.success(request, words("creative.certificates.asked", language()))
    return redirect("creative:certificates_desk", kode=kode, event_id=event.pk)


@never_cache
@require_safe
@needs("creative.read")
def certificate(request: HttpRequest, kode: str, event_id: int, certificate_id: int) -> HttpResponse:
    """One certificate, with what can be done."""
    event = event_with_doors(request.user, region_of(request), event_id)
    return one_page(request, event, certificate_in(event, certificate_id))


def one_page(request: HttpRequest, event: Event, found: Certificate, *, refusal: Problem | None = None,
             status: int = 200) -> HttpResponse:
    region, zone = region_of(request), zone_of(region_of(request))
    return desk_page(request, "creative/certificate_desk.html", {
        "region": region, "event": event, "found": found, "title": event.title_in(language()), "refusal": refusal,
        "tone": TONES[found.state], "issued": found.issued_at.astimezone(zone).date(),
        "ended": found.ended_at.astimezone(zone).date() if found.ended_at else None,
        "share": percent(found.share_needed), "code": grouped(certificate_code(found)),
        "name": found.holder_name, "replaced_by": found.replaced_by.order_by("id").last(),
        "may_approve": permitted(person_of(request), region, "creative.approve"),
        "history": history_shown(found, zone, language())}, status=status)


@never_cache
@require_POST
@needs("creative.read")
def act(request: HttpRequest, kode: str, event_id: int, certificate_id: int) -> HttpResponseBase:
    """Download, revoke, issue anew. The last two need somebody who approves."""
    name = request.POST.get("act", "")
    action = "creative.read" if name == "pdf" else "creative.approve"
    event = event_with_doors(request.user, region_of(request), event_id, action=action)
    found = certificate_in(event, certificate_id)
    if name == "pdf":
        return file_of(request, found, "pdf")
    how: dict[str, Any] = {"reason": request.POST.get("reason", "").replace("\0", "")[:300],
                           "actor": actor_of(request), "now": now()}
    acts: dict[str, Callable[[], Certificate]] = {
        "revoke": lambda: revoke_certificate(found, **how),
        "reissue": lambda: reissue_certificate(found, request.POST.get("name", "").replace("\0", ""),
                                               site=site_of(request), today=today_in(region_of(request)), **how)}
    if name not in acts:
        raise Http404
    try:
        with transaction.atomic():
            made = acts[name]()
    except Refused as refused:
        return one_page(request, event, certificate_in(event, certificate_id), refusal=refused.problem, status=409)
    messages.success(request, words(f"creative.certificates.did.{name}", language()))
    return redirect("creative:certificate_desk", kode=kode, event_id=event.pk, certificate_id=made.pk)

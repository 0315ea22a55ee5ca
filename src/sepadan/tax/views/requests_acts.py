"""Acts on a request: papers, steps, the decision prepared and taken. Each carries the version that the person saw.

A refusal is shown on the page of the request as it is now (409), with what to do; nothing is lost and nothing happens
twice. A decision is prepared on a page that shows its effect in rupiah first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.records.public import actor_of, language, needs, now, refusal_of, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_requests import request_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.request_letters import letter_writer
from sepadan.tax.engine.requests import Act, Outcome
from sepadan.tax.forms.requests import TERMS, lacking, plain, shown, typed_terms
from sepadan.tax.models import Request
from sepadan.tax.services.request_carrying import carry_out_request
from sepadan.tax.services.request_effects import Preview, preview
from sepadan.tax.services.request_files import check_file
from sepadan.tax.services.requests import Done, act_on, add_paper, decide_request, deem_granted, take_request
from sepadan.tax.views.requests import act_named, could_not, terms_shown, version_of

OUTCOMES = (Outcome.GRANTED, Outcome.PARTLY, Outcome.REFUSED)


@never_cache
@require_POST
@needs("tax.write")
def paper(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """A paper was brought: ticked off, or with its file."""
    found = request_for(request.user, region_of(request), request_id, action="tax.write")
    upload = request.FILES.get("file")

    def add() -> Request:
        content, name, media = b"", "", ""
        if upload is not None:
            content = upload.read(5_000_000)
            media, name = check_file(content, upload.name or "")
        return add_paper(found, str(request.POST.get("code", "")), version=version_of(request),
                         actor=actor_of(request), now=now(), today=today_in(region_of(request)), content=content,
                         file_name=name, media_type=media)

    return _try(request, found, add, "tax.requests.done.paper")


@never_cache
@require_POST
@needs("tax.write")
def take(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """The officer takes the request on."""
    found = request_for(request.user, region_of(request), request_id, action="tax.write")
    return _try(request, found, lambda: take_request(
        found, version=version_of(request), actor=actor_of(request), now=now(),
        today=today_in(region_of(request))), "tax.requests.done.officer")


@never_cache
@require_POST
@needs("tax.write")
def move(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """Every act of an officer but preparing and deciding. Granting by silence is a decision: it needs an approver."""
    region = region_of(request)
    if request.POST.get("act") == Act.DEEM.value:
        refusal = refusal_of(request, region, "tax.approve")
        if refusal is not None:
            return refusal
    found = request_for(request.user, region, request_id, action="tax.write")
    today, actor, version = today_in(region), actor_of(request), version_of(request)

    def do() -> Request:
        act = act_named(request)
        if act in (Act.PROPOSE, Act.DECIDE, Act.SEND_BACK):
            raise refuse("tax.requests.no_act")
        if act is Act.DEEM:
            return deem_granted(found, version=version, actor=actor, now=now(), today=today,
                                write_letter=letter_writer(today), asked=typed_terms(found.type, request.POST))
        if act is Act.CARRY_OUT:
            return carry_out_request(found, version=version, actor=actor, now=now(), today=today)
        done = Done(plain(request.POST.get("note"))[:2000], _day(request.POST.get("until", "")),
                    request.POST.get("looked") == "1")
        return act_on(found, act, done, version=version, actor=actor, now=now(), today=today)

    return _try(request, found, do, "tax.requests.done.moved")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.write")
def propose(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """A decision is prepared: outcome, terms, reasons; first its effect is shown, then it is handed on."""
    region = region_of(request)
    found = request_for(request.user, region, request_id, action="tax.write")
    kind, today = found.type, today_in(region)
    specs = TERMS.get(kind.effect, ())
    data: dict[str, Any] = request.POST.dict() if request.method == "POST" else {**found.claim, "outcome": "granted"}
    outcome = Outcome(data["outcome"]) if data.get("outcome") in [one.value for one in OUTCOMES] else Outcome.NONE
    faults: dict[str, str] = {}
    refusal: Problem | None = None
    seen: Preview | None = None
    if request.method == "POST":
        empty = [] if outcome is Outcome.REFUSED else lacking(specs, data)
        if not plain(data.get("reasons")) and data.get("act") == "propose":
            empty.append("reasons")
        faults = {name: words("tax.request.needed", language()) for name in empty}
        if not empty:
            try:
                terms = typed_terms(kind, data)
                seen = preview(found, terms, outcome, today)
                if data.get("act") == "propose":
                    with transaction.atomic():
                        act_on(found, Act.PROPOSE, Done(plain(data["reasons"]), outcome=outcome, terms=terms),
                               version=version_of(request), actor=actor_of(request), now=now(), today=today)
                    messages.success(request, words("tax.requests.done.proposed", language()))
                    return redirect("tax:request", kode=kode, request_id=found.pk)
            except Refused as refused:
                refusal = refused.problem
    return desk_page(request, "tax/requests_propose.html", {
        "found": found, "kind": kind, "fields": shown(specs, data, faults), "refusal": refusal, "seen": seen,
        "outcomes": [(one.value, f"tax.request.outcome.{one.value}", one is outcome) for one in OUTCOMES],
        "reasons": str(data.get("reasons", "")), "reasons_fault": faults.get("reasons", ""),
        "faults": [(f"f-{name}", f"tax.request.term.{name}", text) for name, text in faults.items()],
        "version": version_of(request) if request.method == "POST" else found.version,
        "claim": terms_shown(kind, found.claim),
    }, status=422 if faults or refusal else 200)


@never_cache
@require_POST
@needs("tax.approve")
def decide(request: HttpRequest, kode: str, request_id: int) -> HttpResponseBase:
    """The approver takes the decision as it was prepared, or sends it back."""
    region = region_of(request)
    found = request_for(request.user, region, request_id, action="tax.approve")
    today, actor, version = today_in(region), actor_of(request), version_of(request)

    def do() -> Request:
        act = act_named(request)
        if act is Act.SEND_BACK:
            return act_on(found, act, Done(plain(request.POST.get("note"))[:2000]), version=version, actor=actor,
                          now=now(), today=today)
        if act is not Act.DECIDE:
            raise refuse("tax.requests.no_act")
        return decide_request(found, version=version, actor=actor, now=now(), today=today,
                              write_letter=letter_writer(today))

    return _try(request, found, do, "tax.requests.done.decided")


def _try(request: HttpRequest, found: Request, do: Callable[[], Request], done: str) -> HttpResponseBase:
    """Do it within a savepoint; a refusal leaves nothing and is shown on the page as it is now."""
    try:
        with transaction.atomic():
            do()
    except Refused as refused:
        return could_not(request, found, refused)
    messages.success(request, words(done, language()))
    return redirect("tax:request", kode=region_of(request).code, request_id=found.pk)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None

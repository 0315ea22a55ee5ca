"""Seizure on the desk: the orders there are, one with every step on it and the form of the next, its papers as PDF.

Each act carries the version that the person saw. What another person decides is proposed by an officer and decided by
an approver; the services refuse that it be the same person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import actor_of, language, needs, now, permitted, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_money import letter_for, seizure_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.letter_layout import letter_pdf
from sepadan.tax.documents.seizure_papers import order_paper, step_paper
from sepadan.tax.engine.nop import Nop
from sepadan.tax.forms import seizures as forms
from sepadan.tax.forms.collection import ReasonForm
from sepadan.tax.models import Seizure, SeizureAct, SeizureState, SeizureStep
from sepadan.tax.queries.seizures import goods_of, limit_of, limit_unsold, released, seizures, steps_of
from sepadan.tax.services import seizure_auctions as auctions
from sepadan.tax.services import seizure_money as money
from sepadan.tax.services import seizures as acts

STATES = {state.value: message(f"tax.seizure.state.{state.value}") for state in SeizureState}
KINDS = {kind.value: message(f"tax.seizure.act.{kind.value}") for kind in SeizureAct}
REASONS = ("void", "request", "lift", "reject", "withdraw")
DECIDING = ("sign", "grant", "reject")


@never_cache
@require_safe
@needs("tax.read")
def seizure_list(request: HttpRequest, kode: str) -> HttpResponse:
    """The orders of seizure, the newest first."""
    rows = [(one, str(Nop(one.nop)), STATES[one.state]) for one in seizures()[:200]]
    return desk_page(request, "tax/seizures.html", {"region": region_of(request), "rows": rows})


@never_cache
@require_POST
@needs("tax.write")
def order(request: HttpRequest, kode: str, letter_id: int) -> HttpResponseBase:
    """Draft the order of a warrant that was served."""
    warrant = letter_for(request.user, region_of(request), letter_id, action="tax.write")
    form = forms.OrderForm(request.POST)
    if not form.is_valid():
        return _ordering(request, letter_id, form, None)
    try:
        with transaction.atomic():
            made = acts.order_seizure(warrant, bailiff=form.cleaned_data["bailiff"], **_who(request),
                                      today=_today(request))
    except Refused as refused:
        return _ordering(request, letter_id, form, refused.problem)
    return redirect("tax:seizure", kode=kode, seizure_id=made.pk)


def _ordering(request: HttpRequest, letter_id: int, form: Any, refusal: Problem | None) -> HttpResponse:
    return desk_page(request, "tax/seizure_order.html", {
        "region": region_of(request), "letter_id": letter_id, "form": form, "refusal": refusal}, status=422)


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.read")
def seizure(request: HttpRequest, kode: str, seizure_id: int) -> HttpResponseBase:
    """One seizure: what was done, what waits, and the form of what comes next."""
    if request.method != "POST":
        return _page(request, seizure_for(request.user, region_of(request), seizure_id))
    act = request.POST.get("act", "")
    action = "tax.approve" if act in DECIDING else "tax.write"
    found = seizure_for(request.user, region_of(request), seizure_id, action=action)
    known = _acts(request, found)
    if act not in known:
        raise Http404
    form_class, do = known[act]
    form = form_class(request.POST) if form_class else None
    if form is not None and not form.is_valid():
        return _page(request, found, bound={act: form}, status=422)
    try:
        with transaction.atomic():
            do(form.cleaned_data if form else {})
    except Refused as refused:
        return _page(request, found, refusal=refused.problem, bound={act: form} if form else {}, status=422)
    messages.success(request, message("tax.collection.saved").text(language()))
    return redirect("tax:seizure", kode=kode, seizure_id=seizure_id)


def _acts(request: HttpRequest, found: Seizure) -> dict[str, tuple[Any, Callable[[dict[str, Any]], Any]]]:
    """What may be posted: the form of it, and the service that does it."""
    text = request.POST.get("version", "")
    seen = {"version": int(text) if text.isdecimal() and len(text) < 9 else 0, **_who(request)}
    today, who = _today(request), _who(request)
    return {
        "sign": (None, lambda data: acts.sign_seizure(found, **seen, today=today)),
        "void": (ReasonForm, lambda data: acts.void_seizure(found, reason=data["reason"], **seen)),
        "minutes": (forms.MinutesForm, lambda data: acts.record_minutes(
            found, [acts.Good(*one) for one in data["goods"]], on=data["on"], place=data["where"],
            witnesses=data["witnesses"].split(","), **seen, today=today)),
        "announce": (forms.AnnounceForm, lambda data: acts.announce_auction(
            found, auction=data["auction"], limit=data["limit"], **seen, today=today)),
        "unsold": (forms.UnsoldForm, lambda data: auctions.record_unsold(
            found, on=data["on"], document=data["document"], **seen, today=today)),
        "withdraw": (ReasonForm, lambda data: auctions.propose_withdrawal(
            found, reason=data["reason"], **seen, today=today)),
        "release": (lambda data: forms.ReleaseForm(auctions.still_seized(found), data), lambda data:
                    auctions.propose_release(found, [int(key) for key in data["goods"]], reason=data["reason"], **seen,
                                             today=today)),
        "request": (ReasonForm, lambda data: acts.propose_step(
            found, SeizureAct.REQUESTED, reason=data["reason"], **seen, today=today)),
        "lift": (ReasonForm, lambda data: acts.propose_step(
            found, SeizureAct.LIFTED, reason=data["reason"], **seen, today=today)),
        "sale": (forms.SaleForm, lambda data: money.propose_sale(
            found, on=data["on"], document=data["document"], gross=data["gross"], cost=data["cost"], **seen,
            today=today)),
        "return": (forms.ReturnForm, lambda data: money.propose_return(
            found, document=data["document"], to=data["to"], **seen, today=today)),
        "grant": (None, lambda data: _grant(_waiting(found), who, today)),
        "reject": (ReasonForm, lambda data: acts.reject_step(_waiting(found), reason=data["reason"], **who))}


def _grant(step: SeizureStep, who: dict[str, Any], today: Any) -> None:
    if step.kind == SeizureAct.SOLD:
        money.book_sale(step, **who)
    elif step.kind == SeizureAct.RETURNED:
        money.book_return(step, **who, today=today)
    elif step.kind == SeizureAct.RELEASED:
        auctions.decide_release(step, **who)
    elif step.kind == SeizureAct.WITHDRAWN:
        auctions.decide_withdrawal(step, **who)
    else:
        acts.decide_step(step, **who, today=today)


def _waiting(found: Seizure) -> SeizureStep:
    step = next((one for one in steps_of(found) if one.state == "proposed"), None)
    if step is None:
        raise Http404
    return step


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": now()}


def _today(request: HttpRequest) -> Any:
    return today_in(region_of(request))


def _page(request: HttpRequest, found: Seizure, *, refusal: Problem | None = None, bound: dict[str, Any] | None = None,
          status: int = 200) -> HttpResponse:
    region = region_of(request)
    found = seizure_for(request.user, region, found.pk)
    steps, today = steps_of(found), today_in(region)
    waiting = next((one for one in steps if one.state == "proposed"), None)
    held, gone, limit = auctions.still_seized(found), released(found), limit_of(found)
    given = {"minutes": forms.MinutesForm(initial={"on": today}), "announce": forms.AnnounceForm(),
             "unsold": forms.UnsoldForm(initial={"on": today}), "release": forms.ReleaseForm(held),
             "sale": forms.SaleForm(initial={"on": today, "cost": "0"}), "return": forms.ReturnForm(),
             **{name: ReasonForm() for name in REASONS}}
    for name in (*REASONS, "unsold", "release"):
        given[name].auto_id = f"{name}-%s"
    excess = money.excess_of(found)
    return desk_page(request, "tax/seizure.html", {
        "region": region, "seizure": found, "nop": str(Nop(found.nop)), "state": STATES[found.state],
        "steps": [(one, KINDS[one.kind], step_paper(one) is not None) for one in steps],
        "goods": [(one, one.pk in gone) for one in goods_of(found)], "held": [
            (one, str(one.pk)) for one in held], "limit": limit, "unsold_limit": limit_unsold(found),
        "waiting_goods": [one for one in held if waiting and one.pk in waiting.details.get("goods", ())],
        "waiting": waiting, "waiting_kind": KINDS[waiting.kind] if waiting else None, "excess": excess,
        "next": _next(found, waiting, excess), "may_write": permitted(request.user, region, "tax.write"),
        "may_sign": permitted(request.user, region, "tax.approve"), "own": found.written_by_id == request.user.pk,
        "own_step": waiting is not None and waiting.recorded_by_id == request.user.pk, "refusal": refusal,
        "forms": given | (bound or {})}, status=status)


def _next(found: Seizure, waiting: SeizureStep | None, excess: int) -> tuple[str, ...]:
    """The acts that may come now, as the page names them."""
    if waiting is not None:
        return ()
    return {SeizureState.DRAFT: ("void",), SeizureState.ORDERED: ("minutes", "void"),
            SeizureState.SEIZED: ("announce", "release", "lift"),
            SeizureState.ANNOUNCED: ("request", "release", "withdraw", "lift"),
            SeizureState.REQUESTED: ("sale", "unsold", "release", "withdraw", "lift"),
            SeizureState.SOLD: ("return",) if excess > 0 else ()}.get(
        SeizureState(found.state), ())


@never_cache
@require_safe
@needs("tax.read")
def seizure_file(request: HttpRequest, kode: str, seizure_id: int, step_id: int) -> HttpResponse:
    """The order (step 0), or the paper of a step that was done."""
    found = seizure_for(request.user, region_of(request), seizure_id)
    step = next((one for one in steps_of(found) if one.pk == step_id), None)
    paper = order_paper(found) if step_id == 0 else step_paper(step) if step else None
    if paper is None:
        raise Http404
    return HttpResponse(letter_pdf(*paper), content_type="application/pdf", headers={
        "Content-Disposition": f'inline; filename="{paper[0]}-{found.nop}.pdf"'})

"""Letters and decisions: their lists, one of them with every act on it, and the letter as a PDF.

Each act carries the version that the person saw. A refusal is shown on the page as it is now, with what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.tables import Column, Listing, QueryRows, Table
from sepadan.records.public import actor_of, language, needs, now, permitted, quote, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_money import decision_for, letter_for, revision_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.collection_papers import Papers, paper_of
from sepadan.tax.documents.letter_layout import letter_pdf
from sepadan.tax.engine.nop import Nop
from sepadan.tax.forms import collection as forms
from sepadan.tax.forms.seizures import OrderForm
from sepadan.tax.models import (
    CollectionLetter,
    DecisionKind,
    DecisionState,
    DuesDecision,
    LetterKind,
    LetterRevision,
    LetterState,
    RevisionKind,
)
from sepadan.tax.queries.accounts import facts_of, instalments_of
from sepadan.tax.queries.collection import decisions as all_decisions
from sepadan.tax.queries.collection import letters as all_letters
from sepadan.tax.queries.collection import lines_of_letter, revisions_of
from sepadan.tax.queries.seizures import seizures_of
from sepadan.tax.services.collection_decisions import ENDABLE, end_decision, grant_decision, reject_decision
from sepadan.tax.services.demand_revisions import ISSUED, grant_revision, propose_revision, reject_revision
from sepadan.tax.services.letter_acts import deliver_letter, return_letter, sign_letter, void_letter
from sepadan.tax.views.collection import STEP_WORDS, sheet

KINDS = {kind.value: message(f"tax.collection.kind.{kind.value}") for kind in DecisionKind}
STATES = {state.value: message(f"tax.collection.decision.{state.value}") for state in DecisionState}
LETTER_STATES = {state.value: message(f"tax.collection.letter.{state.value}") for state in LetterState}
LETTERS = Table("surat-penagihan", message("tax.collection.letters"), (
    Column("label", message("tax.collection.letter.number"), href="href", sortable=False),
    Column("kind", message("tax.collection.letter.kind"), choice=True, words=STEP_WORDS),
    Column("state", message("tax.collection.letter.state"), choice=True, words=LETTER_STATES, tones={
        "draft": "wait", "issued": "wait", "delivered": "ok", "returned": "care", "void": ""}),
    Column("nop", message("tax.collection.nop"), sortable=False),
    Column("kelurahan__name", message("tax.collection.kelurahan")),
    Column("issued_on", message("tax.collection.letter.issued_on"), "date"),
    Column("answer_by", message("tax.collection.letter.answer_by"), "date"),
    Column("total", message("tax.collection.letter.demand"), "rupiah", summable=True),
), order="-issued_on", search=("number", "nop"))
DECISIONS = Table("keputusan", message("tax.collection.decisions"), (
    Column("kind", message("tax.collection.decision.kind"), choice=True, words=KINDS, href="href"),
    Column("state", message("tax.collection.decision.state"), choice=True, words=STATES, tones={
        "proposed": "wait", "granted": "ok", "rejected": "", "ended": "care"}),
    Column("charge__number", message("tax.collection.charge")),
    Column("document_number", message("tax.collection.document_number")),
    Column("proposed_at", message("tax.collection.decision.proposed_on"), "date"),
    Column("amount", message("tax.collection.amount"), "rupiah"),
), order="-proposed_at", search=("charge__number", "document_number"))


@never_cache
@require_safe
@needs("tax.read")
def letters(request: HttpRequest, kode: str) -> HttpResponse:
    """Every letter of collection, what waits for a signature or a delivery first."""
    def shape(row: dict[str, Any]) -> dict[str, Any]:
        label = row["number"] or message("tax.collection.letter.unsigned").text(language())
        return row | {"label": label, "nop": str(Nop(row["nop"])),
                      "href": reverse("tax:collection_letter", args=[kode, row["id"]])}

    keys = ("id", "number", "kind", "state", "nop", "kelurahan__name", "issued_on", "answer_by", "total")
    listing = Listing(LETTERS, QueryRows(all_letters(), models, keys, shape), request.GET, language())
    return sheet(listing) if listing.wanted else desk_page(request, "tax/collection_letters.html", {
        "region": region_of(request), "listing": listing, "any": all_letters().exists()})


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.read")
def letter(request: HttpRequest, kode: str, letter_id: int) -> HttpResponseBase:
    """One letter: what it demands, and its signature, delivery, return."""
    region = region_of(request)
    if request.method != "POST":
        return _letter_page(request, letter_for(request.user, region, letter_id))
    act = request.POST.get("act", "")
    action = "tax.approve" if act in ("sign", "grant", "reject") else "tax.write"
    found = letter_for(request.user, region, letter_id, action=action)
    made: dict[str, tuple[Any, Callable[[int, dict[str, Any]], Any]]] = {
        "sign": (None, lambda version, data: sign_letter(
            found, version=version, **_who(request), today=_today(request))),
        "deliver": (forms.DeliverForm, lambda version, data: deliver_letter(
            found, version=version, on=data["on"], to=data["to"], **_who(request), today=_today(request))),
        "return": (forms.ReasonForm, lambda version, data: return_letter(
            found, version=version, reason=data["reason"], **_who(request))),
        "void": (forms.ReasonForm, lambda version, data: void_letter(
            found, version=version, reason=data["reason"], **_who(request))),
        "withdraw": (forms.ReasonForm, lambda version, data: propose_revision(
            found, RevisionKind.WITHDRAWN, reason=data["reason"], **_who(request))),
        "correct": (forms.ReasonForm, lambda version, data: propose_revision(
            found, RevisionKind.CORRECTED, reason=data["reason"], **_who(request))),
        "grant": (None, lambda version, data: grant_revision(
            _revision(request, found), **_who(request), today=_today(request))),
        "reject": (forms.ReasonForm, lambda version, data: reject_revision(
            _revision(request, found), reason=data["reason"], **_who(request)))}
    if act not in made:
        raise Http404
    return _acted(request, made[act], act, lambda **more: _letter_page(request, found, **more),
                  reverse("tax:collection_letter", args=[kode, found.pk]))


def _revision(request: HttpRequest, found: CollectionLetter) -> LetterRevision:
    text = request.POST.get("revision", "")
    key = int(text) if text.isdecimal() and len(text) < 19 else 0
    return revision_for(request.user, region_of(request), found.pk, key, action="tax.approve")


def _acted(request: HttpRequest, made: tuple[Any, Callable[[int, dict[str, Any]], Any]], act: str,
           page: Callable[..., HttpResponse], after: str) -> HttpResponseBase:
    form = made[0](request.POST) if made[0] else None
    if form is not None and not form.is_valid():
        return page(bound={act: form}, status=422)
    version = request.POST.get("version", "")
    try:
        with transaction.atomic():
            made[1](int(version) if version.isdecimal() and len(version) < 9 else 0, form.cleaned_data if form else {})
    except Refused as refused:
        return page(refusal=refused.problem, bound={act: form} if form else {}, status=422)
    messages.success(request, message("tax.collection.saved").text(language()))
    return redirect(after)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": now()}


def _today(request: HttpRequest) -> Any:
    return today_in(region_of(request))


def _letter_page(request: HttpRequest, found: CollectionLetter, *, refusal: Problem | None = None,
                 bound: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    region = region_of(request)
    found = letter_for(request.user, region, found.pk)
    given: dict[str, Any] = {
        "order": OrderForm(), "deliver": forms.DeliverForm(initial={"on": today_in(region)}),
        **{name: forms.ReasonForm() for name in ("return", "void", "withdraw", "correct", "reject")}}
    for name in ("void", "withdraw", "correct", "reject"):
        given[name].auto_id = f"{name}-%s"
    revisions = revisions_of(found)
    return desk_page(request, "tax/collection_letter.html", {
        "region": region, "letter": found, "lines": lines_of_letter(found), "nop": str(Nop(found.nop)),
        "kind": STEP_WORDS[found.kind], "state": LETTER_STATES[found.state], "refusal": refusal,
        "revisions": revisions, "waiting": next((one for one in revisions if one.state == "proposed"), None),
        "revisable": found.kind == LetterKind.STPD and found.state in ISSUED,
        "owed_now": quote(found.charge, today_in(region)).total if found.charge else None,
        "seizures": seizures_of(found), "seizable": found.kind == LetterKind.WARRANT and found.state == "delivered",
        "may_write": permitted(request.user, region, "tax.write"),
        "may_sign": permitted(request.user, region, "tax.approve"),
        "own": found.written_by_id == request.user.pk,
        "own_revision": any(one.proposed_by_id == request.user.pk for one in revisions if one.state == "proposed"),
        "forms": given | (bound or {})}, status=status)


@never_cache
@require_safe
@needs("tax.read")
def letter_file(request: HttpRequest, kode: str, letter_id: int) -> HttpResponse:
    """The letter as it is printed. A draft bears no number."""
    found = letter_for(request.user, region_of(request), letter_id)
    kind, facts = paper_of(found, lines_of_letter(found))
    return _pdf(letter_pdf(kind, facts), f"{kind}-{found.nop}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf",
                        headers={"Content-Disposition": f'inline; filename="{name}"'})


@never_cache
@require_safe
@needs("tax.read")
def revision_file(request: HttpRequest, kode: str, letter_id: int, revision_id: int) -> HttpResponse:
    """The paper that withdraws or corrects a demand, once it was decided."""
    found = revision_for(request.user, region_of(request), letter_id, revision_id)
    if not found.number:
        raise Http404
    return _pdf(letter_pdf("stpd_ubah", Papers().revision(found)), f"stpd-ubah-{found.letter.nop}.pdf")


@never_cache
@require_safe
@needs("tax.read")
def decisions(request: HttpRequest, kode: str) -> HttpResponse:
    """Proposals that wait, and what was decided."""
    def shape(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"href": reverse("tax:collection_decision", args=[kode, row["id"]]),
                      "proposed_at": row["proposed_at"].date()}

    keys = ("id", "kind", "state", "charge__number", "document_number", "proposed_at", "amount")
    listing = Listing(DECISIONS, QueryRows(all_decisions(), models, keys, shape), request.GET, language())
    return sheet(listing) if listing.wanted else desk_page(request, "tax/collection_decisions.html", {
        "region": region_of(request), "listing": listing, "any": all_decisions().exists()})


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.read")
def decision(request: HttpRequest, kode: str, decision_id: int) -> HttpResponseBase:
    """One decision: what is proposed and why; whoever may decides it."""
    region = region_of(request)
    if request.method != "POST":
        return _decision_page(request, decision_for(request.user, region, decision_id))
    found = decision_for(request.user, region, decision_id, action="tax.approve")
    act = request.POST.get("act", "")
    made: dict[str, tuple[Any, Callable[[int, dict[str, Any]], Any]]] = {
        "grant": (forms.GrantForm, lambda version, data: grant_decision(
            found, version=version, document_number=data["document_number"], document_on=data["document_on"],
            **_who(request), today=_today(request))),
        "reject": (forms.ReasonForm, lambda version, data: reject_decision(
            found, version=version, reason=data["reason"], **_who(request))),
        "end": (forms.ReasonForm, lambda version, data: end_decision(
            found, version=version, reason=data["reason"], on=_today(request), **_who(request)))}
    if act not in made:
        raise Http404
    return _acted(request, made[act], act, lambda **more: _decision_page(request, found, **more),
                  reverse("tax:collection_decision", args=[kode, found.pk]))


def _decision_page(request: HttpRequest, found: DuesDecision, *, refusal: Problem | None = None,
                   bound: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    region = region_of(request)
    found = decision_for(request.user, region, found.pk)
    facts = facts_of([found.charge_id]).get(found.charge_id)
    return desk_page(request, "tax/collection_decision.html", {
        "region": region, "decision": found, "facts": facts, "nop": str(Nop(facts.nop)) if facts else "",
        "kind": KINDS[found.kind], "state": STATES[found.state], "parts": instalments_of(found), "refusal": refusal,
        "endable": found.kind in ENDABLE and found.state == DecisionState.GRANTED,
        "may_approve": permitted(request.user, region, "tax.approve"), "own": found.proposed_by_id == request.user.pk,
        "forms": {"grant": forms.GrantForm(initial={"document_on": today_in(region)}), "reject": forms.ReasonForm(),
                  "end": forms.ReasonForm()} | (bound or {})}, status=status)

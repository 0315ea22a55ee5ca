"""Letters and decisions: their lists, one of them with every act on it, and the letter as a PDF.

Each act carries the version that the person saw. A refusal is shown on the page as it is now, with what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.figures import day, rupiah
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.tables import Column, Listing, QueryRows, Table
from sepadan.records.public import actor_of, language, needs, now, permitted, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_money import decision_for, letter_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.letter import Addressee, LetterFacts, LetterTable
from sepadan.tax.documents.letter_layout import letter_pdf
from sepadan.tax.documents.offices import letter_office, signer_of
from sepadan.tax.engine.nop import Nop
from sepadan.tax.forms import collection as forms
from sepadan.tax.models import (
    CollectionLetter,
    DecisionKind,
    DecisionState,
    DuesDecision,
    LetterKind,
    LetterState,
)
from sepadan.tax.queries.accounts import facts_of, instalments_of
from sepadan.tax.queries.collection import decisions as all_decisions
from sepadan.tax.queries.collection import letters as all_letters
from sepadan.tax.queries.collection import letters_of, lines_of_letter
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.services.collection_decisions import ENDABLE, end_decision, grant_decision, reject_decision
from sepadan.tax.services.collection_letters import deliver_letter, return_letter, sign_warrant, void_letter
from sepadan.tax.views.collection import STEP_WORDS, sheet

PRINTED = {LetterKind.REMINDER: "reminder", LetterKind.WARNING: "teguran", LetterKind.WARRANT: "paksa"}
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
    action = "tax.approve" if act == "sign" else "tax.write"
    found = letter_for(request.user, region, letter_id, action=action)
    made: dict[str, tuple[Any, Callable[[int, dict[str, Any]], Any]]] = {
        "sign": (None, lambda version, data: sign_warrant(
            found, version=version, **_who(request), today=_today(request))),
        "deliver": (forms.DeliverForm, lambda version, data: deliver_letter(
            found, version=version, on=data["on"], to=data["to"], **_who(request), today=_today(request))),
        "return": (forms.ReasonForm, lambda version, data: return_letter(
            found, version=version, reason=data["reason"], **_who(request))),
        "void": (forms.ReasonForm, lambda version, data: void_letter(
            found, version=version, reason=data["reason"], **_who(request)))}
    if act not in made:
        raise Http404
    return _acted(request, made[act], act, lambda **more: _letter_page(request, found, **more),
                  reverse("tax:collection_letter", args=[kode, found.pk]))


def _acted(request: HttpRequest, made: tuple[Any, Callable[[int, dict[str, Any]], Any]], act: str,
           page: Callable[..., HttpResponse], after: str) -> HttpResponseBase:
    form = made[0](request.POST) if made[0] else None
    if form is not None and not form.is_valid():
        return page(bound={act: form}, status=422)
    version = request.POST.get("version", "")
    try:
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
    given = {"deliver": forms.DeliverForm(initial={"on": today_in(region)}), "return": forms.ReasonForm(),
             "void": forms.ReasonForm()}
    given["void"].auto_id = "batal-%s"
    return desk_page(request, "tax/collection_letter.html", {
        "region": region, "letter": found, "lines": lines_of_letter(found), "nop": str(Nop(found.nop)),
        "kind": STEP_WORDS[found.kind], "state": LETTER_STATES[found.state], "refusal": refusal,
        "may_write": permitted(request.user, region, "tax.write"),
        "may_sign": permitted(request.user, region, "tax.approve"),
        "own": found.written_by_id == request.user.pk, "forms": given | (bound or {})}, status=status)


@never_cache
@require_safe
@needs("tax.read")
def letter_file(request: HttpRequest, kode: str, letter_id: int) -> HttpResponse:
    """The letter as it is printed. A draft bears no number."""
    found = letter_for(request.user, region_of(request), letter_id)
    kind, roll = LetterKind(found.kind), current_roll()
    days = (found.answer_by - (found.delivered_on or found.issued_on)).days
    warning = next((one.number for one in reversed(letters_of([found.nop]).get(found.nop, []))
                    if one.kind == LetterKind.WARNING and one.number), "-")
    lines = lines_of_letter(found)
    rows = tuple((str(one.tax_year), day(one.due_on, "id"), rupiah(one.principal, "id"), rupiah(one.interest, "id"),
                  rupiah(one.principal + one.interest, "id")) for one in lines)
    table = LetterTable(("Tahun", "Jatuh tempo", ">Pokok", ">Bunga", ">Jumlah"), rows, ("Jumlah", "", rupiah(
        sum(one.principal for one in lines), "id"), rupiah(sum(one.interest for one in lines), "id"),
        rupiah(found.total, "id")))
    pdf = letter_pdf(PRINTED[kind], LetterFacts(
        office=letter_office(region_of(request)), dated=found.issued_on, number=found.number,
        to=Addressee(found.payer_name, (found.address,) if found.address else ()),
        lines=(("NOP", str(Nop(found.nop))),), table=table, signer=signer_of(region_of(request)),
        params={"counted_on": found.issued_on, "amount": found.total, "days": days, "hours": 24 * days,
                "warning": warning}, synthetic=roll is not None and roll.synthetic))
    name = f"{PRINTED[kind]}-{found.nop}.pdf"
    return HttpResponse(pdf, content_type="application/pdf",
                        headers={"Content-Disposition": f'inline; filename="{name}"'})


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

"""Opening balances on the desk: inherited receivables by year, kelurahan, evidence and age; what proof is missing and
what to do; a bill entered by hand and a grade corrected, each decided by a second person.

A list taken away names taxpayers: it needs ``tax.write`` and is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.tables import Column, Listing, QueryRows, Table
from sepadan.records.public import actor_of, language, needs, now, permitted, region_of, zone_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_opening import proposal_for
from sepadan.tax.desk import desk_page, take_names
from sepadan.tax.engine.nop import Nop
from sepadan.tax.engine.opening import GRADES, UNPROVED
from sepadan.tax.forms import openings as forms
from sepadan.tax.models import Evidence, OpeningKind, OpeningState
from sepadan.tax.queries import opening as queries
from sepadan.tax.services.arrears import Group
from sepadan.tax.services.opening_list import Inherited, InheritedRows, summarise_inherited
from sepadan.tax.services.opening_proposals import NewEntry, grant_proposal, propose_entry, reject_proposal
from sepadan.tax.views.collection import ages_on, as_of, listed, not_made_yet
from sepadan.territory.public import Kelurahan

GRADE_WORDS = {name: message(f"tax.opening.grade.{name}") for name in GRADES}
GRADE_TONES = {"full": "ok", "partial": "care", "list": "care", "none": "bad"}
KIND_WORDS = {one.value: message(f"tax.opening.kind.{one.value}") for one in OpeningKind}
STATE_WORDS = {one.value: message(f"tax.opening.state.{one.value}") for one in OpeningState}
STATE_TONES = {"proposed": "wait", "granted": "ok", "rejected": ""}
SAID_PAID = Table("lunas-tanpa-bukti", message("tax.opening.said_paid"), (
    Column("nop", message("tax.opening.nop")), Column("tax_year", message("tax.opening.year.label"), choice=True),
    Column("kelurahan__name", message("tax.collection.kelurahan"), choice=True),
    Column("payer_name", message("tax.opening.payer")),
    Column("payable", message("tax.opening.billed.label"), "rupiah", summable=True),
    Column("principal_paid", message("tax.opening.paid"), "rupiah", summable=True),
    Column("unproved", message("tax.opening.unproved"), "rupiah", summable=True)), order="-unproved",
    search=("nop", "payer_name"))
OVERPAID = Table("kelebihan-lama", message("tax.opening.credits"), (
    Column("nop", message("tax.opening.nop"), href="href"),
    Column("tax_year", message("tax.opening.year.label"), choice=True),
    Column("kelurahan__name", message("tax.collection.kelurahan"), choice=True),
    Column("payer_name", message("tax.opening.payer")),
    Column("payable", message("tax.opening.billed.label"), "rupiah", summable=True),
    Column("principal_paid", message("tax.opening.paid"), "rupiah", summable=True),
    Column("over", message("tax.opening.over"), "rupiah", summable=True),
    Column("still", message("tax.opening.still"), "rupiah", summable=True)), order="-over",
    search=("nop", "payer_name"))
PROPOSALS = Table("usul-saldo-awal", message("tax.opening.proposals"), (
    Column("kind", message("tax.opening.proposal.kind"), choice=True, words=KIND_WORDS, href="href"),
    Column("state", message("tax.opening.proposal.state"), choice=True, words=STATE_WORDS,
           tones=STATE_TONES),  # type: ignore[arg-type]
    Column("nop", message("tax.opening.nop")), Column("tax_year", message("tax.opening.year.label")),
    Column("grade", message("tax.opening.grade"), words=GRADE_WORDS),
    Column("proposed_at", message("tax.opening.proposal.on"), "date")), order="-proposed_at", search=("nop",),
    prefix="u_", per_page=10)


def inherited_table(on: date, places: Mapping[int, str]) -> Table:
    return Table("saldo-awal", message("tax.opening.list"), (
        Column("nop", message("tax.opening.nop"), href="href"),
        Column("name", message("tax.opening.payer"), sortable=False),
        Column("kelurahan", message("tax.collection.kelurahan"), choice=True, words=places),
        Column("year", message("tax.opening.year.label"), choice=True),
        Column("grade", message("tax.opening.grade"), choice=True, words=GRADE_WORDS,
               tones=GRADE_TONES),  # type: ignore[arg-type]
        Column("age", message("tax.collection.age"), choice=True, words=ages_on(on)),
        Column("due_on", message("tax.opening.due_on"), "date"),
        Column("taken", message("tax.opening.taken"), "rupiah", summable=True),
        Column("principal", message("tax.collection.principal"), "rupiah", summable=True),
        Column("interest", message("tax.collection.interest"), "rupiah", summable=True),
        Column("total", message("tax.collection.total"), "rupiah", summable=True)), order="-total", search=("nop",))


@never_cache
@require_safe
@needs("tax.read")
def openings(request: HttpRequest, kode: str) -> HttpResponseBase:
    """What was taken over and is still open, and what is to be done about its evidence."""
    region = region_of(request)
    on = today_in(region)
    shown = listed(request, on)
    if shown.found is None:
        return not_made_yet(request, shown)
    places = {0: words("tax.collection.no_place", language()),
              **dict(Kelurahan.objects.filter(region=region).values_list("pk", "name"))}
    rows = InheritedRows(shown.found, lambda claim: reverse("tax:opening", args=[kode, claim]))
    listing = Listing(inherited_table(on, places), rows, request.GET, language(),
                      files=permitted(request.user, region, "tax.write"))
    if listing.wanted:
        return take_names(request, listing)
    found, here = summarise_inherited(shown.found), request.path
    return desk_page(request, "tax/openings_home.html", {
        "region": region, "on": on, "today": True, **as_of(request, shown), "found": found, "listing": listing,
        "years": [(str(one.key), one, _at(here, year=one.key)) for one in found.years],
        "places": [(places.get(one.key, places[0]), one, _at(here, kelurahan=one.key)) for one in found.kelurahan],
        "ages": [(ages_on(on)[k], one, _at(here, age=k)) for k, one in enumerate(found.ages)],
        "grades": [(name, GRADE_WORDS[name], message(f"tax.opening.grade.{name}.what"), one, _at(here, grade=name))
                   for name, one in zip(GRADES, found.grades, strict=True)],
        "todo": _todo(found, here), "said_paid": queries.said_paid().aggregate(
            count=models.Count("id"), total=models.Sum("unproved")),
        "credits": queries.overpaid_bills().aggregate(count=models.Count("id"), total=models.Sum("still")),
        "proposals": _proposals(request, kode), "waiting": queries.proposals_waiting(),
        "may_write": permitted(request.user, region, "tax.write")})


def _at(here: str, **picked: Any) -> str:
    return f"{here}?{urlencode(picked)}#daftar"


def _todo(found: Inherited, here: str) -> list[tuple[str, Message, Message, Group, str]]:
    """For each grade that is not full, and of which there is some: its name, its words, what to do, how much, where."""
    groups = dict(zip(GRADES, found.grades, strict=True))
    return [(name, GRADE_WORDS[name], message(f"tax.opening.grade.{name}.todo"), groups[name], _at(here, grade=name))
            for name in reversed(UNPROVED) if groups[name].charges]


def _proposals(request: HttpRequest, kode: str) -> Listing:
    zone = zone_of(region_of(request))

    def shape(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "nop": str(Nop(row["nop"])), "tax_year": str(row["tax_year"]),
                "proposed_at": row["proposed_at"].astimezone(zone).date(),
                "href": reverse("tax:opening_proposal", args=[kode, row["id"]])}

    keys = ("id", "kind", "state", "nop", "tax_year", "grade", "proposed_at")
    return Listing(PROPOSALS, QueryRows(queries.proposals(), models, keys, shape), request.GET, language(),
                   files=False)


@never_cache
@require_safe
@needs("tax.read")
def said_paid(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Bills that the older system calls paid without a payment that shows it: nothing is claimed of them."""
    def shape(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "nop": str(Nop(row["nop"])), "tax_year": str(row["tax_year"])}

    rows = QueryRows(queries.said_paid(), models, tuple(one.key for one in SAID_PAID.columns), shape)
    listing = Listing(SAID_PAID, rows, request.GET, language(),
                      files=permitted(request.user, region_of(request), "tax.write"))
    if listing.wanted:
        return take_names(request, listing)
    return desk_page(request, "tax/openings_said_paid.html", {"region": region_of(request), "listing": listing,
                                                              "any": queries.said_paid().exists()})


@never_cache
@require_safe
@needs("tax.read")
def overpaid(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Bills of the older system that were paid beyond their amount, and what their payers are still owed."""
    def shape(row: dict[str, Any]) -> dict[str, Any]:
        charge = row["charge_id"]
        return {**row, "nop": str(Nop(row["nop"])), "tax_year": str(row["tax_year"]),
                "href": reverse("tax:collection_charge", args=[kode, charge]) if charge else ""}

    found = queries.overpaid_bills()
    rows = QueryRows(found, models, ("charge_id", *(one.key for one in OVERPAID.columns)), shape)
    listing = Listing(OVERPAID, rows, request.GET, language(),
                      files=permitted(request.user, region_of(request), "tax.write"))
    if listing.wanted:
        return take_names(request, listing)
    return desk_page(request, "tax/openings_overpaid.html", {
        "region": region_of(request), "listing": listing, "any": found.exists(),
        "unbooked": found.filter(charge__isnull=True).count()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.write")
def opening_new(request: HttpRequest, kode: str) -> HttpResponseBase:
    """One bill of an older system, entered from paper; a second person decides."""
    region, refusal = region_of(request), None
    form = forms.entry_form(request.POST) if request.method == "POST" else forms.entry_form()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made = propose_entry(NewEntry(
                    given["nop"], given["tax_year"], given["principal"], given["paid"], given["due_on"],
                    given["payer_name"], Evidence(given["grade"]), given["document"], given["reason"]),
                    actor=actor_of(request), now=now(), today=today_in(region))
            messages.success(request, words("tax.opening.proposed", language()))
            return redirect("tax:opening_proposal", kode=kode, proposal_id=made.pk)
        except Refused as refused:
            refusal = refused.problem
    return desk_page(request, "tax/openings_new.html", {"region": region, "form": form, "refusal": refusal},
                     status=422 if form.errors or refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.read")
def opening_proposal(request: HttpRequest, kode: str, proposal_id: int) -> HttpResponseBase:
    """What one person asks for, and the decision of another."""
    region = region_of(request)
    if request.method != "POST":
        return _proposal_page(request, proposal_id)
    found = proposal_for(request.user, region, proposal_id, action="tax.approve")
    typed, act = request.POST.get("version", ""), request.POST.get("act", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    try:
        with transaction.atomic():
            if act == "grant":
                grant_proposal(found, version=version, actor=actor_of(request),
                               now=now(), today=today_in(region))
            else:
                reject_proposal(found, version=version,
                                reason=request.POST.get("reason", ""), actor=actor_of(request), now=now())
    except Refused as refused:
        return _proposal_page(request, proposal_id, refused.problem)
    messages.success(request, words("tax.opening.decided", language()))
    return redirect("tax:opening_proposal", kode=kode, proposal_id=proposal_id)


def _proposal_page(request: HttpRequest, proposal_id: int, refusal: Problem | None = None) -> HttpResponse:
    region = region_of(request)
    found = proposal_for(request.user, region, proposal_id)
    terms = found.terms
    claim = queries.inherited_claims().filter(nop=found.nop, tax_year=found.tax_year).first()
    return desk_page(request, "tax/openings_proposal.html", {
        "region": region, "one": found, "nop": str(Nop(found.nop)), "kind": KIND_WORDS[found.kind],
        "state": STATE_WORDS[found.state], "tone": STATE_TONES[found.state], "grade": GRADE_WORDS[found.grade],
        "principal": terms.get("principal"), "paid": terms.get("paid"), "payer": terms.get("payer_name", ""),
        "left": max(0, terms["principal"] - terms["paid"]) if terms else None,
        "over": max(0, terms["paid"] - terms["principal"]) if terms else 0,
        "due_on": date.fromisoformat(terms["due_on"]) if terms else None, "claim": claim,
        "may_approve": permitted(request.user, region, "tax.approve"), "refusal": refusal,
        "own": found.proposed_by_id == request.user.pk}, status=422 if refusal else 200)

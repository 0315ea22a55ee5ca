"""The account of one object, every ledger line with the balance on any day; and one charge: what settles it on a day,
what was decided about it, and the forms with which something is proposed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import Charge, actor_of, language, needs, now, permitted, quote, region_of, standing
from sepadan.records.public import today as today_in
from sepadan.tax.access_money import charge_for, charges_for, spared_for
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.collection import read_limitation
from sepadan.tax.engine.nop import Nop
from sepadan.tax.forms import collection as forms
from sepadan.tax.models import DecisionKind, SpareReason, VisitOutcome
from sepadan.tax.queries.accounts import ChargeFacts, decisions_of, facts_of, fines_about, interruptions, lines_of
from sepadan.tax.queries.arrears import open_charges
from sepadan.tax.queries.collection import demands_of, disputed, letters_of, spared_on, visits_of
from sepadan.tax.services.collection_chasing import acknowledge_debt, end_sparing, record_visit, spare_object
from sepadan.tax.services.collection_decisions import Proposal, propose_decision
from sepadan.tax.services.collection_forgiven import forgive_charge
from sepadan.tax.services.collection_plans import plan_terms
from sepadan.tax.services.dues import procedure_sources, quotes
from sepadan.tax.views.collection import day_asked
from sepadan.tax.views.fines_shown import fine_rows


@never_cache
@require_safe
@needs("tax.read")
def object_account(request: HttpRequest, kode: str, nop: str) -> HttpResponse:
    """Everything owed and paid on one object."""
    return _object_page(request, kode, nop)


def _object_page(request: HttpRequest, kode: str, nop: str, *, refusal: Problem | None = None,
                 bound: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    region, on = region_of(request), day_asked(request)
    charges = charges_for(request.user, region, nop)
    keys = [one.pk for one in charges]
    fines = fines_about(keys)
    keys += [fine.charge_id for fine in fines]
    facts, lines = facts_of(keys), lines_of(keys, on=on)
    quoted = quotes(charges, on) | {fine.charge_id: quote(fine.charge, on) for fine in fines}
    today = today_in(region)
    may = permitted(request.user, region, "tax.write")
    return desk_page(request, "tax/collection_object.html", {
        "region": region, "on": on, "today": today, "nop": str(Nop(nop)), "digits": nop, "about": facts[charges[-1].pk],
        "charges": [(one, facts[one.pk], quoted[one.pk], _named(facts[one.pk]))
                    for one in (*charges, *(fine.charge for fine in fines))], "refusal": refusal,
        "fines": fine_rows(fines, region),
        "owed": sum(quoted[key].total for key in keys), "balance": lines[-1].balance if lines else 0,
        "lines": [(one, facts[one.charge_id].tax_year) for one in lines], "letters": letters_of([nop]).get(nop, []),
        "visits": visits_of(nop), "spared": list(spared_on(today, [nop])),
        "disputed": bool(disputed([nop])), "may_write": may,
        "forms": {"visit": forms.VisitForm(initial={"on": today}),
                  "spare": forms.SpareForm(initial={"since": today})} | (bound or {}) if may else {}}, status=status)


def _named(facts: ChargeFacts) -> Message | str:
    """The year of a charge, and what it is where that is a fine."""
    if facts.credit:
        return message("tax.opening.credit.of_year", year=str(facts.tax_year))
    if not facts.fine:
        return str(facts.tax_year)
    return message("tax.fines.of_year", year=str(facts.tax_year), kind=message(f"tax.appeal.fine.{facts.fine}"))


@never_cache
@require_POST
@needs("tax.write")
def visit(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """A visit is entered by whoever went."""
    charges_for(request.user, region_of(request), nop, action="tax.write")

    def act(data: dict[str, Any]) -> None:
        record_visit(nop, on=data["on"], outcome=VisitOutcome(data["outcome"]), promised_by=data["promised_by"],
                     note=data["note"], actor=actor_of(request), now=now(), today=today_in(region_of(request)))

    return _object_act(request, kode, nop, "visit", forms.VisitForm(request.POST), act)


@never_cache
@require_POST
@needs("tax.write")
def spare(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """An object is left in peace for a reason."""
    charges_for(request.user, region_of(request), nop, action="tax.write")

    def act(data: dict[str, Any]) -> None:
        spare_object(nop, reason=SpareReason(data["reason"]), note=data["note"], since=data["since"],
                     until=data["until"], actor=actor_of(request), now=now())

    return _object_act(request, kode, nop, "spare", forms.SpareForm(request.POST), act)


def _object_act(request: HttpRequest, kode: str, nop: str, name: str, form: Any,
                act: Callable[[dict[str, Any]], None]) -> HttpResponseBase:
    if not form.is_valid():
        return _object_page(request, kode, nop, bound={name: form}, status=422)
    try:
        with transaction.atomic():
            act(form.cleaned_data)
    except Refused as refused:
        return _object_page(request, kode, nop, refusal=refused.problem, bound={name: form}, status=422)
    messages.success(request, message("tax.collection.saved").text(language()))
    return redirect("tax:collection_object", kode=kode, nop=nop)


@never_cache
@require_POST
@needs("tax.write")
def spare_end(request: HttpRequest, kode: str, spared_id: int) -> HttpResponseBase:
    row = spared_for(request.user, region_of(request), spared_id)
    end_sparing(row, actor=actor_of(request), now=now())
    messages.success(request, message("tax.collection.saved").text(language()))
    return redirect("tax:collection_object", kode=kode, nop=row.nop)


@never_cache
@require_safe
@needs("tax.read")
def charge(request: HttpRequest, kode: str, charge_id: int) -> HttpResponse:
    """What settles one charge on a day, step by step, and what may be done about it."""
    found, facts = charge_for(request.user, region_of(request), charge_id)
    return _charge_page(request, found, facts)


def _charge_page(request: HttpRequest, found: Charge, facts: ChargeFacts, *, refusal: Problem | None = None,
                 bound: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    region, on = region_of(request), day_asked(request)
    held, today = standing(found), today_in(region)
    limitation = read_limitation(procedure_sources(region.code, "procedure", today))
    ends = limitation.ends_on(facts.tax_year, found.due_on, interruptions([found.pk]).get(found.pk, ()))
    may, shown = permitted(request.user, region, "tax.write"), {}
    if may:
        shown = _forms(request, found, facts, held.principal, held.principal + held.interest, held.credit, today)
    return desk_page(request, "tax/collection_charge.html", {
        "region": region, "on": on, "today": today, "charge": found, "facts": facts, "nop": str(Nop(facts.nop)),
        "named": _named(facts),
        "quoted": quote(found, on), "held": held,
        "demands": demands_of(found.pk), "may_approve": permitted(request.user, region, "tax.approve"),
        "ends": ends, "over": ends <= today, "years": limitation.years,
        "decisions": list(decisions_of([found.pk])), "lines": lines_of([found.pk]), "may_write": may,
        "forms": shown | {key: form for key, form in (bound or {}).items() if key in shown}, "refusal": refusal},
        status=status)


def _forms(request: HttpRequest, found: Charge, facts: ChargeFacts, principal: int, open_: int, credit: int,
           today: date) -> dict[str, Any]:
    """The forms of what may be proposed now."""
    if facts.fine or facts.credit:  # a fine is lifted by an appeal; here only what was paid too much is given back
        given = forms.CreditForm(_others(found, facts), initial={"amount": str(credit)})
        return {"credit": given} if credit > 0 else {}
    shown: dict[str, Any] = {"correction": forms.CorrectionForm(), "acknowledge": forms.AcknowledgeForm()}
    if open_ > 0:
        shown["write_off"] = forms.WriteOffForm()
    if principal > 1 and not decisions_of([found.pk]).filter(kind="instalment", state="granted").exists():
        rate = procedure_sources(region_of(request).code, "procedure", today).find("instalment_interest")
        shown["instalment"] = forms.PlanForm(initial={"rate": "" if rate is None else str(rate[0])})
    if credit > 0:
        shown["credit"] = forms.CreditForm(_others(found, facts), initial={"amount": str(credit)})
    return shown


def _others(found: Charge, facts: ChargeFacts) -> list[tuple[str, str]]:
    """Other charges of the object for which a credit may be used."""
    years = facts_of(one.pk for one in open_charges([facts.nop]))
    return [(str(key), message("tax.collection.use_for.year", year=str(one.tax_year)).text(language()))
            for key, one in years.items() if key != found.pk]


@never_cache
@require_POST
@needs("tax.write")
def propose(request: HttpRequest, kode: str, charge_id: int, kind: str) -> HttpResponseBase:
    """Propose something about a charge; another person decides."""
    found, facts = charge_for(request.user, region_of(request), charge_id, action="tax.write")
    today, held = today_in(region_of(request)), standing(found)
    if kind == "credit":
        form: Any = forms.CreditForm(_others(found, facts), request.POST)
    elif kind in forms.FORMS and not (facts.fine or facts.credit):
        form = forms.FORMS[kind](request.POST)
    else:
        raise Http404
    if not form.is_valid():
        return _charge_page(request, found, facts, bound={kind: form}, status=422)
    try:
        with transaction.atomic():
            made = propose_decision(_proposal(kind, found, form.cleaned_data, held.principal,
                                              held.principal + held.interest, today),
                                    actor=actor_of(request), now=now(), today=today)
    except Refused as refused:
        return _charge_page(request, found, facts, refusal=refused.problem, bound={kind: form}, status=422)
    messages.success(request, message("tax.collection.proposed").text(language()))
    return redirect("tax:collection_decision", kode=kode, decision_id=made.pk)


def _proposal(kind: str, found: Charge, data: dict[str, Any], principal: int, open_: int, today: date) -> Proposal:
    if kind == "write_off":
        return Proposal(DecisionKind.WRITE_OFF, found, open_, data["reason"])
    if kind == "correction":
        return Proposal(DecisionKind.CORRECTION, found, data["amount"], data["reason"])
    if kind == "instalment":
        terms = plan_terms(data["parts"], data["first_due"], data["rate"], today)
        return Proposal(DecisionKind.INSTALMENT, found, principal, data["reason"], terms=terms)
    if data["other"]:
        other = Charge.objects.get(pk=int(data["other"]))
        return Proposal(DecisionKind.COMPENSATION, found, data["amount"], data["reason"], other)
    return Proposal(DecisionKind.REFUND, found, data["amount"], data["reason"])


@never_cache
@require_POST
@needs("tax.approve")
def forgive(request: HttpRequest, kode: str, charge_id: int) -> HttpResponseBase:
    """Settle a charge that the programme of today forgives whole."""
    found, facts = charge_for(request.user, region_of(request), charge_id, action="tax.approve")
    try:
        with transaction.atomic():
            forgive_charge(found, actor=actor_of(request), now=now(), today=today_in(region_of(request)))
    except Refused as refused:
        return _charge_page(request, found, facts, refusal=refused.problem, status=422)
    messages.success(request, message("tax.collection.saved").text(language()))
    return redirect("tax:collection_charge", kode=kode, charge_id=charge_id)


@never_cache
@require_POST
@needs("tax.write")
def acknowledge(request: HttpRequest, kode: str, charge_id: int) -> HttpResponseBase:
    """The payer acknowledged the debt in writing."""
    found, facts = charge_for(request.user, region_of(request), charge_id, action="tax.write")
    form = forms.AcknowledgeForm(request.POST)
    if not form.is_valid():
        return _charge_page(request, found, facts, bound={"acknowledge": form}, status=422)
    try:
        with transaction.atomic():
            acknowledge_debt(found, on=form.cleaned_data["on"], document=form.cleaned_data["document"],
                             actor=actor_of(request), now=now(), today=today_in(region_of(request)))
    except Refused as refused:
        return _charge_page(request, found, facts, refusal=refused.problem, bound={"acknowledge": form}, status=422)
    messages.success(request, message("tax.collection.saved").text(language()))
    return redirect(reverse("tax:collection_charge", args=[kode, charge_id]))

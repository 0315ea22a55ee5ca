"""Targets: the list with decree and state, one to enter, one to approve or withdraw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import actor_of, language, needs, now, permitted, region_of, today
from sepadan.tax.access_reports import target_for
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.models import TargetState
from sepadan.tax.queries.targets import all_targets
from sepadan.tax.services.targets import NewTarget, approve_target, propose_target, withdraw_target
from sepadan.tax.views.runs import sheet
from sepadan.territory.public import kecamatan_in

RECENT = 12
TARGETS = Table("target-pbb", message("tax.target.list"), (
    Column("year", message("tax.target.year_label"), choice=True),
    Column("place", message("tax.target.part_label")), Column("amount", message("tax.target.amount_label"), "rupiah"),
    Column("decree", message("tax.target.decree_label")), Column("decreed_on", message("tax.target.on_label"), "date"),
    Column("state", message("tax.target.state_label"),
           words={one.value: message(f"tax.target.state.{one.value}") for one in TargetState},
           tones={"proposed": "wait", "approved": "ok", "withdrawn": ""})), order="-year", search=("decree",))


class TargetForm(forms.Form):
    """What an officer copies from the decree."""

    year = forms.CharField(max_length=4)
    part = forms.ChoiceField(required=False)
    amount = forms.CharField(max_length=30)
    decree = forms.CharField(max_length=200)
    decreed_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    source = forms.CharField(max_length=300, required=False)

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [("", "—"), *parts]  # type: ignore[attr-defined]

    def clean_year(self) -> int:
        return _whole(self.cleaned_data["year"], "tax.target.year")

    def clean_amount(self) -> int:
        """Rupiah as people write it: 73.000.000.000, 73000000000, Rp 73.000.000.000."""
        text = str(self.cleaned_data["amount"]).casefold().removeprefix("rp").replace(".", "").replace(" ", "")
        return _whole(text, "tax.target.amount")

    def draft(self) -> NewTarget:
        data = self.cleaned_data
        return NewTarget(LEVY, data["year"], data["amount"], data["decree"], data["decreed_on"], data["source"],
                         data["part"])


def _whole(text: str, fault: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise forms.ValidationError(message(fault).text(language()))
    return int(digits)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.read")
def targets(request: HttpRequest, kode: str) -> HttpResponseBase:
    """The list; an officer's form below it."""
    region, lang = region_of(request), language()
    may_write, may_approve = (permitted(request.user, region, f"tax.{verb}") for verb in ("write", "approve"))
    parts = [(one.code, one.name) for one in kecamatan_in(region)]
    form = TargetForm(request.POST if request.method == "POST" else None, parts=parts,
                      initial={"year": str(today(region).year)})
    refusal: Problem | None = None
    if request.method == "POST" and may_write and form.is_valid():
        try:
            with transaction.atomic():
                propose_target(form.draft(), actor=actor_of(request), now=now())
        except Refused as refused:
            refusal = refused.problem
        else:
            return redirect("tax:targets", kode)
    names = dict(parts)
    rows = [{"id": one.pk, "year": str(one.year), "amount": one.amount, "decree": one.decree,
             "decreed_on": one.decreed_on, "state": one.state,
             "place": names.get(one.part, one.part) or message("tax.target.whole").text(lang)}
            for one in all_targets(LEVY)]
    listing = Listing(TARGETS, ListRows(rows), request.GET.dict(), lang)
    if listing.wanted:
        return sheet(listing)
    person = getattr(request.user, "pk", None)
    waiting = [{"row": one, "place": names.get(one.part, one.part), "own": one.entered_by_id == person}
               for one in all_targets(LEVY).filter(state=TargetState.PROPOSED.value)]
    standing = [{"row": one, "place": names.get(one.part, one.part)}
                for one in all_targets(LEVY).filter(state=TargetState.APPROVED.value)[:RECENT]]
    return desk_page(request, "tax/reports_targets.html", {
        "region": region, "listing": listing, "waiting": waiting,
        "standing": standing if may_approve else [], "form": form if may_write else None,
        "refusal": refusal, "may_approve": may_approve, "may_write": may_write},
        status=400 if request.method == "POST" else 200)


@require_POST
@needs("tax.write")
def target_decide(request: HttpRequest, kode: str, target_id: int) -> HttpResponse:
    """Approve or withdraw a target. One that counts is withdrawn by an approver, one that waits by any officer."""
    region, approving = region_of(request), request.POST.get("act") == "approve"
    target = target_for(request.user, region, target_id, action="tax.approve" if approving else "tax.write")
    if target.state == TargetState.APPROVED.value:
        target = target_for(request.user, region, target_id, action="tax.approve")
    if approving:
        approve_target(target, actor=actor_of(request), now=now())
    else:
        withdraw_target(target, reason=request.POST.get("reason", ""), actor=actor_of(request), now=now())
    return redirect(reverse("tax:targets", args=[kode]))



"""One inherited receivable: what the older system billed, what was paid and when, its evidence, another grade."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.records.public import actor_of, language, needs, now, permitted, region_of, standing
from sepadan.records.public import today as today_in
from sepadan.tax.access_opening import claim_for
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.collection import read_limitation
from sepadan.tax.engine.nop import Nop
from sepadan.tax.forms import openings as forms
from sepadan.tax.models import Evidence
from sepadan.tax.queries import opening as queries
from sepadan.tax.queries.accounts import interruptions
from sepadan.tax.services.dues import procedure_sources
from sepadan.tax.services.opening_proposals import propose_grade
from sepadan.tax.views.openings import GRADE_TONES, GRADE_WORDS, KIND_WORDS, STATE_WORDS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.read")
def opening(request: HttpRequest, kode: str, claim_id: int) -> HttpResponseBase:
    """The receivable with its history; who may write asks for another grade of its evidence here."""
    region, refusal, form = region_of(request), None, forms.GradeForm()
    if request.method == "POST":
        claim = claim_for(request.user, region, claim_id, action="tax.write")
        form = forms.GradeForm(request.POST)
        if form.is_valid():
            try:
                with transaction.atomic():
                    made = propose_grade(claim, Evidence(form.cleaned_data["grade"]),
                                         document=form.cleaned_data["document"], reason=form.cleaned_data["reason"],
                                         actor=actor_of(request), now=now())
                messages.success(request, words("tax.opening.proposed", language()))
                return redirect("tax:opening_proposal", kode=kode, proposal_id=made.pk)
            except Refused as refused:
                refusal = refused.problem
    claim = claim_for(request.user, region, claim_id)
    grade, bill, today = queries.grade_of(claim), queries.old_bill(claim.nop, claim.tax_year), today_in(region)
    limitation = read_limitation(procedure_sources(region.code, "procedure", today))
    ends = limitation.ends_on(claim.tax_year, claim.charge.due_on,
                              interruptions([claim.charge_id]).get(claim.charge_id, ()))
    context: dict[str, Any] = {
        "region": region, "claim": claim, "nop": str(Nop(claim.nop)), "charge": claim.charge,
        "held": standing(claim.charge), "bill": bill, "payments": queries.payments_of(bill), "ends": ends,
        "over": ends <= today, "grade": GRADE_WORDS[grade], "tone": GRADE_TONES[grade],
        "what": message(f"tax.opening.grade.{grade}.what"),
        "do": message(f"tax.opening.grade.{grade}.todo") if grade != Evidence.FULL else None,
        "notes": [message(f"tax.opening.note.{name}") for name in (bill.notes if bill else ())],
        "proposals": [(one, KIND_WORDS[one.kind], STATE_WORDS[one.state], GRADE_WORDS[one.grade])
                      for one in queries.proposals_about(claim.nop, claim.tax_year)],
        "form": form if permitted(request.user, region, "tax.write") else None, "refusal": refusal}
    return desk_page(request, "tax/openings_one.html", context, status=422 if refusal or form.errors else 200)

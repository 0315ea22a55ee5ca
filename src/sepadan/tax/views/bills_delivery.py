"""Delivery on the desk: entries of one bill on its page, and the lists of a kelurahan of a run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.records.public import actor_of, keep_written, language, needs, now, permitted, region_of, today
from sepadan.tax.access import bill_for
from sepadan.tax.access_bills import event_for, kelurahan_for, list_for, posted_run_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.bill_papers import written_nop
from sepadan.tax.forms.deliveries import DoneForm, HandForm, OutForm, ReturnForm, SpokenForm, WithdrawForm
from sepadan.tax.models import AssessmentRun, Bill
from sepadan.tax.models.deliveries import Reason, Receiver
from sepadan.tax.queries.bill_search import MOST
from sepadan.tax.queries.bill_sheets import part_rows
from sepadan.tax.queries.deliveries import delivery_counts, lists_of, returned_of
from sepadan.tax.services.deliveries import (
    ListOutcome,
    hand_over,
    report_delivered,
    send_out,
    take_return,
    withdraw_event,
    withdraw_list,
)
from sepadan.tax.views.bills import bill_page
from sepadan.territory.public import Kelurahan


@never_cache
@require_POST
@needs("tax.write")
def delivery_entry(request: HttpRequest, kode: str, bill_id: int) -> HttpResponseBase:
    """A bill was handed over, came back, or an entry of that is taken back."""
    found = bill_for(request.user, region_of(request), bill_id)
    act = request.POST.get("act", "")
    form: SpokenForm = {"hand": HandForm, "return": ReturnForm}.get(act, WithdrawForm)(request.POST)
    name = {"hand": "hand", "return": "back"}.get(act, "withdraw")
    if not form.is_valid():
        return bill_page(request, found, status=422, opened=name, **{name: form})
    try:
        with transaction.atomic():
            _enter(request, act, found, form.cleaned_data)
    except Refused as refused:
        return bill_page(request, found, refusal=refused.problem, status=409, opened=name, **{name: form})
    messages.success(request, words("tax.bills.delivery_saved", language()))
    return redirect("tax:bill", kode=kode, bill_id=found.pk)


def _enter(request: HttpRequest, act: str, bill: Bill, given: dict[str, Any]) -> None:
    who = {"actor": actor_of(request), "now": now(), "today": today(region_of(request))}
    if act == "hand":
        hand_over(bill, on=given["on"], receiver=Receiver(given["receiver"]), handed_to=given["handed_to"],
                  note=given["note"], **who)
    elif act == "return":
        take_return(bill, on=given["on"], reason=Reason(given["reason"]), note=given["note"], **who)
    else:
        typed = request.POST.get("event", "")
        event = event_for(bill, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0)
        withdraw_event(event, note=given["note"], **who)


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.read")
def delivery(request: HttpRequest, kode: str, run_id: int, kelurahan: str) -> HttpResponseBase:
    """The delivery of a kelurahan: out with whom, reported delivered, which came back and still has to be brought."""
    region = region_of(request)
    writes = request.method == "POST"
    run = posted_run_for(request.user, region, run_id, action="tax.write" if writes else "tax.read")
    place = kelurahan_for(run, kelurahan)
    if not writes:
        return _page(request, run, place)
    act = request.POST.get("act", "")
    form: SpokenForm = DoneForm(request.POST, request.FILES) if act == "done" else \
        OutForm(request.POST) if act == "out" else WithdrawForm(request.POST)
    name = act if act in ("out", "done") else "withdraw"
    if not form.is_valid():
        return _page(request, run, place, status=422, **{name: form})
    try:
        with transaction.atomic():
            outcome = _list(request, act, run, place, form)
    except Refused as refused:
        return _page(request, run, place, status=409, refusal=refused.problem, **{name: form})
    except ValidationError as error:
        form.add_error("returned", error)
        return _page(request, run, place, status=422, **{name: form})
    if outcome is not None and outcome.problems:
        keep_written()  # the sound rows of a list are taken, the others told
        return _page(request, run, place, status=422, outcome=outcome, **{name: form})
    messages.success(request, words("tax.bills.delivery_saved", language()))
    return redirect("tax:delivery", kode=kode, run_id=run.pk, kelurahan=kelurahan)


def _list(request: HttpRequest, act: str, run: AssessmentRun, place: Kelurahan, form: Any) -> ListOutcome | None:
    who = {"actor": actor_of(request), "now": now(), "today": today(region_of(request))}
    given = form.cleaned_data
    if act not in ("out", "done"):
        typed = request.POST.get("list", "")
        made = list_for(run, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0)
        withdraw_list(made, note=given["note"], **who)
        return None
    sheets = next((row.sheets for row in part_rows(run) if row.kelurahan_id == place.pk), 0)
    if act == "out":
        send_out(run, place.pk, on=given["on"], carrier=given["carrier"], sheets=sheets, **who)
        return None
    return report_delivered(run, place.pk, on=given["on"], carrier=given["carrier"], sheets=sheets,
                            returned=form.text(), **who)[1]


def _page(request: HttpRequest, run: AssessmentRun, place: Kelurahan, *, status: int = 200,
          refusal: Problem | None = None, outcome: ListOutcome | None = None, **forms: Any) -> HttpResponse:
    on = today(region_of(request))
    back = returned_of(run, place.pk)
    rows = [{"event": event, "nop": written_nop(event.bill.nop)} for event in back[:MOST]]
    lists = lists_of(run, place.pk)
    carrier = next((one.carrier for one in lists), place.name)
    faults = [] if outcome is None else [
        problem("tax.bills.list_line", line=one.where, what=one.what, remedy="tax.bills.list_remedy",
                mend=one.remedy or one.what) if one.where else one for one in outcome.problems[:MOST]]
    return desk_page(request, "tax/bills_delivery.html", {
        "run": run, "place": place, "lists": lists, "rows": rows, "more": len(back) - len(rows),
        "count": delivery_counts(run).get(place.pk), "refusal": refusal, "outcome": outcome, "faults": faults,
        "out": OutForm(initial={"on": on, "carrier": carrier}),
        "done": DoneForm(initial={"on": on, "carrier": carrier}),
        "withdraw": WithdrawForm(), "may": permitted(request.user, region_of(request), "tax.write"), **forms},
        status=status)

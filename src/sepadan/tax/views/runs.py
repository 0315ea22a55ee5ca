"""Mass assessment on the desk: the list of runs, the form, one run with its report, and every act on it.

Each act carries the version of the run that the person saw. A refusal is shown on the page of the run as it is now,
with what to do; nothing is lost and nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.statutes import load_book
from sepadan.ground.tables import Column, Listing, QueryRows, Table
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access import run_for
from sepadan.tax.desk import desk_page
from sepadan.tax.forms import runs as forms
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.tax.queries.rolls import ready_rolls
from sepadan.tax.queries.runs import runs as all_runs
from sepadan.tax.services.assessment import (
    JUMP_PERCENT,
    UNAPPROVED,
    approve_run,
    change_run,
    draft_run,
    return_run,
    start_computing,
)
from sepadan.tax.services.posting import start_posting
from sepadan.tax.services.posting_reversal import start_reversal
from sepadan.tax.views.runs_shown import run_context
from sepadan.territory.public import kecamatan_in

STATES = {state.value: message(f"tax.run.state.{state.value}") for state in RunState}
TONES = {"draft": "", "computed": "wait", "approved": "care", "posted": "ok", "reversed": "", "failed": "bad"}
RUNS = Table("penetapan", message("tax.runs.title"), (
    Column("id", message("tax.runs.number"), "integer", href="url"), Column("tax_year", message("tax.runs.year")),
    Column("state", message("tax.runs.state"), choice=True, words=STATES, tones=TONES),  # type: ignore[arg-type]
    Column("roll__name", message("tax.runs.roll")), Column("issued_on", message("tax.runs.issued_on"), "date"),
    Column("bills", message("tax.runs.bills"), "integer", sortable=False),
    Column("payable", message("tax.runs.payable"), "rupiah", sortable=False),
), order="-id")
_OFFICER = ("GET", "HEAD", "POST")


@never_cache
@require_safe
@needs("tax.read")
def run_list(request: HttpRequest, kode: str) -> HttpResponse:
    """All runs of the region, newest first, and the way to a new one."""
    def shape(row: dict[str, Any]) -> dict[str, Any]:
        control = row.pop("control") or {}
        return row | {"tax_year": str(row["tax_year"]), "bills": control.get("bills"),
                      "payable": control.get("payable"), "url": reverse("tax:run", args=[kode, row["id"]])}

    rows = QueryRows(all_runs(), models, ("id", "tax_year", "state", "roll__name", "issued_on", "control"), shape)
    listing = Listing(RUNS, rows, request.GET, language())
    if listing.wanted:
        return sheet(listing)
    return desk_page(request, "tax/runs_list.html", {
        "listing": listing, "rolls": ready_rolls(), "may": _may(request, "tax.write"), "any": all_runs().exists()})


def sheet(listing: Listing) -> HttpResponse:
    """The rows of a listing as the file that the address asks for."""
    name, content_type, data = listing.file(listing.wanted)
    return HttpResponse(data, content_type=content_type,
                        headers={"Content-Disposition": f'attachment; filename="{name}"'})


@never_cache
@require_http_methods(_OFFICER)
@needs("tax.write")
def run_new(request: HttpRequest, kode: str) -> HttpResponseBase:
    """A run is drafted. The form starts with what the roll and the statutes say, or with what another run states, for
    the kecamatan of it that have no bills yet (``?sisa=<run>``)."""
    rolls = ready_rolls()
    if request.method != "POST":
        whole = request.GET.get("sisa", "")
        if whole.isascii() and whole.isdecimal() and len(whole) < 10:
            return _form_page(request, forms.for_the_rest(
                run_for(request.user, region_of(request), int(whole), action="tax.write"), comma=language() == "id"))
        year = rolls[-1].tax_year if rolls else today_in(region_of(request)).year
        form = forms.prefilled(rolls, today=today_in(region_of(request)), due=_statutory_due(kode, year),
                               comma=language() == "id")
        return _form_page(request, form)
    form = forms.read(request.POST, rolls)
    if form.new is None:
        return _form_page(request, form)
    roll = next(one for one in rolls if one.pk == form.roll_id)
    try:
        with transaction.atomic():
            made = draft_run(roll, form.new, actor=actor_of(request), now=now())
    except Refused as refused:
        return _form_page(request, form, refused.problem)
    messages.success(request, words("tax.runs.drafted", language()))
    return redirect("tax:run", kode=kode, run_id=made.pk)


@never_cache
@require_http_methods(_OFFICER)
@needs("tax.write")
def run_edit(request: HttpRequest, kode: str, run_id: int) -> HttpResponseBase:
    """What a run rests on is stated anew, as long as nobody has approved it."""
    run, rolls = run_for(request.user, region_of(request), run_id, action="tax.write"), ready_rolls()
    if request.method != "POST":
        if run.state not in UNAPPROVED:
            return redirect("tax:run", kode=kode, run_id=run.pk)
        return _form_page(request, forms.of_run(run, comma=language() == "id"), run=run, version=run.version)
    form, version = forms.read(request.POST, rolls), _whole(request, "version")
    if form.new is None:
        return _form_page(request, form, run=run, version=version)
    roll = next(one for one in rolls if one.pk == form.roll_id)
    try:
        with transaction.atomic():
            change_run(run, roll, form.new, version=version, actor=actor_of(request), now=now())
    except Refused as refused:
        return _form_page(request, form, refused.problem, run=run, version=version)
    messages.success(request, words("tax.runs.changed", language()))
    return redirect("tax:run", kode=kode, run_id=run.pk)


def _form_page(request: HttpRequest, form: forms.RunForm, refusal: Problem | None = None, *,
               run: AssessmentRun | None = None, version: int = 0) -> HttpResponse:
    rolls, lang = ready_rolls(), language()
    year = next((roll.tax_year for roll in rolls if str(roll.pk) == form.fields["roll"]),
                rolls[-1].tax_year if rolls else 0)
    due = _statutory_due(region_of(request).code, year) if year else None
    errors = [("", "", " ".join(part.text(lang) for part in (refusal.what, refusal.remedy) if part))] if refusal else []
    return desk_page(request, "tax/runs_form.html", {
        "form": form, "f": form.fields, "run": run, "version": version, "rolls": rolls, "due": due,
        "errors": [*errors, *form.errors()], "faults": {name: fault.what for name, fault in form.problems.items()},
        "rows": [(row, forms.label_of(f"due_to{row.number}"), forms.label_of(f"due_on{row.number}"),
                  form.problems.get(f"due_to{row.number}"), form.problems.get(f"due_on{row.number}"))
                 for row in form.rows],
        "kecamatan": [(f"{forms.CHOICE}{one.code}", one.name, one.code in form.kecamatan)
                      for one in kecamatan_in(region_of(request))],
        "full": len(form.rows) >= forms.MOST_ROWS}, status=422 if errors or form.problems else 200)


def _statutory_due(code: str, year: int) -> date | None:
    """The due date that the statutes of the region name for *year*, if they do."""
    provision = load_book().law(code, "pbb", date(year, 1, 1)).known("due_date")
    if provision is None:
        return None
    month, day = str(provision.value).split("-")
    return date(year, int(month), int(day))


@never_cache
@require_safe
@needs("tax.read")
def run(request: HttpRequest, kode: str, run_id: int) -> HttpResponse:
    """One run: how far it is, what is to be done, what it rests on, and its report."""
    return _page(request, run_for(request.user, region_of(request), run_id))


def _page(request: HttpRequest, found: AssessmentRun, refusal: Problem | None = None,
          status: int = 200) -> HttpResponse:
    region, person = region_of(request), person_of(request)
    context = run_context(region, found, language(), now())
    may_approve = _may(request, "tax.approve")
    return desk_page(request, "tax/runs_run.html", {
        **context, "refusal": refusal, "may_write": _may(request, "tax.write"), "may_approve": may_approve,
        "same_person": person.pk in (found.created_by_id, found.computed_by_id), "today": today_in(region),
        "jump_percent": (context["report"].get("before") or {}).get("jump", {}).get("percent", JUMP_PERCENT),
        "can_change": found.state in UNAPPROVED}, status=status)


def _acted(request: HttpRequest, kode: str, run_id: int, action: str, act: Callable[[AssessmentRun], Any],
           said: str) -> HttpResponseBase:
    """Do *act* on a run; what it refuses is told on the page of the run as it is then."""
    region = region_of(request)
    found = run_for(request.user, region, run_id, action=action)
    try:
        with transaction.atomic():
            act(found)
    except Refused as refused:
        stale = refused.problem.what.key in ("tax.run.changed", "tax.run.wrong_state")
        return _page(request, run_for(request.user, region, run_id), refused.problem, 409 if stale else 422)
    messages.success(request, words(said, language()))
    return redirect("tax:run", kode=kode, run_id=run_id)


@require_POST
@needs("tax.write")
def run_compute(request: HttpRequest, kode: str, run_id: int) -> HttpResponseBase:
    """The dry run: at once, or in the background where the roll is large."""
    jump = min(max(_whole(request, "jump") or JUMP_PERCENT, 1), 10_000)
    return _acted(request, kode, run_id, "tax.write", lambda found: start_computing(
        found, version=_whole(request, "version"), actor=actor_of(request), now=now(), jump_percent=jump),
        "tax.runs.computing")


@require_POST
@needs("tax.approve")
def run_approve(request: HttpRequest, kode: str, run_id: int) -> HttpResponseBase:
    """Approval by a second person."""
    return _acted(request, kode, run_id, "tax.approve", lambda found: approve_run(
        found, version=_whole(request, "version"), actor=actor_of(request), now=now()), "tax.runs.approved")


@require_POST
@needs("tax.approve")
def run_return(request: HttpRequest, kode: str, run_id: int) -> HttpResponseBase:
    """An approval is taken back before the posting, with a reason."""
    return _acted(request, kode, run_id, "tax.approve", lambda found: return_run(
        found, version=_whole(request, "version"), actor=actor_of(request), now=now(),
        reason=request.POST.get("reason", "")), "tax.runs.returned")


@require_POST
@needs("tax.write")
def run_post(request: HttpRequest, kode: str, run_id: int) -> HttpResponseBase:
    """The bills are posted in the background."""
    return _acted(request, kode, run_id, "tax.write", lambda found: start_posting(
        found, version=_whole(request, "version"), actor=actor_of(request), now=now()), "tax.runs.posting")


@require_POST
@needs("tax.approve")
def run_reverse(request: HttpRequest, kode: str, run_id: int) -> HttpResponseBase:
    """The whole run is taken back, with a reason, before the first payment."""
    region = region_of(request)
    return _acted(request, kode, run_id, "tax.approve", lambda found: start_reversal(
        found, version=_whole(request, "version"), actor=actor_of(request), now=now(), effective_on=today_in(region),
        reason=request.POST.get("reason", "")), "tax.runs.reversing")


def _whole(request: HttpRequest, name: str) -> int:
    text = str(request.POST.get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _may(request: HttpRequest, action: str) -> bool:
    return permitted(person_of(request), region_of(request), action)

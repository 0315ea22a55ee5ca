"""Reconciliation: settlement files of the banks, each line beside the books, and what is decided about differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.ground.tables import Column, ListRows, Table, Tone
from sepadan.records import access, clock
from sepadan.records.access_money import payment_for, settlement_file_for, settlement_row_for
from sepadan.records.desk import actor_of, language, needs, person_of, refusal_of, region_of
from sepadan.records.engine.settlement import ACTS, BOOKS, TAKES_BACK, State
from sepadan.records.engine.settlement_csv import LARGEST_BYTES
from sepadan.records.forms.bank import DecisionForm, ReasonForm, UploadForm
from sepadan.records.models import SettlementFile
from sepadan.records.names import SettlementAct
from sepadan.records.queries.bank import masked
from sepadan.records.queries.bank_files import (
    Compared,
    Comparison,
    compare_file,
    files_of_region,
    set_aside_rows,
    settled_files,
)
from sepadan.records.services.settlement_files import (
    answer_fee,
    answer_row,
    answer_surplus,
    book_missing,
    settle_file,
    take_file,
    try_file,
)
from sepadan.records.shown import history_shown, moment
from sepadan.records.views.money_frame import file_of, listing_of, money_page, said

HERE = "records:settlement_files"
TONES: dict[str, Tone] = {State.MATCHED: "ok", State.MISSING: "bad", State.DIFFERS: "bad", State.TAKEN_BACK: "care",
                          State.SETTLED_BEFORE: "care", State.SURPLUS: "care"}
_ABSENT = message("records.settlement.not_there")
LINES = Table("berkas-setelmen", message("records.settlement.lines"), (
    Column("request", message("records.field.request"), href="href"),
    Column("state", message("records.settlement.state"), choice=True, tones=TONES,
           words={state.value: message(f"records.settlement.state.{state}") for state in State}),
    Column("number", message("records.bank.message.number"), sortable=False),
    Column("amount", message("records.settlement.bank_amount"), "rupiah", summable=True, missing=_ABSENT),
    Column("ours", message("records.settlement.our_amount"), "rupiah", summable=True, missing=_ABSENT),
    Column("fee", message("records.settlement.fee.total"), "rupiah", summable=True, missing=_ABSENT),
    Column("decision", message("records.settlement.decision"), sortable=False),
), search=("request",), per_page=20)


@never_cache
@needs("ledger.read")
@require_http_methods(["GET", "HEAD", "POST"])
def settlement_files(request: HttpRequest, kode: str) -> HttpResponse:
    """The files, and a form that takes one; ``uji`` tries it first and keeps nothing."""
    if request.method != "POST":
        return _files(request, UploadForm())
    refusal = refusal_of(request, region_of(request), "ledger.write")
    if refusal is not None:
        return refusal  # type: ignore[return-value]
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _files(request, form, status=422)
    given = form.cleaned_data["file"]
    if given.size > LARGEST_BYTES:
        form.add_error("file", words("records.settlement.too_large", language(), {"most": LARGEST_BYTES // 1_000_000}))
        return _files(request, form, status=422)
    content, name, actor, now = given.read(), given.name or "", actor_of(request), clock.now()
    if "uji" in request.POST:
        tried, problems = try_file(content, name, actor=actor, now=now)
        return _files(request, UploadForm(), tried=tried, problems=said(problems), status=422 if problems else 200)
    try:
        with transaction.atomic():
            file, is_new = take_file(content, name, actor=actor, now=now)
    except Refused:
        _, problems = try_file(content, name, actor=actor, now=now)
        return _files(request, UploadForm(), problems=said(problems), status=422)
    key = "records.settlement.taken" if is_new else "records.settlement.known"
    messages.success(request, words(key, language(), {"name": file.reference, "n": file.count}))
    return redirect("records:settlement_file", kode=kode, file_id=file.pk)


def _files(request: HttpRequest, form: UploadForm, *, tried: Comparison | None = None,
           problems: Sequence[Any] = (), status: int = 200) -> HttpResponse:
    files = files_of_region()
    done = settled_files(files)
    rows = [{"file": file, "is_settled": file.pk in done, "found": None if file.pk in done else compare_file(file)}
            for file in files[:30]]
    aside = [{"row": row, "number": masked(row.number)} for row in set_aside_rows()[:50]]
    return money_page(request, "records/bank_files.html", HERE, {
        "form": form, "rows": rows, "tried": tried, "figures": _figures(tried) if tried else [], "problems": problems,
        "aside": aside, "aside_total": sum(one["row"].amount for one in aside)}, status=status)


@never_cache
@needs("ledger.read")
@require_safe
def settlement_file(request: HttpRequest, kode: str, file_id: int) -> HttpResponse:
    region = region_of(request)
    file = settlement_file_for(person_of(request), region, file_id)
    found = compare_file(file)
    listing = listing_of(request, LINES, ListRows([
        *(_row(kode, found, line) for line in found.lines), *(_row(kode, found, line) for line in found.surplus)]))
    if listing.wanted:
        return file_of(listing)
    missing = sum(1 for line in found.open if line.state is State.MISSING)
    return money_page(request, "records/bank_file.html", HERE, {
        "file": file, "found": found, "listing": listing, "figures": _figures(found), "missing": missing,
        "own": file.received_by_id == person_of(request).pk, "waiting": len(found.open),
        "net": file.gross - file.fee, "agreed": found.agreed_fee * file.count,
        "received": moment(file.received_at, clock.zone_of(region), language()),
        "entries": history_shown(file, clock.zone_of(region), language(), 20)})


def _row(kode: str, found: Comparison, line: Compared) -> dict[str, Any]:
    where = {"kode": kode, "file_id": found.file.pk}
    if line.row is not None:
        name, more = "records:settlement_row", {"row_id": line.row.pk}
        request, number = line.row.request_id, masked(line.row.number)
    else:
        name, more = "records:settlement_surplus", {"payment_id": line.payment.pk}  # type: ignore[union-attr]
        request, number = line.payment.reference.partition(":")[2], ""  # type: ignore[union-attr]
    answer = line.answer
    told = "" if answer is None else words(f"records.act.{answer.act}", language()) + f": {answer.reason}"
    return {"request": request, "state": line.state.value, "number": number, "decision": told,
            "amount": line.row.amount if line.row is not None else None, "fee": line.row.fee if line.row else None,
            "ours": line.payment.amount if line.payment is not None and line.state is not State.TAKEN_BACK else None,
            "href": reverse(name, kwargs={**where, **more})}


def _figures(found: Comparison | None) -> list[tuple[str, int, int, str]]:
    """State, how many, how much and tone, of every state that occurs."""
    if found is None:
        return []
    return [(f"records.settlement.state.{state}", found.counts[state], found.sums[state], TONES.get(state, ""))
            for state in State if state is State.MATCHED or found.counts[state]]


@never_cache
@needs("ledger.read")
@require_http_methods(["GET", "HEAD", "POST"])
def settlement_row(request: HttpRequest, kode: str, file_id: int, row_id: int) -> HttpResponse:
    """One line beside the books, and the decision about it."""
    row = settlement_row_for(person_of(request), region_of(request), file_id, row_id)
    found = compare_file(row.file)
    line = next(one for one in found.lines if one.row is not None and one.row.pk == row.pk)
    late = line.is_set_aside and found.settlement is not None
    acts = (SettlementAct.BOOK_LATE, SettlementAct.ASK) if late else () if found.settlement else ACTS[line.state]
    return _decision(request, found, line, acts, lambda act, **more: answer_row(row, act, **more))


@never_cache
@needs("ledger.read")
@require_http_methods(["GET", "HEAD", "POST"])
def settlement_surplus(request: HttpRequest, kode: str, file_id: int, payment_id: int) -> HttpResponse:
    """A payment of ours that the file lacks, and the decision about it."""
    person, region = person_of(request), region_of(request)
    file, payment = settlement_file_for(person, region, file_id), payment_for(person, region, payment_id)
    found = compare_file(file)
    line = next((one for one in found.surplus if one.payment == payment), None)
    if line is None:
        raise Http404
    return _decision(request, found, line, ACTS[State.SURPLUS],
                     lambda act, **more: answer_surplus(file, payment, act, **more))


@never_cache
@needs("ledger.read")
@require_http_methods(["GET", "HEAD", "POST"])
def settlement_fee(request: HttpRequest, kode: str, file_id: int) -> HttpResponse:
    """The fee of a file, where it is not what was agreed."""
    file = settlement_file_for(person_of(request), region_of(request), file_id)
    found = compare_file(file)
    acts = ACTS[State.FEE] if found.fee_is_open and found.settlement is None else ()
    return _decision(request, found, None, acts, lambda act, **more: answer_fee(file, act, **more))


def _decision(request: HttpRequest, found: Comparison, line: Compared | None, acts: Sequence[SettlementAct],
              decide: Any) -> HttpResponse:
    person, region = person_of(request), region_of(request)
    if not access.permitted(person, region, "ledger.write"):
        acts = ()
    own = found.file.received_by_id == person.pk and any(act in BOOKS for act in acts)
    if own:
        acts = tuple(act for act in acts if act not in BOOKS)
    may = tuple(act for act in acts if act not in TAKES_BACK or access.permitted(person, region, "ledger.approve"))
    form = DecisionForm(request.POST or None, acts=may, initial={"act": may[0].value if may else ""})
    if request.method == "POST" and may and form.is_valid():
        try:
            with transaction.atomic():
                decide(SettlementAct(form.cleaned_data["act"]), actor=actor_of(request), now=clock.now(),
                       reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            messages.success(request, words("records.settlement.decided", language(), {}))
            return redirect("records:settlement_file", kode=region.code, file_id=found.file.pk)
    elif request.method == "POST" and not may:
        raise Http404
    zone = clock.zone_of(region)
    return money_page(request, "records/bank_decision.html", HERE, {
        "file": found.file, "line": line, "form": form if may else None, "agreed": found.agreed_fee * found.file.count,
        "state": f"records.settlement.state.{line.state if line else State.FEE}",
        "means": f"records.settlement.means.{line.state if line else State.FEE}",
        "tone": TONES.get(line.state, "care") if line else "care", "answer": line.answer if line else found.fee_answer,
        "number": masked(line.row.number) if line and line.row else "", "left_out": len(may) < len(acts), "own": own,
        "bank_at": moment(line.row.paid_at, zone, language()) if line and line.row else "",
        "our_at": moment(line.payment.paid_at, zone, language()) if line and line.payment else ""},
        status=422 if form.errors else 200)


@never_cache
@needs("ledger.write")
@require_POST
def settlement_book_missing(request: HttpRequest, kode: str, file_id: int) -> HttpResponse:
    """Book late every line that the books lack, under one reason."""
    file = settlement_file_for(person_of(request), region_of(request), file_id)
    form, lang = ReasonForm(request.POST), language()
    if not form.is_valid():
        messages.error(request, words("records.settlement.no_reason", lang, {}))
        return redirect("records:settlement_file", kode=kode, file_id=file_id)
    try:
        with transaction.atomic():
            booked, problems = book_missing(file, actor=actor_of(request), now=clock.now(),
                                            reason=form.cleaned_data["reason"])
    except Refused as refused:
        messages.error(request, refused.problem.text(lang))
        return redirect("records:settlement_file", kode=kode, file_id=file_id)
    for one in problems[:5]:
        messages.error(request, one.text(lang))
    messages.success(request, words("records.settlement.booked", lang, {"n": booked}))
    return redirect("records:settlement_file", kode=kode, file_id=file_id)


@never_cache
@needs("ledger.write")
@require_POST
def settlement_settle(request: HttpRequest, kode: str, file_id: int) -> HttpResponse:
    """Bring the file's money into cash."""
    file: SettlementFile = settlement_file_for(person_of(request), region_of(request), file_id)
    settlement, problems = settle_file(file, actor=actor_of(request), now=clock.now())
    lang = language()
    for one in problems[:5]:
        messages.error(request, one.text(lang))
    if settlement is not None:
        messages.success(request, words("records.settlement.settled", lang, {
            "net": settlement.gross - settlement.fee, "name": file.reference}))
    return redirect("records:settlement_file", kode=kode, file_id=file_id)

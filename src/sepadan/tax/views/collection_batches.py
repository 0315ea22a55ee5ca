"""Letters for a selection of debtors: a few at once, any number in the background; a batch, its signature and files.

Files hold personal data: each one fetched leaves an audit record.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.records.public import actor_of, language, needs, now, permitted, record, region_of, shown_work, zone_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_money import batch_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.letter_print import FILES, part_name, receipt_of
from sepadan.tax.forms.collection import ReasonForm
from sepadan.tax.models import BatchOmission, LetterBatch, LetterKind
from sepadan.tax.queries.letter_batches import LetterPart, batches, parts_of, reasons_of
from sepadan.tax.services.collection_letters import MOST, write_letters
from sepadan.tax.services.letter_batches import (
    ask_letters,
    batch_folder,
    chosen,
    print_letters,
    sign_batch,
    void_batch,
    works_of,
)
from sepadan.tax.views.collection import (
    STEP_WORDS,
    day_asked,
    debtor_listing,
    debtor_page,
    listed,
    not_made_yet,
)

TYPES = {"pdf": "application/pdf", "list": "text/csv; charset=utf-8", "list_pdf": "application/pdf"}


@dataclass(frozen=True)
class PartLine:
    """A kelurahan of a batch, and what was printed of it."""

    part: LetterPart
    receipt: dict[str, Any] | None

    @property
    def code(self) -> str:
        return self.part.code or "lain"


@never_cache
@require_POST
@needs("tax.write")
def debtors_letters(request: HttpRequest, kode: str) -> HttpResponseBase:
    """One letter for each object of the selection that may get one; who is left out is told with the reason.

    Up to ``MOST`` objects are written at once; more, or what is asked for as a batch, in the background.
    """
    state, kind = listed(request, day_asked(request)), request.POST.get("kind", "")
    if state.found is None:
        return not_made_yet(request, state)
    listing, rows = debtor_listing(request, kode, state.found, request.GET)
    region, actor, at = region_of(request), actor_of(request), now()
    try:
        with transaction.atomic():
            if kind not in tuple(LetterKind):
                raise refuse("tax.collection.no_kind", remedy="tax.collection.no_kind.remedy")
            if listing.count > MOST or request.POST.get("bulk"):
                batch, _ = ask_letters(LetterKind(kind), listing.q, listing.picked, objects=listing.count, actor=actor,
                                       now=at, today=today_in(region))
                return redirect("tax:collection_batch", kode=kode, batch_id=batch.pk)
            made, problems = write_letters(rows.nops(MOST), LetterKind(kind), actor=actor, now=at,
                                           today=today_in(region))
    except Refused as refused:
        return debtor_page(request, listing, state, refusal=refused.problem, status=422)
    if made:
        messages.success(request, message("tax.collection.letters.made", count=len(made)).text(language()))
    if made and not problems:
        return redirect(f"{reverse('tax:collection_letters', args=[kode])}?kind={kind}")
    listing, _ = debtor_listing(request, kode, state.found, request.GET)
    return debtor_page(request, listing, state, problems=problems)


@never_cache
@require_safe
@needs("tax.read")
def batch_list(request: HttpRequest, kode: str) -> HttpResponse:
    """The batches of letters, the newest first."""
    rows = [(one, STEP_WORDS[one.kind], state_words(one)) for one in batches()[:100]]
    return desk_page(request, "tax/collection_batches.html", {"region": region_of(request), "rows": rows})


def state_words(batch: LetterBatch) -> Message:
    return message(f"tax.collection.batch.{batch.state}")


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.read")
def batch(request: HttpRequest, kode: str, batch_id: int) -> HttpResponseBase:
    """One batch: how far it is, its signature, its files by kelurahan, who was left out and why."""
    region = region_of(request)
    if request.method != "POST":
        return _page(request, batch_for(request.user, region, batch_id))
    act = request.POST.get("act", "")
    found = batch_for(request.user, region, batch_id, action="tax.write" if act == "print" else "tax.approve")
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 9 else 0
    form = ReasonForm(request.POST)
    try:
        with transaction.atomic():
            if act == "sign":
                sign_batch(found, version=version, actor=actor_of(request), now=now())
            elif act == "void" and form.is_valid():
                void_batch(found, version=version, reason=form.cleaned_data["reason"], actor=actor_of(request),
                           now=now())
            elif act == "void":
                return _page(request, found, form=form, status=422)
            elif act == "print":
                print_letters(found, actor=actor_of(request), now=now())
            else:
                raise Http404
    except Refused as refused:
        return _page(request, found, refusal=refused.problem, status=422)
    return redirect("tax:collection_batch", kode=kode, batch_id=batch_id)


def _page(request: HttpRequest, found: LetterBatch, *, refusal: Problem | None = None, form: ReasonForm | None = None,
          status: int = 200) -> HttpResponse:
    region = region_of(request)
    found = batch_for(request.user, region, found.pk)
    folder, works = batch_folder(found), works_of(found)
    lines = [PartLine(part, receipt_of(folder, part_name(found, part))) for part in parts_of(found)]
    work = works[0] if works else None
    return desk_page(request, "tax/collection_batch.html", {
        "region": region, "batch": found, "kind": STEP_WORDS[found.kind], "state": state_words(found),
        "shown": shown_work(work, zone_of(region), language(), now()) if work else None, "lines": lines,
        "printed": all(line.receipt for line in lines), "reasons": [
            (message(key), count) for key, count in reasons_of(found)],
        "selection": f"{reverse('tax:collection_debtors', args=[region.code])}?{urlencode(chosen(found))}",
        "may_write": permitted(request.user, region, "tax.write"),
        "may_sign": permitted(request.user, region, "tax.approve"), "own": found.asked_by_id == request.user.pk,
        "form": form or ReasonForm(), "refusal": refusal}, status=status)


@never_cache
@require_safe
@needs("tax.write")
def batch_file(request: HttpRequest, kode: str, batch_id: int, kelurahan: str, what: str) -> HttpResponseBase:
    """A file of a kelurahan: letters, or the list of whoever carries them (CSV or PDF)."""
    found = batch_for(request.user, region_of(request), batch_id, action="tax.write")
    line = next((one for one in (PartLine(part, receipt_of(batch_folder(found), part_name(found, part)))
                                 for part in parts_of(found)) if one.code == kelurahan), None)
    if line is None or line.receipt is None or what not in TYPES:
        raise Http404
    path = batch_folder(found) / f"{part_name(found, line.part)}{FILES[what]}"
    if request.method == "GET":
        record(actor_of(request), "tax.audit.letters_fetched", found, now=now(),
               after={"file": path.name, "bytes": path.stat().st_size})
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=TYPES[what], headers={
        "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"})


@never_cache
@require_safe
@needs("tax.write")
def batch_left_out(request: HttpRequest, kode: str, batch_id: int) -> HttpResponse:
    """Every object that got nothing, with the reason; no names."""
    found = batch_for(request.user, region_of(request), batch_id, action="tax.write")
    out = io.StringIO()
    lines, lang = csv.writer(out, lineterminator="\r\n"), language()
    lines.writerow([message("tax.collection.nop").text(lang), message("tax.collection.reason").text(lang)])
    for nop, reason in BatchOmission.objects.filter(batch=found).values_list("nop", "reason").iterator():
        lines.writerow([f"'{nop}", message(reason).text(lang)])
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="dilewati-{found.pk}.csv"'})

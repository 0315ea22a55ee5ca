"""Mass print on the desk: the kelurahan of a run with their files and delivery, starting a print, fetching a file.

Files hold personal data: each one fetched leaves an audit record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import (
    actor_of,
    language,
    needs,
    now,
    permitted,
    record,
    region_of,
    shown_work,
    today,
    zone_of,
)
from sepadan.tax.access_bills import kelurahan_for, posted_run_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.delivery_pdf import write_delivery_pdf
from sepadan.tax.models import AssessmentRun
from sepadan.tax.queries.bill_sheets import PartRow, part_rows
from sepadan.tax.queries.deliveries import DeliveryCount, delivery_counts, lists_of
from sepadan.tax.services.printing import file_of, part_name, print_folder, receipt_of, start_printing, works_of

TYPES = {"pdf": "application/pdf", "list": "text/csv; charset=utf-8", "checks": "text/csv; charset=utf-8",
         "list_pdf": "application/pdf"}


@dataclass(frozen=True)
class PartLine:
    """A kelurahan of a run: its bills, what was printed of it, and how far its delivery is."""

    part: PartRow
    receipt: dict[str, Any] | None
    count: DeliveryCount | None
    out_on: date | None
    url: str


@never_cache
@require_safe
@needs("tax.read")
def printing(request: HttpRequest, kode: str, run_id: int) -> HttpResponse:
    """The kelurahan of a run: print, files, delivery."""
    return _page(request, posted_run_for(request.user, region_of(request), run_id))


def _page(request: HttpRequest, run: AssessmentRun, *, refusal: Problem | None = None,
          status: int = 200) -> HttpResponse:
    region, folder, counts = region_of(request), print_folder(region_of(request), run.pk), delivery_counts(run)
    out = {one.kelurahan_id: one.on for one in reversed(lists_of(run)) if one.kind == "out"}
    lines = [PartLine(part, receipt_of(folder, part_name(part.code, run.pk)), counts.get(part.kelurahan_id),
                      out.get(part.kelurahan_id), reverse("tax:delivery", args=[region.code, run.pk, part.code]))
             for part in part_rows(run)]
    works = works_of(run)
    return desk_page(request, "tax/bills_print.html", {
        "run": run, "lines": lines, "refusal": refusal,
        "sheets": sum(line.part.sheets for line in lines), "payable": sum(line.part.payable for line in lines),
        "printed": sum(1 for line in lines if line.receipt), "may": permitted(request.user, region, "tax.write"),
        "shown": shown_work(works[0], zone_of(region), language(), now()) if works else None}, status=status)


@never_cache
@require_POST
@needs("tax.write")
def print_start(request: HttpRequest, kode: str, run_id: int) -> HttpResponseBase:
    """Begin the print of a run, or of the kelurahan that were ticked; what is whole already is kept."""
    run = posted_run_for(request.user, region_of(request), run_id, action="tax.write")
    wanted = set(request.POST.getlist("kelurahan"))
    chosen = [part.kelurahan_id for part in part_rows(run) if part.code in wanted]
    try:
        with transaction.atomic():
            start_printing(run, actor=actor_of(request), now=now(), kelurahan=chosen)
    except Refused as refused:
        return _page(request, run, refusal=refused.problem, status=409)
    return redirect("tax:print", kode=kode, run_id=run.pk)


@never_cache
@require_safe
@needs("tax.write")
def print_file(request: HttpRequest, kode: str, run_id: int, kelurahan: str, what: str) -> HttpResponseBase:
    """A file of a kelurahan: sheets, delivery list (CSV or PDF), what to look at."""
    run = posted_run_for(request.user, region_of(request), run_id, action="tax.write")
    place = kelurahan_for(run, kelurahan)
    if what not in TYPES:
        raise Http404
    try:
        path = file_of(run, place.code, "list" if what == "list_pdf" else what)
        if what == "list_pdf":
            path = _list_pdf(path, place.name, run, today(region_of(request)))
    except Refused as refused:
        return _page(request, run, refusal=refused.problem, status=404)
    if request.method == "GET":
        record(actor_of(request), "tax.audit.print_fetched", run, now=now(),
               after={"file": path.name, "bytes": path.stat().st_size})
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=TYPES[what], headers={
        "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"})


def _list_pdf(listed: Path, name: str, run: AssessmentRun, on: date) -> Path:
    """The delivery list as PDF, made beside the CSV when it is not newer."""
    made = listed.with_suffix(".pdf")
    if not made.exists() or made.stat().st_mtime < listed.stat().st_mtime:
        write_delivery_pdf(listed, made, kelurahan=name, region=run.region.name, tax_year=run.tax_year,
                           synthetic=run.roll.synthetic)
    return made



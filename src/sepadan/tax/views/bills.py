"""Bills on the desk: finding one, one bill with all that belongs to it, its PDF, its papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import (
    Document,
    Payment,
    actor_of,
    documents_for,
    history_shown,
    language,
    needs,
    now,
    permitted,
    person_of,
    record,
    region_of,
    today,
    zone_of,
)
from sepadan.tax.access import bill_for
from sepadan.tax.access_bills import posted_runs_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.bill_papers import KINDS, make_paper, make_receipt, written_nop
from sepadan.tax.documents.mass_print import bill_pdf
from sepadan.tax.documents.sheet_feed import sheet_of
from sepadan.tax.forms.deliveries import HandForm, ReturnForm, WithdrawForm
from sepadan.tax.models import Bill
from sepadan.tax.queries.accounts import fines_about
from sepadan.tax.queries.bill_search import papers_of_bill, payments_of, search_bills
from sepadan.tax.queries.deliveries import events_of
from sepadan.tax.queries.requests import changes_of
from sepadan.tax.services.bill_corrections import charges_of_bill
from sepadan.tax.views.bill_shown import ledger_rows, shown_bill
from sepadan.tax.views.fines_shown import fine_rows


@never_cache
@require_safe
@needs("tax.read")
def bills(request: HttpRequest, kode: str) -> HttpResponse:
    """Find a bill; the runs that can be printed and delivered."""
    typed = request.GET.get("q", "")
    found = search_bills(typed) if typed.strip() else None
    return desk_page(request, "tax/bills_list.html", {
        "typed": typed, "found": found, "rows": [(written_nop(one.nop), one) for one in found.bills] if found else [],
        "runs": posted_runs_for(request.user, region_of(request))})


@never_cache
@require_safe
@needs("tax.read")
def bill(request: HttpRequest, kode: str, bill_id: int) -> HttpResponse:
    """One bill: values, steps with articles, payments, ledger, delivery, papers, what changed it."""
    return bill_page(request, bill_for(request.user, region_of(request), bill_id))


def bill_page(request: HttpRequest, found: Bill, *, refusal: Problem | None = None, status: int = 200,
              **forms: Any) -> HttpResponse:
    """The page of a bill, perhaps with what was refused and the form as it was typed."""
    region, on = region_of(request), today(region_of(request))
    papers = papers_of_bill(found)
    context = {
        "shown": shown_bill(found, on), "bill": found, "refusal": refusal, "today": on,
        "ledger": ledger_rows(found), "linked_years": True, "payments": payments_of(found), "kinds": KINDS,
        "papers": papers & documents_for(person_of(request), region), "changes": changes_of(found),
        "fines": fine_rows(fines_about(charge.pk for charge in charges_of_bill(found)), region),
        "requests": list(found.requests.order_by("-id")), "events": events_of(found),
        "hand": HandForm(initial={"on": on}), "back": ReturnForm(initial={"on": on}), "withdraw": WithdrawForm(),
        "entries": history_shown(found, zone_of(region), language()),
        "may": permitted(request.user, region, "tax.write"), **forms}
    return desk_page(request, "tax/bills_bill.html", context, status=status)


@never_cache
@require_safe
@needs("tax.read")
def bill_file(request: HttpRequest, kode: str, bill_id: int) -> HttpResponse:
    """The sheet of a bill as PDF."""
    found = bill_for(request.user, region_of(request), bill_id)
    if request.method == "GET":
        record(actor_of(request), "tax.audit.sheet_opened", found, now=now())
    return pdf(bill_pdf(sheet_of(found))[0], f"sppt-{found.nop}-{found.tax_year}.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF that a browser shows, and that nothing keeps on the way."""
    return HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"})


@never_cache
@require_POST
@needs("tax.write")
def bill_paper(request: HttpRequest, kode: str, bill_id: int) -> HttpResponseBase:
    """Make a copy, a certificate, or the receipt of a payment; each is kept as a numbered document."""
    region = region_of(request)
    found = bill_for(request.user, region, bill_id)
    given = {"actor": actor_of(request), "now": now(), "on": today(region)}
    kind = request.POST.get("kind", "")
    try:
        with transaction.atomic():
            if kind == "sspd":
                payment = _payment(found, request.POST.get("payment", ""))
                made: Document = make_receipt(payment, found, **given) if payment else make_paper(kind, found, **given)
            else:
                made = make_paper(kind, found, **given)
    except Refused as refused:
        return bill_page(request, found, refusal=refused.problem, status=409)
    messages.success(request, words("tax.bills.paper_made", language(), {"title": made.title}))
    return redirect("tax:bill", kode=kode, bill_id=found.pk)


def _payment(bill: Bill, typed: str) -> Payment | None:
    return next((one for one in payments_of(bill) if str(one.pk) == typed), None)

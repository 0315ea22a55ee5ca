"""The citizen's page: a bill by its NOP and the code printed on it, without an account and without a way to guess.

Whoever holds the sheet sees what the sheet shows, how it stands today, what would change it and where to pay. A wrong
NOP and a wrong code get the same answer, take the same way through the tables, and are slowed down alike. Nothing is
kept on the way: no cache, no search engine.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Problem, problem
from sepadan.records.public import (
    address_of,
    begin_attempt,
    forgive_attempt,
    grouped,
    language,
    now,
    plain_code,
    region_of,
    today,
)
from sepadan.tax.documents.mass_print import bill_pdf
from sepadan.tax.documents.offices import office_facts, sheet_office
from sepadan.tax.documents.sheet_feed import sheet_of
from sepadan.tax.forms.citizen import SheetForm
from sepadan.tax.models import Bill
from sepadan.tax.queries.accounts import fines_about
from sepadan.tax.queries.bill_search import payments_of
from sepadan.tax.queries.bills import bills
from sepadan.tax.queries.collection import demands_of
from sepadan.tax.services.bill_codes import opens
from sepadan.tax.services.bill_corrections import charges_of_bill
from sepadan.tax.services.bill_law import changes_of_bill
from sepadan.tax.views.bill_shown import shown_bill
from sepadan.tax.views.bills import pdf
from sepadan.tax.views.fines_shown import fine_rows

PURPOSE, WAIT = "tax.bill", "tax.citizen.wait"
View = Callable[..., HttpResponseBase]


def unlisted(view: View) -> View:
    """No search engine lists the answer."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "private, no-store"
        return response

    return answered


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(("GET", "HEAD", "POST"))
def ask(request: HttpRequest, kode: str) -> HttpResponseBase:
    """Two fields: the NOP and the code of the sheet."""
    form = SheetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        nop, code = form.cleaned_data["nop"], form.cleaned_data["code"]
        found = found_bill(request, nop, code)
        if isinstance(found, Bill):
            return redirect("tax:citizen_bill", kode=kode, nop=nop, code=plain_code(code))
        form.add_error(None, found.text(language()))
        return _form(request, form, 429 if found.what.key == WAIT else 422)
    return _form(request, form, 422 if form.errors else 200)


@unlisted
@never_cache
@require_safe
def sheet(request: HttpRequest, kode: str, nop: str, code: str) -> HttpResponseBase:
    """The bill that the sheet's own code opens: explained, as it stands today."""
    bill = found_bill(request, nop, code)
    if not isinstance(bill, Bill):
        return _form(request, SheetForm(), 429 if bill.what.key == WAIT else 404, bill)
    on = today(region_of(request))
    return render(request, "tax/citizen_bill.html", {
        "shown": shown_bill(bill, on), "bill": bill, "payments": [
            {"day": today(region_of(request), one.paid_at), "amount": one.amount,
             "channel": message(f"tax.paper.channel.{one.channel}")} for one in payments_of(bill)],
        "demands": [one for one in demands_of(bill.charge_id) if one.state != "void"] if bill.charge_id else [],
        "fines": fine_rows(fines_about(charge.pk for charge in charges_of_bill(bill)), region_of(request)),
        "today": on, "code": grouped(plain_code(code)),
        "changes": changes_of_bill(bill) if bill.live else [], "plain": plain_words(bill),
        "objections": sheet_office(bill.run.region, bill.tax_year, bill.run.issued_on).objections,
        "file": reverse("tax:citizen_file", args=[kode, nop, code]), "sample": bill.run.roll.synthetic})


@unlisted
@never_cache
@require_safe
def file(request: HttpRequest, kode: str, nop: str, code: str) -> HttpResponseBase:
    """The sheet as PDF, by the same code."""
    bill = found_bill(request, nop, code)
    if not isinstance(bill, Bill):
        return _form(request, SheetForm(), 429 if bill.what.key == WAIT else 404, bill)
    return pdf(bill_pdf(sheet_of(bill))[0], f"sppt-{bill.nop}-{bill.tax_year}.pdf")


def found_bill(request: HttpRequest, nop: str, code: str) -> Bill | Problem:
    """The bill of this NOP that *code* opens, or why there is none to show: always in the same words."""
    number = "".join(sign for sign in nop if sign in "0123456789")[:18]
    attempt = begin_attempt(PURPOSE, f"{region_of(request).code}:{number}", address_of(request), now=now())
    if attempt.seconds:
        return problem(WAIT, remedy="tax.citizen.wait.remedy", seconds=attempt.seconds)
    found = _look(number, code)
    if found is None:
        return problem("tax.citizen.wrong", remedy="tax.citizen.wrong.remedy")
    forgive_attempt(attempt)
    return found


def _look(nop: str, code: str) -> Bill | None:
    """Every bill of the NOP is compared, none is skipped; where there is none a comparison is made all the same."""
    held = [bill for bill in bills().filter(nop=nop).order_by("-live", "-tax_year", "-id")[:40] if opens(bill, code)]
    if not held:
        hmac.compare_digest(plain_code(code).encode(), b"0" * 12)
    return held[0] if held else None


def plain_words(bill: Bill) -> list[Message]:
    """The computation in everyday sentences, from the stored values."""
    one = bill.taxable_object
    said = [message("tax.citizen.plain.building" if one.njop_building else "tax.citizen.plain.land", njop=bill.njop,
                    land=one.njop_land, building=one.njop_building)]
    if bill.deduction:
        said.append(message("tax.citizen.plain.deduction", deduction=bill.deduction))
    else:
        said.append(message("tax.citizen.plain.no_deduction"))
    if bill.rate is not None:
        said.append(message("tax.citizen.plain.rate", taxable=bill.taxable, rate=bill.rate, pbb=bill.pbb))
    else:
        said.append(message("tax.citizen.plain.tiers", taxable=bill.taxable, pbb=bill.pbb))
    if bill.waived:
        said.append(message("tax.citizen.plain.waived"))
    elif bill.payable != bill.pbb:
        said.append(message("tax.citizen.plain.reduced", payable=bill.payable))
    return said


def _form(request: HttpRequest, form: SheetForm, status: int, wrong: Problem | None = None) -> HttpResponse:
    return render(request, "tax/citizen_ask.html", {
        "form": form, "wrong": wrong, "office": office_facts(region_of(request)).office,
        "region": region_of(request)}, status=status)

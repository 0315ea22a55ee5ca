"""A request filed from home: type, form, scans; the answer is a number and a code to follow it by.

Nobody signs in. Whoever names a bill shows the code printed on it, and a wrong pair gets one answer whatever is wrong,
so that the page tells nobody which objects there are. Filing counts as an attempt for its network address and slows
down.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.records.public import Actor, address_of, begin_attempt, grouped, language, now, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.engine.nop import read_nop
from sepadan.tax.engine.request_types import About, RequestType, request_types
from sepadan.tax.forms.requests import claim_fields, lacking, may_be_online, new_request, online_fields, shown
from sepadan.tax.models import Request
from sepadan.tax.queries.bills import live_bill
from sepadan.tax.services.bill_codes import opens
from sepadan.tax.services.request_codes import request_code
from sepadan.tax.services.request_files import check_file
from sepadan.tax.services.requests import add_paper, file_request, limits_on
from sepadan.territory.public import Region


@never_cache
@require_safe
def choose(request: HttpRequest, kode: str) -> HttpResponse:
    """Which of those that can be filed from home."""
    kinds = [(kind, reverse("tax:online_request", args=[kode, kind.code])) for kind in request_types().values()
             if may_be_online(kind)]
    return render(request, "tax/requests_online_choose.html", {"region": region_of(request), "kinds": kinds})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, kode: str, kind: str) -> HttpResponse:
    """The form, and after it number and code."""
    found = request_types().get(kind)
    if found is None or not may_be_online(found):
        raise Http404
    region = region_of(request)
    data: dict[str, Any] = request.POST.dict() if request.method == "POST" else {}
    faults: dict[str, str] = {}
    refusal: Problem | None = None
    status = 200
    if request.method == "POST":
        faults = {name: words("tax.request.needed", language()) for name in lacking(online_fields(found), data)}
        asker = address_of(request)
        attempt = begin_attempt("request_online", f"{region.code}:{asker}", asker, now=now())
        if attempt.seconds:
            refusal, faults, status = problem("tax.requests.follow.wait", seconds=attempt.seconds), {}, 429
        elif not faults:
            try:
                with transaction.atomic():
                    made = _filed(request, region, found, data)
            except Refused as refused:
                refusal = refused.problem
            else:
                return render(request, "tax/requests_online_done.html", {
                    "region": region, "found": made, "kind": found, "code": grouped(request_code(made))})
    if status == 200 and (faults or refusal):
        status = 422
    return render(request, "tax/requests_online.html", {
        "region": region, "kind": found, "fields": shown(online_fields(found), data, faults),
        "claims": shown(claim_fields(found), data), "limits": limits_on(found, today_in(region)), "refusal": refusal,
        "faults": [(f"f-{name}", f"tax.request.term.{name}", text) for name, text in faults.items()]}, status=status)


def _filed(request: HttpRequest, region: Region, kind: RequestType, data: dict[str, Any]) -> Request:
    """The request with its scans, all or nothing."""
    if kind.about is About.BILL:
        _check_code(data)
    today, at = today_in(region), now()
    actor = Actor(name=words("tax.requests.online.actor", "id"), ip=address_of(request))
    codes = [paper.code for paper in kind.papers if f"paper-{paper.code}" in request.FILES]
    scans = [(code, *_scan(request, code)) for code in codes]
    made = file_request(new_request(kind, data, today=today, online=True), actor=actor, now=at, today=today)
    for code, content, media, name in scans:
        made = add_paper(made, code, version=made.version, actor=actor, now=at, today=today, content=content,
                         file_name=name, media_type=media)
    return made


def _scan(request: HttpRequest, code: str) -> tuple[bytes, str, str]:
    upload = request.FILES[f"paper-{code}"]
    content = upload.read(5_000_000)
    media, name = check_file(content, upload.name or "")
    return content, media, name


def _check_code(data: dict[str, Any]) -> None:
    """Raise Refused, with one sentence for whatever is wrong, unless the code is that of the bill."""
    year = str(data.get("tax_year", "")).strip()
    try:
        nop = read_nop(str(data.get("nop", ""))).digits
    except Refused:
        nop = ""
    bill = live_bill(nop, int(year)) if nop and year.isdecimal() and len(year) == 4 else None
    if bill is None or not opens(bill, str(data.get("bill_code", ""))):
        raise refuse("tax.requests.online.no_bill", remedy="tax.requests.online.no_bill.remedy")

"""Law pages: a region's law on a day, and two laws side by side. Read-only, no log-in, no database."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sepadan.ground.entry import read_day
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.ground.statutes import load_book
from sepadan.portal import laws
from sepadan.portal.context import language


def region_law(request: HttpRequest, kode: str) -> HttpResponse:
    """``?on=2025-01-16`` shows the law of that day; without it, today's."""
    lang, book = language(request), load_book()
    on, fault = _day(request.GET.get("on"), timezone.localdate())
    return render(request, "portal/law.html", {
        "kode": kode,
        "name": book.name(kode).text(lang),
        "on": on,
        "first": laws.first_day(book, kode, on),
        "fault": fault.text(lang) if fault else "",
        "sections": laws.sections(book, kode, on, lang),
        "instruments": [(one, one.about.text(lang)) for one in laws.instruments(book, kode)],
        "known": kode in book.regions(),
        "can_draft": kode in book.regions() and book.law(kode, "pbb", on).known("tiers") is not None,
    }, status=422 if fault else 200)  # fmt: skip


def compare(request: HttpRequest) -> HttpResponse:
    """``?a=35.73&on_a=2025-01-16&b=32.16&on_b=2025-01-16``: two regions, or one region on two days."""
    lang, book = language(request), load_book()
    today = timezone.localdate()
    codes = book.regions()
    a, fault_a = _region(request.GET.get("a", "35.73"), codes)
    b, fault_b = _region(request.GET.get("b", "32.16"), codes)
    on_a, fault_on_a = _day(request.GET.get("on_a"), today)
    on_b, fault_on_b = _day(request.GET.get("on_b"), today)
    faults = [one.text(lang) for one in (fault_a, fault_b, fault_on_a, fault_on_b) if one]
    all_rows = request.GET.get("semua") == "1"
    groups = [] if faults else laws.differences(book, (a, on_a), (b, on_b), lang, all_rows=all_rows)
    return render(request, "portal/law_compare.html", {
        "regions": [(code, book.name(code).text(lang)) for code in codes],
        "a": a, "b": b, "on_a": on_a, "on_b": on_b, "all_rows": all_rows, "faults": faults, "groups": groups,
        "name_a": book.name(a).text(lang), "name_b": book.name(b).text(lang),
        "changed": sum(row.changed for _, rows in groups for row in rows),
    }, status=422 if faults else 200)  # fmt: skip


def _day(text: str | None, default: date) -> tuple[date, Problem | None]:
    if not text:
        return default, None
    try:
        return read_day(text, ""), None
    except Refused as refusal:
        return default, refusal.problem


def _region(code: str, codes: tuple[str, ...]) -> tuple[str, Problem | None]:
    if code in codes:
        return code, None
    return codes[0], problem("portal.law.unknown_region", remedy="portal.law.unknown_region.remedy", code=code,
                             known=", ".join(codes))

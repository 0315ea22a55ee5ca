"""Closing a month at the desk: prepare, close by another person, open again; what later corrections would change.

Also what running the centre costs and how many came to a date: both entered with their source.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.creative.access import centre_open
from sepadan.creative.desk import desk_page
from sepadan.creative.engine.measures import Use
from sepadan.creative.engine.months import Changed
from sepadan.creative.models import Booking, BookingDate, Centre, MonthClose
from sepadan.creative.queries.measures import following
from sepadan.creative.services.months import (
    close_month,
    difference_of,
    enter_cost,
    prepare_month,
    reopen_month,
    report_visits,
    standing,
)
from sepadan.creative.views import measures_shown as shown
from sepadan.creative.views.measures import file_of
from sepadan.creative.views.month_reading import month_of, names_of
from sepadan.ground.entry import read_rupiah
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.ground.tables import Column, Listing, ListRows, Row, Table
from sepadan.records.public import (
    actor_of,
    language,
    needs,
    now,
    permitted,
    person_of,
    region_of,
    today,
    zone_of,
)

CHANGED = Table("baris-berubah", message("creative.months.rows"), (
    Column("number", message("creative.booking.number"), href="url"),
    Column("title", message("creative.ask.title")), Column("what", message("creative.months.col.what")),
    Column("before", message("creative.months.col.closed")), Column("after", message("creative.months.col.now"))),
    per_page=30, prefix="r_")
COSTS = Table("biaya", message("creative.costs.list"), (
    Column("year", message("creative.costs.year")), Column("amount", message("creative.costs.amount"), "rupiah"),
    Column("source", message("creative.costs.source")), Column("day", message("creative.costs.entered"), "date"),
    Column("who", message("creative.costs.by"))), order="-year")
DOES = {"prepare": "creative.write", "close": "creative.approve", "open": "creative.approve"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.read")
def closing(request: HttpRequest, kode: str, centre: str, month: str) -> HttpResponseBase:
    """One month's closings, what is to be done next, and the difference that later corrections make."""
    found, first = centre_open(centre), _month(month)
    if request.method == "POST":
        refusal = _done(request, found, first)
        if refusal is None:
            return redirect("creative:month_close", kode=kode, centre=found.code, month=month)
        return _page(request, found, first, kode, refusal, 422)
    return _page(request, found, first, kode)


def _done(request: HttpRequest, centre: Centre, month: date) -> Problem | None:
    """Do what the button says; None when it is done."""
    act, region = request.POST.get("act", ""), region_of(request)
    if act not in DOES:
        raise Http404
    if not permitted(person_of(request), region, DOES[act]):
        return problem("creative.months.not_yours", remedy="creative.months.not_yours.remedy")
    actor, ordinal = actor_of(request), _number(request.POST.get("ordinal", ""))
    acts: dict[str, Callable[[], object]] = {
        "prepare": lambda: prepare_month(centre, month, actor=actor, now=now(), today=today(region)),
        "close": lambda: close_month(centre, month, ordinal=ordinal, actor=actor, now=now()),
        "open": lambda: reopen_month(centre, month, ordinal=ordinal, reason=_text(request, "reason", 500),
                                     actor=actor, now=now())}
    try:
        with transaction.atomic():
            acts[act]()
    except Refused as refused:
        return refused.problem
    messages.success(request, words(f"creative.months.done.{act}", language()))
    return None


def _page(request: HttpRequest, centre: Centre, month: date, kode: str, refusal: Problem | None = None,
          status: int = 200) -> HttpResponse:
    region, person, lang, names = region_of(request), person_of(request), language(), names_of(centre)
    held = standing(centre, month)
    context: dict[str, Any] = {}
    if held is not None:
        correction = difference_of(held, now())
        rows = {"differences": (shown.DIFFERENCES, shown.difference_rows(correction.numbers, names, lang)),
                "changed": (CHANGED, _changed_rows(correction.rows, names, kode))}
        lists = {name: Listing(table, ListRows(found), request.GET.dict(), lang)
                 for name, (table, found) in rows.items()}
        for one in lists.values():
            if one.wanted:
                return file_of(one)
        view = shown.Shown(held.numbers, held.as_of.astimezone(zone_of(region)), centre.synthetic, names)
        context = {**lists, "correction": correction, "cells": shown.cells(view)}
    return desk_page(request, "creative/month_close.html", {
        "centre": centre, "first": month, "month": shown.month_words(month), "held": held, "refusal": refusal,
        "past": [_past(one, region) for one in MonthClose.objects.filter(centre=centre, month=month,
                                                                         opened_at__isnull=False)],
        "held_at": None if held is None else held.as_of.astimezone(zone_of(region)),
        "over": following(month) <= today(region), "own": held is not None and held.prepared_by_id == person.pk,
        "may_write": permitted(person, region, "creative.write"),
        "may_approve": permitted(person, region, "creative.approve"),
        "numbers": reverse("creative:measures_month", args=[kode, centre.code, f"{month:%Y-%m}"]), **context},
        status=status)


def _past(one: MonthClose, region: Any) -> dict[str, Any]:
    zone = zone_of(region)
    assert one.opened_at is not None
    return {"one": one, "closed": one.closed_at.astimezone(zone).date() if one.closed_at else None,
            "opened": one.opened_at.astimezone(zone).date()}


def _changed_rows(found: tuple[Changed, ...], names: dict[str, str], kode: str) -> list[Row]:
    ids = {one.row.booking if isinstance(one.row, Use) else one.row.id for one in found}
    titles = dict(Booking.objects.filter(pk__in=ids).values_list("id", "title"))
    rows: list[Row] = []
    for one in found:
        booking = one.row.booking if isinstance(one.row, Use) else one.row.id
        kind = "date" if isinstance(one.row, Use) else "request"
        rows.append({"number": one.row.number, "url": reverse("creative:booking", args=[kode, booking]),
                     "title": titles.get(booking, ""), "what": message(f"creative.months.what.{kind}").text(language()),
                     "before": _said(one.before, names), "after": _said(one.after, names)})
    return rows


def _said(row: Any, names: dict[str, str]) -> str:
    """A row in short: state, and for a date where, when and how many came."""
    if row is None:
        return words("creative.months.not_there_then", language())
    if not isinstance(row, Use):
        return ", ".join(one for one in (words(f"creative.booking.state.{row.state}", language()), row.reason) if one)
    visits = "" if row.visits is None else message(f"creative.measures.kind.{row.visits.kind}",
                                                   count=row.visits.count).text(language())
    parts = (words(f"creative.date.state.{row.state}", language()), names.get(f"space:{row.space}", row.space),
             f"{row.start:%d-%m-%Y %H.%M}–{row.end:%H.%M}", visits)
    return ", ".join(one for one in parts if one)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.write")
def costs(request: HttpRequest, kode: str, centre: str) -> HttpResponseBase:
    """What running the centre cost by year, each with its source."""
    found, refusal, region = centre_open(centre), None, region_of(request)
    given = {name: _text(request, name, 300) for name in ("year", "amount", "source")}
    if request.method == "POST":
        try:
            with transaction.atomic():
                enter_cost(found, _number(given["year"]), read_rupiah(given["amount"], "Rp"), given["source"],
                           actor=actor_of(request), now=now())
        except Refused as refused:
            refusal = refused.problem
        else:
            messages.success(request, words("creative.costs.done", language()))
            return redirect("creative:centre_costs", kode=kode, centre=found.code)
    rows = [{"year": str(one.year), "amount": one.amount, "source": one.source, "who": one.by_name,
             "day": one.entered_at.astimezone(zone_of(region)).date()} for one in found.costs.order_by("-id")]
    listing = Listing(COSTS, ListRows(rows), request.GET.dict(), language())
    if listing.wanted:
        return file_of(listing)
    return desk_page(request, "creative/costs.html", {
        "centre": found, "listing": listing, "given": given, "refusal": refusal, "any": bool(rows),
        "this_year": today(region).year}, status=422 if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("creative.write")
def visits(request: HttpRequest, kode: str, date_id: int) -> HttpResponseBase:
    """How many came to one date, as the organiser or the desk reports."""
    found = BookingDate.objects.select_related("booking__centre", "space").filter(pk=date_id).first()
    if found is None:
        raise Http404
    refusal = None
    given = {name: _text(request, name, 200) for name in ("people", "source")}
    zone = zone_of(region_of(request))
    start = found.starts_at.astimezone(zone)
    if request.method == "POST":
        try:
            with transaction.atomic():
                report_visits(found, _number(given["people"]), given["source"], actor=actor_of(request), now=now())
        except Refused as refused:
            refusal = refused.problem
        else:
            messages.success(request, words("creative.visits.done", language()))
            return redirect("creative:measures_month", kode=kode, centre=found.booking.centre.code,
                            month=f"{start:%Y-%m}")
    reports = [(one.noted_at.astimezone(zone).date(), one.people, one.source, one.by_name)
               for one in found.visit_reports.order_by("-id")]
    return desk_page(request, "creative/visits.html", {
        "date": found, "start": start, "end": found.ends_at.astimezone(zone), "given": given, "refusal": refusal,
        "reports": reports}, status=422 if refusal else 200)


def _month(text: str) -> date:
    found = month_of(text)
    if found is None:
        raise Http404
    return found


def _text(request: HttpRequest, name: str, most: int) -> str:
    return str(request.POST.get(name, ""))[:most].replace("\0", "").strip()


def _number(text: str) -> int:
    """A whole number; −1 for anything else, which no service takes."""
    plain = text.replace(".", "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 8 else -1


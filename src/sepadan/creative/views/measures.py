"""The measures of a centre at the desk: one month in numbers, the rows behind each, its months."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.desk import desk_page
from sepadan.creative.engine.measures import GROUPS, MEASURES, Counted, Use, rows_of
from sepadan.creative.engine.months import fingerprint, numbers_of
from sepadan.creative.models import Booking, Centre
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.queries.measures import facts_of
from sepadan.creative.services.months import months_of
from sepadan.creative.views import measures_shown as shown
from sepadan.creative.views.month_reading import Asked, asked_of, closings_of, names_of
from sepadan.ground.messages import message
from sepadan.ground.tables import Column, Listing, ListRows, Row, Table
from sepadan.records.public import language, needs, now, permitted, person_of, region_of, today, zone_of

_STATES = {**{one.value: message(f"creative.date.state.{one.value}") for one in DateState},
           **{one.value: message(f"creative.booking.state.{one.value}") for one in BookingState}}
ROWS = Table("baris", message("creative.measures.rows"), (
    Column("number", message("creative.booking.number"), href="url"),
    Column("title", message("creative.ask.title")), Column("organiser", message("creative.ask.organiser")),
    Column("space", message("creative.ask.space"), choice=True),
    Column("day", message("creative.measures.col.day"), "date"),
    Column("clock", message("creative.measures.col.clock")),
    Column("state", message("creative.measures.col.state"), words=_STATES, choice=True),
    Column("adds", message("creative.measures.col.adds"), "decimal", summable=True),
    Column("note", message("creative.measures.col.note"), sortable=False),
    Column("report", message("creative.visits.title"), sortable=False, href="report_url", missing="")),
    order="day", per_page=30, search=("number", "title", "organiser"))


@never_cache
@require_safe
@needs("creative.read")
def centres(request: HttpRequest, kode: str) -> HttpResponseBase:
    """The measures of the region's only centre, or the choice between them."""
    found = list(Centre.objects.all())
    if len(found) == 1:
        return redirect("creative:measures", kode=kode, centre=found[0].code)
    return desk_page(request, "creative/measures_centres.html", {"centres": found})


@never_cache
@require_safe
@needs("creative.read")
def measures(request: HttpRequest, kode: str, centre: str, month: str = "") -> HttpResponse:
    """One month: headline numbers that lead to their rows, hours of the week, groups, the list of months."""
    found, lang = centre_open(centre), language()
    asked = asked_of(request, found, month)
    (facts,) = facts_of(found, asked.month, asked.month, asked.known)
    names = names_of(found)
    view = shown.Shown(numbers_of(facts), asked.shown_at, found.synthetic, names, lambda name: rows_href(
        kode, asked, name))
    lists = {f"by_{by}": Listing(shown.group_table(by), ListRows(shown.group_rows(view, by, lang)), request.GET.dict(),
                                 lang) for by in GROUPS}
    lists["refusals"] = Listing(shown.REFUSALS, ListRows(shown.refusal_rows(view.numbers)), request.GET.dict(), lang)
    lists["away"] = Listing(shown.AWAY, ListRows(shown.away_rows(view.numbers, lang)), request.GET.dict(), lang)
    lists["months"] = Listing(shown.MONTHS, ListRows(_months(request, found, kode)), request.GET.dict(), lang)
    for one in lists.values():
        if one.wanted:
            return file_of(one)
    closing = closings_of(found).get(asked.month)
    return desk_page(request, "creative/measures.html", {
        "centre": found, "asked": asked, "month": shown.month_words(asked.month), "closing": closing,
        "cells": shown.cells(view), "others": shown.other_cells(view), "heat": shown.heat(view),
        "nature": shown.nature_chart(view), "groups": [lists[f"by_{by}"] for by in GROUPS], "lists": lists,
        "helix": shown.helix_of(view), "fingerprint": fingerprint(facts), "address": reverse(
            "creative:measures_month", args=[kode, found.code, f"{asked.month:%Y-%m}"]),
        "may": permitted(person_of(request), region_of(request), "creative.write")})


def rows_href(kode: str, asked: Asked, name: str) -> str:
    address = reverse("creative:measures_rows", args=[kode, asked.centre.code, f"{asked.month:%Y-%m}", name])
    return address + asked.query


def _months(request: HttpRequest, centre: Centre, kode: str) -> list[Row]:
    """The centre's months: stored numbers where one was prepared or closed, else only the way to it."""
    region, lang = region_of(request), language()
    standing, rows = closings_of(centre), []
    for month in months_of(centre, zone_of(region), today(region)):
        url = reverse("creative:measures_month", args=[kode, centre.code, f"{month:%Y-%m}"])
        one = standing.get(month)
        if one is None:
            rows.append({"month": f"{month:%Y-%m}", "url": url, "state": message("creative.months.open").text(lang)})
        else:
            state = "closed" if one.closed else "prepared"
            rows.append(shown.month_row(one.numbers, message(f"creative.months.{state}"), url, lang))
    return rows


@never_cache
@require_safe
@needs("creative.read")
def rows(request: HttpRequest, kode: str, centre: str, month: str, measure: str) -> HttpResponse:
    """Every row behind one number with what it adds; their sum is the number."""
    found, lang = centre_open(centre), language()
    asked = asked_of(request, found, month)
    if measure not in MEASURES:
        raise Http404
    (facts,) = facts_of(found, asked.month, asked.month, asked.known)
    counted = rows_of(facts, measure)
    listing = Listing(ROWS, ListRows(row_list(counted, found, kode, measure)), request.GET.dict(), lang)
    if listing.wanted:
        return file_of(listing)
    return desk_page(request, "creative/measures_rows.html", {
        "centre": found, "asked": asked, "month": shown.month_words(asked.month), "listing": listing,
        "name": message(f"creative.measures.{measure}"), "meaning": message(f"creative.measures.{measure}.meaning"),
        "back": reverse("creative:measures_month", args=[kode, found.code, month]) + asked.query})


def row_list(counted: list[Counted], centre: Centre, kode: str, measure: str) -> list[Row]:
    """Rows as a table shows them; titles and names in one query. Minutes are told in hours."""
    bookings = {row.booking if isinstance(row, Use) else row.id for row, _ in counted}
    told = {key: (title, organiser) for key, title, organiser in Booking.objects.filter(
        pk__in=bookings).values_list("id", "title", "organiser")}
    names = names_of(centre)
    return [_row(row, adds, told, names, kode, measure) for row, adds in counted]


def _row(row: Any, adds: int, told: dict[int, tuple[str, str]], names: dict[str, str], kode: str,
         measure: str) -> Row:
    booking = row.booking if isinstance(row, Use) else row.id
    title, organiser = told.get(booking, ("", ""))
    start = row.start if isinstance(row, Use) else row.received
    clock = f"{start:%H.%M}–{row.end:%H.%M}" if isinstance(row, Use) else f"{start:%H.%M}"
    note = ""
    if isinstance(row, Use) and row.visits is not None:
        note = message(f"creative.measures.kind.{row.visits.kind}", count=row.visits.count).text(language())
    seen = isinstance(row, Use) and row.state == DateState.CONFIRMED and row.start <= now()
    return {"number": row.number, "url": reverse("creative:booking", args=[kode, booking]), "title": title,
            "report": message("creative.visits.enter").text(language()) if seen else None,
            "report_url": reverse("creative:report_visits", args=[kode, row.id]) if seen else "",
            "organiser": organiser, "space": names.get(f"space:{row.space}", "") if isinstance(row, Use) else "",
            "day": start.date(), "clock": clock, "state": row.state, "note": note or getattr(row, "reason", ""),
            "adds": Fraction(adds, 60) if measure == "minutes" else adds}


def file_of(listing: Listing) -> HttpResponse:
    """The rows of a listing as the file that the address asks for."""
    name, content_type, data = listing.file(listing.wanted)
    return HttpResponse(data, content_type=content_type,
                        headers={"Content-Disposition": f'attachment; filename="{name}"'})

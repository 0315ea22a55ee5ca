"""Realisation of PBB-P2 for leaders and officers: against the target, by day, tax year, place, band and channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.tables import Listing, ListRows
from sepadan.records.public import language, needs, region_of, today
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.realisation import same_day
from sepadan.tax.queries.realisation import Receipts, billed_parts
from sepadan.tax.queries.targets import Target, target_of
from sepadan.tax.services.realisation_books import Books, books_until
from sepadan.tax.views import realisation_shown as shown
from sepadan.tax.views.runs import sheet
from sepadan.territory.public import Region, dotted


@dataclass(frozen=True, slots=True)
class Year:
    """One budget year as far as it has gone, and the one before it. ``so_far``: last year up to the same day."""

    year: int
    years: tuple[int, ...]
    until: date
    got: Receipts
    before: Receipts
    so_far: Rupiah
    target: Target | None
    only: str = ""
    """Names of the kecamatan, where the bills of the year are of them alone."""


def read_year(request: HttpRequest, region: Region, on: date, known: Sequence[int],
              receipts_of: Callable[[int], Receipts]) -> Year:
    """The year that the address asks for (``?tahun=2025``) up to *on*, else the newest one that has a target.

    *known* are the years with receipts, *receipts_of* gives those of one up to *on*. Raises Refused on what is no year
    up to that of *on*.
    """
    years = [year for year in known if year <= on.year]
    asked = request.GET.get("tahun", "")
    if asked and not (asked.isascii() and asked.isdigit() and 2000 <= int(asked[:5]) <= on.year):
        raise refuse("tax.realisation.year", where=f"?tahun={asked[:20]}", remedy="tax.realisation.year.remedy",
                     last=str(on.year))
    year = int(asked) if asked else _usual(years, on)
    until = min(on, date(year, 12, 31))
    got, before = receipts_of(year), receipts_of(year - 1)
    so_far = sum(one.amount for day, one in before.day.items() if day <= same_day(until, year - 1))
    return Year(year, tuple(sorted({*years, year})), until, got, before, so_far, target_of(LEVY, year),
                ", ".join(billed_parts(region, until)))


def _usual(years: Sequence[int], on: date) -> int:
    """The year of today where it has a target or it is the only one, else the newest year that has one."""
    for year in sorted({*years, on.year}, reverse=True):
        if target_of(LEVY, year) is not None:
            return year
    return max(years, default=on.year)


def year_tabs(read: Year, address: str) -> list[tuple[str, str, bool]]:
    """Links to the years, newest first."""
    return [(str(year), f"{address}?tahun={year}", year == read.year) for year in reversed(read.years)]


@never_cache
@require_safe
@needs("tax.read")
def realisation(request: HttpRequest, kode: str) -> HttpResponse:
    """One budget year: cells, the curve, and tables that can be taken away."""
    region, lang = region_of(request), language()
    on = today(region)
    books = books_until(LEVY, on) or Books(on, {}, {}, {}, {})
    read = read_year(request, region, on, books.years, books.receipts)
    places = books.collection("kelurahan_id", year=read.year, until=read.until)
    rows = {
        "days": (shown.DAYS, shown.day_rows(read.got, kode)),
        "months": (shown.MONTHS, shown.month_rows(read.got, read.before, read.year, read.until, kode)),
        "channels": (shown.CHANNELS, shown.channel_rows(read.got, read.year, read.until, kode, lang)),
        "by_year": (shown.YEARS, shown.year_rows(books.collection(until=read.until), read.until, kode)),
        "places": (shown.PLACES, shown.place_rows(places, region, read.year, read.until)),
        "bands": (shown.SIZES, shown.band_rows(
            books.collection("band", year=read.year, until=read.until), read.year, read.until, kode, lang))}
    lists = {name: Listing(table, ListRows(found), request.GET.dict(), lang) for name, (table, found) in rows.items()}
    for one in lists.values():
        if one.wanted:
            return sheet(one)
    return desk_page(request, "tax/reports_realisation.html", {
        "region": region, "read": read, "tabs": year_tabs(read, reverse("tax:realisation", args=[kode])),
        "cells": shown.led(shown.cells(read.year, read.until, read.got, read.so_far, read.target), read.year,
                           read.until, kode),
        "curve": shown.curve(read.year, read.until, read.got, read.before, read.target),
        "channels_chart": shown.channel_chart(read.got), "billed": bool(places),
        "map": shown.rate_map(region, {dotted(str(one.key)): one.group.rate for one in places}, read.year, lang),
        **lists})

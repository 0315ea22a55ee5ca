"""The realisation of PBB-P2 for everybody: sums only, and no cell that fewer than ten payers stand behind.

Months stand for days: a month in which no day has ten payers is told together with the next one that has, and the month
that is running is not told yet, because the difference between two days would be the payments of one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sepadan.ground.cells import Cell, missing
from sepadan.ground.charts import LineChart
from sepadan.ground.figures import Language
from sepadan.ground.messages import message
from sepadan.ground.tables import Column, Listing, ListRows, Row, Table
from sepadan.records.public import language, region_of, today
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.realisation import LEAST, Group, Merged, merge_small, share
from sepadan.tax.queries.realisation import Collection, Receipts, Sum, collection, receipts, years_with_receipts
from sepadan.tax.queries.realisation_sums import State, state_now
from sepadan.tax.queries.rolls import current_roll
from sepadan.tax.services.realisation_books import settled_read
from sepadan.tax.views import realisation_shown as shown
from sepadan.tax.views.realisation import Year, read_year, year_tabs
from sepadan.tax.views.runs import sheet
from sepadan.territory.public import village_names

_COLUMNS = (Column("bills", message("tax.realisation.bills"), "integer", summable=True),
            Column("billed", message("tax.realisation.billed"), "rupiah", summable=True),
            Column("paid", message("tax.realisation.paid"), "rupiah", summable=True),
            Column("rate", message("tax.realisation.rate"), "percent", places=1))
YEARS = Table("pbb-tahun-pajak", message("tax.realisation.by_tax_year"), (
    Column("tax_year", message("tax.realisation.tax_year")), *_COLUMNS), order="-tax_year", prefix="t_")
PLACES = Table("pbb-kelurahan", message("tax.realisation.by_kelurahan"), (
    Column("name", message("tax.realisation.kelurahan")), *_COLUMNS), order="name", per_page=100, prefix="l_")


@require_safe
def open_realisation(request: HttpRequest, kode: str) -> HttpResponse:
    region, lang = region_of(request), language()
    on = today(region).replace(day=1) - timedelta(days=1)
    state = state_now()
    known = settled_read("years", on, lambda: years_with_receipts(LEVY), state)
    read = _few_hidden(read_year(request, region, on, known, lambda year: _receipts(year, on, state)))
    merged = merge_small([_payers(one) for one in _collection("kelurahan_id", read.until, state, read.year)])
    years = [one for one in _collection("tax_year", read.until, state) if one.paying >= LEAST]
    lists = {
        "by_year": Listing(YEARS, ListRows([_row({"tax_year": str(one.key)}, _payers(one)) for one in years]),
                           request.GET.dict(), lang),
        "places": Listing(PLACES, ListRows(_place_rows(merged, village_names(region), lang)), request.GET.dict(), lang)}
    for one in lists.values():
        if one.wanted:
            return sheet(one)
    roll = current_roll()
    return render(request, "tax/reports_open.html", {
        "region": region, "read": read, "tabs": year_tabs(read, reverse("tax:realisation_open", args=[kode])),
        "cells": _cells(read), "curve": _curve(read), "map": shown.rate_map(
            region, _rates(merged), read.year, lang, hidden=message("tax.realisation.map.hidden", least=LEAST)),
        "merged": merged, "sample": roll is not None and roll.synthetic, **lists})


def _receipts(year: int, on: date, state: State) -> Receipts:
    """Receipts of a year up to *on*, payers counted, as long as no entry of those days comes."""
    until = min(on, date(year, 12, 31))
    return settled_read(f"receipts {year}", until, lambda: receipts(LEVY, date(year, 1, 1), until), state)


def _collection(by: str, until: date, state: State, year: int | None = None) -> list[Collection]:
    return settled_read(f"collection {by} {year}", until, lambda: collection(LEVY, by, year=year, until=until), state)


def _few_hidden(read: Year) -> Year:
    """The year without sums of fewer than ten payers."""
    if read.got.total.payers < LEAST:
        return replace(read, got=Receipts(), before=Receipts(), so_far=0)
    return read if read.before.total.payers >= LEAST else replace(read, before=Receipts(), so_far=0)


def _cells(read: Year) -> list[Cell]:
    if not read.got.total.payers:
        return [missing(message("tax.realisation.received"), message("tax.realisation.hidden", least=LEAST))]
    return shown.cells(read.year, read.until, read.got, read.so_far, read.target)[:-1]  # the interest of a few


def _curve(read: Year) -> LineChart | None:
    return shown.curve(read.year, read.until, _by_month(read.got), _by_month(read.before), read.target)


def _by_month(got: Receipts) -> Receipts:
    """Receipts at the last day of each month in which some day has ten payers; other months wait for the next one, and
    what is left at the end joins the last: the sum of all is told too, so the rest would stand in the difference."""
    days: dict[date, Sum] = {}
    waiting, enough, held = 0, False, sorted(got.day)
    for place, day in enumerate(held):
        waiting += got.day[day].amount
        enough = enough or got.day[day].payers >= LEAST
        last = place == len(held) - 1 or (held[place + 1].year, held[place + 1].month) != (day.year, day.month)
        if last and enough:
            days[day], waiting, enough = Sum(waiting), 0, False
    if waiting and days:
        days[held[-1]] = Sum(waiting + days.pop(max(days)).amount)
    return Receipts(Sum(sum(one.amount for one in days.values())), days)


def _payers(one: Collection) -> Group:
    """A group with those who paid as who stands behind it: what was received must not show one payer."""
    return Group(str(one.key), min(one.payers, one.paying), one.billed, one.paid, one.bills, one.settled)


def _row(start: Row, group: Group) -> Row:
    return {**start, "bills": group.bills, "billed": group.billed, "paid": group.received,
            "rate": share(group.received, group.billed)}


def _place_rows(merged: Merged, names: dict[str, str], lang: Language) -> list[Row]:
    rows = [_row({"name": names.get(shown.code_of(one.key), one.key)}, one) for one in merged.rows]
    if merged.rest is not None:
        within = ", ".join(names.get(shown.code_of(key), key) for key in merged.within)
        rows.append(_row({"name": message("tax.realisation.together", names=within).text(lang)}, merged.rest))
    return rows


def _rates(merged: Merged) -> dict[str, Fraction | None]:
    found: dict[str, Fraction | None] = {shown.code_of(one.key): one.rate for one in merged.rows}
    if merged.rest is not None:
        found |= {shown.code_of(key): merged.rest.rate for key in merged.within}
    return found

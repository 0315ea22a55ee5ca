"""A centre's numbers for everybody: closed months as they were closed, any month as known on a past day, the rules.

A closed month shows the stored numbers, when it was closed by two persons, the fingerprint of its rows, and what later
corrections would change; an opened one says why. A month that is not closed is told as known at the end of a day. The
rows themselves stay in the region. Rules of the centre can be taken away as a file that any centre can try.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.engine.centre_rules import shared
from sepadan.creative.engine.measures import GROUPS
from sepadan.creative.engine.months import numbers_of, open_numbers
from sepadan.creative.models import Centre, MonthClose
from sepadan.creative.queries.measures import facts_of
from sepadan.creative.queries.request_log import rules_now
from sepadan.creative.services.months import difference_of, end_of, months_of
from sepadan.creative.views import measures_shown as shown
from sepadan.creative.views.measures import file_of
from sepadan.creative.views.month_reading import Asked, asked_of, closings_of, names_of
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import message
from sepadan.ground.tables import Listing, ListRows, Row
from sepadan.records.public import language, region_of, today, zone_of


@require_safe
def numbers(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """All months of a centre: those that are closed with their numbers."""
    found, region, lang = centre_open(centre), region_of(request), language()
    standing = {month: one for month, one in closings_of(found).items() if one.closed}
    months = months_of(found, zone_of(region), today(region))
    listing = Listing(shown.MONTHS, ListRows(_rows(found, months, standing, kode)), request.GET.dict(), lang)
    if listing.wanted:
        return file_of(listing)
    closed = [one.numbers for _, one in sorted(standing.items())]
    year = max((month.year for month in standing), default=today(region).year)
    return render(request, "creative/numbers.html", {
        "region": region, "centre": found, "listing": listing, "sample": sample_of(found), "any": bool(months),
        "curve": shown.curve([one for one in closed if one["month"].startswith(str(year))], year),
        "opened": _opened(found, region), "definitions": [
            (message(f"creative.measures.{name}"), message(f"creative.measures.{name}.meaning"))
            for name in shown.MAIN]})


def _rows(centre: Centre, months: list[date], closed: dict[date, MonthClose], kode: str) -> list[Row]:
    rows: list[Row] = []
    lang = language()
    for month in months:
        url = reverse("creative:numbers_month", args=[kode, centre.code, f"{month:%Y-%m}"])
        one = closed.get(month)
        if one is None:
            rows.append({"month": f"{month:%Y-%m}", "url": url, "state": message("creative.months.open").text(lang)})
        else:
            rows.append(shown.month_row(one.numbers, message("creative.months.closed"), url, lang))
    return rows


def _opened(centre: Centre, region: Any) -> list[tuple[Any, date, date, str]]:
    """Closings that were opened again: month, closed, opened, why."""
    zone = zone_of(region)
    found = MonthClose.objects.filter(centre=centre, opened_at__isnull=False, closed_at__isnull=False)
    return [(shown.month_words(one.month), one.closed_at.astimezone(zone).date(),
             one.opened_at.astimezone(zone).date(), one.reason)
            for one in found if one.closed_at and one.opened_at]


@require_safe
def month(request: HttpRequest, kode: str, centre: str, month: str) -> HttpResponse:
    """One month: as it was closed, or as it was known at the end of a day."""
    found, region, lang = centre_open(centre), region_of(request), language()
    asked = asked_of(request, found, month, settled=True)
    held = closings_of(found).get(asked.month)
    closed = held if held is not None and held.closed and not request.GET.get("per") else None
    view = shown.Shown(closed.numbers if closed is not None else _computed(found, asked), (
        closed.as_of.astimezone(zone_of(region)) if closed is not None else asked.shown_at), found.synthetic,
        names_of(found))
    lists = {f"by_{by}": Listing(shown.group_table(by), ListRows(shown.group_rows(view, by, lang)),
                                 request.GET.dict(), lang) for by in GROUPS}
    lists["away"] = Listing(shown.AWAY, ListRows(shown.away_rows(view.numbers, lang)), request.GET.dict(), lang)
    correction = None
    if closed is not None:
        correction = difference_of(closed, end_of(_yesterday(asked), asked.zone))
        lists["differences"] = Listing(shown.DIFFERENCES, ListRows(shown.difference_rows(
            correction.numbers, view.names, lang)), request.GET.dict(), lang)
    for one in lists.values():
        if one.wanted:
            return file_of(one)
    return render(request, "creative/numbers_month.html", {
        "region": region, "centre": found, "month": shown.month_words(asked.month), "asked": asked, "closed": closed,
        "closed_on": None if closed is None or closed.closed_at is None else closed.closed_at.astimezone(
            zone_of(region)).date(), "correction": correction, "sample": sample_of(found),
        "cells": shown.cells(view), "others": shown.other_cells(view), "heat": shown.heat(view),
        "nature": shown.nature_chart(view), "groups": [lists[f"by_{by}"] for by in GROUPS], "lists": lists,
        "helix": shown.helix_of(view), "address": reverse("creative:numbers_month", args=[
            kode, found.code, f"{asked.month:%Y-%m}"])})


def _computed(centre: Centre, asked: Asked) -> dict[str, Any]:
    """Numbers of a month at the moment asked, without what stays at the desk."""
    (facts,) = facts_of(centre, asked.month, asked.month, asked.known)
    return open_numbers(numbers_of(facts))


def _yesterday(asked: Asked) -> date:
    """The last day that is over."""
    assert asked.per is not None
    return asked.per


@require_safe
def rules_file(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The centre's hours and rules as a file in the form of ``centres/``, to try or to take over elsewhere."""
    found = centre_open(centre)
    text = yaml.safe_dump(shared(rules_now(found)), allow_unicode=True, sort_keys=False, width=100)
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="{kode}-{found.code}-aturan.yaml"'})

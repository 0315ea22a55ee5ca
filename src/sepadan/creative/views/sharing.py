"""Who gets the space: for everybody by calendar quarter with small cells hidden, for officers by month with the rows.

The public sees quarters that do not overlap, so that nothing can be reckoned from the difference of two periods; cells
of fewer than five bookings or organisers are hidden, and what would give them away. Officers see every number with the
bookings, refusals and exceptions behind it. The rules of the centre stand beside what came of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.desk import desk_page
from sepadan.creative.engine.fairness import (
    LEAST,
    TRAITS,
    Cell,
    Grant,
    cells_of,
    concentration,
    hide_counts,
    hide_small,
)
from sepadan.creative.engine.quotas import hours
from sepadan.creative.models import Centre
from sepadan.creative.queries.fairness import (
    Months,
    bookings_behind,
    grants,
    offers,
    overrides,
    refusals,
    refused_bookings,
    refused_wishes,
)
from sepadan.creative.services.lines import line_rules
from sepadan.creative.services.quotas import rules_of_centre
from sepadan.creative.views.sharing_words import reason_words, rule_words, value_words
from sepadan.creative.views.shown import sample_of
from sepadan.ground.charts import Bar, BarChart
from sepadan.ground.messages import message
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import language, needs, region_of, zone_of
from sepadan.records.public import today as today_in

MOST = 5_000
EARLIEST = 2015


@require_safe
def public(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The sharing of one calendar quarter, for everybody."""
    found, region = centre_open(centre), region_of(request)
    today = today_in(region)
    first = read_quarter(request.GET.get("triwulan", ""), today)
    months = Months(first, quarter_after(first))
    given = grants(found, months)
    traits = [(trait, hide_small(cells_of(given, trait))) for trait in TRAITS]
    counts = hide_counts(refusals(found, months))
    return render(request, "creative/sharing.html", {
        "region": region, "centre": found, "sample": sample_of(found), "first": first,
        "last": months.after - timedelta(days=1), "before": quarter_name(quarter_after(first, -1)),
        "after": quarter_name(months.after) if months.after <= today else "", "least": LEAST,
        "few": len({one.booking for one in given}) < LEAST, "traits": shown_traits(traits, region, None),
        "chart": chart_of(traits[0][1], region), "often": often_shown(given, public=True),
        "refusals": [(reason_words(name, found), count, "") for name, count in counts.items()],
        "rules": [rule_words(one) for one in rules_of_centre(found)], "line": line_rules(found)})


@never_cache
@require_safe
@needs("creative.read")
def desk(request: HttpRequest, kode: str) -> HttpResponse:
    """The sharing of some months at the desk: each number leads to its rows."""
    found, region = _centre(request), region_of(request)
    if found is None:
        return desk_page(request, "creative/sharing_desk.html", {"centre": None})
    months, asked = read_months(request, today_in(region))
    given = grants(found, months)
    traits = [(trait, cells_of(given, trait)) for trait in TRAITS]
    rows = reverse("creative:sharing_rows", args=[kode])

    def behind(what: str, value: str) -> str:
        return f"{rows}?{urlencode({'apa': what, 'nilai': value, 'pusat': found.code, **asked})}"

    return desk_page(request, "creative/sharing_desk.html", {
        "centre": found, "centres": Centre.objects.order_by("id"), "asked": asked,
        "traits": shown_traits(traits, region, behind), "chart": chart_of(traits[0][1], region) if given else None,
        "often": often_shown(given, public=False), "meetings": len(given),
        "refusals": [(reason_words(name, found), count, behind("refused", name))
                     for name, count in refusals(found, months).items()],
        "offers": [(f"creative.turn.{state}", count) for state, count in sorted(offers(found, months).items())],
        "overrides": overrides(found, months).order_by("-at")[:100],
        "rules": [rule_words(one) for one in rules_of_centre(found)], "line": line_rules(found)})


@never_cache
@require_safe
@needs("creative.read")
def rows(request: HttpRequest, kode: str) -> HttpResponse:
    """The bookings or refused wishes behind one number."""
    found, region = _centre(request), region_of(request)
    what, value = request.GET.get("apa", "kind"), request.GET.get("nilai", "community")[:60].replace("\0", "")
    if found is None or what not in (*TRAITS, "organiser", "refused"):
        raise Http404
    months, asked = read_months(request, today_in(region))
    if what == "refused":
        listing = Listing(_refused_table(), ListRows(_refused_rows(found, months, value, kode, region)), request.GET,
                          language(), files=False)
        title = reason_words(value, found)
    else:
        listing = Listing(_table(), ListRows([
            {"number": one.number, "url": reverse("creative:booking", args=[kode, one.pk]), "title": one.title,
             "organiser": one.organiser, "space": one.space.name, "meetings": many, "hours": round(length, 2)}
            for one, many, length in bookings_behind(found, months, what, value)[:MOST]]), request.GET, language(),
            files=False)
        title = value if what == "organiser" else value_words(what, value, region)
    return desk_page(request, "creative/sharing_rows.html", {
        "listing": listing, "heading": title, "what": f"creative.sharing.trait.{what}", "months": months,
        "last": months.after - timedelta(days=1), "back": urlencode({"pusat": found.code, **asked})})


def _centre(request: HttpRequest) -> Centre | None:
    code = request.GET.get("pusat", "")[:30]
    centres = Centre.objects.order_by("id")
    return (centres.filter(code=code).first() if code else None) or centres.first()


def _table() -> Table:
    return Table("pemakaian", message("creative.sharing.rows"), (
        Column("number", message("creative.booking.number"), href="url"),
        Column("title", message("creative.ask.title")), Column("organiser", message("creative.ask.organiser")),
        Column("space", message("creative.ask.space"), choice=True),
        Column("meetings", message("creative.desk.meetings"), "integer", summable=True),
        Column("hours", message("creative.sharing.hours"), "decimal", places=2),
    ), search=("number", "title", "organiser"))


def _refused_table() -> Table:
    return Table("ditolak", message("creative.sharing.refusals"), (
        Column("at", message("creative.sharing.on"), "date"), Column("organiser", message("creative.ask.organiser")),
        Column("space", message("creative.ask.space"), choice=True), Column("said", message("creative.reason")),
    ), search=("organiser", "said"))


def _refused_rows(centre: Centre, months: Months, value: str, kode: str, region: Any) -> list[dict[str, Any]]:
    zone = zone_of(region)
    if value == "desk":
        return [{"at": one.decided_at.astimezone(zone).date() if one.decided_at else None, "organiser": one.organiser,
                 "space": one.space.name, "said": one.reason} for one in refused_bookings(centre, months)[:MOST]]
    rule = value.removeprefix("rule:") if value.startswith("rule:") else None
    wishes = refused_wishes(centre, months)
    wishes = wishes.filter(rule=rule) if rule is not None else wishes.filter(rule="", key__endswith=f".{value}")
    return [{"at": one.at.astimezone(zone).date(), "organiser": one.organiser,
             "space": one.space.name if one.space else "", "said": one.said} for one in wishes[:MOST]]


def shown_traits(traits: Sequence[tuple[str, Sequence[Cell]]], region: Any, behind: Any) -> list[dict[str, Any]]:
    """Each trait as a table: label, bookings, organisers, hours, share of the hours in per cent."""
    found = []
    for trait, cells in traits:
        whole = sum((one.length for one in cells), timedelta(0))
        lines = [{"label": value_words(trait, one.value, region), "hidden": one.hidden, "bookings": one.bookings,
                  "organisers": one.organisers, "hours": hours(one.length),
                  "share": _share(one.length, whole), "url": behind(trait, _plain(one.value)) if behind else ""}
                 for one in cells]
        found.append({"trait": f"creative.sharing.trait.{trait}", "rows": lines, "name": trait})
    return found


def _share(part: timedelta, whole: timedelta) -> int | None:
    return None if not whole else (200 * part // whole + 1) // 2


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def chart_of(cells: Sequence[Cell], region: Any) -> BarChart | None:
    """Hours by kind of organiser; the title says who has most."""
    told = [one for one in cells if not one.hidden]
    if not told:
        return None
    whole = sum((one.length for one in cells), timedelta(0))
    top = max(told, key=lambda one: one.length)
    bars = tuple(Bar(value_words("kind", one.value, region), None if one.hidden else hours(one.length), "daun",
                     reason=message("creative.sharing.hidden", least=LEAST) if one.hidden else "") for one in cells)
    return BarChart(message("creative.sharing.chart", who=value_words("kind", top.value, region),
                            share=_share(top.length, whole)), message("creative.sharing.chart.lead"), bars,
                    unit=message("creative.sharing.hours"))


def often_shown(given: Sequence[Grant], *, public: bool) -> dict[str, Any]:
    """How much the same organisers have. For the public a number of fewer than five organisers is not told."""
    found = concentration(given)

    def told(count: int) -> int | None:
        return None if public and 0 < count < LEAST else count

    return {"organisers": told(found.organisers), "once": told(found.once), "often": told(found.often),
            "top": found.top, "share": None if public and found.top < LEAST else found.top_share}


def read_quarter(text: str, today: date) -> date:
    """The first day of the quarter in an address (``2026-3``); else of the last one that is over."""
    match = re.fullmatch(r"(\d{4})-([1-4])", text, re.ASCII)
    if match and EARLIEST <= int(match[1]) <= today.year:
        first = date(int(match[1]), 3 * int(match[2]) - 2, 1)
        if first <= today:
            return first
    return quarter_after(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), -1)


def quarter_after(first: date, step: int = 1) -> date:
    months = first.year * 12 + first.month - 1 + 3 * step
    return date(months // 12, months % 12 + 1, 1)


def quarter_name(first: date) -> str:
    return f"{first.year}-{(first.month + 2) // 3}"


def read_months(request: HttpRequest, today: date) -> tuple[Months, Mapping[str, str]]:
    """The months of an address (``dari=2026-01&sampai=2026-11``, both inclusive); else the last twelve."""
    last = _month(request.GET.get("sampai", "")) or today.replace(day=1)
    year_ago = date(last.year - 1, last.month, 1)
    first = _month(request.GET.get("dari", "")) or (year_ago + timedelta(days=32)).replace(day=1)
    if not first <= last or (last.year - first.year) > 5:
        first = last
    after = (last + timedelta(days=32)).replace(day=1)
    return Months(first, after), {"dari": f"{first:%Y-%m}", "sampai": f"{last:%Y-%m}"}


def _month(text: str) -> date | None:
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    return date(int(match[1]), int(match[2]), 1) if match and EARLIEST <= int(match[1]) <= 2100 else None

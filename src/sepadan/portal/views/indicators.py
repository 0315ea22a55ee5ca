"""Figures of a region: the list of indicators and the page of one. Public, read-only; the query is the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sepadan.ground.problems import refuse
from sepadan.ground.tables import ListRows
from sepadan.portal import tables
from sepadan.portal.context import language
from sepadan.portal.pages import figures, open_data
from sepadan.portal.pages.places import province_of, region_of
from sepadan.portal.pages.profile import linked
from sepadan.portal.views.regions import indicator_address, realised
from sepadan.records.public import permitted, today
from sepadan.study.public import load_indicators, side_of


def indicators(request: HttpRequest, kode: str) -> HttpResponse:
    place, book = region_of(request, kode), load_indicators()
    if kode not in book.regions:
        return render(request, "portal/region_empty.html", {"place": place, "province": province_of(place)})
    rows = figures.indicator_rows(book, kode, indicator_address(kode), language(request))
    listing = tables.read(request, figures.INDICATORS, ListRows(rows))
    if listing.wanted:
        return tables.download(listing)
    side, officer = side_of(place, today(place), book), permitted(request.user, place, "tax.read")
    walk = f"{reverse('tax:realisation' if officer else 'tax:realisation_open', args=[kode])}?tahun={side.until.year}"
    return render(request, "portal/indicators.html", {
        "place": place, "listing": listing, "count": len(rows), "realised": realised(kode), "side": side,
        "books": figures.book_rows(side, walk), "walk": walk, "officer": officer})


def indicator(request: HttpRequest, kode: str, indicator: str) -> HttpResponse:
    """One indicator of one region; an unknown one is refused with what comes near it."""
    place, book, lang = region_of(request, kode), load_indicators(), language(request)
    _known(kode)
    meaning = book.indicator(indicator)
    listing = tables.read(request, figures.VALUES, ListRows(figures.value_rows(book, kode, indicator, lang)))
    if listing.wanted:
        return tables.download(listing)
    to = indicator_address(kode)
    chart = figures.series_chart(book, kode, indicator)
    tone, remarks = figures.remarks(book, kode, indicator)
    return render(request, "portal/indicator.html", {
        "place": place, "meaning": meaning, "cell": linked(book, kode, indicator, lambda _: ""),
        "about": figures.about(meaning), "chart": chart, "listing": listing,
        "clashes": figures.clashes_of(book, kode, indicator, to), "remarks": remarks,
        "remark_tone": tone,
        "peers": [(one, reverse("portal:indicator", args=[one.region, indicator]))
                  for one in figures.peers(book, kode, indicator)],
        "json": reverse("portal:indicator_json", args=[kode, indicator]),
        "here": request.build_absolute_uri(request.path), "today": timezone.localdate(),
    })


def indicator_json(request: HttpRequest, kode: str, indicator: str) -> HttpResponse:
    """Every published value of one indicator with its source."""
    region_of(request, kode)
    _known(kode)
    book, lang = load_indicators(), language(request)
    meaning = book.indicator(indicator)
    rows = [open_data.plain(row) for row in open_data.figure_rows(book, kode, lang, indicator)]
    return JsonResponse({"region": kode, "indicator": indicator, "definition": meaning.definition.text(lang),
                         "unit": meaning.unit, "direction": meaning.direction, "licence": open_data.LICENCE,
                         "values": rows}, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _known(kode: str) -> None:
    if kode not in load_indicators().regions:
        raise refuse("portal.pages.no_figures", where=kode, remedy="portal.pages.no_figures.remedy", code=kode)

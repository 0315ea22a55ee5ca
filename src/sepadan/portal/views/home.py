"""The product's home and the list of all regions. Public, read-only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sepadan.ground.messages import message
from sepadan.ground.statutes import load_book
from sepadan.ground.tables import Column, ListRows, Table
from sepadan.portal import tables
from sepadan.portal.context import address
from sepadan.portal.pages import visiting
from sepadan.portal.pages.places import region_rows
from sepadan.portal.pages.profile import dated, known_figures, linked
from sepadan.study.public import load_indicators, load_visits

REGIONS = Table("daerah", message("portal.regions.caption"), (
    Column("name", message("portal.regions.name"), href="href"),
    Column("code", message("portal.regions.code")),
    Column("province_name", message("portal.regions.province"), choice=True),
    Column("kind", message("portal.regions.kind"), choice=True,
           words={one: message(f"portal.kind.{one}") for one in ("kota", "kabupaten")}),
    Column("figures", message("portal.regions.figures"), "integer"),
    Column("law", message("portal.regions.law"), words={True: message("portal.regions.law.yes")},
           missing=message("ground.cells.none")),
), order="-figures", per_page=50, search=("name", "code", "province_name"))
LEVEL = ("pop_dukcapil", "area_km2", "tax_total", "waste_gen_tpd")


def home(request: HttpRequest) -> HttpResponse:
    """What the product is, the two regions of the first visit on one level, the replay, the regions with figures."""
    book, today = load_indicators(), timezone.localdate()
    visit = load_visits()[-1]
    sides = [_side(code, role) for role, code in (("host", visit.host), ("guest", visit.guest))]
    regions = [(region, reverse("portal:region", args=[code]), known_figures(book, code))
               for code, region in sorted(book.regions.items(), key=lambda one: one[1].name)]
    return render(request, "portal/home.html", {
        "visit": visit, "sides": sides, "regions": regions, "changed": visiting.changed_count(visit, today),
        "events": [one for one in visiting.timeline(book, visit, today) if one.pin or one.role == "host"],
        "replay": address(("study:replay",), visit.guest, visit.host),
        "back": address(("study:replay",), visit.host, visit.guest),
        "host": book.region(visit.host).name, "guest": book.region(visit.guest).name,
    })


def _side(code: str, role: str) -> dict[str, Any]:
    book = load_indicators()

    def page(indicator: str) -> str:
        return reverse("portal:indicator", args=[code, indicator])

    return {"role": role, "name": book.region(code).name, "href": reverse("portal:region", args=[code]),
            "facts": [(dated(cell), cell) for cell in (linked(book, code, one, page) for one in LEVEL)]}


def regions(request: HttpRequest) -> HttpResponse:
    """All regions of the country: those with figures first."""
    book, laws = load_indicators(), set(load_book().regions())
    rows = [{**row, "href": reverse("portal:region", args=[row["code"]]), "figures": known_figures(book, row["code"]),
             "law": True if row["code"] in laws else None} for row in region_rows()]
    listing = tables.read(request, REGIONS, ListRows(rows))
    if listing.wanted:
        return tables.download(listing)
    return render(request, "portal/regions.html", {"listing": listing, "count": len(rows),
                                                  "known": len(book.regions)})

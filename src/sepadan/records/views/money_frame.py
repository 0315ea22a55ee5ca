"""The frame of the pages of banks and counters: they are a part of the tax desk and carry its navigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sepadan.ground.table_rows import Rows
from sepadan.ground.tables import Listing, Table
from sepadan.records import access, clock
from sepadan.records.desk import desk_links, language, person_of, region_of

LINKS = (
    ("tax.desk.home", "tax:desk"),
    ("tax.desk.register", "tax:register"),
    ("tax.desk.requests", "tax:requests"),
    ("tax.desk.runs", "tax:runs"),
    ("tax.desk.what_if", "tax:what_if"),
    ("tax.desk.bills", "tax:bills"),
    ("tax.desk.collection", "tax:collection"),
    ("tax.desk.bank", "records:bank"),
    ("tax.desk.reports", "tax:realisation"),
)
"""The navigation of the tax desk (``tax.desk.LINKS``, which the records may not import; a test compares the two)."""
TABS = (("records.bank.tab.partners", "records:bank"), ("records.bank.tab.files", "records:settlement_files"),
        ("records.bank.tab.counters", "records:counters"))


def money_page(request: HttpRequest, template: str, tab: str, context: dict[str, Any] | None = None, *,
               status: int = 200) -> HttpResponse:
    """A page of banks and counters: *tab* is the address of the part it belongs to."""
    region, person = region_of(request), person_of(request)
    bank = reverse("records:bank", kwargs={"kode": region.code})
    nav = [replace(link, current=link.href == bank) for link in desk_links(request, LINKS)]
    tabs = [(text, reverse(name, kwargs={"kode": region.code}), name == tab) for text, name in TABS]
    may = {name: access.permitted(person, region, action) for name, action in (
        ("keys", "bank.write"), ("write", "ledger.write"), ("approve", "ledger.approve"))}
    answer = render(request, template, {"nav": nav, "tabs": tabs, "may": may, "region": region, **(context or {})},
                    status=status)
    return answer


def listing_of(request: HttpRequest, table: Table, rows: Rows) -> Listing:
    return Listing(table, rows, request.GET.dict(), language())


def file_of(listing: Listing) -> HttpResponse:
    """The download of exactly the rows that the address asks for."""
    name, kind, content = listing.file(listing.wanted)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def local(request: HttpRequest, at: Any) -> Any:
    """An instant in the region's zone."""
    return at.astimezone(clock.zone_of(region_of(request)))


def said(problems: Sequence[Any]) -> list[tuple[str, str, str]]:
    """Problems as ``{% errors %}`` takes them."""
    return [("", "", one.text(language())) for one in problems]

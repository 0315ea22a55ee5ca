"""The frame of every page of the tax desk: its navigation, and the mark of examples where the roll is synthetic.

A list that names people is read on screen by whoever reads at the desk; taken away as a file, it needs ``tax.write``
and is recorded.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from sepadan.ground.tables import Listing
from sepadan.records.public import Thing, actor_of, desk_links, now, record, refusal_of, region_of
from sepadan.tax.queries.rolls import current_roll

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
"""The parts of the desk in the order of the year; a part whose page does not exist is left out."""


def desk_page(request: HttpRequest, template: str, context: dict[str, Any] | None = None, *,
              status: int = 200) -> HttpResponse:
    """A page of the tax desk. Where the newest roll is synthetic, every page says so."""
    roll = current_roll()
    return render(request, template, {
        "nav": desk_links(request, LINKS), "sample": roll is not None and roll.synthetic, **(context or {})},
        status=status)


def take_names(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    """A list with names as the file that the address asks for. Who took how much of it, narrowed by what, is recorded;
    the words searched for are not, because they may be a name."""
    region = region_of(request)
    refusal = refusal_of(request, region, "tax.write")
    if refusal is not None:
        return refusal
    name, content_type, content = listing.file(listing.wanted)
    record(actor_of(request), "records.audit.exported", Thing("tax.list", region.code, name), now=now(), after={
        "rows": listing.count, "filter": dict(listing.picked), "searched": bool(listing.q)})
    return HttpResponse(content, content_type=content_type, headers={
        "Content-Disposition": f'attachment; filename="{name}"'})

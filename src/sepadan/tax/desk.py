"""The frame of every page of the tax desk: its navigation, and the mark of examples where the roll is synthetic."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sepadan.records.public import desk_links
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

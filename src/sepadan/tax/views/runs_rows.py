"""The rows behind a figure of a run, and the list of charges of a kelurahan (DHKP), on screen and as a file.

A file of a DHKP names taxpayers, so taking it away is recorded; lists of anomalies carry numbers and places only.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sepadan.ground.cells import Cell
from sepadan.ground.messages import message
from sepadan.ground.tables import Column, Listing, ListRows, QueryRows, Table
from sepadan.records.public import actor_of, language, needs, now, record, region_of
from sepadan.tax.access import run_for
from sepadan.tax.desk import desk_page
from sepadan.tax.documents.dhkp_pdf import dhkp_pdf
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.tax.names import Use
from sepadan.tax.queries.bills import list_totals
from sepadan.tax.queries.run_lists import Closing, closing_of, list_lines, places_of
from sepadan.tax.services.assessment_rows import KINDS, largest_changes, rows_behind
from sepadan.tax.views.runs import sheet

_PLACE = (Column("nop", message("tax.runs.nop"), href="url"),
          Column("village", message("tax.runs.village"), choice=True), Column("street", message("tax.runs.street")))
_AREAS = (Column("land_m2", message("tax.runs.land_m2"), "integer"),
          Column("building_m2", message("tax.runs.building_m2"), "integer"),
          Column("use", message("tax.runs.use"), words={
              one.value: message(f"tax.runs.use.{one.value}") for one in Use}))
_NJOP = Column("njop", message("tax.runs.njop"), "rupiah")
_CHANGE = (Column("was", message("tax.runs.was"), "rupiah", summable=True),
           Column("is_now", message("tax.runs.is_now"), "rupiah", summable=True),
           Column("change", message("tax.runs.change"), "rupiah", summable=True))
_PEOPLE = (Column("person", message("tax.runs.person"), "integer"),
           Column("npwpd", message("tax.runs.npwpd"), href="url"),
           Column("objects", message("tax.runs.objects"), "integer", summable=True), _NJOP)
COLUMNS = {"jump": (*_PLACE, _NJOP, *_CHANGE), "up": (*_PLACE, _NJOP, *_CHANGE), "down": (*_PLACE, _NJOP, *_CHANGE),
           "new": (*_PLACE, _NJOP, *_CHANGE[1:2]), "gone": (_PLACE[0], *_CHANGE[:1]),
           "left_out": (*_PLACE, *_AREAS, _NJOP), "missing_area": (*_PLACE, *_AREAS, _NJOP),
           "double_nop": (*_PLACE, *_AREAS, _NJOP), "two_njoptkp": _PEOPLE,
           "njoptkp_elsewhere": (*_PLACE, _NJOP), "njoptkp_unfit": (*_PLACE, _NJOP), "njoptkp_billed": (*_PLACE, _NJOP),
           "largest": (*_PLACE, _NJOP, *_CHANGE)}
LISTS = Table("dhkp", message("tax.runs.lists"), (
    Column("code", message("tax.runs.code"), href="url"), Column("name", message("tax.runs.village"), href="url"),
    Column("bills", message("tax.runs.bills"), "integer", summable=True),
    Column("payable", message("tax.runs.payable"), "rupiah", summable=True)), order="code", per_page=100,
    search=("name", "code"))
LINES = (
    Column("nop", message("tax.runs.nop"), href="url"), Column("owner", message("tax.runs.owner")),
    Column("street", message("tax.runs.street")), Column("land_m2", message("tax.runs.land_m2"), "integer"),
    Column("building_m2", message("tax.runs.building_m2"), "integer"), _NJOP,
    Column("pbb", message("tax.runs.pbb"), "rupiah", summable=True),
    Column("payable", message("tax.runs.payable"), "rupiah", summable=True),
    Column("due_on", message("tax.runs.due_on"), "date"))


@never_cache
@require_safe
@needs("tax.read")
def run_rows(request: HttpRequest, kode: str, run_id: int, kind: str) -> HttpResponse:
    """The objects behind one figure of the report."""
    run = run_for(request.user, region_of(request), run_id)
    if kind not in (*KINDS, "largest") or not run.control:
        raise Http404
    found, whole = _found(run, kind)
    rows = _linked(run, found, kode)
    table = Table(f"{kind}-{run.pk}", message(f"tax.runs.rows.{kind}"), COLUMNS[kind], per_page=50,
                  search=("npwpd",) if kind == "two_njoptkp" else ("nop", "street"))
    listing = Listing(table, ListRows(rows), request.GET, language())
    if listing.wanted:
        return sheet(listing)
    return desk_page(request, "tax/runs_rows.html", {
        "run": run, "listing": listing, "kind": kind, "title": message(f"tax.runs.rows.{kind}"),
        "why": message(f"tax.runs.rows.{kind}.why"), "shown": len(rows),
        "more": whole if whole > len(rows) and kind != "two_njoptkp" else 0})


def _linked(run: AssessmentRun, rows: list[dict[str, Any]], kode: str) -> list[dict[str, Any]]:
    """The rows with the way to what they name: a taxpayer, the object of the register, or else its bill."""
    places = places_of(run, [row["nop"] for row in rows if "nop" in row], [row["npwpd"] for row in rows
                                                                         if "npwpd" in row])
    links = {name: reverse(f"tax:{kind}", args=[kode, key]) for name, (kind, key) in places.items()}
    return [row | {"url": links.get(row.get("nop") or row.get("npwpd", ""), "")} for row in rows]


def _found(run: AssessmentRun, kind: str) -> tuple[list[dict[str, Any]], int]:
    if kind == "largest":
        rows = largest_changes(run)
        return rows, len(rows)
    found = rows_behind(run, kind)
    return found.rows, found.whole


@never_cache
@require_safe
@needs("tax.read")
def run_lists(request: HttpRequest, kode: str, run_id: int) -> HttpResponse:
    """The DHKP of every kelurahan, and the whole closed against the ledger."""
    run = _posted(request, run_id)
    rows = [{"code": one.code, "name": one.name, "bills": one.bills, "payable": one.payable,
             "url": reverse("tax:run_list", args=[kode, run.pk, one.code])} for one in list_totals(run)]
    listing = Listing(LISTS, ListRows(rows), request.GET, language())
    if listing.wanted:
        return sheet(listing)
    closing = closing_of(run)
    return desk_page(request, "tax/runs_lists.html", {
        "run": run, "listing": listing, "closing": closing, "cells": _cells(run, closing)})


@never_cache
@require_safe
@needs("tax.read")
def run_list(request: HttpRequest, kode: str, run_id: int, village: str) -> HttpResponse:
    """The DHKP of one kelurahan in the order of NOP, closed against its charges and the ledger."""
    run = _posted(request, run_id)
    found = next((one for one in list_totals(run) if one.code == village), None)
    if found is None:
        raise Http404
    table = Table(f"dhkp-{run.tax_year}-{village}", message("tax.runs.list.of", village=found.name), LINES, order="nop",
                  per_page=50, search=("nop", "owner", "street"))

    def shape(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"url": reverse("tax:bill", args=[kode, row["id"]])}

    rows = QueryRows(list_lines(run, found.kelurahan_id), models, ("id", *(one.key for one in LINES)), shape)
    listing = Listing(table, rows, request.GET, language())
    if listing.wanted:
        _taken(request, run, found.name, listing.count)
        return sheet(listing)
    closing = closing_of(run, found.kelurahan_id)
    return desk_page(request, "tax/runs_dhkp.html", {
        "run": run, "listing": listing, "village": found, "closing": closing, "cells": _cells(run, closing)})


@never_cache
@require_safe
@needs("tax.read")
def run_list_pdf(request: HttpRequest, kode: str, run_id: int, village: str) -> HttpResponse:
    """The DHKP of one kelurahan on paper, with its closing."""
    run = _posted(request, run_id)
    found = next((one for one in list_totals(run) if one.code == village), None)
    if found is None:
        raise Http404
    rows = list_lines(run, found.kelurahan_id).values(
        "nop", "owner", "street", "land_m2", "building_m2", "payable", "due_on").iterator(chunk_size=2_000)
    made = dhkp_pdf(rows, closing_of(run, found.kelurahan_id), village=found.name, region=run.region.name,
                    tax_year=run.tax_year, run=str(run), synthetic=run.roll.synthetic)
    _taken(request, run, found.name, found.bills)
    return HttpResponse(made, content_type="application/pdf", headers={
        "Content-Disposition": f'inline; filename="dhkp-{run.tax_year}-{village}.pdf"'})


def _taken(request: HttpRequest, run: AssessmentRun, village: str, bills: int) -> None:
    """Record that a list with names was taken away."""
    record(actor_of(request), "tax.audit.dhkp_taken", run, now=now(),
           reason=message("tax.runs.list.reason").text("id"), after={"village": village, "bills": bills})


def _posted(request: HttpRequest, run_id: int) -> AssessmentRun:
    """A run that has bills. Raises Http404."""
    run = run_for(request.user, region_of(request), run_id)
    if run.state not in (RunState.POSTED, RunState.REVERSED):
        raise Http404
    return run


def _cells(run: AssessmentRun, closing: Closing) -> list[Cell]:
    def cell(name: str, value: int, form: str) -> Cell:
        return Cell(message(f"tax.runs.closing.{name}"), value, period=str(run.tax_year), form=form,
                    meaning=message(f"tax.runs.closing.{name}.meaning"))

    return [cell("bills", closing.bills, "number"), cell("payable", closing.payable, "rupiah"),
            cell("charged", closing.charged, "rupiah"), cell("booked", closing.booked, "rupiah")]

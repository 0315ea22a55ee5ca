"""Import and export of registers on the desk: upload, the dry run with its counts and faults, applying, discarding.

Each act is a form of its own on the page of the import; a refusal is shown there with what to do. Applying names the
check that the officer saw, so that he never applies another one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import Message, catalogue, message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.ground.sheets import CSV_TYPE, XLSX_TYPE
from sepadan.ground.tables import Column, Listing, ListRows, QueryRows, Table
from sepadan.records.public import (
    actor_of,
    history_shown,
    language,
    needs,
    now,
    permitted,
    region_of,
    shown_work,
    today,
    zone_of,
)
from sepadan.tax.access_imports import import_for
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.sismiop import TABLES
from sepadan.tax.forms import imports as forms
from sepadan.tax.models import ImportFile, ImportState, RegisterImport
from sepadan.tax.queries import imports as queries
from sepadan.tax.services import imports as service
from sepadan.tax.services.imports_export import EXPORTED, SHEET_ROWS, allow_export, table_file
from sepadan.tax.services.imports_rows import KEPT_FAULTS
from sepadan.tax.views.imports_opening import opening_context
from sepadan.territory.public import villages_in

STATES = {state.value: message(f"tax.imports.state.{state.value}") for state in ImportState}
TONES = {"received": "wait", "checked": "care", "applied": "ok", "discarded": ""}
IMPORTS = Table("impor", message("tax.imports.list"), (
    Column("id", message("tax.imports.number"), "integer", href="url"),
    Column("state", message("tax.imports.state"), choice=True, words=STATES, tones=TONES),  # type: ignore[arg-type]
    Column("valid_on", message("tax.imports.valid_on"), "date"), Column("created_name", message("tax.imports.by")),
    Column("day", message("tax.imports.received"), "date", sortable=False)), order="-id")
_NO_FILE = message("tax.imports.no_line")
KINDS = {"fault": message("tax.imports.kind.fault"), "note": message("tax.imports.kind.note")}
PROBLEMS = Table("masalah-impor", message("tax.imports.problems"), (
    Column("kind", message("tax.imports.kind"), choice=True, words=KINDS),
    Column("file", message("tax.imports.file"), choice=True),
    Column("line", message("tax.imports.line"), "integer"),
    Column("column", message("tax.imports.column"), choice=True, missing=_NO_FILE),
    Column("what", message("tax.imports.what")), Column("remedy", message("tax.imports.remedy"), sortable=False)),
    search=("what", "column"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.read")
def import_list(request: HttpRequest, kode: str) -> HttpResponseBase:
    """All imports of the region, newest first; who may write uploads a new one here."""
    region, may = region_of(request), permitted(request.user, region_of(request), "tax.write")
    form, refusal = forms.UploadForm(today(region).replace(month=1, day=1).isoformat()), None
    if request.method == "POST" and may:
        form = forms.read_upload(request.POST)
        refusal = form.problem
        if form.valid_on is not None:
            try:
                with transaction.atomic():
                    one = service.receive_import(forms.uploads_of(request.FILES.getlist("files")),
                                                 valid_on=form.valid_on, actor=actor_of(request), now=now())
                    service.start_check(one, actor=actor_of(request), now=now())
                return redirect("tax:import", kode=kode, import_id=one.pk)
            except Refused as refused:
                refusal = refused.problem

    def shape(row: dict[str, Any]) -> dict[str, Any]:
        local = row.pop("created_at").astimezone(zone_of(region))
        return row | {"day": local.date(), "url": reverse("tax:import", args=[kode, row["id"]])}

    rows = QueryRows(queries.imports(), models, ("id", "state", "valid_on", "created_name", "created_at"), shape)
    listing = Listing(IMPORTS, rows, request.GET, language())
    if listing.wanted:
        return _sheet(listing)
    return desk_page(request, "tax/imports_list.html", {
        "listing": listing, "may": may, "form": form, "any": queries.imports().exists(),
        "errors": _errors(refusal), "tables": list(TABLES.values())}, status=422 if refusal else 200)


def _errors(refusal: Problem | None) -> list[tuple[str, str, str]]:
    return [] if refusal is None else [("", "", refusal.text(language()))]


def _sheet(listing: Listing) -> HttpResponse:
    name, content_type, data = listing.file(listing.wanted)
    return HttpResponse(data, content_type=content_type,
                        headers={"Content-Disposition": f'attachment; filename="{name}"'})


@never_cache
@require_safe
@needs("tax.read")
def import_page(request: HttpRequest, kode: str, import_id: int) -> HttpResponse:
    """One import: progress, counts by table, places to be mapped, what can be done now; its totals as a file."""
    one = import_for(request.user, region_of(request), import_id)
    totals = opening_context(request, one, [])["opening_totals"]
    return _sheet(totals) if totals is not None and totals.wanted else _page(request, one)


def _page(request: HttpRequest, one: RegisterImport, refusal: Problem | None = None) -> HttpResponse:
    region, lang = region_of(request), language()
    files, work = queries.files_of(one), queries.last_work(one)
    totals, may = queries.totals_of(files), permitted(request.user, region, "tax.write")
    busy = work is not None and work.is_open
    return desk_page(request, "tax/imports_one.html", {
        "one": one, "tone": TONES[one.state], "files": [_file(file) for file in files], "totals": totals,
        "shown": None if work is None or not (busy or work.state == "failed") else shown_work(
            work, zone_of(region), lang, now()),
        "stages": _stages(one), "busy": busy, "refusal": refusal,
        "entries": history_shown(one, zone_of(region), lang),
        "can_act": may and one.is_open and not busy, "open": one.is_open,
        "can_apply": one.state == ImportState.CHECKED and totals["new"] + totals["changed"] > 0,
        "may_approve": permitted(request.user, region, "tax.approve") and one.is_open and not busy,
        **opening_context(request, one, files),
        "villages": villages_in(region) if one.unmapped else (), "places": one.unmapped if one.is_open else (),
        "closed_day": one.closed_at and one.closed_at.astimezone(zone_of(region)).date()},
        status=409 if refusal else 200)


def _file(file: ImportFile) -> dict[str, Any]:
    """A file as the page shows it."""
    refused = file.refused and {"what": Message(file.refused["key"], file.refused["params"]), "remedy": Message(
        file.refused["remedy"], file.refused["params"]) if file.refused["remedy"] in catalogue() else None}
    faults = sorted(file.faults.items(), key=lambda item: -item[1])
    return {"name": str(file), "table": file.table, "refused": refused,
            "form": file.form, "rows": file.row_count, "strange": ", ".join(file.strange[:12]),
            "counts": file.counts, "read": "new" in file.counts,
            "faults": [{"column": name.partition(" ")[0], "count": count, "what": _kind(name.partition(" ")[2])}
                       for name, count in faults]}


def _kind(key: str) -> Message:
    """What there is to do with all rows of one kind of fault: its remedy, which takes no parameters."""
    return Message(f"{key}.remedy", {})


def _stages(one: RegisterImport) -> list[dict[str, Any]]:
    order = (ImportState.RECEIVED, ImportState.CHECKED, ImportState.APPLIED)
    at = order.index(ImportState(one.state)) if one.state in order else 0
    rows = [{"state": "done" if place <= at else "now" if place == at + 1 and one.is_open else "",
             "name": message(f"tax.imports.stage.{state.value}"), "text": ""} for place, state in enumerate(order)]
    if one.state == ImportState.DISCARDED:
        rows.append({"state": "bad", "name": message("tax.imports.stage.discarded"), "text": ""})
    return rows


@never_cache
@require_safe
@needs("tax.read")
def import_problems(request: HttpRequest, kode: str, import_id: int) -> HttpResponse:
    """The faults of its rows: filtered, searched, downloaded."""
    one = import_for(request.user, region_of(request), import_id)
    lang = language()
    rows = [{"kind": "note" if ".note." in fault.key else "fault", "file": str(fault.file), "line": fault.line,
             "column": fault.column or None, "what": fault.what.text(lang), "remedy": fault.remedy.text(lang)}
            for fault in queries.problems_of(one)]
    listing = Listing(PROBLEMS, ListRows(rows), request.GET, lang)
    if listing.wanted:
        return _sheet(listing)
    bad = queries.totals_of(queries.files_of(one))["bad"]
    return desk_page(request, "tax/imports_problems.html", {"one": one, "listing": listing, "bad": bad,
                                                            "kept": len(rows), "most": KEPT_FAULTS})


# --- acts ------------------------------------------------------------------------------------------------------------

def _act(request: HttpRequest, kode: str, import_id: int, act: Callable[[RegisterImport], str],
         action: str = "tax.write") -> HttpResponseBase:
    """Do *act*, say what it answers, and go back to the page; a refusal is shown on it."""
    one = import_for(request.user, region_of(request), import_id, action=action)
    try:
        with transaction.atomic():
            said = act(one)
    except Refused as refused:
        return _page(request, one, refused.problem)
    messages.success(request, words(said, language()))
    return redirect("tax:import", kode=kode, import_id=import_id)


@require_POST
@needs("tax.write")
def import_check(request: HttpRequest, kode: str, import_id: int) -> HttpResponseBase:
    def act(one: RegisterImport) -> str:
        service.start_check(one, actor=actor_of(request), now=now())
        return "tax.imports.said.checking"

    return _act(request, kode, import_id, act)


@require_POST
@needs("tax.write")
def import_places(request: HttpRequest, kode: str, import_id: int) -> HttpResponseBase:
    """Which kelurahan the places lie in; then everything is checked again."""
    def act(one: RegisterImport) -> str:
        service.map_places(forms.chosen_places(request.POST, one), actor=actor_of(request), now=now())
        service.start_check(one, actor=actor_of(request), now=now())
        return "tax.imports.said.mapped"

    return _act(request, kode, import_id, act)


@require_POST
@needs("tax.write")
def import_apply(request: HttpRequest, kode: str, import_id: int) -> HttpResponseBase:
    def act(one: RegisterImport) -> str:
        service.start_apply(one, control=request.POST.get("control", ""), actor=actor_of(request), now=now())
        return "tax.imports.said.applying"

    return _act(request, kode, import_id, act)


@require_POST
@needs("tax.approve")
def import_approve(request: HttpRequest, kode: str, import_id: int) -> HttpResponseBase:
    """A second person approves the opening balances that he saw, and they are applied."""
    def act(one: RegisterImport) -> str:
        service.start_approved(one, control=request.POST.get("control", ""), actor=actor_of(request), now=now())
        return "tax.imports.said.approved"

    return _act(request, kode, import_id, act, "tax.approve")


@require_POST
@needs("tax.write")
def import_discard(request: HttpRequest, kode: str, import_id: int) -> HttpResponseBase:
    def act(one: RegisterImport) -> str:
        service.discard_import(one, actor=actor_of(request), now=now())
        return "tax.imports.said.discarded"

    return _act(request, kode, import_id, act)


# --- export ----------------------------------------------------------------------------------------------------------

@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tax.write")
def export(request: HttpRequest, kode: str) -> HttpResponseBase:
    """A table of the register as it stands today, for a reason that is recorded."""
    table, form, refusal = request.POST.get("table", EXPORTED[1]), request.POST.get("form", "csv"), None
    if request.method == "POST":
        form = form if form in ("csv", "xlsx") else "csv"
        try:
            with transaction.atomic():
                (one,) = allow_export([table], on=today(region_of(request)), reason=request.POST.get("reason", ""),
                                      form=form, actor=actor_of(request), now=now())
                file = table_file(one, form)
            return FileResponse(file, as_attachment=True, filename=one.file_name(form),
                                content_type=CSV_TYPE if form == "csv" else XLSX_TYPE)
        except Refused as refused:
            refusal = refused.problem
    return desk_page(request, "tax/imports_export.html", {
        "tables": EXPORTED, "table": table, "form": form, "reason": request.POST.get("reason", ""),
        "errors": _errors(refusal), "most": SHEET_ROWS}, status=422 if refusal else 200)

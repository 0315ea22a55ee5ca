"""Class tables on the desk: the one in force in a year with its source, the region's own, a new one from a file.

Whoever may write puts a table forward with the number of its decree and sees each faulty line; another person with
``tax.approve`` puts it in force after seeing what it does to the region's own register.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused, refuse
from sepadan.ground.sheets import CSV_TYPE, csv_bytes
from sepadan.ground.statutes import load_book
from sepadan.records.public import (
    actor_of,
    history_shown,
    language,
    needs,
    now,
    permitted,
    person_of,
    region_of,
    zone_of,
)
from sepadan.tax.access_register import class_table_for
from sepadan.tax.desk import desk_page
from sepadan.tax.engine.njop import ClassTable
from sepadan.tax.models import RegionClassTable
from sepadan.tax.models.register_values import ClassTableState
from sepadan.tax.services.class_files import HEAD, MOST_BYTES, read_class_file
from sepadan.tax.services.class_tables import (
    KINDS,
    approve_class_table,
    propose_class_table,
    refuse_class_table,
    rows_of,
)
from sepadan.tax.services.class_trial import try_classes
from sepadan.tax.services.freezing import classes_of
from sepadan.tax.views.register_zones import year_of

MOST_SHOWN = 100
TONES = {"proposed": "wait", "approved": "ok", "refused": "bad"}
WRITTEN = {"land": "tanah", "building": "bangunan"}


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
@needs("tax.read")
def class_tables(request: HttpRequest, kode: str) -> HttpResponse:
    """The table in force in a tax year, the region's own tables, and the form for a new one."""
    region, year = region_of(request), year_of(request)
    may = permitted(request.user, region, "tax.write")
    faults: tuple[Problem, ...] = ()
    typed = {name: str(request.POST.get(name, "")).replace("\0", "").strip()
             for name in ("name", "decree", "from_year")}
    if request.method == "POST" and may:
        try:
            with transaction.atomic():
                made, faults = _propose(request, typed)
                if made is not None:
                    messages.success(request, message("tax.classes.proposed").text(language()))
                    return redirect("tax:class_table", kode=kode, table_id=made.pk)
        except Refused as refused:
            faults = (refused.problem,)
    found = classes_of(year)
    if request.GET.get("format") == "csv":
        return _file(found.name, found.table)
    own = RegionClassTable.objects.filter(name=found.name, state=ClassTableState.APPROVED.value).first()
    return desk_page(request, "tax/classes_home.html", {
        "year": str(year), "years": [str(one) for one in range(year + 1, year - 5, -1)], "found": found, "own": own,
        "national": None if own is not None else load_book().class_table(found.name), "parts": _parts(found.table),
        "tables": [_row(one, kode) for one in RegionClassTable.objects.order_by("-id")[:50]], "may": may,
        "typed": typed, "faults": faults[:MOST_SHOWN], "fault_count": len(faults), "head": ", ".join(HEAD)},
        status=422 if faults else 200)


def _propose(request: HttpRequest, typed: dict[str, str]) -> tuple[RegionClassTable | None, tuple[Problem, ...]]:
    """The table of the uploaded file, or all that is wrong with its lines."""
    upload = request.FILES.get("file")
    if upload is None:
        raise refuse("tax.classes.no_file", remedy="tax.classes.no_file.remedy")
    name = str(upload.name or "").replace("\0", "")[-60:]
    if (upload.size or 0) > MOST_BYTES:
        raise refuse("tax.classes.size", where=name, remedy="tax.classes.size.remedy", most=MOST_BYTES // 1000)
    read = read_class_file(name, upload.read())
    if read.problems:
        return None, read.problems
    year = typed["from_year"]
    made = propose_class_table(typed["name"], typed["decree"], int(year) if year.isascii() and year.isdecimal() and
                               len(year) == 4 else 0, read, actor=actor_of(request), now=now())
    return made, ()


def _parts(table: ClassTable) -> list[dict[str, Any]]:
    return [{"kind": kind, "name": message(f"tax.classes.{kind}"),
             "rows": sorted(table.of(kind), key=lambda row: row.over)} for kind in KINDS]


def _row(one: RegionClassTable, kode: str) -> dict[str, Any]:
    return {"one": one, "url": reverse("tax:class_table", args=[kode, one.pk]), "tone": TONES[one.state],
            "state": message(f"tax.classes.state.{one.state}"), "year": str(one.from_year)}


def _file(name: str, table: ClassTable) -> HttpResponse:
    """The classes in the form that the upload takes, to begin a new table from."""
    rows = [[WRITTEN[kind], int(row.name), row.over, row.to, row.value] for kind in KINDS
            for row in sorted(table.of(kind), key=lambda row: row.over)]
    return HttpResponse(csv_bytes(HEAD, rows), content_type=CSV_TYPE,
                        headers={"Content-Disposition": f'attachment; filename="kelas-{name}.csv"'})


@never_cache
@require_safe
@needs("tax.read")
def class_table(request: HttpRequest, kode: str, table_id: int) -> HttpResponse:
    """One table of the region: its classes, and before it is decided what it does to the register."""
    return _page(request, class_table_for(request.user, region_of(request), table_id))


def _page(request: HttpRequest, one: RegionClassTable, refusal: Problem | None = None) -> HttpResponse:
    region, rows = region_of(request), rows_of(one)
    waits = one.state == ClassTableState.PROPOSED
    before = classes_of(one.from_year) if waits else None
    return desk_page(request, "tax/classes_one.html", {
        "one": one, "tone": TONES[one.state], "state": message(f"tax.classes.state.{one.state}"),
        "year": str(one.from_year), "parts": _parts(rows), "waits": waits, "before": before, "refusal": refusal,
        "trial": None if before is None else _trial(before.table, rows, one.from_year),
        "may_decide": waits and permitted(request.user, region, "tax.approve")
        and person_of(request).pk != one.proposed_by_id,
        "own_proposal": person_of(request).pk == one.proposed_by_id,
        "entries": history_shown(one, zone_of(region), language())}, status=409 if refusal else 200)


def _trial(old: ClassTable, new: ClassTable, year: int) -> dict[str, Any]:
    found = try_classes(old, new, year)
    return {"found": found, "parts": [(message(f"tax.classes.{part.kind}"), part, part.after - part.before)
                                      for part in (found.land, found.building)]}


@never_cache
@require_POST
@needs("tax.approve")
def class_table_decide(request: HttpRequest, kode: str, table_id: int) -> HttpResponse:
    """A second person puts a table in force, or refuses it with a reason."""
    one = class_table_for(request.user, region_of(request), table_id, action="tax.approve")
    act = request.POST.get("act", "")
    if act not in ("approve", "refuse"):
        raise Http404
    try:
        with transaction.atomic():
            if act == "approve":
                approve_class_table(one, actor=actor_of(request), now=now())
            else:
                refuse_class_table(one, str(request.POST.get("reason", "")).replace("\0", ""), actor=actor_of(request),
                                   now=now())
    except Refused as refused:
        return _page(request, class_table_for(request.user, region_of(request), table_id), refused.problem)
    messages.success(request, message(f"tax.classes.{act}.done").text(language()))
    return redirect("tax:class_table", kode=kode, table_id=one.pk)

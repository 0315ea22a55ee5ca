"""Open data of a region: what can be taken away, in which form, under which conditions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from sepadan.ground import sheets
from sepadan.ground.messages import Message, message
from sepadan.ground.statutes import load_book
from sepadan.portal.context import language
from sepadan.portal.pages import open_data as data
from sepadan.portal.pages import visiting
from sepadan.portal.pages.places import region_of
from sepadan.study.public import load_indicators

_JSON = {"ensure_ascii": False, "indent": 1}


def open_data(request: HttpRequest, kode: str) -> HttpResponse:
    place, book = region_of(request, kode), load_indicators()
    rows = list(data.figure_rows(book, kode, language(request))) if kode in book.regions else []
    law = load_book()
    return render(request, "portal/open_data.html", {
        "place": place, "values": len(rows), "indicators": len({row["indicator"] for row in rows}),
        "sources": len({row["source"] for row in rows}),
        "levies": len(law.levies(kode)) if kode in law.regions() else 0,
        "columns": data.FIGURE_COLUMNS, "licence": data.LICENCE, "api": _api(place.code),
    })


def _api(kode: str) -> list[tuple[str, Message]]:
    """Addresses for programs, with what each says; a replay where a visit ties the region to another."""
    found = [("/api/v1/regions", message("portal.data.api.regions"))]
    if kode in load_book().regions():
        found.append((f"/api/v1/{kode}/law", message("portal.data.api.law")))
    if kode in load_indicators().regions:
        found.append((f"/api/v1/{kode}/indicators", message("portal.data.api.indicators")))
    for visit in visiting.visits_of(kode):
        guest, host = (load_indicators().region(code).name for code in (visit.guest, visit.host))
        found += [(f"/api/v1/{visit.guest}/replay/{visit.host}", message("portal.data.api.replay", guest=guest,
                                                                       host=host)),
                  (f"/api/v1/{visit.host}/replay/{visit.guest}", message("portal.data.api.replay", guest=host,
                                                                       host=guest))]
    return [*found, ("/api/openapi.json", message("portal.data.api.schema"))]


def figures_csv(request: HttpRequest, kode: str) -> HttpResponse:
    region_of(request, kode)
    rows = ([row[name] for name in data.FIGURE_COLUMNS] for row in _rows(request, kode))
    response = HttpResponse(sheets.csv_bytes(list(data.FIGURE_COLUMNS), rows), content_type=sheets.CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="angka-{kode}.csv"'
    return response


def figures_json(request: HttpRequest, kode: str) -> HttpResponse:
    region_of(request, kode)
    body = {"region": kode, "licence": data.LICENCE, "taken": timezone.localdate().isoformat(),
            "values": [data.plain(row) for row in _rows(request, kode)]}
    return _file(body, f"angka-{kode}.json")


def law_json(request: HttpRequest, kode: str) -> HttpResponse:
    region_of(request, kode)
    body = data.law_document(load_book(), kode, language(request)) | {
        "licence": data.LICENCE, "taken": timezone.localdate().isoformat()}
    return _file(body, f"hukum-{kode}.json")


def _rows(request: HttpRequest, kode: str) -> list[dict[str, object]]:
    book = load_indicators()
    return list(data.figure_rows(book, kode, language(request))) if kode in book.regions else []


def _file(body: dict[str, object], name: str) -> HttpResponse:
    response = JsonResponse(body, json_dumps_params=_JSON)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

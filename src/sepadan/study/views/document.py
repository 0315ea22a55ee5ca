"""A whole study on the site: the same document as the files of ``sepadan study``, as a page and to download.

``/<lang>/<guest>/studi/<host>/lengkap/``, and under it ``studi.json``, ``studi.pdf`` and ``<table>.csv``. ``?pada=`` is
the day, ``?tuas=`` the lever. The guest's region is in scope; the host's run opens its own.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from sepadan.ground.entry import read_day
from sepadan.ground.figures import Language
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.records.public import permitted, today
from sepadan.study.documents.blocks import Document
from sepadan.study.documents.study_csv import study_csv
from sepadan.study.documents.study_document import study_document
from sepadan.study.documents.study_html import FILES_ONLY, topics
from sepadan.study.documents.study_json import study_json
from sepadan.study.documents.study_pdf import study_pdf
from sepadan.study.facts import load_indicators
from sepadan.study.services.keeping import TYPES
from sepadan.study.services.live import known_lever, live_study
from sepadan.study.views.coming import awaited
from sepadan.territory.public import region_of_code

JSON, PDF = "studi.json", "studi.pdf"


@require_safe
def whole(request: HttpRequest, kode: str, host: str) -> HttpResponse:
    """The page; while a roll that it needs is on its way, a page that says how far that is (503)."""
    try:
        document = _document(request, kode, host)
    except Refused as refusal:
        if not (waits := awaited(refusal.problem, *(region_of_code(code) for code in (kode, host)))):
            raise
        response = render(request, "study/coming.html", {
            "coming": waits, "replay": reverse("study:replay", args=[kode, host])}, status=503)
        response["Retry-After"] = "15"
        return response
    query = request.GET.urlencode()
    end = f"?{query}" if query else ""
    files = [(name, reverse("study:file", args=[kode, host, name]) + end)
             for name in (PDF, JSON, *study_csv(document))]  # fmt: skip
    context: dict[str, Any] = {
        "d": document, "sides": (document.host, document.guest), "topics": topics(document), "skipped": FILES_ONLY,
        "files": files, "kode": kode, "host": host, "sample": document.sample, "on": document.on,
        "lever": request.GET.get("tuas", ""), "may_keep": permitted(request.user, request.region, "study.write"),  # type: ignore[attr-defined]
        "replay": reverse("study:replay", args=[kode, host]), "back": reverse("study:whole", args=[host, kode]),
    }  # fmt: skip
    return render(request, "study/whole.html", context)


@require_safe
def file(request: HttpRequest, kode: str, host: str, name: str) -> HttpResponse:
    """One file of it. 404 on a name that it does not have."""
    document = _document(request, kode, host)
    if name == JSON:
        content = study_json(document)
    elif name == PDF:
        content = study_pdf(document, lang())
    else:
        found = study_csv(document).get(name)
        if found is None:
            raise Http404
        content = found
    return download(content, f"{kode}-{host}-{document.on}-{name}", name)


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """*content* as a file called *name*; a PDF may be looked at in the browser, everything else is saved."""
    ending = kind.rsplit(".", 1)[-1]
    response = HttpResponse(content, content_type=TYPES.get(ending, "application/octet-stream"))
    response["Content-Disposition"] = f'{"inline" if ending == "pdf" else "attachment"}; filename="{name}"'
    return response


def _document(request: HttpRequest, guest: str, host: str) -> Document:
    found = live_study(guest, host, day_of(request.GET.get("pada", "")), lever=known_lever(request.GET.get("tuas", "")),
                       today=today())
    return study_document(found, load_book(), load_indicators())


def lang() -> Language:
    """The language of this request."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def day_of(text: str) -> date | None:
    """A day of an address; None for none. Raises Refused on anything else."""
    return read_day(text, "?pada=") if text else None

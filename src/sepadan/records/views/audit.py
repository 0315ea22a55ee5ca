"""The region's audit record: filtered, paged, and downloaded as CSV (the download is itself recorded)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from sepadan.ground.figures import Language, number
from sepadan.ground.sheets import CSV_TYPE, Value, csv_bytes
from sepadan.records import clock
from sepadan.records.desk import actor_of, language, needs, region_of
from sepadan.records.engine.changes import changed
from sepadan.records.forms.audit import AuditFilterForm
from sepadan.records.models import AuditEntry
from sepadan.records.queries import audit as queries
from sepadan.records.services.audit import Thing, record
from sepadan.records.shown import sentence, shown_entries, verb

PAGE = 50
HEADS = ("at", "actor", "ip", "agent", "action", "what", "object_type", "object_id", "object", "before", "after",
         "reason")


@needs("audit.read")
@require_safe
def audit(request: HttpRequest, kode: str) -> HttpResponse:
    zone, lang = clock.zone_of(region_of(request)), language()
    form = AuditFilterForm(request.GET, _offered(lang))
    pages = Paginator(queries.entries(form.wanted(), zone), PAGE)
    page = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "records/audit.html", {
        "form": form, "entries": shown_entries(page.object_list, zone, lang), "page": page,
        "first": number(page.start_index(), lang), "last": number(page.end_index(), lang),
        "total": number(pages.count, lang), "query": query.urlencode(), "region": region_of(request),
    })


@needs("audit.read")
@require_GET
def audit_csv(request: HttpRequest, kode: str) -> HttpResponse:
    """Exactly the filtered rows. Who took them away is recorded as well."""
    region, lang = region_of(request), language()
    zone = clock.zone_of(region)
    form = AuditFilterForm(request.GET, _offered(lang))
    wanted = form.wanted()
    content = csv_bytes(HEADS, _rows(queries.entries(wanted, zone).iterator(chunk_size=2_000), lang))
    asked, _ = changed({name: value for name, value in form.cleaned_data.items() if value}, {})
    record(actor_of(request), "records.audit.exported", Thing("records.auditentry", "", "jejak.csv"), now=clock.now(),
           after={"filter": asked, "bytes": len(content)})
    return HttpResponse(content, content_type=CSV_TYPE, headers={
        "Content-Disposition": f'attachment; filename="jejak-{region.code}-{clock.today(region)}.csv"'})


def _rows(entries: Iterator[AuditEntry], lang: Language) -> Iterator[list[Value]]:
    for entry in entries:
        yield [entry.at.isoformat(), entry.actor_name, entry.ip, entry.agent, entry.action,
               sentence(entry, lang), entry.object_type, entry.object_id, entry.object_label,
               _json(entry.before), _json(entry.after), entry.reason]


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _offered(lang: Language) -> dict[str, list[tuple[str, str]]]:
    """The filter's choices; actions by their sentence without the object's name."""
    offered = dict(queries.choices())
    offered["action"] = [(key, verb(key, lang)) for key, _ in offered["action"]]
    return offered


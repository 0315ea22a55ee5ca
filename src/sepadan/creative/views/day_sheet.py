"""The day sheet: one day of the centre for guards, cleaners or technicians, on a phone or on paper.

The address is day and role. Printing (a form, since it leaves a note of what the sheet said) gives a PDF; from then on
the page and the next print mark what is new, changed or gone since.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.desk import desk_page
from sepadan.creative.documents.day_sheet import COLUMNS, cell_of, print_sheet
from sepadan.creative.models import Centre
from sepadan.creative.names import SheetRole
from sepadan.creative.queries.day_sheet import SheetRow, changes_since, day_sheet, last_print, running
from sepadan.creative.services.step_rules import rules_of
from sepadan.creative.services.wishes import day_bounds
from sepadan.creative.views.calendar import read_day
from sepadan.creative.views.reading import pdf
from sepadan.creative.views.shown import date_row
from sepadan.ground.messages import message
from sepadan.records.public import actor_of, language, needs, now, permitted, person_of, region_of, zone_of
from sepadan.records.public import today as today_in

TONES = {"new": "ok", "changed": "care", "gone": "bad"}


@never_cache
@require_safe
@needs("creative.read")
def sheet(request: HttpRequest, kode: str) -> HttpResponseBase:
    """A day by floor and time, for one role."""
    region = region_of(request)
    centre = _centre(request.GET.get("pusat", ""))
    if centre is None:
        return desk_page(request, "creative/sheet.html", {"centre": None})
    today = today_in(region)
    day, role = read_day(request.GET.get("hari", ""), today), role_of(request.GET.get("peran", ""))
    rows, printed = _rows(request, centre, day, role)
    zone, lang = zone_of(region), language()
    columns = [column for column in COLUMNS[role] if column not in ("hours", "space", "activity")]
    return desk_page(request, "creative/sheet.html", {
        "centre": centre, "day": day, "today": today, "before": day - timedelta(days=1),
        "after": day + timedelta(days=1), "role": role.value, "roles": [
            (message(f"creative.sheet.role.{one.value}"), f"?hari={day}&peran={one.value}&pusat={centre.code}",
             one is role) for one in SheetRole],
        "floors": [(name, [_shown(row, columns, lang) for row in some])
                   for name, some in groupby(rows, key=lambda row: row.floor)],
        "printed": printed.printed_at.astimezone(zone) if printed else None,
        "printed_by": printed.printed_by_name if printed else "",
        "changes": sum(1 for row in rows if row.mark), "centres": list(Centre.objects.all()),
        "running": [{**date_row(one, zone), "out": bool(one.handovers.all())} for one in running(centre, now())]
        if day == today else [],
        "may": permitted(person_of(request), region, "creative.write")})


@never_cache
@require_POST
@needs("creative.write")
def print_day(request: HttpRequest, kode: str) -> HttpResponse:
    """The PDF; what it says is kept for comparison."""
    region = region_of(request)
    centre = _centre(request.POST.get("pusat", ""))
    if centre is None:
        raise Http404
    day = read_day(request.POST.get("hari", ""), today_in(region))
    role = role_of(request.POST.get("peran", ""))
    rows, _ = _rows(request, centre, day, role)
    at = now()
    content = print_sheet(centre, day, role, rows, lang=language(), actor=actor_of(request), now=at,
                          at=f"{at.astimezone(zone_of(region)):%d-%m-%Y %H.%M}")
    return pdf(content, f"lembar-harian-{role.value}-{day}.pdf")


def role_of(text: str) -> SheetRole:
    return SheetRole(text) if text in list(SheetRole) else SheetRole.GUARD


def _centre(code: str) -> Centre | None:
    return Centre.objects.filter(code=code.replace("\0", "")[:30]).first() or Centre.objects.first()


def _rows(request: HttpRequest, centre: Centre, day: date, role: SheetRole) -> tuple[list[SheetRow], Any]:
    since, until = day_bounds(day)
    printed = last_print(centre, day, role)
    rows = day_sheet(centre, since, until, role, zone_of(region_of(request)), rules_of(centre).keys)
    return changes_since(rows, printed), printed


def _shown(row: SheetRow, columns: list[str], lang: Any) -> dict[str, Any]:
    more = [(message(f"creative.sheet.column.{column}"), cell_of(row, column, lang)) for column in columns]
    return {"row": row, "hours": cell_of(row, "hours", lang).split("\n"), "activity": cell_of(row, "activity", lang),
            "more": [(label, text) for label, text in more if text],
            "mark": message(f"creative.sheet.mark.{row.mark}") if row.mark else None,
            "tone": TONES.get(row.mark, "")}

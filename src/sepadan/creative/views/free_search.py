"""Looking for a free space by time, people, equipment, kind and access; where it is taken, the nearest other times.

Every search is an address, so that it can be sent to somebody else. Each result leads to the request with its time.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.engine.opening import Span
from sepadan.creative.names import SpaceKind
from sepadan.creative.queries.calendar import floors_of
from sepadan.creative.queries.stock import free_of, items_of
from sepadan.creative.services.free_times import Asked, Found, equipment_of, search_free
from sepadan.creative.services.stock import name_of
from sepadan.creative.services.wishes import meeting_of
from sepadan.creative.views.calendar import calendar_tabs, day_of, read_day, read_time
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import message
from sepadan.records.public import now, region_of, zone_of
from sepadan.records.public import today as today_in

FURTHEST = timedelta(days=3 * 366)


@require_safe
def find(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The form, and what it finds once day and hours are given."""
    found, region = centre_open(centre), region_of(request)
    today, zone = today_in(region), zone_of(region)
    spaces = [space for _, some in floors_of(found) for space in some]
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:60]
             for name in ("hari", "dari", "sampai", "orang", "jenis", "akses")}
    things, chosen = equipment_of(spaces), request.GET.getlist("alat")
    day, since, until = read_day(given["hari"], today), read_time(given["dari"]), read_time(given["sampai"])
    wrong, results, movable = None, None, None
    if given["hari"] and day_of(given["hari"]) is None:
        wrong = message("creative.ask.not_day")
    elif since and until and until <= since:
        wrong = message("creative.booking.times")
    elif since and until and not today <= day <= today + FURTHEST:
        wrong = message("creative.booking.past")
    elif since and until:
        meeting = meeting_of(day, since, until)
        people = int(given["orang"]) if given["orang"].isdecimal() and len(given["orang"]) < 6 else None
        asked = Asked(Span(meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)), people,
                      frozenset(one for one in chosen if one in things),
                      given["jenis"] if given["jenis"] in list(SpaceKind) else "", given["akses"] == "ya")
        results = [_shown(one, asked, zone) for one in search_free(spaces, asked, now())]
        items = items_of(found)
        pieces = free_of(items, meeting.starts_at, meeting.ends_at)
        movable = [(name_of(one), pieces[one.pk], one.quantity) for one in items]
    return render(request, "creative/find.html", {
        "region": region, "centre": found, "sample": sample_of(found), "given": given, "day": day, "wrong": wrong,
        "results": results, "movable": movable, "free": sum(one["free"] for one in results or []),
        "things": [(one, one in chosen) for one in things],
        "kinds": [(kind.value, f"creative.kind.{kind.value}") for kind in SpaceKind
                  if any(space.kind == kind for space in spaces)],
        "tabs": calendar_tabs(found, "find")})


def _shown(one: Found, asked: Asked, zone: tzinfo) -> dict[str, Any]:
    times = [asked.span] if one.free else list(one.others)
    return {"space": one.space, "free": one.free, "kind": f"creative.kind.{one.space.kind}",
            "times": [_time(span.start.astimezone(zone), span.end.astimezone(zone)) for span in times]}


def _time(start: datetime, end: datetime) -> dict[str, Any]:
    return {"day": start.date(), "iso": f"{start:%Y-%m-%d}", "since": f"{start:%H:%M}", "until": f"{end:%H:%M}",
            "words": message("creative.block", since=f"{start:%H.%M}", until=f"{end:%H.%M}")}

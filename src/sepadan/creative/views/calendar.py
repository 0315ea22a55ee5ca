"""The public calendar of a centre: a day by floor, and what is free for a wish.

Everybody may look: that a space is taken and when, never by whom, until the booking's confirmation is published. A
picture and the same in words; every search is an address. Nothing here needs JavaScript.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.models import Centre
from sepadan.creative.queries.calendar import blocks, coming, floors_of, free_spaces
from sepadan.creative.services.wishes import day_bounds, days_off, meeting_of
from sepadan.creative.views.shown import frame_of, row_of, sample_of
from sepadan.ground.messages import message
from sepadan.records.public import now, region_of, zone_of
from sepadan.records.public import today as today_in


@require_safe
def centres(request: HttpRequest, kode: str) -> HttpResponseBase:
    """The region's centres; with one alone, that one."""
    found = list(Centre.objects.all())
    if len(found) == 1:
        return redirect("creative:centre", kode=kode, centre=found[0].code)
    return render(request, "creative/centres.html", {"region": region_of(request), "centres": found})


@require_safe
def centre(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """One day of every space, floor by floor; above it the question what is free."""
    found, region = centre_open(centre), region_of(request)
    today = today_in(region)
    day = read_day(request.GET.get("hari", ""), today)
    since, until = day_bounds(day)
    floors = floors_of(found)
    taken = blocks([space for _, spaces in floors for space in spaces], since, until)
    frame, zone = frame_of(found), zone_of(region)
    off = days_off([day], today).day_off(day)
    return render(request, "creative/centre.html", {
        "region": region, "centre": found, "day": day, "today": today, "before": day - timedelta(days=1),
        "after": day + timedelta(days=1), "picture": frame, "off": off, "tabs": calendar_tabs(found, "centre"),
        "floors": [(floor, [row_of(space, taken.get(space.pk, []), day, frame, zone) for space in spaces])
                   for floor, spaces in floors],
        "coming": [{"date": one, "start": one.starts_at.astimezone(zone)} for one in coming(found, now())],
        "sample": sample_of(found), "search": search(request, found, day)})


def search(request: HttpRequest, centre: Centre, day: date) -> dict[str, object]:
    """What is free between two hours for so many people, as the address asks."""
    since, until = read_time(request.GET.get("dari", "")), read_time(request.GET.get("sampai", ""))
    people = request.GET.get("orang", "")
    asked = {"since": f"{since:%H:%M}" if since else "", "until": f"{until:%H:%M}" if until else "",
             "people": people if people.isdecimal() else "", "found": None, "wrong": None}
    if since is None or until is None:
        return asked
    if until <= since:
        return asked | {"wrong": message("creative.booking.times")}
    meeting = meeting_of(day, since, until)
    return asked | {"found": free_spaces(centre, meeting.starts_at, meeting.ends_at,
                                         people=int(people) if people.isdecimal() and len(people) < 6 else None)}


def calendar_tabs(centre: Centre, current: str) -> list[tuple[str, str, bool]]:
    """The views of a centre's calendar for the row of tabs."""
    kode = centre.region.code
    return [(f"creative.tab.{name}", reverse(f"creative:{name}", args=[kode, centre.code]) + anchor, name == current)
            for name, anchor in (("centre", "#hari"), ("week", ""), ("month", ""), ("plan", ""), ("find", ""))]


def read_day(text: str, otherwise: date) -> date:
    """The day in an address; *otherwise* when there is none or it cannot be read, or lies more than a decade away."""
    found = day_of(text)
    return found if found is not None and abs((found - otherwise).days) < 4000 else otherwise


def day_of(text: str) -> date | None:
    """A day as a form sends it, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Hours and minutes as people write them: ``9.30``, ``09:30``. None when it is no time of a day."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]00)?", text.strip(), re.ASCII)
    return time(int(found[1]), int(found[2])) if found else None

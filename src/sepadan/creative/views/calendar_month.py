"""The month and the week of a centre: for everybody, by floor or space, one address each, without JavaScript.

The month shows every published meeting of a day and counts the rest; days off carry the name of the day, closures their
reason. The week shows how full each space is on each day. On a phone a month becomes a list of days.
"""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.models import Centre, Closure, Floor, Space
from sepadan.creative.queries.calendar import blocks, floors_of
from sepadan.creative.queries.calendar_month import MonthDay, MonthMeeting, month_of
from sepadan.creative.services.wishes import day_bounds, days_off
from sepadan.creative.views.calendar import calendar_tabs, read_day
from sepadan.creative.views.shown import frame_of, row_of, sample_of, week_of
from sepadan.ground.messages import message
from sepadan.records.public import region_of, zone_of
from sepadan.records.public import today as today_in

SHOWN = 3
"""Meetings of a day that stand open; the rest unfold."""
REACH_MONTHS = 120


@require_safe
def month(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """A month, whole or of one floor or space."""
    found, region = centre_open(centre), region_of(request)
    today, zone = today_in(region), zone_of(region)
    first = read_month(request.GET.get("bulan", ""), today)
    floors = floors_of(found)
    space = _chosen_space(floors, request.GET.get("ruang", ""))
    floor = None if space else chosen_floor(floors, request.GET.get("lantai", ""))
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    last = month_after(first) - timedelta(days=1)
    meetings = month_of(found, day_bounds(first)[0], day_bounds(last)[1], zone,
                        space=space.pk if space else None, floor=floor.pk if floor else None)
    off = days_off([first], today).days_off("joint")
    shut = _closures(found, first, last, space)
    chosen = f"&ruang={space.code}" if space else f"&lantai={floor.level}" if floor else ""
    return render(request, "creative/month.html", {
        "region": region, "centre": found, "sample": sample_of(found), "first": first, "floors": floors,
        "space": space, "floor": floor, "chosen": chosen,
        "month_name": message("creative.month.name", month=message(f"creative.month.{first.month}"),
                              year=str(first.year)),
        "day_address": f"{reverse('creative:centre', args=[kode, centre])}?hari=",
        "total": sum(one.count for one in meetings.values()),
        "before": month_before(first), "after": month_after(first), "this_month": today.replace(day=1),
        "tabs": calendar_tabs(found, "month"), "weekdays": [f"creative.weekday.{day}" for day in range(7)],
        "weeks": [[_day(day, first, today, meetings, off, shut) for day in week] for week in weeks]})


def _day(day: date, first: date, today: date, meetings: Mapping[date, MonthDay], off: Mapping[date, Any],
         shut: Sequence[Closure]) -> dict[str, Any] | None:
    """One square; None for a day of another month."""
    if day.month != first.month:
        return None
    found = meetings.get(day) or MonthDay()
    rest = message("creative.month.rest", taken=found.taken, held=found.held) if found.taken + found.held else None
    return {"number": str(day.day), "iso": day.isoformat(), "today": day == today,
            "open": _lines(found.published[:SHOWN]), "more": _lines(found.published[SHOWN:]),
            "more_count": len(found.published) - SHOWN, "rest": rest, "off": off.get(day),
            "weekday": f"creative.weekday.{day.weekday()}",
            "shut": next((one.reason for one in shut if one.first <= day <= one.last), "")}


def _lines(meetings: Sequence[MonthMeeting]) -> SafeString:
    """The meetings of a square, escaped. Written here: a template takes thrice the time for a thousand of them."""
    return format_html_join("", '<li><span class="at">{}</span> {}, {}</li>',
                            ((one.at, one.title, one.space) for one in meetings))


def _closures(centre: Centre, first: date, last: date, space: Space | None) -> list[Closure]:
    rows = Closure.objects.filter(centre=centre, first__lte=last, last__gte=first)
    return [one for one in rows if one.space_id is None or (space is not None and one.space_id == space.pk)]


@require_safe
def week(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """Seven days of each space: how much of each day is taken."""
    found, region = centre_open(centre), region_of(request)
    today, zone = today_in(region), zone_of(region)
    days = week_of(read_day(request.GET.get("hari", ""), today))
    every = floors_of(found)
    floor = chosen_floor(every, request.GET.get("lantai", ""))
    floors = [(one, some) for one, some in every if floor is None or one.pk == floor.pk]
    spaces = [space for _, some in floors for space in some]
    bounds = {day: day_bounds(day) for day in days}
    taken = blocks(spaces, bounds[days[0]][0], bounds[days[-1]][1])
    frame, known = frame_of(found), days_off(days, today)
    rows = [(one, [(space, [
        {"day": day, **row_of(space, [block for block in taken.get(space.pk, []) if bounds[day][0] < block.ends_at
                                      and block.starts_at < bounds[day][1]], day, frame, zone)} for day in days])
                   for space in some]) for one, some in floors]
    return render(request, "creative/week.html", {
        "region": region, "centre": found, "sample": sample_of(found), "rows": rows, "every": every, "floor": floor,
        "days": [{"day": day, "weekday": f"creative.weekday.{day.weekday()}", "today": day == today,
                  "off": known.day_off(day)} for day in days],
        "chosen": f"&lantai={floor.level}" if floor else "", "before": days[0] - timedelta(days=7),
        "after": days[0] + timedelta(days=7), "tabs": calendar_tabs(found, "week")})


def read_month(text: str, today: date) -> date:
    """The first day of the month in an address; this month when there is none or it lies too far away."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    if match:
        year, month = int(match[1]), int(match[2])
        if abs(year * 12 + month - today.year * 12 - today.month) <= REACH_MONTHS:
            return date(year, month, 1)
    return today.replace(day=1)


def month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def chosen_floor(floors: Sequence[tuple[Floor, list[Space]]], text: str) -> Floor | None:
    return next((floor for floor, _ in floors if str(floor.level) == text), None)


def _chosen_space(floors: Sequence[tuple[Floor, list[Space]]], code: str) -> Space | None:
    return next((space for _, some in floors for space in some if space.code == code), None)

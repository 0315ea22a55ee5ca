"""A floor to look at and click: every space free, taken, on hold or closed at a moment, as a picture and a table.

Each shape is a link to its space that the keyboard reaches; its state is a pattern, a word in its label and a row of
the table, never a colour alone.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.engine.floor_plan import UNIT, shapes_of
from sepadan.creative.models import Floor, Space
from sepadan.creative.queries.calendar import floors_of
from sepadan.creative.services.free_times import Standing, standings_at
from sepadan.creative.views.calendar import calendar_tabs, read_day, read_time
from sepadan.creative.views.calendar_month import chosen_floor
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import Message, message
from sepadan.records.public import now, region_of, zone_of

STATES = ("free", "taken", "held", "shut")
TONES = {"free": "ok", "taken": "bad", "held": "wait", "shut": ""}


@require_safe
def floor_plan(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """One floor at one moment; now, where the address names none."""
    found, region = centre_open(centre), region_of(request)
    zone = zone_of(region)
    local = now().astimezone(zone)
    day = read_day(request.GET.get("hari", ""), local.date())
    at = read_time(request.GET.get("jam", "")) or (time(local.hour, local.minute) if day == local.date() else time(10))
    moment = datetime.combine(day, at, zone)
    floors = floors_of(found)
    floor = chosen_floor(floors, request.GET.get("lantai", "")) or (floors[0][0] if floors else None)
    spaces = next((some for one, some in floors if floor and one.pk == floor.pk), [])
    standing = standings_at(spaces, moment)
    return render(request, "creative/floor_plan.html", {
        "region": region, "centre": found, "sample": sample_of(found), "floors": floors, "floor": floor, "day": day,
        "at": f"{at:%H:%M}", "moment": moment, "earlier": moment - timedelta(hours=1),
        "later": moment + timedelta(hours=1), "tabs": calendar_tabs(found, "plan"),
        "unsure": any("plan" in space.unsure for space in spaces),
        "states": [(state, f"creative.plan.{state}") for state in STATES],
        "picture": _picture(floor, spaces, standing, zone) if floor else None,
        "rows": [{"number": number, "space": space, "state": f"creative.plan.{standing[space.pk].state}",
                  "tone": TONES[standing[space.pk].state], "said": _said(standing[space.pk], zone)}
                 for number, space in enumerate(spaces, 1)]})


def _picture(floor: Floor, spaces: list[Space], standing: dict[int, Standing], zone: Any) -> dict[str, Any]:
    by_id = {space.pk: space for space in spaces}
    shapes = shapes_of({space.pk: space.plan for space in spaces}, {space.pk: space.name for space in spaces})
    return {"box": f"0 -6 {floor.width_m * UNIT} {floor.depth_m * UNIT + 6}", "width": str(floor.width_m * UNIT),
            "height": str(floor.depth_m * UNIT), "shapes": [
        {"shape": shape, "space": by_id[shape.key], "state": standing[shape.key].state,
         "label": message("creative.plan.label", number=str(shape.number), space=by_id[shape.key].name,
                          state=message(f"creative.plan.{standing[shape.key].state}"),
                          more=_said(standing[shape.key], zone) or message("creative.plan.nothing"))}
        for shape in shapes]}


def _said(standing: Standing, zone: Any) -> Message | None:
    """What is told beside the state: until when, for what, or why it is closed."""
    if standing.why is not None:
        return standing.why
    if standing.until is None:
        return None
    until = f"{standing.until.astimezone(zone):%H.%M}"
    if standing.title:
        return message("creative.plan.until_for", until=until, title=standing.title)
    return message("creative.plan.until", until=until)

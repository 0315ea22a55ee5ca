"""The desk of an event's doors: doors and phones, who came, what needs somebody, letting people in by name."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sepadan.creative.access_doors import device_in, door_in, event_with_doors, scan_in
from sepadan.creative.desk import desk_page
from sepadan.creative.models import Event
from sepadan.creative.queries.doors import (
    attendance_of,
    by_seat,
    devices_of,
    doors_of,
    flagged_of,
    last_scan_of,
    live_of,
    readings_of,
    seats_like,
    seats_of,
    sessions_for,
)
from sepadan.creative.services.door_devices import CODE_GOOD, close_door, invite_device, open_door, revoke_device
from sepadan.creative.services.doors import check_in_at_desk, note_scan
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import actor_of, grouped, language, needs, now, permitted, person_of, region_of, zone_of

MOST_FLAGGED = 200


@never_cache
@require_safe
@needs("creative.read")
def doors(request: HttpRequest, kode: str, event_id: int) -> HttpResponse:
    """Everything about the doors of one event."""
    return page_of(request, event_with_doors(request.user, region_of(request), event_id))


def page_of(request: HttpRequest, event: Event, *, refusal: Problem | None = None, code: str = "",
            status: int = 200) -> HttpResponse:
    region, zone = region_of(request), zone_of(region_of(request))
    known, seats, readings = doors_of(event), seats_of(event), readings_of(event)
    found = attendance_of(event, seats=seats, readings=readings)
    flagged = flagged_of(event, found, readings, known)
    asked = request.GET.get("cari", "").replace("\0", "")[:80]
    per_session: dict[int, int] = {}
    for attended in by_seat(found, seats).values():
        for number in attended:
            per_session[number] = per_session.get(number, 0) + 1
    return desk_page(request, "creative/doors_desk.html", {
        "region": region, "event": event, "title": event.title_in(language()), "refusal": refusal,
        "code": grouped(code) if code else "", "minutes": int(CODE_GOOD.total_seconds() // 60),
        "door_page": request.build_absolute_uri(reverse("creative:door", args=[region.code])),
        "doors": [{"door": one, "devices": [_device(row, zone) for row in devices_of(event) if row.door_id == one.pk
                                            and row.kind == "phone"]} for one in known],
        "open_doors": [one for one in known if one.closed_at is None], "live": live_context(event, found, known, zone),
        "flagged": [_flag(one, seats, zone) for one in flagged[:MOST_FLAGGED]],
        "to_look_at": sum(not one.notes for one in flagged),
        "sessions": [{"day": one.starts_at.astimezone(zone).date(), "number": one.number, "counts": one.counts,
                      "hours": f"{one.starts_at.astimezone(zone):%H.%M}–{one.ends_at.astimezone(zone):%H.%M}",
                      "came": per_session.get(one.number, 0)} for one in sessions_for(event)],
        "seats": len({one.key for one in seats.values() if one.valid}), "asked": asked,
        "hits": [{"seat": one, "code": grouped(one.code), "key": secrets.token_hex(16)}
                 for one in seats_like(seats, asked)], "poll": bool(known),
        "may": permitted(person_of(request), region, "creative.write")}, status=status)


def live_context(event: Event, found: Any, known: list[Any], zone: Any) -> dict[str, Any]:
    live, latest = live_of(found, known, now()), last_scan_of(event)
    return {"live": live, "day": live.occasion.day, "rows": list(live.by_door.items()),
            "latest": latest.astimezone(zone) if latest else None}


@never_cache
@require_safe
@needs("creative.read")
def live(request: HttpRequest, kode: str, event_id: int) -> HttpResponse:
    """The counts alone, for a page that asks again."""
    event = event_with_doors(request.user, region_of(request), event_id)
    return render(request, "creative/doors_live.html", {
        "region": region_of(request), "event": event, "poll": True,
        "live": live_context(event, attendance_of(event), doors_of(event), zone_of(region_of(request)))})


def _device(row: Any, zone: Any) -> dict[str, Any]:
    state = "revoked" if row.revoked_at else "working" if row.enrolled_at else "invited" \
        if row.code_until and row.code_until >= now() else "lapsed"
    tone = {"revoked": "bad", "working": "ok", "invited": "care", "lapsed": "wait"}[state]
    return {"device": row, "state": message(f"creative.device.{state}"), "tone": tone,
            "seen": row.seen_at.astimezone(zone) if row.seen_at else None, "live": row.revoked_at is None,
            "skew": row.skew_seconds if row.skew_seconds and abs(row.skew_seconds) > 30 else 0}


def _flag(one: Any, seats: dict[str, Any], zone: Any) -> dict[str, Any]:
    reading = one.shown.reading
    how, _, code = reading.ticket.rpartition(":")
    seat = seats.get(reading.ticket)
    tone = {"revoked": "bad", "unknown": "bad", "double": "care"}.get(one.why, "wait")
    return {"scan": one.scan, "at": reading.at.astimezone(zone), "code": code, "door": one.door, "notes": one.notes,
            "why": message(f"creative.flag.{how or one.why}"), "tone": tone, "name": seat.name if seat else "",
            "number": seat.number if seat else ""}


@never_cache
@require_POST
@needs("creative.write")
def act(request: HttpRequest, kode: str, event_id: int) -> HttpResponseBase:
    """Do what the button says. The code of an invited phone is shown once, on the page that answers."""
    event = event_with_doors(request.user, region_of(request), event_id, action="creative.write")
    name = request.POST.get("act", "")
    acts = _acts(request, event)
    if name not in acts:
        raise Http404
    try:
        with transaction.atomic():
            made = acts[name]()
    except Refused as refused:
        return page_of(request, event, refusal=refused.problem, status=409)
    if name == "invite":
        return page_of(request, event, code=made[1])
    messages.success(request, words(f"creative.doors.did.{name}", language()))
    return redirect("creative:doors_desk", kode=kode, event_id=event.pk)


def _acts(request: HttpRequest, event: Event) -> dict[str, Callable[[], Any]]:
    how: dict[str, Any] = {"actor": actor_of(request), "now": now()}
    text = {name: request.POST.get(name, "").replace("\0", "")[:300]
            for name in ("name", "note", "ticket", "key", "way")}

    def number(name: str) -> int:
        given = request.POST.get(name, "")
        return int(given) if given.isdecimal() and len(given) < 19 else 0

    def enter() -> object:
        seat = seats_of(event).get(text["ticket"])
        if seat is None or not seat.valid:
            raise Http404
        return check_in_at_desk(door_in(event, number("door")), seat, text["way"], key=text["key"],
                                note=text["note"], **how)

    return {
        "open": lambda: open_door(event, text["name"], names=request.POST.get("names") == "yes", **how),
        "close": lambda: close_door(door_in(event, number("door")), **how),
        "invite": lambda: invite_device(door_in(event, number("door")), text["name"], **how),
        "revoke": lambda: revoke_device(device_in(event, number("device")), reason=text["note"], **how),
        "note": lambda: note_scan(scan_in(event, number("scan")), text["note"], **how), "enter": enter}

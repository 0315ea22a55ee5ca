"""What the public sees of events: a month of them, one event, and the same as data, calendar file and picture.

Everybody may look; nothing here needs JavaScript, and no visitor is named. An event that was cancelled stays, says so,
and its calendar entry says STATUS:CANCELLED. The page describes itself to search engines in microdata and links the
same as JSON-LD (schema.org), since the security policy of the site allows no script in a page.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.event_names import EventKind, EventState, Registering
from sepadan.creative.models import Centre, Event
from sepadan.creative.queries.ecosystem import helix_of, sector_words, subsector_words, subsectors
from sepadan.creative.queries.events import Asked, public_event, public_events, public_roles, sessions_of
from sepadan.creative.services.event_files import event_data, events_calendar
from sepadan.creative.services.registrations import check_open
from sepadan.creative.services.seats import free_seats
from sepadan.creative.services.wishes import day_bounds
from sepadan.creative.views.event_shown import (
    card,
    price_words,
    roles_by_kind,
    session_row,
    state_chip,
    text_in,
    window_words,
)
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import content_of, language, now, region_of, zone_of
from sepadan.records.public import today as today_in

MOST = 200
CALENDAR_DAYS = (31, 366)


@require_safe
def events(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The events of one month; searching looks at a year from that month on."""
    found, region = centre_open(centre), region_of(request)
    first = read_month(request.GET.get("bulan", ""), today_in(region))
    asked = Asked(words=str(request.GET.get("cari", "")).replace("\0", "").strip()[:80],
                  subsector=request.GET.get("subsektor", "") if request.GET.get("subsektor") in subsectors() else "",
                  sector=request.GET.get("sektor", "") if request.GET.get("sektor") in helix_of(found) else "",
                  kind=request.GET.get("jenis", "") if request.GET.get("jenis") in list(EventKind) else "")
    searching = asked != Asked()
    last = month_after(first, 12) if searching else month_after(first)
    zone = zone_of(region)
    rows = list(public_events(found, day_bounds(first)[0], day_bounds(last)[0], asked)[:MOST + 1])
    cards = [card(one, zone) for one in rows[:MOST]]
    return render(request, "creative/events.html", {
        "region": region, "centre": found, "cards": cards, "more": len(rows) > MOST, "month": first,
        "before": month_before(first), "after": month_after(first), "asked": asked, "searching": searching,
        "kinds": [(one.value, message(f"creative.event_kind.{one.value}")) for one in EventKind],
        "subsectors": [(one, subsector_words(one)) for one in subsectors()],
        "sectors": [(one, sector_words(one)) for one in helix_of(found)], "sample": sample_of(found)})


@require_safe
def event(request: HttpRequest, kode: str, centre: str, event: str) -> HttpResponse:
    """One event with everything a visitor needs to decide."""
    found, region = public_of(centre, event), region_of(request)
    zone, sessions = zone_of(region), sessions_of(found)
    left = free_seats(found, found.taken)  # type: ignore[attr-defined]
    closed = closed_because(found)
    rows = [session_row(one, zone) for one in sessions]
    spaces = list({one["space"].pk: one["space"] for one in rows if one["space"] is not None}.values())
    return render(request, "creative/event.html", {
        "region": region, "centre": found.centre, "found": found, "title": found.title_in(language()),
        "about": text_in(found.about), "access": text_in(found.access_note), "sessions": rows, "spaces": spaces,
        "chip": state_chip(found, left), "left": left, "price": price_words(found),
        "price_note": text_in(found.price_note), "roles": roles_by_kind(public_roles(found)),
        "kind": message(f"creative.event_kind.{found.kind}"), "alt": text_in(found.picture_alt),
        "subsector": subsector_words(found.subsector) if found.subsector else "",
        "sector": sector_words(found.sector) if found.sector else "", "window": window_words(found, zone),
        "registers": found.registration != Registering.NONE, "approval": found.registration == Registering.APPROVAL,
        "can": closed is None, "closed": closed, "cancelled": found.state == EventState.CANCELLED,
        "share": found.share_needed, "next": next((one for one in rows if one["on"] and one["end"] > now()), None),
        "address": request.build_absolute_uri(request.path), "sample": sample_of(found.centre)})


def closed_because(found: Event, *, desk: bool = False) -> Problem | None:
    """Why nobody can register at this moment; None when one can. The desk still can after the closing."""
    try:
        check_open(found, now(), by_desk=desk)
    except Refused as refused:
        return refused.problem
    return None


@cache_control(max_age=300)
@require_safe
def data(request: HttpRequest, kode: str, centre: str, event: str) -> HttpResponse:
    """The event as schema.org describes one (JSON-LD)."""
    found = public_of(centre, event)
    page = request.build_absolute_uri(reverse("creative:event", args=[kode, centre, event]))
    picture = request.build_absolute_uri(reverse("creative:event_picture", args=[kode, centre, event]))
    content = event_data(found, page=page, picture=picture if found.picture_id else "", language=language())
    return HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/ld+json")


@require_safe
def event_calendar(request: HttpRequest, kode: str, centre: str, event: str) -> HttpResponse:
    """The sessions of one event for any calendar program."""
    found = public_of(centre, event)
    return _calendar(request, found.centre, [found], f"{found.code}.ics")


@require_safe
def calendar(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """All events from a month ago to a year ahead, to subscribe to."""
    found = centre_open(centre)
    at = now()
    rows = public_events(found, at - timedelta(days=CALENDAR_DAYS[0]), at + timedelta(days=CALENDAR_DAYS[1]), Asked())
    return _calendar(request, found, list(rows[:1_000]), f"{found.code}-acara.ics")


def _calendar(request: HttpRequest, centre: Centre, found: list[Event], name: str) -> HttpResponse:
    lang = language()
    pages = {one.pk: request.build_absolute_uri(reverse("creative:event", args=[
        region_of(request).code, centre.code, one.code])) for one in found}
    content, tag = events_calendar(centre, found, pages, lang)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers={
        "ETag": tag, "Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "public, max-age=900"})


@cache_control(max_age=3600)
@require_safe
def picture(request: HttpRequest, kode: str, centre: str, event: str) -> HttpResponse:
    """The picture of a public event, as it was cleaned when it was stored."""
    found = public_of(centre, event)
    if found.picture is None:
        raise Http404
    return HttpResponse(content_of(found.picture), content_type=found.picture.media_type,
                        headers={"X-Content-Type-Options": "nosniff"})


def public_of(centre: str, code: str) -> Event:
    """A public event of a centre of the region in scope. Raises Http404."""
    found = public_event(centre_open(centre), code)
    if found is None:
        raise Http404
    return found


def read_month(text: str, otherwise: date) -> date:
    """The first day of the month in an address; of *otherwise* when none can be read or it lies decades away."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
    if found and abs(int(found[1]) - otherwise.year) <= 20 and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return otherwise.replace(day=1)


def month_after(first: date, months: int = 1) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def month_before(first: date) -> date:
    return month_after(first, -1)


def moment_of(text: str, zone: Any) -> datetime | None:
    """A local moment as ``datetime-local`` sends it; None when it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=zone) if found.tzinfo is None else found

"""One space: what it is, how it may be arranged, what is in it, its hours and why it is closed, when it is free, whose.

What is not known is said to be unknown. Hours stand for the next two weeks as they hold on each day, with the reason
where a day is closed or shorter; owners with their days, so that it is seen who answered for the space at any time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.engine.opening import Schedule, open_spans, shut_parts
from sepadan.creative.models import Space
from sepadan.creative.queries.calendar import blocks
from sepadan.creative.services.free_times import next_free
from sepadan.creative.services.open_times import schedule_of
from sepadan.creative.services.tariffs import law_of
from sepadan.creative.services.wishes import day_bounds, days_off
from sepadan.creative.views.calendar import read_day
from sepadan.creative.views.money_shown import tariff_on
from sepadan.creative.views.shown import facts_of, frame_of, row_of, sample_of, week_of
from sepadan.ground.messages import message
from sepadan.records.public import language, now, region_of, zone_of
from sepadan.records.public import today as today_in

SHOWN_DAYS, LENGTH = 14, timedelta(hours=2)


@require_safe
def space(request: HttpRequest, kode: str, centre: str, space: str) -> HttpResponse:
    """A space: what is known of it, its week, its hours, when it is free next."""
    found, region = centre_open(centre), region_of(request)
    one = Space.objects.select_related("floor").filter(floor__centre=found, code=space).first()
    if one is None:
        raise Http404
    today, zone, moment = today_in(region), zone_of(region), now()
    day = read_day(request.GET.get("hari", ""), today)
    week, frame = week_of(day), frame_of(found)
    taken = blocks([one], day_bounds(week[0])[0], day_bounds(week[-1])[1]).get(one.pk, [])
    days = [(each, row_of(one, [block for block in taken if day_bounds(each)[0] < block.ends_at
                                and block.starts_at < day_bounds(each)[1]], each, frame, zone)) for each in week]
    schedule = schedule_of(one)
    return render(request, "creative/space.html", {
        "region": region, "centre": found, "space": one, "facts": facts_of(one), "days": days, "picture": frame,
        "before": week[0] - timedelta(days=7), "after": week[0] + timedelta(days=7), "sample": sample_of(found),
        "layouts": [(message(f"creative.layout.{name}"), seats) for name, seats in sorted(
            one.layouts.items(), key=lambda row: -row[1])],
        "access": f"creative.access.{'yes' if one.step_free else 'unknown' if one.step_free is None else 'no'}",
        "hours": [_hours(schedule, today + timedelta(days=number), today) for number in range(SHOWN_DAYS)]
        if schedule.hours else [], "free": [_free(span.start.astimezone(zone), span.end.astimezone(zone))
                                            for span in next_free(one, moment, LENGTH)],
        "tariff": tariff_on(law_of(found), one.tariff, today) if one.tariff else None,
        "owners": [{"name": row.department, "since": row.during.lower, "until": row.during.upper, "decree": row.decree,
                    "now": _holds(row.during, today)} for row in one.owners.order_by("-during")],
        "photos": [(row, row.alt.get(language(), "")) for row in one.photos.filter(ended_at__isnull=True)],
        "feed": reverse("creative:space_feed", args=[region.code, found.code, one.code])})


def _hours(schedule: Schedule, day: date, today: date) -> dict[str, Any]:
    """The open hours of one day in words, and why it is closed or shorter."""
    spans = open_spans(schedule, day, day)
    return {"day": day, "weekday": f"creative.weekday.{day.weekday()}", "off": days_off([day], today).day_off(day),
            "spans": [message("creative.block", since=f"{span.start:%H.%M}", until=_end(span.end, day))
                      for span in spans], "why": [part.reason for part in shut_parts(schedule, day)]}


def _end(end: datetime, day: date) -> str:
    return "24.00" if end.date() > day else f"{end:%H.%M}"


def _free(start: datetime, end: datetime) -> dict[str, Any]:
    return {"day": start.date(), "weekday": f"creative.weekday.{start.weekday()}", "iso": f"{start:%Y-%m-%d}",
            "since": f"{start:%H:%M}", "until": f"{end:%H:%M}",
            "words": message("creative.block", since=f"{start:%H.%M}", until=f"{end:%H.%M}")}


def _holds(during: Any, day: date) -> bool:
    return (during.lower is None or during.lower <= day) and (during.upper is None or day < during.upper)

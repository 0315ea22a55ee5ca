"""The creative centre's part of the public HTTP API: its calendar as JSON. Reading only, without a key.

It says what the public pages and feeds say: what is held or confirmed in each space and when; title and organiser only
of what is published. At most ``MOST_DAYS`` days at once; the answer carries a mark (``ETag``). No personal data.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import Router

from sepadan.creative import api_measures
from sepadan.creative.access import centre_open
from sepadan.creative.models import BookingDate, Centre
from sepadan.creative.names import BLOCKING
from sepadan.creative.queries.calendar import floors_of
from sepadan.creative.queries.feed_entries import uid_of
from sepadan.creative.services.wishes import day_bounds
from sepadan.ground.entry import as_day
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region, region_scope, today, zone_of
from sepadan.territory.public import region_of_code

FORMAT, MOST_DAYS, FAR = "sepadan-calendar/1", 62, 3_660
PARAMETERS = ("first", "last", "space")
router = Router()
router.add_router("", api_measures.router)


@router.get("/v1/{kode}/creative/{centre}/calendar", summary="A creative centre's spaces, and when each is taken")
def centre_calendar(request: HttpRequest, kode: str, centre: str, first: str = "", last: str = "", space: str = ""
                    ) -> HttpResponseBase:
    odd = sorted(set(request.GET) - set(PARAMETERS))
    if odd:
        raise refuse("creative.api.parameter", where=f"?{odd[0]}=", remedy="creative.api.parameter.remedy",
                     known=", ".join(f"?{name}=" for name in PARAMETERS))
    with region_scope(region_of_code(kode, where=kode)) as region:
        start = _day("first", first, today(region))
        end = _day("last", last, start + timedelta(days=30))
        if not start <= end <= start + timedelta(days=MOST_DAYS - 1):
            raise refuse("creative.api.days", where="?last=", remedy="creative.api.days.remedy", most=MOST_DAYS)
        body = json.dumps(_content(centre_open(centre), start, end, space), ensure_ascii=False, indent=1).encode()
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=mark) or HttpResponse(
        body + b"\n", content_type="application/json; charset=utf-8")
    answer["ETag"] = mark
    answer["Cache-Control"] = "public, max-age=300"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _content(centre: Centre, first: date, last: date, code: str) -> dict[str, Any]:
    zone = zone_of(current_region())
    floors = floors_of(centre)
    spaces = [space for _, some in floors for space in some if code in ("", space.code)]
    if not spaces:
        raise refuse("creative.booking.no_space", where="?space=")
    rows = BookingDate.objects.filter(
        space__in=spaces, state__in=BLOCKING, starts_at__gte=day_bounds(first)[0],
        starts_at__lt=day_bounds(last)[1]).select_related("booking", "space").order_by("starts_at", "id")
    return {
        "format": FORMAT, "centre": {"code": centre.code, "name": centre.name, "synthetic": centre.synthetic},
        "zone": str(zone), "first": first.isoformat(), "last": last.isoformat(),
        "spaces": [{"code": space.code, "name": space.name, "floor": floor.name, "kind": space.kind,
                    "seats": space.seats, "step_free": space.step_free}
                   for floor, some in floors for space in some if space in spaces],
        "meetings": [{
            "uid": uid_of(one.booking, current_region().code), "ordinal": one.ordinal, "space": one.space.code,
            "starts_at": one.starts_at.astimezone(zone).isoformat(),
            "ends_at": one.ends_at.astimezone(zone).isoformat(), "state": one.state, "sequence": one.booking.version,
            "title": one.booking.title if one.booking.published_at else None,
            "organiser": one.booking.organiser if one.booking.published_at else None} for one in rows]}


def _day(name: str, text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        day = as_day(text)
    except ValueError as error:
        raise refuse("creative.api.day", where=f"?{name}=", remedy="creative.api.day.remedy") from error
    if abs((day - otherwise).days) > FAR:
        raise refuse("creative.api.day", where=f"?{name}=", remedy="creative.api.day.remedy")
    return day

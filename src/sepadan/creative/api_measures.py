"""A centre's months over the public HTTP API: closed months with their stored numbers, or one month as known on a day.

The same numbers as the public pages, exact: minutes, counts, whole rupiah, shares as pairs of whole numbers. Missing is
null. Reasons written by the desk and every row stay in the region.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import Router

from sepadan.creative.access import centre_open
from sepadan.creative.engine.months import fingerprint, numbers_of, open_numbers
from sepadan.creative.models import Centre, MonthClose
from sepadan.creative.queries.known import Knowledge
from sepadan.creative.queries.measures import facts_of
from sepadan.creative.services.months import end_of, last_settled_day
from sepadan.ground.entry import as_day
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region, now, region_scope, zone_of
from sepadan.territory.public import region_of_code

FORMAT = "sepadan-centre-months/1"
PARAMETERS = ("month", "as_of")
router = Router()


@router.get("/v1/{kode}/creative/{centre}/months", summary="A centre's closed months, or one as known on a day")
def centre_months(request: HttpRequest, kode: str, centre: str, month: str = "", as_of: str = "") -> HttpResponseBase:
    odd = sorted(set(request.GET) - set(PARAMETERS))
    if odd:
        raise refuse("creative.api.parameter", where=f"?{odd[0]}=", remedy="creative.api.parameter.remedy",
                     known=", ".join(f"?{name}=" for name in PARAMETERS))
    with region_scope(region_of_code(kode, where=kode)):
        found = centre_open(centre)
        content = _one(found, month, as_of) if month or as_of else _closed(found)
    head = {"format": FORMAT, "centre": {"code": found.code, "name": found.name, "synthetic": found.synthetic}}
    body = json.dumps({**head, **content}, ensure_ascii=False, indent=1).encode()
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=mark) or HttpResponse(
        body + b"\n", content_type="application/json; charset=utf-8")
    answer["ETag"] = mark
    answer["Cache-Control"] = "public, no-cache"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _closed(centre: Centre) -> dict[str, Any]:
    """Every closed month; of those opened again when and why."""
    zone = zone_of(current_region())
    rows = [one for one in MonthClose.objects.filter(centre=centre).order_by("month", "ordinal") if one.closed_at]
    return {"months": [{
        "month": f"{one.month:%Y-%m}", "closing": one.ordinal, "as_of": one.as_of.astimezone(zone).isoformat(),
        "closed_at": one.closed_at.astimezone(zone).isoformat() if one.closed_at else None,
        "opened_at": one.opened_at.astimezone(zone).isoformat() if one.opened_at else None, "reason": one.reason,
        "rows": one.rows, "fingerprint": one.fingerprint, "numbers": open_numbers(one.numbers)} for one in rows]}


def _one(centre: Centre, month: str, as_of: str) -> dict[str, Any]:
    """One month at the end of a day that is over (the last one without ``as_of``). Raises Refused."""
    zone = zone_of(current_region())
    over = last_settled_day(now(), zone)
    day = _day("as_of", as_of, over)
    first = _day("month", f"{month}-01" if month else "", over)
    if not date(2000, 1, 1) <= day <= over:
        raise refuse("creative.measures.per", where="?as_of=", remedy="creative.measures.per.remedy", last=over)
    (facts,) = facts_of(centre, first, first, Knowledge(end_of(day, zone)))
    return {"as_of": day.isoformat(), "fingerprint": fingerprint(facts), "numbers": open_numbers(numbers_of(facts))}


def _day(name: str, text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        day = as_day(text)
    except ValueError as error:
        raise refuse("creative.api.day", where=f"?{name}=", remedy="creative.api.day.remedy") from error
    if not 2000 <= day.year <= 2100:
        raise refuse("creative.api.day", where=f"?{name}=", remedy="creative.api.day.remedy")
    return day

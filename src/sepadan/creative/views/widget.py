"""The programme of a centre as a part that other sites show in a frame: the next published activities, and links.

The one page of the site that may be framed, and only under https: ``project/headers.py`` names it and gives it a policy
of its own, stricter in all else: no script, no form, nothing from elsewhere. It knows no visitor: no session, no
cookie, no personal data. Links open outside the frame.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from sepadan.creative.access import centre_open
from sepadan.creative.models import Space
from sepadan.creative.queries.calendar import coming
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import message
from sepadan.records.public import now, region_of, zone_of

DAYS, MOST = 30, 12


@xframe_options_exempt
@require_safe
def widget(request: HttpRequest, kode: str, centre: str) -> HttpResponse:
    """The next activities of a centre, or with ``?ruang=`` of one space."""
    found, region = centre_open(centre), region_of(request)
    zone, code = zone_of(region), request.GET.get("ruang", "")[:40]
    space = Space.objects.filter(floor__centre=found, code=code).first() if code else None
    rows = []
    for one in coming(found, now(), days=DAYS, most=MOST, space=space):
        start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
        rows.append({"date": one, "day": start.date(), "iso": f"{start:%Y-%m-%d}", "moment": start,
                     "hours": message("creative.block", since=f"{start:%H.%M}", until=f"{end:%H.%M}")})
    answer = render(request, "creative/widget.html", {
        "region": region, "centre": found, "space": space, "rows": rows, "sample": sample_of(found), "days": DAYS})
    answer["Cache-Control"] = "public, max-age=300"
    return answer

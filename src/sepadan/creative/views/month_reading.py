"""What the address of a page of measures asks for: a month, and as known at the end of which day.

A day counts as known once it is over and nothing can be written with a moment in it any more; until then a page can
only say what is known now. ``?per=2026-11-23`` asks for what was known at the end of that day; the same address says
the same for ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.http import Http404, HttpRequest

from sepadan.creative.models import Centre, Floor, MonthClose, Space
from sepadan.creative.queries.known import Knowledge
from sepadan.creative.services.months import end_of, last_settled_day
from sepadan.ground.problems import refuse
from sepadan.records.public import now, region_of, today, zone_of

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Asked:
    """``per``: the day whose end counts; None: what is known now (``known.at``)."""

    centre: Centre
    month: date
    per: date | None
    known: Knowledge
    zone: tzinfo

    @property
    def query(self) -> str:
        return f"?per={self.per.isoformat()}" if self.per else ""

    @property
    def shown_at(self) -> datetime:
        """The moment of knowledge, local."""
        return self.known.at.astimezone(self.zone)


def month_of(text: str) -> date | None:
    """``2026-10`` as its first day; None for anything else."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return date(int(found[1]), int(found[2]), 1)


def asked_of(request: HttpRequest, centre: Centre, month: str = "", *, settled: bool = False) -> Asked:
    """What the address asks. *settled*: without ``?per=`` the last day that is over counts, not this moment.

    Raises Http404 on what is no month, Refused on a day that is no day or not over.
    """
    region = region_of(request)
    zone = zone_of(region)
    first = month_of(month) if month else whole_month_before(today(region))
    if first is None:
        raise Http404
    over = last_settled_day(now(), zone)
    text = request.GET.get("per", "")
    if not text and not settled:
        return Asked(centre, first, None, Knowledge(now()), zone)
    per = over
    if text:
        try:
            per = date.fromisoformat(text)
        except ValueError:
            per = date.max
        if not date(FIRST_YEAR, 1, 1) <= per <= over:
            raise refuse("creative.measures.per", where=f"?per={text[:20]}", remedy="creative.measures.per.remedy",
                         last=over)
    return Asked(centre, first, per, Knowledge(end_of(per, zone)), zone)


def whole_month_before(day: date) -> date:
    """The first day of the last month that is over."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def names_of(centre: Centre) -> dict[str, str]:
    """What spaces and floors are called, by what numbers are kept under."""
    found = {f"space:{code}": name for code, name in Space.objects.filter(floor__centre=centre).values_list(
        "code", "name")}
    return found | {f"floor:{level}": name for level, name in Floor.objects.filter(centre=centre).values_list(
        "level", "name")}


def closings_of(centre: Centre) -> dict[date, MonthClose]:
    """The closing that stands of each month: prepared or closed."""
    return {one.month: one for one in MonthClose.objects.filter(centre=centre, opened_at__isnull=True)}

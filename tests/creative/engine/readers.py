"""Two independent readers of calendar files: ``icalendar`` with ``dateutil``, and ``ical``."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rruleset, rrulestr
from ical.calendar_stream import IcsCalendarStream

WIB = ZoneInfo("Asia/Jakarta")


def held(found):
    """(uid, start, end) of what is not cancelled, in UTC and in order."""
    return sorted((uid, start.astimezone(UTC), end.astimezone(UTC)) for uid, start, end, gone in found if not gone)


def by_icalendar(content):
    """Read by ``icalendar``, its rules expanded by ``dateutil``."""
    events = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    moved = {(str(one["UID"]), one["RECURRENCE-ID"].dt): one for one in events if "RECURRENCE-ID" in one}
    found = []
    for one in (one for one in events if "RECURRENCE-ID" not in one):
        start, length = one["DTSTART"].dt, one["DTEND"].dt - one["DTSTART"].dt
        starts = [start]
        if "RRULE" in one:
            dates = rruleset()
            dates.rrule(rrulestr(one["RRULE"].to_ical().decode(), dtstart=start))
            exdates = one.get("EXDATE", [])
            for each in exdates if isinstance(exdates, list) else [exdates]:
                for gone in each.dts:
                    dates.exdate(gone.dt)
            starts = list(dates)
        for at in starts:
            now = moved.get((str(one["UID"]), at))
            status = str((now or one)["STATUS"])
            found.append((str(one["UID"]), now["DTSTART"].dt if now else at, now["DTEND"].dt if now else at + length,
                          status == "CANCELLED"))
    return held(found)


def by_ical(content):
    """Read and expanded by ``ical``, which applies moved dates itself."""
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    return held((one.uid, one.dtstart, one.dtend, str(one.status.value) == "CANCELLED") for one in calendar.timeline_tz(
        WIB))

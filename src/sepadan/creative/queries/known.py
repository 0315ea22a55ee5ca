"""What was known of bookings, dates and settings at a moment, read from the histories that the database keeps.

A ``Knowledge`` is a moment and, for a closed month, the last row of each history that it rests on. The state of a thing
is the last row of it within both. Settings are written with the moment of their transaction; before the centre was set
up, what it was set up with is taken. Two queries whatever the number of bookings, all of the region in scope.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from sepadan.creative.models import BookingPast, Centre, DatePast, SettingPast
from sepadan.records.public import current_region

LONGEST = timedelta(days=15)
"""No date is longer (``services/bookings.py``), so that one that reaches into a month begins so many days before it."""
END = 2**62


@dataclass(frozen=True, slots=True)
class Marks:
    """The last row of each history, by id."""

    booking: int = END
    date: int = END
    setting: int = END


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What was known at ``at`` (of the rows up to ``marks``)."""

    at: datetime
    marks: Marks = Marks()


@dataclass(frozen=True, slots=True)
class KnownDate:
    id: int
    booking: int
    space: int
    starts_at: datetime
    ends_at: datetime
    state: str
    setup_minutes: int = 0
    cleardown_minutes: int = 0


@dataclass(frozen=True, slots=True)
class KnownBooking:
    id: int
    number: str
    organiser: str
    received_at: datetime
    intake: str
    state: str
    organiser_kind: str
    purpose: str
    subsector: str
    people: int | None
    nature: Mapping[str, Any]
    decided_at: datetime | None
    reason: str


_DATES = """
    SELECT DISTINCT ON (d.date_id) d.date_id, d.booking_id, d.space_id, d.starts_at, d.ends_at, d.state,
           d.setup_minutes, d.cleardown_minutes
    FROM creative_datepast d
    JOIN creative_booking b ON b.region_id = d.region_id AND b.id = d.booking_id AND b.centre_id = %(centre)s
    WHERE d.region_id = %(region)s AND d.at <= %(at)s AND d.id <= %(mark)s AND d.date_id IN (
        SELECT date_id FROM creative_datepast
        WHERE region_id = %(region)s AND starts_at >= %(since)s AND starts_at < %(until)s)
    ORDER BY d.date_id, d.id DESC
"""
_BOOKINGS = """
    SELECT DISTINCT ON (b.id) b.id, b.number, b.organiser, b.received_at, b.intake, p.state, p.organiser_kind,
           p.purpose, p.subsector, p.people, p.nature, p.decided_at, p.reason
    FROM creative_booking b JOIN creative_bookingpast p ON p.region_id = b.region_id AND p.booking_id = b.id
    WHERE b.region_id = %(region)s AND b.centre_id = %(centre)s AND p.at <= %(at)s AND p.id <= %(mark)s
      AND (b.received_at >= %(since)s AND b.received_at < %(until)s OR b.id = ANY(%(ids)s))
    ORDER BY b.id, p.id DESC
"""
_FIRST = """
    SELECT b.organiser, min(l.starts_at)
    FROM (SELECT DISTINCT ON (date_id) booking_id, starts_at, state FROM creative_datepast
          WHERE region_id = %(region)s AND at <= %(at)s AND id <= %(mark)s ORDER BY date_id, id DESC) AS l
    JOIN creative_booking b ON b.region_id = %(region)s AND b.id = l.booking_id AND b.centre_id = %(centre)s
    WHERE l.state = 'confirmed' GROUP BY b.organiser
"""


def marks_now() -> Marks:
    """The last rows there are. Exact only while nobody can write (``services/months.py`` holds the units)."""
    last = [model.objects.aggregate(last=Max("id"))["last"] or 0 for model in (BookingPast, DatePast, SettingPast)]
    return Marks(*last)


def known_dates(centre: Centre, since: datetime, until: datetime, known: Knowledge) -> list[KnownDate]:
    """Dates that lie, wholly or in part, between *since* and *until* (excluded), as they were known."""
    rows = _ask(_DATES, centre, known, known.marks.date, since=since - LONGEST, until=until)
    found = [KnownDate(*row) for row in rows]
    return [one for one in found if one.starts_at < until and since < one.ends_at]


def known_bookings(centre: Centre, since: datetime, until: datetime, ids: Sequence[int],
                   known: Knowledge) -> list[KnownBooking]:
    """Bookings received between *since* and *until*, and those of *ids*."""
    rows = _ask(_BOOKINGS, centre, known, known.marks.booking, since=since, until=until, ids=list(ids))
    return [KnownBooking(*row[:10], _json(row[10]), *row[11:]) for row in rows]


def first_events(centre: Centre, known: Knowledge) -> dict[str, datetime]:
    """By name of an organiser as written: the start of its first confirmed date of all."""
    return dict(_ask(_FIRST, centre, known, known.marks.date))


def known_settings(known: Knowledge) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of settings by table, in the order of their ids, as they stood."""
    rows = list(SettingPast.objects.filter(id__lte=known.marks.setting).order_by("id"))
    set_up = min((one.at for one in rows if one.source == "centre"), default=known.at)
    moment = max(known.at, set_up)
    latest = {(one.source, one.row_id): one for one in rows if one.at <= moment}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for (source, _), one in sorted(latest.items()):
        if not one.gone:
            found.setdefault(source, []).append(one.content)
    return found


def _ask(statement: str, centre: Centre, known: Knowledge, mark: int, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"region": current_region().pk, "centre": centre.pk, "at": known.at, "mark": mark,
                                   **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _json(value: Any) -> Mapping[str, Any]:
    """A JSON column of a raw query: text or already read, as the driver gives it."""
    return dict(json.loads(value) if isinstance(value, str) else value or {})

"""What was known of bookings, dates and settings at a moment, read from the histories that the database keeps.

A ``Knowledge`` is a moment and, for a closed month, the last row of each history that it rests on. The state of a thing
is the last row of it within both. Settings are written with the moment of their transaction; before the centre was set
up, what it was set up with is taken. As many queries whatever the number of bookings, all of the region in scope.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Q

from sepadan.creative.models import Booking, BookingPast, Centre, DatePast, SettingPast, Space
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
    SELECT * FROM (
        SELECT DISTINCT ON (date_id) date_id, booking_id, space_id, starts_at, ends_at, state, setup_minutes,
               cleardown_minutes
        FROM creative_datepast
        WHERE region_id = %(region)s AND at <= %(at)s AND id <= %(mark)s AND space_id = ANY(%(spaces)s)
        ORDER BY date_id, id DESC) AS last
    WHERE starts_at >= %(since)s AND starts_at < %(until)s
"""
_BOOKINGS = """
    SELECT DISTINCT ON (booking_id) booking_id, state, organiser_kind, purpose, subsector, people, nature, decided_at,
           reason
    FROM creative_bookingpast
    WHERE region_id = %(region)s AND at <= %(at)s AND id <= %(mark)s AND booking_id = ANY(%(ids)s)
    ORDER BY booking_id, id DESC
"""
_FIRST = """
    SELECT booking_id, min(starts_at)
    FROM (SELECT DISTINCT ON (date_id) booking_id, starts_at, state FROM creative_datepast
          WHERE region_id = %(region)s AND at <= %(at)s AND id <= %(mark)s AND space_id = ANY(%(spaces)s)
          ORDER BY date_id, id DESC) AS last
    WHERE state = 'confirmed' GROUP BY booking_id
"""
"""One pass over a history each and no join: the plan is the same whether the tables are new or old, small or large."""


def marks_now() -> Marks:
    """The last rows there are. Exact only while nobody can write (``services/months.py`` holds the units)."""
    last = [model.objects.aggregate(last=Max("id"))["last"] or 0 for model in (BookingPast, DatePast, SettingPast)]
    return Marks(*last)


def known_dates(centre: Centre, since: datetime, until: datetime, known: Knowledge) -> list[KnownDate]:
    """Dates that lie, wholly or in part, between *since* and *until* (excluded), as they were known."""
    rows = _ask(_DATES, known, known.marks.date, spaces=_spaces(centre), since=since - LONGEST, until=until)
    return [one for row in rows if since < (one := KnownDate(*row)).ends_at]


def known_bookings(centre: Centre, since: datetime, until: datetime, ids: Sequence[int],
                   known: Knowledge) -> list[KnownBooking]:
    """Bookings received between *since* and *until*, and those of *ids*, in the order of their ids."""
    filed = {row[0]: row[1:] for row in Booking.objects.filter(centre=centre).filter(
        Q(received_at__gte=since, received_at__lt=until) | Q(pk__in=list(ids))).values_list(
            "id", "number", "organiser", "received_at", "intake")}
    rows = _ask(_BOOKINGS, known, known.marks.booking, ids=list(filed))
    return [KnownBooking(row[0], *filed[row[0]], *row[1:6], _json(row[6]), *row[7:]) for row in rows]


def first_events(centre: Centre, known: Knowledge) -> dict[str, datetime]:
    """By name of an organiser as written: the start of its first confirmed date of all."""
    names = dict(Booking.objects.filter(centre=centre).values_list("id", "organiser"))
    found: dict[str, datetime] = {}
    for booking, start in _ask(_FIRST, known, known.marks.date, spaces=_spaces(centre)):
        name = names[booking]
        found[name] = min(start, found.get(name, start))
    return found


def _spaces(centre: Centre) -> list[int]:
    return list(Space.objects.filter(floor__centre=centre).values_list("id", flat=True))


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


def _ask(statement: str, known: Knowledge, mark: int, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"region": current_region().pk, "at": known.at, "mark": mark, **params})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _json(value: Any) -> Mapping[str, Any]:
    """A JSON column of a raw query: text or already read, as the driver gives it."""
    return dict(json.loads(value) if isinstance(value, str) else value or {})

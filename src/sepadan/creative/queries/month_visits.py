"""How many came to a date: entries read at the doors of its event, and reports of organisers, as known at a moment.

An entry is the first of a ticket of the event within the hours of one session; a holder who goes out and comes back is
one visit, one who comes to four sessions is four. *Tickets* are those whose first entry to the event of all was at this
date, so that their sum over dates counts nobody twice. A scan belongs to the session that runs then or begins within
two hours. Forged texts and tickets of other events count nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from sepadan.creative.models import VisitReport
from sepadan.records.public import current_region

_ENTRIES = """
    WITH entry AS (
        SELECT c.event_id, c.ticket, s.booking_date_id AS date, min(c.at) AS at
        FROM creative_scan c
        JOIN creative_ticket t ON t.region_id = c.region_id AND t.code = c.ticket
        JOIN creative_registration r ON r.region_id = t.region_id AND r.id = t.registration_id
             AND r.event_id = c.event_id
        CROSS JOIN LATERAL (
            SELECT booking_date_id FROM creative_eventsession
            WHERE region_id = c.region_id AND event_id = c.event_id
              AND starts_at - interval '2 hours' <= c.at AND c.at < ends_at
            ORDER BY starts_at DESC LIMIT 1) AS s
        WHERE c.region_id = %(region)s AND c.way = 'in' AND c.how IN ('qr', 'typed', 'desk')
          AND c.received_at <= %(at)s
          AND c.event_id IN (SELECT event_id FROM creative_eventsession
                             WHERE region_id = %(region)s AND booking_date_id = ANY(%(dates)s))
        GROUP BY c.event_id, c.ticket, s.booking_date_id)
    SELECT date, count(*), count(*) FILTER (WHERE place = 1)
    FROM (SELECT date, row_number() OVER (PARTITION BY event_id, ticket ORDER BY at, date) AS place FROM entry) AS o
    WHERE date = ANY(%(dates)s) GROUP BY date
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one date; None where nothing of that kind is known."""

    entries: int | None = None
    tickets: int | None = None
    reported: int | None = None


def counts_of(dates: Sequence[int], at: datetime) -> dict[int, Counts]:
    """By id of a date: what doors and reports said by *at*. Two queries."""
    if not dates:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"region": current_region().pk, "at": at, "dates": list(dates)})
        found = {date: Counts(entries, tickets) for date, entries, tickets in cursor.fetchall()}
    rows = VisitReport.objects.filter(date__in=list(dates), noted_at__lte=at).order_by("id")
    for date, people in rows.values_list("date", "people"):
        before = found.get(date, Counts())
        found[date] = Counts(before.entries, before.tickets, people)
    return found

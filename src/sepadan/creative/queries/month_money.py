"""Money of the centre for its months: what was charged for dates, and what came in, as it was known at a moment.

*Charged* goes by the day of use: of each booking the assessment that counted then, its line for the date. *Received*
goes by the day on which the money arrived, on charges of this centre's bookings: receipts less what was paid back. The
two are different sums and stand apart. Nothing was assessed by then: both are missing, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from sepadan.creative.engine.measures import Earned
from sepadan.creative.models import Centre
from sepadan.ground.money import Rupiah
from sepadan.records.public import current_region

_CHARGED = """
    SELECT l.date_id, l.amount
    FROM (SELECT DISTINCT ON (a.booking_id) a.id FROM creative_assessment a
          JOIN creative_booking b ON b.region_id = a.region_id AND b.id = a.booking_id AND b.centre_id = %(centre)s
          WHERE a.region_id = %(region)s AND a.issued_at <= %(at)s
          ORDER BY a.booking_id, a.revision DESC) AS last
    JOIN creative_assessmentline l ON l.region_id = %(region)s AND l.assessment_id = last.id
"""
_RECEIVED = """
    SELECT date_trunc('month', t.effective_on)::date,
           sum(CASE WHEN d.kind = 'clearing' THEN t.amount ELSE -t.amount END)::bigint
    FROM records_transfer t
    JOIN records_account d ON d.region_id = t.region_id AND d.id = t.debit_id
    JOIN records_account c ON c.region_id = t.region_id AND c.id = t.credit_id
    WHERE t.region_id = %(region)s AND t.posted_at <= %(at)s AND t.effective_on <= %(until)s
      AND (d.kind = 'clearing') <> (c.kind = 'clearing')
      AND t.charge_id IN (
          SELECT a.charge_id FROM creative_assessment a
          JOIN creative_booking b ON b.region_id = a.region_id AND b.id = a.booking_id AND b.centre_id = %(centre)s
          WHERE a.region_id = %(region)s AND a.charge_id IS NOT NULL)
    GROUP BY 1
"""


@dataclass(frozen=True)
class Money:
    """Charged by id of a date, received by first day of a month. ``known``: something was assessed by then."""

    known: bool
    charged: Mapping[int, Rupiah] = field(default_factory=dict)
    received: Mapping[date, Rupiah] = field(default_factory=dict)

    def of_month(self, month: date, dates: Iterable[int]) -> Earned | None:
        """The month's money, *dates* being those that begin in it."""
        if not self.known:
            return None
        found = [self.charged[one] for one in dates if one in self.charged]
        return Earned(sum(found), self.received.get(month, 0), sum(1 for amount in found if amount))


def money_of(centre: Centre, until: date, at: datetime) -> Money:
    """All money of the centre as known *at* that moment, receipts up to *until*. Two queries."""
    params = {"region": current_region().pk, "centre": centre.pk, "at": at, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_CHARGED, params)
        charged: dict[int, int] = dict(cursor.fetchall())
        if not charged:
            return Money(False)
        cursor.execute(_RECEIVED, params)
        return Money(True, charged, dict(cursor.fetchall()))

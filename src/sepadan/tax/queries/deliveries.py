"""Whether, when and how bills were delivered, from events of single bills and lists of kelurahan.

A bill's own events come first, in the order in which they were written: handed to somebody gives the day, a return
takes it away, handing it out again gives a new one. Without any event a list that reports the sheets of its kelurahan
as delivered gives the day of that report; so a due date never begins before the office knows. What was withdrawn does
not count. Days are local days; a bill of a reversed run may have been delivered too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from sepadan.ground.messages import Message, message
from sepadan.records.public import current_region
from sepadan.tax.models import Bill, DeliveryEvent, DeliveryList
from sepadan.tax.models.runs import AssessmentRun

_DELIVERED = """
    WITH own AS (
        SELECT e.bill_id, e.id, e.kind, e."on" FROM tax_deliveryevent e
        WHERE e.region_id = %(region)s AND e.bill_id = ANY(%(bills)s) AND e.kind <> 'withdrawn'
          AND NOT EXISTS (SELECT 1 FROM tax_deliveryevent w
                          WHERE w.region_id = e.region_id AND w.withdraws_id = e.id)
    ), last AS (
        SELECT bill_id, count(*) AS events, max(id) FILTER (WHERE kind = 'returned') AS returned
        FROM own GROUP BY bill_id
    ), handed AS (
        SELECT own.bill_id, min(own."on") AS day FROM own JOIN last USING (bill_id)
        WHERE own.kind = 'handed' AND own.id > coalesce(last.returned, 0) GROUP BY own.bill_id
    ), reported AS (
        SELECT l.run_id, l.kelurahan_id, min(l."on") AS day FROM tax_deliverylist l
        WHERE l.region_id = %(region)s AND l.kind = 'done'
          AND NOT EXISTS (SELECT 1 FROM tax_deliverylist w WHERE w.region_id = l.region_id AND w.withdraws_id = l.id)
        GROUP BY l.run_id, l.kelurahan_id
    )
    SELECT b.id, handed.day, last.events, reported.day
    FROM tax_bill b LEFT JOIN last ON last.bill_id = b.id LEFT JOIN handed ON handed.bill_id = b.id
    LEFT JOIN reported ON reported.run_id = b.run_id AND reported.kelurahan_id = b.kelurahan_id
    WHERE b.region_id = %(region)s AND b.id = ANY(%(bills)s)
"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The day on which a bill reached its payer; *by_list*: only a list of its kelurahan says so."""

    on: date
    by_list: bool


def deliveries_of(bills: Iterable[int]) -> dict[int, Delivered]:
    """Of bills by key: those that were delivered."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERED, {"region": current_region().pk, "bills": list(bills)})
        found = {}
        for bill, handed, events, reported in cursor.fetchall():
            if handed is not None:
                found[bill] = Delivered(handed, by_list=False)
            elif not events and reported is not None:
                found[bill] = Delivered(reported, by_list=True)
        return found


def delivered_on(bill: Bill) -> date | None:
    """The day on which *bill* was delivered; None while it was not, as far as the office knows."""
    found = deliveries_of([bill.pk]).get(bill.pk)
    return None if found is None else found.on


def events_of(bill: Bill) -> list[DeliveryEvent]:
    """Everything recorded of the delivery of *bill*, oldest first, withdrawn events included (``withdrawn_by``)."""
    rows = DeliveryEvent.objects.filter(bill=bill).select_related("recorded_by", "withdraws")
    return list(rows.prefetch_related("withdrawn_by").order_by("id"))


def lists_of(run: AssessmentRun, kelurahan_id: int | None = None) -> list[DeliveryList]:
    """The delivery lists of a run in force, newest first."""
    rows = DeliveryList.objects.filter(run=run, withdrawn_by__isnull=True).exclude(kind="withdrawn")
    chosen = rows if kelurahan_id is None else rows.filter(kelurahan_id=kelurahan_id)
    return list(chosen.select_related("kelurahan", "recorded_by").order_by("-id"))


def returned_of(run: AssessmentRun, kelurahan_id: int) -> list[DeliveryEvent]:
    """Sheets of a kelurahan whose last event is a return: what still has to be brought."""
    rows = DeliveryEvent.objects.filter(bill__run=run, bill__kelurahan_id=kelurahan_id, withdrawn_by__isnull=True)
    last: dict[int, DeliveryEvent] = {}
    for event in rows.exclude(kind="withdrawn").select_related("bill", "bill__taxpayer").order_by("id"):
        last[event.bill_id] = event
    return [event for event in last.values() if event.kind == "returned"]


@dataclass(frozen=True, slots=True)
class DeliveryCount:
    """Of the sheets of a kelurahan: handed out one by one, returned and not brought again, reported by a list on."""

    handed: int
    returned: int
    reported_on: date | None


def delivery_counts(run: AssessmentRun) -> dict[int, DeliveryCount]:
    """By kelurahan, for the table of a run."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"region": current_region().pk, "run": run.pk})
        return {kelurahan: DeliveryCount(handed, returned, reported)
                for kelurahan, handed, returned, reported in cursor.fetchall()}


_COUNTS = """
    WITH own AS (
        SELECT DISTINCT ON (e.bill_id) b.kelurahan_id, e.kind FROM tax_deliveryevent e
        JOIN tax_bill b ON b.region_id = e.region_id AND b.id = e.bill_id
        WHERE e.region_id = %(region)s AND b.run_id = %(run)s AND e.kind <> 'withdrawn'
          AND NOT EXISTS (SELECT 1 FROM tax_deliveryevent w
                          WHERE w.region_id = e.region_id AND w.withdraws_id = e.id)
        ORDER BY e.bill_id, e.id DESC
    ), counted AS (
        SELECT kelurahan_id, count(*) FILTER (WHERE kind = 'handed') AS handed,
               count(*) FILTER (WHERE kind = 'returned') AS returned FROM own GROUP BY kelurahan_id
    ), reported AS (
        SELECT l.kelurahan_id, min(l."on") AS day FROM tax_deliverylist l
        WHERE l.region_id = %(region)s AND l.run_id = %(run)s AND l.kind = 'done'
          AND NOT EXISTS (SELECT 1 FROM tax_deliverylist w WHERE w.region_id = l.region_id AND w.withdraws_id = l.id)
        GROUP BY l.kelurahan_id
    )
    SELECT coalesce(counted.kelurahan_id, reported.kelurahan_id), coalesce(handed, 0), coalesce(returned, 0), day
    FROM counted FULL JOIN reported USING (kelurahan_id)
"""


def delivered_words(found: Delivered | None) -> Message:
    """How far the delivery of a bill is, in a sentence."""
    if found is None:
        return message("tax.delivered.not_yet")
    return message("tax.delivered.by_list" if found.by_list else "tax.delivered.by_hand", day=found.on)

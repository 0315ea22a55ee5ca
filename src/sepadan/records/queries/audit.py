"""Reading the audit record: the history of one object, and the region's record filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import QuerySet

from sepadan.records.models import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the audit page asks for; an empty field does not filter. *first* and *last* are local days, included."""

    actor_id: int | None = None
    object_type: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None


def history_of(row: models.Model, limit: int | None = 50) -> QuerySet[AuditEntry]:
    """The entries about *row*, newest first."""
    return history_of_thing(row._meta.label_lower, str(row.pk), limit)


def history_of_thing(object_type: str, object_id: str, limit: int | None = 50) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.filter(object_type=object_type, object_id=object_id).order_by("-id")
    return rows if limit is None else rows[:limit]


def entries(wanted: AuditFilter, zone: ZoneInfo) -> QuerySet[AuditEntry]:
    """The region's entries that *wanted* asks for, newest first."""
    rows = AuditEntry.objects.order_by("-id")
    if wanted.actor_id is not None:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.object_type:
        rows = rows.filter(object_type=wanted.object_type)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.first is not None:
        rows = rows.filter(at__gte=datetime.combine(wanted.first, time(), zone))
    if wanted.last is not None:
        rows = rows.filter(at__lt=datetime.combine(wanted.last + timedelta(days=1), time(), zone))
    return rows


def choices() -> Mapping[str, list[tuple[str, str]]]:
    """What the filter of the audit page offers: actors, kinds of objects and actions that occur in this region."""
    rows = AuditEntry.objects.order_by()
    return {
        "actor": [(str(pk), name) for pk, name in rows.filter(actor__isnull=False)
                  .values_list("actor_id", "actor__name").distinct().order_by("actor__name")],
        "object_type": [(t, t) for t in rows.values_list("object_type", flat=True).distinct().order_by("object_type")],
        "action": [(a, a) for a in rows.values_list("action", flat=True).distinct().order_by("action")],
    }

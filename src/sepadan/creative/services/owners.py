"""A space passes to another department from a day on, by a decree; days before it keep their owner.

The owner of a booking is the owner of its space on the day of the meeting, so that history needs no copy: the row that
held until now ends on that day, another begins. Nothing is changed for days that are past. Local days, end excluded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from sepadan.creative.models import Space, SpaceOwner
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record


def pass_space(space: Space, department: str, *, since: date, decree: str, actor: Actor, now: datetime,
               today: date) -> SpaceOwner:
    """*space* belongs to *department* from *since* on. Raises Refused on a past day, without a decree, or when a change
    on or after that day is known already."""
    department, decree = department.strip()[:120], decree.strip()[:200]
    if not department:
        raise refuse("creative.owner.no_department", where=space.name)
    if not decree:
        raise refuse("creative.owner.no_decree", where=space.name)
    if since < today:
        raise refuse("creative.owner.past", where=space.name, day=today)
    with transaction.atomic():
        Space.objects.select_for_update(no_key=True).get(pk=space.pk)
        rows = list(SpaceOwner.objects.filter(space=space))
        later = [one.during.lower for one in rows if one.during.lower is not None and one.during.lower >= since]
        if later:
            raise refuse("creative.owner.later", where=space.name, day=max(later))
        before = next((one for one in rows if holds(one, since)), None)
        if before is not None and before.department == department:
            raise refuse("creative.owner.same", where=space.name, department=department)
        if before is not None:
            before.during = DateRange(before.during.lower, since)
            before.save(update_fields=["during"])
        made = SpaceOwner.objects.create(space=space, department=department, decree=decree,
                                         during=DateRange(since, None))
        record(actor, "creative.audit.owner_passed", space, now=now, reason=decree, before={
            "department": before.department if before else "", "since": ""}, after={
            "department": department, "since": since.isoformat()})
    return made


def owners_by_space(spaces: Iterable[Space]) -> dict[int, list[SpaceOwner]]:
    """To whom each space belonged, the latest first, by its id. One query."""
    found: dict[int, list[SpaceOwner]] = defaultdict(list)
    for one in SpaceOwner.objects.filter(space__in=list(spaces)):
        found[one.space_id].append(one)
    return {space: sorted(rows, key=lambda one: one.during.lower or date.min, reverse=True)
            for space, rows in found.items()}


def owner_on(space: Space, day: date) -> SpaceOwner | None:
    """The department that *space* belongs to on *day*; of a booking that is the owner on the day of the meeting."""
    return SpaceOwner.objects.filter(space=space, during__contains=day).first()


def holds(row: SpaceOwner, day: date) -> bool:
    """Whether the space belongs to this owner on *day*."""
    during = row.during
    return (during.lower is None or during.lower <= day) and (during.upper is None or day < during.upper)

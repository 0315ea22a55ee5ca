"""What every act on the register shares: the lock on an object, the version the officer saw, new versions, the record.

An object's row is locked first and its version compared; several are locked in the order of their ids. Versions that
are replaced get ``superseded_at`` and stay. Nothing here opens a transaction: the services do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Actor, AuditEntry, record, zone_of
from sepadan.tax.engine.register import Span, revise
from sepadan.tax.models import ObjectVersion, RegisterObject
from sepadan.tax.models.register import ChangeKind, ObjectState, Version
from sepadan.tax.queries.register import changes_since, live_versions, version_on
from sepadan.tax.services.register_fields import field_list, readable


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when, from which legal day on, and on what paper; ``reason`` goes into the audit record."""

    on: date
    actor: Actor
    now: datetime
    reason: str = ""


def lock(one: RegisterObject, seen: int) -> RegisterObject:
    """The object, held until the transaction ends, as the officer saw it. Refused when somebody acted meanwhile."""
    held = RegisterObject.objects.select_for_update(of=("self",)).select_related("place").get(pk=one.pk)
    if held.version != seen:
        raise _changed(held, seen)
    return held


def lock_all(seen: Mapping[int, int]) -> dict[int, RegisterObject]:
    """Several objects by id, in the order of ids, so that two officers never wait for one another in a ring."""
    rows = RegisterObject.objects.select_for_update(of=("self",)).select_related("place").filter(
        pk__in=seen).order_by("pk")
    held = {row.pk: row for row in rows}
    for key, row in held.items():
        if row.version != seen[key]:
            raise _changed(row, seen[key])
    if len(held) != len(seen):
        raise refuse("tax.register.unknown", remedy="tax.register.unknown.remedy")
    return held


def _changed(held: RegisterObject, seen: int) -> Refused:
    names = dict.fromkeys(name for entry in changes_since(held, seen) for name in (entry.after or {}))
    local = held.changed_at.astimezone(zone_of(held.region))
    return refuse("tax.register.changed", where=str(held), remedy="tax.register.changed.remedy", who=held.changed_by,
                  on=local.date(), at=local.strftime("%H.%M"), fields=field_list(names))


def version_of(held: RegisterObject, on: date) -> ObjectVersion:
    """What is known of *on*. Refused before the object's first day."""
    found = version_on(held, on)
    if found is None:
        raise refuse("tax.register.too_early", where=on.isoformat(), remedy="tax.register.too_early.remedy")
    return found


def in_force(held: RegisterObject, on: date) -> ObjectVersion:
    """The version of *on*, which must not be a closed one."""
    found = version_of(held, on)
    if found.state == ObjectState.CLOSED:
        raise refuse("tax.register.is_closed", where=str(held), remedy="tax.register.is_closed.remedy", on=on)
    return found


def last_day_of_change(held: RegisterObject) -> date:
    """The day from which the newest live version holds."""
    return max(version.valid_from for version in live_versions(held))


def change_object(held: RegisterObject, fields: Mapping[str, Any], change: ChangeKind, action: str,
                  act: Act, more: Mapping[str, Any] | None = None) -> RegisterObject:
    """One change of a locked object with its audit record; *more* is recorded besides the fields."""
    before = version_of(held, act.on).values()
    entry = bump(held, action, act, {name: before[name] for name in fields}, {**fields, **(more or {})})
    revise_rows(live_versions(held), fields, act, change, entry, {"register_object": held})
    return held


def bump(held: RegisterObject, action: str, act: Act, before: Mapping[str, Any],
         after: Mapping[str, Any]) -> AuditEntry:
    """Count the object up and write the audit record of the act."""
    held.version += 1
    held.changed_at, held.changed_by = act.now, act.actor.name
    held.save(update_fields=["version", "changed_at", "changed_by"])
    return record(act.actor, action, held, now=act.now, before=readable(before), reason=act.reason,
                  after={**readable(after), "valid_from": act.on, "version": held.version})


def revise_rows(known: Sequence[Any], fields: Mapping[str, Any], act: Act, change: ChangeKind, entry: AuditEntry | None,
                owner: Mapping[str, Any]) -> None:
    """Supersede and add versions of one thing by the rule of the engine. *owner* names whose versions they are."""
    spans = [Span(row.valid_from, row.valid_to, row.values(), frozenset(row.set_fields), row.pk) for row in known]
    gone, added = revise(spans, act.on, fields)
    kept = {row.valid_from: (row.change, row.entry) for row in known}
    model: type[Version] = type(known[0])
    model.objects.filter(pk__in=gone).update(superseded_at=act.now)
    rows = []
    for span in added:
        how, by = kept.get(span.valid_from, (change.value, None))
        if span.valid_from == act.on:
            how, by = change.value, None if entry is None else entry.pk
        rows.append(model(valid_from=span.valid_from, valid_to=span.valid_to, recorded_at=act.now, change=how, entry=by,
                          set_fields=sorted(span.set_here), **owner, **span.values))
    model.objects.bulk_create(rows)

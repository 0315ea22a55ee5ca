"""Writing the audit record: every service that changes something calls ``record`` in the same transaction.

``action`` is a message key (``tax.audit.bill_issued``) whose sentences stand in the caller's ``messages.yaml``. They
may use ``{label}`` and, as plain ``{name}``, any field of the entry. Fields are shown by the words
``<app>.field.<name>`` and their values by ``<app>.<name>.<value>`` where the catalogue has them. The record keeps
changed fields only. For a mass run make one entry for the run, with its fingerprint, counts and control totals in
``after``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from sepadan.ground.messages import catalogue
from sepadan.ground.problems import refuse
from sepadan.records.engine.changes import changed, plain
from sepadan.records.models import AuditEntry
from sepadan.records.names import Actor

LONGEST_REASON = 500

@dataclass(frozen=True, slots=True)
class Thing:
    """What an entry is about when it is no row of its own: ``Thing("tax.run", "2026-1", "Penetapan 2026")``."""

    type: str
    id: str
    label: str


def thing(row: models.Model | Thing) -> Thing:
    """The reference of a saved row: ``app.model``, primary key, ``str()``."""
    if isinstance(row, Thing):
        return row
    if row.pk is None:
        raise ValueError(f"a {row._meta.label} must be saved before an audit entry can name it")
    return Thing(row._meta.label_lower, str(row.pk), str(row))


def fields_of(row: models.Model, *names: str) -> dict[str, Any]:
    """The current values of the named fields, to be taken before and after a change."""
    return {name: getattr(row, name) for name in names}


def record(actor: Actor, action: str, about: models.Model | Thing, *, now: datetime,
           before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
           reason: str = "") -> AuditEntry:
    """One entry in the region in scope. With *before* and *after* both given only what differs is kept.

    Raises ValueError on an action without text, NoRegion outside a region, Refused on a reason that is too long.
    """
    if action not in catalogue():
        raise ValueError(f"no text for the action {action!r}; add it to the messages.yaml of the package that acts")
    if len(reason) > LONGEST_REASON:
        raise refuse("records.reason.too_long", where=thing(about).label[:80], remedy="records.reason.too_long.remedy",
                     longest=LONGEST_REASON, found=len(reason))
    ref = thing(about)
    old, new = changed(before, after) if before is not None and after is not None else (before, after)
    return AuditEntry.objects.create(
        at=now, actor_id=actor.person_id, actor_name=actor.name, ip=actor.ip, agent=actor.agent, action=action,
        object_type=ref.type, object_id=ref.id, object_label=ref.label[:200],
        before=None if old is None else plain(old), after=None if new is None else plain(new),
        reason=reason.replace("\0", ""))

"""Publishing a recorded visit, publishing its changes, and taking it back: each with an audit entry.

What others read is a copy (``VisitRelease``) made in the moment of publication, of exactly the record that the officer
saw; later changes stay inside until they are published too. Names of officers are not in it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sepadan.ground.problems import problem
from sepadan.records.public import Actor, record, zone_of
from sepadan.study.engine.recorded import parts_of_json, whole_as_json
from sepadan.study.engine.recorded_faults import publication_faults
from sepadan.study.models import VisitRecord, VisitRelease
from sepadan.study.queries.visits import whole_visit
from sepadan.study.services.visits import ChangedMeanwhile, VisitRefused


@transaction.atomic
def publish_visit(visit: VisitRecord, *, seen: datetime, actor: Actor, now: datetime) -> VisitRelease:
    """Release the visit as it stands. Refuses one that changed after *seen* (its ``changed_at`` on the page), and one
    without a source or an office."""
    kept = VisitRecord.objects.select_for_update(of=("self",)).select_related("region", "other").get(pk=visit.pk)
    if kept.changed_at != seen:
        raise ChangedMeanwhile(problem("study.visit.release_meanwhile", where="version",
                                       remedy="study.visit.release_meanwhile.remedy", who=kept.changed_by,
                                       at=kept.changed_at.astimezone(zone_of(kept.region)).date()), kept.version)
    faults = publication_faults(parts_of_json(kept.content))
    if faults:
        raise VisitRefused(faults)
    values = {"other_id": kept.other_id, "role": kept.role, "title": kept.title, "first_day": kept.first_day,
              "content": whole_as_json(whole_visit(kept)), "released_at": now}
    saved, new = VisitRelease.objects.update_or_create(visit=kept, defaults=values)
    record(actor, "study.audit.visit_released" if new else "study.audit.visit_released_again", kept, now=now,
           before={"released": not new}, after={"released": True})
    return saved


@transaction.atomic
def withdraw_visit(visit: VisitRecord, *, actor: Actor, now: datetime, reason: str = "") -> bool:
    """Take a visit back from the public pages of both regions; the record stays. False when it was not released."""
    kept = VisitRecord.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    taken, _ = VisitRelease.objects.filter(visit=kept).delete()
    if taken:
        record(actor, "study.audit.visit_withdrawn", kept, now=now, before={"released": True},
               after={"released": False}, reason=reason)
    return bool(taken)

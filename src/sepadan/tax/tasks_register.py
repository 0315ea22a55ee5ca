"""Background work of the register: freezing it into a roll."""

from __future__ import annotations

from typing import Any

from sepadan.records.public import Actor, Person, Run, handler, region_scope
from sepadan.tax.services.freezing import FREEZE_WORK, freeze_roll


@handler(FREEZE_WORK)
def freeze_register(run: Run) -> dict[str, Any]:
    """Params: year, part. One transaction of its own; after a kill it begins anew, and leaves one roll."""
    with region_scope(run.region):
        person = Person.objects.filter(pk=run.started_by_id).first()
    actor = Actor(name=person.name if person else run.kind, person_id=run.started_by_id)
    roll = freeze_roll(run.region, int(run.params["year"]), actor=actor, now=run.now(), part=run.params.get("part", ""))
    return {"objects": roll.object_count, "roll": str(roll)}

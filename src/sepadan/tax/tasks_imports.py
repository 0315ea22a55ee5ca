"""Background work of imports: the dry run, with progress by bytes read, and applying, with progress by stage."""

from __future__ import annotations

import time
from typing import Any

from sepadan.records.public import Actor, Person, Run, handler, region_scope
from sepadan.tax.services.imports import APPLY_WORK, CHECK_WORK, apply_import, check_import

PAUSE = 0.5
STAGES = 3  # judged, written, closed


@handler(CHECK_WORK)
def check_register_import(run: Run) -> dict[str, Any]:
    """Params: import. Reading files goes on where it was; what was read is not read again."""
    last = time.monotonic() - PAUSE

    def told(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PAUSE:
            last = time.monotonic()
            run.progress(done * 9 // 10, total=total)  # comparing with the register is the last tenth

    judged = check_import(run.region, run.params["import"], clock=run.now, told=told)
    return {"control": judged.control()}


@handler(APPLY_WORK)
def apply_register_import(run: Run) -> dict[str, Any]:
    """Params: import. One transaction; after a kill it begins anew and ends the same."""
    with region_scope(run.region):
        person = Person.objects.filter(pk=run.started_by_id).first()
    actor = Actor(name=person.name if person else APPLY_WORK, person_id=run.started_by_id)

    def told(stage: int) -> None:
        run.progress(stage, total=STAGES)

    return dict(apply_import(run.region, run.params["import"], actor=actor, clock=run.now, told=told))

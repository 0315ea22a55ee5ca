"""Background work of regional tax: posting an approved assessment."""

from __future__ import annotations

import time
from typing import Any

from sepadan.records.public import Actor, Person, Run, handler, region_scope
from sepadan.tax.services.posting import POST_WORK, post_run

PAUSE = 1.0


@handler(POST_WORK)
def post_assessment(run: Run) -> dict[str, Any]:
    """Params: run. The posting is one transaction of its own; after a kill it begins anew and ends the same."""
    with region_scope(run.region):
        person = Person.objects.filter(pk=run.started_by_id).first()
    actor = Actor(name=person.name if person else POST_WORK, person_id=run.started_by_id)
    last = time.monotonic()

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PAUSE:
            last = time.monotonic()
            run.progress(done)

    posted = post_run(run.region, run.params["run"], actor=actor, clock=run.now, told=told)
    return posted.control.plain()

"""Background work of certificates: all of an event, part by part, each part signed and kept as a whole."""

from __future__ import annotations

from typing import Any

from sepadan.creative.models import Event
from sepadan.creative.services.certificates import issue_certificates
from sepadan.records.public import Actor, Run, handler, today

ISSUE_WORK = "creative.issue_certificates"
PART = 500


@handler(ISSUE_WORK)
def issue(run: Run) -> dict[str, Any]:
    """Issue to all who are entitled and have none; doing it again issues nothing twice."""
    actor = Actor(name=str(run.params["by"]), person_id=run.started_by_id)
    while True:
        with run.step() as step:
            event = Event.objects.get(pk=int(run.params["event"]))
            many = issue_certificates(event, site=str(run.params["site"]), actor=actor, now=run.now(),
                                      today=today(run.region, run.now()), most=PART)
            if not many:
                return {"certificates": run.done}
            step.advance(many)

"""Background work of mass assessment: the dry run of a large roll, posting an approved run, reversing a posted one."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError

from sepadan.ground.figures import LANGUAGES
from sepadan.ground.messages import render
from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, Person, Run, StopRequested, Superseded, handler, region_scope
from sepadan.tax.models import AssessmentRun
from sepadan.tax.queries.runs import runs
from sepadan.tax.services.assessment import COMPUTE_WORK, compute_run, fail_run
from sepadan.tax.services.posting import POST_WORK, post_run
from sepadan.tax.services.posting_reversal import REVERSE_WORK, reverse_run
from sepadan.tax.services.trail_sums import keep_books

PAUSE = 1.0
LOST = (OperationalError, InterfaceError)


@handler(COMPUTE_WORK)
def compute_assessment(run: Run) -> dict[str, Any]:
    """Params: run, version, jump. One step: report and control totals are kept, or nothing."""
    actor = _actor(run)
    with run.step() as step:
        found = runs().get(pk=run.params["run"])
        computed = compute_run(found, version=run.params["version"], actor=actor, now=run.now(),
                               jump_percent=run.params["jump"])
        step.show(done=computed.roll.object_count)
    return {"bills": computed.control["bills"], "payable": computed.control["payable"]}


@handler(POST_WORK)
def post_assessment(run: Run) -> dict[str, Any]:
    """Params: run. The posting is one transaction of its own; after a kill it begins anew and ends the same.

    A refusal or a fault of the program marks the run as failed, with the reason; a lost connection is tried again.
    """
    actor = _actor(run)
    last = time.monotonic()

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PAUSE:
            last = time.monotonic()
            run.progress(done)

    try:
        posted = post_run(run.region, run.params["run"], actor=actor, clock=run.now, told=told)
    except (psycopg.OperationalError, psycopg.InterfaceError) as lost:
        raise OperationalError(str(lost)) from lost
    except Refused as refused:
        _fail(run, actor, {lang: refused.problem.text(lang) for lang in LANGUAGES})
        raise
    except (StopRequested, Superseded, *LOST):  # stopped by a person, in another worker's hand, to be tried again
        raise
    except Exception:
        _fail(run, actor, {lang: render("tax.run.failed.broken", lang, {"work": str(run.work_id)})
                           for lang in LANGUAGES})
        raise
    keep_books(run.region, now=run.now())
    return posted.control.plain()


@handler(REVERSE_WORK)
def reverse_assessment(run: Run) -> dict[str, Any]:
    """Params: run, version, reason, on. One transaction of its own; a run that is reversed stays as it is."""
    actor = _actor(run)
    with region_scope(run.region):
        total = int(runs().get(pk=run.params["run"]).control["bills"])
    run.progress(0, total=total)
    back: AssessmentRun = reverse_run(
        run.region, run.params["run"], version=run.params["version"], actor=actor, reason=run.params["reason"],
        effective_on=date.fromisoformat(run.params["on"]), now=run.now())
    keep_books(run.region, now=run.now())
    return {"bills": back.control["bills"], "payable": back.control["payable"]}


def _actor(run: Run) -> Actor:
    with region_scope(run.region):
        person = Person.objects.filter(pk=run.started_by_id).first()
    return Actor(name=person.name if person else run.kind, person_id=run.started_by_id)


def _fail(run: Run, actor: Actor, said: dict[str, str]) -> None:
    with region_scope(run.region):
        fail_run(run.params["run"], said, actor=actor, now=run.now())

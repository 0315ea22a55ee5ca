"""The life of an assessment run up to its approval: draft, dry run, approval by a second person.

Every act names the ``version`` of the run that the person saw: if somebody changed it meanwhile, nothing happens and
the refusal says so. Everything runs in a region's scope. Posting is in ``posting.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sepadan.ground.messages import Message
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, record
from sepadan.tax.engine import assessment_report as report
from sepadan.tax.engine.assessment import DueDate, control_of_assessed, engine_fingerprint, read_due_dates
from sepadan.tax.models import AssessmentRun, Roll, RunState
from sepadan.tax.queries.runs import SAMPLE, doubts_of, raw_connection
from sepadan.tax.services.assessment_columns import assessed_run, last_year, law_of, law_on, object_columns

JUMP_PERCENT = 100


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a person states; everything else follows from the roll and the law. Days are local dates."""

    law_on: date
    issued_on: date
    due_dates: Sequence[DueDate]
    due_decree: str
    assumptions: str = ""
    assumptions_decree: str = ""


def draft_run(roll: Roll, new: NewRun, *, actor: Actor, now: datetime) -> AssessmentRun:
    """A run in the state draft. Raises Refused where the law is not complete, or rests on assumptions nobody decreed.

    A synthetic roll is the stated exception: its bills are examples and say so.
    """
    if actor.person_id is None:
        raise ValueError("a run is drafted by a person, so that another one can approve it")
    if not roll.content_hash:
        raise refuse("tax.roll.not_ready", where=str(roll), remedy="tax.roll.not_ready.remedy")
    if not new.due_decree.strip():
        raise refuse("tax.run.no_due_decree", remedy="tax.run.no_due_decree.remedy")
    due = [{"to": one.to, "on": one.on.isoformat()} for one in new.due_dates]
    read_due_dates(due)
    assumed = law_on(current_region().code, new.law_on, new.assumptions).rule.assumed
    if assumed and not roll.synthetic and not new.assumptions_decree.strip():
        raise refuse("tax.run.no_decree", where=new.assumptions, remedy="tax.run.no_decree.remedy",
                     names=", ".join(assumed))
    run = AssessmentRun.objects.create(
        roll=roll, tax_year=roll.tax_year, law_on=new.law_on, issued_on=new.issued_on, assumptions=new.assumptions,
        assumptions_decree=new.assumptions_decree.strip(), due_dates=due, due_decree=new.due_decree.strip(),
        assumed=list(assumed), created_at=now, created_by_id=actor.person_id)
    record(actor, "tax.audit.run_drafted", run, now=now, after={
        "roll": str(roll), "law_on": new.law_on, "due_decree": run.due_decree, "assumptions": run.assumptions})
    return run


def compute_run(run: AssessmentRun, *, version: int, actor: Actor, now: datetime,
                jump_percent: int = JUMP_PERCENT) -> AssessmentRun:
    """The dry run: report and control totals, kept with the run. Nothing is billed. It may be repeated.

    Raises Refused when the run was changed since *version*, or is past computing.
    """
    held = _held(run.pk, version, (RunState.DRAFT, RunState.COMPUTED))
    law = law_of(held)
    found, control, dens = _dry_run(held, jump_percent)
    held.report, held.control = found, control
    held.taxable_den, held.rate_den = dens
    held.law_fingerprint, held.engine_fingerprint = law.fingerprint(), engine_fingerprint()
    held.assumed = list(law.rule.assumed)
    held.state, held.computed_at, held.computed_by_id = RunState.COMPUTED.value, now, actor.person_id
    _save(held)
    record(actor, "tax.audit.run_computed", held, now=now, after={
        "bills": control["bills"], "payable": control["payable"], "digest": control["digest"]})
    return held


def _dry_run(run: AssessmentRun, jump_percent: int) -> tuple[dict[str, Any], dict[str, Any], tuple[int, int]]:
    nop = object_columns(raw_connection(), run.roll)["nop"]
    doubts, before = doubts_of(run.roll), last_year(run)
    with assessed_run(run) as (duck, dens, snapshot):
        found = report.totals_of(duck, snapshot.villages)
        found["left_out"] = report.left_out(duck, nop)
        found["before"] = None
        if before is not None:
            found["before"] = {"kind": before[0], **report.compare(duck, nop, before[1], before[2], jump_percent)}
            changes = report.village_changes(duck, snapshot.villages)
            for row in found["villages"]:
                row.update(changes.get(row["key"], {}))
        control = control_of_assessed(duck).plain()
    found["anomalies"] = {
        "double_nop": report.double_nops(nop),
        "missing_area": {"objects": len(doubts.missing_area), "sample": doubts.missing_area[:SAMPLE]},
        "two_njoptkp": {"objects": len(doubts.two_numbers), "sample": doubts.two_numbers[:SAMPLE]}}
    return found, control, (dens.taxable, dens.rate)


def approve_run(run: AssessmentRun, *, version: int, actor: Actor, now: datetime) -> AssessmentRun:
    """Approval by a person who neither drafted nor computed the run.

    Raises Refused to one of these two, when the run was changed since *version*, and when law or engine are no longer
    those of the dry run.
    """
    held = _held(run.pk, version, (RunState.COMPUTED,))
    if actor.person_id is None or actor.person_id in (held.created_by_id, held.computed_by_id):
        raise refuse("tax.run.same_person", where=str(held), remedy="tax.run.same_person.remedy")
    refuse_other_rules(held)
    held.state, held.approved_at, held.approved_by_id = RunState.APPROVED.value, now, actor.person_id
    _save(held)
    record(actor, "tax.audit.run_approved", held, now=now, after={
        "payable": held.control["payable"], "digest": held.control["digest"], "law": held.law_fingerprint})
    return held


def refuse_other_rules(run: AssessmentRun) -> None:
    """Raise Refused when the statutes or the engine changed since the dry run."""
    if (law_of(run).fingerprint(), engine_fingerprint()) != (run.law_fingerprint, run.engine_fingerprint):
        raise refuse("tax.run.other_rules", where=str(run), remedy="tax.run.other_rules.remedy")


def state_of(run: AssessmentRun) -> Message:
    """The state of a run in words."""
    return run.state_label


def _held(run_id: int, version: int, states: Sequence[RunState]) -> AssessmentRun:
    """The run, locked, as the person saw it. Raises Refused when somebody else acted meanwhile."""
    held = AssessmentRun.objects.select_for_update(of=("self",)).select_related("region", "roll").get(pk=run_id)
    if held.version != version:
        raise refuse("tax.run.changed", where=str(held), remedy="tax.run.changed.remedy", state=state_of(held))
    if held.state not in states:
        raise refuse("tax.run.wrong_state", where=str(held), remedy="tax.run.wrong_state.remedy", state=state_of(held))
    return held


def _save(run: AssessmentRun) -> None:
    run.version += 1
    run.save()

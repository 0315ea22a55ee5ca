"""The life of an assessment run up to its approval: draft, dry run, approval by a second person.

Every act names the ``version`` of the run that the person saw: if somebody changed it meanwhile, nothing happens and
the refusal says so. Everything runs in a region's scope. Posting is in ``posting.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from sepadan.ground.messages import Message
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Work, current_region, record, start_work
from sepadan.tax.engine import assessment_report as report
from sepadan.tax.engine.assessment import DueDate, control_of_assessed, engine_fingerprint, read_due_dates
from sepadan.tax.models import AssessmentRun, Roll, RunState
from sepadan.tax.queries.runs import SAMPLE, doubts_of, raw_connection
from sepadan.tax.services.assessment_columns import (
    assessed_run,
    last_year,
    law_of,
    law_on,
    object_columns,
    source_of,
)
from sepadan.tax.services.assessment_coverage import checked_choice, covered_source, kelurahan_of, twice_njoptkp
from sepadan.tax.services.class_tables import refuse_other_classes
from sepadan.tax.services.njoptkp_holders import CHOICE, elsewhere, table_of_year, unfit

JUMP_PERCENT = 100
COMPUTE_WORK = "tax.compute_assessment"
LARGE = 200_000  # objects from which a dry run is background work with progress
UNAPPROVED = (RunState.DRAFT, RunState.COMPUTED, RunState.FAILED)
"""States in which a run may still be changed or computed; whoever approved it before has to look again."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a person states; everything else follows from the roll and the law. Days are local dates."""

    law_on: date
    issued_on: date
    due_dates: Sequence[DueDate]
    due_decree: str
    assumptions: str = ""
    assumptions_decree: str = ""
    kecamatan: Sequence[str] = ()
    """Codes of the kecamatan of the roll that are billed; none: the whole roll."""


def draft_run(roll: Roll, new: NewRun, *, actor: Actor, now: datetime) -> AssessmentRun:
    """A run in the state draft. Raises Refused where the law is not complete, or rests on assumptions nobody decreed.

    A synthetic roll is the stated exception: its bills are examples and say so.
    """
    if actor.person_id is None:
        raise ValueError("a run is drafted by a person, so that another one can approve it")
    run = AssessmentRun.objects.create(created_at=now, created_by_id=actor.person_id, **_stated(roll, new))
    record(actor, "tax.audit.run_drafted", run, now=now, after=_told(run))
    return run


def change_run(run: AssessmentRun, roll: Roll, new: NewRun, *, version: int, actor: Actor,
               now: datetime) -> AssessmentRun:
    """What a run rests on, stated anew: it is a draft again and its figures are gone.

    Raises Refused as ``draft_run``, when the run was changed since *version*, and once it is approved.
    """
    stated = _stated(roll, new)
    held = _held(run.pk, version, UNAPPROVED)
    before = _told(held)
    for name, value in stated.items():
        setattr(held, name, value)
    _forget_approval(held)
    held.state, held.report, held.control = RunState.DRAFT.value, {}, {}
    held.computed_at, held.computed_by_id, held.law_fingerprint, held.engine_fingerprint = None, None, "", ""
    _save(held)
    record(actor, "tax.audit.run_changed", held, now=now, before=before, after=_told(held))
    return held


def _stated(roll: Roll, new: NewRun) -> dict[str, Any]:
    """The fields of a run that a person states, checked."""
    if not roll.content_hash:
        raise refuse("tax.roll.not_ready", where=str(roll), remedy="tax.roll.not_ready.remedy")
    refuse_other_classes(roll)
    if not new.due_decree.strip():
        raise refuse("tax.run.no_due_decree", remedy="tax.run.no_due_decree.remedy")
    due = [{"to": one.to, "on": one.on.isoformat()} for one in new.due_dates]
    read_due_dates(due)
    assumed = law_on(current_region().code, new.law_on, new.assumptions).rule.assumed
    if assumed and not roll.synthetic and not new.assumptions_decree.strip():
        raise refuse("tax.run.no_decree", where=new.assumptions, remedy="tax.run.no_decree.remedy",
                     names=", ".join(assumed))
    return {"roll": roll, "tax_year": roll.tax_year, "law_on": new.law_on, "issued_on": new.issued_on,
            "assumptions": new.assumptions, "assumptions_decree": new.assumptions_decree.strip(), "due_dates": due,
            "due_decree": new.due_decree.strip(), "assumed": list(assumed),
            "kecamatan": checked_choice(roll, new.kecamatan)}


def _told(run: AssessmentRun) -> dict[str, Any]:
    due = [f"{row['to'] or '∞'}: {row['on']}" for row in run.due_dates]
    return {"roll": str(run.roll), "law_on": run.law_on, "issued_on": run.issued_on, "due_dates": due,
            "due_decree": run.due_decree, "assumptions": run.assumptions, "kecamatan": run.kecamatan}


def start_computing(run: AssessmentRun, *, version: int, actor: Actor, now: datetime,
                    jump_percent: int = JUMP_PERCENT) -> Work | None:
    """The dry run: at once for a small roll, else as background work, which is returned."""
    if run.roll.object_count < LARGE:
        compute_run(run, version=version, actor=actor, now=now, jump_percent=jump_percent)
        return None
    _held(run.pk, version, UNAPPROVED)
    return start_work(COMPUTE_WORK, action="tax.write", actor=actor, now=now, once=str(run.pk),
                      params={"run": run.pk, "version": version, "jump": jump_percent}, total=run.roll.object_count)


def compute_run(run: AssessmentRun, *, version: int, actor: Actor, now: datetime,
                jump_percent: int = JUMP_PERCENT) -> AssessmentRun:
    """The dry run: report and control totals, kept with the run. Nothing is billed. It may be repeated.

    Raises Refused when the run was changed since *version*, or is past computing.
    """
    held = _held(run.pk, version, UNAPPROVED)
    law = law_of(held)
    found, control, dens = _dry_run(held, jump_percent)
    _forget_approval(held)
    held.report, held.control = found, control
    held.taxable_den, held.rate_den = dens
    held.law_fingerprint, held.engine_fingerprint = law.fingerprint(), engine_fingerprint()
    held.assumed = list(law.rule.assumed)
    held.state, held.computed_at, held.computed_by_id = RunState.COMPUTED.value, now, actor.person_id
    _save(held)
    record(actor, "tax.audit.run_computed", held, now=now, after={
        "bills": control["bills"], "payable": control["payable"], "digest": control["digest"]})
    return held


def dry_run(roll: Roll, new: NewRun, *, jump_percent: int = JUMP_PERCENT) -> tuple[dict[str, Any], dict[str, Any]]:
    """Report and control totals of a roll of the region in scope, as a run would have them. Nothing is kept."""
    run = AssessmentRun(region=current_region(), **_stated(roll, new))
    return _dry_run(run, jump_percent)[:2]


def _dry_run(run: AssessmentRun, jump_percent: int) -> tuple[dict[str, Any], dict[str, Any], tuple[int, int]]:
    columns, covered = object_columns(raw_connection(), run.roll, "kelurahan_id", "taxpayer_id"), kelurahan_of(run)
    nop, mine = columns["nop"], columns["nop"]
    if covered is not None:
        mine = nop[np.isin(columns["kelurahan_id"], covered)]
    doubts, before = doubts_of(run.roll, covered), last_year(run)
    with assessed_run(run) as (duck, dens, snapshot):
        found = report.totals_of(duck, snapshot.villages)
        found["relief"] = report.relief_of(duck, law_of(run).rule)
        found["left_out"] = report.left_out(duck, nop)
        found["before"] = None
        if before is not None:
            found["before"] = {"kind": before[0], **report.compare(duck, nop, before[1], before[2], jump_percent),
                               "deciles": report.strips_of(duck)}
            changes = report.village_changes(duck, snapshot.villages)
            for row in found["villages"]:
                row.update(changes.get(row["key"], {}))
        control = control_of_assessed(duck).plain()
        source = covered_source(source_of(snapshot), snapshot.villages, run.kecamatan)
        named = nop[elsewhere(duck, source) - 1] if table_of_year(run.roll) else None
        twice = nop[twice_njoptkp(run, duck, columns["taxpayer_id"]) - 1]
    found["anomalies"] = {
        "double_nop": report.double_nops(mine),
        "missing_area": {"objects": len(doubts.missing_area), "sample": doubts.missing_area[:SAMPLE]},
        "two_njoptkp": {"objects": len(doubts.two_numbers), "sample": doubts.two_numbers[:SAMPLE]},
        "njoptkp_billed": {"objects": len(twice), "sample": [f"{value:018d}" for value in twice[:SAMPLE]]}}
    if named is not None:
        strays = unfit(run.roll)
        found["anomalies"] |= {
            "njoptkp_elsewhere": {"objects": len(named), "sample": [f"{value:018d}" for value in named[:SAMPLE]],
                                  "followed": CHOICE in law_of(run).rule.assumed},
            "njoptkp_unfit": {"objects": len(strays), "sample": strays[:SAMPLE]}}
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


def return_run(run: AssessmentRun, *, version: int, actor: Actor, reason: str, now: datetime) -> AssessmentRun:
    """An approval is taken back before the posting, with a reason: the run is computed again, as it was.

    Raises Refused without a reason, when the run was changed since *version*, and when it is not approved.
    """
    if not reason.strip():
        raise refuse("tax.run.no_return_reason", remedy="tax.run.no_reason.remedy")
    held = _held(run.pk, version, (RunState.APPROVED,))
    _forget_approval(held)
    held.state = RunState.COMPUTED.value
    _save(held)
    record(actor, "tax.audit.run_returned", held, now=now, reason=reason.strip()[:500])
    return held


def fail_run(run_id: int, said: Mapping[str, str], *, actor: Actor, now: datetime) -> bool:
    """Mark an approved run whose posting cannot be completed; *said* is the reason in both languages.

    The way out is a new dry run and a new approval, after the cause is mended. Any other state is left as it is.
    """
    held = AssessmentRun.objects.select_for_update(of=("self",)).select_related("region", "roll").get(pk=run_id)
    if held.state != RunState.APPROVED:
        return False
    held.state, held.report = RunState.FAILED.value, {**held.report, "failure": dict(said)}
    _save(held)
    record(actor, "tax.audit.run_failed", held, now=now, reason=said.get("id", ""))
    return True


def refuse_other_rules(run: AssessmentRun) -> None:
    """Raise Refused when the statutes or the engine changed since the dry run, or another class table came in force."""
    refuse_other_classes(run.roll)
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


def _forget_approval(run: AssessmentRun) -> None:
    run.approved_at, run.approved_by_id = None, None


def _save(run: AssessmentRun) -> None:
    run.version += 1
    run.save()

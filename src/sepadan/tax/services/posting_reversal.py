"""Taking a posted run back as a whole, before anything else happened to any of its bills.

Every transfer of the run gets its counter-transfer (source ``reversal:<transfer>``, as the ledger's own reversal), the
bills stop being live, and the run is reversed, in one transaction with its audit record. The charges are locked first:
a payment that arrives meanwhile waits, finds nothing owed and stands as an overpayment. After a payment, a relief or
any other transfer on a charge of the run, the reversal is refused and names it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import psycopg

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Work, region_scope, start_work
from sepadan.tax.engine.assessment import read_control
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.tax.queries.runs import raw_connection
from sepadan.tax.services.assessment import state_of
from sepadan.tax.services.posting import room_to_join, write_audit
from sepadan.tax.services.rolls import bulk_connection
from sepadan.territory.public import Region

REVERSE_WORK = "tax.reverse_assessment"
_LOCK = """
    SELECT count(*) FROM (SELECT c.id FROM records_charge c
        JOIN tax_bill b ON b.region_id = c.region_id AND b.charge_id = c.id
        WHERE b.region_id = %(region)s AND b.run_id = %(run)s
        ORDER BY c.id FOR UPDATE OF c) locked
"""
_TOUCHED = """
    SELECT b.nop, t.source FROM tax_bill b
    JOIN records_transfer t ON t.region_id = b.region_id AND t.charge_id = b.charge_id
    WHERE b.region_id = %(region)s AND b.run_id = %(run)s
      AND t.source <> 'assessment:' || %(run)s::text || ':' || b.nop
    ORDER BY t.id LIMIT 1
"""
_COUNTER = """
    INSERT INTO records_transfer (region_id, debit_id, credit_id, amount, charge_id, effective_on, posted_at, source,
                                  reverses_id)
    SELECT t.region_id, t.credit_id, t.debit_id, t.amount, t.charge_id, %(day)s, %(at)s, 'reversal:' || t.id, t.id
    FROM tax_bill b JOIN records_transfer t ON t.region_id = b.region_id AND t.charge_id = b.charge_id
    WHERE b.region_id = %(region)s AND b.run_id = %(run)s
"""
_OPEN = """
    SELECT count(*), coalesce(sum(t.amount), 0)::bigint FROM tax_bill b
    JOIN records_transfer t ON t.region_id = b.region_id AND t.charge_id = b.charge_id AND t.reverses_id IS NOT NULL
    WHERE b.region_id = %(region)s AND b.run_id = %(run)s
"""


def start_reversal(run: AssessmentRun, *, version: int, actor: Actor, reason: str, effective_on: date,
                   now: datetime) -> Work:
    """Ask for the reversal of a posted run in the background. Refuses at once what ``reverse_run`` would refuse."""
    if not reason.strip():
        raise refuse("tax.run.no_reason", where="reason", remedy="tax.run.no_reason.remedy")
    if run.version != version:
        raise refuse("tax.run.changed", where=str(run), remedy="tax.run.changed.remedy", state=state_of(run))
    if run.state != RunState.POSTED:
        raise refuse("tax.run.wrong_state", where=str(run), remedy="tax.run.wrong_state.remedy", state=state_of(run))
    touched = touched_bill(run)
    if touched is not None:
        raise refuse("tax.run.paid", where=str(run), remedy="tax.run.paid.remedy", nop=touched[0], source=touched[1])
    return start_work(REVERSE_WORK, action="tax.approve", actor=actor, now=now, once=str(run.pk),
                      params={"run": run.pk, "version": version, "reason": reason.strip()[:500],
                              "on": effective_on.isoformat()})


def touched_bill(run: AssessmentRun) -> tuple[str, str] | None:
    """NOP and source of the first transfer on a charge of *run* other than its own; None while there is none."""
    with raw_connection().cursor() as cursor:
        row = cursor.execute(_TOUCHED, {"region": run.region_id, "run": run.pk}).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def reverse_run(region: Region, run_id: int, *, version: int, actor: Actor, reason: str, effective_on: date,
                now: datetime) -> AssessmentRun:
    """Reverse a posted run. A run that is reversed stays as it is.

    Opens the region's scope itself. Raises Refused without a reason, when the run was changed since *version*, when it
    is not posted, and after the first payment.
    """
    if not reason.strip():
        raise refuse("tax.run.no_reason", remedy="tax.run.no_reason.remedy")
    with region_scope(region):
        run = AssessmentRun.objects.select_related("region", "roll").get(pk=run_id)
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        if _lock(cursor, run, version):
            params = {"region": region.pk, "run": run.pk, "day": effective_on, "at": now}
            _reverse(cursor, run, params)
            control = read_control(run.control)
            write_audit(cursor, run, "tax.audit.run_reversed", actor, now, {
                "bills": control.bills, "payable": control.payable, "digest": control.digest}, reason.strip())
    with region_scope(region):
        return AssessmentRun.objects.select_related("region", "roll").get(pk=run_id)


def _lock(cursor: psycopg.Cursor[Any], run: AssessmentRun, version: int) -> bool:
    """Hold the run; False when it is reversed already."""
    row = cursor.execute("SELECT state, version FROM tax_assessmentrun WHERE region_id = %s AND id = %s FOR UPDATE",
                         [run.region_id, run.pk]).fetchone()
    assert row is not None
    run.state = row[0]
    if row[0] == RunState.REVERSED:
        return False
    if row[0] != RunState.POSTED:
        raise refuse("tax.run.wrong_state", where=str(run), remedy="tax.run.wrong_state.remedy", state=state_of(run))
    if row[1] != version:
        raise refuse("tax.run.changed", where=str(run), remedy="tax.run.changed.remedy", state=state_of(run))
    return True


def _reverse(cursor: psycopg.Cursor[Any], run: AssessmentRun, params: dict[str, Any]) -> None:
    room_to_join(cursor)
    cursor.execute(_LOCK, params)
    touched = cursor.execute(_TOUCHED, params).fetchone()
    if touched is not None:
        raise refuse("tax.run.paid", where=str(run), remedy="tax.run.paid.remedy", nop=touched[0], source=touched[1])
    cursor.execute(_COUNTER, params)
    wanted = read_control(run.control)
    if cursor.execute(_OPEN, params).fetchone() != (wanted.charged, wanted.payable):
        raise refuse("tax.run.control_differs", where=str(run), remedy="tax.run.control_differs.remedy", names="ledger")
    cursor.execute("UPDATE tax_bill SET live = false WHERE region_id = %(region)s AND run_id = %(run)s", params)
    cursor.execute("UPDATE tax_assessmentrun SET state = 'reversed', reversed_at = %(at)s, version = version + 1 "
                   "WHERE region_id = %(region)s AND id = %(run)s", params)

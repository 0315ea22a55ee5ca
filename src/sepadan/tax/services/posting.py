"""Posting an approved run: bills, charges and ledger transfers of a whole roll in one transaction, or nothing.

The rows go in by binary COPY through the owner's connection. Before the transaction ends PostgreSQL adds up what it
holds, and joins bills to objects, charges and transfers; only when every total is that of the dry run does the run
become posted, with its one audit record, in the same transaction. A process killed anywhere leaves nothing; posting
again posts once. While it runs nobody sees a row; who posts the same run at once waits, then finds it posted.

    bill -> charge (pbb, number <nop>-<year>-<run>) -> transfer receivable:pbb / revenue:pbb (assessment:<run>:<nop>)

A bill that is waived or comes to nothing has neither charge nor transfer. The payer of a charge is the key of the
taxpayer, never a name or NIK. Measured: see ``docs/explanation/mass-assessment.md``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Work, account_for, region_scope, start_work
from sepadan.tax.engine.assessment import CONTROL, LEVY, ControlTotals, control_totals, read_control
from sepadan.tax.engine.fixed_text import fixed_text
from sepadan.tax.models import AssessmentRun, RunState
from sepadan.tax.queries.runs import raw_connection
from sepadan.tax.services.assessment import refuse_other_rules, state_of
from sepadan.tax.services.assessment_columns import Integers, assessed_run, object_columns
from sepadan.tax.services.assessment_coverage import kelurahan_of
from sepadan.tax.services.binary_copy import NULL, Told, copy_in
from sepadan.tax.services.rolls import bulk_connection, counting_from, reserve_ids, skip_row_checks
from sepadan.tax.services.year_lock import lock_years
from sepadan.territory.public import Region

POST_WORK = "tax.post_assessment"
JOIN_MEMORY = "192MB"  # a hash table may take twice that: the objects of 1.3 million in one batch
PARTS = 3  # a bill, its charge and its transfer, as progress counts them
BILL = {
    "id": ">i8", "region_id": ">i2", "run_id": ">i8", "taxable_object_id": ">i8", "kelurahan_id": ">i8",
    "taxpayer_id": ">i8", "charge_id": ">i8", "number": ">i4", "tax_year": ">i2", "nop": "S", "njop": ">i8",
    "takes_njoptkp": "u1", "deduction": ">i8", "taxable_units": ">i8", "rate_units": ">i8", "pbb": ">i8",
    "waived": "u1", "payable": ">i8", "due_on": ">i4", "live": "u1",
}
CHARGE = {"id": ">i8", "region_id": ">i2", "levy": "S", "number": "S", "payer": "S", "due_on": ">i4", "amount": ">i8",
          "created_at": ">i8"}
TRANSFER = {"id": ">i8", "region_id": ">i2", "debit_id": ">i8", "credit_id": ">i8", "amount": ">i8",
            "charge_id": ">i8", "effective_on": ">i4", "posted_at": ">i8", "source": "S", "reverses_id": ">i8"}
EPOCH = date(2000, 1, 1).toordinal()  # PostgreSQL counts days and microseconds from here
# One pass over the bills for their totals and for those that are not the object they name.
_HELD = f"""
    SELECT {", ".join(CONTROL.values()).replace("%", "%%")},
           count(*) FILTER (WHERE (o_nop, o_njop, o_kelurahan, o_taxpayer)
                            IS DISTINCT FROM (nop::text, njop, kelurahan_id, taxpayer_id))
    FROM (SELECT *, (due_on - DATE '0001-01-01' + 1)::bigint AS due_day FROM tax_bill
          WHERE region_id = %(region)s AND run_id = %(run)s) AS held
    LEFT JOIN (SELECT id AS o_id, nop::text AS o_nop, njop AS o_njop, kelurahan_id AS o_kelurahan,
                      taxpayer_id AS o_taxpayer
               FROM tax_taxableobject WHERE region_id = %(region)s AND roll_id = %(roll)s) AS o
           ON o_id = taxable_object_id
"""
_AGAINST_LEDGER = """
    SELECT count(t.id), coalesce(sum(t.amount), 0),
           count(*) FILTER (WHERE (c.amount, t.amount, c.due_on, t.debit_id, t.credit_id)
                            IS DISTINCT FROM (b.payable, b.payable, b.due_on, %(debit)s, %(credit)s))
    FROM tax_bill b
    LEFT JOIN records_charge c ON c.region_id = b.region_id AND c.id = b.charge_id
    LEFT JOIN records_transfer t ON t.region_id = b.region_id AND t.charge_id = b.charge_id
    WHERE b.region_id = %(region)s AND b.run_id = %(run)s AND b.charge_id IS NOT NULL
"""
_TAKEN = """
    SELECT count(*), min(b.nop) FROM tax_bill b
    JOIN tax_taxableobject o ON o.region_id = b.region_id AND o.roll_id = %(roll)s AND o.nop = b.nop
    WHERE b.region_id = %(region)s AND b.tax_year = %(year)s AND b.live
      AND (%(kelurahan)s::bigint[] IS NULL OR o.kelurahan_id = ANY(%(kelurahan)s::bigint[]))
"""
_TAKEN_OVER = """
    SELECT count(*), min(k.nop) FROM (
        SELECT nop FROM tax_claim WHERE region_id = %(region)s AND tax_year = %(year)s AND origin = 'opening'
        UNION SELECT nop FROM tax_openingbill WHERE region_id = %(region)s AND tax_year = %(year)s) k
    JOIN tax_taxableobject o ON o.region_id = %(region)s AND o.roll_id = %(roll)s AND o.nop = k.nop
    WHERE %(kelurahan)s::bigint[] IS NULL OR o.kelurahan_id = ANY(%(kelurahan)s::bigint[])
"""


@dataclass(frozen=True)
class Rows:
    """Everything that is written for one run, as columns; ``charged`` are the places of bills with something to pay."""

    bills: dict[str, npt.NDArray[Any]]
    charged: Integers

    def __len__(self) -> int:
        return len(self.bills["nop"])


@dataclass(frozen=True, slots=True)
class Marks:
    """The keys under which rows are written: first ids, accounts, and the instant and day of the posting."""

    bill: int
    charge: int
    transfer: int
    debit: int
    credit: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PostedRun:
    control: ControlTotals
    was_posted: bool


def start_posting(run: AssessmentRun, *, actor: Actor, now: datetime, version: int | None = None) -> Work:
    """Ask for the posting of an approved run in the background; asking again returns the same work.

    Raises Refused unless it is approved, and when it was changed since *version* (None: as it is now).
    """
    if version is not None and run.version != version:
        raise refuse("tax.run.changed", where=str(run), remedy="tax.run.changed.remedy", state=state_of(run))
    if run.state != RunState.APPROVED:
        raise refuse("tax.run.wrong_state", where=str(run), remedy="tax.run.wrong_state.remedy", state=state_of(run))
    account_for(f"receivable:{LEVY}"), account_for(f"revenue:{LEVY}")
    return start_work(POST_WORK, action="tax.write", actor=actor, now=now, params={"run": run.pk}, once=str(run.pk),
                      total=PARTS * int(run.control["bills"]))


def post_run(region: Region, run_id: int, *, actor: Actor, clock: Callable[[], datetime],
             told: Told | None = None) -> PostedRun:
    """Post the run. A run that is posted stays as it is. *told* hears how many rows are written.

    Opens the region's scope itself and must not be called within a transaction. Raises Refused, and leaves nothing,
    when the run is not approved, when an object has a bill already, or when any total differs.
    """
    with region_scope(region):
        run = AssessmentRun.objects.select_related("region", "roll").get(pk=run_id)
        if run.state == RunState.POSTED:
            return PostedRun(read_control(run.control), True)
        refuse_other_rules(run)
        debit, credit = account_for(f"receivable:{LEVY}").pk, account_for(f"revenue:{LEVY}").pk
        rows, covered = rows_of(run), kelurahan_of(run)
    with bulk_connection() as connection:
        marks = reserve(connection, rows, debit, credit, clock())
        with connection.transaction(), connection.cursor() as cursor:
            if _lock_run(cursor, run) == RunState.POSTED:
                return PostedRun(read_control(run.control), True)
            unchecked = skip_row_checks(cursor)
            lock_years(cursor, run.region_id, [run.tax_year])
            _refuse_taken(cursor, run, covered)
            copy_rows(cursor, run, rows, marks, told)
            control = _check(cursor, run, marks)
            if unchecked:
                cursor.execute("SET LOCAL session_replication_role = origin")
            _publish(cursor, run, control, actor, marks.at)
    return PostedRun(control, False)


def rows_of(run: AssessmentRun) -> Rows:
    """The bills of *run* with the keys of their objects, taxpayers and kelurahan, in the order of NOP."""
    names = ("number", "njop", "takes_njoptkp", "deduction", "taxable_units", "rate_units", "pbb", "waived", "payable",
             "due_day")
    with assessed_run(run) as (duck, _, _):
        query = f"SELECT {', '.join(names)} FROM assessed WHERE pbb IS NOT NULL ORDER BY number"
        answer = duck.execute(query).fetchnumpy()
    found = object_columns(raw_connection(), run.roll, "id", "taxpayer_id", "kelurahan_id")
    place = np.asarray(answer["number"]) - 1
    bills: dict[str, npt.NDArray[Any]] = {name: answer[name] for name in names}
    bills |= {name: found[name][place] for name in ("id", "nop", "taxpayer_id", "kelurahan_id")}
    return Rows(bills, np.flatnonzero(np.asarray(bills["payable"]) > 0))


def reserve(connection: psycopg.Connection[Any], rows: Rows, debit: int, credit: int, at: datetime) -> Marks:
    """Fresh ids for all rows, reserved at once."""
    def first(table: str, count: int) -> int:
        return int(reserve_ids(connection, table, max(count, 1))[0])

    charged = len(rows.charged)
    return Marks(first("tax_bill", len(rows)), first("records_charge", charged), first("records_transfer", charged),
                 debit, credit, at)


def copy_rows(cursor: psycopg.Cursor[Any], run: AssessmentRun, rows: Rows, marks: Marks,
              told: Told | None = None) -> None:
    """COPY charges, bills and transfers. Bills without a charge, and without a rate, go in groups of their own."""
    bill, charged, count = rows.bills, rows.charged, len(rows.charged)
    region, nop = run.region_id, fixed_text((bill["nop"], 18))
    due = (np.asarray(bill["due_day"]) - EPOCH).astype(np.int64)
    at, payable = _microseconds(marks.at), np.asarray(bill["payable"])
    charge_ids = np.zeros(len(rows), dtype=np.int64)
    charge_ids[charged] = marks.charge + np.arange(count)
    copy_in(cursor, "records_charge", CHARGE, {
        "id": charge_ids[charged], "region_id": region, "levy": LEVY.encode(),
        "number": fixed_text((bill["nop"][charged], 18), f"-{run.tax_year}-{run.pk}"),
        "payer": fixed_text("taxpayer:", (bill["taxpayer_id"][charged], 12)), "due_on": due[charged],
        "amount": payable[charged], "created_at": at}, count, told)
    _copy_bills(cursor, run, rows, marks, nop, due, charge_ids, counting_from(told, count))
    copy_in(cursor, "records_transfer", TRANSFER, {
        "id": marks.transfer + np.arange(count), "region_id": region, "debit_id": marks.debit,
        "credit_id": marks.credit, "amount": payable[charged], "charge_id": charge_ids[charged],
        "effective_on": run.issued_on.toordinal() - EPOCH, "posted_at": at,
        "source": fixed_text(f"assessment:{run.pk}:", (bill["nop"][charged], 18)), "reverses_id": NULL},
        count, counting_from(told, count + len(rows)))


def _copy_bills(cursor: psycopg.Cursor[Any], run: AssessmentRun, rows: Rows, marks: Marks, nop: npt.NDArray[Any],
                due: Integers, charge_ids: Integers, told: Told | None) -> None:
    bill = rows.bills
    ids, done = marks.bill + np.arange(len(rows)), 0
    rate = np.ma.asarray(bill["rate_units"])
    rated, paying = ~np.ma.getmaskarray(rate), np.asarray(bill["payable"]) > 0
    for has_rate in (True, False):
        for pays in (True, False):
            some = np.flatnonzero((rated == has_rate) & (paying == pays))
            copy_in(cursor, "tax_bill", BILL, {
                "id": ids[some], "region_id": run.region_id, "run_id": run.pk, "taxable_object_id": bill["id"][some],
                "kelurahan_id": bill["kelurahan_id"][some], "taxpayer_id": bill["taxpayer_id"][some],
                "charge_id": charge_ids[some] if pays else NULL, "number": bill["number"][some],
                "tax_year": run.tax_year, "nop": nop[some], "njop": bill["njop"][some],
                "takes_njoptkp": bill["takes_njoptkp"][some], "deduction": bill["deduction"][some],
                "taxable_units": bill["taxable_units"][some],
                "rate_units": np.ma.getdata(rate)[some] if has_rate else NULL, "pbb": bill["pbb"][some],
                "waived": bill["waived"][some], "payable": bill["payable"][some], "due_on": due[some], "live": 1,
            }, len(some), counting_from(told, done))
            done += len(some)


def _microseconds(at: datetime) -> int:
    since = at - datetime(2000, 1, 1, tzinfo=at.tzinfo)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _lock_run(cursor: psycopg.Cursor[Any], run: AssessmentRun) -> str:
    """Hold the run until the transaction ends; its state. Raises Refused unless it is approved or posted."""
    row = cursor.execute("SELECT state, version FROM tax_assessmentrun WHERE region_id = %s AND id = %s FOR UPDATE",
                         [run.region_id, run.pk]).fetchone()
    assert row is not None
    if row[0] == RunState.POSTED:
        return RunState.POSTED
    if row[0] != RunState.APPROVED or row[1] != run.version:
        run.state = row[0]
        raise refuse("tax.run.wrong_state", where=str(run), remedy="tax.run.wrong_state.remedy", state=state_of(run))
    return RunState.APPROVED


def _refuse_taken(cursor: psycopg.Cursor[Any], run: AssessmentRun, covered: list[int] | None) -> None:
    """Refuse where an object that the run covers has a bill of the year, or one taken over from an older system."""
    params = {"region": run.region_id, "roll": run.roll_id, "year": run.tax_year, "kelurahan": covered}
    for statement, key in ((_TAKEN, "tax.run.bills_exist"), (_TAKEN_OVER, "tax.run.taken_over")):
        row = cursor.execute(statement, params).fetchone()
        assert row is not None
        if row[0]:
            raise refuse(key, where=str(run), remedy=f"{key}.remedy", count=row[0], year=str(run.tax_year), nop=row[1])


def _check(cursor: psycopg.Cursor[Any], run: AssessmentRun, marks: Marks) -> ControlTotals:
    """What PostgreSQL holds against the dry run. Raises Refused with the names of the totals that differ."""
    params = {"region": run.region_id, "run": run.pk, "roll": run.roll_id, "debit": marks.debit,
              "credit": marks.credit}
    room_to_join(cursor)
    wanted = read_control(run.control)
    row = cursor.execute(_HELD, params).fetchone()
    assert row is not None
    held, strange = control_totals(row[:-1]), row[-1]
    names = wanted.differences(held)
    if strange != 0:
        names.append("roll")
    ledger = cursor.execute(_AGAINST_LEDGER, params).fetchone() or ()
    if tuple(int(value) for value in ledger) != (wanted.charged, wanted.payable, 0):
        names.append("ledger")
    if names:
        raise refuse("tax.run.control_differs", where=str(run), remedy="tax.run.control_differs.remedy",
                     names=", ".join(names))
    return held


def room_to_join(cursor: psycopg.Cursor[Any]) -> None:
    """For the rest of this transaction: whole tables are joined by hash, in memory, without compiling the query."""
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(f"SET LOCAL work_mem = '{JOIN_MEMORY}'")
    cursor.execute("SET LOCAL jit = off")


def _publish(cursor: psycopg.Cursor[Any], run: AssessmentRun, control: ControlTotals, actor: Actor,
             at: datetime) -> None:
    cursor.execute("UPDATE tax_assessmentrun SET state = %s, posted_at = %s, version = version + 1 "
                   "WHERE region_id = %s AND id = %s AND state = %s",
                   [RunState.POSTED.value, at, run.region_id, run.pk, RunState.APPROVED.value])
    if cursor.rowcount != 1:
        raise refuse("tax.run.wrong_state", where=str(run), remedy="tax.run.wrong_state.remedy", state=state_of(run))
    write_audit(cursor, run, "tax.audit.run_posted", actor, at, {
        "bills": control.bills, "payable": control.payable, "pbb": control.pbb, "digest": control.digest,
        "law": run.law_fingerprint, "engine": run.engine_fingerprint})


def write_audit(cursor: psycopg.Cursor[Any], run: AssessmentRun, action: str, actor: Actor, at: datetime,
                after: dict[str, Any], reason: str = "") -> None:
    """The one audit record of a mass run, in the very transaction of its rows."""
    cursor.execute(
        "INSERT INTO records_auditentry (region_id, at, actor_id, actor_name, ip, agent, action, object_type, "
        "object_id, object_label, after, reason) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [run.region_id, at, actor.person_id, actor.name, actor.ip, actor.agent[:80], action,
         "tax.assessmentrun", str(run.pk), str(run), json.dumps(after), reason[:500]])

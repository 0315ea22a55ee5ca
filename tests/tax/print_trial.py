"""A posted roll of a region with bills, charges and payments of earlier years: what a mass print reads at full size.

Earlier years are copied from the posted one by SQL, with every third bill unpaid. For measurements only.
"""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from sepadan.demo.public import load_roll, read_plan
from sepadan.records.public import Actor, Person, account_for, now, open_chart, region_scope
from sepadan.tax.engine.assessment import DueDate
from sepadan.tax.models import AssessmentRun
from sepadan.tax.public import current_roll
from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
from sepadan.tax.services.posting import post_run
from sepadan.tax.services.rolls import bulk_connection
from sepadan.territory.public import Region

CODE, STEP = "32.16", 10**9
EARLIER = (
    """INSERT INTO records_charge (id, region_id, levy, number, payer, due_on, amount, created_at)
       SELECT c.id + %(step)s, c.region_id, c.levy, c.number || '-' || %(back)s, c.payer, c.due_on, c.amount,
              c.created_at FROM tax_bill b JOIN records_charge c ON c.region_id = b.region_id AND c.id = b.charge_id
       WHERE b.run_id = %(run)s AND b.id < %(limit)s""",
    """INSERT INTO tax_bill SELECT (jsonb_populate_record(b, jsonb_build_object('id', b.id + %(step)s,
              'charge_id', b.charge_id + %(step)s, 'tax_year', b.tax_year - %(back)s,
              'run_id', b.run_id + %(back)s))).* FROM tax_bill b
       WHERE b.run_id = %(run)s AND b.id < %(limit)s""",
    """INSERT INTO records_transfer (id, region_id, debit_id, credit_id, amount, charge_id, effective_on, posted_at,
              source)
       SELECT t.id + %(step)s, t.region_id, t.debit_id, t.credit_id, t.amount, t.charge_id + %(step)s, t.effective_on,
              t.posted_at, t.source || '-' || %(back)s
       FROM records_transfer t WHERE t.source LIKE 'assessment:' || %(run)s || ':%%' AND t.id < %(limit)s""",
    """INSERT INTO records_transfer (id, region_id, debit_id, credit_id, amount, charge_id, effective_on, posted_at,
              source)
       SELECT t.id + %(step)s + %(limit)s / 2, t.region_id, %(clearing)s, t.debit_id, t.amount, t.charge_id + %(step)s,
              t.effective_on, t.posted_at, 'payment:va:' || t.id || '-' || %(back)s
       FROM records_transfer t WHERE t.source LIKE 'assessment:' || %(run)s || ':%%' AND t.id < %(limit)s
         AND t.id %% 3 > 0""",
)


def posted_run(divisor: int, years: int) -> tuple[Region, AssessmentRun]:
    """The roll of Kabupaten Bekasi over *divisor*, posted, with *years* before it. A database that has it keeps it."""
    with region_scope(Region.objects.get(code=CODE)) as known:
        found = AssessmentRun.objects.select_related("region", "roll").filter(state="posted").first()
    if found is not None:
        return known, found
    plan = read_plan(CODE)
    load_roll(plan.scaled(divisor) if divisor > 1 else plan, clock=now)
    region = Region.objects.get(code=CODE)
    people = [Person.objects.create_user(f"{time.time_ns()}@contoh.go.id", name) for name in ("Ani", "Budi")]
    actors = [Actor(name=one.name, person_id=one.pk) for one in people]
    with region_scope(region):
        open_chart(["pbb"])
        roll = current_roll()
        assert roll is not None
        run = draft_run(roll, NewRun(date(roll.tax_year, 1, 1), date(roll.tax_year, 2, 2),
                                     (DueDate(None, date(roll.tax_year, 9, 30)),), "benchmark", "default"),
                        actor=actors[0], now=now())
        run = compute_run(run, version=run.version, actor=actors[0], now=now())
        run = approve_run(run, version=run.version, actor=actors[1], now=now())
        clearing = account_for("clearing:va").pk
    post_run(region, run.pk, actor=actors[0], clock=now)
    _settle()
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for back in range(1, years + 1):
            for statement in EARLIER:
                given: dict[str, Any] = {"step": back * STEP, "back": back, "run": run.pk, "limit": STEP,
                                         "clearing": clearing}
                cursor.execute(statement, given)
    _settle()
    with region_scope(region):
        return region, AssessmentRun.objects.select_related("region", "roll").get(pk=run.pk)


def _settle() -> None:
    """What the server knows of its tables after so much was written at once."""
    with bulk_connection() as connection:
        connection.execute("VACUUM ANALYZE tax_bill, records_charge, records_transfer, tax_taxableobject, tax_taxpayer")


def gather_into(kelurahan_id: int, run: AssessmentRun, most: int) -> int:
    """Make *most* bills of *run* those of one kelurahan, larger than any there is. Returns how many it has then."""
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE tax_bill SET kelurahan_id = %s WHERE id IN (SELECT b.id FROM tax_bill b JOIN tax_taxableobject o "
            "ON o.region_id = b.region_id AND o.id = b.taxable_object_id WHERE b.region_id = %s AND b.run_id = %s "
            "AND o.sppt_printed ORDER BY b.kelurahan_id = %s DESC, b.id LIMIT %s)",
            (kelurahan_id, run.region_id, run.pk, kelurahan_id, most))
        cursor.execute("SELECT count(*) FROM tax_bill b JOIN tax_taxableobject o ON o.region_id = b.region_id "
                       "AND o.id = b.taxable_object_id WHERE b.region_id = %s AND b.run_id = %s AND o.sppt_printed "
                       "AND b.kelurahan_id = %s", (run.region_id, run.pk, kelurahan_id))
        (count,) = cursor.fetchone() or (0,)
        return int(count)

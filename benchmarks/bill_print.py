"""The whole path of a mass print: bills in PostgreSQL, their history by the ledger, sheets, PDF and delivery lists.

Run: .venv/bin/python benchmarks/bill_print.py --data FOLDER [--divisor 10] [--years 5] [--processes 2]

On the roll of Kabupaten Bekasi (1.3 million objects over the divisor), posted once; bills, charges, assessments and
payments of earlier years are copied from it by SQL (every third unpaid). Prints one JSON object: sheets a second of the
whole, and of its parts alone in one process (rows from PostgreSQL, sheets from rows, pages from sheets), which tells
where the time goes; the peak memory of the larger process. FOLDER gets a database of its own, files go when counted.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

CODE, SAMPLE, STEP = "32.16", 3_000, 10**9
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


def posted(divisor: int, years: int) -> tuple[Any, Any]:
    """Region and run, with the bills of earlier years."""
    from sepadan.demo.public import load_roll, read_plan
    from sepadan.records.public import Actor, Person, account_for, now, open_chart, region_scope
    from sepadan.tax.engine.assessment import DueDate
    from sepadan.tax.models import AssessmentRun
    from sepadan.tax.public import current_roll
    from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
    from sepadan.tax.services.posting import post_run
    from sepadan.tax.services.rolls import bulk_connection
    from sepadan.territory.public import Region

    with region_scope(Region.objects.get(code=CODE)) as known:  # a folder that was furnished before is used again
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
    with bulk_connection() as connection, connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for back in range(1, years + 1):
            for statement in EARLIER:
                cursor.execute(statement, {"step": back * STEP, "back": back, "run": run.pk, "limit": STEP,
                                           "clearing": clearing})
    with bulk_connection() as connection:
        connection.execute("VACUUM ANALYZE tax_bill, records_charge, records_transfer, tax_taxableobject, tax_taxpayer")
    with region_scope(region):
        return region, AssessmentRun.objects.select_related("region", "roll").get(pk=run.pk)


def measure(divisor: int, years: int, processes: int) -> dict[str, Any]:
    from django.db import connection

    from sepadan.records.public import region_scope
    from sepadan.tax.documents.mass_print import Progress, print_roll
    from sepadan.tax.documents.print_process import set_up
    from sepadan.tax.documents.sheet_feed import Feed, parts_of
    from sepadan.tax.documents.sheet_layout import SheetLayout
    from sepadan.tax.queries.bill_sheets import ledger_mark, rows_of_part

    region, run = posted(divisor, years)
    with region_scope(region):
        mark = ledger_mark()
        start = time.perf_counter()
        parts = parts_of(run, mark)
        planned = time.perf_counter() - start
        feed, layout = Feed(run), None
        start = time.perf_counter()
        rows = list(islice(rows_of_part(run.pk, parts[0].source.args[2], mark), SAMPLE))  # type: ignore[attr-defined]
        reading = (time.perf_counter() - start) / len(rows)
        [feed.sheet(row) for row in rows]
        start = time.perf_counter()
        sheets = [feed.sheet(row) for row in rows]
        making = (time.perf_counter() - start) / len(rows)
        layout = SheetLayout(feed.office)
        [layout.page(sheet) for sheet in sheets]
        start = time.perf_counter()
        for sheet in sheets:
            layout.page(sheet)
        drawing = (time.perf_counter() - start) / len(rows)
    with tempfile.TemporaryDirectory() as folder:
        def drop(progress: Progress) -> None:
            for path in Path(folder).glob(f"{progress.name}*"):
                path.unlink()

        printed = print_roll(parts, Path(folder), processes=processes, progress=drop,
                             prepare=partial(set_up, connection.settings_dict["NAME"]))
    assert printed.failed == []
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "sheets": printed.sheets, "kelurahan": len(parts), "years_of_history": years, "processes": processes,
        "seconds": round(printed.seconds, 1), "sheets_per_second": round(printed.sheets / printed.seconds),
        "minutes_for_1_180_000": round(1_180_000 / printed.sheets * printed.seconds / 60, 1),
        "parts_counted_s": round(planned, 2),
        "microseconds_a_sheet": {name: round(taken * 1e6) for name, taken in (
            ("row", reading), ("sheet", making), ("page", drawing))},
        "cpu_microseconds_a_sheet": round((used.ru_utime + used.ru_stime) / printed.sheets * 1e6),
        "peak_mb_of_the_larger_process": used.ru_maxrss // 1024,
        "load_average": os.getloadavg()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of a database of its own")
    parser.add_argument("--divisor", type=int, default=10)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    os.environ["SEPADAN_DATA"] = options.data
    from sepadan.project.cli.database import with_database

    with with_database():
        print(json.dumps(measure(options.divisor, options.years, options.processes), indent=1))

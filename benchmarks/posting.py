"""A mass assessment of a synthetic roll: dry run and posting, against a bare COPY of the same rows and a loop.

Run: .venv/bin/python benchmarks/posting.py --data FOLDER [--divisor 1] [--sample 500]

On the roll of Kabupaten Bekasi (1.3 million objects over the divisor), made and loaded in a process of its own: (a) the
dry run, several times; (b) a bare binary COPY of bills, charges and transfers, formatted beforehand, into the same
indexed tables, once without and once with the check of each foreign key, both taken back; (c) the posting itself, with
law, columns, keys, COPY, control totals and the joins that stand in for the row checks; (d) one object after the other
through Django, on a sample and scaled up. FOLDER gets a database of its own. Prints one JSON object; peak memory is
that of this process, without the server's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from typing import Any

CODE, RUNS = "32.16", 3
TABLES = "tax_bill, records_charge, records_transfer"


def in_child(task: Callable[[], Any]) -> Any:
    """What *task* returns (JSON), done in a process of its own, whose memory does not count here."""
    from django.db import connections

    connections.close_all()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, json.dumps(task()).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said)


class Kept:
    """Stands where a cursor would and keeps the bytes of each COPY."""

    def __init__(self) -> None:
        self.copies: list[tuple[Any, list[bytes]]] = []

    @contextmanager
    def copy(self, statement: Any) -> Any:
        chunks: list[bytes] = []
        self.copies.append((statement, chunks))
        yield type("Writer", (), {"write": staticmethod(lambda data: chunks.append(bytes(data)))})


def load(divisor: int) -> float:
    from sepadan.demo.public import load_roll, read_plan
    from sepadan.records.public import now

    plan = read_plan(CODE)
    return load_roll(plan.scaled(divisor) if divisor > 1 else plan, clock=now).seconds


def bare(region: Any, run_id: int, *, row_checks: bool) -> float:
    """Seconds of COPY alone; taken back."""
    from sepadan.records.public import account_for, now, region_scope
    from sepadan.tax.models import AssessmentRun
    from sepadan.tax.services.posting import copy_rows, reserve, rows_of
    from sepadan.tax.services.rolls import bulk_connection

    with region_scope(region):
        run = AssessmentRun.objects.select_related("region", "roll").get(pk=run_id)
        rows, accounts = rows_of(run), (account_for("receivable:pbb").pk, account_for("revenue:pbb").pk)
    with bulk_connection() as connection:
        kept = Kept()
        copy_rows(kept, run, rows, reserve(connection, rows, *accounts, now()))  # type: ignore[arg-type]
        with connection.transaction(force_rollback=True), connection.cursor() as cursor:
            if not row_checks:
                cursor.execute("SET LOCAL session_replication_role = replica")
            start = time.perf_counter()
            for statement, chunks in kept.copies:
                with cursor.copy(statement) as copy:
                    for chunk in chunks:
                        copy.write(chunk)
            seconds = time.perf_counter() - start
        connection.execute(f"VACUUM {TABLES}")
    return seconds


def loop(region: Any, run_id: int, sample: int) -> float:
    """Seconds per object when each is looked up, assessed and written on its own; taken back."""
    from django.db import transaction

    from sepadan.records.public import now, raise_charge, region_scope
    from sepadan.tax.engine.pbb import assess
    from sepadan.tax.models import AssessmentRun, Bill, TaxableObject
    from sepadan.tax.names import Use
    from sepadan.tax.services.assessment_columns import law_of

    with region_scope(region):
        run = AssessmentRun.objects.select_related("region", "roll").get(pk=run_id)
        rule, objects = law_of(run).rule, TaxableObject.objects.filter(roll=run.roll)
        keys = list(objects.values_list("pk", flat=True)[:sample])
        start = time.perf_counter()
        for place, key in enumerate(keys):
            one = TaxableObject.objects.get(pk=key)
            first = objects.filter(taxpayer=one.taxpayer_id).order_by("-njop", "nop").first()
            takes = first is not None and first.pk == one.pk
            bill = assess(rule, one.njop, takes_njoptkp=takes, use=Use(one.use))
            charge = None if not bill.payable else raise_charge(
                levy="pbb", number=f"loop-{one.nop}", payer=str(one.taxpayer_id), due_on=run.issued_on,
                amount=bill.payable, effective_on=run.issued_on, now=now())
            Bill.objects.create(
                run=run, taxable_object=one, kelurahan_id=one.kelurahan_id, taxpayer_id=one.taxpayer_id, charge=charge,
                number=place + 1, tax_year=run.tax_year, nop=one.nop, njop=one.njop, takes_njoptkp=takes,
                deduction=bill.deduction, taxable_units=int(bill.taxable * run.taxable_den),
                rate_units=None if bill.rate is None else int(bill.rate * run.rate_den), pbb=bill.pbb,
                waived=bill.waived, payable=bill.payable, due_on=run.issued_on)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds / max(len(keys), 1)


def measure(divisor: int, sample: int) -> dict[str, Any]:
    from sepadan.records.public import Actor, Person, now, open_chart, region_scope
    from sepadan.tax.engine.assessment import DueDate
    from sepadan.tax.public import current_roll
    from sepadan.tax.services.assessment import NewRun, approve_run, compute_run, draft_run
    from sepadan.tax.services.posting import post_run
    from sepadan.territory.public import Region

    loaded = in_child(lambda: load(divisor))
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
    dry = []
    for _ in range(RUNS):
        start = time.perf_counter()
        with region_scope(region):
            run = compute_run(run, version=run.version, actor=actors[0], now=now())
        dry.append(round(time.perf_counter() - start, 2))
    with region_scope(region):
        run = approve_run(run, version=run.version, actor=actors[1], now=now())
    unchecked = in_child(lambda: bare(region, run.pk, row_checks=False))
    checked = in_child(lambda: bare(region, run.pk, row_checks=True))
    per_object = in_child(lambda: loop(region, run.pk, sample))
    start = time.perf_counter()
    posted = post_run(region, run.pk, actor=actors[0], clock=now)
    posting = time.perf_counter() - start
    return {
        "objects": roll.object_count, "bills": posted.control.bills, "payable": posted.control.payable,
        "roll_loaded_s": round(loaded, 1), "dry_run_s": dry, "bare_copy_s": round(unchecked, 2),
        "bare_copy_row_checks_s": round(checked, 2), "posting_s": round(posting, 2),
        "posting_to_bare": round(posting / unchecked, 2), "posting_to_bare_row_checks": round(posting / checked, 2),
        "loop_s_per_object": round(per_object, 5), "loop_extrapolated_s": round(per_object * roll.object_count),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "load_average": os.getloadavg()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of a database of its own")
    parser.add_argument("--divisor", type=int, default=1)
    parser.add_argument("--sample", type=int, default=500)
    options = parser.parse_args()
    os.environ["SEPADAN_DATA"] = options.data
    from sepadan.project.cli.database import with_database

    with with_database():
        print(json.dumps(measure(options.divisor, options.sample), indent=1))

"""What a run reads: the snapshot of its roll with the law applied to it, NOPs and keys from PostgreSQL, last year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import sql

from sepadan.ground.assumptions import load_assumptions
from sepadan.ground.columns import Connection, connect
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import current_region
from sepadan.tax.engine.assessment import (
    AssessmentLaw,
    Denominators,
    DueDate,
    make_bills,
    read_assessment_law,
    read_due_dates,
)
from sepadan.tax.models import AssessmentRun, Roll
from sepadan.tax.queries.runs import live_bills, raw_connection, roll_before, sorted_by
from sepadan.tax.services.assessment_coverage import covered_source, kecamatan_of_roll
from sepadan.tax.services.binary_copy import read_arrays
from sepadan.tax.services.njoptkp_holders import CHOICE, Held, held_objects, source_with, table_of_year
from sepadan.tax.services.snapshots import Snapshot, ensure_snapshot
from sepadan.territory.public import dotted, kecamatan_of, villages_in

Integers = npt.NDArray[np.int64]
_OBJECTS = sql.SQL("SELECT id / 16384 AS chunk, {columns} FROM tax_taxableobject "
                   "WHERE region_id = {region} AND roll_id = {roll}")
_BILLS = sql.SQL("SELECT id / 16384 AS chunk, nop::bigint AS nop, payable FROM tax_bill "
                 "WHERE region_id = {region} AND tax_year = {year} AND live AND run_id = ANY({runs}) AND {within}")


def law_of(run: AssessmentRun) -> AssessmentLaw:
    """The law of the run's region on its day, with the class table of its roll. Needs both at hand, no database."""
    found = law_on(run.region.code, run.law_on, run.assumptions)
    return replace(found, classes=str(run.roll.figures.get("classes", "")))


def law_on(region: str, on: date, assumptions: str) -> AssessmentLaw:
    return read_assessment_law(load_book(), region, on, load_assumptions(assumptions) if assumptions else None)


def source_of(snapshot: Snapshot) -> str:
    """The rows of *snapshot* as DuckDB reads them."""
    path = str(snapshot.path).replace("'", "''")  # the path comes from the server alone
    return f"read_parquet('{path}')"


@contextmanager
def assessed(snapshot: Snapshot, law: AssessmentLaw, due: tuple[DueDate, ...], held: Held | None = None,
             kecamatan: Sequence[str] = ()) -> Iterator[tuple[Connection, Denominators]]:
    """A DuckDB connection whose table ``assessed`` holds the bills of a roll. *held*: see ``njoptkp_holders.py``;
    *kecamatan*: see ``assessment_coverage.py``."""
    with connect() as duck:
        source = covered_source(source_with(duck, source_of(snapshot), held), snapshot.villages, kecamatan)
        yield duck, make_bills(duck, source, law.rule, due, snapshot.njop_max)


def held_of(roll: Roll, law: AssessmentLaw) -> Held | None:
    """Which objects of *roll* the region's own table names for the NJOPTKP; None where it says nothing of the year."""
    nops = object_columns(raw_connection(), roll)["nop"] if table_of_year(roll) else None
    return held_objects(roll, nops, followed=CHOICE in law.rule.assumed)


@contextmanager
def assessed_run(run: AssessmentRun) -> Iterator[tuple[Connection, Denominators, Snapshot]]:
    """The bills of *run*, which is one of the region in scope."""
    snapshot, law = ensure_snapshot(run.roll), law_of(run)
    with assessed(snapshot, law, read_due_dates(run.due_dates), held_of(run.roll, law),
                  run.kecamatan) as (duck, dens):
        yield duck, dens, snapshot


def object_columns(connection: psycopg.Connection[Any], roll: Roll, *names: str) -> dict[str, Integers]:
    """Integer columns of the objects of *roll* by NOP; ``nop`` is always among them. Row k is object number k + 1."""
    columns = [sql.SQL("nop::bigint AS nop"), *(sql.SQL("{0}::bigint AS {0}").format(sql.Identifier(n)) for n in names)]
    query = _OBJECTS.format(columns=sql.SQL(", ").join(columns), region=sql.Literal(roll.region_id),
                            roll=sql.Literal(roll.pk))
    rows = read_arrays(connection, query, sql.Identifier("chunk"), dict.fromkeys(("nop", *names), ">i8"))
    found = sorted_by(rows, "nop")
    if len(found["nop"]) != roll.object_count:
        raise refuse("tax.roll.altered", where=str(roll), remedy="tax.roll.altered.remedy")
    return found


def last_year(run: AssessmentRun) -> tuple[str, Integers, Integers] | None:
    """("bills" or "roll", NOPs, payable) of the tax year before; None when nothing is known of it.

    Bills in force of rolls of the same part count first. Without them last year's roll is assessed by the law of a year
    before the run's day.
    """
    billed = billed_columns(run.roll, run.tax_year - 1, run.kecamatan)
    if billed is not None:
        return "bills", *billed
    roll = roll_before(run.roll)
    if roll is None:
        return None
    law = law_on(run.region.code, _year_before(run.law_on), run.assumptions)
    with assessed(ensure_snapshot(roll), law, read_due_dates(run.due_dates), held_of(roll, law),
                  run.kecamatan) as (duck, _):
        answer = duck.execute("SELECT number, payable FROM assessed WHERE pbb IS NOT NULL ORDER BY number").fetchnumpy()
    nop = object_columns(raw_connection(), roll)["nop"]
    return "roll", nop[np.asarray(answer["number"]) - 1], np.asarray(answer["payable"], dtype=np.int64)


def billed_columns(roll: Roll, year: int, kecamatan: Sequence[str] = ()) -> tuple[Integers, Integers] | None:
    """NOPs and payable of the bills in force of *year*, of rolls of the same part as *roll* and of *kecamatan* (none:
    of all). None where there are none, and where they leave out a kecamatan that was not billed that year."""
    posted = AssessmentRun.objects.filter(tax_year=year, roll__part=roll.part)
    chosen = dict(posted.values_list("id", "kecamatan"))
    alike = list(chosen)
    bills = live_bills(year).filter(run__in=alike)
    if not bills.exists():
        return None
    if any(chosen.values()):
        billed = {kecamatan_of(dotted(str(key))) for key in bills.order_by().values_list(
            "kelurahan_id", flat=True).distinct()}
        if set(kecamatan or kecamatan_of_roll(roll)) - billed:
            return None
    mine = [row.id for row in villages_in(current_region()) if row.kecamatan_code in kecamatan] if kecamatan else None
    query = _BILLS.format(region=sql.Literal(roll.region_id), year=sql.Literal(year), runs=sql.Literal(alike),
                          within=sql.SQL("true") if mine is None else sql.SQL("kelurahan_id = ANY({})").format(
                              sql.Literal(mine)))
    rows = read_arrays(raw_connection(), query, sql.Identifier("chunk"), {"nop": ">i8", "payable": ">i8"})
    found = sorted_by(rows, "nop")
    return found["nop"], found["payable"]


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)

"""Making a synthetic roll of a region and loading it, with progress that a page can show.

Safe to call again and again: a roll that is there is left alone, one that a killed process began is made anew. A full
roll also answers for a small one. Only one process loads at a time; others wait and then find the work done.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError

from sepadan.demo.engine.calibration import Achieved
from sepadan.demo.engine.plan import Plan
from sepadan.demo.engine.recipe import recipe, texts_of
from sepadan.demo.plans import read_plan, read_villages
from sepadan.demo.services.columns import make_columns
from sepadan.demo.services.law import ASSUMPTIONS, CLASS_TABLE
from sepadan.demo.services.progress import OPEN, WHOLE, Clock, Progress, Told, begin_work
from sepadan.ground.messages import message
from sepadan.ground.money import decimal_of
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, AuditEntry, Work, WorkState, record, region_scope
from sepadan.tax.public import (
    LOAD_WORK,
    NewRoll,
    Roll,
    Texts,
    ensure_snapshot,
    fail_roll,
    fill_roll,
    loading_lock,
    open_roll,
    roll_by_hash,
    roll_by_recipe,
    write_snapshot,
)
from sepadan.territory.public import Region

ACTOR = Actor(name="sepadan demo")
NAME = "demo"
DRAWN, CALIBRATED, COPIED = 60, 250, 900


@dataclass(frozen=True, slots=True)
class Loaded:
    """The roll of a region, and whether it was there before."""

    roll: Roll
    was_there: bool
    seconds: float


def load_roll(plan: Plan, *, clock: Clock, told: Told | None = None) -> Loaded:
    """The synthetic roll of *plan*, ready. Raises Refused when its region or villages are not in the database."""
    start = time.monotonic()
    region = _region(plan)
    found = find_roll(plan, region)
    if found is None:
        with loading_lock():
            found = find_roll(plan, region)
            if found is None:
                roll = _load(plan, region, clock, told)
                return Loaded(roll, False, time.monotonic() - start)
    _finish(found, region, clock)
    return Loaded(found, True, time.monotonic() - start)


def _region(plan: Plan) -> Region:
    region = Region.objects.filter(code=plan.region).first()
    villages = {village.code for village in read_villages(plan.region)}
    if region is None or not villages <= set(region.kelurahan.values_list("code", flat=True)):
        raise refuse("demo.territory.missing", where=plan.region, remedy="demo.territory.missing.remedy",
                     region=plan.region)
    return region


def find_roll(plan: Plan, region: Region) -> Roll | None:
    """The ready roll of *plan*, or for a small plan the whole one of the same seed."""
    with region_scope(region):
        found = roll_by_recipe(recipe(plan))
        if found is None and plan.is_small:
            found = roll_by_recipe(recipe(read_plan(plan.region, seed=plan.seed)))
        return found


def _load(plan: Plan, region: Region, clock: Clock, told: Told | None) -> Roll:
    now = clock()
    with region_scope(region):
        new = NewRoll(NAME, plan.tax_year, CLASS_TABLE, True, recipe(plan), plan.seed, plan.divisor)
        roll = open_roll(new, now=now)
        work = begin_work(LOAD_WORK, now, params={"roll": roll.pk, "objects": plan.objects})
    progress = Progress(work, region, clock, told)
    try:
        progress.show(0, message("demo.progress.drawing", region=region.name))
        columns, achieved = make_columns(
            plan, lambda: progress.show(DRAWN, message("demo.progress.calibrating", region=region.name)))
        progress.show(CALIBRATED, message("demo.progress.copying", region=region.name, objects=len(columns)))
        texts = Texts(*texts_of(columns, plan.region))
        fill_roll(roll, columns, texts, figures=figures_of(plan, achieved), clock=clock,
                  told=progress.counting(columns.owner_count + len(columns), CALIBRATED, COPIED))
        with region_scope(region):
            ready = roll_by_hash(columns.content_hash())
        assert ready is not None
        write_snapshot(ready, columns, region)
    except BaseException:
        with suppress(DatabaseError, InterfaceError), region_scope(region):
            fail_roll(roll)
            progress.end(WorkState.FAILED)
        raise
    with region_scope(region):
        progress.end(WorkState.DONE)
    _finish(ready, region, clock)
    return ready


def _finish(roll: Roll, region: Region, clock: Clock) -> None:
    """What follows a ready roll and may be missing after a kill: the end of its work, audit record, snapshot."""
    with region_scope(region):
        Work.objects.filter(kind=LOAD_WORK, state__in=OPEN).update(
            state=WorkState.DONE.value, done=WHOLE, finished_at=clock(), message_key="", message_params={})
        if not AuditEntry.objects.filter(action="demo.audit.roll_loaded", object_id=str(roll.pk)).exists():
            record(ACTOR, "demo.audit.roll_loaded", roll, now=clock(), after={
                "content_hash": roll.content_hash, "objects": roll.object_count, "owners": roll.owner_count,
                "njop_total": roll.njop_total, "recipe": roll.recipe})
        ensure_snapshot(roll)


def figures_of(plan: Plan, achieved: Achieved) -> dict[str, Any]:
    """What the roll was calibrated against and what was achieved, as stored with it and printed."""
    deviation = achieved.deviation
    return {
        "law_on": plan.law_on.isoformat(), "levy": "pbb", "assumptions": ASSUMPTIONS, "divisor": plan.divisor,
        "total": achieved.total, "total_target": achieved.target, "total_kind": plan.targets.total_kind,
        "total_source": plan.targets.total_source, "total_off_percent": f"{decimal_of(deviation * 100, 7):f}",
        "small_limit": plan.targets.small_limit, "small_bills": achieved.small_count,
        "small_target": achieved.small_target, "small_source": plan.targets.small_source,
        "printed": achieved.printed, "printed_source": plan.targets.printed_source, "rounds": achieved.rounds,
    }

"""Making a synthetic roll of a region and loading it, with progress that a page can show.

Safe to call again and again: a roll that is there is left alone, one that a killed process began is made anew. A full
roll also answers for a small one. Only one process loads at a time; others wait and then find the work done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError

from sepadan.demo.engine.calibration import Achieved
from sepadan.demo.engine.plan import Plan
from sepadan.demo.engine.recipe import recipe, texts_of
from sepadan.demo.plans import read_plan, read_villages
from sepadan.demo.services.columns import make_columns
from sepadan.demo.services.law import ASSUMPTIONS, CLASS_TABLE
from sepadan.ground.messages import Message, message
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

Clock = Callable[[], datetime]
Told = Callable[[int, Message], None]
"""Hears how far the work is, in thousandths, and what it is doing."""

ACTOR = Actor(name="sepadan demo")
NAME = "demo"
WHOLE, DRAWN, CALIBRATED, COPIED = 1000, 60, 250, 900
PAUSE = 0.4


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
        work = _begin_work(now, params={"roll": roll.pk, "objects": plan.objects})
    progress = _Progress(work, region, clock, told)
    try:
        progress.show(0, message("demo.progress.drawing", region=region.name))
        columns, achieved = make_columns(
            plan, lambda: progress.show(DRAWN, message("demo.progress.calibrating", region=region.name)))
        progress.show(CALIBRATED, message("demo.progress.copying", region=region.name, objects=len(columns)))
        texts = Texts(*texts_of(columns, plan.region))
        fill_roll(roll, columns, texts, figures=figures_of(plan, achieved), clock=clock,
                  told=progress.counting(columns.owner_count + len(columns)))
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


def _begin_work(now: datetime, params: dict[str, Any]) -> Work:
    """The work that loads: the one that was noted beforehand (``waiting.py``), or a new one.

    Work that a killed process left open is closed. The caller holds the lock, so that none of it is alive.
    """
    still = Work.objects.filter(kind=LOAD_WORK, state__in=[WorkState.QUEUED.value, WorkState.RUNNING.value])
    work = still.filter(state=WorkState.QUEUED.value).order_by("id").first()
    (still if work is None else still.exclude(pk=work.pk)).update(
        state=WorkState.FAILED.value, finished_at=now, message_key="demo.progress.interrupted", message_params={})
    work = work or Work(kind=LOAD_WORK, action="tax.read", total=WHOLE, queued_at=now)
    work.state, work.params, work.started_at, work.heartbeat_at = WorkState.RUNNING.value, params, now, now
    work.save()
    return work


def _finish(roll: Roll, region: Region, clock: Clock) -> None:
    """What follows a ready roll and may be missing after a kill: the end of its work, audit record, snapshot."""
    with region_scope(region):
        Work.objects.filter(kind=LOAD_WORK, state__in=[WorkState.QUEUED.value, WorkState.RUNNING.value]).update(
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


@dataclass(slots=True)
class _Progress:
    """Shows how far a load is: in its work, for pages, and to the caller. Writes at most every ``PAUSE`` seconds."""

    work: Work
    region: Region
    clock: Clock
    told: Told | None
    said: Message = field(default_factory=lambda: message("demo.progress.interrupted"))
    last: float = 0.0

    def show(self, done: int, said: Message) -> None:
        self.said, self.last = said, time.monotonic()
        with region_scope(self.region):
            Work.objects.filter(pk=self.work.pk).update(
                done=done, message_key=said.key, message_params=dict(said.params), heartbeat_at=self.clock())
        if self.told is not None:
            self.told(done, said)

    def counting(self, total: int) -> Callable[[int], None]:
        """Hears how many of *total* rows are copied."""

        def count(done: int) -> None:
            if time.monotonic() - self.last >= PAUSE:
                self.show(CALIBRATED + (COPIED - CALIBRATED) * done // total, self.said)

        return count

    def end(self, state: WorkState) -> None:
        now = self.clock()
        done = {"done": WHOLE, "message_key": "", "message_params": {}} if state is WorkState.DONE else {
            "message_key": "demo.progress.interrupted", "message_params": {}}
        Work.objects.filter(pk=self.work.pk).update(state=state.value, finished_at=now, heartbeat_at=now, **done)
        if state is WorkState.DONE and self.told is not None:
            self.told(WHOLE, message("demo.progress.ready", region=self.region.name))

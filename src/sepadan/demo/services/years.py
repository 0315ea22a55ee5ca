"""Five tax years of one kecamatan: rolls, runs posted by two demo accounts, targets, and what was paid on the bills.

The newest year is the part of the region's synthetic roll, earlier ones are that part undone (``engine/years.py``).
Each year is drafted, computed, approved and posted like any other run, at instants of its own year, under the law of
1 January of that year. Where that law was not found, the first known one stands in for it, and the run says so.

Safe to call again: each step that is done is left alone, and one that a killed process began is taken up where it
stopped; the payments of a tax year come in one transaction. The living register is opened from the newest of the rolls.
Nothing here is about anyone.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import DatabaseError, InterfaceError

from sepadan.demo.engine.plan import Plan
from sepadan.demo.engine.recipe import texts_of
from sepadan.demo.engine.years import FIRST_YEAR, VERSION, Part, part_of, years_of
from sepadan.demo.services.law import ASSUMPTIONS, CLASS_TABLE, class_tables
from sepadan.demo.services.people import actor_with, ensure_accounts
from sepadan.demo.services.progress import OPEN, WHOLE, Clock, Progress, Told, begin_work
from sepadan.demo.services.year_payments import PAID, pay_year
from sepadan.ground.messages import message
from sepadan.records.public import AuditEntry, Role, Work, WorkState, open_chart, region_scope, today
from sepadan.tax.public import (
    AssessmentRun,
    DueDate,
    NewRoll,
    NewRun,
    NewTarget,
    RevenueTarget,
    Roll,
    RunState,
    Texts,
    approve_run,
    approve_target,
    columns_of,
    compute_run,
    draft_run,
    fail_roll,
    fill_roll,
    loading_lock,
    open_roll,
    post_run,
    propose_target,
    register_from_roll,
    roll_by_recipe,
    write_snapshot,
)
from sepadan.territory.public import Region

PARTS = {"35.73": "35.73.02"}
"""The kecamatan of a region whose years are shown: Klojen in Kota Malang."""
YEARS_WORK = "demo.load_years"
LAW_KNOWN_FROM = {"35.73": 2024}
"""The first tax year whose law is in the statutes."""
DUE = (8, 31)
LAST_PAYMENTS = date(2026, 10, 31)
TARGETS = {2021: 880, 2022: 900, 2023: 910, 2024: 930, 2025: 940}
"""The target of a budget year in thousandths of what is billed for it, rounded to whole ten million."""
ROUND = 10_000_000
READ, TO_LAST = 40, 960
SHARES = (("demo.years.roll", 300), ("demo.years.run", 350), ("demo.years.paying", 350))


@dataclass(frozen=True, slots=True)
class LoadedYears:
    """The tax years of a part of a region, and whether all of them were there before."""

    part: str
    years: tuple[int, ...]
    was_there: bool
    seconds: float


def load_years(plan: Plan, roll: Roll, *, clock: Clock, told: Told | None = None) -> LoadedYears | None:
    """The years of the part of *roll* that the demonstration shows; None in a region that has none.

    Opens the region's scope itself; must not be called within a transaction.
    """
    start, region = time.monotonic(), roll.region
    if plan.region not in PARTS:
        return None
    part, years = PARTS[plan.region], tuple(range(FIRST_YEAR, roll.tax_year + 1))
    if ready_years(roll) == years:
        return LoadedYears(part, years, True, time.monotonic() - start)
    ensure_accounts(plan.region, now=clock(), today=today(region, clock()))
    with loading_lock():
        with region_scope(region):
            work = begin_work(YEARS_WORK, clock(), {"roll": roll.pk, "years": list(years)})
        progress = Progress(work, region, clock, told)
        try:
            _load(roll, part, plan.seed, progress, clock)
        except BaseException:
            with suppress(DatabaseError, InterfaceError), region_scope(region):
                progress.end(WorkState.FAILED)
            raise
        with region_scope(region):
            progress.end(WorkState.DONE)
    return LoadedYears(part, years, False, time.monotonic() - start)


def ready_years(roll: Roll) -> tuple[int, ...]:
    """The tax years of the part of *roll* that are complete, with their payments."""
    code = roll.region.code
    if code not in PARTS:
        return ()
    with region_scope(roll.region):
        found = []
        for year in range(FIRST_YEAR, roll.tax_year + 1):
            of_year = roll_by_recipe(recipe_of(roll, PARTS[code], year))
            run = None if of_year is None else _run_of(of_year)
            if run is not None and AuditEntry.objects.filter(action=PAID, object_id=str(run.pk)).exists():
                found.append(year)
    return tuple(found)


def years_work(region: Region) -> Work | None:
    """The loading of years that is under way."""
    with region_scope(region):
        return Work.objects.filter(kind=YEARS_WORK, state__in=OPEN).order_by("-id").first()


def recipe_of(roll: Roll, part: str, year: int) -> str:
    """What identifies the roll of a part and year that is derived from *roll*."""
    return hashlib.sha256(f"years {VERSION} {roll.content_hash} {part} {year}".encode()).hexdigest()


def _load(roll: Roll, part: str, seed: int, progress: Progress, clock: Clock) -> None:
    region = roll.region
    progress.show(0, message("demo.years.drawing", part=_name_of(region, part)))
    with region_scope(region):
        open_chart(["pbb"])
        columns = columns_of(roll)
    land, building = class_tables()
    years = years_of(part_of(columns, part), roll.tax_year, seed, land, building)
    last_day = min(LAST_PAYMENTS, today(region, clock()))
    each = (TO_LAST - READ) // len(years)
    for place, (year, state) in enumerate(years.items()):
        at = READ + place * each

        def say(step: int, year: int = year, at: int = at) -> None:
            done = at + each * sum(share for _, share in SHARES[:step]) // WHOLE
            progress.show(done, message(SHARES[step][0], part=_name_of(region, part), year=str(year)))

        say(0)
        of_year = _roll_of(roll, part, year, state)
        say(1)
        run = _posted_run(of_year)
        _target_of(run, part)
        if year == roll.tax_year:
            officer = actor_with(region.code, Role.TAX_OFFICER)
            register_from_roll(region, of_year, actor=officer, now=_instant(year, 1, 6), first_year=year)
        say(2)
        pay_year(region, run, state, seed, last_day)


def _name_of(region: Region, part: str) -> str:
    found = region.kecamatan.filter(code=part).values_list("name", flat=True).first()
    return str(found or part)


def _roll_of(roll: Roll, part: str, year: int, state: Part) -> Roll:
    """The ready roll of one year; made when it is missing."""
    region, recipe, at = roll.region, recipe_of(roll, part, year), _instant(year, 1, 5)
    with region_scope(region):
        found = roll_by_recipe(recipe)
        if found is not None:
            return found
        new = NewRoll(f"demo {part}", year, CLASS_TABLE, True, recipe, roll.seed, roll.divisor, part)
        opened = open_roll(new, now=at)
    texts = Texts(*texts_of(state.columns, region.code, state.owners))
    try:
        fill_roll(opened, state.columns, texts, figures={"derived_from": roll.content_hash, "part": part},
                  clock=lambda: at)
    except BaseException:
        with suppress(DatabaseError, InterfaceError), region_scope(region):
            fail_roll(opened)
        raise
    with region_scope(region):
        ready = roll_by_recipe(recipe)
    assert ready is not None
    write_snapshot(ready, state.columns, region)
    return ready


def _run_of(roll: Roll) -> AssessmentRun | None:
    """The run over *roll* that counts, or is on its way."""
    lost = (RunState.REVERSED.value, RunState.FAILED.value)
    return AssessmentRun.objects.filter(roll=roll).exclude(state__in=lost).order_by("-id").first()


def _posted_run(roll: Roll) -> AssessmentRun:
    """The run over *roll*, taken to its end: computed by the demo officer, approved by the demo approver, posted."""
    region, year = roll.region, roll.tax_year
    officer, approver = (actor_with(region.code, role) for role in (Role.TAX_OFFICER, Role.TAX_APPROVER))
    with region_scope(region):
        run = _run_of(roll) or draft_run(roll, new_run(region.code, year), actor=officer, now=_instant(year, 1, 10))
        if run.state == RunState.DRAFT:
            run = compute_run(run, version=run.version, actor=officer, now=_instant(year, 1, 11))
        if run.state == RunState.COMPUTED:
            run = approve_run(run, version=run.version, actor=approver, now=_instant(year, 1, 20))
    post_run(region, run.pk, actor=officer, clock=lambda: _instant(year, 1, 21))
    with region_scope(region):
        return AssessmentRun.objects.select_related("region", "roll").get(pk=run.pk)


def new_run(region: str, year: int) -> NewRun:
    """What the demo officer states: the due date and, before the first known law, which one stands in."""
    known = max(year, LAW_KNOWN_FROM.get(region, year))
    stand_in = "" if known == year else (
        f"Contoh: hukum per 1 Januari {year} tidak ditemukan; dipakai hukum per 1 Januari {known}")
    return NewRun(law_on=date(known, 1, 1), issued_on=date(year, 2, 1), due_dates=(DueDate(None, date(year, *DUE)),),
                  due_decree=f"Contoh, bukan keputusan: jatuh tempo 31 Agustus {year}", assumptions=ASSUMPTIONS,
                  assumptions_decree=stand_in)


def _target_of(run: AssessmentRun, part: str) -> None:
    """The example target of the budget year of *run*, entered and approved by the two demo accounts."""
    region, year = run.region, run.tax_year
    officer, approver = (actor_with(region.code, role) for role in (Role.TAX_OFFICER, Role.TAX_APPROVER))
    with region_scope(region):
        if RevenueTarget.objects.filter(levy="pbb", year=year, part=part, synthetic=True).exists():
            return
        amount = max(1, run.control["payable"] * TARGETS[year] // 1000 // ROUND) * ROUND
        target = propose_target(NewTarget(
            "pbb", year, amount, f"Contoh, bukan Perda: target {year} untuk data contoh", date(year - 1, 12, 20),
            source="sepadan demo", part=part, synthetic=True), actor=officer, now=_instant(year, 1, 22))
        approve_target(target, actor=approver, now=_instant(year, 1, 23))


def _instant(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, 0, tzinfo=UTC)

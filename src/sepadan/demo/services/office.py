"""What makes the demonstration look like an office at work: a bank and its files, a counter, requests, letters, the
register of this week, and the assessment of the year after that waits for approval.

It is loaded behind the example years of a region that shows them. Every part runs once, in one transaction, and leaves
an audit record; a part that a killed process began is made anew. The demo accounts act through the services that
everybody uses, on the days before the loading. Which bills and objects they act on follows from the seed. What is
written says that it is an example; no figure is taken for a legal one. Nothing here is about anyone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError

from sepadan.demo.engine.draws import below
from sepadan.demo.engine.plan import Plan
from sepadan.demo.services.office_collection import write_example_letters
from sepadan.demo.services.office_money import open_example_bank, open_example_counter
from sepadan.demo.services.office_register import change_example_objects, enter_example_sales
from sepadan.demo.services.office_requests import file_example_requests
from sepadan.demo.services.office_run import draft_next_year
from sepadan.demo.services.office_scene import ACTOR, Scene
from sepadan.demo.services.people import actor_with
from sepadan.demo.services.progress import OPEN, WHOLE, Clock, Progress, Told, begin_work
from sepadan.demo.services.years import PARTS, ready_years
from sepadan.ground.messages import message
from sepadan.records.public import AuditEntry, Role, Thing, Work, WorkState, record, region_scope
from sepadan.tax.public import Bill, Roll, keep_books, loading_lock
from sepadan.territory.public import Region

OFFICE_WORK = "demo.load_office"
PART_DONE = "demo.audit.office_part"
IN_SCOPE: dict[str, Callable[[Scene], None]] = {
    "bank": open_example_bank, "counter": open_example_counter, "requests": file_example_requests,
    "letters": write_example_letters, "register": change_example_objects, "sales": enter_example_sales}
NAMES = (*IN_SCOPE, "run")


@dataclass(frozen=True, slots=True)
class LoadedOffice:
    """Whether all parts were there before, and how long it took."""

    was_there: bool
    seconds: float


def load_office(plan: Plan, roll: Roll, *, clock: Clock, told: Told | None = None) -> LoadedOffice | None:
    """The office at work over the example years of *roll*; None where the region shows none or they are not ready.

    Opens the region's scope itself; must not be called within a transaction.
    """
    start, region = time.monotonic(), roll.region
    if plan.region not in PARTS or roll.tax_year not in ready_years(roll):
        return None
    with region_scope(region):
        missing = [name for name in NAMES if not _is_done(roll, name)]
        if not missing:
            return LoadedOffice(True, time.monotonic() - start)
    with loading_lock(), region_scope(region):
        work = begin_work(OFFICE_WORK, clock(), {"roll": roll.pk})
    progress = Progress(work, region, clock, told)
    try:
        for place, name in enumerate(missing):
            progress.show(WHOLE * place // len(missing), message(f"demo.office.{name}", region=region.name))
            _load_part(plan, roll, name, clock)
    except BaseException:
        with suppress(DatabaseError, InterfaceError), region_scope(region):
            progress.end(WorkState.FAILED)
        raise
    keep_books(region, now=clock())
    with region_scope(region):
        progress.end(WorkState.DONE)
    return LoadedOffice(False, time.monotonic() - start)


def office_work(region: Region) -> Work | None:
    """The loading of the office that is under way."""
    with region_scope(region):
        return Work.objects.filter(kind=OFFICE_WORK, state__in=OPEN).order_by("-id").first()


def _load_part(plan: Plan, roll: Roll, name: str, clock: Clock) -> None:
    region = roll.region
    officer, approver = (actor_with(region.code, role) for role in (Role.TAX_OFFICER, Role.TAX_APPROVER))
    if name == "run":  # makes a roll, which has transactions of its own
        draft_next_year(region, roll.tax_year + 1, PARTS[plan.region], officer=officer, approver=approver, now=clock())
    with region_scope(region):
        if name in IN_SCOPE and not _is_done(roll, name):
            IN_SCOPE[name](Scene(region, roll.tax_year, PARTS[plan.region], plan.seed, officer, approver, clock(),
                                 _objects(region, roll.tax_year, plan.seed)))
        if not _is_done(roll, name):
            record(ACTOR, PART_DONE, _thing(roll, name), now=clock(), after={"part": name})


def _is_done(roll: Roll, name: str) -> bool:
    return AuditEntry.objects.filter(action=PART_DONE, object_id=_thing(roll, name).id).exists()


def _thing(roll: Roll, name: str) -> Thing:
    return Thing("demo.office", f"{roll.tax_year}:{name}", name)


def _objects(region: Region, year: int, seed: int) -> list[int]:
    """The charges of the year's live bills in an order that the seed draws."""
    charges = list(Bill.objects.filter(tax_year=year, live=True, charge__isnull=False).order_by("nop")
                   .values_list("charge_id", flat=True))
    lots = below(seed, "office/order", len(charges), 2**31).tolist()
    return [int(charge) for _, charge in sorted(zip(lots, charges, strict=True))]


__all__ = ["NAMES", "OFFICE_WORK", "LoadedOffice", "load_office", "office_work"]

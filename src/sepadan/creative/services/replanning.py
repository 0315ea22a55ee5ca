"""A later decree on days off against the series that were planned without it: what would change, and changing it.

    changes_due      the dry run: for each series what falls out and what comes back, nothing written
    replan_series    the same, applied: once for each decree, with an event on each booking that its applicant sees

Only dates after *today* change, and only those nobody has decided on by hand (moved, cancelled, brought back, dropped):
``engine/holidays.py`` says which. A date that falls out is passed over with the name of the day; one that comes back is
held or confirmed again as its booking is, when its slot is still free and open; otherwise it stays out, and that is
told. A series remembers the decrees it was last held against, so that a second run finds nothing to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sepadan.creative.engine.holidays import DayOff, Known, known_on, replan, years_of
from sepadan.creative.models import Booking, BookingDate, ReplanRun, SeriesPlan, Space
from sepadan.creative.names import OPEN, BookingState, DateCause, DateState
from sepadan.creative.services.decisions import STILL_OPEN, locked_booking
from sepadan.creative.services.holding import expire_holds, keep_dates, lock_units, touch
from sepadan.creative.services.series import as_skip
from sepadan.creative.services.series_changes import bring_back
from sepadan.ground.messages import message
from sepadan.ground.problems import Refused, refuse
from sepadan.ground.provisions import HolidayDecree
from sepadan.ground.statutes import load_book
from sepadan.records.public import Actor, current_region, record, zone_of

LIVE = (*OPEN, DateState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class DueDate:
    """One date that changes, and the day off that does it."""

    row: BookingDate
    day: date
    off: DayOff


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """What later decrees change in one series. ``after`` are the decrees it is then held against."""

    booking: Booking
    plan: SeriesPlan
    falls_out: tuple[DueDate, ...]
    comes_back: tuple[DueDate, ...]
    now_known: tuple[int, ...]
    after: Known

    @property
    def changes(self) -> bool:
        return bool(self.falls_out or self.comes_back)


def changes_due(*, now: datetime, today: date, decrees: Iterable[HolidayDecree] | None = None) -> list[SeriesChange]:
    """What is to change, the first series first. Three queries, however many series there are. Nothing is written."""
    held = tuple(load_book().holiday_decrees() if decrees is None else decrees)
    plans = list(SeriesPlan.objects.exclude(skip="none").filter(
        booking__state__in=[*STILL_OPEN, BookingState.CONFIRMED]).select_related("booking__space", "booking__centre"))
    rows: dict[int, list[BookingDate]] = {}
    for one in BookingDate.objects.filter(booking__in=[plan.booking_id for plan in plans]).select_related(
            "space__floor__centre").order_by("first_planned"):
        rows.setdefault(one.booking_id, []).append(one)
    found = [_change(plan, rows.get(plan.booking_id, []), held, today) for plan in plans]
    return [one for one in found if one is not None]


def mark_of(changes: Sequence[SeriesChange]) -> str:
    """What tells one dry run from another: nothing is applied that was not seen."""
    plain = [[one.booking.pk, one.booking.version, sorted(due.row.pk for due in one.falls_out),
              sorted(due.row.pk for due in one.comes_back), one.after.version] for one in changes if one.changes]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:24]


def replan_series(*, actor: Actor, now: datetime, today: date, seen: str | None = None,
                  decrees: Iterable[HolidayDecree] | None = None) -> ReplanRun | None:
    """Apply what is due; None when there is nothing. *seen*: the mark of the dry run somebody looked at.

    Raises Refused when something changed since it was seen; then nothing is applied.
    """
    with transaction.atomic():
        due = changes_due(now=now, today=today, decrees=decrees)
        if seen is not None and seen != mark_of(due):
            raise refuse("creative.replan.changed", remedy="creative.replan.changed.remedy")
        lock_units(Space.objects.filter(dates__booking__in=[one.booking for one in due if one.changes]).distinct())
        taken = sum(_apply(one, actor, now, today) for one in sorted(due, key=lambda one: one.booking.pk))
        changed = [one for one in due if one.changes]
        if not changed:
            return None
        known = sorted({name for one in changed for name in one.after.version})
        return ReplanRun.objects.create(
            at=now, by_name=actor.name, decrees=known, series=len(changed), still_taken=taken,
            fell_out=sum(len(one.falls_out) for one in changed), came_back=sum(
                len(one.comes_back) for one in changed) - taken)


def _change(plan: SeriesPlan, rows: Sequence[BookingDate], decrees: Sequence[HolidayDecree], today: date
            ) -> SeriesChange | None:
    zone = zone_of(current_region())
    by_day = {one.first_planned.astimezone(zone).date(): one for one in rows}
    years = years_of(by_day)
    after = known_on(decrees, years, today)
    told = tuple(one for one in decrees if one.id in plan.decrees and one.year in years)
    covered = {one.year for one in told}
    before = Known(plan.known_on, told, tuple(year for year in years if year not in covered))
    if sorted(before.version) == sorted(after.version):
        return None
    settled = [day for day, one in by_day.items() if _decided_by_hand(one, plan.booking)]
    result = replan(list(by_day), as_skip(plan.skip), before, after, today, settled)
    out = tuple(DueDate(by_day[off.day], off.day, off) for off in result.falls_out
                if by_day[off.day].state in LIVE)
    back = tuple(DueDate(by_day[off.day], off.day, off) for off in result.returns
                 if (by_day[off.day].state, by_day[off.day].cause) == (DateState.SKIPPED, DateCause.DAY_OFF))
    return SeriesChange(plan.booking, plan, out, back, result.now_known, after)


def _decided_by_hand(one: BookingDate, booking: Booking) -> bool:
    return (one.settled_at is not None or one.starts_at != one.first_planned or one.space_id != booking.space_id
            or one.state not in (*LIVE, DateState.SKIPPED))


def _apply(change: SeriesChange, actor: Actor, now: datetime, today: date) -> int:
    """Write one change. Returns how many dates could not come back."""
    taken: list[DueDate] = []
    if change.changes:
        held, units = locked_booking(change.booking, change.booking.version)
        expire_holds(units, now)
        for due in change.falls_out:
            due.row.state, due.row.cause, due.row.held_until = DateState.SKIPPED.value, DateCause.DAY_OFF.value, None
            due.row.reason, due.row.changed_at = due.off.name.text("id")[:300], now
        keep_dates([due.row for due in change.falls_out], ("state", "cause", "held_until", "reason", "changed_at"))
        taken = [due for due in change.comes_back if not _came_back(held, due, now)]
        back = [due for due in change.comes_back if due not in taken]
        touch(held, actor, now, "replan", note=_told(change.falls_out, back, taken), data={
            "out": [due.day.isoformat() for due in change.falls_out], "back": [due.day.isoformat() for due in back],
            "taken": [due.day.isoformat() for due in taken], "decrees": list(change.after.version)})
        record(actor, "creative.audit.replanned", held, now=now, after={
            "number": held.number, "out": len(change.falls_out), "back": len(back), "taken": len(taken)})
    SeriesPlan.objects.filter(pk=change.plan.pk).update(
        decrees=list(change.after.version), known_on=today, replanned_at=now)
    return len(taken)


def _came_back(held: Booking, due: DueDate, now: datetime) -> bool:
    try:
        with transaction.atomic():
            bring_back(held, [due.row], now, settle=False)
    except Refused as refused:
        BookingDate.objects.filter(pk=due.row.pk).update(
            cause=DateCause.CLASH.value, reason=refused.problem.what.text("id")[:300], changed_at=now)
        return False
    return True


def _told(out: Sequence[DueDate], back: Sequence[DueDate], taken: Sequence[DueDate]) -> str:
    """What the applicant reads: each day with its reason."""
    parts = [message("creative.replan.out", day=due.day, name=due.off.name) for due in out]
    parts += [message("creative.replan.back", day=due.day, name=due.off.name) for due in back]
    parts += [message("creative.replan.taken", day=due.day, name=due.off.name) for due in taken]
    return " ".join(one.text("id") for one in parts)

"""Changing a series after it was filed: one date, that one and the rest, or all that are to come.

A change by *scope* begins at one date (its ordinal) and goes on by the order in which the dates were first planned.
Moving shifts every date by as many days as the first one and gives all the same new hours; a date keeps its ordinal and
the time it was first planned for, which calendar files name as RECURRENCE-ID. A date that would fall on a day off, a
closed hour or a taken slot stops the whole change, or stays where it was (``skip``). What is past, cancelled or passed
over is not touched. Every date that is changed is marked as decided by hand: no later decree moves it.

A date that was passed over can be brought back (``restore_date``). Locks as in ``services/holding.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db import transaction

from sepadan.creative.engine.opening import shut
from sepadan.creative.models import Booking, BookingDate, SeriesPlan, Space
from sepadan.creative.names import BLOCKING, OPEN, BookingState, DateState
from sepadan.creative.services.bookings import HOLD_HOURS, taken_refusal
from sepadan.creative.services.decisions import STILL_OPEN, cancel_dates, locked_booking, move_date, withdraw_booking
from sepadan.creative.services.holding import Meeting, clashes_of, expire_holds, keep_dates, touch
from sepadan.creative.services.open_times import check_open, schedule_of
from sepadan.creative.services.series import as_skip
from sepadan.creative.services.wishes import days_off, meeting_of
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, current_region, record, zone_of

Scope = Literal["one", "rest", "all"]
SCOPES: tuple[Scope, ...] = ("one", "rest", "all")
MOVED = ("starts_at", "ends_at", "space", "setup_minutes", "cleardown_minutes", "state", "settled_at", "changed_at")


@dataclass(frozen=True, slots=True)
class Goal:
    """Where the first date goes: its new local day and hours; another space or the one it has."""

    day: date
    since: time
    until: time
    space: Space | None = None


@dataclass(frozen=True, slots=True)
class Stayed:
    """A date that could not go along, and why."""

    ordinal: int
    day: date
    why: Message


def dates_from(booking: Booking, ordinal: int, scope: Scope) -> list[BookingDate]:
    """The dates that *scope* means, in the order in which they were first planned. Raises Refused on no such date."""
    dates = list(booking.dates.select_related("space__floor__centre").order_by("first_planned", "ordinal"))
    at = next((number for number, one in enumerate(dates) if one.ordinal == ordinal), None)
    if at is None:
        raise refuse("creative.booking.no_date", where=booking.number, ordinal=ordinal)
    return {"one": dates[at:at + 1], "rest": dates[at:], "all": dates}[scope]


def move_dates(booking: Booking, ordinal: int, scope: Scope, goal: Goal, *, version: int, actor: Actor, now: datetime,
               reason: str = "", skip: bool = False) -> tuple[Booking, list[Stayed]]:
    """Move the dates of *scope*. Returns the booking and, with *skip*, what stayed. Raises Refused; then nothing
    changed."""
    if scope == "one":
        meeting = meeting_of(goal.day, goal.since, goal.until)
        return move_date(booking, ordinal, meeting, space=goal.space, version=version, actor=actor, now=now,
                         reason=reason), []
    with transaction.atomic():
        held, units = locked_booking(booking, version, [goal.space] if goal.space else [])
        expire_holds(units, now)
        chosen = dates_from(held, ordinal, scope)
        movable = [one for one in chosen if one.state in BLOCKING and one.starts_at >= now]
        first = next(one for one in dates_from(held, ordinal, "one"))
        if not movable:
            raise refuse("creative.booking.not_movable", where=held.number,
                         remedy="creative.booking.not_movable.remedy")
        wanted = _wanted(movable, first, goal)
        stayed = _what_stays(held, movable, wanted, goal, now, skip)
        going = [one for one in movable if one.ordinal not in {stays.ordinal for stays in stayed}]
        if not going:
            raise refuse("creative.series.nothing_moves", where=held.number, why=stayed[0].why)
        _write(held, going, wanted, goal, now)
        shift = (goal.day - _local_day(first)).days
        touch(held, actor, now, "move", note=reason, data={
            "scope": scope, "ordinals": [one.ordinal for one in going], "days": shift,
            "hours": f"{goal.since:%H:%M}-{goal.until:%H:%M}", "stayed": [one.ordinal for one in stayed]})
        record(actor, "creative.audit.moved", held, now=now, reason=reason.strip()[:500],
               before={"dates": len(movable)}, after={
                   "dates": len(going), "days": shift, "hours": f"{goal.since:%H:%M}-{goal.until:%H:%M}",
                   "space": goal.space.code if goal.space else ""})
    return held, stayed


def drop_dates(booking: Booking, ordinal: int, scope: Scope, *, version: int, reason: str, actor: Actor, now: datetime
               ) -> Booking:
    """Cancel the dates of *scope* that are to come; of a booking that is still open, take them back."""
    chosen = [one for one in dates_from(booking, ordinal, scope) if one.starts_at > now]
    if booking.state not in STILL_OPEN:
        return cancel_dates(booking, version=version, reason=reason, actor=actor, now=now,
                            ordinals=[one.ordinal for one in chosen])
    mine = [one.ordinal for one in chosen if one.state in OPEN]
    if not mine:
        raise refuse("creative.booking.nothing_to_cancel", where=booking.number)
    if not booking.dates.filter(state__in=OPEN).exclude(ordinal__in=mine).exists():
        return withdraw_booking(booking, version=version, actor=actor, now=now, reason=reason)
    with transaction.atomic():
        held, _ = locked_booking(booking, version)
        gone = held.dates.filter(ordinal__in=mine, state__in=OPEN).update(
            state=DateState.WITHDRAWN.value, held_until=None, changed_at=now, settled_at=now, reason=reason[:300])
        touch(held, actor, now, "drop", note=reason, data={"ordinals": mine})
        record(actor, "creative.audit.dropped", held, now=now, reason=reason.strip()[:500],
               after={"number": held.number, "dates": gone})
    return held


def restore_date(booking: Booking, ordinal: int, *, version: int, actor: Actor, now: datetime, reason: str = ""
                 ) -> Booking:
    """Bring back a date that was passed over, as the booking now stands. Raises Refused when it is taken or closed."""
    with transaction.atomic():
        held, units = locked_booking(booking, version)
        expire_holds(units, now)
        one = dates_from(held, ordinal, "one")[0]
        if one.state != DateState.SKIPPED or one.starts_at <= now or held.state not in (
                *STILL_OPEN, BookingState.CONFIRMED):
            raise refuse("creative.series.not_restorable", where=held.number)
        bring_back(held, [one], now, settle=True)
        touch(held, actor, now, "restore", note=reason, data={"ordinals": [ordinal]})
        record(actor, "creative.audit.restored", held, now=now, reason=reason.strip()[:500],
               after={"number": held.number, "starts_at": one.starts_at.isoformat()})
    return held


def bring_back(held: Booking, dates: Sequence[BookingDate], now: datetime, *, settle: bool) -> None:
    """Put *dates* that were passed over into the state that their booking has. The caller has locked the units.

    Raises Refused when one is taken or closed.
    """
    for one in dates:
        meeting = Meeting(one.starts_at, one.ends_at)
        check_open(one.space, [meeting])
        if clashes := clashes_of(one.space, [meeting], but=[one.pk]):
            raise taken_refusal(one.space, clashes)
        state, until = _state_in(held, now)
        one.state, one.held_until, one.cause, one.reason = state.value, until, "", ""
        one.changed_at, one.settled_at = now, now if settle else one.settled_at
    if not keep_dates(dates, ("state", "held_until", "cause", "reason", "changed_at", "settled_at")):
        raise refuse("creative.booking.taken_meanwhile", where=held.number, remedy="creative.booking.taken.remedy")


def _state_in(held: Booking, now: datetime) -> tuple[DateState, datetime | None]:
    if held.state == BookingState.CONFIRMED:
        return DateState.CONFIRMED, None
    if held.state == BookingState.WAITING:
        return DateState.WAITING, None
    hours = int(held.centre.rules.get("hold_hours", HOLD_HOURS))
    return (DateState.HELD, now + timedelta(hours=hours)) if hours else (DateState.WANTED, None)


def _wanted(dates: Sequence[BookingDate], first: BookingDate, goal: Goal) -> dict[int, Meeting]:
    """The new meeting of each date by ordinal: its own day shifted as the first one is, the new hours."""
    shift = goal.day - _local_day(first)
    return {one.ordinal: meeting_of(_local_day(one) + shift, goal.since, goal.until) for one in dates}


def _local_day(one: BookingDate) -> date:
    return one.starts_at.astimezone(zone_of(current_region())).date()


def _what_stays(held: Booking, dates: Sequence[BookingDate], wanted: dict[int, Meeting], goal: Goal, now: datetime,
                skip: bool) -> list[Stayed]:
    """What cannot go along. Without *skip* the first such date refuses the whole."""
    zone = zone_of(current_region())
    why = _off_or_closed(held, dates, wanted, goal, now)
    while True:  # what stays is in the way of others, so that the rest is judged again
        going = [one for one in dates if one.ordinal not in why]
        found = {}
        for space, some in _by_goal(going, goal):
            for clash in clashes_of(space, [wanted[one.ordinal] for one in some], but=[one.pk for one in going]):
                found.update({one.ordinal: taken_refusal(space, [clash]) for one in some
                              if wanted[one.ordinal] == clash.meeting})
        if not found:
            break
        if not skip:
            raise next(iter(found.values()))
        why |= {ordinal: refused.problem.what for ordinal, refused in found.items()}
    if why and not skip:
        ordinal = min(why)
        raise refuse("creative.series.cannot_move", where=held.number, remedy="creative.series.cannot_move.remedy",
                     on=wanted[ordinal].starts_at.astimezone(zone).date(), why=why[ordinal], count=len(why))
    return [Stayed(one.ordinal, _local_day(one), why[one.ordinal]) for one in dates if one.ordinal in why]


def _off_or_closed(held: Booking, dates: Sequence[BookingDate], wanted: dict[int, Meeting], goal: Goal, now: datetime
                   ) -> dict[int, Message]:
    zone = zone_of(current_region())
    plan = SeriesPlan.objects.filter(booking=held).first()
    skip = as_skip(plan.skip if plan else None)
    days = {ordinal: meeting.starts_at.astimezone(zone).date() for ordinal, meeting in wanted.items()}
    known = days_off(sorted(days.values()), now.astimezone(zone).date())
    found: dict[int, Message] = {}
    for space, some in _by_goal(dates, goal):
        schedule = schedule_of(space)
        for one in some:
            meeting, off = wanted[one.ordinal], known.day_off(days[one.ordinal], skip)
            fault = shut(schedule, meeting.starts_at, meeting.ends_at) if schedule.hours else None
            if meeting.starts_at < now:
                found[one.ordinal] = message("creative.booking.past")
            elif off is not None:
                found[one.ordinal] = message("creative.day.off", name=off.name)
            elif fault is not None:
                found[one.ordinal] = fault.reason
    return found


def _by_goal(dates: Sequence[BookingDate], goal: Goal) -> list[tuple[Space, list[BookingDate]]]:
    if goal.space is not None:
        return [(goal.space, list(dates))]
    spaces = {one.space_id: one.space for one in dates}
    return [(space, [one for one in dates if one.space_id == key]) for key, space in spaces.items()]


def _write(held: Booking, going: Sequence[BookingDate], wanted: dict[int, Meeting], goal: Goal, now: datetime) -> None:
    """Free all slots first: a date may go where another one of the same series was a moment ago."""
    BookingDate.objects.filter(pk__in=[one.pk for one in going]).update(state=DateState.WANTED.value, changed_at=now)
    for one in going:
        space = goal.space or one.space
        one.starts_at, one.ends_at, one.space = wanted[one.ordinal].starts_at, wanted[one.ordinal].ends_at, space
        one.setup_minutes, one.cleardown_minutes = space.setup_minutes, space.cleardown_minutes
        one.settled_at = one.changed_at = now
    if not keep_dates(going, MOVED):
        raise refuse("creative.booking.taken_meanwhile", where=held.number, remedy="creative.booking.taken.remedy")

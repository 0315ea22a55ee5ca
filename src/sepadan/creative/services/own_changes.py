"""What an applicant may change by himself, with number and code: within bounds, so that the desk can rely on a plan.

While a booking is not decided, its dates may be moved within the same space and taken back; once it is confirmed, dates
may be cancelled but no longer moved, since its letter names the times. Both only until some days before the date
(``own_change_days`` of the centre's rules) and only so often (``own_changes``); an applicant cannot move a date to
longer hours than it had. Everything else is the desk's. The acts themselves are those of ``series_changes``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sepadan.creative.models import Booking, BookingDate
from sepadan.creative.names import BLOCKING, OPEN, BookingState, DateState
from sepadan.creative.services.decisions import STILL_OPEN
from sepadan.creative.services.series_changes import Goal, Scope, Stayed, dates_from, drop_dates, move_dates
from sepadan.creative.services.wishes import ONLINE, check_within
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, zone_of

DAYS, MOST = 3, 6
"""Days before a date until which it may be changed, and changes of one booking, where the centre does not say."""
KINDS = ("move", "drop", "cancel", "withdraw")


def days_before(booking: Booking) -> int:
    return int(booking.centre.rules.get("own_change_days", DAYS))


def changes_left(booking: Booking, actor_name: str) -> int:
    """How many changes the applicant still has."""
    most = int(booking.centre.rules.get("own_changes", MOST))
    return max(0, most - booking.events.filter(kind__in=KINDS, by_name=actor_name, by__isnull=True).count())


def may_move(booking: Booking, one: BookingDate, now: datetime) -> bool:
    return booking.state in STILL_OPEN and one.state in BLOCKING and _in_time(booking, one, now)


def may_drop(booking: Booking, one: BookingDate, now: datetime) -> bool:
    states = OPEN if booking.state in STILL_OPEN else (DateState.CONFIRMED,)
    return (booking.state in (*STILL_OPEN, BookingState.CONFIRMED) and one.state in states
            and _in_time(booking, one, now))


def move_own(booking: Booking, ordinal: int, scope: Scope, goal: Goal, *, version: int, actor: Actor, now: datetime,
             reason: str, skip: bool) -> list[Stayed]:
    """Move dates as their applicant. Raises Refused beyond his bounds."""
    _check(booking, actor)
    first = dates_from(booking, ordinal, "one")[0]
    length = timedelta(hours=goal.until.hour - goal.since.hour, minutes=goal.until.minute - goal.since.minute)
    going = [one for one in dates_from(booking, ordinal, scope) if one.state in BLOCKING and one.starts_at > now]
    if not may_move(booking, first, now) or not all(may_move(booking, one, now) for one in going):
        raise refuse("creative.own.not_movable", remedy="creative.own.ask_desk", days=days_before(booking))
    check_within(goal.day, goal.day, goal.since, goal.until, today=now.astimezone(zone_of(booking.region)).date(),
                 reach=ONLINE)
    if goal.space is not None or length > first.ends_at - first.starts_at:
        raise refuse("creative.own.no_longer", remedy="creative.own.ask_desk")
    return move_dates(booking, ordinal, scope, goal, version=version, actor=actor, now=now, reason=reason, skip=skip)[1]


def drop_own(booking: Booking, ordinal: int, scope: Scope, *, version: int, actor: Actor, now: datetime, reason: str
             ) -> Booking:
    """Cancel or take back dates as their applicant. Raises Refused beyond his bounds, on the whole."""
    _check(booking, actor)
    chosen = [one for one in dates_from(booking, ordinal, scope) if one.starts_at > now and one.state in (
        *OPEN, DateState.CONFIRMED)]
    if not chosen or not all(may_drop(booking, one, now) for one in chosen):
        raise refuse("creative.own.not_droppable", remedy="creative.own.ask_desk", days=days_before(booking))
    return drop_dates(booking, ordinal, scope, version=version, reason=reason, actor=actor, now=now)


def _check(booking: Booking, actor: Actor) -> None:
    if not changes_left(booking, actor.name):
        raise refuse("creative.own.too_often", remedy="creative.own.ask_desk")


def _in_time(booking: Booking, one: BookingDate, now: datetime) -> bool:
    return one.starts_at - now >= timedelta(days=days_before(booking))

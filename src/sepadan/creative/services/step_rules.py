"""Where a booking stands on the centre's way to a decision: its step, whose turn it is, until when.

The steps are the centre's data (``engine/desk_rules.py``). ``step_due`` of a booking is always the last day of whoever
has to act: of the desk in review, of the applicant while he was asked. What the desk had left when it asked is noted
with the question and given back with the answer, so that waiting for an applicant is not counted against the desk. A
hold goes on to the end of that day and ``hold_slack_days`` of the centre more: nobody loses a slot while a step is
within its time, nor because the desk is a little late. Days are local to the region.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sepadan.creative.engine.desk_rules import DeskRules, Step, due_on, read_rules, step_after, steps_of
from sepadan.creative.models import Booking, BookingDate, Centre, Space
from sepadan.creative.names import DateState
from sepadan.creative.services.wishes import days_off
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region, zone_of

UNSTEPPED = "curation"
"""The step of a booking where the centre demands none."""


def rules_of(centre: Centre) -> DeskRules:
    return read_rules(centre.rules)


def steps_for(booking: Booking) -> tuple[Step, ...]:
    """The steps that *booking* needs, in order."""
    return steps_of(rules_of(booking.centre), booking.intake, booking.people, booking.space.kind)


def first_step(centre: Centre, space: Space, intake: str, people: int | None, today: date) -> tuple[str, date | None]:
    """The step with which a wish begins, and its last day."""
    rules = rules_of(centre)
    steps = steps_of(rules, intake, people, space.kind)
    return (steps[0].code, last_day(rules, today, steps[0].days)) if steps else (UNSTEPPED, None)


def last_day(rules: DeskRules, start: date, days: int) -> date:
    """The last day of *days* after *start*, counted as the centre counts."""
    if not rules.working:
        return due_on(start, days)
    reach = [start + timedelta(days=number) for number in range(0, 2 * days + 21)]
    return due_on(start, days, working=True, off=days_off(reach, start).holidays.closed("joint"))


def current_step(booking: Booking) -> Step | None:
    """The step on which an open booking stands; None where the centre demands none."""
    steps = steps_for(booking)
    return next((one for one in steps if one.code == booking.step), step_after(steps, booking.step))


def step_name(code: str) -> Message | str:
    """The product's word for a step; a centre's own step is called by its code."""
    return message(f"creative.step.{code}") if code in ("curation", "questions", "site_check", "decision") else code


def check_ready(booking: Booking) -> None:
    """Raises Refused unless every step before the decision is done."""
    steps = steps_for(booking)
    at = current_step(booking)
    if steps and at is not None and at != steps[-1]:
        raise refuse("creative.step.not_ready", where=booking.number, remedy="creative.step.not_ready.remedy",
                     step=step_name(at.code))


def turn_to_applicant(booking: Booking, now: datetime) -> Mapping[str, Any]:
    """The applicant is asked: until when he may answer, what the desk had left. The hold goes on until then."""
    today = local_day(now)
    left = max(1, (booking.step_due - today).days) if booking.step_due else 0
    booking.step_due = today + timedelta(days=rules_of(booking.centre).answer_days)
    prolong_hold(booking, booking.step_due, now)
    return {"left": left, "until": booking.step_due.isoformat()}


def turn_to_desk(booking: Booking, now: datetime) -> None:
    """The applicant answered: the desk has the days that it had left."""
    asked = booking.events.filter(kind="ask").order_by("-id").first()
    left = int(asked.data.get("left", 0)) if asked is not None else 0
    booking.step_due = local_day(now) + timedelta(days=left) if left else None
    if booking.step_due:
        prolong_hold(booking, booking.step_due, now)


def prolong_hold(booking: Booking, until: date, now: datetime) -> int:
    """Held dates of *booking* stay held to the end of the local day *until*, with the centre's slack, at least. Its
    units are locked by the caller. Returns how many were prolonged."""
    slack = rules_of(booking.centre).slack_days
    end = datetime.combine(until + timedelta(days=1 + slack), time(), zone_of(current_region())).astimezone(UTC)
    return BookingDate.objects.filter(booking=booking, state=DateState.HELD.value, held_until__lt=end,
                                      held_until__gt=now).update(held_until=end, changed_at=now)


def local_day(now: datetime) -> date:
    return now.astimezone(zone_of(current_region())).date()

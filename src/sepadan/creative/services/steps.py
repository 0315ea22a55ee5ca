"""Finishing a step of the centre's way to a decision, sending a booking back to one, what a room needs.

A step is finished by a person who has the step's action (``access.step_for`` gives the booking out), on the version he
saw, with a note; a step with a checklist wants an answer to every line, and words to whatever is not in order. The next
step begins with its deadline, and the hold goes on to the end of that day. What was found stays in the booking's events
and is shown to whoever decides; what is not in order becomes a condition of the confirmation letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sepadan.creative.engine.desk_rules import Step, step_after
from sepadan.creative.models import Arrangement, Booking
from sepadan.creative.names import BookingState
from sepadan.creative.services.decisions import locked_booking
from sepadan.creative.services.holding import expire_holds, touch
from sepadan.creative.services.step_rules import (
    current_step,
    last_day,
    local_day,
    prolong_hold,
    rules_of,
    step_name,
    steps_for,
)
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record

FINISHABLE = (BookingState.REVIEW, BookingState.WAITING)
MOST_EQUIPMENT = 20


def finish_step(booking: Booking, code: str, *, version: int, note: str, actor: Actor, now: datetime,
                findings: Mapping[str, bool] | None = None) -> Booking:
    """Finish the step *code*, on which *booking* stands. *findings*: of each line of its checklist whether it is in
    order. Raises Refused."""
    held, units = locked_booking(booking, version)
    step = _standing(held, code)
    steps = steps_for(held)
    if step == steps[-1]:
        raise refuse("creative.step.decision_only", where=held.number)
    if held.state not in FINISHABLE:
        key = "asked" if held.state == BookingState.ASKED else "closed"
        raise refuse(f"creative.step.{key}", where=held.number, state=held.state_label)
    found = dict(findings or {})
    lacking = [item.code for item in step.checks if item.code not in found]
    if lacking:
        raise refuse("creative.step.unchecked", where=held.number, count=len(lacking))
    if step.checks and not all(found.values()) and not note.strip():
        raise refuse("creative.step.no_finding", where=held.number, remedy="creative.step.no_finding.remedy")
    expire_holds(units, now)
    held.refresh_from_db(fields=["state", "version"])
    if held.state not in FINISHABLE:
        raise refuse("creative.step.closed", where=held.number, state=held.state_label)
    late = max(0, (local_day(now) - held.step_due).days) if held.step_due else 0
    _go(held, step_after(steps, code) or steps[-1], now)
    touch(held, actor, now, "step", note=note, data={"step": code, "next": held.step, "findings": found, "late": late})
    record(actor, "creative.audit.step", held, now=now, after={"number": held.number, "step": step_name(code)})
    return held


def send_back(booking: Booking, code: str, *, version: int, reason: str, actor: Actor, now: datetime) -> Booking:
    """Send *booking* back to the earlier step *code*, with a reason."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=booking.number)
    held, _ = locked_booking(booking, version)
    if held.state not in FINISHABLE:
        raise refuse("creative.step.closed", where=held.number, state=held.state_label)
    steps, at = steps_for(held), current_step(held)
    codes = [one.code for one in steps]
    if at is None or code not in codes or codes.index(code) >= codes.index(at.code):
        raise refuse("creative.step.not_earlier", where=held.number)
    _go(held, steps[codes.index(code)], now)
    touch(held, actor, now, "back", note=reason, data={"step": at.code, "next": code})
    record(actor, "creative.audit.back", held, now=now, reason=reason.strip()[:500],
           after={"number": held.number, "step": step_name(code)})
    return held


def _standing(held: Booking, code: str) -> Step:
    """The step *code* if *held* stands on it."""
    at = current_step(held)
    if at is None:
        raise refuse("creative.step.none", where=held.number)
    if at.code != code:
        raise refuse("creative.step.elsewhere", where=held.number, step=step_name(at.code))
    return at


def _go(held: Booking, to: Step, now: datetime) -> None:
    held.step = to.code
    held.step_due = last_day(rules_of(held.centre), local_day(now), to.days)
    prolong_hold(held, held.step_due, now)


def arrange(booking: Booking, *, version: int, layout: str, equipment: Sequence[str], notes: str, actor: Actor,
            now: datetime) -> Booking:
    """Note how the room is to stand and what has to be ready. Raises Refused on a layout the space has not."""
    held, _ = locked_booking(booking, version)
    if layout and layout not in held.space.layouts:
        raise refuse("creative.arrange.layout", where=held.space.name)
    lines = [line.strip()[:80] for line in equipment if line.strip()]
    if len(lines) > MOST_EQUIPMENT:
        raise refuse("creative.arrange.many", where=held.number, most=MOST_EQUIPMENT)
    found = Arrangement.objects.filter(booking=held).first() or Arrangement(booking=held)
    found.layout, found.equipment, found.notes = layout, lines, notes.strip()[:500]
    found.changed_at, found.changed_by_name = now, actor.name
    found.save()
    touch(held, actor, now, "arrange", note=notes)
    record(actor, "creative.audit.arranged", held, now=now, after={
        "number": held.number, "layout": layout, "equipment": ", ".join(lines)[:300]})
    return held

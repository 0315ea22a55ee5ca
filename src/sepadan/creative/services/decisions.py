"""Decisions on a booking: confirmed, refused, withdrawn, cancelled, moved. Each leaves an event and a record.

Every act names the ``version`` of the booking that the person saw: if somebody acted meanwhile, nothing happens and
the refusal says who and when. Confirming takes the slot for good; competing wishes for the same units and time move to
the waiting list with the reason. What an act frees is offered to who is next in line once it is committed
(``services/waiting.py``); who waits is not confirmed past others without a reason. Locks: the organiser where the
centre has quotas, units, bookings by id, then number series (``services/holding.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sepadan.creative.models import Booking, BookingDate, Space, SpaceUnit, Unit
from sepadan.creative.names import BLOCKING, OPEN, AssessmentCause, BookingState, DateState
from sepadan.creative.services.bookings import taken_refusal
from sepadan.creative.services.charges import check_paid, follow_booking
from sepadan.creative.services.holding import (
    SYSTEM,
    Meeting,
    clashes_of,
    expire_holds,
    keep_dates,
    lock_booking,
    lock_units,
    touch,
)
from sepadan.creative.services.open_times import check_open
from sepadan.creative.services.quotas import asker_of_booking, check_quotas, lock_asker, note_overrides
from sepadan.creative.services.step_rules import check_ready, local_day, turn_to_applicant, turn_to_desk
from sepadan.creative.services.waiting import check_turn, offer_soon
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, NumberPeriod, current_region, open_series, record, take_number

LETTERS = ("creative.letter", "Surat persetujuan pemakaian ruang", "{number:4}/EKRAF/{roman}/{year}", NumberPeriod.YEAR)
STILL_OPEN = (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING)


def confirm_booking(booking: Booking, *, version: int, actor: Actor, now: datetime, today: date,
                    ordinals: Collection[int] | None = None, jump: str = "") -> Booking:
    """Confirm *booking*, or only the dates *ordinals* of it, with the next letter number. *jump*: why it goes before
    those ahead of it in line, where there are any.

    Raises Refused when somebody acted meanwhile, when it was decided, or when a date is taken: then nothing changes,
    except that the caller may put it in line with ``line_up``.
    """
    held, units = locked_booking(booking, version)
    if held.state not in STILL_OPEN:
        raise refuse("creative.booking.decided", where=held.number, state=held.state_label)
    check_ready(held)
    check_paid(held)
    expire_holds(units, now)
    dates = [one for one in held.dates.select_related("space").order_by("ordinal")
             if one.state in (*OPEN, DateState.EXPIRED) and (ordinals is None or one.ordinal in ordinals)]
    if not dates:
        raise refuse("creative.booking.nothing_open", where=held.number)
    check_turn(held, dates, reason=jump, actor=actor, now=now)
    for space, some in _by_space(dates):
        clashes = clashes_of(space, [Meeting(one.starts_at, one.ends_at) for one in some],
                             but=[one.pk for one in dates])
        if clashes:
            raise taken_refusal(space, clashes)
    for one in dates:
        one.state, one.held_until, one.changed_at, one.reason = DateState.CONFIRMED.value, None, now, ""
    if not keep_dates(dates, ("state", "held_until", "changed_at", "reason")):
        raise refuse("creative.booking.taken_meanwhile", where=held.number, remedy="creative.booking.taken.remedy")
    open_series(*LETTERS)
    held.letter_number = take_number(current_region(), LETTERS[0], today)
    held.state, held.step, held.step_due, held.reason = BookingState.CONFIRMED.value, "", None, ""
    held.decided_by_id, held.decided_at = actor.person_id, now
    touch(held, actor, now, "confirm", data={"dates": len(dates), "letter": held.letter_number},
          fields=("letter_number", "decided_by", "decided_at"))
    _line_up_others(held, dates, now)
    record(actor, "creative.audit.confirmed", held, now=now, after={
        "number": held.number, "letter": held.letter_number, "dates": len(dates)})
    return held


def line_up(booking: Booking, *, version: int, reason: str, actor: Actor, now: datetime) -> Booking:
    """Put an open booking on the waiting list: its dates are no longer held."""
    held, _ = locked_booking(booking, version)
    if held.state not in STILL_OPEN:
        raise refuse("creative.booking.decided", where=held.number, state=held.state_label)
    _wait(held, reason, actor, now)
    offer_soon(now, "wait")
    return held


def refuse_booking(booking: Booking, *, version: int, reason: str, actor: Actor, now: datetime) -> Booking:
    """Refuse an open booking with a reason; its slot is free at once."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=booking.number)
    return _end(booking, version, BookingState.REFUSED, DateState.REFUSED, STILL_OPEN, "refuse", reason, actor, now)


def withdraw_booking(booking: Booking, *, version: int, actor: Actor, now: datetime, reason: str = "") -> Booking:
    """The applicant takes an open booking back."""
    return _end(booking, version, BookingState.WITHDRAWN, DateState.WITHDRAWN, STILL_OPEN, "withdraw", reason, actor,
                now)


def ask_applicant(booking: Booking, *, version: int, question: str, actor: Actor, now: datetime) -> Booking:
    """Ask the applicant something; the hold goes on. The answer brings the booking back to review."""
    return _converse(booking, version, BookingState.ASKED, "ask", question, actor, now)


def note_answer(booking: Booking, *, version: int, answer: str, actor: Actor, now: datetime) -> Booking:
    """What the applicant answered, noted by the desk."""
    return _converse(booking, version, BookingState.REVIEW, "answer", answer, actor, now)


def publish_booking(booking: Booking, *, version: int, actor: Actor, now: datetime) -> Booking:
    """Show a confirmed booking on the public calendar. Before its letter no activity may be announced."""
    held, _ = locked_booking(booking, version)
    if held.state != BookingState.CONFIRMED:
        raise refuse("creative.booking.not_confirmed", where=held.number,
                     remedy="creative.booking.not_confirmed.remedy")
    if held.letter_id is None:
        raise refuse("creative.booking.no_letter", where=held.number, remedy="creative.booking.no_letter.remedy")
    if held.published_at is None:
        held.published_at = now
        touch(held, actor, now, "publish", fields=("published_at",))
        record(actor, "creative.audit.published", held, now=now, after={"number": held.number})
    return held


def _converse(booking: Booking, version: int, state: BookingState, kind: str, words: str, actor: Actor,
              now: datetime) -> Booking:
    if not words.strip():
        raise refuse("creative.booking.no_words", where=booking.number)
    held, _ = locked_booking(booking, version)
    if held.state not in (BookingState.REVIEW, BookingState.ASKED):
        raise refuse("creative.booking.decided", where=held.number, state=held.state_label)
    data = turn_to_applicant(held, now) if state is BookingState.ASKED else None
    if state is BookingState.REVIEW and held.state == BookingState.ASKED:
        turn_to_desk(held, now)
    held.state = state.value
    touch(held, actor, now, kind, note=words, data=None if data is None else dict(data))
    record(actor, f"creative.audit.{kind}", held, now=now, after={"number": held.number})
    return held


def cancel_dates(booking: Booking, *, version: int, reason: str, actor: Actor, now: datetime,
                 ordinals: Collection[int] | None = None) -> Booking:
    """Cancel dates to come of a confirmed booking: those named, or all. Without a date left the booking is cancelled.
    """
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=booking.number)
    held, _ = locked_booking(booking, version)
    dates = [one for one in held.dates.filter(state=DateState.CONFIRMED.value, starts_at__gt=now)
             if ordinals is None or one.ordinal in ordinals]
    if not dates:
        raise refuse("creative.booking.nothing_to_cancel", where=held.number)
    for one in dates:
        one.state, one.changed_at, one.reason = DateState.CANCELLED.value, now, reason.strip()[:300]
        one.settled_at = now
    keep_dates(dates, ("state", "settled_at", "changed_at", "reason"))
    if not held.dates.filter(state__in=BLOCKING).exists():
        held.state = BookingState.CANCELLED.value
    held.reason = reason.strip()[:500]
    touch(held, actor, now, "cancel", note=reason, data={"ordinals": [one.ordinal for one in dates]})
    record(actor, "creative.audit.cancelled", held, now=now, reason=reason.strip()[:500],
           after={"number": held.number, "dates": len(dates)})
    follow_booking(held, AssessmentCause.DATES, actor=actor, now=now, reason=reason)
    offer_soon(now, "cancel")
    return held


def move_date(booking: Booking, ordinal: int, meeting: Meeting, *, space: Space | None = None, version: int,
              actor: Actor, now: datetime, reason: str = "", override: str = "") -> Booking:
    """Move one date that is held or confirmed to another time or space. Raises Refused when that is taken, or when a
    quota does not allow it and no *override* says why it should."""
    old = booking.dates.select_related("space").filter(ordinal=ordinal).first()
    if old is None:
        raise refuse("creative.booking.no_date", where=booking.number, ordinal=ordinal)
    goal = space or old.space
    asker = asker_of_booking(booking)
    lock_asker(goal, asker)
    broken = check_quotas(goal, asker, [meeting], now=now, today=local_day(now), override=override, but=[old.pk])
    held, units = locked_booking(booking, version, [goal])
    moved = held.dates.get(ordinal=ordinal)
    if moved.state not in BLOCKING or moved.starts_at < now:
        raise refuse("creative.booking.not_movable", where=held.number, remedy="creative.booking.not_movable.remedy")
    if not now <= meeting.starts_at < meeting.ends_at <= meeting.starts_at + timedelta(days=14):
        raise refuse("creative.booking.times", remedy="creative.booking.times.remedy")
    check_open(goal, [meeting])
    expire_holds(units, now)
    moved.refresh_from_db()
    if moved.state not in BLOCKING:
        raise refuse("creative.booking.not_movable", where=held.number, remedy="creative.booking.not_movable.remedy")
    clashes = clashes_of(goal, [meeting], but=[moved.pk])
    if clashes:
        raise taken_refusal(goal, clashes)
    before = {"starts_at": moved.starts_at.isoformat(), "space": old.space.code}
    moved.starts_at, moved.ends_at, moved.space, moved.changed_at = meeting.starts_at, meeting.ends_at, goal, now
    moved.setup_minutes, moved.cleardown_minutes, moved.settled_at = goal.setup_minutes, goal.cleardown_minutes, now
    if not keep_dates([moved], ("starts_at", "ends_at", "space", "setup_minutes", "cleardown_minutes", "settled_at",
                                "changed_at")):
        raise refuse("creative.booking.taken_meanwhile", where=goal.name, remedy="creative.booking.taken.remedy")
    touch(held, actor, now, "move", note=reason, data={
        "ordinal": ordinal, **before, "to": meeting.starts_at.isoformat(), "to_space": goal.code})
    record(actor, "creative.audit.moved", held, now=now, reason=reason.strip()[:500], before=before,
           after={"starts_at": meeting.starts_at.isoformat(), "space": goal.code})
    note_overrides(held, broken, override if broken else "", line=False, actor=actor, now=now)
    follow_booking(held, AssessmentCause.DATES, actor=actor, now=now, reason=reason)
    offer_soon(now, "move")
    return held


def locked_booking(booking: Booking, version: int, more: Sequence[Space] = ()) -> tuple[Booking, list[Unit]]:
    """The booking as the person saw it, with the units of all its dates (and of *more*) locked before it."""
    spaces = {*BookingDate.objects.filter(booking=booking).values_list("space", flat=True), *(one.pk for one in more)}
    units = lock_units(Space.objects.filter(pk__in=spaces))
    return lock_booking(booking, version), units


def _by_space(dates: Sequence[BookingDate]) -> list[tuple[Space, list[BookingDate]]]:
    spaces = {one.space_id: one.space for one in dates}
    return [(space, [one for one in dates if one.space_id == key]) for key, space in spaces.items()]


def _end(booking: Booking, version: int, state: BookingState, of_dates: DateState, allowed: Collection[BookingState],
         kind: str, reason: str, actor: Actor, now: datetime) -> Booking:
    held, _ = locked_booking(booking, version)
    if held.state not in allowed:
        raise refuse("creative.booking.decided", where=held.number, state=held.state_label)
    held.dates.filter(state__in=OPEN).update(state=of_dates.value, held_until=None, changed_at=now)
    held.state, held.step, held.step_due, held.reason = state.value, "", None, reason.strip()[:500]
    fields: tuple[str, ...] = ()
    if state is BookingState.REFUSED:
        held.decided_by_id, held.decided_at, fields = actor.person_id, now, ("decided_by", "decided_at")
    touch(held, actor, now, kind, note=reason, fields=fields)
    record(actor, f"creative.audit.{state.value}", held, now=now, reason=reason.strip()[:500],
           after={"number": held.number})
    follow_booking(held, AssessmentCause.ENDED, actor=actor, now=now, reason=reason)
    offer_soon(now, kind)
    return held


def _wait(held: Booking, reason: str, actor: Actor, now: datetime) -> None:
    held.dates.filter(state__in=[DateState.WANTED, DateState.HELD]).update(
        state=DateState.WAITING.value, held_until=None, changed_at=now, reason=reason[:300])
    held.state, held.reason = BookingState.WAITING.value, reason[:500]
    touch(held, actor, now, "wait", note=reason)
    follow_booking(held, AssessmentCause.DATES, actor=actor, now=now, reason=reason)


def _line_up_others(winner: Booking, dates: Sequence[BookingDate], now: datetime) -> None:
    """Wishes without a hold for the same units and hours move to the waiting list, with the reason."""
    spaces = {one.space_id for one in dates}
    shared = set(SpaceUnit.objects.filter(unit__needed_by__space__in=spaces).values_list("space", flat=True))
    rivals = BookingDate.objects.filter(space__in=shared, state=DateState.WANTED.value,
                                        starts_at__lt=max(one.ends_at for one in dates) + timedelta(days=1),
                                        ends_at__gt=min(one.starts_at for one in dates) - timedelta(days=1))
    reason = message("creative.booking.given_to_another", on=dates[0].starts_at.date()).text("id")
    wanted = rivals.exclude(booking=winner).values("booking")
    for other in Booking.objects.filter(pk__in=wanted, state__in=STILL_OPEN).order_by("id").select_for_update(
            of=("self",)):
        lost = [clash.meeting for space, some in _by_space(list(other.dates.filter(
            state=DateState.WANTED.value).select_related("space")))
                for clash in clashes_of(space, [Meeting(one.starts_at, one.ends_at) for one in some])]
        if lost:
            _wait(other, reason, SYSTEM, now)

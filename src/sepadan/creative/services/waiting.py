"""Offering a freed slot to who is next in line, and what becomes of the offer.

``offer_centre`` is one round: holds that ran out end, offers whose hold is gone are closed, then every party whose turn
it is (``engine/space_line.py``) gets a hold on all it waits for until the offer ends. The hold is a state of its dates,
so that the exclusion constraint keeps everybody else out; the applicant accepts or declines with number and code. An
offer that lapses ends the date, and the next is asked in the same round.

It runs after every act that frees a slot, in a transaction of its own once the act is committed (``offer_soon``), and
every few minutes for all regions (``tasks_fairness.py``): what a crash or a worker that was down left undone is done
then. Setting the clock back brings nothing back: an offer that lapsed is a state in the table. Locks: the units of all
who wait, by id, then bookings by id.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from sepadan.creative.engine.space_line import turns
from sepadan.creative.fairness_names import TurnState
from sepadan.creative.models import Booking, BookingDate, Centre, Override, Space, SpaceOffer
from sepadan.creative.names import BLOCKING, OPEN, BookingState, DateState
from sepadan.creative.services.bookings import HOLD_HOURS
from sepadan.creative.services.holding import SYSTEM, expire_holds, keep_dates, lock_units, touch
from sepadan.creative.services.lines import STILL_OPEN, Waiting, ahead_in_line, busy_of, line, line_rules, note_passed
from sepadan.creative.services.step_rules import first_step
from sepadan.creative.services.stock import short_of
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Actor, current_region, record, region_scope
from sepadan.territory.public import Region

logger = logging.getLogger(__name__)
ENDED = {DateState.CONFIRMED: TurnState.ACCEPTED, DateState.WITHDRAWN: TurnState.DECLINED}


def offer_soon(now: datetime, cause: str) -> None:
    """Once this transaction is committed, offer what it freed. A failure is logged: the periodic round makes it good.
    """
    region = current_region()
    transaction.on_commit(lambda: offer_region(region, now, cause), robust=True)


def offer_region(region: Region, now: datetime, cause: str) -> int:
    """One round for every centre of *region*. Returns how many offers were made."""
    with region_scope(region):
        return sum(offer_centre(one, now, cause) for one in Centre.objects.order_by("id"))


def sweep_region(region: Region, now: datetime) -> tuple[int, int]:
    """End what ran out in *region*, then offer what is free. Returns holds that ended and offers that were made."""
    with region_scope(region):
        if not Centre.objects.exists():
            return 0, 0
        ended = expire_holds(None, now)
    return ended, offer_region(region, now, "expire")


def offer_centre(centre: Centre, now: datetime, cause: str) -> int:
    """One round for *centre*, in the region in scope. Returns how many parties were offered what they wait for."""
    rules = line_rules(centre)
    if not rules.offer_hours:
        return 0
    with transaction.atomic():
        concerned = Space.objects.filter(dates__booking__centre=centre, dates__starts_at__gt=now,
                                         dates__state=DateState.WAITING.value).distinct()
        units = lock_units(concerned)
        if units:
            expire_holds(units, now)
        close_offers(now)
        everybody = [one for one in line(centre, now) if not short_of(one.dates, now)]
        if not everybody:
            return 0
        busy = busy_of(dict(one.queued.takes) for one in everybody)  # type: ignore[arg-type]
        due, passed = turns((one.queued for one in everybody), busy, now,
                            lasts=timedelta(hours=rules.offer_hours), rounds=rules.rounds)
        by_id = {one.party.id: one for one in everybody}
        locked = {one.pk: one for one in Booking.objects.filter(pk__in={
            by_id[turn.queued.party.id].booking.pk for turn in due}).order_by("id").select_for_update()}
        made = sum(_offer(by_id[turn.queued.party.id], locked, turn.until, now, cause) for turn in due)
        note_passed(passed, everybody)
    return made


def _offer(waiting: Waiting, locked: dict[int, Booking], until: datetime, now: datetime, cause: str) -> bool:
    """Hold what *waiting* wants for it. False when something outside the line took it meanwhile."""
    dates = list(BookingDate.objects.filter(pk__in=[one.pk for one in waiting.dates], state=DateState.WAITING.value))
    if len(dates) != len(waiting.dates):
        return False
    for one in dates:
        one.state, one.held_until, one.changed_at, one.passed = DateState.HELD.value, until, now, 0
    try:
        if not keep_dates(dates, ("state", "held_until", "changed_at", "passed")):
            return False
    except Refused:  # its equipment went to another turn of this round
        return False
    SpaceOffer.objects.bulk_create(SpaceOffer(date=one, made_at=now, until=until, cause=cause[:20]) for one in dates)
    booking = locked[waiting.booking.pk]
    touch(booking, SYSTEM, now, "offer", data={"ordinals": [one.ordinal for one in dates],
                                               "until": until.isoformat(), "cause": cause})
    record(SYSTEM, "creative.audit.offered", booking, now=now, after={
        "number": booking.number, "dates": len(dates), "until": until.isoformat()})
    return True


def close_offers(now: datetime) -> int:
    """Offers whose date is no longer held are over: by what became of the date. Returns how many."""
    done = 0
    for one in SpaceOffer.objects.filter(state=TurnState.OPEN.value).exclude(
            date__state=DateState.HELD.value).select_related("date"):
        ended = ENDED.get(DateState(one.date.state), TurnState.LAPSED)
        done += SpaceOffer.objects.filter(pk=one.pk, state=TurnState.OPEN.value).update(
            state=ended.value, ended_at=now)
    return done


def live_offers(booking: Booking, now: datetime) -> list[SpaceOffer]:
    """What *booking* may accept at this moment."""
    return list(SpaceOffer.objects.filter(
        date__booking=booking, state=TurnState.OPEN.value, until__gt=now, date__state=DateState.HELD.value,
        date__held_until__gt=now).select_related("date__space").order_by("date__starts_at"))


def accept_offer(booking: Booking, *, actor: Actor, now: datetime, today: date) -> Booking:
    """Take what is offered: it stays held, and the booking goes to review. Raises Refused when it ran out."""
    held, offers = _offered(booking, now)
    hours = int(held.centre.rules.get("hold_hours", HOLD_HOURS)) or HOLD_HOURS
    until = now + timedelta(hours=hours)
    BookingDate.objects.filter(pk__in=[one.date_id for one in offers]).update(
        held_until=until, changed_at=now, passed=0, reason="")
    _end(offers, TurnState.ACCEPTED, now)
    if held.state == BookingState.WAITING:
        held.state, held.reason = BookingState.REVIEW.value, ""
        held.step, held.step_due = first_step(held.centre, held.space, held.intake, held.people, today)
    touch(held, actor, now, "accept", data={"dates": len(offers)})
    record(actor, "creative.audit.offer_accepted", held, now=now, after={"number": held.number, "dates": len(offers)})
    return held


def decline_offer(booking: Booking, *, actor: Actor, now: datetime) -> Booking:
    """Give back what is offered; it goes to who is next. Raises Refused when there is nothing to give back."""
    held, offers = _offered(booking, now)
    BookingDate.objects.filter(pk__in=[one.date_id for one in offers]).update(
        state=DateState.WITHDRAWN.value, held_until=None, changed_at=now)
    _end(offers, TurnState.DECLINED, now)
    if not held.dates.filter(state__in=[*OPEN, *BLOCKING]).exists():
        held.state, held.step, held.step_due = BookingState.WITHDRAWN.value, "", None
    touch(held, actor, now, "decline", data={"dates": len(offers)})
    record(actor, "creative.audit.offer_declined", held, now=now, after={"number": held.number, "dates": len(offers)})
    offer_soon(now, "decline")
    return held


def _offered(booking: Booking, now: datetime) -> tuple[Booking, list[SpaceOffer]]:
    """The booking and its live offers, its units locked before it."""
    lock_units(Space.objects.filter(dates__booking=booking).distinct())
    held = Booking.objects.select_related("region", "centre", "space").select_for_update(of=("self",)).get(
        pk=booking.pk)
    offers = live_offers(held, now)
    if not offers:
        ever = SpaceOffer.objects.filter(date__booking=held).exclude(state=TurnState.ACCEPTED.value).exists()
        raise refuse(f"creative.waiting.{'lapsed' if ever else 'no_offer'}", where=held.number,
                     remedy="creative.waiting.rejoin.remedy" if ever else "creative.waiting.patience.remedy")
    return held, offers


def _end(offers: Sequence[SpaceOffer], state: TurnState, now: datetime) -> None:
    SpaceOffer.objects.filter(pk__in=[one.pk for one in offers], state=TurnState.OPEN.value).update(
        state=state.value, ended_at=now)


def check_turn(booking: Booking, dates: Sequence[BookingDate], *, reason: str, actor: Actor, now: datetime) -> None:
    """Dates that wait are not confirmed past those ahead of them who could have what they wait for: raises Refused.
    With *reason* it is let pass, kept and counted."""
    waiting = [one for one in dates if one.state == DateState.WAITING]
    ahead = ahead_in_line(booking, waiting, now) if waiting else []
    if not ahead:
        return
    if not reason.strip():
        raise refuse("creative.line.jump", where=booking.number, remedy="creative.line.jump.remedy", count=len(ahead),
                     first=ahead[0].booking.number)
    Override.objects.create(booking=booking, rule="line", reason=reason.strip()[:500], at=now, by_id=actor.person_id,
                            by_name=actor.name, facts={"ahead": [one.booking.number for one in ahead][:20]})
    record(actor, "creative.audit.line_jumped", booking, now=now, reason=reason.strip()[:500],
           after={"number": booking.number, "ahead": len(ahead)})


def raise_in_line(booking: Booking, points: int, *, reason: str, actor: Actor, now: datetime) -> Booking:
    """An officer gives a booking that waits more or fewer points than the centre's rules do; his reason is counted."""
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=booking.number)
    if not -9 <= points <= 9:
        raise refuse("creative.line.points", where=booking.number)
    held = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if held.state not in STILL_OPEN or not held.dates.filter(state=DateState.WAITING.value).exists():
        raise refuse("creative.line.not_waiting", where=held.number)
    before, held.line_priority = held.line_priority, points
    touch(held, actor, now, "priority", note=reason, data={"points": points, "before": before},
          fields=("line_priority",))
    Override.objects.create(booking=held, rule="line", reason=reason.strip()[:500], at=now, by_id=actor.person_id,
                            by_name=actor.name, facts={"points": points, "before": before})
    record(actor, "creative.audit.line_priority", held, now=now, reason=reason.strip()[:500],
           before={"points": before}, after={"points": points})
    return held

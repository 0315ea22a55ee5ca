"""The sweep over money of bookings: unpaid slots are released with notice, paid ones kept, changed ones assessed anew.

    release     a booking whose centre confirms after payment, due before today and not paid: its slots are free, its
                charge is taken back by a revision of its letter, and its history says why
    keep        a booking that is paid and still waits for its confirmation does not lose its slot meanwhile
    follow      whatever changed after its last letter without telling the ledger (an official displacement, a hold that
                ran out): the letter is revised

Each booking in a savepoint of its own, so that one that is refused does not stop the rest; running again does nothing
new. Days are local; everything in the scope of one region.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from sepadan.creative.engine.payment import read_payment
from sepadan.creative.models import Assessment, Booking, Space
from sepadan.creative.names import AssessmentCause, BookingState, DateState
from sepadan.creative.queries.charges import lasts
from sepadan.creative.services.charges import UNDECIDED, end_of, follow_booking
from sepadan.creative.services.holding import SYSTEM, lock_units, touch
from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import current_region, open_amount, record, today

BACK = timedelta(days=3)
"""How far back the sweep looks for bookings that changed after their letter; it runs every quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Swept:
    released: int = 0
    kept: int = 0
    followed: int = 0
    problems: tuple[Problem, ...] = ()


def sweep_charges(now: datetime) -> Swept:
    """Release, keep and follow in the region in scope."""
    counted, problems = {"released": 0, "kept": 0, "followed": 0}, []
    for booking in _candidates(now):
        try:
            with transaction.atomic():
                done = _sweep(booking, now)
        except Refused as refused:
            problems.append(refused.problem)
        else:
            if done:
                counted[done] += 1
    return Swept(counted["released"], counted["kept"], counted["followed"], tuple(problems))


def _candidates(now: datetime) -> Iterable[int]:
    """Keys of bookings that may need something: open ones with a charge, and those that changed since their letter."""
    undecided = Q(booking__state__in=[one.value for one in UNDECIDED], total__gt=0)
    changed = Q(booking__changed_at__gt=F("issued_at")) & Q(booking__changed_at__gt=now - BACK)
    return lasts().filter(undecided | changed).order_by("booking").values_list("booking", flat=True)


def _sweep(booking_id: int, now: datetime) -> str:
    lock_units(Space.objects.filter(dates__booking=booking_id).distinct())
    held = Booking.objects.select_for_update(of=("self",)).select_related("region", "centre", "space").get(
        pk=booking_id)
    last = Assessment.objects.select_related("charge").filter(booking=held).order_by("-revision")[0]
    if held.state in UNDECIDED and last.charge is not None and last.total > 0:
        left = open_amount(last.charge)
        if left <= 0:
            return "kept" if _keep(held, now) else ""
        if _is_late(held, last, now):
            _release(held, last, left, now)
            return "released"
    return "followed" if follow_booking(held, AssessmentCause.DATES, actor=SYSTEM, now=now) is not None else ""


def _is_late(held: Booking, last: Assessment, now: datetime) -> bool:
    rules = read_payment(held.centre.rules)
    return rules is not None and rules.before_confirmation and last.due_on is not None \
        and last.due_on < today(current_region(), now)


def _keep(held: Booking, now: datetime) -> int:
    """A slot that is paid for is kept until the end of tomorrow at least, day after day until somebody decides."""
    rules = read_payment(held.centre.rules)
    until = end_of(today(current_region(), now) + timedelta(days=1 if rules is None else max(1, rules.decide_days)))
    return held.dates.filter(state=DateState.HELD.value, held_until__lt=until - timedelta(days=1)).update(
        held_until=until)


def _release(held: Booking, last: Assessment, left: int, now: datetime) -> None:
    note = message("creative.money.released", number=last.number, left=left, due=last.due_on).text("id")
    held.dates.filter(state__in=[DateState.HELD, DateState.WANTED, DateState.WAITING]).update(
        state=DateState.EXPIRED.value, held_until=None, changed_at=now, reason=note[:300])
    held.state, held.reason, held.step, held.step_due = BookingState.EXPIRED.value, note[:500], "", None
    touch(held, SYSTEM, now, "unpaid", note=note)
    record(SYSTEM, "creative.audit.unpaid", held, now=now, reason=note[:500],
           after={"number": held.number, "letter": last.number, "left": left})
    follow_booking(held, AssessmentCause.ENDED, actor=SYSTEM, now=now, reason=note)

"""An official event takes the time of a confirmed booking: by a named officer, with a reason, with alternatives first.

Idea: within one transaction every unit of the centre is locked, then all bookings concerned, in the order of their ids.
What stands in the way gives its time up, the official event is confirmed by the same service as every other, and only
then alternatives are looked for (``engine/calendar.py``), so that nothing offered is taken. An alternative is a date of
the displaced booking that is held like any other (occupancy follows from it), until ``offer_until`` or until it begins:
nothing is double-booked at any moment, whoever comes meanwhile. The party takes one and the others are free at once; it
declines or lets it lapse and all are. Requests that were only on hold move to the waiting list with the reason.

An official event displaces no other, nor what is being offered to a displaced party. Instants UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from sepadan.creative.models import Booking, BookingDate, Displacement, DisplacementOffer, Space
from sepadan.creative.names import BLOCKING, OPEN, BookingState, DateState, Intake, OfferState
from sepadan.creative.services.alternatives import Alternative, Finder
from sepadan.creative.services.decisions import LETTERS, STILL_OPEN, confirm_booking, line_up, locked_booking
from sepadan.creative.services.holding import Meeting, clashes_of, expire_holds, keep_dates, lock_units, touch
from sepadan.creative.services.step_rules import check_ready, rules_of
from sepadan.creative.services.waiting import offer_soon
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    NumberPeriod,
    current_region,
    open_series,
    record,
    take_number,
    void_document,
    zone_of,
)

NOTICES = ("creative.displacement", "Pemberitahuan pergeseran pemakaian ruang", "{number:4}/GESER/EKRAF/{year}",
           NumberPeriod.YEAR)
TAKEN = (*OPEN, DateState.EXPIRED)


def in_the_way(official: Booking) -> list[BookingDate]:
    """The dates of others that keep the open dates of *official* from being confirmed, in order."""
    dates = [one for one in official.dates.select_related("space") if one.state in TAKEN]
    found: dict[int, BookingDate] = {}
    for one in dates:
        for clash in clashes_of(one.space, [Meeting(one.starts_at, one.ends_at)], but=[own.pk for own in dates]):
            found |= {other.pk: other for other in clash.taken_by if other.booking_id != official.pk}
    return sorted(found.values(), key=lambda one: (one.starts_at, one.pk))


@transaction.atomic
def displace(official: Booking, *, version: int, seen: Mapping[int, int], reason: str, actor: Actor, now: datetime,
             today: date) -> list[Displacement]:
    """Confirm *official* in place of what is in its way. *seen*: the version of each booking in the way that the
    officer saw, by its id. Raises Refused, and then nothing has changed."""
    if actor.person_id is None:
        raise refuse("creative.displace.nobody", where=official.number)
    if not reason.strip():
        raise refuse("creative.booking.no_reason", where=official.number)
    if official.intake != Intake.OFFICIAL:
        raise refuse("creative.displace.not_official", where=official.number,
                     remedy="creative.displace.not_official.remedy")
    expire_holds(lock_units(Space.objects.filter(floor__centre=official.centre_id)), now)
    dates = in_the_way(official)
    bookings = _locked({official.pk, *(one.booking_id for one in dates)})
    held = bookings[official.pk]
    _check(held, version)
    check_ready(held)
    if not dates:
        raise refuse("creative.displace.free", where=held.number, remedy="creative.displace.free.remedy")
    for one in dates:
        _check_displaceable(bookings[one.booking_id], one, seen, now)
    lost = [one for one in dates if one.state == DateState.CONFIRMED]
    said = message("creative.displace.for", title=held.title, reason=reason.strip()).text("id")[:300]
    for other in {one.booking_id for one in dates if one.state == DateState.HELD}:
        wishing = bookings[other]
        line_up(wishing, version=wishing.version, reason=said, actor=actor, now=now)
    for one in lost:
        one.state, one.reason, one.changed_at = DateState.DISPLACED.value, said, now
    keep_dates(lost, ("state", "reason", "changed_at"))
    confirm_booking(held, version=held.version, actor=actor, now=now, today=today, jump=reason)
    return _offer(held, bookings, lost, reason.strip()[:500], actor, now, today)


def _locked(ids: Collection[int]) -> dict[int, Booking]:
    rows = Booking.objects.filter(pk__in=ids).order_by("id").select_for_update(of=("self",)).select_related(
        "region", "centre", "space")
    return {one.pk: one for one in rows}


def _check(booking: Booking, version: int | None) -> None:
    if booking.version != version:
        local = booking.changed_at.astimezone(zone_of(current_region()))
        raise refuse("creative.booking.changed", where=booking.number, remedy="creative.booking.changed.remedy",
                     who=booking.changed_by, on=local.date(), at=f"{local:%H.%M}", state=booking.state_label)


def _check_displaceable(booking: Booking, one: BookingDate, seen: Mapping[int, int], now: datetime) -> None:
    _check(booking, seen.get(booking.pk))
    if booking.intake == Intake.OFFICIAL:
        raise refuse("creative.displace.official", where=booking.number)
    if one.state == DateState.HELD and booking.state not in STILL_OPEN:
        raise refuse("creative.displace.offered", where=booking.number)
    if one.starts_at <= now:
        raise refuse("creative.displace.running", where=booking.number)


def _offer(official: Booking, bookings: Mapping[int, Booking], lost: Iterable[BookingDate], reason: str, actor: Actor,
           now: datetime, today: date) -> list[Displacement]:
    assert actor.person_id is not None  # ``displace`` has refused whoever has no name
    rules = rules_of(official.centre)
    until = now + timedelta(hours=rules.offer_hours)
    finder = Finder(official.centre, now)
    open_series(*NOTICES)
    made = []
    for one in lost:
        booking = bookings[one.booking_id]
        found = finder.alternatives(one, people=booking.people, count=rules.offers)
        displacement = Displacement.objects.create(
            booking=booking, date=one, by_booking=official, number=take_number(current_region(), NOTICES[0], today),
            reason=reason, decided_by_id=actor.person_id, decided_by_name=actor.name, decided_at=now,
            offer_until=until, state=(OfferState.OFFERED if found else OfferState.NONE).value)
        _hold(displacement, booking, found, until, now)
        if not booking.dates.filter(state__in=BLOCKING).exists():
            booking.state = BookingState.CANCELLED.value
        booking.reason = one.reason
        touch(booking, actor, now, "displace", note=reason, data={
            "ordinal": one.ordinal, "by": official.number, "offers": len(found), "number": displacement.number})
        record(actor, "creative.audit.displaced", booking, now=now, reason=reason, after={
            "number": booking.number, "by": official.number, "offers": len(found)})
        made.append(displacement)
    return made


def _hold(displacement: Displacement, booking: Booking, found: Iterable[Alternative], until: datetime,
          now: datetime) -> None:
    """Hold what is offered, as dates of *booking*."""
    last = booking.dates.aggregate(last=Max("ordinal"))["last"]
    dates = [BookingDate(
        booking=booking, space=one.space, ordinal=last + number, starts_at=one.starts_at, ends_at=one.ends_at,
        setup_minutes=one.space.setup_minutes, cleardown_minutes=one.space.cleardown_minutes,
        state=DateState.HELD.value, held_until=min(until, one.starts_at), first_planned=one.starts_at, changed_at=now,
        reason=displacement.number) for number, one in enumerate(found, 1)]
    if not keep_dates(dates):
        raise refuse("creative.booking.taken_meanwhile", where=booking.number, remedy="creative.booking.taken.remedy")
    DisplacementOffer.objects.bulk_create([DisplacementOffer(displacement=displacement, date=one) for one in dates])


def answer_offer(displacement: Displacement, *, take: int | None, version: int, actor: Actor, now: datetime,
                 today: date) -> Displacement:
    """The displaced party takes the offered date of the ordinal *take*, or none. What it does not take is free at once.

    Taken is taken for good, under a new letter number: the letter of before no longer says what holds. Raises Refused
    when the offer ended.
    """
    held, _ = locked_booking(displacement.booking, version)
    row = Displacement.objects.select_for_update(of=("self",)).get(pk=displacement.pk)
    offered = [one.date for one in row.offers.select_related("date").order_by("id")]
    live = [one for one in offered if one.state == DateState.HELD and one.held_until and one.held_until > now]
    if row.state != OfferState.OFFERED or now >= row.offer_until or not live:
        raise refuse("creative.offer.ended", where=row.number, remedy="creative.offer.ended.remedy")
    taken = next((one for one in live if one.ordinal == take), None)
    if take is not None and taken is None:
        raise refuse("creative.offer.not_this", where=row.number)
    for one in live:
        one.state = (DateState.CONFIRMED if one is taken else DateState.WITHDRAWN).value
        one.held_until, one.changed_at = None, now
    keep_dates(live, ("state", "held_until", "changed_at"))
    row.state = (OfferState.DECLINED if taken is None else OfferState.ACCEPTED).value
    row.answered_at, row.taken = now, taken
    row.save(update_fields=["state", "answered_at", "taken"])
    fields: tuple[str, ...] = ()
    if taken is not None:
        fields = _letter_anew(held, actor, now, today)
    elif not held.dates.filter(state__in=BLOCKING).exists():
        held.state = BookingState.CANCELLED.value
    kind = "displace_taken" if taken is not None else "displace_declined"
    touch(held, actor, now, kind, data={"number": row.number, "ordinal": take}, fields=fields)
    record(actor, f"creative.audit.{kind}", held, now=now, after={"number": held.number, "notice": row.number})
    offer_soon(now, kind)
    return row


def _letter_anew(held: Booking, actor: Actor, now: datetime, today: date) -> tuple[str, ...]:
    """The next letter number in place of the old one, whose paper is void. Returns the columns that changed."""
    if held.letter is not None and held.letter.voided_at is None:
        void_document(held.letter, actor=actor, now=now, reason=message("creative.letter.replaced").text("id"))
    open_series(*LETTERS)
    held.letter_number, held.letter = take_number(current_region(), LETTERS[0], today), None
    return ("letter_number", "letter")


def standing(displacement: Displacement, now: datetime) -> OfferState:
    """What has become of the offer by *now*, though nobody noted its end yet."""
    state = OfferState(displacement.state)
    return OfferState.LAPSED if state is OfferState.OFFERED and now >= displacement.offer_until else state

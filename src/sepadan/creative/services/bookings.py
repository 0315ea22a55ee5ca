"""Filing a wish for a space: an instant hold where the slot is free, a typed refusal where it is not.

The same request sent twice (``request_key``) gives the same booking; the same key with another content is refused.
A series is kept whole or without the dates that are taken, as its policy says; the applicant may ask to wait in line
for what is taken. Where the centre decides between wishes (``hold_hours`` 0 in its rules) they compete without a hold.
Times are UTC; ``now`` is an argument. The number comes from a series without gaps, taken last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, transaction

from sepadan.creative.models import Booking, BookingDate, BookingEvent, SeriesPlan, Space
from sepadan.creative.names import LONGEST, BookingState, DateCause, DateState, Intake, OnClash
from sepadan.creative.services.holding import Clash, Meeting, clashes_of, expire_holds, keep_dates, lock_units
from sepadan.creative.services.lines import count_overtaken, kept_back, line_refusal
from sepadan.creative.services.open_times import check_open
from sepadan.creative.services.planned import LeftOut, SeriesDraft, numbers_of
from sepadan.creative.services.quotas import Asker, check_quotas, lock_asker, note_overrides
from sepadan.creative.services.step_rules import first_step, prolong_hold
from sepadan.creative.services.stock import check_stock, promise_stock
from sepadan.ground.messages import message
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Actor, NumberPeriod, current_region, open_series, record, take_number, zone_of

BOOKINGS = ("creative.booking", "Permohonan pemakaian ruang", "MCC-{year}-{number:6}", NumberPeriod.YEAR)
HOLD_HOURS = 72  # unless the rules of the centre say otherwise


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. ``nature`` holds the answers that decide whether it is paid (``engine/nature.py``), ``stock``
    the pieces of equipment by code, ``override`` an officer's reason for passing a quota or the line."""

    space: str
    title: str
    organiser: str
    meetings: Sequence[Meeting]
    intake: Intake = Intake.ONLINE
    organiser_kind: str = ""
    contact: str = ""
    about: str = ""
    purpose: str = ""
    subsector: str = ""
    kecamatan: str = ""
    disability: bool = False
    nib: str = ""
    people: int | None = None
    nature: Mapping[str, Any] = field(default_factory=dict)
    series: SeriesDraft | None = None
    on_clash: OnClash = OnClash.WHOLE
    waits: bool = False
    request_key: str = ""
    stock: Mapping[str, int] = field(default_factory=dict)
    override: str = ""

    def digest(self) -> str:
        """What makes two requests with one key the same."""
        plain = json.dumps(asdict(self), sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()


def file_booking(wish: Wish, *, actor: Actor, now: datetime, today: date) -> Booking:
    """File *wish* and hold what it asks for. Raises Refused: taken (with what is in the way), unsound, or a key reused.

    Under the same ``request_key`` at the same moment one of two callers files it and both get that booking.
    """
    if found := _filed(wish):
        return found
    try:
        with transaction.atomic():
            return _file(wish, actor, now, today)
    except IntegrityError as fault:
        if "booking_request_key_once" not in str(fault):
            raise
    again = _filed(wish)
    if again is None:
        raise refuse("creative.booking.try_again")
    return again


def _filed(wish: Wish) -> Booking | None:
    if not wish.request_key:
        return None
    found = Booking.objects.filter(request_key=wish.request_key).first()
    if found is not None and found.request_digest != wish.digest():
        raise refuse("creative.booking.key_reused", where=found.number, remedy="creative.booking.key_reused.remedy")
    return found


def _file(wish: Wish, actor: Actor, now: datetime, today: date) -> Booking:
    space = Space.objects.select_related("floor__centre").filter(code=wish.space).first()
    check_wish(wish, space, now)
    assert space is not None
    check_open(space, wish.meetings)
    lock_asker(space, asker_of(wish))
    units = lock_units([space])
    if found := _filed(wish):  # its twin held the units until now
        return found
    expire_holds(units, now)
    clashes = clashes_of(space, wish.meetings)
    hours = int(space.floor.centre.rules.get("hold_hours", HOLD_HOURS))
    taken = {clash.meeting: clash for clash in clashes}
    if taken and not wish.waits and (wish.on_clash is OnClash.WHOLE or len(taken) == len(wish.meetings)):
        raise taken_refusal(space, clashes)
    free = [one for one in wish.meetings if one not in taken]
    kept = kept_back(space, free, now)
    if kept and not wish.waits and not wish.override and (
            wish.on_clash is OnClash.WHOLE or len(kept) == len(free)):
        raise line_refusal(space, kept)
    if not wish.override:
        taken |= {one: Clash(one, tuple(date for party in ahead for date in party.dates))
                  for one, ahead in kept.items()}
        free = [one for one in free if one not in kept]
    broken = check_quotas(space, asker_of(wish), wish.meetings if wish.waits else free, now=now, today=today,
                          override=wish.override)
    items = check_stock(space, free, wish.stock)
    count_overtaken(space, free, now)
    booking = _make(wish, space, actor, now, today, waiting=len(taken) == len(wish.meetings))
    note_overrides(booking, broken, wish.override if broken or kept else "", line=bool(kept), actor=actor, now=now)
    left_out = wish.series.left_out if wish.series else ()
    numbers = numbers_of(wish.meetings, left_out)
    dates = [_date(booking, space, numbers[one.starts_at], one, taken.get(one), wish, hours, now)
             for one in wish.meetings]
    dates += [_passed_over(booking, space, numbers[one.starts_at], one, now) for one in left_out]
    if not keep_dates(dates):
        raise refuse("creative.booking.taken_meanwhile", where=space.name, remedy="creative.booking.taken.remedy")
    if booking.step_due:
        prolong_hold(booking, booking.step_due, now)
    promise_stock(dates, items)
    if wish.series:
        SeriesPlan.objects.create(booking=booking, skip=wish.series.skip, decrees=list(wish.series.decrees),
                                  known_on=today)
    BookingEvent.objects.create(booking=booking, kind="file", at=now, by_id=actor.person_id, by_name=actor.name,
                                data={"held": sum(1 for one in dates if one.state == DateState.HELD),
                                      "skipped": sum(1 for one in dates if one.state == DateState.SKIPPED),
                                      "waiting": sum(1 for one in dates if one.state == DateState.WAITING)}, version=1)
    record(actor, "creative.audit.filed", booking, now=now, after={
        "number": booking.number, "space": space.code, "dates": len(dates), "intake": wish.intake.value})
    return booking


def asker_of(wish: Wish) -> Asker:
    """Who asks, as the quotas of the centre see it."""
    return Asker(wish.organiser, wish.contact, wish.organiser_kind, wish.subsector, wish.kecamatan, wish.disability,
                 wish.nib, wish.people)


def check_wish(wish: Wish, space: Space | None, now: datetime) -> None:
    """Raises Refused on what no state of the calendar could make good."""
    if space is None:
        raise refuse("creative.booking.no_space", where=wish.space[:40])
    if not space.bookable:
        raise refuse("creative.booking.not_bookable", where=space.name)
    if not wish.title.strip() or not wish.organiser.strip():
        raise refuse("creative.booking.unnamed", remedy="creative.booking.unnamed.remedy")
    if not wish.meetings:
        raise refuse("creative.booking.no_meeting")
    if wish.people is not None and space.seats is not None and wish.people > space.seats:
        raise refuse("creative.booking.too_many_people", where=space.name, people=wish.people, seats=space.seats,
                     remedy="creative.booking.too_many_people.remedy")
    ordered = sorted(wish.meetings, key=lambda one: one.starts_at)
    for meeting in ordered:
        if not meeting.starts_at < meeting.ends_at <= meeting.starts_at + LONGEST:
            raise refuse("creative.booking.times", remedy="creative.booking.times.remedy")
        if meeting.starts_at < now:
            raise refuse("creative.booking.past", where=_words_of(meeting), remedy="creative.booking.past.remedy")
    room = timedelta(minutes=space.setup_minutes + space.cleardown_minutes)
    for one, following in pairwise(ordered):
        if following.starts_at - one.ends_at < room:
            raise refuse("creative.booking.own_overlap", where=_words_of(following))


def taken_refusal(space: Space, clashes: Sequence[Clash]) -> Refused:
    """The refusal of a taken slot: which meeting, until when, and by a booking of which state (never by whom)."""
    first = clashes[0]
    other = first.taken_by[0]
    zone = zone_of(current_region())
    return refuse("creative.booking.taken", where=space.name, remedy="creative.booking.taken.remedy",
                  on=first.meeting.starts_at.astimezone(zone).date(), count=len(clashes),
                  since=f"{other.starts_at.astimezone(zone):%H.%M}", until=f"{other.ends_at.astimezone(zone):%H.%M}",
                  space=other.space.name, state=message(f"creative.date.state.{other.state}"))


def _words_of(meeting: Meeting) -> str:
    local = meeting.starts_at.astimezone(zone_of(current_region()))
    return f"{local:%d-%m-%Y %H.%M}"


def _make(wish: Wish, space: Space, actor: Actor, now: datetime, today: date, *, waiting: bool) -> Booking:
    open_series(*BOOKINGS)
    step, due = first_step(space.floor.centre, space, wish.intake.value, wish.people, today)
    return Booking.objects.create(
        number=take_number(current_region(), BOOKINGS[0], today), centre=space.floor.centre, space=space,
        title=wish.title.strip()[:160], organiser=wish.organiser.strip()[:120], organiser_kind=wish.organiser_kind,
        contact=wish.contact, about=wish.about, purpose=wish.purpose, subsector=wish.subsector, people=wish.people,
        kecamatan=wish.kecamatan, disability=wish.disability, nib=wish.nib,
        nature=dict(wish.nature), intake=wish.intake.value, received_at=now,
        rule=wish.series.rule if wish.series else "",
        on_clash=wish.on_clash.value, step=step, step_due=due,
        state=(BookingState.WAITING if waiting else BookingState.REVIEW).value, request_key=wish.request_key or None,
        request_digest=wish.digest() if wish.request_key else "", changed_at=now, changed_by=actor.name)


def _date(booking: Booking, space: Space, ordinal: int, meeting: Meeting, clash: Clash | None, wish: Wish, hours: int,
          now: datetime) -> BookingDate:
    if clash is None:
        state = DateState.HELD if hours else DateState.WANTED
    else:
        state = DateState.WAITING if wish.waits else DateState.SKIPPED
    return BookingDate(
        booking=booking, space=space, ordinal=ordinal, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        setup_minutes=space.setup_minutes, cleardown_minutes=space.cleardown_minutes, state=state.value,
        held_until=now + timedelta(hours=hours) if state is DateState.HELD else None,
        first_planned=meeting.starts_at, changed_at=now,
        cause=DateCause.CLASH.value if state is DateState.SKIPPED else "",
        reason="" if clash is None else clash.taken_by[0].booking.number)


def _passed_over(booking: Booking, space: Space, ordinal: int, one: LeftOut, now: datetime) -> BookingDate:
    return BookingDate(
        booking=booking, space=space, ordinal=ordinal, starts_at=one.starts_at, ends_at=one.ends_at,
        setup_minutes=space.setup_minutes, cleardown_minutes=space.cleardown_minutes, state=DateState.SKIPPED.value,
        cause=one.cause.value, reason=one.reason[:300], first_planned=one.starts_at, changed_at=now)

"""A year of bookings of the demonstration's creative centre: synthetic, marked so, about nobody.

About twelve thousand meetings over the year before and the weeks after *today*, drawn from a seed: each space has its
own rhythm of hours, purposes and organisers (numbered, "Contoh"). They are written in bulk; the database derives what
they occupy and would refuse an overlap, so that the draw keeps a book of the units by itself. Published totals of the
centre contradict one another and are not aimed at.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sepadan.creative.public import (
    BOOKINGS,
    OUTSIDE,
    Booking,
    BookingDate,
    BookingEvent,
    BookingState,
    Centre,
    DateState,
    Hold,
    Intake,
    Space,
    SpaceUnit,
    known_centres,
    set_up_centre,
    steps_for,
    subsectors,
)
from sepadan.demo.services.centre_money import furnish_money
from sepadan.ground.messages import render
from sepadan.records.public import Actor, NumberPeriod, open_series, region_scope, take_numbers, zone_of
from sepadan.territory.public import Region, kecamatan_in

SEED = 3573
PURPOSES = ("class", "class", "class", "meeting", "meeting", "exhibition", "performance", "competition", "production")
KINDS = ("community", "community", "community", "government", "business", "academia", "media", "person")
INTAKES = (Intake.ONLINE, Intake.ONLINE, Intake.LETTER, Intake.CHAT, Intake.COUNTER)
PER_DAY = 2.0  # meetings drawn for each space and day; what does not fit falls away


@dataclass(frozen=True, slots=True)
class Drawn:
    """One meeting as drawn, local hours as moments of UTC."""

    space: Space
    starts_at: datetime
    ends_at: datetime
    purpose: str
    kind: str
    organiser: int


def ensure_centre(region: Region, *, now: datetime, today: date, past: int = 365, ahead: int = 30) -> int:
    """Set up the region's centre with its year of bookings, once. Returns how many bookings were made."""
    files = known_centres(region.code)
    if not files:
        return 0
    actor = Actor(name="sepadan demo")
    with region_scope(region):
        if Centre.objects.exists():
            return 0
        centre = set_up_centre(files[0], actor=actor, now=now, synthetic=True)
        drawn = list(_draw(centre, today, past, ahead, zone_of(region)))
        made = _write(region, centre, drawn, actor, now, today)
        furnish_money(region, now=now, today=today)
        return made


def _draw(centre: Centre, today: date, past: int, ahead: int, zone: tzinfo) -> Iterator[Drawn]:
    draw = random.Random(SEED)
    needs: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for needing, unit, hold in SpaceUnit.objects.values_list("space", "unit", "hold"):
        needs[needing].append((unit, hold))
    spaces = list(Space.objects.filter(floor__centre=centre).order_by("id"))
    book: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for number in range(-past, ahead):
        day = today + timedelta(days=number)
        book.clear()  # no meeting goes over midnight, buffers included
        busy = PER_DAY * (1.25 if day.weekday() >= 5 else 1.0) * (1.0 if number < 0 else 0.6)
        for space in spaces:
            for _ in range(int(busy) + (draw.random() < busy % 1)):
                start = datetime.combine(day, time(draw.randrange(8, 20), draw.choice((0, 30))), zone).astimezone(UTC)
                end = start + timedelta(minutes=30 * draw.randrange(2, 7))
                spans = [(unit, span) for unit, hold in needs[space.pk] for span in _spans(space, start, end, hold)]
                if all(span[1] <= taken[0] or taken[1] <= span[0] for unit, span in spans for taken in book[unit]):
                    for unit, span in spans:
                        book[unit].append(span)
                    yield Drawn(space, start, end, draw.choice(PURPOSES), draw.choice(KINDS), draw.randrange(1, 400))


def _spans(space: Space, start: datetime, end: datetime, hold: str) -> list[tuple[datetime, datetime]]:
    before, after = timedelta(minutes=space.setup_minutes), timedelta(minutes=space.cleardown_minutes)
    return [(start - before, end + after)] if hold == Hold.WHOLE else [(start - before, start), (end, end + after)]


def _write(region: Region, centre: Centre, drawn: list[Drawn], actor: Actor, now: datetime, today: date) -> int:
    draw = random.Random(SEED + 1)
    open_series(*BOOKINGS[:3], NumberPeriod.YEAR)
    by_year: dict[int, list[Drawn]] = defaultdict(list)
    for one in drawn:
        by_year[one.starts_at.year].append(one)
    made: list[tuple[Booking, Drawn, DateState]] = []
    for year, rows in sorted(by_year.items()):
        numbers = take_numbers(region, BOOKINGS[0], min(date(year, 12, 31), today) if year >= today.year
                               else date(year, 12, 31), len(rows))
        for number, one in zip(numbers, rows, strict=True):
            state = _state(draw, one, now)
            booking = _booking(draw, centre, number, one, state, actor, now)
            if state is DateState.HELD:
                _on_its_way(booking, one.organiser, today)
            made.append((booking, one, state))
    _share(made, region)
    Booking.objects.bulk_create([booking for booking, _, _ in made], batch_size=2_000)
    BookingDate.objects.bulk_create([BookingDate(
        booking=booking, space=one.space, ordinal=1, starts_at=one.starts_at, ends_at=one.ends_at,
        setup_minutes=one.space.setup_minutes, cleardown_minutes=one.space.cleardown_minutes, state=state.value,
        held_until=now + timedelta(hours=72) if state is DateState.HELD else None, first_planned=one.starts_at,
        changed_at=booking.changed_at) for booking, one, state in made], batch_size=2_000)
    BookingEvent.objects.bulk_create([BookingEvent(
        booking=booking, kind=kind, at=at, by_name=actor.name, version=version)
        for booking, _, _ in made for kind, at, version in _happened(booking)], batch_size=5_000)
    return len(made)


def _state(draw: random.Random, one: Drawn, now: datetime) -> DateState:
    luck = draw.random()
    if one.starts_at > now:
        return DateState.HELD if luck < 0.15 else DateState.CONFIRMED
    if luck < 0.05:
        return DateState.REFUSED
    if luck < 0.08:
        return DateState.CANCELLED
    return DateState.NO_SHOW if luck < 0.1 else DateState.CONFIRMED


_BOOKING_OF = {DateState.HELD: BookingState.REVIEW, DateState.CONFIRMED: BookingState.CONFIRMED,
               DateState.NO_SHOW: BookingState.CONFIRMED, DateState.REFUSED: BookingState.REFUSED,
               DateState.CANCELLED: BookingState.CANCELLED}


def _booking(draw: random.Random, centre: Centre, number: str, one: Drawn, state: DateState, actor: Actor,
             now: datetime) -> Booking:
    received = min(one.starts_at - timedelta(days=draw.randrange(5, 40)), now - timedelta(hours=draw.randrange(1, 40)))
    decided = min(received + timedelta(days=draw.randrange(1, 4)), now)
    confirmed = _BOOKING_OF[state] in (BookingState.CONFIRMED, BookingState.CANCELLED)
    words = render(f"creative.purpose.{one.purpose}", "id")
    nature: dict[str, Any] = {"charged": draw.random() < 0.2, "profit": draw.random() < 0.1,
                              "education": one.purpose == "class", "social": one.kind == "community"}
    seats = one.space.seats
    return Booking(
        number=number, centre=centre, space=one.space, title=f"{words} (contoh {one.organiser})",
        organiser=render("demo.centre.organiser", "id", {"number": str(one.organiser)}), organiser_kind=one.kind,
        purpose=one.purpose, people=draw.randrange(max(2, seats // 4), seats + 1) if seats else None, nature=nature,
        intake=draw.choice(INTAKES).value, received_at=received, state=_BOOKING_OF[state].value,
        step="", version=2 if state is not DateState.HELD else 1,
        reason=render("demo.centre.refused", "id") if state is DateState.REFUSED else "",
        decided_at=decided if state is not DateState.HELD else None,
        letter_number=f"{number[-6:]}/EKRAF/CONTOH" if confirmed else "",
        published_at=decided if confirmed and state is DateState.CONFIRMED else None,
        changed_at=decided if state is not DateState.HELD else received, changed_by=actor.name)


def _share(made: list[tuple[Booking, Drawn, DateState]], region: Region) -> None:
    """What organisers say of themselves, the same in each of their bookings; some say nothing."""
    codes = ("", *(one.code for one in kecamatan_in(region)), OUTSIDE)
    said: dict[int, tuple[str, str, bool]] = {}
    for booking, one, _ in made:
        if one.organiser not in said:
            draw = random.Random(SEED + 10 + one.organiser)
            said[one.organiser] = (draw.choice(("", "", *subsectors())), draw.choice(codes), draw.random() < 0.04)
        booking.subsector, booking.kecamatan, booking.disability = said[one.organiser]


def _on_its_way(booking: Booking, luck: int, today: date) -> None:
    """Put an open request on one of its steps, a few of them overdue."""
    steps = steps_for(booking)
    if steps:
        booking.step = steps[luck % len(steps)].code
        booking.step_due = today + timedelta(days=luck % 7 - 1)


def _happened(booking: Booking) -> list[tuple[str, datetime, int]]:
    first = [("file", booking.received_at, 1)]
    if booking.decided_at is None:
        return first
    return [*first, ("refuse" if booking.state == BookingState.REFUSED else "confirm", booking.decided_at, 2)]

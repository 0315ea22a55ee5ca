"""The line for a slot: who waits for it, in which order, and who may not be passed over.

A *party* is one date that waits, or all waiting dates of a series that is wanted whole: it is offered all or nothing.
Its place follows from how often it was overtaken, its points (the centre's ``waiting.priority`` by group, and what an
officer added with a reason), and when it was filed. Reads as of ``now``; who calls has locked the units where it
matters. Without ``waiting.offer_hours`` in the rules of a centre nobody is kept back: the desk goes through lines by
hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sepadan.creative.engine.calendar import Bookable, taken
from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.quota_rules import LineRules, read_line
from sepadan.creative.engine.space_line import Queued, ahead_of, line_of, meet, overtaken_by
from sepadan.creative.engine.waiting import Party
from sepadan.creative.models import Booking, BookingDate, Centre, Occupancy, Space, SpaceUnit
from sepadan.creative.names import BookingState, DateState, Hold, OnClash
from sepadan.creative.queries.groups import groups_of_booking, with_newcomer
from sepadan.creative.services.holding import Meeting
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import current_region, zone_of

STILL_OPEN = (BookingState.REVIEW, BookingState.ASKED, BookingState.WAITING)
Takes = dict[Hashable, list[Span]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A party in line with the dates that it waits for."""

    queued: Queued
    booking: Booking
    dates: tuple[BookingDate, ...]

    @property
    def party(self) -> Party:
        return self.queued.party


def line_rules(centre: Centre) -> LineRules:
    return read_line(centre.rules)


def needs_of(spaces: Iterable[int]) -> dict[int, dict[Hashable, Hold]]:
    """The units of each space by its id."""
    found: dict[int, dict[Hashable, Hold]] = defaultdict(dict)
    for space, unit, hold in SpaceUnit.objects.filter(space__in=set(spaces)).values_list("space", "unit", "hold"):
        found[space][unit] = Hold(hold)
    return found


def takes_of(dates: Iterable[BookingDate], needs: dict[int, dict[Hashable, Hold]]) -> Takes:
    """What *dates* take, buffers counted, by unit."""
    found: Takes = {}
    for one in dates:
        space = Bookable("", needs[one.space_id], timedelta(minutes=one.setup_minutes),
                         timedelta(minutes=one.cleardown_minutes))
        for unit, spans in taken(space, Span(one.starts_at, one.ends_at)).items():
            found.setdefault(unit, []).extend(spans)
    return found


def line(centre: Centre, now: datetime) -> list[Waiting]:
    """Everybody who waits for a space of *centre*, in order. A few queries, however many wait."""
    rules = line_rules(centre)
    dates = list(BookingDate.objects.filter(
        booking__centre=centre, state=DateState.WAITING.value, starts_at__gt=now,
        booking__state__in=[one.value for one in STILL_OPEN]).select_related("space").order_by("starts_at", "id"))
    if not dates:
        return []
    rows = with_newcomer(Booking.objects.filter(pk__in={one.booking_id for one in dates}))
    bookings: dict[int, Any] = {one.pk: one for one in rows}
    needs = needs_of(one.space_id for one in dates)
    parties: dict[tuple[int, int], list[BookingDate]] = defaultdict(list)
    for one in dates:
        whole = bookings[one.booking_id].on_clash == OnClash.WHOLE
        parties[one.booking_id, 0 if whole else one.ordinal].append(one)
    waiting: dict[str, Waiting] = {}
    for (key, ordinal), some in parties.items():
        booking = bookings[key]
        points = rules.points(groups_of_booking(booking, newcomer=booking.newcomer)) + booking.line_priority
        party = Party(f"{booking.number}/{ordinal}", booking.received_at, 1, points, max(one.passed for one in some))
        closes = min(one.starts_at for one in some) - timedelta(hours=rules.closes_hours)
        waiting[party.id] = Waiting(Queued(party, takes_of(some, needs), closes), booking, tuple(some))
    return [waiting[one.party.id] for one in line_of((one.queued for one in waiting.values()), rules.rounds)]


def busy_of(takes: Iterable[Takes]) -> Takes:
    """What is occupied of the units of *takes*, while any of them wants it."""
    units: set[Any] = set()
    spans: list[Span] = []
    for one in takes:
        units |= set(one)
        spans += [span for some in one.values() for span in some]
    if not spans:
        return {}
    rows = Occupancy.objects.filter(unit__in=units, during__overlap=(
        min(one.start for one in spans), max(one.end for one in spans))).values_list("unit", "during")
    found: Takes = defaultdict(list)
    for unit, during in rows:
        found[unit].append(Span(during.lower, during.upper))
    return found


def kept_back(space: Space, meetings: Sequence[Meeting], now: datetime) -> dict[Meeting, list[Waiting]]:
    """Of *meetings* in *space*, which are free but for who waits for them, and who that is."""
    rules = line_rules(space.floor.centre)
    if not rules.offer_hours or not meetings:
        return {}
    everybody = line(space.floor.centre, now)
    if not everybody:
        return {}
    wanted = _takes(space, meetings)
    queue = {one.party.id: one for one in everybody if any(meet(one.queued.takes, some) for some in wanted.values())}
    busy = busy_of(dict(one.queued.takes) for one in queue.values())  # type: ignore[arg-type]
    found = {}
    for meeting, takes in wanted.items():
        ahead = ahead_of((one.queued for one in queue.values()), takes, busy, now, rules.rounds)
        if ahead:
            found[meeting] = [queue[one.party.id] for one in ahead]
    return found


def count_overtaken(space: Space, meetings: Sequence[Meeting], now: datetime) -> int:
    """Somebody takes *meetings* past those who wait for a part of them and cannot have it yet: they were overtaken once
    more. The caller has locked the units of *space*."""
    rules = line_rules(space.floor.centre)
    if not rules.offer_hours:
        return 0
    everybody = line(space.floor.centre, now)
    takes: Takes = {}
    for some in _takes(space, meetings).values():
        for unit, spans in some.items():
            takes.setdefault(unit, []).extend(spans)
    passed = overtaken_by((one.queued for one in everybody), takes, now)
    note_passed({one.party.id: one.party.passed + 1 for one in passed}, everybody)
    return len(passed)


def note_passed(passed: dict[str, int], everybody: Iterable[Waiting]) -> None:
    """Keep how often parties were overtaken."""
    for one in everybody:
        if one.party.id in passed:
            BookingDate.objects.filter(pk__in=[date.pk for date in one.dates]).update(passed=passed[one.party.id])


def ahead_in_line(booking: Booking, dates: Sequence[BookingDate], now: datetime) -> list[Waiting]:
    """Who stands before *booking* in the line for *dates* and could have what he waits for."""
    rules = line_rules(booking.centre)
    if not rules.offer_hours:
        return []
    everybody = line(booking.centre, now)
    before: list[Waiting] = []
    for one in everybody:
        if one.booking.pk == booking.pk:
            break
        before.append(one)
    wanted = takes_of(dates, needs_of(one.space_id for one in dates))
    queue = [one for one in before if meet(one.queued.takes, wanted)]
    busy = busy_of(dict(one.queued.takes) for one in queue)  # type: ignore[arg-type]
    ahead = {one.party.id for one in ahead_of((one.queued for one in queue), wanted, busy, now, rules.rounds)}
    return [one for one in queue if one.party.id in ahead]


def line_refusal(space: Space, kept: dict[Meeting, list[Waiting]]) -> Refused:
    """The refusal of a slot that is free but for those who wait for it (never who)."""
    meeting, ahead = next(iter(kept.items()))
    local = meeting.starts_at.astimezone(zone_of(current_region()))
    return refuse("creative.line.ahead", where=space.name, remedy="creative.line.ahead.remedy", count=len(ahead),
                  on=local.date(), at=f"{local:%H.%M}")


def _takes(space: Space, meetings: Sequence[Meeting]) -> dict[Meeting, Takes]:
    """What each of *meetings* would take in *space*."""
    bookable = Bookable(space.code, needs_of([space.pk])[space.pk], timedelta(minutes=space.setup_minutes),
                        timedelta(minutes=space.cleardown_minutes))
    return {one: taken(bookable, Span(one.starts_at, one.ends_at)) for one in meetings}

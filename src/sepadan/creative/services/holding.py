"""Taking and freeing units: the locks, the question what is taken, and the end of holds that ran out.

A locking protocol for everything that makes dates block: first the units, in the order of their ids (``lock_units``),
then bookings in the order of theirs, then number series. Whoever holds the units sees every date that could clash, so
that a refusal names its reason; the exclusion constraint beneath catches what does not keep to the protocol, and
``keep_dates`` turns that into the same refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from sepadan.creative.models import Booking, BookingDate, BookingEvent, Displacement, Space, SpaceUnit, StockItem, Unit
from sepadan.creative.names import BLOCKING, BookingState, DateState, Hold, OfferState
from sepadan.creative.queries.occupied import occupied
from sepadan.ground.messages import message
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Actor, Document, zone_of

OVERLAP, OVER_PROMISED = "unit_taken_once", "stock_never_over_promised"
SYSTEM = Actor(name="Sepadan")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One date that is wanted: the event itself, from *starts_at* to *ends_at* (UTC, end excluded)."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """A wanted meeting that does not fit, and the dates of others in its way (buffers counted)."""

    meeting: Meeting
    taken_by: tuple[BookingDate, ...]


def lock_units(spaces: Iterable[Space]) -> list[Unit]:
    """The units that *spaces* need, locked in the order of their ids until the transaction ends.

    Weak enough that dates can still refer to a unit; two bookings of one unit wait for each other.
    """
    ids = SpaceUnit.objects.filter(space__in=list(spaces)).values("unit")
    return list(Unit.objects.filter(pk__in=ids).order_by("id").select_for_update(no_key=True))


def clashes_of(space: Space, meetings: Sequence[Meeting], *, but: Sequence[int] = ()) -> list[Clash]:
    """Which of *meetings* in *space* meet dates that block, other than the dates *but*. Two queries, however many."""
    if not meetings:
        return []
    before, after = timedelta(minutes=space.setup_minutes), timedelta(minutes=space.cleardown_minutes)
    first = min(one.starts_at for one in meetings) - before
    last = max(one.ends_at for one in meetings) + after
    needs = {row.unit_id: row.hold for row in SpaceUnit.objects.filter(space=space)}
    rows = (occupied(needs, first, last).exclude(date__in=list(but))
            .select_related("date__booking", "date__space").order_by("during"))
    taken = [(row.unit_id, row.during.lower, row.during.upper, row.date) for row in rows]
    found = []
    for meeting in meetings:
        spans = {Hold.WHOLE: [(meeting.starts_at - before, meeting.ends_at + after)],
                 Hold.HANDLING: [(meeting.starts_at - before, meeting.starts_at),
                                 (meeting.ends_at, meeting.ends_at + after)]}
        others = {date.pk: date for unit, lower, upper, date in taken
                  if any(lower < end and start < upper for start, end in spans[Hold(needs[unit])])}
        if others:
            found.append(Clash(meeting, tuple(others.values())))
    return found


def keep_dates(dates: Sequence[BookingDate], fields: Sequence[str] = ()) -> bool:
    """Write *dates* (new ones, or *fields* of present ones). False when the database found an overlap; then nothing is
    written. The caller has locked the units, so that this happens only against a writer outside the protocol.
    Raises Refused when equipment that a date asks for is promised to others."""
    try:
        with transaction.atomic():
            if fields:
                list(StockItem.objects.filter(demands__date__in=[one.pk for one in dates]).order_by("id")
                     .select_for_update(no_key=True))
                BookingDate.objects.bulk_update(dates, [*fields])
            else:
                BookingDate.objects.bulk_create(dates)
    except IntegrityError as fault:
        if OVER_PROMISED in str(fault):
            raise stock_refusal(fault) from fault
        if OVERLAP not in str(fault):
            raise
        return False
    return True


def stock_refusal(fault: IntegrityError) -> Refused:
    """The refusal behind the database's answer that more of an item would be promised than there is."""
    found = re.search(r"item (\d+): (\d+) pieces", str(fault))
    item = StockItem.objects.filter(pk=int(found[1])).first() if found else None
    if item is None or found is None:
        return refuse("creative.booking.try_again")
    name = message("creative.stock.name", id=item.name.get("id", item.code), en=item.name.get("en", item.code))
    return refuse("creative.stock.over", remedy="creative.stock.short.remedy", item=name, promised=int(found[2]),
                  there=item.quantity, free=item.quantity)


def expire_holds(units: Sequence[Unit] | None, now: datetime) -> int:
    """End the holds that ran out by *now*: of *units* (locked by the caller), or of the whole region (the sweep).

    Their bookings are ended when no date of theirs is left open. The sweep also notes which offers to displaced parties
    ended. Returns how many dates were freed.
    """
    late = BookingDate.objects.filter(state=DateState.HELD.value, held_until__lte=now)
    if units is None:
        Displacement.objects.filter(state=OfferState.OFFERED.value, offer_until__lte=now).update(
            state=OfferState.LAPSED.value)
        lock_units(Space.objects.filter(dates__in=late).distinct())
    else:
        late = late.filter(occupancy__unit__in=[unit.pk for unit in units]).distinct()
    ids = list(late.order_by("id").values_list("id", flat=True))
    if not ids:
        return 0
    of_these = BookingDate.objects.filter(pk__in=ids).values("booking")
    bookings = list(Booking.objects.filter(pk__in=of_these).order_by("id").select_for_update())
    freed = BookingDate.objects.filter(pk__in=ids, state=DateState.HELD.value, held_until__lte=now).update(
        state=DateState.EXPIRED.value, changed_at=now)
    for booking in bookings:
        if not booking.dates.filter(state__in=[*BLOCKING, DateState.WANTED, DateState.WAITING]).exists():
            confirmed = booking.state == BookingState.CONFIRMED  # displaced, and took none of what was offered
            booking.state = (BookingState.CANCELLED if confirmed else BookingState.EXPIRED).value
        touch(booking, SYSTEM, now, "expire")
    return freed


def lock_booking(booking: Booking, version: int) -> Booking:
    """The booking as the person saw it, locked. Raises Refused, saying who acted, when somebody did meanwhile."""
    held = Booking.objects.select_for_update(of=("self",)).select_related("region", "centre", "space").get(
        pk=booking.pk)
    if held.version != version:
        local = held.changed_at.astimezone(zone_of(held.region))
        raise refuse("creative.booking.changed", where=held.number, remedy="creative.booking.changed.remedy",
                     who=held.changed_by, on=local.date(), at=f"{local:%H.%M}", state=held.state_label)
    return held


def touch(booking: Booking, actor: Actor, now: datetime, kind: str, *, note: str = "",
          data: dict[str, object] | None = None, fields: Sequence[str] = (), document: Document | None = None) -> None:
    """Save *booking* with a higher version, and note what happened."""
    booking.version += 1
    booking.changed_at, booking.changed_by = now, actor.name
    booking.save(update_fields=["state", "step", "step_due", "reason", "version", "changed_at", "changed_by", *fields])
    BookingEvent.objects.create(booking=booking, kind=kind, at=now, by_id=actor.person_id, by_name=actor.name,
                                note=note.strip()[:2000], data=data or {}, version=booking.version,
                                document=document)

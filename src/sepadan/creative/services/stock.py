"""Equipment promised to bookings, and what the desk does with it: moved, handed out, brought back, broken, mended.

A promise is made by writing a ``StockDemand`` of a date; the database promises it while the date is held or confirmed,
and refuses it where at any moment more would be promised than there is (migration 0005). Here the items are locked
first, so that a refusal can say what is missing, how many are free, and when there are enough. Pieces that break are
gone whatever was promised: the promises filed last are released until the rest is enough, noted on their bookings and
shown at the desk, in the same transaction. Every act writes a ``StockMove`` and a record.

Locks: units, bookings by id, then items by id. Whole pieces; ``now`` is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.stock import Promise, free_throughout, short
from sepadan.creative.models import Booking, BookingDate, BookingEvent, Centre, Space, StockDemand, StockItem
from sepadan.creative.names import BLOCKING, DateState
from sepadan.creative.queries.stock import promises
from sepadan.creative.services.holding import OVER_PROMISED, SYSTEM, Meeting, stock_refusal
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Refused, refuse
from sepadan.records.public import Actor, current_region, record, zone_of

MOST = 10_000
AHEAD = timedelta(days=14)
"""How far it is looked for a time with enough pieces."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An item of which fewer than wanted are free for a meeting. ``again``: when, for the same length, enough are."""

    item: StockItem
    wanted: int
    free: int
    span: Span
    again: Span | None


def lock_items(ids: Iterable[int]) -> dict[int, StockItem]:
    """Items locked in the order of their ids."""
    return {one.pk: one for one in StockItem.objects.filter(pk__in=set(ids)).order_by("id").select_for_update(
        no_key=True)}


def items_wanted(centre: Centre, wanted: Mapping[str, int]) -> dict[StockItem, int]:
    """The items behind codes, locked. Raises Refused on an unknown one or a number that cannot be."""
    asked = {code: count for code, count in wanted.items() if count}
    rows = {one.code: one for one in lock_items(StockItem.objects.filter(
        centre=centre, code__in=list(asked)).values_list("id", flat=True)).values()}
    for code, count in asked.items():
        if code not in rows:
            raise refuse("creative.stock.unknown", where=code[:40])
        if not 0 < count <= MOST:
            raise refuse("creative.stock.number", where=code, most=MOST)
    return {rows[code]: count for code, count in sorted(asked.items())}


def whole_span(space: Space, meeting: Meeting) -> Span:
    """*meeting* with the buffers of *space*: how long its equipment is needed."""
    return Span(meeting.starts_at - timedelta(minutes=space.setup_minutes),
                meeting.ends_at + timedelta(minutes=space.cleardown_minutes))


def missing_of(space: Space, meetings: Sequence[Meeting], wanted: Mapping[StockItem, int]) -> list[Missing]:
    """What is short for *meetings* in *space*, the first meeting of each item."""
    if not meetings or not wanted:
        return []
    spans = [whole_span(space, one) for one in meetings]
    taken = promises([one.pk for one in wanted], min(one.start for one in spans) - AHEAD,
                     max(one.end for one in spans) + AHEAD)
    found = []
    for item, count in wanted.items():
        for span in spans:
            free = free_throughout(item.quantity, taken.get(item.pk, ()), span)
            if free < count:
                found.append(Missing(item, count, free, span, _again(item, taken.get(item.pk, ()), count, span)))
                break
    return found


def _again(item: StockItem, taken: Sequence[Promise], wanted: int, span: Span) -> Span | None:
    """The first span after *span* began, as long, in which enough pieces are free."""
    if wanted > item.quantity:
        return None
    start, end = span.start, span.start + AHEAD
    for one in short(item.quantity, taken, wanted, Span(span.start, end + span.length)):
        if start + span.length <= one.start:
            break
        start = max(start, one.end)
    return Span(start, start + span.length) if start < end else None


def missing_refusal(space: Space, missing: Sequence[Missing]) -> Refused:
    """The refusal for missing equipment: what, how many are free, when there are enough."""
    one, zone = missing[0], zone_of(current_region())
    facts = {"item": name_of(one.item), "wanted": one.wanted, "free": one.free, "there": one.item.quantity,
             "on": one.span.start.astimezone(zone).date()}
    if one.again is None:
        return refuse("creative.stock.short", where=space.name, remedy="creative.stock.short.remedy", **facts)
    before = timedelta(minutes=space.setup_minutes)
    again = (one.again.start + before).astimezone(zone)
    return refuse("creative.stock.short", where=space.name, remedy="creative.stock.again.remedy", **facts,
                  again=again.date(), at=f"{again:%H.%M}")


def check_stock(space: Space, meetings: Sequence[Meeting], wanted: Mapping[str, int]) -> dict[StockItem, int]:
    """The items wanted, locked; raises Refused when one is short for a meeting."""
    if not any(wanted.values()):
        return {}
    items = items_wanted(space.floor.centre, wanted)
    missing = missing_of(space, meetings, items)
    if missing:
        raise missing_refusal(space, missing)
    return items


def promise_stock(dates: Iterable[BookingDate], items: Mapping[StockItem, int]) -> None:
    """Ask for *items* for each of *dates* that is wanted, held, confirmed or waits."""
    wanting = [one for one in dates if one.state in (*BLOCKING, DateState.WANTED, DateState.WAITING)]
    rows = [StockDemand(date=one, item=item, quantity=count) for one in wanting for item, count in items.items()]
    if not rows:
        return
    try:
        with transaction.atomic():
            StockDemand.objects.bulk_create(sorted(rows, key=lambda row: row.item_id))
    except IntegrityError as fault:
        if OVER_PROMISED not in str(fault):
            raise
        raise stock_refusal(fault) from fault


def short_of(dates: Sequence[BookingDate], now: datetime) -> list[StockDemand]:
    """The demands of dates that wait which cannot be met at this moment."""
    demands = list(StockDemand.objects.filter(date__in=[one.pk for one in dates], kept=True).select_related("item"))
    if not demands:
        return []
    by_id = {one.pk: one for one in dates}
    found = []
    for one in demands:
        date = by_id[one.date_id]
        span = Span(date.starts_at - timedelta(minutes=date.setup_minutes),
                    date.ends_at + timedelta(minutes=date.cleardown_minutes))
        taken = promises([one.item_id], span.start, span.end).get(one.item_id, ())
        if free_throughout(one.item.quantity, taken, span) < one.quantity:
            found.append(one)
    return found


def release_promises(item: StockItem, present: int, now: datetime) -> list[StockDemand]:
    """Release what can no longer be kept of an item with *present* pieces, those filed last first. The caller has
    locked the item and the bookings; their dates to come are judged. Nothing is saved of the item."""
    kept = list(StockDemand.objects.filter(item=item, kept=True, date__state__in=[one.value for one in BLOCKING],
                                           date__ends_at__gt=now).select_related("date__booking", "date__space")
                .order_by("date__booking__received_at", "date__booking_id", "id"))
    standing: list[Promise] = []
    released = []
    for one in kept:
        span = Span(one.date.starts_at - timedelta(minutes=one.date.setup_minutes),
                    one.date.ends_at + timedelta(minutes=one.date.cleardown_minutes))
        if free_throughout(present, standing, span) >= one.quantity:
            standing.append(Promise(span, one.quantity))
        else:
            released.append(one)
    reason = message("creative.stock.released", item=name_of(item), there=present).text("id")
    StockDemand.objects.filter(pk__in=[one.pk for one in released]).update(kept=False, reason=reason[:300])
    for one in released:
        Booking.objects.filter(pk=one.date.booking_id).update(version=F("version") + 1)
        one.date.booking.refresh_from_db(fields=["version"])
        BookingEvent.objects.create(booking=one.date.booking, kind="equipment", at=now, by_name=SYSTEM.name,
                                    note=reason, data={"item": item.code, "quantity": one.quantity,
                                                       "ordinal": one.date.ordinal},
                                    version=one.date.booking.version)
    return released


def lower(item: StockItem, by: int, now: datetime) -> tuple[StockItem, list[StockDemand]]:
    """Take *by* pieces off *item*, locked, releasing what cannot be kept. Raises Refused when there are fewer."""
    for _ in range(5):
        concerned = Booking.objects.filter(dates__demands__item=item, dates__demands__kept=True,
                                           dates__state__in=[one.value for one in BLOCKING],
                                           dates__ends_at__gt=now).distinct().values("pk")
        locked = {one.pk for one in Booking.objects.filter(pk__in=concerned).order_by("id").select_for_update(
            of=("self",))}
        held = lock_items([item.pk])[item.pk]
        if set(concerned.values_list("pk", flat=True)) <= locked:
            break
    else:
        raise refuse("creative.booking.try_again")
    if by > held.quantity:
        raise refuse("creative.stock.fewer", where=held.code, there=held.quantity, wanted=by)
    left = held.quantity - by
    released = release_promises(held, left, now)
    StockItem.objects.filter(pk=held.pk).update(quantity=left, counted_at=now)
    held.quantity = left
    return held, released


def name_of(item: StockItem) -> Message | str:
    """The name of an item in the reader's language."""
    return message("creative.stock.name", id=item.name.get("id", item.code), en=item.name.get("en", item.code))


def note_release(actor: Actor, item: StockItem, released: Sequence[StockDemand], now: datetime) -> None:
    """A record of the promises that were released."""
    if released:
        record(actor, "creative.audit.stock_released", item, now=now, after={
            "item": item.code, "bookings": len({one.date.booking_id for one in released})})

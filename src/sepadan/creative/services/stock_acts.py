"""What the desk does with equipment: bought, retired, moved, handed out for a date, brought back, broken, mended.

Each act locks the item, changes where its pieces stand, and writes a ``StockMove`` and a record; together the places
always hold as many working pieces as the item has. What is handed out for a date is at most what it was promised.
Pieces that break or are retired may take promises with them (``services/stock.py``). An empty place is the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from sepadan.creative.fairness_names import StockAct
from sepadan.creative.models import BookingDate, Centre, Space, StockDemand, StockItem, StockMove, StockPlace
from sepadan.creative.names import BLOCKING
from sepadan.creative.services.stock import MOST, lock_items, lower, note_release
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record

ITEM_KEYS = {"code", "name", "quantity", "space", "unsure"}


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it, when, and what he notes."""

    actor: Actor
    now: datetime
    note: str = ""


def set_up_item(centre: Centre, row: Mapping[str, Any], where: str, how: Doing) -> StockItem:
    """An item from the centre's data: new with its pieces, present only renamed (its pieces are the desk's).

    Raises Refused on an unknown key or space, or a number that cannot be.
    """
    for key in row:
        if key not in ITEM_KEYS:
            raise refuse("creative.set_up.unknown_key", where=where, key=str(key), allowed=", ".join(sorted(ITEM_KEYS)))
    quantity, code = row.get("quantity"), str(row.get("code") or "")
    if not isinstance(row.get("name"), Mapping) or not code:
        raise refuse("creative.stock.unnamed", where=where)
    if isinstance(quantity, bool) or quantity is None or int(quantity) != quantity or not 0 <= int(quantity) <= MOST:
        raise refuse("creative.stock.number", where=f"{where} {code}", most=MOST)
    space = None
    if row.get("space"):
        space = Space.objects.filter(floor__centre=centre, code=row["space"]).first()
        if space is None:
            raise refuse("creative.booking.no_space", where=f"{where} {row['space']}")
    name = {lang: str(text) for lang, text in row["name"].items()}
    item, made = StockItem.objects.get_or_create(centre=centre, code=code, defaults={
        "name": name, "unsure": bool(row.get("unsure")), "counted_at": how.now})
    if not made:
        StockItem.objects.filter(pk=item.pk).update(name=name, unsure=bool(row.get("unsure")))
    elif quantity:
        item = acquire_pieces(item, int(quantity), to=space, how=how)
    return item


def acquire_pieces(item: StockItem, count: int, *, to: Space | None, how: Doing) -> StockItem:
    """*count* new pieces, put at a place."""
    with transaction.atomic():
        held = _locked(item, count)
        StockItem.objects.filter(pk=held.pk).update(quantity=F("quantity") + count, counted_at=how.now)
        _put(held, to, count)
        return _done(held, StockAct.ACQUIRE, count, how, to=to)


def retire_pieces(item: StockItem, count: int, *, place: Space | None, broken: bool, how: Doing) -> StockItem:
    """*count* pieces leave for good: broken ones, or working ones from a place."""
    with transaction.atomic():
        if broken:
            held = _locked(item, count)
            if held.broken < count:
                raise refuse("creative.stock.fewer", where=held.code, there=held.broken, wanted=count)
            StockItem.objects.filter(pk=held.pk).update(broken=F("broken") - count)
        else:
            held = _lowered(item, count, place, how)
        return _done(held, StockAct.RETIRE, count, how, source=place)


def move_pieces(item: StockItem, count: int, *, source: Space | None, to: Space | None, how: Doing) -> StockItem:
    """*count* pieces from one place to another."""
    if source == to:
        raise refuse("creative.stock.same_place", where=item.code)
    with transaction.atomic():
        held = _locked(item, count)
        _put(held, source, -count)
        _put(held, to, count)
        return _done(held, StockAct.MOVE, count, how, source=source, to=to)


def hand_out(item: StockItem, count: int, date: BookingDate, *, source: Space | None, how: Doing) -> StockItem:
    """*count* pieces to the party of *date*, brought to its space. At most what was promised."""
    with transaction.atomic():
        held = _locked(item, count)
        demand = StockDemand.objects.filter(date=date, item=held, kept=True).first()
        if demand is None or date.state not in BLOCKING:
            raise refuse("creative.stock.not_promised", where=held.code)
        out = handed_out(held, date)
        if out + count > demand.quantity:
            raise refuse("creative.stock.more_than_promised", where=held.code, out=out, promised=demand.quantity,
                         wanted=count)
        if source != date.space:
            _put(held, source, -count)
            _put(held, date.space, count)
        return _done(held, StockAct.HAND_OUT, count, how, source=source, to=date.space, date=date)


def take_back(item: StockItem, count: int, date: BookingDate, *, to: Space | None, broken: int,
              how: Doing) -> StockItem:
    """*count* pieces come back from the party of *date*; *broken* of them no longer work."""
    with transaction.atomic():
        held = _locked(item, count)
        out = handed_out(held, date)
        if count > out or not 0 <= broken <= count:
            raise refuse("creative.stock.more_than_out", where=held.code, out=out, wanted=count)
        moved = _last_out(held, date)
        if to != moved:
            _put(held, moved, -count)
            _put(held, to, count)
        held = _done(held, StockAct.RETURN, count, how, source=moved, to=to, date=date)
    return break_pieces(held, broken, place=to, how=how, date=date) if broken else held


def break_pieces(item: StockItem, count: int, *, place: Space | None, how: Doing,
                 date: BookingDate | None = None) -> StockItem:
    """*count* pieces at a place no longer work. What can no longer be kept is released, the latest promises first."""
    with transaction.atomic():
        held = _lowered(item, count, place, how)
        StockItem.objects.filter(pk=held.pk).update(broken=F("broken") + count)
        return _done(held, StockAct.BREAK, count, how, source=place, date=date)


def mend_pieces(item: StockItem, count: int, *, to: Space | None, how: Doing) -> StockItem:
    """*count* broken pieces work again and are put at a place."""
    with transaction.atomic():
        held = _locked(item, count)
        if held.broken < count:
            raise refuse("creative.stock.fewer", where=held.code, there=held.broken, wanted=count)
        StockItem.objects.filter(pk=held.pk).update(quantity=F("quantity") + count, broken=F("broken") - count,
                                                    counted_at=how.now)
        _put(held, to, count)
        return _done(held, StockAct.MEND, count, how, to=to)


def handed_out(item: StockItem, date: BookingDate) -> int:
    """How many pieces the party of *date* has in hand."""
    sums = {row["act"]: row["sum"] for row in StockMove.objects.filter(item=item, date=date).order_by().values(
        "act").annotate(sum=Sum("quantity"))}
    return int(sums.get(StockAct.HAND_OUT.value, 0)) - int(sums.get(StockAct.RETURN.value, 0))


def _locked(item: StockItem, count: int) -> StockItem:
    if not 0 < count <= MOST:
        raise refuse("creative.stock.number", where=item.code, most=MOST)
    return lock_items([item.pk])[item.pk]


def _lowered(item: StockItem, count: int, place: Space | None, how: Doing) -> StockItem:
    if not 0 < count <= MOST:
        raise refuse("creative.stock.number", where=item.code, most=MOST)
    held, released = lower(item, count, how.now)
    _put(held, place, -count)
    note_release(how.actor, held, released, how.now)
    return held


def _put(item: StockItem, space: Space | None, count: int) -> None:
    """Add to a place, or take away. Raises Refused when fewer stand there."""
    place, _ = StockPlace.objects.get_or_create(item=item, space=space)
    if place.quantity + count < 0:
        raise refuse("creative.stock.fewer_here", where=item.code, there=place.quantity, wanted=-count)
    StockPlace.objects.filter(pk=place.pk).update(quantity=F("quantity") + count)


def _last_out(item: StockItem, date: BookingDate) -> Space | None:
    """Where the pieces of *date* were brought: its space when they were handed out."""
    row = StockMove.objects.filter(item=item, date=date, act=StockAct.HAND_OUT.value).order_by("-id").first()
    space: Space | None = date.space if row is None else row.to_space
    return space


def _done(item: StockItem, act: StockAct, count: int, how: Doing, *, source: Space | None = None,
          to: Space | None = None, date: BookingDate | None = None) -> StockItem:
    StockMove.objects.create(item=item, act=act.value, quantity=count, from_space=source, to_space=to, date=date,
                             note=how.note.strip()[:300], at=how.now, by_id=how.actor.person_id,
                             by_name=how.actor.name)
    record(how.actor, f"creative.audit.stock_{act.value}", item, now=how.now, reason=how.note.strip()[:300],
           after={"item": item.code, "count": count, "from": source.code if source else "",
                  "to": to.code if to else ""})
    return StockItem.objects.get(pk=item.pk)

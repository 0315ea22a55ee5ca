"""A line with a live offer, equipment promised and handed out, and refused wishes of the demonstration's centre.

Made up, and made by the same services as at a real desk, behind the days that other parts of the demonstration fill;
the quotas and pieces are settings of the demonstration (``centres/``). A dozen rows of each kind; the refused wishes
are drawn from a seed over the year before. Instants UTC.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from sepadan.creative.public import (
    Booking,
    BookingDate,
    Centre,
    DateState,
    RefusedWish,
    Space,
    StockItem,
    StockMove,
    Wish,
    break_pieces,
    file_booking,
    hand_out_pieces,
    meeting_of,
    move_pieces,
    offer_region,
    promise_stock,
    stock_doing,
    withdraw_booking,
)
from sepadan.demo.services.people import demo_accounts
from sepadan.ground.messages import render
from sepadan.records.public import Actor, Role, account_scope, person_by_email, region_scope
from sepadan.territory.public import Region

SEED, AHEAD, REFUSED = 57, 48, 160
"""Days from today on which nothing else is booked; refused wishes of the last year."""
REASONS = (("creative.booking.taken", ""), ("creative.booking.taken", ""), ("creative.booking.shut", ""),
           ("creative.booking.too_many_people", ""), ("creative.quota.hours.month", "jam-bulanan"),
           ("creative.quota.kept", "malam-bersama"), ("creative.line.ahead", ""), ("creative.stock.short", ""))


def ensure_fairness(region: Region, *, now: datetime, today: date) -> int:
    """Make the rows once. Returns how many wishes were filed."""
    (email,) = (one.email for one in demo_accounts([region.code]) if one.role == Role.CREATIVE_OFFICER)
    with account_scope(email=email):
        person = person_by_email(email)
    actor = Actor(name=person.name if person else email, person_id=person.pk if person else None)
    with region_scope(region):
        centre = Centre.objects.filter(synthetic=True).first()
        if centre is None or RefusedWish.objects.filter(centre=centre).exists():
            return 0
        made = _lines(actor, now, today)
        made += _stock(centre, actor, now, today)
        _refused(centre, now)
    offer_region(region, now, "withdraw")
    return made


def _lines(actor: Actor, now: datetime, today: date) -> int:
    """Two slots with a line each; the holder of the first gives it back."""
    made = 0
    for number, (space, waits) in enumerate((("workshop-1", 3), ("kriya", 2))):
        meeting = [meeting_of(today + timedelta(days=AHEAD + number), time(13), time(15))]
        holder = file_booking(_wish(space, 500 + number, meeting), actor=actor, now=now, today=today)
        for place in range(waits):
            wish = _wish(space, 510 + 10 * number + place, meeting, waits=True, disability=place == 1)
            file_booking(wish, actor=actor, now=now, today=today)
        made += 1 + waits
        if number == 0:
            withdraw_booking(Booking.objects.get(pk=holder.pk), version=holder.version, actor=actor, now=now,
                             reason=render("demo.centre.withdrawn", "id"))
    return made


def _wish(space: str, number: int, meetings: list, **more: object) -> Wish:  # type: ignore[type-arg]
    title = f"{render('creative.purpose.class', 'id')} (contoh {number})"
    return Wish(space, title, render("demo.centre.organiser", "id", {"number": str(number)}), meetings,
                organiser_kind="community", purpose="class", **more)  # type: ignore[arg-type]


def _stock(centre: Centre, actor: Actor, now: datetime, today: date) -> int:
    """Wishes with equipment, a piece that broke, a move, and what was handed out for a meeting of today."""
    items = {one.code: one for one in StockItem.objects.filter(centre=centre)}
    if not items or StockMove.objects.filter(item__in=items.values()).exclude(act="acquire").exists():
        return 0
    made, how = 0, stock_doing(actor, now, render("demo.fairness.note", "id"))
    for number, (space, wanted) in enumerate((("workshop-2", {"proyektor": 1, "mik-nirkabel": 2}), (
            "pameran", {"panel-pamer": 24, "kursi-lipat": 60}), ("atap", {"pengeras-suara": 2, "kursi-lipat": 180}))):
        meeting = [meeting_of(today + timedelta(days=AHEAD + 2 + number), time(9), time(12))]
        file_booking(_wish(space, 540 + number, meeting, stock=wanted), actor=actor, now=now, today=today)
        made += 1
    move_pieces(items["layar"], 2, source=None, to=Space.objects.get(code="workshop-1"), how=how)
    break_pieces(items["mik-nirkabel"], 1, place=None, how=how)
    date_ = BookingDate.objects.select_related("space").filter(
        state=DateState.CONFIRMED.value, booking__centre=centre, starts_at__gte=now - timedelta(hours=6),
        ends_at__gt=now).order_by("starts_at", "id").first()
    if date_ is not None:
        promise_stock([date_], {items["proyektor"]: 1})
        hand_out_pieces(items["proyektor"], 1, date_, source=None, how=how)
    return made


def _refused(centre: Centre, now: datetime) -> None:
    draw, spaces = random.Random(SEED), list(Space.objects.filter(floor__centre=centre).order_by("id"))
    rows = []
    for _ in range(REFUSED):
        key, rule = draw.choice(REASONS)
        at = now - timedelta(hours=draw.randrange(1, 365 * 24))
        rows.append(RefusedWish(
            centre=centre, space=draw.choice(spaces), at=at, key=key, rule=rule,
            said=render("demo.fairness.refused", "id"), intake=draw.choice(("online", "letter", "chat")),
            organiser=render("demo.centre.organiser", "id", {"number": str(draw.randrange(1, 400))}),
            organiser_kind=draw.choice(("community", "business", "academia", "person")),
            disability=draw.random() < 0.05, newcomer=draw.random() < 0.4, people=draw.randrange(5, 200),
            starts_at=at + timedelta(days=9), ends_at=at + timedelta(days=9, hours=2)))
    RefusedWish.objects.bulk_create(rows)

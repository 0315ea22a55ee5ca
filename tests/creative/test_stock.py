"""Equipment is never promised twice, however it is written; what the desk does with it adds up."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum

from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.stock import Promise, peak
from sepadan.creative.models import BookingDate, StockDemand, StockItem, StockMove, StockPlace, StockUse
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import cancel_dates, confirm_booking, move_date
from sepadan.creative.services.stock_acts import (
    Doing,
    acquire_pieces,
    break_pieces,
    hand_out,
    handed_out,
    mend_pieces,
    move_pieces,
    set_up_item,
    take_back,
)
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, NOW, TODAY, build_centre, hours, wish
from .test_bookings_at_once import at_once

HOW = Doing(DESK, NOW)
SPACES = ("auditorium", "hall-a", "hall-b", "studio-1", "studio-2")


@pytest.fixture
def region():
    return Region.objects.get(code="35.73")


def projectors(spaces, quantity=3):
    centre = next(iter(spaces.values())).floor.centre
    return set_up_item(centre, {"code": "proyektor", "name": {"id": "Proyektor", "en": "Projector"},
                                "quantity": quantity}, "stock[1]", HOW)


def ask(space, meeting, count, **more):
    return file_booking(wish(space, meeting, stock={"proyektor": count}, **more), actor=DESK, now=NOW, today=TODAY)


def over_promised():
    """Items of which more are promised at some moment than there are, by comparing every use with every other."""
    found = []
    for item in StockItem.objects.all():
        uses = [Promise(Span(one.during.lower, one.during.upper), one.quantity)
                for one in StockUse.objects.filter(item=item)]
        whole = Span(NOW - timedelta(days=400), NOW + timedelta(days=400))
        if peak(uses, whole) > item.quantity:
            found.append(item.code)
    return found


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_of_many_who_want_the_last_pieces_at_once_as_many_get_them_as_there_are(region):
    with region_scope(region):
        projectors(build_centre())
    acts = [lambda space=space: ask(space, hours(0, 2), 1) for space in SPACES] * 3
    came = at_once(acts, threads=8)
    assert came["done"] == 3  # five spaces are free, three projectors are there
    assert set(came) <= {"done", "creative.stock.short", "creative.booking.taken"}
    with region_scope(region):
        assert StockUse.objects.aggregate(sum=Sum("quantity"))["sum"] == 3
        assert over_promised() == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_random_promises_moves_breaks_and_cancels_at_once_never_promise_too_much(region):
    draw = random.Random(5)
    with region_scope(region):
        spaces = build_centre(buffers=15)
        item = projectors(spaces, 4)
        made = [ask(space, hours(4 * number, 4 * number + 2), 1) for number, space in enumerate(SPACES * 2)]
        for one in made:
            confirm_booking(one, version=1, actor=DESK, now=NOW, today=TODAY)
    lock, broken = threading.Lock(), []

    def filed(space, start, count):
        ask(space, hours(start, start + 3), count)

    def moved(booking, start, space):
        move_date(booking, 1, hours(start, start + 2), space=spaces[space], version=2, actor=DESK, now=NOW)

    def breaks():
        break_pieces(item, 1, place=None, how=HOW)
        with lock:
            broken.append(1)

    acts = [partial(filed, draw.choice(SPACES), draw.randrange(0, 40) / 2, draw.randrange(1, 4)) for _ in range(60)]
    acts += [partial(moved, one, draw.randrange(0, 40) / 2, draw.choice(SPACES)) for one in made[:5]]
    acts += [lambda a=one: cancel_dates(a, version=2, reason="uji", actor=DESK, now=NOW) for one in made[5:]]
    acts += [breaks]
    draw.shuffle(acts)
    came = at_once(acts, threads=8)
    assert sum(came.values()) == len(acts)
    assert all(key == "done" or key.startswith(("creative.booking.", "creative.stock.")) for key in came)
    with region_scope(region):
        item.refresh_from_db()
        assert (item.quantity, item.broken) == (4 - len(broken), len(broken))
        assert over_promised() == []
        held = Counter(BookingDate.objects.filter(demands__kept=True, state__in=["held", "confirmed"]).values_list(
            "id", "demands__quantity"))
        assert held == Counter(StockUse.objects.values_list("date_id", "quantity"))


@pytest.mark.django_db
class TestStock:
    @pytest.fixture(autouse=True)
    def _scope(self, region):
        with region_scope(region):
            self.spaces = build_centre()
            self.item = projectors(self.spaces)
            yield

    def test_a_refusal_says_what_is_free_and_when_there_is_enough(self):
        ask("hall-a", hours(0, 2), 2)
        with pytest.raises(Refused) as caught:
            ask("hall-b", hours(1, 3), 2)
        problem = caught.value.problem
        assert problem.what.key == "creative.stock.short"
        assert (problem.what.params["wanted"], problem.what.params["free"], problem.what.params["there"]) == (2, 1, 3)
        assert (problem.remedy.key, problem.remedy.params["at"]) == ("creative.stock.again.remedy", "10.00")
        assert ask("hall-b", hours(1, 3), 1).pk  # what is free is given
        with pytest.raises(Refused, match="at most 3"):
            ask("studio-1", hours(50, 51), 4)

    def test_plain_sql_meets_the_same_wall(self):
        first, second = ask("hall-a", hours(0, 2), 2), ask("hall-b", hours(0, 2), 1)
        with pytest.raises(IntegrityError, match="4 pieces promised"), transaction.atomic():
            StockDemand.objects.filter(date__booking=second).update(quantity=2)
        with pytest.raises(DatabaseError, match="follows from the demands"), transaction.atomic(), \
                connection.cursor() as cursor:
            cursor.execute("DELETE FROM creative_stockuse")
        with pytest.raises(IntegrityError, match="would be left"), transaction.atomic():
            StockItem.objects.filter(pk=self.item.pk).update(quantity=2)
        assert StockUse.objects.filter(date__booking=first).get().quantity == 2

    def test_who_waits_is_promised_nothing_and_buffers_count(self):
        Space = type(self.spaces["hall-a"])
        Space.objects.update(setup_minutes=30, cleardown_minutes=30)
        first = ask("hall-a", hours(0, 2), 3)
        use = StockUse.objects.get(date__booking=first)
        assert use.during.upper - use.during.lower == timedelta(hours=3)
        with pytest.raises(Refused):
            ask("hall-b", hours(2.5, 3), 1)
        waits = ask("hall-a", hours(0, 2), 2, waits=True)
        assert not StockUse.objects.filter(date__booking=waits).exists()
        assert StockDemand.objects.get(date__booking=waits).quantity == 2

    def test_pieces_that_break_take_the_latest_promise_with_them_and_the_booking_says_so(self):
        first, second = ask("hall-a", hours(0, 2), 2), ask("hall-b", hours(0, 2), 1)
        left = break_pieces(self.item, 1, place=None, how=HOW)
        assert (left.quantity, left.broken) == (2, 1)
        assert list(StockUse.objects.values_list("date__booking", "quantity")) == [(first.pk, 2)]
        event = second.events.order_by("-id").first()
        assert (event.kind, event.data["item"]) == ("equipment", "proyektor")
        assert not StockDemand.objects.get(date__booking=second).kept
        mended = mend_pieces(self.item, 1, to=None, how=HOW)
        assert (mended.quantity, mended.broken) == (3, 0)

    def test_what_is_handed_out_comes_back_and_places_add_up(self):
        booking = ask("hall-a", hours(0, 2), 2)
        date = booking.dates.get()
        acquire_pieces(self.item, 2, to=self.spaces["studio-1"], how=HOW)
        move_pieces(self.item, 1, source=None, to=self.spaces["studio-2"], how=HOW)
        with pytest.raises(Refused, match="were promised"):
            hand_out(self.item, 3, date, source=None, how=HOW)
        with pytest.raises(Refused, match="stand there"):
            move_pieces(self.item, 5, source=None, to=self.spaces["hall"], how=HOW)
        hand_out(self.item, 2, date, source=None, how=HOW)
        assert handed_out(self.item, date) == 2
        back = take_back(self.item, 2, date, to=None, broken=1, how=HOW)
        assert (back.quantity, back.broken, handed_out(self.item, date)) == (4, 1, 0)
        assert StockPlace.objects.aggregate(sum=Sum("quantity"))["sum"] == back.quantity
        assert list(StockMove.objects.order_by("id").values_list("act", flat=True)) == [
            "acquire", "acquire", "move", "hand_out", "return", "break"]

"""Many at once on real connections: one slot has one winner, approval has one winner, what is left would not fit."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import connection

from sepadan.creative.models import Booking, BookingDate
from sepadan.creative.names import BLOCKING
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import confirm_booking, line_up, move_date
from sepadan.creative.services.holding import Meeting, clashes_of
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, NOW, TODAY, build_centre, hours, wish

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SIXTEEN = 16


def at_once(acts: Sequence[Callable[[], object]], threads: int = SIXTEEN) -> Counter[str]:
    """Run *acts* on *threads* connections; count what each came to: ``done`` or the key of its refusal."""
    region, start = Region.objects.get(code="35.73"), threading.Barrier(threads)
    queue, lock = list(enumerate(acts)), threading.Lock()
    came: Counter[str] = Counter()

    def work(_: int) -> None:
        start.wait(timeout=60)
        try:
            while True:
                with lock:
                    if not queue:
                        return
                    _, act = queue.pop()
                try:
                    with region_scope(region):
                        act()
                    result = "done"
                except Refused as refused:
                    result = refused.problem.what.key
                with lock:
                    came[result] += 1
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return came


def overlaps() -> list[tuple[int, int]]:
    """Pairs of blocking dates that share a unit at one time, by comparing every pair (buffers counted)."""
    dates = list(BookingDate.objects.filter(state__in=BLOCKING).select_related("space"))
    units = {space: set(Booking.space.field.related_model.objects.get(pk=space).needs.values_list("unit", flat=True))
             for space in {one.space_id for one in dates}}
    span = {one.pk: (one.starts_at - timedelta(minutes=one.setup_minutes),
                     one.ends_at + timedelta(minutes=one.cleardown_minutes)) for one in dates}
    return [(a.pk, b.pk) for a, b in combinations(dates, 2) if units[a.space_id] & units[b.space_id]
            and span[a.pk][0] < span[b.pk][1] and span[b.pk][0] < span[a.pk][1]]


@pytest.fixture
def region():
    return Region.objects.get(code="35.73")


def test_of_many_who_want_one_slot_in_every_way_one_gets_it(region):
    with region_scope(region):
        spaces = build_centre()
        elsewhere = [file_booking(wish("studio-1", hours(0, 1, day=day)), actor=DESK, now=NOW, today=TODAY)
                     for day in range(20)]
        waiting = [file_booking(wish("hall", waits=True), actor=DESK, now=NOW, today=TODAY)] + [
            file_booking(wish("hall", waits=True), actor=DESK, now=NOW, today=TODAY) for _ in range(20)]
        line_up(waiting[0], version=1, reason="uji", actor=DESK, now=NOW)

    def create() -> None:
        file_booking(wish("hall"), actor=DESK, now=NOW, today=TODAY)

    def half() -> None:
        file_booking(wish("hall-a", hours(1, 3)), actor=DESK, now=NOW, today=TODAY)

    acts: list[Callable[[], object]] = [create] * 100 + [half] * 20
    acts += [lambda one=one: confirm_booking(one, version=one.version, actor=DESK, now=NOW, today=TODAY)
             for one in waiting[1:]]
    acts += [lambda one=one: move_date(one, 1, hours(0, 2), space=spaces["hall"], version=1, actor=DESK, now=NOW)
             for one in elsewhere]
    random.Random(1).shuffle(acts)
    came = at_once(acts)
    assert came["done"] == 1
    assert set(came) == {"done", "creative.booking.taken"}
    assert sum(came.values()) == 100 + 20 + 20 + 20
    with region_scope(region):
        blocking = BookingDate.objects.filter(state__in=BLOCKING, starts_at__lt=hours(0, 2).ends_at,
                                              ends_at__gt=hours(0, 2).starts_at, space__code__startswith="hall")
        assert blocking.count() == 1
        assert overlaps() == []


def test_one_key_sent_by_many_at_once_is_one_booking(region):
    with region_scope(region):
        build_centre()
    came = at_once([lambda: file_booking(wish("hall", request_key="k"), actor=DESK, now=NOW, today=TODAY)] * 40)
    assert came == {"done": 40}
    with region_scope(region):
        assert Booking.objects.count() == 1


def test_of_fifty_wishes_ten_officers_approve_one_and_the_rest_wait_with_a_reason(region):
    with region_scope(region):
        build_centre({"hold_hours": 0})
        wishes = [file_booking(wish("auditorium"), actor=DESK, now=NOW, today=TODAY) for _ in range(50)]
    came = at_once([lambda one=one: confirm_booking(one, version=1, actor=DESK, now=NOW, today=TODAY)
                    for one in wishes], threads=10)
    assert came["done"] == 1
    assert set(came) <= {"done", "creative.booking.changed", "creative.booking.taken"}
    with region_scope(region):
        assert Counter(Booking.objects.values_list("state", flat=True)) == {"confirmed": 1, "waiting": 50 - 1}
        assert not Booking.objects.filter(state="waiting", reason="").exists()


def test_what_was_taken_is_disjoint_and_nothing_refused_would_still_fit(region):
    draw = random.Random(7)
    with region_scope(region):
        spaces = build_centre(buffers=15)
    asked: list[tuple[str, Meeting]] = []
    for _ in range(250):
        start = draw.randrange(0, 14 * 12) / 12
        asked.append((draw.choice(sorted(spaces)), hours(start, start + draw.randrange(3, 30) / 12)))
    refused, lock = [], threading.Lock()

    def ask(space: str, meeting: Meeting) -> None:
        try:
            file_booking(wish(space, meeting), actor=DESK, now=NOW, today=TODAY)
        except Refused:
            with lock:
                refused.append((space, meeting))
            raise

    came = at_once([lambda one=one: ask(*one) for one in asked])
    assert sum(came.values()) == 250
    assert set(came) == {"done", "creative.booking.taken"}
    with region_scope(region):
        assert Booking.objects.count() == came["done"]
        assert overlaps() == []
        assert [one for one in refused if not clashes_of(spaces[one[0]], [one[1]])] == []

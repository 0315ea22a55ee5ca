"""Bookings one at a time: what blocks what, series, holds that end, versions, keys, and the law of the database."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from sepadan.creative.models import (
    Booking,
    BookingDate,
    BookingEvent,
    Closure,
    Occupancy,
    OpeningHours,
    SpaceUnit,
    Unit,
)
from sepadan.creative.names import DateState, OnClash
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import (
    cancel_dates,
    confirm_booking,
    line_up,
    move_date,
    refuse_booking,
    withdraw_booking,
)
from sepadan.creative.services.holding import expire_holds
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, NOW, TODAY, build_centre, hours, wish

pytestmark = pytest.mark.django_db
ACT = {"actor": DESK, "now": NOW}


@pytest.fixture
def spaces():
    with region_scope(Region.objects.get(code="35.73")):
        yield build_centre()


def file(*args, now=NOW, **more):
    return file_booking(wish(*args, **more), actor=DESK, now=now, today=TODAY)


def states(booking):
    return list(booking.dates.order_by("ordinal").values_list("state", flat=True))


def test_a_free_slot_is_held_at_once_and_a_taken_one_refused_with_its_reason(spaces):
    held = file("studio-1", hours(0, 2))
    assert states(held) == ["held"]
    with pytest.raises(Refused) as refused:
        file("studio-1", hours(1, 3))
    assert refused.value.problem.what.key == "creative.booking.taken"
    assert "08.00" in str(refused.value)
    assert states(file("studio-1", hours(2, 3))) == ["held"]  # the end of one is the start of the next
    assert states(file("studio-2", hours(1, 3))) == ["held"]
    assert Booking.objects.count() == 3


def test_half_a_hall_keeps_the_hall_and_leaves_the_other_half(spaces):
    file("hall-a", hours(0, 2))
    assert states(file("hall-b", hours(0, 2))) == ["held"]
    with pytest.raises(Refused):
        file("hall", hours(1, 3))
    file("hall", hours(2, 3))
    for half in ("hall-a", "hall-b"):
        with pytest.raises(Refused):
            file(half, hours(2, 3))


def test_buffers_count_and_the_lift_only_while_things_are_carried():
    with region_scope(Region.objects.get(code="35.73")):
        spaces = build_centre(buffers=30)
        SpaceUnit.objects.create(space=spaces["studio-1"], unit=Unit.objects.get(code="lift"), hold="handling")
        file("auditorium", hours(0, 4))  # the lift from 07:30 to 08:00 and from 12:00 to 12:30
        assert states(file("studio-1", hours(1, 3))) == ["held"]  # 08:30 to 09:00 and 11:00 to 11:30
        with pytest.raises(Refused):
            file("studio-1", hours(4.25, 5))  # carries in at 11:45
        with pytest.raises(Refused):
            file("auditorium", hours(4.5, 5))  # 12:30 is free only from 13:00 on: its own set-up comes before
        assert states(file("auditorium", hours(5, 6))) == ["held"]


def test_a_series_is_kept_whole_or_without_what_is_taken(spaces):
    file("studio-1", hours(0, 2, day=7))
    weekly = [hours(0, 2, day=day) for day in (0, 7, 14)]
    with pytest.raises(Refused):
        file("studio-1", *weekly)
    assert states(file("studio-1", *weekly, on_clash=OnClash.SKIP)) == ["held", "skipped", "held"]
    with pytest.raises(Refused):
        file("studio-1", *weekly, on_clash=OnClash.SKIP)  # now every date is taken
    assert states(file("studio-1", *weekly, waits=True)) == ["waiting"] * 3


def test_a_hold_ends_by_itself_and_leaves_no_trace_in_the_way(spaces):
    held = file("studio-1")
    late = NOW + timedelta(hours=72)
    assert states(file("studio-1", now=late)) == ["held"]
    held.refresh_from_db()
    assert (held.state, states(held)) == ("expired", ["expired"])
    with pytest.raises(Refused, match="decided already"):
        confirm_booking(held, version=held.version, actor=DESK, now=late, today=TODAY)


def test_the_sweep_frees_what_ran_out_and_nothing_else(spaces):
    file("studio-1")
    confirmed = file("studio-2")
    confirm_booking(confirmed, version=1, today=TODAY, **ACT)
    assert expire_holds(None, NOW + timedelta(hours=71)) == 0
    assert expire_holds(None, NOW + timedelta(hours=72)) == 1
    assert Occupancy.objects.count() == 1


def test_confirming_gives_a_letter_and_puts_competing_wishes_in_line(spaces):
    spaces["hall"].floor.centre.rules = {"hold_hours": 0}
    spaces["hall"].floor.centre.save()
    whole, half, other = file("hall"), file("hall-a"), file("hall-b")
    assert [one.dates.get().state for one in (whole, half, other)] == ["wanted"] * 3
    won = confirm_booking(half, version=1, today=TODAY, **ACT)
    assert (won.state, won.letter_number) == ("confirmed", "0001/EKRAF/XI/2026")
    whole.refresh_from_db()
    other.refresh_from_db()
    assert (whole.state, states(whole)) == ("waiting", ["waiting"])
    assert "diberikan" in whole.reason
    assert (other.state, states(other)) == ("review", ["wanted"])
    with pytest.raises(Refused):
        confirm_booking(whole, version=whole.version, today=TODAY, **ACT)


def test_who_acts_on_an_older_version_is_told_and_nothing_happens(spaces):
    booking = file("studio-1")
    confirm_booking(booking, version=1, today=TODAY, **ACT)
    for act in (lambda: refuse_booking(booking, version=1, reason="penuh", **ACT),
                lambda: withdraw_booking(booking, version=1, **ACT),
                lambda: move_date(booking, 1, hours(4, 5), version=1, **ACT),
                lambda: cancel_dates(booking, version=1, reason="batal", **ACT),
                lambda: line_up(booking, version=1, reason="antre", **ACT)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.problem.what.key == "creative.booking.changed"
    assert states(booking) == ["confirmed"]


def test_moving_keeps_the_slot_until_the_new_one_is_sure(spaces):
    first, second = file("studio-1"), file("studio-1", hours(2, 4))
    with pytest.raises(Refused):
        move_date(first, 1, hours(3, 5), version=1, **ACT)
    assert first.dates.get().starts_at == hours(0, 2).starts_at
    moved = move_date(first, 1, hours(1, 2), version=1, **ACT)  # into its own old time
    assert Occupancy.objects.get(date__booking=moved).during.lower == hours(1, 2).starts_at
    move_date(second, 1, hours(0, 1), space=spaces["studio-2"], version=1, **ACT)
    assert states(file("studio-1", hours(2, 4))) == ["held"]


def test_cancelling_one_date_leaves_the_rest(spaces):
    booking = file("studio-1", hours(0, 1), hours(0, 1, day=1))
    booking = confirm_booking(booking, version=1, today=TODAY, **ACT)
    booking = cancel_dates(booking, version=2, reason="pemateri sakit", ordinals=[2], **ACT)
    assert (booking.state, states(booking)) == ("confirmed", ["confirmed", "cancelled"])
    booking = cancel_dates(booking, version=3, reason="batal", **ACT)
    assert (booking.state, states(booking)) == ("cancelled", ["cancelled", "cancelled"])
    assert list(BookingEvent.objects.values_list("kind", flat=True)) == ["file", "confirm", "cancel", "cancel"]


def test_the_same_request_twice_is_one_booking_and_a_reused_key_is_refused(spaces):
    first = file("studio-1", request_key="abc")
    assert file("studio-1", request_key="abc") == first
    with pytest.raises(Refused) as refused:
        file("studio-2", request_key="abc")
    assert refused.value.problem.what.key == "creative.booking.key_reused"


@pytest.mark.parametrize("wrong", [
    lambda: wish("nowhere"),
    lambda: wish("studio-1", hours(2, 2)),
    lambda: wish("studio-1", hours(0, 24 * 15)),
    lambda: wish("studio-1", hours(0, 1, day=-30)),
    lambda: wish("studio-1", hours(0, 2), hours(1, 3)),
    lambda: wish("studio-1", people=101),
])
def test_a_wish_that_cannot_be_is_refused_and_nothing_is_kept(spaces, wrong):
    with pytest.raises(Refused):
        file_booking(wrong(), actor=DESK, now=NOW, today=TODAY)
    assert not Booking.objects.exists()


def test_outside_the_opening_hours_or_in_a_closure_is_refused_with_the_nearest_time(spaces):
    centre = spaces["studio-1"].floor.centre
    for weekday in range(7):
        OpeningHours.objects.create(centre=centre, weekday=weekday, opens=time(8), closes=time(22))
    with pytest.raises(Refused) as refused:
        file("studio-1", hours(13, 15))  # 21:00 to 23:00
    assert refused.value.problem.what.key == "creative.booking.shut"
    assert "20.00" in str(refused.value)
    held = file("studio-1", hours(12, 14))
    with pytest.raises(Refused, match="Nearest open"):
        move_date(held, 1, hours(-2, 0), version=1, **ACT)
    Closure.objects.create(centre=centre, first=date(2026, 12, 2), last=date(2026, 12, 2), reason="listrik padam",
                           announced_at=NOW)
    with pytest.raises(Refused, match="listrik padam"):
        file("studio-1", hours(0, 1, day=1))


class TestTheLawOfTheDatabase:
    """Whatever is written past the services: the constraint answers, and occupancy follows the dates alone."""

    def test_plain_sql_cannot_make_two_dates_block_one_unit(self, spaces):
        file("hall-a")
        waiting = file("hall", waits=True).dates.get()
        with pytest.raises(IntegrityError, match="unit_taken_once"), transaction.atomic(), \
                connection.cursor() as cursor:
            cursor.execute("UPDATE creative_bookingdate SET state = 'confirmed' WHERE id = %s", [waiting.pk])
        with pytest.raises(IntegrityError, match="unit_taken_once"), transaction.atomic():
            BookingDate.objects.create(
                booking=waiting.booking, space=spaces["hall-a"], ordinal=9, starts_at=waiting.starts_at,
                ends_at=waiting.ends_at, first_planned=waiting.starts_at, changed_at=NOW,
                state=DateState.CONFIRMED.value)

    def test_occupancy_is_written_by_dates_alone(self, spaces):
        file("studio-1")
        with pytest.raises(Exception, match="occupancy follows"), transaction.atomic():
            Occupancy.objects.all().delete()

    def test_another_division_of_a_hall_is_refused_while_it_would_overlap(self, spaces):
        file("hall-a")
        file("hall-b")
        file("studio-1")
        with pytest.raises(IntegrityError, match="unit_taken_once"), transaction.atomic():
            SpaceUnit.objects.create(space=spaces["hall-b"], unit=Unit.objects.get(code="hall-a"))
        SpaceUnit.objects.create(space=spaces["studio-1"], unit=Unit.objects.get(code="studio-2"))
        with pytest.raises(Refused):
            file("studio-2")

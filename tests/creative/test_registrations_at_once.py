"""Seats under many hands at once, on real connections: none is given twice, freed ones go to the line in its order.

The fourth scenario of the creative cases: thirty seats, a hundred in line, seven cancel at one moment; offers that run
out; a group that is not starved; a restart and a clock that is set back. An observer on a connection of its own reads
confirmed and offered seats all the while.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from sepadan.creative.event_names import TAKING, Registering, RegistrationState, TicketState
from sepadan.creative.models import Event, Registration, Ticket
from sepadan.creative.services.decisions import cancel_dates
from sepadan.creative.services.events import EventDraft, locked_event, publish_event
from sepadan.creative.services.registrations import accept_offer, cancel_registration, register
from sepadan.creative.services.seats import advance, change_event, sweep_offers
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DAY, DESK, NOW, TODAY, build_centre
from .event_scene import confirmed, event_of, public, wanted
from .test_bookings_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SEATS = 30


@pytest.fixture
def region():
    return Region.objects.get(code="35.73")


def full_event(region, *, capacity: int = SEATS, groups_to: int = 4, **more) -> Event:
    with region_scope(region):
        build_centre()
        return public("auditorium", DAY, DESK, NOW, TODAY, capacity=capacity, groups_to=min(groups_to, capacity),
                      **more)


def fill(region, event: Event, count: int, *, first: int = 0, seats: int = 1) -> list[Registration]:
    """Visitors one after the other, a second apart."""
    with region_scope(region):
        return [register(event, wanted(f"Tamu {number:03}", seats=seats), actor=DESK,
                         now=NOW + timedelta(seconds=number), today=TODAY) for number in range(first, first + count)]


def in_state(region, event: Event, state: RegistrationState) -> list[str]:
    with region_scope(region):
        return [one.name for one in event.registrations.filter(state=state.value).order_by("received_at", "id")]


def taken() -> int:
    return Registration.objects.filter(state__in=[one.value for one in TAKING]).aggregate(all=Sum("seats"))["all"] or 0


@contextmanager
def watched(region) -> Iterator[list[int]]:
    """Seats taken, read again and again on another connection while the block runs."""
    seen: list[int] = []
    done = threading.Event()

    def look() -> None:
        try:
            while not done.is_set():
                with region_scope(region):
                    seen.append(taken())
                done.wait(0.002)  # reading is not what is tried here
        finally:
            connection.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def test_seven_cancel_at_one_moment_and_exactly_the_next_seven_are_offered_seats(region):
    event = full_event(region)
    came = fill(region, event, SEATS + 100)
    assert [one.state for one in came] == ["confirmed"] * SEATS + ["waiting"] * 100
    later = NOW + timedelta(hours=1)
    with watched(region) as seen:
        count = at_once([lambda one=one: cancel_registration(one, actor=DESK, now=later) for one in came[3:10]],
                        threads=7)
    assert count == {"done": 7}
    assert max(seen) <= SEATS
    assert in_state(region, event, RegistrationState.OFFERED) == [f"Tamu {number:03}" for number in range(30, 37)]
    offered = came[30:37]
    with region_scope(region):
        until = {one.offered_until for one in Registration.objects.filter(state="offered")}
        assert until == {later + timedelta(hours=24)}
        for one in offered[2:]:
            accept_offer(one, actor=DESK, now=later + timedelta(hours=2))
        assert taken() == SEATS
        # two let it run out: the next two have it, and a clock set back gives nobody a seat twice
        assert sweep_offers(later + timedelta(hours=25)) == 2
        assert taken() == SEATS
        assert sweep_offers(later) == 0
    assert in_state(region, event, RegistrationState.LAPSED) == ["Tamu 030", "Tamu 031"]
    assert in_state(region, event, RegistrationState.OFFERED) == ["Tamu 037", "Tamu 038"]
    assert len(in_state(region, event, RegistrationState.WAITING)) == 91
    with region_scope(region):
        assert Ticket.objects.filter(state=TicketState.VALID.value).count() == 28  # thirty less seven and five anew
        assert not Ticket.objects.filter(state=TicketState.VALID.value, registration__state="cancelled").exists()


def test_a_late_offer_cannot_be_taken_and_a_restart_loses_nothing(region):
    event = full_event(region, capacity=1)
    first, second, third = fill(region, event, 3)
    with region_scope(region):
        cancel_registration(first, actor=DESK, now=NOW + timedelta(minutes=5))
    connection.close()  # as after a restart: nothing is remembered but the rows
    late = NOW + timedelta(hours=25)
    refused = at_once([lambda: accept_offer(second, actor=DESK, now=late)], threads=1)
    assert set(refused) <= {"creative.waiting.no_offer", "creative.waiting.lapsed"}
    with region_scope(region):
        sweep_offers(late)
        assert Registration.objects.get(pk=third.pk).state == "offered"
        assert Registration.objects.get(pk=second.pk).state == "lapsed"
        assert accept_offer(third, actor=DESK, now=late).state == "confirmed"
        assert sweep_offers(NOW) == 0
        assert taken() == 1


def test_a_group_that_waits_is_overtaken_three_times_at_most(region):
    event = full_event(region, capacity=6)
    seated = fill(region, event, 6)
    (group,) = fill(region, event, 1, first=6, seats=3)
    fill(region, event, 8, first=7)
    offered = []
    with region_scope(region):
        for number, one in enumerate(seated):
            cancel_registration(one, actor=DESK, now=NOW + timedelta(minutes=number + 1))
            offered.append(Registration.objects.filter(state="offered").count())
            assert taken() <= 6
        # three single visitors overtook it; the next three seats were kept together for the group
        assert offered == [1, 2, 3, 3, 3, 4]
        assert Registration.objects.get(pk=group.pk).state == "offered"


def test_of_many_who_send_at_once_no_seat_is_given_twice_and_the_line_keeps_the_rest(region):
    event = full_event(region, capacity=20)
    with watched(region) as seen:
        came = at_once([lambda number=number: register(
            event, wanted(f"Tamu {number}", seats=1 + number % 3), actor=DESK, now=NOW, today=TODAY)
            for number in range(60)])
    assert came == {"done": 60}
    assert max(seen) <= 20
    with region_scope(region):
        confirmed = Registration.objects.filter(state="confirmed")
        seats = sum(one.seats for one in confirmed)
        assert 18 <= seats + taken() - seats <= 20
        assert Ticket.objects.count() == seats
        numbers = sorted(Registration.objects.values_list("number", flat=True))
        assert len(set(numbers)) == 60
        assert [int(one[-6:]) for one in numbers] == list(range(1, 61))


def test_one_key_sent_by_many_is_one_registration(region):
    event = full_event(region, capacity=20)
    came = at_once([lambda: register(event, wanted("Tamu", request_key="k"), actor=DESK, now=NOW, today=TODAY)] * 24)
    assert came == {"done": 24}
    with region_scope(region):
        assert Registration.objects.count() == 1
        assert Ticket.objects.count() == 1


def test_the_database_refuses_a_seat_too_many_by_whichever_path_it_comes(region):
    event = full_event(region, capacity=2)
    one, two, three = fill(region, event, 3)
    with region_scope(region):
        for change in ({"state": "confirmed"}, {"state": "offered", "offered_until": NOW}):
            with pytest.raises(IntegrityError, match="would be taken"), transaction.atomic():
                Registration.objects.filter(pk=three.pk).update(**change)
        with pytest.raises(IntegrityError, match="would be taken"), transaction.atomic():
            Registration.objects.filter(pk=one.pk).update(seats=2)
        Registration.objects.filter(pk=two.pk).update(state="cancelled")
        Registration.objects.filter(pk=three.pk).update(state="confirmed")

    def by_hand() -> None:  # what no service does: two at once, each alone within the capacity
        with transaction.atomic():
            Registration.objects.filter(pk=two.pk).update(state="confirmed")

    with region_scope(region):
        Registration.objects.filter(pk=three.pk).update(state="cancelled")
        Registration.objects.filter(pk=one.pk).update(state="cancelled")
        Event.objects.filter(pk=event.pk).update(capacity=1)
        Registration.objects.filter(pk=one.pk).update(state="confirmed")
        with pytest.raises(IntegrityError, match="would be taken"), transaction.atomic():
            by_hand()


def test_a_capacity_that_is_lowered_throws_nobody_out_and_a_raised_one_is_offered(region):
    event = full_event(region, capacity=3)
    fill(region, event, 5)
    with region_scope(region):
        Event.objects.filter(pk=event.pk).update(capacity=2)
        assert advance(locked_event(event), NOW + timedelta(hours=1)) == []
        assert taken() == 3
        Event.objects.filter(pk=event.pk).update(capacity=4)
        assert [one.name for one in advance(locked_event(event), NOW + timedelta(hours=1))] == ["Tamu 003"]
        draft = EventDraft(title=event.title, organiser=event.organiser, registration=Registering.OPEN, capacity=5)
        found = Event.objects.get(pk=event.pk)
        change_event(found, draft, version=found.version, actor=DESK, now=NOW + timedelta(hours=1))
    assert in_state(region, event, RegistrationState.OFFERED) == ["Tamu 003", "Tamu 004"]


def test_publishing_and_cancelling_the_booking_at_once_never_wait_for_each_other_in_a_circle(region):
    with region_scope(region):
        spaces = build_centre()
        drafts = [event_of(confirmed(code, DAY, DESK, NOW, TODAY), DESK, NOW) for code in spaces if code != "hall"]
    acts = [lambda one=one: publish_event(one, version=1, actor=DESK, now=NOW) for one in drafts]
    acts += [lambda one=one: cancel_dates(one.booking, version=1, reason="uji", actor=DESK, now=NOW) for one in drafts]
    came = at_once(acts, threads=10)
    assert set(came) <= {"done", "creative.public_event.no_letter", "creative.booking.changed"}
    with region_scope(region):
        assert set(Event.objects.values_list("state", flat=True)) == {"cancelled"}

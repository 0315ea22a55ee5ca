"""An official event takes a confirmed time: alternatives are held first, and nothing is double-booked meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from sepadan.creative.models import Booking, BookingDate, Displacement
from sepadan.creative.names import BLOCKING, Intake, OfferState
from sepadan.creative.services.answers import applicant
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import confirm_booking
from sepadan.creative.services.displacing import answer_offer, displace, in_the_way, standing
from sepadan.creative.services.holding import expire_holds
from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, account_scope, add_person, person_by_email, region_scope
from sepadan.territory.models import Region

from .centre import DESK, NOW, TODAY, build_centre, hours, wish
from .test_bookings_at_once import at_once, overlaps

WAY = {"displacement": {"hours": 48, "offers": 2}}


def head() -> Actor:
    with account_scope(email="kepala@uji.example"):
        person = person_by_email("kepala@uji.example") or add_person("kepala@uji.example", "Kepala")
    return Actor(name=person.name, person_id=person.pk)


def file(space, *meetings, now=NOW, **more):
    return file_booking(wish(space, *meetings, **more), actor=DESK, now=now, today=TODAY)


def granted(space, *meetings, **more):
    one = file(space, *meetings, **more)
    return confirm_booking(one, version=one.version, actor=DESK, now=NOW, today=TODAY)


def official(space, *meetings):
    return file(space, *meetings, intake=Intake.OFFICIAL, waits=True)


def take(one, actor, reason="Kunjungan menteri", **more):
    seen = {date.booking_id: date.booking.version for date in in_the_way(one)} | more.pop("seen", {})
    return displace(one, version=one.version, seen=seen, reason=reason, actor=actor, now=NOW, today=TODAY, **more)


def refused(act, *args, **more) -> str:
    with pytest.raises(Refused) as found, transaction.atomic():
        act(*args, **more)
    return found.value.problem.what.key


def rows(booking):
    return [(one.space.code, one.state) for one in booking.dates.select_related("space").order_by("ordinal")]


@pytest.fixture
def spaces():
    with region_scope(Region.objects.get(code="35.73")):
        yield build_centre(WAY, buffers=30)


@pytest.mark.django_db
class TestOne:
    def test_the_displaced_party_is_offered_what_is_free_first_and_takes_one(self, spaces):
        lost = granted("hall-a", people=80)
        event = official("hall")
        (made,) = take(event, head())
        event.refresh_from_db()
        lost.refresh_from_db()
        assert (event.state, rows(event)) == ("confirmed", [("hall", "confirmed")])
        assert rows(lost) == [("hall-a", "displaced"), ("auditorium", "held"), ("hall-a", "held")]
        assert (made.state, made.number, made.offer_until) == (
            "offered", "0001/GESER/EKRAF/2026", NOW + timedelta(hours=48))
        assert overlaps() == []
        with pytest.raises(Refused, match="Taken"):
            file("auditorium")  # nobody else gets what is offered
        letter = lost.letter_number
        done = answer_offer(made, take=2, version=lost.version, actor=applicant(None), now=NOW, today=TODAY)
        lost.refresh_from_db()
        assert rows(lost) == [("hall-a", "displaced"), ("auditorium", "confirmed"), ("hall-a", "withdrawn")]
        assert (done.state, done.taken.space.code, lost.state) == ("accepted", "auditorium", "confirmed")
        assert lost.letter_number not in ("", letter)
        assert refused(answer_offer, made, take=3, version=lost.version, actor=DESK, now=NOW, today=TODAY) == (
            "creative.offer.ended")

    def test_declined_or_unanswered_everything_is_free_again(self, spaces):
        first, second = granted("hall-a"), granted("hall-b")
        event = official("hall")
        one, other = take(event, head())
        first.refresh_from_db()
        assert refused(answer_offer, one, take=99, version=first.version, actor=DESK, now=NOW, today=TODAY) == (
            "creative.offer.not_this")
        answer_offer(one, take=None, version=first.version, actor=DESK, now=NOW, today=TODAY)
        first.refresh_from_db()
        assert first.state == "cancelled"
        late = NOW + timedelta(hours=48)
        assert (standing(other, late), standing(other, NOW)) == (OfferState.LAPSED, OfferState.OFFERED)
        second.refresh_from_db()
        assert refused(answer_offer, other, take=2, version=second.version, actor=DESK, now=late, today=TODAY) == (
            "creative.offer.ended")
        expire_holds(None, late)
        other.refresh_from_db()
        assert other.state == "lapsed"
        second.refresh_from_db()
        assert (second.state, {state for _, state in rows(second)}) == ("cancelled", {"displaced", "expired"})
        assert BookingDate.objects.filter(state__in=BLOCKING).count() == 1

    def test_only_a_named_officer_with_a_reason_displaces_and_only_for_an_official_event(self, spaces):
        lost, event = granted("hall"), official("hall")
        assert refused(take, event, DESK) == "creative.displace.nobody"
        assert refused(take, event, head(), reason=" ") == "creative.booking.no_reason"
        assert refused(take, file("hall", waits=True), head()) == "creative.displace.not_official"
        assert refused(take, event, head(), seen={lost.pk: 1}) == "creative.booking.changed"
        assert refused(take, official("studio-1"), head()) == "creative.displace.free"
        (made,) = take(event, head())
        assert refused(take, official("hall"), head()) == "creative.displace.official"
        over = official(made.offers.get().date.space.code) if made.offers.count() == 1 else official("auditorium")
        assert refused(take, over, head()) == "creative.displace.offered"
        assert Displacement.objects.count() == 1

    def test_a_wish_on_hold_goes_to_the_waiting_list_with_the_reason(self, spaces):
        held, event = file("hall-a"), official("hall")
        assert take(event, head()) == []
        held.refresh_from_db()
        assert (held.state, rows(held)) == ("waiting", [("hall-a", "waiting")])
        assert "Kunjungan menteri" in held.reason

    def test_of_a_series_only_the_date_in_the_way_is_lost(self, spaces):
        lost = granted("hall", hours(0, 2), hours(0, 2, day=7))
        (made,) = take(official("hall"), head())
        lost.refresh_from_db()
        assert lost.state == "confirmed"
        assert rows(lost)[:2] == [("hall", "displaced"), ("hall", "confirmed")]
        answer_offer(made, take=None, version=lost.version, actor=DESK, now=NOW, today=TODAY)
        lost.refresh_from_db()
        assert lost.state == "confirmed"


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_nothing_is_double_booked_while_many_displace_answer_and_file_at_once():
    region = Region.objects.get(code="35.73")
    with region_scope(region):
        build_centre(WAY, buffers=30)
        actor = head()
        parties = [granted(space, hours(0, 2, day=day)) for day in range(6) for space in ("hall-a", "hall-b")]
        events = [official("hall", hours(0, 2, day=day)) for day in range(6)]
        seen = {one.pk: {date.booking_id: date.booking.version for date in in_the_way(one)} for one in events}

    def official_takes(one):
        displace(Booking.objects.get(pk=one.pk), version=1, seen=seen[one.pk], reason="Upacara", actor=actor, now=NOW,
                 today=TODAY)

    def party_answers(party, number):
        made = Displacement.objects.select_related("booking").filter(booking=party).first()
        if made is None:
            raise Refused(problem=wrong)
        made.booking.refresh_from_db()
        answer_offer(made, take=number or None, version=made.booking.version, actor=DESK, now=NOW, today=TODAY)

    with pytest.raises(Refused) as nothing, region_scope(region):
        displace(events[0], version=1, seen={}, reason="", actor=actor, now=NOW, today=TODAY)
    wrong = nothing.value.problem
    acts = [lambda one=one: official_takes(one) for one in events for _ in range(2)]
    acts += [lambda day=day, space=space: file(space, hours(0, 2, day=day)) for day in range(6)
             for space in ("auditorium", "studio-1", "hall-a") for _ in range(2)]
    acts += [lambda party=party, number=number: party_answers(party, number)
             for party in parties for number in (2, 3, 0)]
    came = at_once(acts, threads=8)
    with region_scope(region):
        assert overlaps() == []
        assert [Booking.objects.get(pk=one.pk).state for one in events] == ["confirmed"] * 6
        assert Displacement.objects.count() == 12
        for made in Displacement.objects.select_related("booking", "taken"):
            states = list(made.booking.dates.order_by("ordinal").values_list("state", flat=True))
            assert states[0] == "displaced"
            assert states.count("confirmed") == (made.state == "accepted")
            assert (made.taken is not None) == (made.state == "accepted")
            if made.state != "offered":
                assert "held" not in states
        assert came["done"] >= 6
        assert not {key for key in came if not key.startswith(("done", "creative."))}

"""The line for spaces on real PostgreSQL: who is offered what was freed, in which order, and that nobody slips past."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from sepadan.creative.fairness_names import TurnState
from sepadan.creative.models import Booking, BookingDate, Override, SpaceOffer
from sepadan.creative.names import OnClash
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import cancel_dates, confirm_booking, refuse_booking
from sepadan.creative.services.waiting import accept_offer, decline_offer, live_offers, offer_region, sweep_region
from sepadan.creative.tasks_fairness import sweep
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope, shifted
from sepadan.territory.models import Region

from .centre import DESK, NOW, TODAY, build_centre, hours, wish
from .test_bookings_at_once import at_once, overlaps

LINE = {"waiting": {"offer_hours": 24, "closes_hours": 2, "rounds": 3}}
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def region():
    return Region.objects.get(code="35.73")


def ask(space, *meetings, at=NOW, **more):
    return file_booking(wish(space, *meetings, **more), actor=DESK, now=at, today=TODAY)


def offered():
    """Numbers of the bookings with an open offer, in the order of the offers."""
    return list(SpaceOffer.objects.filter(state=TurnState.OPEN.value).order_by("id").values_list(
        "date__booking__number", flat=True))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_seven_that_cancel_at_once_make_seven_offers_to_the_first_of_each_line(region):
    with region_scope(region):
        build_centre(LINE)
        holders, lines = [], []
        for day in range(7):
            holder = ask("hall", hours(0, 2, day=day))
            holders.append(confirm_booking(holder, version=1, actor=DESK, now=NOW, today=TODAY))
            lines.append([ask("hall", hours(0, 2, day=day), at=NOW + timedelta(minutes=one), waits=True)
                          for one in range(3)])
    came = at_once([lambda one=one: cancel_dates(one, version=one.version, reason="uji", actor=DESK, now=LATER)
                    for one in holders], threads=7)
    assert came == {"done": 7}
    with region_scope(region):
        assert Counter(offered()) == Counter(line[0].number for line in lines)
        assert overlaps() == []
        assert SpaceOffer.objects.count() == 7
        assert {one.until for one in SpaceOffer.objects.all()} == {LATER + timedelta(hours=24)}
    came = at_once([lambda: offer_region(region, LATER, "again")] * 8, threads=8)  # further rounds offer nothing
    with region_scope(region):
        assert SpaceOffer.objects.count() == 7


@pytest.mark.django_db
class TestTurns:
    @pytest.fixture(autouse=True)
    def _scope(self, region):
        self.region = region
        with region_scope(region):
            self.spaces = build_centre(LINE)
            yield

    def confirmed(self, space, *meetings):
        made = ask(space, *meetings)
        return confirm_booking(made, version=1, actor=DESK, now=NOW, today=TODAY)

    def free(self, booking, at=LATER):
        cancel_dates(booking, version=Booking.objects.get(pk=booking.pk).version, reason="uji", actor=DESK, now=at)
        return offer_region(self.region, at, "cancel")

    def test_an_offer_that_lapses_goes_to_the_next_and_a_clock_set_back_brings_nothing_back(self):
        holder, first, second = self.confirmed("hall"), ask("hall", waits=True), ask("hall", waits=True)
        self.free(holder)
        assert offered() == [first.number]
        sweep_region(self.region, LATER + timedelta(hours=24))  # no worker lived meanwhile
        assert offered() == [second.number]
        assert Booking.objects.get(pk=first.pk).state == "expired"
        sweep_region(self.region, NOW - timedelta(days=3))
        assert offered() == [second.number]
        with pytest.raises(Refused, match="run out"):
            accept_offer(first, actor=DESK, now=LATER, today=TODAY)
        assert Counter(SpaceOffer.objects.values_list("state", flat=True)) == {"lapsed": 1, "open": 1}

    def test_an_offer_is_accepted_or_declined_and_only_while_it_lasts(self):
        holder, first, second = self.confirmed("hall"), ask("hall", waits=True), ask("hall", waits=True)
        with pytest.raises(Refused, match="no offer"):
            accept_offer(first, actor=DESK, now=LATER, today=TODAY)
        self.free(holder)
        decline_offer(first, actor=DESK, now=LATER)
        offer_region(self.region, LATER, "decline")
        assert Booking.objects.get(pk=first.pk).state == "withdrawn"
        assert [one.date.booking_id for one in live_offers(second, LATER)] == [second.pk]
        accept_offer(second, actor=DESK, now=LATER, today=TODAY)
        date = BookingDate.objects.get(booking=second)
        assert (date.state, date.held_until) == ("held", LATER + timedelta(hours=72))
        assert Booking.objects.get(pk=second.pk).state == "review"
        assert sweep_region(self.region, LATER + timedelta(hours=25)) == (0, 0)

    def test_nobody_slips_past_the_line_between_the_act_and_the_round(self):
        holder, first = self.confirmed("hall"), ask("hall", waits=True)
        cancel_dates(holder, version=holder.version, reason="uji", actor=DESK, now=LATER)
        with pytest.raises(Refused, match="wait in line"):
            ask("hall-a", hours(1, 3), at=LATER)
        behind = ask("hall-a", hours(1, 3), at=LATER, waits=True)
        assert behind.state == "waiting"
        offer_region(self.region, LATER, "cancel")
        assert offered() == [first.number]

    def test_an_officer_passes_the_line_only_with_a_reason_that_is_kept(self):
        holder, first, second = self.confirmed("hall"), ask("hall", waits=True), ask("hall", waits=True)
        cancel_dates(holder, version=holder.version, reason="uji", actor=DESK, now=LATER)
        with pytest.raises(Refused, match=first.number):
            confirm_booking(second, version=1, actor=DESK, now=LATER, today=TODAY)
        confirm_booking(second, version=1, actor=DESK, now=LATER, today=TODAY, jump="Kegiatan bencana")
        assert list(Override.objects.values_list("rule", "reason")) == [("line", "Kegiatan bencana")]
        assert Override.objects.get().facts == {"ahead": [first.number]}

    def test_the_first_in_line_needs_no_reason(self):
        holder, first = self.confirmed("hall"), ask("hall", waits=True)
        cancel_dates(holder, version=holder.version, reason="uji", actor=DESK, now=LATER)
        confirm_booking(first, version=1, actor=DESK, now=LATER, today=TODAY)
        assert not Override.objects.exists()

    def test_a_wish_for_the_whole_hall_is_overtaken_three_times_and_then_waited_for(self):
        halves = {side: [self.confirmed(f"hall-{side}")] for side in "ab"}
        whole = ask("hall", waits=True)
        for number in range(4):
            small = [ask("hall-a", waits=True, at=NOW + timedelta(minutes=1 + number))]
            self.free(halves["a"][-1], LATER + timedelta(minutes=number))
            got = offered()
            if number < 3:
                assert got == [small[0].number]
                accept_offer(small[0], actor=DESK, now=LATER, today=TODAY)
                accepted = Booking.objects.get(pk=small[0].pk)
                halves["a"].append(confirm_booking(accepted, version=accepted.version, actor=DESK, now=LATER,
                                                   today=TODAY))
            else:
                assert got == []  # half A stays free for the hall
        with pytest.raises(Refused, match="wait in line"):
            ask("hall-a", at=LATER)
        assert ask("studio-1", at=LATER).state == "review"  # whoever wants something else is not held up
        self.free(halves["b"][0])
        assert offered() == [whole.number]

    def test_a_series_wanted_whole_is_offered_all_or_nothing_one_with_gaps_date_by_date(self):
        holders = [self.confirmed("hall", hours(0, 2, day=day)) for day in range(2)]
        both = [hours(0, 2, day=day) for day in range(2)]
        whole = ask("hall", *both, waits=True)
        gaps = ask("hall", *both, waits=True, on_clash=OnClash.SKIP, at=NOW + timedelta(minutes=1))
        self.free(holders[0])
        assert offered() == [gaps.number]
        decline_offer(gaps, actor=DESK, now=LATER)
        self.free(holders[1])
        assert offered() == [whole.number] * 2

    def test_points_of_the_centre_come_before_the_time_of_filing(self):
        centre = self.spaces["hall"].floor.centre
        centre.rules = {"waiting": {**LINE["waiting"], "priority": {"disability": 2}}}
        centre.save()
        holder, first = self.confirmed("hall"), ask("hall", waits=True)
        group = ask("hall", waits=True, at=NOW + timedelta(hours=1), disability=True)
        self.free(holder)
        assert offered() == [group.number]
        refuse_booking(Booking.objects.get(pk=group.pk), version=2, reason="uji", actor=DESK, now=LATER)
        offer_region(self.region, LATER, "refuse")
        assert offered() == [first.number]

    def test_no_offer_is_made_when_nobody_could_answer_in_time(self):
        holder, _ = self.confirmed("hall"), ask("hall", waits=True)
        late = hours(0, 2).starts_at - timedelta(hours=2)
        assert self.free(holder, late) == 0
        assert ask("hall", at=late).state == "review"  # and the line no longer keeps it from others

    def test_every_few_minutes_holds_that_ran_out_end_and_what_is_free_is_offered_in_every_region(self):
        held, first = ask("hall"), ask("hall", waits=True)
        assert sweep(timestamp=0) == 0
        with shifted(to=NOW + timedelta(hours=73)):
            assert sweep(timestamp=0) == 1 + 1
        assert Booking.objects.get(pk=held.pk).state == "expired"
        assert offered() == [first.number]

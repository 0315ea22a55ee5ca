"""Quotas where wishes are filed and dates moved: the numbers, exceptions, many at once, and changes that would fit."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from sepadan.creative.models import Booking, BookingDate, Override
from sepadan.creative.names import OnClash
from sepadan.creative.services.bookings import Wish, asker_of, file_booking
from sepadan.creative.services.decisions import move_date
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.proposals import propose
from sepadan.creative.services.stock_acts import Doing, set_up_item
from sepadan.creative.services.wishes import meeting_of
from sepadan.creative.views.calendar import day_of, read_time
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, NOW, TODAY, build_centre, hours, wish
from .test_bookings_at_once import at_once

HOURS = {"code": "jam", "limit": "hours", "per": "month", "most": 12}
KEPT = {"code": "pagi", "limit": "kept", "share": 50, "groups": ["newcomer"], "per": "day", "until_days": 2,
        "prime": {"since": "08:00", "until": "12:00"}, "spaces": ["studio"]}


@pytest.fixture
def region():
    return Region.objects.get(code="35.73")


def ask(space, *meetings, at=NOW, today=TODAY, **more):
    return file_booking(wish(space, *meetings, **more), actor=DESK, now=at, today=today)


@pytest.mark.django_db
class TestKept:
    @pytest.fixture(autouse=True)
    def _scope(self, region):
        with region_scope(region):
            self.spaces = build_centre({"quotas": [HOURS, KEPT, {"code": "buka", "limit": "open", "most": 9}]})
            yield

    def test_the_thirteenth_hour_of_a_month_is_refused_with_the_numbers_and_a_reason_lets_it_pass(self):
        ask("hall", hours(0, 12))
        with pytest.raises(Refused) as caught:
            ask("auditorium", hours(0, 1, day=2))
        params = caught.value.problem.what.params
        assert (params["rule"], params["used"], params["most"], params["asked"]) == ("jam", 12, 12, 1)
        assert ask("auditorium", hours(0, 1, day=31)).pk  # January is counted anew
        made = ask("auditorium", hours(0, 1, day=2), override="Tamu wali kota")
        assert list(Override.objects.values_list("booking", "rule", "reason")) == [
            (made.pk, "jam", "Tamu wali kota")]
        assert Override.objects.get().facts == {"used": "12", "most": "12", "asked": "1"}

    def test_a_name_written_otherwise_and_the_same_contact_are_the_same_organiser(self):
        ask("hall", hours(0, 12), contact="0812-3456-7890")
        for name, contact in (("KOMUNITAS  Gim!", ""), ("Nama lain", "+62 812 3456 7890")):
            with pytest.raises(Refused, match="12 of 12"):
                file_booking(Wish("auditorium", "Kelas", name, [hours(0, 1)], contact=contact), actor=DESK, now=NOW,
                             today=TODAY)
        assert file_booking(Wish("auditorium", "Kelas", "Nama lain", [hours(0, 1)]), actor=DESK, now=NOW,
                            today=TODAY).pk

    def test_a_move_into_a_full_month_is_refused_and_the_date_itself_does_not_count_twice(self):
        ask("hall", hours(0, 11))
        other = ask("auditorium", hours(0, 2, day=31))
        with pytest.raises(Refused, match="11 of 12"):
            move_date(other, 1, hours(0, 2, day=1), version=1, actor=DESK, now=NOW)
        first = Booking.objects.order_by("id").first()
        moved = move_date(first, 1, hours(1, 12), version=1, actor=DESK, now=NOW)
        assert moved.version == 2
        move_date(other, 1, hours(0, 2, day=1), version=1, actor=DESK, now=NOW, override="Hujan")
        assert Override.objects.get().rule == "jam"

    def test_hours_kept_for_newcomers_open_to_all_some_days_before(self):
        old = ask("hall", hours(0, 1))
        Booking.objects.filter(pk=old.pk).update(letter_number="1", decided_at=NOW)
        later = NOW + timedelta(minutes=1)
        ask("studio-1", hours(0, 4), at=later)  # half of 2 x 4 hours
        with pytest.raises(Refused, match="pagi"):
            ask("studio-2", hours(3, 5), at=later)
        assert ask("studio-2", hours(4, 5), at=later).pk
        close = hours(0, 1).starts_at - timedelta(days=2)
        assert ask("studio-2", hours(3, 4), at=close, today=close.date()).pk
        new = Wish("studio-2", "Kelas", "Komunitas baru", [hours(0, 1)])
        assert file_booking(new, actor=DESK, now=later, today=TODAY).pk

    def test_the_same_request_sent_again_is_no_second_use(self):
        first = ask("hall", hours(0, 12), request_key="k")
        assert ask("hall", hours(0, 12), request_key="k").pk == first.pk


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_one_organiser_at_once_in_many_spaces_gets_no_more_than_his_hours(region):
    with region_scope(region):
        build_centre({"quotas": [HOURS]})
    spaces = ("auditorium", "hall-a", "hall-b", "studio-1", "studio-2")
    acts = [partial(ask, space, hours(0, 3, day=day)) for space in spaces for day in range(3)]
    came = at_once(acts, threads=8)
    assert came == {"done": 12 // 3, "creative.quota.hours.month": 15 - 4}
    with region_scope(region):
        assert BookingDate.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(("wishes", "least"), [(40, 15), pytest.param(300, 150, marks=pytest.mark.full)])
def test_what_is_proposed_can_be_filed(region, wishes, least):
    draw = random.Random(11)
    with region_scope(region):
        spaces = build_centre({"quotas": [{**HOURS, "most": 20}, KEPT], "waiting": {"offer_hours": 24}}, buffers=15)
        set_up_item(spaces["hall"].floor.centre, {"code": "mik", "name": {"id": "Mik", "en": "Mic"}, "quantity": 2},
                    "stock[1]", Doing(DESK, NOW))
        proposed = 0
        for number in range(wishes):
            start = draw.randrange(0, 24) / 2
            meetings = [hours(start, start + draw.randrange(2, 8) / 2, day=draw.randrange(0, 6))]
            if number % 5 == 0:
                meetings = [Meeting(one.starts_at + timedelta(days=7 * week), one.ends_at + timedelta(days=7 * week))
                            for one in meetings for week in range(3)]
            asked = Wish(draw.choice(sorted(spaces)), "Kelas", f"Komunitas {draw.randrange(6)}", meetings,
                         people=draw.choice((None, 80, 130)), stock={"mik": draw.randrange(0, 3)},
                         waits=draw.random() < 0.2)
            try:
                file_booking(asked, actor=DESK, now=NOW, today=TODAY)
            except Refused:
                proposed += check_proposals(spaces, asked)
        assert proposed > least


def check_proposals(spaces, asked):
    """Take each proposal in a transaction that is undone; the number of those that there were."""
    found = propose(spaces[asked.space], asker_of(asked), asked.meetings, people=asked.people, stock=asked.stock,
                    now=NOW, today=TODAY)
    for one in found:
        with transaction.atomic():
            try:
                file_booking(changed(asked, one.fields), actor=DESK, now=NOW, today=TODAY)
            except Refused as refused:
                pytest.fail(f"{one.text.text('en')} {dict(one.fields)} of {asked}: {refused}")
            transaction.set_rollback(True)
    return len(found)


def changed(asked, fields):
    """The wish with the fields of a proposal, as the form would read them."""
    meetings = asked.meetings
    if "since" in fields:
        since, until = read_time(fields["since"]), read_time(fields["until"])
        days = [day_of(fields["day"])] if "day" in fields else [
            (one.starts_at + timedelta(hours=7)).date() for one in meetings]
        meetings = [meeting_of(day, since, until) for day in days]
    people = int(fields["people"]) if "people" in fields else asked.people
    return Wish(fields.get("space", asked.space), asked.title, asked.organiser, meetings, people=people,
                stock=asked.stock, on_clash=OnClash(fields.get("on_clash", asked.on_clash)))

"""What was known on a day is known again later; months are closed by two persons and opened only with a reason."""

from __future__ import annotations

import ast
import random
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from sepadan import creative
from sepadan.creative.engine.months import fingerprint, numbers_of
from sepadan.creative.models import (
    Booking,
    BookingDate,
    BookingPast,
    Centre,
    DatePast,
    MonthClose,
    OpeningHours,
    SettingPast,
    Space,
)
from sepadan.creative.names import DateState
from sepadan.creative.queries.known import Knowledge, marks_now
from sepadan.creative.queries.measures import facts_of
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
from sepadan.creative.services.months import (
    close_month,
    difference_of,
    end_of,
    enter_cost,
    prepare_month,
    reopen_month,
    report_visits,
    standing,
)
from sepadan.ground.problems import Refused
from sepadan.records.names import Actor
from sepadan.records.public import region_scope, zone_of
from sepadan.records.services.people import add_person
from sepadan.territory.models import Region

from .centre import DESK, NOW, TODAY, build_centre, hours, wish

pytestmark = pytest.mark.django_db
DECEMBER, AFTER = date(2026, 12, 1), datetime(2027, 1, 4, 3, tzinfo=NOW.tzinfo)


@pytest.fixture
def spaces():
    with region_scope(Region.objects.get(code="35.73")):
        found = build_centre()
        centre = Centre.objects.get()
        OpeningHours.objects.bulk_create(OpeningHours(centre=centre, weekday=day, opens=time(6), closes=time(23))
                                         for day in range(7))
        yield found


@pytest.fixture
def people():
    """Two actors with accounts of their own."""
    made = [add_person(f"{name}@malang.example", name) for name in ("pertama", "kedua")]
    return [Actor(name=one.name, person_id=one.pk) for one in made]


def file(space: str, *meetings: Any, now: datetime = NOW, **more: Any) -> Booking:
    return file_booking(wish(space, *meetings, **more), actor=DESK, now=now, today=now.date())


def confirmed(space: str, *meetings: Any, now: datetime = NOW, **more: Any) -> Booking:
    made = file(space, *meetings, now=now, **more)
    return confirm_booking(made, version=made.version, actor=DESK, now=now, today=now.date())


def december(at: datetime) -> Any:
    (facts,) = facts_of(Centre.objects.get(), DECEMBER, DECEMBER, Knowledge(at))
    return facts


def heads(at: datetime) -> dict[str, Any]:
    return numbers_of(december(at))["headlines"]


def test_states_of_a_booking_and_its_dates_are_kept_as_they_were_however_they_are_written(spaces):
    made = file("studio-1")
    confirm_booking(made, version=1, actor=DESK, now=NOW + timedelta(hours=1), today=TODAY)
    BookingDate.objects.filter(booking=made).update(state="no_show", changed_at=NOW + timedelta(days=9))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE creative_booking SET purpose = 'class', changed_at = %s WHERE id = %s",
                       [NOW + timedelta(days=10), made.pk])
    assert list(DatePast.objects.values_list("state", flat=True)) == ["held", "confirmed", "no_show"]
    assert list(BookingPast.objects.values_list("state", "purpose")) == [("review", ""), ("confirmed", ""),
                                                                        ("confirmed", "class")]
    assert [heads(NOW + timedelta(days=day))["events"] for day in (0, 1, 9)] == [0, 1, 0]


def test_an_earlier_moment_on_a_later_act_does_not_change_what_was_known_between(spaces):
    made = confirmed("studio-1", now=NOW + timedelta(days=2))
    BookingDate.objects.filter(booking=made).update(state="cancelled", changed_at=NOW)
    assert [one.at for one in DatePast.objects.order_by("id")][-1] == NOW + timedelta(days=2)


def test_whoever_writes_the_state_of_a_date_says_when():
    """A state without its moment would count as known from the one before on."""
    found, silent = 0, []
    for path in sorted((Path(creative.__file__).parent / "services").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "update":
                continue
            names, of = {one.arg for one in call.keywords}, ast.unparse(call.func.value)
            if "state" in names and ("BookingDate" in of or ".dates" in of):
                found += 1
                silent += [] if "changed_at" in names else [f"{path.name}:{call.lineno}"]
    assert silent == []
    assert found > 3


@pytest.mark.parametrize("model", [BookingPast, DatePast, SettingPast])
def test_nobody_writes_a_history_but_the_database_itself(spaces, model):
    file("studio-1")
    row = model.objects.order_by("id").first()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(at=NOW)
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk__gt=0)._raw_delete("default")


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_shown_on_a_day_is_shown_again_for_that_day_later(spaces, seed):
    draw = random.Random(seed)
    zone = zone_of(Region.objects.get(code="35.73"))
    seen: dict[date, tuple[str, Any]] = {}
    for number in range(30):
        now = NOW + timedelta(days=number // 2, hours=draw.randrange(3), minutes=number)
        with transaction.atomic():
            _act(draw, now)
        day = now.astimezone(zone).date()
        facts = december(end_of(day, zone))
        seen[day] = fingerprint(facts), numbers_of(facts)
    assert len({print_ for print_, _ in seen.values()}) > 5
    for day, shown in seen.items():
        facts = december(end_of(day, zone))
        assert (fingerprint(facts), numbers_of(facts)) == shown


def _act(draw: random.Random, now: datetime) -> None:
    """Something that the desk or an applicant may do; what is refused changes nothing."""
    found = list(Booking.objects.order_by("id"))
    one = draw.choice(found) if found else None
    space = draw.choice(["auditorium", "hall", "hall-a", "hall-b", "studio-1"])
    start = draw.randrange(0, 9)
    acts = [lambda: file(space, hours(start, start + 2, day=draw.randrange(25)), now=now, waits=draw.random() < 0.5,
                         people=draw.choice([None, 50]), organiser_kind=draw.choice(["", "media"]))] * 2
    if one is not None:
        said = {"version": one.version, "actor": DESK, "now": now}
        acts += [lambda: confirm_booking(one, **said, today=now.date()), lambda: line_up(one, **said, reason="antre"),
                 lambda: refuse_booking(one, **said, reason=draw.choice("ab")), lambda: withdraw_booking(one, **said),
                 lambda: cancel_dates(one, **said, reason="batal"), lambda: expire_holds(None, now),
                 lambda: confirm_booking(one, **said, today=now.date()),
                 lambda: move_date(one, 1, hours(start, start + 1, day=draw.randrange(25)), **said),
                 lambda: BookingDate.objects.filter(booking=one, state="confirmed").update(
                     state=DateState.NO_SHOW.value, changed_at=now)]
    with suppress(Refused):
        draw.choice(acts)()


def test_a_month_is_closed_by_two_persons_and_later_corrections_are_a_difference_with_their_rows(spaces, people):
    first, second = people
    made = confirmed("studio-1", people=40)
    confirmed("studio-2", hours(0, 3), people=10)
    centre = Centre.objects.get()
    with pytest.raises(Refused) as early:
        prepare_month(centre, DECEMBER, actor=first, now=NOW, today=TODAY)
    assert early.value.problem.what.key == "creative.months.not_over"
    held = prepare_month(centre, DECEMBER, actor=first, now=AFTER, today=AFTER.date())
    with pytest.raises(Refused) as alone:
        close_month(centre, DECEMBER, ordinal=1, actor=first, now=AFTER)
    assert alone.value.problem.what.key == "creative.months.same_person"
    close_month(centre, DECEMBER, ordinal=1, actor=second, now=AFTER)
    with pytest.raises(Refused):
        prepare_month(centre, DECEMBER, actor=first, now=AFTER, today=AFTER.date())
    assert held.numbers["headlines"]["visits"] == 40 + 10
    same = difference_of(held, AFTER + timedelta(days=1))
    assert (same.numbers, same.rows, same.whole) == ((), (), True)
    late = AFTER + timedelta(days=2)
    BookingDate.objects.filter(booking=made).update(state="no_show", changed_at=late)
    later = difference_of(held, late)
    assert {one.path: (one.before, one.after) for one in later.numbers}["headlines", "events"] == (2, 1)
    assert [one.row.number for one in later.rows] == [made.number]
    assert later.whole
    assert standing(centre, DECEMBER).numbers == held.numbers


def test_a_closed_month_is_opened_only_with_a_reason_and_the_reason_stays(spaces, people):
    first, second = people
    confirmed("studio-1")
    centre = Centre.objects.get()
    prepare_month(centre, DECEMBER, actor=first, now=AFTER, today=AFTER.date())
    close_month(centre, DECEMBER, ordinal=1, actor=second, now=AFTER)
    with pytest.raises(Refused):
        reopen_month(centre, DECEMBER, ordinal=1, reason=" ", actor=second, now=AFTER)
    reopen_month(centre, DECEMBER, ordinal=1, reason="Pindai pintu terlambat masuk", actor=second, now=AFTER)
    assert standing(centre, DECEMBER) is None
    again = prepare_month(centre, DECEMBER, actor=first, now=AFTER, today=AFTER.date())
    assert again.ordinal == 2
    assert MonthClose.objects.get(ordinal=1).reason == "Pindai pintu terlambat masuk"
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthClose.objects.filter(ordinal=1).update(numbers={})
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthClose.objects.filter(ordinal=2).update(closed_by=first.person_id, closed_at=AFTER)


def test_visits_reported_take_the_place_of_stated_ones_and_cost_needs_a_source(spaces, people):
    made = confirmed("studio-1", people=40)
    day = made.dates.get()
    centre = Centre.objects.get()
    with pytest.raises(Refused):
        report_visits(day, 33, "Daftar hadir", actor=people[0], now=NOW)  # it has not begun
    report_visits(day, 33, "Daftar hadir", actor=people[0], now=AFTER)
    assert (heads(NOW + timedelta(days=9))["stated"], heads(AFTER)["stated"], heads(AFTER)["reported"]) == (
        40, None, 33)
    with pytest.raises(Refused):
        enter_cost(centre, 2026, 6_000_000_000, " ", actor=people[0], now=AFTER)
    enter_cost(centre, 2026, 6_000_000_000, "Laporan realisasi 2026", actor=people[0], now=AFTER)
    assert numbers_of(december(AFTER))["cost_of_year"] == 6_000_000_000
    assert numbers_of(december(NOW))["cost_of_year"] is None


def test_open_hours_are_those_known_then_and_a_later_change_moves_only_later_numbers(spaces):
    before = numbers_of(december(AFTER))["capacity"]
    assert before["open"] == (31 - 1) * 17 * 60 * 5  # Christmas is off; five units, 06.00 to 23.00
    space = Space.objects.get(code="studio-2")
    marks = marks_now()
    space.bookable = False
    space.save()
    (then,) = facts_of(Centre.objects.get(), DECEMBER, DECEMBER, Knowledge(AFTER, marks))
    assert numbers_of(then)["capacity"] == before
    assert numbers_of(december(AFTER))["capacity"]["open"] == (31 - 1) * 17 * 60 * 4


def test_many_months_are_read_with_as_many_queries_as_one(spaces, django_assert_num_queries):
    for day in (0, 40, 70):
        confirmed("studio-1", hours(0, 2, day=day))
    centre = Centre.objects.get()
    with django_assert_num_queries(13) as one:
        facts_of(centre, DECEMBER, DECEMBER, Knowledge(AFTER))
    with django_assert_num_queries(len(one)):
        months = facts_of(centre, DECEMBER, date(2027, 2, 1), Knowledge(AFTER))
    assert [len(found.uses) for found in months] == [1, 1, 1]

"""Series from the form to the calendar file: dates, days off, clashes, changes of one, the rest or all.

The table, the stored rule, the calendar file in two independent libraries: all four say the same dates.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

import pytest

from sepadan.creative.models import BookingDate
from sepadan.creative.names import DateCause, DateState, OnClash
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import cancel_dates, move_date
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.series import Pattern, preview_of
from sepadan.creative.services.series_changes import Goal, drop_dates, move_dates, restore_date
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, build_centre, wish
from .engine.readers import by_ical, by_icalendar
from .series_scene import FAR, FILED, WIB, calendar_file, file_series, live, live_days, ruled_days, table_days

pytestmark = pytest.mark.django_db
ACT = {"actor": DESK, "now": FILED}
TUESDAYS = Pattern(date(2026, 1, 1), "weekly", frozenset({1}), last=date(2026, 12, 31))
THURSDAYS = Pattern(date(2026, 1, 1), "weekly", frozenset({3}), last=date(2026, 12, 31))


@pytest.fixture(params=["national"])
def spaces(request):
    with region_scope(Region.objects.get(code="35.73")):
        yield build_centre({"skip": request.param})


def agreed(booking, now=FILED):
    """The held dates, on which table, rule and two readers of the file agree."""
    assert table_days(booking) == ruled_days(booking)
    content = calendar_file(booking, now)
    said = live(booking)
    for reader in (by_icalendar, by_ical):
        assert [(start, end) for _, start, end in reader(content)] == said, reader.__name__
    return said


@pytest.mark.parametrize(("pattern", "every", "kept"), [
    (TUESDAYS, 52, {"none": 52, "national": 52 - 3, "joint": 52 - 3 - 1}),
    (THURSDAYS, 53, {"none": 53, "national": 53 - 3, "joint": 53 - 3 - 2})])
@pytest.mark.parametrize("spaces", ["none", "national", "joint"], indirect=True)
def test_every_tuesday_and_thursday_of_2026_without_the_days_off_of_the_decree(spaces, pattern, every, kept):
    skip = spaces["studio-1"].floor.centre.rules["skip"]
    booking = file_series(spaces["studio-1"], pattern)
    assert booking.dates.count() == every
    assert len(agreed(booking)) == kept[skip]
    assert booking.dates.filter(state=DateState.SKIPPED, cause=DateCause.DAY_OFF).count() == every - kept[skip]


def test_a_day_off_carries_its_name_and_stands_in_the_file_as_an_exception(spaces):
    booking = file_series(spaces["studio-1"], TUESDAYS)
    names = dict(booking.dates.filter(state=DateState.SKIPPED).values_list("first_planned__date", "reason"))
    assert names[date(2026, 2, 17)] == "Tahun Baru Imlek 2577 Kongzili"
    content = calendar_file(booking, FILED).decode()
    assert [line[-15:-7] for line in content.split("\r\n") if line.startswith("EXDATE")] == [
        "20260217", "20260616", "20260825"]


@pytest.mark.parametrize("pattern", [
    Pattern(date(2026, 3, 2), "weekly", frozenset({0, 2, 4}), every=2, count=30),
    Pattern(date(2026, 3, 4), "monthly", nth=-1, weekday=4, count=10),
    Pattern(date(2026, 3, 4), "monthly", nth=5, weekday=2, last=date(2027, 12, 31)),
    Pattern(date(2026, 3, 4), "weekly", count=8, unwanted=frozenset({date(2026, 3, 11), date(2026, 3, 18)}))])
def test_several_weekdays_nth_weekdays_counts_and_exceptions(spaces, pattern):
    booking = file_series(spaces["studio-1"], pattern)
    days = {one.starts_at.astimezone(WIB).date() for one in booking.dates.all() if one.state != DateState.SKIPPED}
    assert len(agreed(booking)) == len(days)
    assert not days & pattern.unwanted
    assert booking.rule.startswith("DTSTART;TZID=Asia/Jakarta:2026")


def test_a_series_is_kept_whole_or_without_what_is_taken(spaces):
    studio = spaces["studio-1"]
    taken = datetime(2026, 3, 10, 19, 30, tzinfo=WIB)
    other = file_booking(wish("studio-1", Meeting(taken, taken + timedelta(hours=1))), actor=DESK, now=FILED,
                         today=date(2025, 10, 1))
    pattern = Pattern(date(2026, 3, 3), "weekly", count=4)
    seen = preview_of(studio, pattern, time(19), time(21), today=date(2025, 10, 1), reach=FAR)
    assert [(one.day.day, one.free) for one in seen.dates] == [(3, True), (10, False), (17, True), (24, True)]
    with pytest.raises(Refused) as refused:
        file_series(studio, pattern, on_clash=OnClash.WHOLE)
    assert refused.value.problem.what.key == "creative.booking.taken"
    booking = file_series(studio, pattern, on_clash=OnClash.SKIP)
    out = booking.dates.get(state=DateState.SKIPPED)
    assert (out.cause, out.reason) == (DateCause.CLASH, other.number)
    assert [day.day for day in live_days(booking)] == [3, 17, 24]
    agreed(booking)


def test_one_date_the_rest_and_all_are_moved_by_the_same_days(spaces):
    studio, pattern = spaces["studio-1"], Pattern(date(2026, 3, 3), "weekly", count=6)
    booking = file_series(studio, pattern)
    one, _ = move_dates(booking, 2, "one", Goal(date(2026, 3, 11), time(10), time(13)), version=booking.version, **ACT)
    assert [day.day for day in live_days(one)] == [3, 11, 17, 24, 31, 7]
    rest, stayed = move_dates(one, 4, "rest", Goal(date(2026, 3, 31), time(19), time(21)), version=one.version, **ACT)
    assert stayed == []  # each goes where the next one was a moment ago
    assert [day.isoformat()[5:] for day in live_days(rest)] == [
        "03-03", "03-11", "03-17", "03-31", "04-07", "04-14"]
    whole, _ = move_dates(rest, 1, "all", Goal(date(2026, 3, 4), time(8), time(9), spaces["studio-2"]),
                          version=rest.version, **ACT)
    assert {one.space_id for one in whole.dates.all()} == {spaces["studio-2"].pk}
    content = calendar_file(whole, FILED).decode()
    assert content.count("RECURRENCE-ID;TZID=Asia/Jakarta:202603") == 5
    assert f"SEQUENCE:{whole.version}" in content
    agreed(whole)


def test_a_move_that_cannot_go_stops_all_or_stays_where_it_was(spaces):
    studio, pattern = spaces["studio-1"], Pattern(date(2026, 2, 3), "weekly", count=4)
    booking = file_series(studio, pattern)  # 17 February is a day off
    taken = datetime(2026, 2, 11, 8, tzinfo=WIB)
    file_booking(wish("studio-1", Meeting(taken, taken + timedelta(hours=3))), actor=DESK, now=FILED,
                 today=date(2025, 10, 1))
    goal = Goal(date(2026, 2, 4), time(9), time(11))
    with pytest.raises(Refused):
        move_dates(booking, 1, "all", goal, version=booking.version, **ACT)
    assert [day.day for day in live_days(booking)] == [3, 10, 24]
    moved, stayed = move_dates(booking, 1, "all", goal, version=booking.version, skip=True, **ACT)
    assert [(one.ordinal, one.day.day) for one in stayed] == [(2, 10)]
    assert [day.day for day in live_days(moved)] == [4, 10, 25]
    agreed(moved)
    onto = Goal(date(2026, 2, 17), time(9), time(11))
    with pytest.raises(Refused) as refused:
        move_dates(moved, 2, "rest", onto, version=moved.version, **ACT)
    assert "17 Feb 2026" in refused.value.problem.what.text("id")


def test_the_rest_is_cancelled_and_a_date_left_out_brought_back(spaces):
    booking = file_series(spaces["studio-1"], Pattern(date(2026, 2, 3), "weekly", count=6))
    back = restore_date(booking, 3, version=booking.version, reason="tetap berlatih", **ACT)
    assert live_days(back)[2] == date(2026, 2, 17)
    gone = drop_dates(back, 4, "rest", version=back.version, reason="dosen pindah", **ACT)
    assert [day.day for day in live_days(gone)] == [3, 10, 17]
    content = calendar_file(gone, FILED).decode()
    assert content.count("STATUS:CANCELLED") == 3
    agreed(gone)
    ended = cancel_dates(gone, version=gone.version, reason="selesai", **ACT)
    assert calendar_file(ended, FILED).decode().count("STATUS:CANCELLED") == 7  # the series and its six dates


def test_dates_of_an_open_series_are_taken_back_and_the_last_ends_it(spaces):
    booking = file_series(spaces["studio-1"], Pattern(date(2026, 3, 3), "weekly", count=3), confirm=False)
    left = drop_dates(booking, 2, "rest", version=1, reason="", **ACT)
    assert (left.state, [day.day for day in live_days(left)]) == ("review", [3])
    agreed(left)
    assert drop_dates(left, 1, "one", version=left.version, reason="", **ACT).state == "withdrawn"


def test_where_the_rule_does_not_say_the_dates_each_stands_by_itself(spaces):
    booking = file_series(spaces["studio-1"], Pattern(date(2026, 3, 3), "weekly", count=3))
    booking.rule = booking.rule.replace("COUNT=3", "COUNT=4")
    booking.save(update_fields=["rule"])
    content = calendar_file(booking, FILED)
    assert b"RRULE" not in content
    assert [(start, end) for _, start, end in by_ical(content)] == live(booking)


def randomly_changed(space, seed, acts):
    """A series of ten years after *acts* random changes."""
    draw = random.Random(seed)
    first = date(2026, 1, 1) + timedelta(days=draw.randrange(28))
    weekly = draw.random() < 0.7
    pattern = Pattern(first, "weekly" if weekly else "monthly", frozenset(draw.sample(range(7), 1)), draw.choice(
        [1, 2, 3, 4, 5, -1]), draw.randrange(7), draw.choice([1, 2]) if weekly else 1, date(2035, 12, 31))
    booking = file_series(space, pattern)
    for _ in range(acts):
        booking.refresh_from_db()
        rows = list(booking.dates.all())
        one = draw.choice(rows)
        day = one.starts_at.astimezone(WIB).date() + timedelta(days=draw.randrange(-3, 4))
        since = time(draw.randrange(7, 19))
        goal = Goal(day, since, time(since.hour + draw.randrange(1, 4)))
        how = {"version": booking.version, **ACT}
        try:
            match draw.randrange(6):
                case 0 | 1:
                    move_dates(booking, one.ordinal, "one", goal, **how)
                case 2:
                    move_dates(booking, one.ordinal, draw.choice(["rest", "all"]), goal, skip=True, **how)
                case 3:
                    drop_dates(booking, one.ordinal, "one", reason="batal", **how)
                case 4:
                    restore_date(booking, one.ordinal, **how)
                case 5:
                    length = timedelta(hours=1)
                    move_date(booking, one.ordinal, Meeting(one.starts_at, one.ends_at + length), **how)
        except Refused:
            continue
    booking.refresh_from_db()
    return booking


def test_ten_years_with_random_changes_are_the_same_in_two_libraries(spaces):
    booking = randomly_changed(spaces["studio-1"], 35, 14)
    assert len(ruled_days(booking)) > 100
    assert len(agreed(booking)) > 80
    moved = BookingDate.objects.filter(booking=booking, settled_at__isnull=False).count()
    assert moved > 0


@pytest.mark.full
@pytest.mark.parametrize("part", range(8))
def test_forty_series_of_ten_years_are_the_same_in_two_libraries(spaces, part, measured):
    rooms = ("auditorium", "hall-a", "hall-b", "studio-1", "studio-2")
    held = [len(agreed(randomly_changed(spaces[code], 5 * part + seed, 25))) for seed, code in enumerate(rooms)]
    assert min(held) > 0
    measured(f"- {len(held)} series over ten years after 25 random changes each: {sum(held):,} dates the same in the "
             "table, the rule and two libraries")

"""Later decrees on days off: only dates to come, only those nobody decided on, once, after a look.

The decrees of 2025 are those of the statutes: the second of them, of 7 August 2025, adds 18 August as joint leave.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from click.testing import CliRunner

from sepadan.creative.models import BookingEvent, ReplanRun, SeriesPlan
from sepadan.creative.names import DateCause, DateState
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import cancel_dates, confirm_booking
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.replanning import changes_due, mark_of, replan_series
from sepadan.creative.services.series import Pattern
from sepadan.creative.services.series_changes import Goal, move_dates, restore_date
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .centre import DESK, build_centre, wish
from .engine.readers import by_ical, by_icalendar
from .series_scene import WIB, calendar_file, file_series, live, live_days, ruled_days, table_days

pytestmark = pytest.mark.django_db
BEFORE, LATER = datetime(2025, 1, 2, 2, tzinfo=UTC), datetime(2025, 8, 7, 2, tzinfo=UTC)
MONDAYS = Pattern(date(2025, 1, 6), "weekly", last=date(2025, 12, 29))
ADDED = date(2025, 8, 18)


@pytest.fixture
def spaces():
    with region_scope(Region.objects.get(code="35.73")):
        yield build_centre({"skip": "joint"})


def due(now=LATER, decrees=None):
    return [one for one in changes_due(now=now, today=now.astimezone(WIB).date(), decrees=decrees) if one.changes]


def apply(now=LATER, **more):
    return replan_series(actor=DESK, now=now, today=now.astimezone(WIB).date(), **more)


def without(days, known_from):
    """The last decree of 2025 as a later one would replace it, without *days*."""
    last = max((one for one in load_book().holiday_decrees() if one.year == 2025), key=lambda one: one.known_from)
    return (*load_book().holiday_decrees(), replace(
        last, id="2025-test", known_from=known_from, joint_leave=tuple(
            one for one in last.joint_leave if one.day not in days), national=tuple(
                one for one in last.national if one.day not in days)))


def agreed(booking, now):
    assert table_days(booking) == ruled_days(booking)
    content = calendar_file(booking, now)
    for reader in (by_icalendar, by_ical):
        assert [(start, end) for _, start, end in reader(content)] == live(booking)


def test_a_decree_of_august_takes_one_monday_to_come_and_tells_once(spaces):
    booking = file_series(spaces["studio-1"], MONDAYS, now=BEFORE)
    assert due(BEFORE) == []
    past = [day for day in live_days(booking) if day <= date(2025, 8, 7)]
    (change,) = due()
    assert [one.day for one in change.falls_out] == [ADDED]
    assert ADDED in live_days(booking)  # a look changes nothing
    version = booking.version
    run = apply(seen=mark_of(due()))
    assert (run.series, run.fell_out, run.came_back) == (1, 1, 0)
    booking.refresh_from_db()
    assert booking.version == version + 1
    assert ADDED not in live_days(booking)
    assert [day for day in live_days(booking) if day <= date(2025, 8, 7)] == past
    out = booking.dates.get(first_planned__date=ADDED)
    assert (out.state, out.cause, out.reason) == (
        DateState.SKIPPED, DateCause.DAY_OFF, "Cuti bersama Proklamasi Kemerdekaan")
    agreed(booking, LATER)
    assert apply() is None
    assert BookingEvent.objects.filter(booking=booking, kind="replan").count() == 1
    assert "18 Agu 2025" in BookingEvent.objects.get(booking=booking, kind="replan").note
    assert ReplanRun.objects.count() == 1


def test_what_is_past_or_was_decided_by_hand_is_left_alone(spaces):
    booking = file_series(spaces["studio-1"], MONDAYS, now=BEFORE)
    monday = booking.dates.get(first_planned__date=ADDED)
    moved, _ = move_dates(booking, monday.ordinal, "one", Goal(ADDED, time(8), time(9)), version=booking.version,
                          actor=DESK, now=BEFORE)
    assert due() == []
    assert apply() is None
    assert ADDED in live_days(moved)
    other = file_series(spaces["studio-2"], MONDAYS, now=BEFORE)
    cancelled = cancel_dates(other, version=other.version, reason="sakit", actor=DESK, now=BEFORE,
                             ordinals=[monday.ordinal])
    assert due() == []
    assert due(datetime(2025, 8, 18, 2, tzinfo=UTC)) == []  # on the day itself nothing moves
    assert cancelled.dates.get(ordinal=monday.ordinal).state == DateState.CANCELLED


def test_a_day_that_is_no_longer_off_comes_back_when_its_slot_is_free(spaces):
    day, june = date(2025, 6, 9), datetime(2025, 3, 1, 2, tzinfo=UTC)  # joint leave after Eid al-Adha, a Monday
    first, second = (file_series(spaces[code], MONDAYS, now=BEFORE) for code in ("studio-1", "studio-2"))
    assert day not in live_days(first)
    start = datetime.combine(day, time(19, 30), WIB)
    other = file_booking(wish("studio-2", Meeting(start, start + timedelta(hours=1))), actor=DESK, now=BEFORE,
                         today=date(2025, 1, 2))
    confirm_booking(other, version=1, actor=DESK, now=BEFORE, today=date(2025, 1, 2))
    decrees = without({day}, date(2025, 2, 1))
    assert sum(len(one.comes_back) for one in due(june, decrees)) == 2
    run = apply(june, decrees=decrees)
    assert (run.series, run.came_back, run.still_taken) == (2, 1, 1)
    assert day in live_days(first)
    assert first.dates.get(first_planned__date=day).state == DateState.CONFIRMED
    assert day not in live_days(second)
    assert second.dates.get(first_planned__date=day).cause == DateCause.CLASH
    for booking in (first, second):
        booking.refresh_from_db()
        agreed(booking, june)
    assert apply(june, decrees=decrees) is None


def test_a_date_held_on_a_day_off_by_choice_stays(spaces):
    booking = file_series(spaces["studio-1"], MONDAYS, now=BEFORE)
    off = booking.dates.get(first_planned__date=date(2025, 6, 9))
    held = restore_date(booking, off.ordinal, version=booking.version, actor=DESK, now=BEFORE)
    assert apply().fell_out == 1
    assert date(2025, 6, 9) in live_days(held)


def test_what_was_not_seen_is_not_applied(spaces):
    file_series(spaces["studio-1"], MONDAYS, now=BEFORE)
    seen = mark_of(due())
    file_series(spaces["studio-2"], MONDAYS, now=BEFORE)
    with pytest.raises(Refused) as refused:
        apply(seen=seen)
    assert refused.value.problem.what.key == "creative.replan.changed"
    assert not ReplanRun.objects.exists()


def test_the_policy_of_the_centre_decides(spaces):
    spaces["studio-1"].floor.centre.rules["skip"] = "national"
    spaces["studio-1"].floor.centre.save()
    file_series(spaces["studio-1"], MONDAYS, now=BEFORE)
    assert due() == []
    assert apply() is None
    plan = SeriesPlan.objects.get()
    assert (plan.skip, plan.decrees) == ("national", ["2025-changed"])  # looked at, nothing to do


def test_the_look_costs_the_same_for_one_series_and_for_many(spaces, django_assert_max_num_queries):
    file_series(spaces["studio-1"], MONDAYS, now=BEFORE)
    with django_assert_max_num_queries(3):
        assert len(due()) == 1
    file_series(spaces["studio-2"], MONDAYS, now=BEFORE)
    file_series(spaces["hall-a"], MONDAYS, now=BEFORE)
    with django_assert_max_num_queries(3):
        assert len(due()) == 3


def test_the_command_says_what_it_would_do_and_does_it(spaces, monkeypatch):
    from sepadan.creative import commands

    booking = file_series(spaces["studio-1"], MONDAYS, now=BEFORE)
    monkeypatch.setattr(commands, "now", lambda: LATER)
    monkeypatch.setattr(commands, "today", lambda region: date(2025, 8, 7))
    said = CliRunner().invoke(commands.replan, ["--region", "35.73", "--dry-run"])
    assert "18 Agu 2025" in said.output
    assert ADDED in live_days(booking)
    assert CliRunner().invoke(commands.replan, ["--region", "35.73"]).exit_code == 0
    assert ADDED not in live_days(booking)


def test_the_night_applies_it_only_where_the_centre_says_so(spaces, monkeypatch):
    from sepadan.creative import tasks_replanning

    monkeypatch.setattr(tasks_replanning, "clock", lambda: LATER)
    monkeypatch.setattr(tasks_replanning, "today", lambda region: date(2025, 8, 7))
    booking, region = file_series(spaces["studio-1"], MONDAYS, now=BEFORE), Region.objects.get(code="35.73")
    assert tasks_replanning.replan_region(region) == 0
    assert ADDED in live_days(booking)
    centre = spaces["studio-1"].floor.centre
    centre.rules["replan"] = "auto"
    centre.save()
    assert tasks_replanning.replan_region(region) == 1
    assert ADDED not in live_days(booking)
    assert tasks_replanning.replan_region(region) == 0

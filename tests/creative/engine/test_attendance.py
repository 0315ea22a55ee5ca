"""Attendance from scans: days apart, going out and in again, late entries, exact shares, revoked tickets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from sepadan.creative.engine.attendance import Session, is_enough, occasions, read_attendance, share
from sepadan.creative.engine.doors import Reading

ZONE = ZoneInfo("Asia/Jakarta")
FIRST = datetime(2026, 3, 7, 2, tzinfo=UTC)  # 09.00 in Malang
CLASSES = [Session(number, FIRST + timedelta(days=7 * number), FIRST + timedelta(days=7 * number, hours=2))
           for number in range(5)]


def scan(nonce, ticket, at, way="in", device="d1"):
    return Reading(at, device, nonce, ticket, "g", way, at, at)


def day(number, minutes=0):
    return FIRST + timedelta(days=7 * number, minutes=minutes)


def test_a_class_every_week_begins_anew_at_the_door_though_nobody_scans_out():
    found = read_attendance([scan(f"n{n}", "a", day(n, -5)) for n in range(4)], {"a": None}, CLASSES, ZONE)
    assert found.attended == {"a": {0, 1, 2, 3}}
    assert [doors.tickets("double") for _, doors in found.doors] == [[], [], [], [], []]
    assert is_enough(4, 5, Decimal("0.800"))


def test_who_goes_out_before_a_session_or_comes_after_it_did_not_attend_it():
    two = [Session(1, FIRST, FIRST + timedelta(hours=1)),
           Session(2, FIRST + timedelta(hours=2), FIRST + timedelta(hours=3))]
    rows = [scan("1", "left", day(0, -5)), scan("2", "left", day(0, 70), "out"),
            scan("3", "back", day(0, -5)), scan("4", "back", day(0, 61), "out"), scan("5", "back", day(0, 119)),
            scan("6", "late", day(0, 90)), scan("7", "after", day(0, 181)), scan("8", "sent_away", day(0, 1), "no")]
    tickets = dict.fromkeys(("left", "back", "late", "after", "sent_away", "never"))
    found = read_attendance(rows, tickets, two, ZONE)
    assert found.attended == {"left": {1}, "back": {1, 2}, "late": {2}}
    ((_, doors),) = found.doors
    assert doors.tickets("turned_away") == ["sent_away"]
    assert doors.inside == 3  # back, late, after


def test_a_centre_may_ask_for_half_of_a_session():
    rows = [scan("1", "half", day(0, 60)), scan("2", "less", day(0, 61))]
    tickets = {"half": None, "less": None}
    assert read_attendance(rows, tickets, CLASSES[:1], ZONE).attended == {"half": {0}, "less": {0}}
    assert read_attendance(rows, tickets, CLASSES[:1], ZONE, least=Fraction(1, 2)).attended == {"half": {0}}


def test_an_entry_with_a_revoked_ticket_is_flagged_and_is_no_attendance():
    found = read_attendance([scan("1", "a", day(0, 1))], {"a": day(0)}, CLASSES, ZONE)
    assert found.attended == {}
    assert found.doors[0][1].revoked == ["a"]
    assert "a" in found.doors[0][1].first_entries


def test_a_scan_belongs_to_the_nearest_day_and_of_two_to_the_earlier():
    known = occasions(CLASSES[:2], ZONE)
    middle = day(0, 120) + (day(1) - day(0, 120)) / 2
    rows = [scan("1", "a", middle), scan("2", "b", middle + timedelta(seconds=1))]
    found = read_attendance(rows, {"a": None, "b": None}, CLASSES[:2], ZONE)
    assert [sorted(doors.first_entries) for _, doors in found.doors] == [["a"], ["b"]]
    assert [one.day.isoformat() for one in known] == ["2026-03-07", "2026-03-14"]


def test_the_share_is_exact_and_nothing_of_nothing_is_not_enough():
    assert share(2, 3) == Fraction(2, 3)
    assert is_enough(2, 3, Decimal("0.666"))
    assert not is_enough(2, 3, Decimal("0.667"))
    assert not is_enough(0, 0, Decimal("0.000"))
    assert is_enough(0, 4, Decimal("0.000"))


def test_an_event_without_sessions_still_has_doors():
    found = read_attendance([scan("1", "a", day(0)), scan("2", "a", day(3))], {"a": None}, [], ZONE)
    ((occasion, doors),) = found.doors
    assert occasion.day is None
    assert doors.tickets("double") == ["a"]
    assert found.attended == {}

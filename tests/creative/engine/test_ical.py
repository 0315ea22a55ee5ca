"""Calendar files: two independent readers see the dates that we plan; lines, text and zones as RFC 5545 wants them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.holidays import known_on, replan
from sepadan.creative.engine.ical import (
    ZONES,
    Changed,
    Entry,
    Feed,
    Once,
    Series,
    etag,
    fold,
    occurrences,
    text,
    write_calendar,
)
from sepadan.creative.engine.recurrence import Ending, MonthlyNth, Weekly, expand, keep_open
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book

from .readers import by_ical, by_icalendar, held

ZONE = "Asia/Jakarta"
WIB = ZoneInfo(ZONE)
WRITTEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TUESDAYS = Weekly(date(2026, 1, 1), frozenset({1}), Ending(until=date(2026, 12, 31)))
DECREES = load_book().holiday_decrees()


def entry(when, uid="booking-1@sepadan", **rest):
    return Entry(uid, 3, WRITTEN, "Kelas gim", when, **rest)


def written(*entries, zone=ZONE, name="Malang Creative Center"):
    return write_calendar(Feed(name, zone, entries))


def planned(*entries, zone=ZONE):
    return held((one.uid, one.start, one.end, one.cancelled) for each in entries for one in occurrences(each, zone))


def lines_of(content):
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_every_tuesday_of_2026_has_a_rule_and_an_exdate_for_each_decreed_holiday():
    closed = known_on(DECREES, (2026,), date(2025, 10, 1)).holidays.closed("national")
    series = entry(Series(TUESDAYS, time(19), timedelta(hours=2), closed))
    content = written(series)
    lines = lines_of(content)
    assert "DTSTART;TZID=Asia/Jakarta:20260106T190000" in lines
    assert "RRULE:FREQ=WEEKLY;BYDAY=TU;WKST=MO;UNTIL=20261231T120000Z" in lines
    assert [line for line in lines if line.startswith("EXDATE")] == [
        f"EXDATE;TZID=Asia/Jakarta:2026{day}T190000" for day in ("0217", "0616", "0825")]
    assert by_icalendar(content) == by_ical(content) == planned(series)
    assert len(planned(series)) == 52 - 3


def test_a_later_decree_changes_the_exdates_of_the_future_only():
    mondays = Weekly(date(2025, 1, 1), frozenset({0}), Ending(until=date(2025, 12, 31)))
    days, today = expand(mondays), date(2025, 8, 7)
    before, after = (known_on(DECREES, (2025,), day) for day in (date(2025, 8, 6), today))
    skipped = frozenset(keep_open(days, before.holidays.closed("joint")).skipped)
    change = replan(days, "joint", before, after, today)
    now = skipped | {one.day for one in change.falls_out} - {one.day for one in change.returns}
    first, second = (written(entry(Series(mondays, time(9), timedelta(hours=2), one))) for one in (skipped, now))
    new = set(lines_of(second)) - set(lines_of(first))
    assert new == {"EXDATE;TZID=Asia/Jakarta:20250818T090000"}
    assert set(by_ical(first)) - set(by_ical(second)) == {
        ("booking-1@sepadan", datetime(2025, 8, 18, 2, tzinfo=UTC), datetime(2025, 8, 18, 4, tzinfo=UTC))}


def test_moved_and_cancelled_dates_name_the_time_they_had():
    moved = Changed(date(2026, 1, 13), datetime(2026, 1, 14, 13, tzinfo=UTC), datetime(2026, 1, 14, 15, tzinfo=UTC),
                    location="Auditorium")
    gone = Changed(date(2026, 1, 20), datetime(2026, 1, 20, 12, tzinfo=UTC), datetime(2026, 1, 20, 14, tzinfo=UTC),
                   cancelled=True)
    series = entry(Series(TUESDAYS, time(19), timedelta(hours=2), changed=(moved, gone)), location="Main Hall")
    content = written(series)
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [(str(one["UID"]), int(one["SEQUENCE"]), str(one["STATUS"]), str(one["LOCATION"])) for one in events] == [
        ("booking-1@sepadan", 3, "CONFIRMED", "Main Hall"), ("booking-1@sepadan", 3, "CONFIRMED", "Auditorium"),
        ("booking-1@sepadan", 3, "CANCELLED", "Main Hall")]
    assert "RECURRENCE-ID;TZID=Asia/Jakarta:20260113T190000" in lines_of(content)
    assert "DTSTART;TZID=Asia/Jakarta:20260114T200000" in lines_of(content)
    assert by_icalendar(content) == by_ical(content) == planned(series)
    assert len(planned(series)) == 52 - 1


def test_a_series_begins_with_its_first_kept_date_and_counts_from_there():
    rule = Weekly(date(2026, 1, 1), frozenset({1}), Ending(count=5), interval=2)
    days = expand(rule)
    series = entry(Series(rule, time(9), timedelta(hours=1), frozenset(days[:2])))
    content = written(series)
    assert f"DTSTART;TZID=Asia/Jakarta:{days[2]:%Y%m%d}T090000" in lines_of(content)
    assert "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO;COUNT=3" in lines_of(content)
    assert not any(line.startswith("EXDATE") for line in lines_of(content))
    assert by_icalendar(content) == by_ical(content) == planned(series)


def test_a_series_of_which_all_fell_out_and_a_cancelled_booking_are_told_as_cancelled():
    none = entry(Series(TUESDAYS, time(9), timedelta(hours=1), frozenset(expand(TUESDAYS))))
    cancelled = entry(Once(WRITTEN, WRITTEN + timedelta(hours=1)), uid="b", status="CANCELLED")
    content = written(none, cancelled)
    assert lines_of(content).count("STATUS:CANCELLED") == 2
    assert by_icalendar(content) == by_ical(content) == planned(none, cancelled) == []


@st.composite
def entries(draw):
    start = draw(st.dates(date(2024, 1, 1), date(2027, 12, 31)))
    ending = draw(st.one_of(st.integers(1, 120).map(lambda n: Ending(count=n)),
                            st.integers(0, 3652).map(lambda n: Ending(until=start + timedelta(days=n)))))
    if draw(st.booleans()):
        rule = Weekly(start, draw(st.frozensets(st.integers(0, 6), min_size=1, max_size=3)), ending,
                      draw(st.integers(1, 6)))
    else:
        rule = MonthlyNth(start, draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5])), draw(st.integers(0, 6)), ending,
                          draw(st.integers(1, 3)))
    days = expand(rule)
    at = draw(st.times().map(lambda one: one.replace(second=0, microsecond=0)))
    chosen = draw(st.lists(st.sampled_from(days), max_size=12, unique=True)) if days else []
    parts = draw(st.integers(0, len(chosen)))
    by = draw(st.lists(st.integers(-3000, 3000), min_size=12, max_size=12))
    changed = tuple(
        Changed(day, moved, moved + timedelta(minutes=45), cancelled=minutes % 3 == 0)
        for day, minutes in zip(chosen[parts:], by, strict=False)
        for moved in [datetime.combine(day, at, WIB) + timedelta(minutes=minutes)])
    skipped = frozenset(chosen[:parts]) | draw(st.frozensets(st.dates(start, start + timedelta(days=900)), max_size=20))
    skipped -= {one.original for one in changed}
    return entry(Series(rule, at, timedelta(minutes=draw(st.integers(15, 600))), skipped, changed))


@settings(max_examples=60, deadline=None)
@given(entries())
def test_two_readers_see_the_dates_of_ten_years_with_exceptions_and_edits(series):
    content = written(series)
    assert by_icalendar(content) == planned(series)
    assert by_ical(content) == planned(series)


ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


@settings(deadline=None)
@given(ANY, ANY)
def test_any_text_comes_back_from_both_readers_and_no_line_is_longer_than_75_octets(summary, location):
    one = Entry("u", 0, WRITTEN, "x" + summary, Once(WRITTEN, WRITTEN + timedelta(hours=1)), location="y" + location)
    content = written(one)
    assert content.endswith(b"\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)

    def plain(value):
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", value.replace("\r\n", "\n").replace("\r", "\n"))

    event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (plain("x" + summary), plain("y" + location))


def test_text_is_escaped_and_a_uri_cannot_end_its_line():
    assert text("a;b,c\\d\r\ne") == "a\\;b\\,c\\\\d\\ne"
    content = written(entry(Once(WRITTEN, WRITTEN + timedelta(hours=1)), url="https://x/\r\nSTATUS:CANCELLED",
                            categories=("gim", "film, video")))
    assert "URL:https://x/STATUS:CANCELLED" in lines_of(content)
    assert "CATEGORIES:gim,film\\, video" in lines_of(content)
    assert fold("x" * 75) == b"x" * 75 + b"\r\n"
    assert fold("x" * 74 + "é") == b"x" * 74 + b"\r\n \xc3\xa9\r\n"


@pytest.mark.parametrize(("zone", "hours"), [("Asia/Jakarta", 7), ("Asia/Makassar", 8), ("Asia/Jayapura", 9)])
def test_the_zone_in_the_file_is_that_of_the_world(zone, hours):
    content = written(entry(Once(WRITTEN, WRITTEN + timedelta(hours=1))), zone=zone)
    component = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")[0]
    noon = datetime(2026, 7, 1, 12)
    assert component.to_tz().utcoffset(noon) == ZoneInfo(zone).utcoffset(noon) == timedelta(hours=hours)
    assert by_icalendar(content) == by_ical(content) == [("booking-1@sepadan", WRITTEN, WRITTEN + timedelta(hours=1))]
    assert set(ZONES) == {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}


def test_the_same_state_gives_the_same_bytes_and_a_change_another_etag():
    once = Once(WRITTEN, WRITTEN + timedelta(hours=1))
    assert etag(written(entry(once))) == etag(written(entry(once)))
    assert etag(written(entry(once))) != etag(written(Entry("booking-1@sepadan", 4, WRITTEN, "Kelas gim", once)))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT60M" in lines_of(written(entry(once)))


def test_what_cannot_be_written_is_refused():
    once = Once(WRITTEN, WRITTEN + timedelta(hours=1))
    stray = Changed(date(2026, 1, 7), WRITTEN, WRITTEN + timedelta(hours=1))
    for wrong, says in ((lambda: written(entry(once), zone="Asia/Tokyo"), "Asia/Tokyo"),
                        (lambda: written(entry(once), entry(once)), "twice"),
                        (lambda: written(entry(Series(TUESDAYS, time(9), timedelta(hours=1), changed=(stray,)))),
                         "no date on 7 Jan")):
        with pytest.raises(Refused, match=says):
            wrong()

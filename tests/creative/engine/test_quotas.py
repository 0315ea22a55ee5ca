"""The rules of sharing: what they refuse, with the numbers, and that what they leave open they also allow."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.quota_rules import groups_of, read_line, read_quotas, unknown_spaces
from sepadan.creative.engine.quotas import (
    Asked,
    Book,
    Used,
    closed_spans,
    for_others,
    hours,
    hours_left,
    in_prime,
    judge,
    period,
)
from sepadan.ground.problems import Refused

ZONE = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 11, 24)
HOURS = {"code": "jam", "limit": "hours", "per": "month", "most": 12}
KEPT = {"code": "malam", "limit": "kept", "share": 40, "groups": ["community", "newcomer"], "per": "month",
        "prime": {"weekdays": [4, 5], "since": "17:00", "until": "22:00"}, "until_days": 7, "spaces": ["hall"]}


def span(day, since, until):
    return Span(datetime.combine(day, time(since), ZONE), datetime.combine(day, time(until), ZONE))


def asked(*spans, kind="business", newcomer=False, given=()):
    return Asked("hall-a", "hall", groups_of(kind, newcomer=newcomer, disability=False), spans, frozenset(given))


def used(*spans, booking="1"):
    return [Used(one, "hall-a", "hall", booking) for one in spans]


def rules(*rows):
    return read_quotas({"quotas": list(rows)})


def test_the_hours_of_a_month_are_counted_to_the_minute_and_said_with_what_is_left():
    own = used(span(date(2026, 12, 1), 8, 18), span(date(2026, 12, 31), 20, 21), span(date(2027, 1, 1), 8, 20))
    (breach,) = judge(rules(HOURS), asked(span(date(2026, 12, 5), 8, 10)), Book(own), TODAY)
    assert (breach.used, breach.most, breach.asked) == (10 + 1, 12, 2)
    assert breach.remedy.params["left"] == 12 - 11
    assert breach.free_on == date(2027, 1, 1)
    assert judge(rules(HOURS), asked(span(date(2026, 12, 5), 8, 9)), Book(own), TODAY) == []
    assert "11 dari 12 jam" in breach.what.text("id")
    assert "11 of 12 hours" in breach.what.text("en")


def test_a_series_is_judged_by_the_month_of_each_meeting():
    series = [span(date(2026, 12, 1) + timedelta(days=7 * number), 8, 12) for number in range(6)]  # 5 in December
    (breach,) = judge(rules(HOURS), asked(*series), Book(), TODAY)
    assert (breach.asked, breach.used) == (5 * 4, 0)
    assert judge(rules({**HOURS, "most": 20}), asked(*series), Book(), TODAY) == []


def test_bookings_meetings_and_open_wishes_are_counted_as_such():
    own = used(span(date(2026, 12, 1), 8, 9), span(date(2026, 12, 8), 8, 9))
    event = asked(span(date(2026, 12, 15), 8, 9))
    one = {"code": "a", "per": "month"}
    assert judge(rules({**one, "limit": "bookings", "most": 2}), event, Book(own), TODAY) == []
    assert [one.rule for one in judge(rules({**one, "limit": "meetings", "most": 2}), event, Book(own), TODAY)] == ["a"]
    assert judge(rules({"code": "o", "limit": "open", "most": 3}), event, Book(open_wishes=2), TODAY) == []
    (breach,) = judge(rules({"code": "o", "limit": "open", "most": 3}), event, Book(open_wishes=3), TODAY)
    assert "3 of 3" in breach.what.text("en")


def test_lead_time_and_nib_hold_only_where_the_centre_says_so():
    event = asked(span(TODAY + timedelta(days=3), 8, 9))
    assert judge(rules(), event, Book(), TODAY) == []
    (early,) = judge(rules({"code": "h7", "limit": "lead", "least_days": 7}), event, Book(), TODAY)
    assert early.free_on == TODAY + timedelta(days=7)
    (late,) = judge(rules({"code": "x", "limit": "lead", "most_days": 2}), event, Book(), TODAY)
    assert late.what.params["day"] == TODAY + timedelta(days=2)
    nib = {"code": "nib", "limit": "needs", "field": "nib", "groups": ["business"]}
    assert [one.rule for one in judge(rules(nib), event, Book(), TODAY)] == ["nib"]
    assert judge(rules(nib), asked(*event.meetings, given=["nib"]), Book(), TODAY) == []
    assert judge(rules(nib), asked(*event.meetings, kind="community"), Book(), TODAY) == []


def test_prime_hours_stay_for_groups_until_some_days_before():
    friday = date(2026, 12, 11)
    book = Book(others={("malam", date(2026, 12, 1)): timedelta(hours=22)},
                prime={("malam", date(2026, 12, 1)): timedelta(hours=40)})  # others may have 24
    event = span(friday, 16, 20)
    (breach,) = judge(rules(KEPT), asked(event), book, TODAY)
    assert (breach.used, breach.most, breach.asked) == (22, 40 * Decimal("0.6"), 3)  # 17 to 20 of 16 to 20
    assert breach.free_on == friday - timedelta(days=7)
    assert judge(rules(KEPT), asked(event, kind="community"), book, TODAY) == []
    assert judge(rules(KEPT), asked(event, newcomer=True), book, TODAY) == []
    assert judge(rules(KEPT), asked(event), book, friday - timedelta(days=7)) == []
    assert judge(rules(KEPT), asked(span(friday, 8, 17)), book, TODAY) == []
    assert "komunitas, pemohon baru" in breach.what.text("id")


@pytest.mark.parametrize(("row", "where"), [
    ({"code": "a", "limit": "hours"}, "most"), ({**HOURS, "most": "banyak"}, "most"), ({**HOURS, "most": -1}, "most"),
    ({**HOURS, "per": "dekade"}, "per"), ({**HOURS, "limit": "jam"}, "limit"), ({**HOURS, "lead": 7}, "lead"),
    ({**HOURS, "code": ""}, "code"), ({**HOURS, "except": ["siapa"]}, "except"),
    ({**HOURS, "spaces": "hall"}, "spaces"),
    ({**KEPT, "share": 101}, "share"), ({**KEPT, "groups": []}, "groups"),
    ({**KEPT, "prime": {"since": "22:00", "until": "17:00"}}, "prime"),
    ({**KEPT, "prime": {"since": "25:00", "until": "26:00"}}, "prime.since"),
    ({**KEPT, "prime": {"weekdays": [7], "since": "17:00", "until": "18:00"}}, "weekdays"),
    ({"code": "l", "limit": "lead", "least_days": 9, "most_days": 2}, "quotas[1]"), ([], "quotas[1]"),
    ({"code": "n", "limit": "needs", "field": "nik"}, "field")])
def test_a_fault_in_the_data_is_told_with_its_place(row, where):
    with pytest.raises(Refused) as caught:
        read_quotas({"quotas": [row]})
    assert caught.value.problem.where.startswith("quotas[1]")
    assert where in caught.value.problem.where
    assert caught.value.problem.text("id")


def test_codes_are_unique_groups_are_known_and_spaces_are_there():
    with pytest.raises(Refused, match="twice"):
        rules(HOURS, HOURS)
    with pytest.raises(Refused, match=r"waiting\.priority"):
        read_line({"waiting": {"offer_hours": 24, "priority": {"siapa": 1}}})
    assert read_line({}).offer_hours == 0
    assert unknown_spaces(rules({**HOURS, "spaces": ["hall", "hall-a", "kolam"]}), frozenset({"hall-a"})) == [
        ("jam", "kolam")]


DAYS = st.integers(0, 80).map(lambda number: TODAY + timedelta(days=number))
SPANS = st.builds(lambda day, since, length: span(day, since, since + length), DAYS, st.integers(8, 19),
                  st.integers(1, 3))


@settings(max_examples=150, deadline=None)
@given(st.lists(SPANS, max_size=12), SPANS, st.integers(0, 20), st.sampled_from(["day", "week", "month"]),
       st.sampled_from(["hours", "meetings"]), st.integers(0, 30))
def test_where_it_is_not_closed_it_is_allowed_and_else_refused(own, event, most, per, counted, taken):
    some = rules({"code": "a", "limit": counted, "per": per, "most": most}, KEPT,
                 {"code": "l", "limit": "lead", "least_days": 2, "most_days": 60})
    first, last = TODAY - timedelta(days=5), TODAY + timedelta(days=90)
    months = {period(first + timedelta(days=number), "month")[0] for number in range(100)}
    book = Book(used(*own), others={("malam", one): timedelta(hours=taken) for one in months},
                prime={("malam", one): timedelta(hours=40) for one in months})
    closed = closed_spans(some, asked(event), book, TODAY, first, last)
    broken = judge(some, asked(event), book, TODAY)
    if not any(one.meets(event) for one in closed):
        assert broken == []
    elif [one.rule for one in broken] == [] and all(one.rule != "malam" for one in broken):
        kept = for_others(some[1], book, period(event.start.date(), "month")[0]) - timedelta(hours=taken)
        assert in_prime(some[1], event) <= kept < event.length  # only a part of it lies in prime hours


@settings(max_examples=100, deadline=None)
@given(st.lists(SPANS, max_size=8), SPANS, st.integers(0, 24))
def test_as_many_hours_as_are_left_are_allowed_and_a_minute_more_is_not(own, event, most):
    some = rules({**HOURS, "most": most})
    left = hours_left(some, asked(event), Book(used(*own)))
    assert left is not None
    assert left >= timedelta(0)
    fits = Span(event.start, event.start + left)
    longer = Span(event.start, event.start + left + timedelta(minutes=1))
    if left and fits.end.date() == event.start.date():
        assert judge(some, asked(fits), Book(used(*own)), TODAY) == []
        assert [one.rule for one in judge(some, asked(longer), Book(used(*own)), TODAY)] == ["jam"]


@given(st.integers(0, 100_000))
def test_hours_are_exact_to_two_decimals(minutes):
    assert abs(hours(timedelta(minutes=minutes)) * 60 - minutes) < Decimal("0.31")

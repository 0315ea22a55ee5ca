"""Days off by decree: the tables that ship, what was known when, and what a later decree changes in a series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copy

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.creative.engine.holidays import known_on, replan, require_decree, years_of
from sepadan.creative.engine.recurrence import Ending, Weekly, expand, keep_open
from sepadan.ground.problems import Refused
from sepadan.ground.provisions import NamedDay, words
from sepadan.ground.statute_files import read_folder
from sepadan.ground.statute_shelf import Shelf
from sepadan.ground.statutes import load_book, statute_folders

DECREES = load_book().holiday_decrees()
YEAR = range(2024, 2028)
RULES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "rules" / "creative.yaml"
TUESDAYS = expand(Weekly(date(2026, 1, 1), frozenset({1}), Ending(until=date(2026, 12, 31))))
THURSDAYS = expand(Weekly(date(2026, 1, 1), frozenset({3}), Ending(until=date(2026, 12, 31))))


def known(at, years=YEAR):
    return known_on(DECREES, years, date.fromisoformat(at))


def test_the_decrees_of_2025_and_2026_name_as_many_days_as_they_say():
    assert [(one.year, len(one.national), len(one.joint_leave)) for one in DECREES] == [
        (2025, 17, 10), (2025, 17, 10 + 1), (2026, 17, 8)]
    assert all(one.sources and one.instrument.date == one.known_from for one in DECREES)
    for one in DECREES:
        days = [row.day for row in (*one.national, *one.joint_leave)]
        assert len(set(days)) == len(days)


@pytest.mark.skipif(not RULES.exists(), reason="the rule cases are not beside this checkout")
def test_the_decrees_name_the_same_days_as_the_shared_rule_cases():
    cases = {one["id"]: one for one in yaml.safe_load(RULES.read_text(encoding="utf-8"))}
    for id, at in (("mondays-2025", "2025-12-31"), ("tuesdays-national", "2025-12-31")):
        listed = cases[id]["given"]["holidays"]
        found = known(at, {day.year for day in listed["national"]}).holidays
        assert (found.national, found.joint_leave) == (frozenset(listed["national"]), frozenset(listed["joint_leave"]))


def test_the_ascension_of_jesus_is_a_thursday_and_good_friday_a_friday():
    """A slip of a day in a table would show: these two, and Easter, have their weekday by nature."""
    for year, good_friday, ascension in ((2025, "2025-04-18", "2025-05-29"), (2026, "2026-04-03", "2026-05-14")):
        names = {row.name.text("en"): row.day for row in require_decree(DECREES, year, date(2026, 1, 1)).national}
        assert names["Good Friday"] == date.fromisoformat(good_friday)
        assert names["Easter"] == names["Good Friday"] + timedelta(days=2)
        assert names["Ascension of Jesus Christ"] == date.fromisoformat(ascension) == names["Easter"] + timedelta(39)
        assert names["Good Friday"].weekday() == 4


@pytest.mark.parametrize(("days", "skip", "kept"), [
    (TUESDAYS, "none", 52), (TUESDAYS, "national", 52 - 3), (TUESDAYS, "joint", 52 - 3 - 1),
    (THURSDAYS, "none", 53), (THURSDAYS, "national", 53 - 3), (THURSDAYS, "joint", 53 - 3 - 2)])
def test_a_weekly_series_of_2026_loses_the_days_of_the_decree(days, skip, kept):
    holidays = known("2025-11-01", years_of(days)).holidays
    assert len(keep_open(days, holidays.closed(skip)).kept) == kept


def test_a_year_is_judged_by_the_decree_known_on_the_day():
    eighteenth = date(2025, 8, 18)
    assert known("2025-08-06").day_off(eighteenth) is None
    found = known("2025-08-07").day_off(eighteenth)
    assert found is not None
    assert (found.joint_leave, found.decree.instrument.id) == (True, "skb-933-2025")
    assert known("2025-08-07").day_off(eighteenth, "national") is None
    assert known("2025-08-07").day_off(date(2025, 12, 25)).name.text("id") == "Kelahiran Yesus Kristus"


def test_a_year_without_a_decree_is_told_and_refused_where_it_is_needed():
    assert known("2026-11-24").unknown == (2024, 2027)
    assert known("2025-09-18").unknown == (2024, 2026, 2027)
    assert require_decree(DECREES, 2026, date(2025, 9, 19)).id == "2026-first"
    with pytest.raises(Refused, match="No decree on the days off of 2027 is loaded; there are those of 2025, 2026"):
        require_decree(DECREES, 2027, date(2026, 11, 24))
    with pytest.raises(Refused, match="known from 19 Sep"):
        require_decree(DECREES, 2026, date(2025, 9, 18))


def test_a_centre_closes_on_the_days_off_of_its_policy():
    at = known("2025-10-01", (2026,))
    assert [len(at.days_off(skip)) for skip in ("none", "national", "joint")] == [0, 17, 17 + 8]
    assert at.days_off("joint")[date(2026, 3, 24)].text("en") == "Joint leave, Eid al-Fitr"


def test_what_is_known_from_memory_only_is_not_used():
    unsure = [replace(one, confidence="from-memory") for one in DECREES]
    assert known_on(unsure, YEAR, date(2026, 1, 1)).unknown == tuple(YEAR)


def test_joint_leave_added_eleven_days_ahead_takes_that_monday_out_and_nothing_of_the_past():
    mondays = expand(Weekly(date(2025, 1, 1), frozenset({0}), Ending(until=date(2025, 12, 31))))
    before, after = known("2025-08-06"), known("2025-08-07")
    change = replan(mondays, "joint", before, after, date(2025, 8, 7))
    assert [(one.day, one.decree.id) for one in change.falls_out] == [(date(2025, 8, 18), "2025-changed")]
    assert change.returns == ()
    assert not replan(mondays, "national", before, after, date(2025, 8, 7)).changes
    assert not replan(mondays, "joint", before, after, date(2025, 8, 18)).changes  # the day itself has come
    assert not replan(mondays, "joint", before, after, date(2025, 8, 7), {date(2025, 8, 18)}).changes  # decided by hand
    assert not replan(mondays, "joint", after, after, date(2025, 8, 7)).changes
    assert (before.version, after.version) == (("2025-first",), ("2025-changed",))


def test_the_first_decree_of_a_year_takes_its_days_out_of_a_series_planned_before_it():
    before, after = known("2025-09-18", (2026,)), known("2025-09-19", (2026,))
    change = replan(TUESDAYS, "national", before, after, date(2025, 9, 19))
    assert [one.day for one in change.falls_out] == [date(2026, 2, 17), date(2026, 6, 16), date(2026, 8, 25)]
    assert change.now_known == (2026,)
    assert not replan(TUESDAYS, "national", after, before, date(2025, 9, 19)).changes  # knowing nothing frees nothing


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(deadline=None)
@given(st.frozensets(DAYS, max_size=20), st.frozensets(DAYS, max_size=20), DAYS, st.frozensets(DAYS, max_size=5),
       st.sampled_from(["none", "national", "joint"]))
def test_after_a_replan_the_future_is_as_if_planned_today_and_the_past_as_it_was(first, second, today, settled, skip):
    model = DECREES[2]

    def decree(id, days, known_from):
        rows = [NamedDay(day, words("libur", "off")) for day in sorted(days)]
        return replace(model, id=id, known_from=known_from, national=tuple(rows[::2]), joint_leave=tuple(rows[1::2]))

    decrees = (decree("a", first, date(2025, 1, 1)), decree("b", second, date(2025, 6, 1)))
    before, after = (known_on(decrees, (2026,), date(2025, month, 1)) for month in (5, 6))
    change = replan(TUESDAYS, skip, before, after, today, settled)
    planned = set(keep_open(TUESDAYS, before.holidays.closed(skip)).kept)
    anew = set(keep_open(TUESDAYS, after.holidays.closed(skip)).kept)
    moved = (planned - {one.day for one in change.falls_out}) | {one.day for one in change.returns}
    for day in TUESDAYS:
        judged_anew = day > today and day not in settled
        assert (day in moved) == (day in (anew if judged_anew else planned))


@pytest.mark.parametrize(("change", "says"), [
    (("- [2026-01-16, ", "- [2026-01-36, "), "there is no day 2026-01-36"),
    (("- [2026-01-16, ", "- [2025-01-16, "), "is no row of a day off of 2026"),
    (("- [2026-01-16, ", "- [2026-03-16, "), "is no row of a day off of 2026"),
    (("    replaces: 2025-first\n", ""), "has a decree already"),
    (("    replaces: 2025-first\n", "    replaces: 2026-first\n"), "cannot be replaced"),
    (("    known_from: 2025-08-07\n", "    known_from: 2024-10-14\n"), "cannot be replaced"),
    (("skb-1497-2025", "skb-1498-2025"), "is not in instruments.yaml"),
    (("    year: 2026\n", "    year: soon\n"), "soon"),
    (("    joint_leave:\n      - [2026-02-16", "    joint_leaves:\n      - [2026-02-16"), "joint_leaves"),
])
def test_a_fault_in_a_decree_names_file_and_line(change, says, tmp_path):
    path, shipped = tmp_path / DECREES[0].path, statute_folders()[0]
    path.parent.mkdir(parents=True)
    copy(shipped / "national" / "instruments.yaml", tmp_path / "national")
    text = (shipped / DECREES[0].path).read_text(encoding="utf-8")
    assert change[0] in text
    for content in (text, text.replace(*change, 1)):
        path.write_text(content, encoding="utf-8")
        shelf = Shelf()
        read_folder(tmp_path, shelf)
        assert (shelf.problems == []) == (content == text)
    found = [str(one) for one in shelf.problems]
    assert any(says in one and "holidays.yaml:" in one for one in found), found

"""The visit of 16 January 2025, the practices seen there, and what the visitor is told since."""

from datetime import date

from sepadan.study.engine.practice import notice, notices, version_on
from sepadan.study.facts import load_claims, load_indicators, load_nearer, load_practices, load_visits

VISIT_DAY, TODAY = date(2025, 1, 16), date(2026, 11, 24)


def visit():
    return next(one for one in load_visits() if one.id == "2025-01-16-malang")


def practice(region, service):
    return next(one for one in load_practices() if (one.region, one.service) == (region, service))


def test_the_visit():
    seen = visit()
    assert (seen.guest, seen.host, seen.first_day, seen.last_day) == ("32.16", "35.73", VISIT_DAY, date(2025, 1, 17))
    assert {topic.service for topic in seen.topics} == {"tax", "creative", "waste"}
    assert {one.side for one in seen.delegations} == {"host", "guest"}
    assert seen.unknown
    assert all(item.at is None for item in seen.agenda)  # no time was published


def test_all_three_practices_changed_within_seven_months():
    changed = visit().changes("host", date(2025, 8, 31))
    assert {one.service for one in changed} == {"tax", "creative", "waste"}


def test_the_visitor_is_told():
    told = {one.practice.service: one for one in notices(load_practices(), "35.73", seen_on=VISIT_DAY, today=TODAY)}
    assert set(told) == {"tax", "creative", "waste"}
    assert (told["tax"].seen.id, told["tax"].now.id) == ("perda-4-2023", "perda-1-2025")
    assert not told["tax"].now.replayable
    assert "belum dapat diputar ulang" in told["tax"].text.text("id")
    assert told["creative"].months == 7


def test_on_the_day_of_the_visit_nothing_had_changed():
    assert notices(load_practices(), "35.73", seen_on=VISIT_DAY, today=VISIT_DAY) == ()
    assert version_on(practice("35.73", "creative"), VISIT_DAY).id == "free"
    assert version_on(practice("35.73", "creative"), date(2022, 1, 1)) is None
    assert version_on(practice("32.16", "waste"), date(1990, 1, 1)).id == "open-dumping"  # its start is not known
    assert notice(practice("32.16", "tax"), seen_on=VISIT_DAY, today=TODAY) is None


def test_lessons_are_proposals_with_owner_due_date_and_indicator():
    lessons = visit().lessons
    assert {one.decision for one in lessons} == {"adopt", "adapt", "reject", "watch"}
    assert all(one.proposed and one.state == "proposed" and one.due > TODAY for one in lessons)
    assert visit().lessons_for("host")
    assert visit().lessons_for("guest")


def test_everything_has_a_source_and_both_languages():
    book, seen = load_indicators(), visit()
    named = [*seen.delegations, *seen.agenda, *seen.timeline, *load_claims(), *load_nearer(),
             *(version for one in load_practices() for version in one.versions)]
    for one in named:
        assert one.sources
        assert all(source in book.sources for source in one.sources)


def test_a_nearer_host_is_shown():
    assert [(one.region, one.guest, one.service) for one in load_nearer()] == [("32.75", "32.16", "creative")]

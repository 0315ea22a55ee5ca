"""Free or paid by the nature of the activity; the tariff of the day of use; what is found after the event."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from sepadan.creative.engine.nature import Nature, Policy, Use, assess, judge, read_policy, reassess
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book, read_book, statute_folders

WIB = ZoneInfo("Asia/Jakarta")
SHIPPED = partial(load_book().law, "35.73", "creative_centre")
COMMUNITY = Nature(charged=False, profit=False, education=False, social=True)
CAMPUS = Nature(charged=False, profit=False, education=True, social=False)
CONCERT = Nature(charged=True, profit=True, education=False, social=False)
SEMINAR = Nature(charged=False, profit=True, education=True, social=False)  # its sponsor sells there
COURSE = Nature(charged=True, profit=False, education=True, social=False)
OLD, NEW = 400_000, 550_000  # rupiah per hour, invented
REDUCED = Policy(uncharged_education="reduced", charged_course="reduced", reduced_share=Fraction(1, 4))


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    """The shipped law with an invented tariff of the hall that changes on 1 August 2026."""
    text = (statute_folders()[0] / "regions/35.73/creative/creative_centre.yaml").read_text(encoding="utf-8")
    start = text.index("  tariff.hall:")
    gap = text.index("    missing:", start)
    after = text.index("  tariff.auditorium:")

    def value(amounts):
        return f"{{value: {amounts}, confidence: secondary, source: invented for a test}}"

    values = (f"    values:\n      2025-08-01: {value(f'{{hour: {OLD}, day: 3000000}}')}\n"
              f"      2026-08-01: {value(f'{{hour: {NEW}, day: 3500000}}')}\n")
    path = tmp_path_factory.mktemp("law") / "regions" / "35.73" / "creative" / "creative_centre.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text[:gap] + values + text[after:], encoding="utf-8")
    book = read_book(path.parents[3])
    assert book.problems == []
    return partial(book.law, "35.73", "creative_centre")


def use(day, hours, per="hour", tariff="tariff.hall"):
    start = datetime.fromisoformat(day).replace(tzinfo=WIB)
    return Use(start, start + timedelta(hours=hours), tariff, per)


@pytest.mark.parametrize(("nature", "amount", "reduced"), [
    (COMMUNITY, 0, 0), (CAMPUS, 0, 4 * OLD // 4), (CONCERT, 4 * OLD, 4 * OLD), (SEMINAR, 4 * OLD, 4 * OLD),
    (COURSE, 4 * OLD, 4 * OLD // 4)])
def test_the_same_hall_costs_by_what_is_done_in_it(law, nature, amount, reduced):
    uses = [use("2026-07-31T18:00", 4)]
    assert assess(nature, uses, law, Policy()).total == amount
    assert assess(nature, uses, law, REDUCED).total == reduced


def test_each_date_pays_the_tariff_of_its_own_day_and_the_lines_are_the_sum(law):
    found = assess(CONCERT, [use("2026-08-01T19:00", 3), use("2026-07-31T19:00", 2.5)], law, Policy())
    assert [(str(one.on), one.quantity, one.rate, one.amount) for one in found.lines] == [
        ("2026-07-31", 3, OLD, 3 * OLD), ("2026-08-01", 3, NEW, 3 * NEW)]  # two and a half hours: three begun
    assert found.total == 3 * OLD + 3 * NEW == sum(one.amount for one in found.lines)
    by_day = assess(CONCERT, [use("2026-07-30T08:00", 24 + 10, "day")], law, Policy())
    assert by_day.total == 2 * 3_000_000
    till_midnight = assess(CONCERT, [use("2026-07-30T20:00", 4, "day")], law, Policy())
    assert till_midnight.total == 3_000_000
    assert found.steps[-1].is_sum
    assert found.steps[-1].value == found.total


def test_a_tariff_that_was_not_found_stays_missing_and_says_why():
    found = assess(CONCERT, [use("2026-07-31T18:00", 4)], SHIPPED, Policy())
    assert found.judgement.kind == "pays"
    assert (found.total, found.lines[0].amount) == (None, None)
    assert "annex of Perda 1/2025 was not found" in found.lines[0].why.text("en")
    assert assess(CONCERT, [use("2026-07-31T18:00", 4, tariff="")], SHIPPED, Policy()).lines[0].why is not None
    assert assess(COMMUNITY, [use("2026-07-31T18:00", 4)], SHIPPED, Policy()).total == 0
    assert assess(CONCERT, [use("2026-07-31T18:00", 4, "", "gym_visit")], SHIPPED, Policy()).total == 20_000


def test_before_the_mixed_regime_there_is_no_rule_to_judge_by():
    assert assess(COMMUNITY, [use("2025-08-01T18:00", 4)], SHIPPED, Policy()).total == 0
    with pytest.raises(Refused, match="2025"):
        assess(COMMUNITY, [use("2025-07-31T18:00", 4)], SHIPPED, Policy())


def test_a_reduction_of_unknown_size_is_not_zero_and_not_the_tariff(law):
    policy = Policy(uncharged_education="reduced")
    found = assess(CAMPUS, [use("2026-07-31T18:00", 4)], law, policy)
    assert (found.judgement.kind, found.total) == ("reduced", None)
    third = Policy(uncharged_education="reduced", reduced_share=Fraction(1, 3))
    assert assess(CAMPUS, [use("2026-07-31T18:00", 4)], law, third).total == 4 * OLD // 3  # cut to whole rupiah


def test_an_open_answer_counts_only_where_it_would_decide():
    assert judge(Nature(profit=True), Policy()).kind == "pays"
    assert judge(Nature(charged=False, profit=False), Policy()).kind == "free"
    found = judge(Nature(charged=False, profit=False), Policy(uncharged_education="reduced"))
    assert (found.kind, found.open) == ("unknown", ("education", "social"))
    assert judge(Nature(education=True, social=False), Policy()).open == ("charged", "profit")
    every = product((True, False, None), repeat=4)
    for nature in (Nature(*answers) for answers in every):
        outcome = judge(nature, REDUCED)
        assert (outcome.kind == "unknown") == bool(outcome.open)
        for question in outcome.open:
            assert getattr(nature, question) is None


def test_a_free_event_that_sold_tickets_is_assessed_anew_with_what_changed(law):
    before = assess(COMMUNITY, [use("2026-07-31T18:00", 4)], law, Policy())
    found = reassess(before, Nature(charged=True), law, Policy())
    assert (before.total, found.after.total, found.difference) == (0, 4 * OLD, 4 * OLD)
    assert found.changed == ("charged",)
    assert found.after.nature.social is True
    back = reassess(found.after, Nature(charged=False), law, Policy())  # the appeal was right
    assert (back.difference, back.after.total) == (-4 * OLD, 0)
    unknown = reassess(before, Nature(charged=True), SHIPPED, Policy())
    assert unknown.difference is None


def test_every_step_can_be_read_in_both_languages_and_names_its_ground(law):
    found = assess(CAMPUS, [use("2026-07-31T18:00", 4)], law, REDUCED)
    for step in found.steps:
        for lang in ("id", "en"):
            assert step.name.text(lang)
            assert step.written(lang)
    decided = found.steps[4]
    assert decided.written("id") == "Dikurangi"
    assert [one.kind for one in decided.bases] == ["law", "assumption"]
    assert decided.bases[0].source == "malangvoice.com; ketik.com; lentera.co"
    assert found.steps[5].how.text("en") == "4 × Rp400,000"
    open_answer = assess(Nature(charged=False), [use("2026-07-31T18:00", 4)], law, Policy())
    assert open_answer.steps[4].how.text("en") == "Still asked: For private or business profit (a sponsor's too)"
    assert open_answer.total is None


def test_the_policy_of_a_centre_is_read_strictly(law):
    rules = {"uncharged_education": "reduced", "charged_course": "reduced", "reduced_share": "0.25"}
    assert read_policy(rules) == REDUCED
    for rules in ({"uncharged": "half"}, {"discount": 1}, {"reduced_share": "1.5"}):
        with pytest.raises(Refused):
            read_policy(rules)
    with pytest.raises(Refused, match="hour, day"):
        assess(CONCERT, [use("2026-07-31T18:00", 4, "")], law, Policy())
    assert load_book().law("35.73", "creative_centre", date(2026, 1, 1)).known("charged") is not None

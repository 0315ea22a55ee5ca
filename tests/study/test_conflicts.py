"""Contradictions: the outcome of each rule, the reason of each side, what follows."""

from dataclasses import replace

import pytest

from sepadan.ground.messages import message
from sepadan.study.engine.conflicts import clash_of, contradictions, judge
from sepadan.study.engine.findings import findings
from sepadan.study.engine.settling import Published

MALANG = "35.73"


def text(words, lang="id"):
    return words.text(lang).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("name", "outcome", "standings"), [
    ("area_malang", "one", ["used", "unused", "unused", "refused"]),
    ("area_bekasi", "one", ["used", "unused", "refused"]),
    ("pop_malang", "by_purpose", ["used", "unused", "unused"]),
    ("waste_malang", "by_purpose", ["used", "unused", "unused", "used"]),
    ("waste_bekasi", "by_purpose", ["used", "used", "unused"]),
    ("supit_design", "one", ["used", "unused"]),
    ("supit_cost", "range", ["used", "used"]),
    ("mcc_events", "none", ["refused"] * 4),
    ("mcc_opex", "range", ["used", "used"]),
    ("ekraf_share", "one", ["used", "unused"]),
    ("ipm_vintage", "one", ["unused", "used"]),
    ("ipm_yogya", "one", ["used", "unused"]),
    ("bekasi_target25", "none", ["unused"] * 4),
    ("sipsn_source_units", "none", ["unused"] * 6),
    ("recycled_news", "one", ["refused", "used"]),
    ("travel_law", "one", ["unused", "used"]),
])
def test_outcome(book, name, outcome, standings):
    clash = next(one for one in contradictions(book) if one.id == name)
    assert (clash.outcome, [side.standing for side in clash.sides]) == (outcome, standings)
    assert clash.settled == (outcome != "none")
    assert all(side.reason or side.standing == "used" for side in clash.sides)


@pytest.mark.parametrize(("name", "said"), [
    ("area_malang", "dengan 145,28 km² kepadatan turun 23,5 %"),
    ("waste_malang", "778,34 dan 731,29 ton sehari terpaut 6,0 %"),
    ("waste_bekasi", "2.000 ton sehari adalah 18,8 % lebih banyak"),
    ("mcc_opex", "6,7 % sampai 8,3 %"),
    ("ipm_vintage", "0,73"),
    ("supit_cost", "3,0 %"),
])
def test_consequence_in_digits(book, name, said):
    clash = next(one for one in contradictions(book) if one.id == name)
    assert said in text(clash.consequence)


def test_nothing_settled_says_so(book):
    clash = clash_of(book, MALANG, "hub_events")
    assert (clash.headline.value, text(clash.headline)) == (None, "tidak ditetapkan")
    assert text(clash.headline, "en") == "not settled"
    assert "Biaya per kegiatan tidak dapat diterbitkan" in text(clash.consequence)


def test_a_count_that_grows_would_be_used(book):
    """The outcome follows the values: mend the two that fall, and the last count stands."""
    data = next(one for one in book.contradictions if one.id == "mcc_events")
    mended = replace(data, values=tuple(replace(value, value=number) for value, number in
                                        zip(data.values, (2000, 2500, 17444, 19000), strict=True)))
    assert [side.standing for side in judge(book, mended).sides] == ["unused", "unused", "unused", "used"]


def test_printed_percentages_that_meet_settle_the_target(book):
    data = next(one for one in book.contradictions if one.id == "bekasi_target25")
    label = data.values[0].label
    values = (Published(label, 3600, "official"), Published(label, None, "reported", part_of=(36, 1)))
    meeting = replace(data, values=values)
    assert judge(book, replace(meeting, consequence="")).outcome == "one"


def test_a_page_whose_weekdays_fit_is_not_refused(book):
    data = next(one for one in book.contradictions if one.id == "recycled_news")
    fitting = replace(data.values[0], claimed_year=2019)
    clash = judge(book, replace(data, values=(fitting, data.values[1]), consequence=""))
    assert [side.standing for side in clash.sides] == ["used", "used"]
    assert clash.outcome == "none"


def test_every_word_is_there_in_both_languages(book):
    for clash in contradictions(book):
        for lang in ("id", "en"):
            assert text(clash.why, lang)
            assert text(clash.rule, lang)
            assert clash.consequence is None or text(clash.consequence, lang)
            for side in clash.sides:
                assert side.cell.text(lang)
                assert side.reason is None or text(side.reason, lang)
            assert message(f"study.standing.{clash.sides[0].standing}").text(lang)


def test_the_checks_of_the_book(book):
    found = {(one.check, one.indicator, one.year) for one in findings(book, MALANG)}
    assert found >= {("copied", "waste_gen_t", 2024), ("falls", "hub_events", None),
                     ("falls", "hub_beneficiaries", None), ("total", "tax_total", 2024)}
    found = {(one.check, one.indicator, one.year) for one in findings(book, "32.16")}
    assert found == {("jump", "waste_gen_t", 2024), ("printed", "tax_collection_vs_target_pct", 2024)}

"""The gate, row by row: the six pairs of the study page, then every check alone on made-up figures."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

import pytest

from sepadan.ground.cells import DISCS, KINDS
from sepadan.study.engine.derived import figure
from sepadan.study.engine.gate import compare, compare_all, judge_pair, pair
from sepadan.study.engine.periods import period_of
from sepadan.study.names import AIMED, OBSERVED

PAIRS_OF_KINDS = list(product([kind for kind in KINDS if kind not in ("missing", "derived")], repeat=2))
MALANG, BEKASI, SURABAYA = "35.73", "32.16", "35.78"


@pytest.mark.parametrize(("indicator", "level", "checks"), [
    ("tax_per_capita_rp", "note", {"period", "series_break", "kind_of_region", "context"}),
    ("pbb_target_per_capita_rp", "note", {"kind", "kind_of_region", "context"}),
    ("waste_managed_share", "note", {"counts_dumping", "method_change", "copied", "kind_of_region"}),
    ("tax_collection_vs_target_pct", "no",
     {"own_yardstick", "suspect_part", "period", "series_break", "printed", "kind_of_region"}),
    ("waste_kg_cap_day", "no", {"method_change", "copied", "kind_of_region"}),
    ("hub_events", "no", {"missing"}),
])
def test_the_six_pairs_of_the_study(book, indicator, level, checks):
    found = compare(book, indicator, MALANG, BEKASI)
    assert (found.level, {reason.check for reason in found.reasons}) == (level, checks)


def test_the_reasons_carry_the_figures(book):
    def texts(indicator):
        found = compare(book, indicator, MALANG, BEKASI)
        return " ".join(reason.text.text("id") for reason in found.reasons).replace("\N{NO-BREAK SPACE}", " ")

    assert "2023 dan 2024" in texts("tax_per_capita_rp")
    assert "Keduanya sebelum opsen" in texts("tax_per_capita_rp")
    assert "Target, bukan realisasi" in texts("pbb_target_per_capita_rp")
    assert "penimbunan terbuka" in texts("waste_managed_share")
    assert "Rp206 miliar, tertagih Rp9,5 miliar" in texts("tax_collection_vs_target_pct")
    assert "24,1 % dari 2023" in texts("waste_kg_cap_day")
    assert "17.444" in texts("hub_events")
    assert "13.958" in texts("hub_events")


def test_a_refused_pair_shows_both_values_and_no_difference(book):
    found = compare(book, "waste_kg_cap_day", MALANG, BEKASI)
    assert found.left.value is not None
    assert found.right.value is not None
    assert (found.difference, found.ratio, found.allowed) == (None, None, False)
    allowed = compare(book, "tax_per_capita_rp", MALANG, BEKASI)
    assert allowed.difference == allowed.left.value - allowed.right.value


def test_the_order_of_the_regions_does_not_change_the_verdict(book):
    for indicator in book.indicators:
        assert compare(book, indicator, MALANG, BEKASI).level == compare(book, indicator, BEKASI, MALANG).level


def test_every_pair_of_the_book_gets_an_answer_in_both_languages(book):
    for indicator in book.indicators:
        for found in compare_all(book, indicator, MALANG):
            assert found.reasons
            assert all(reason.text.text(lang) for reason in found.reasons for lang in ("id", "en"))
            assert found.allowed or found.difference is None


def test_two_cities_with_the_same_figure_may_be_compared(book):
    assert compare(book, "waste_recycling_rate", "33.74", "35.78").level == "yes"


def test_the_newest_pair_of_one_edition_is_found(book):
    """Of five years for Malang and four for Bekasi only 2021 stands in the same edition of the index."""
    left, right = pair(book, "ipm", MALANG, BEKASI)
    assert (left.period.year, left.vintage, right.period.year, right.vintage) == (2021, "old", 2021, "old")


# --- each check alone: two figures that are the same in all, then changed in one respect ------------------------------


@pytest.fixture
def same(book):
    """PBB of two cities, both realised for all of 2023."""
    def city(region):
        base = figure(book, region, "poverty_rate")
        return replace(base, region=region, value=Fraction(4), kind="realised", confidence="high",
                       period=period_of("2023"), as_of=None, complete=True, unsettled=None)

    return city(MALANG), city(SURABAYA)


def changed(book, same, left=None, right=None, **indicator):
    one, other = (replace(figure_, **(changes or {})) for figure_, changes in zip(same, (left, right), strict=True))
    if indicator:
        meaning = replace(one.indicator, **indicator)
        one, other = replace(one, indicator=meaning), replace(other, indicator=meaning)
    return judge_pair(book, one, other)


def test_the_same_in_all(book, same):
    assert changed(book, same).level == "yes"


def expected_of_kinds(one, other):
    if one == other == "realised":
        return "yes"
    if {one, other} <= OBSERVED or one == other == "claim" or (one == other and one in AIMED):
        return "note"
    return "no"


@pytest.mark.parametrize(("one", "other"), PAIRS_OF_KINDS)
def test_kinds(book, same, one, other):
    assert changed(book, same, {"kind": one}, {"kind": other}).level == expected_of_kinds(one, other)


@pytest.mark.parametrize(("one", "other"), list(product(DISCS, repeat=2)))
def test_confidence(book, same, one, other):
    worst = min(DISCS[one], DISCS[other])
    level = changed(book, same, {"confidence": one}, {"confidence": other}).level
    assert level == ("no" if worst == 0 else "note" if worst == 1 else "yes")


def at(period, as_of=None):
    span = period_of(period)
    return {"period": span, "as_of": as_of, "complete": as_of is None or as_of >= span.end}


@pytest.mark.parametrize(("one", "other", "level"), [
    (at("2023"), at("2023"), "yes"),
    (at("2023"), at("2024"), "note"),  # a year apart: said
    (at("2023"), at("2025"), "note"),  # two years apart: said
    (at("2021"), at("2024"), "no"),  # too far
    (at("2023"), at("2023", date(2023, 10, 31)), "no"),  # one of part of the year
    (at("2023", date(2023, 10, 31)), at("2023", date(2023, 10, 31)), "yes"),
    (at("2023", date(2023, 10, 31)), at("2023", date(2023, 11, 15)), "note"),  # read 15 days apart
    (at("2023", date(2023, 10, 31)), at("2023", date(2023, 11, 16)), "no"),  # read 16 days apart
    (at("2023", date(2023, 10, 31)), at("2024", date(2024, 10, 31)), "no"),  # running figures of two years
    (at("2023"), at("2023", date(2023, 12, 31)), "yes"),  # read when it was over
    (at("2023-01..2025-07"), at("2023-01..2025-07"), "yes"),
    (at("2023-01..2025-07"), at("2023-01..2025-11"), "no"),  # other windows
    (at("2023"), at("2023Q2"), "no"),  # a year and a quarter
])
def test_periods(book, same, one, other, level):
    assert changed(book, same, one, other).level == level
    assert changed(book, same, other, one).level == level


@pytest.mark.parametrize(("left", "right", "level"), [
    ({"vintage": "old"}, {"vintage": "lf_sp2020"}, "no"),
    ({"vintage": "old"}, {"vintage": "old"}, "yes"),
    ({"basis": None}, {"basis": "taxpayers"}, "no"),
    ({"basis": "taxpayers"}, {"basis": "taxpayers"}, "yes"),
    ({"method": "weighed"}, {"method": "estimated"}, "note"),
    ({"method": "weighed"}, {"method": None}, "yes"),
    ({"value": None}, {}, "no"),
    ({"value": None, "category": "sanitary"}, {"value": None, "category": "open_dumping"}, "yes"),
])
def test_edition_definition_method_and_missing(book, same, left, right, level):
    assert changed(book, same, left, right).level == level


def test_units_and_indicators(book, same):
    left, right = same
    other_unit = replace(right, indicator=replace(right.indicator, unit="index"))
    assert {reason.check for reason in judge_pair(book, left, other_unit).reasons} == {"unit"}
    other = replace(right, indicator=replace(right.indicator, id="growth"))
    assert {reason.check for reason in judge_pair(book, left, other).reasons} == {"definition"}


def test_kota_and_kabupaten(book, same):
    assert changed(book, same, {}, {"region": BEKASI}).level == "note"
    assert changed(book, same, {}, {"region": BEKASI}, direction="neutral").level == "yes"


def test_own_yardstick(book, same):
    gate = replace(same[0].indicator.gate, own_yardstick=True)
    assert changed(book, same, gate=gate).level == "note"
    assert changed(book, same, {}, at("2024"), gate=gate).level == "no"


@pytest.mark.parametrize(("years", "level", "check"), [
    (("2023", "2024"), "note", "both_before"),
    (("2024", "2025"), "no", "break_between"),
    (("2025", "2026"), "note", None),
])
def test_series_break(book, same, years, level, check):
    gate = replace(same[0].indicator.gate, breaks_of=("tax_total",))
    found = changed(book, same, at(years[0]), at(years[1]), gate=gate)
    assert found.level == level
    keys = [reason.text.key for reason in found.reasons if reason.check == "series_break"]
    assert keys == ([f"study.gate.{check}"] if check else [])


def test_a_suspect_part_taints_its_total(book):
    left = figure(book, MALANG, "tax_total", period="2024", kind="target")
    right = figure(book, BEKASI, "tax_total", period="2024", kind="target")
    found = judge_pair(book, left, right)
    assert (found.level, found.reasons[0].check) == ("no", "suspect_part")

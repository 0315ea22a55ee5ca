"""Valuation by PMK 85/2024: NIR, time adjustment, capitalisation rate, standard objects, effective age."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.cases.commands import cases
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.tax.engine.building_age import building_age, explain_building_age
from sepadan.tax.engine.nir import (
    Comparable,
    explain_time_adjustment,
    explain_zone,
    time_adjustment,
    value_zone,
    write_nir,
)
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.valuation import (
    cap_rate,
    exceeded_limits,
    explain_cap_rate,
    explain_standard,
    read_standard_rule,
)

LIMITS = {"land_m2": 10000, "floors": 4, "building_m2": 1000}

OUR_CASES = """
- id: a-lane-of-three-sales
  rule: nir
  inputs:
    unit: rupiah
    comparables:
      - {price: 900_000_000, building: "60 * 2_500_000", land_m2: 150, time_adj: 0.05, data_adj: 0}
      - {price: 640_000_000, building: 0, land_m2: 128, time_adj: 0, data_adj: -0.1}
      - {price: 1_000_000_000, building: 300_000_000, land_m2: 87.5, time_adj: 0.02, data_adj: 0.03}
  expected:
    adjusted: ["750_000_000 / 150 * 1.05", "640_000_000 / 128 * 0.9", "700_000_000 / 87.5 * 1.05"]
    nir: "(5_250_000 + 4_500_000 + 8_400_000) / 3"
    written: "6.050,00"
  confidence: derived
- id: a-mean-that-does-not-end
  rule: nir
  inputs:
    unit: thousand
    comparables:
      - {price: 1000, building: 0, land_m2: 3, time_adj: 0, data_adj: 0}
      - {price: 1001, building: 0, land_m2: 3, time_adj: 0, data_adj: 0}
  expected: {adjusted: [1000 / 3, 1001 / 3], nir: 2001 / 6, written: "333,50"}
- id: the-last-written-place-is-rounded-half-up
  rule: nir
  inputs: {unit: rupiah, comparables: [{price: 1_234_565, building: 0, land_m2: 1, time_adj: 0, data_adj: 0}]}
  expected: {nir: 1234565, written: "1.234,57"}
- id: a-comparable-without-its-building-value
  rule: nir
  inputs: {unit: rupiah, comparables: [{price: 1000, land_m2: 1, time_adj: 0, data_adj: 0}]}
  expected: {refused: true}
- id: a-building-dearer-than-the-sale
  rule: nir
  inputs: {unit: rupiah, comparables: [{price: 1000, building: 1001, land_m2: 1, time_adj: 0, data_adj: 0}]}
  expected: {refused: true}
- id: no-comparables
  rule: nir
  inputs: {unit: rupiah, comparables: []}
  expected: {refused: true}
- id: a-unit-nobody-knows
  rule: nir
  inputs: {unit: million, comparables: [{price: 1, building: 0, land_m2: 1, time_adj: 0, data_adj: 0}]}
  expected: {refused: true}
- id: half-a-per-cent-goes-up
  rule: time_adjustment
  inputs: {value_later: 2050, value_earlier: 2000}
  expected: {percent: 2.5 + 0.5}
- id: a-fall
  rule: time_adjustment
  inputs: {value_later: 1900, value_earlier: 2000}
  expected: {percent: -5}
- id: from-nothing
  rule: time_adjustment
  inputs: {value_later: 1900, value_earlier: 0}
  expected: {refused: true}
- id: a-shophouse
  rule: cap_rate
  inputs: {net_income_year: "12 * 7_500_000", fair_value: 1_350_000_000}
  expected: {cap_rate: 90_000_000 / 1_350_000_000}
- id: a-value-of-nothing
  rule: cap_rate
  inputs: {net_income_year: 1, fair_value: 0}
  expected: {refused: true}
- id: bare-land-is-standard
  rule: standard_object
  law: {region: "32.16", "on": 2025-01-01}
  inputs: {land_m2: 9999.5, floors: 0, building_m2: 0}
  expected: {standard: true}
- id: half-a-square-metre-too-much
  rule: standard_object
  law: {region: "32.16", "on": 2025-01-01}
  inputs: {land_m2: 90, floors: 2, building_m2: 1000.5}
  expected: {standard: false}
- id: before-the-regulation
  rule: standard_object
  law: {region: "32.16", "on": 2024-10-24}
  inputs: {land_m2: 90, floors: 2, building_m2: 100}
  expected: {refused: true}
- id: a-limit-left-out
  rule: standard_object
  given: {limits: {land_m2: 10000, floors: 4}}
  inputs: {land_m2: 90, floors: 2, building_m2: 100}
  expected: {refused: true}
- id: neither-law-nor-limits
  rule: standard_object
  inputs: {land_m2: 90, floors: 2, building_m2: 100}
  expected: {refused: true}
- id: renovated-nine-years-ago
  rule: building_age
  inputs: {year: 2025, built: 1998, renovated: 2016, kind: high_rise}
  expected: {effective_age: "(27 + 2 * 9) / 3"}
- id: young-and-renovated
  rule: building_age
  inputs: {year: 2025, built: 2019, renovated: 2023, kind: high_rise}
  expected: {effective_age: "(6 + 2 * 2 - 1) / 3"}
- id: built-this-year
  rule: building_age
  inputs: {year: 2025, built: 2025, renovated: null, kind: high_rise}
  expected: {effective_age: 0}
- id: nobody-says-whether-it-was-renovated
  rule: building_age
  inputs: {year: 2025, built: 2019, kind: high_rise}
  expected: {refused: true}
- id: an-ordinary-house-has-no-published-formula
  rule: building_age
  inputs: {year: 2025, built: 2019, renovated: null, kind: house}
  expected: {refused: true}
- id: renovated-before-it-was-built
  rule: building_age
  inputs: {year: 2025, built: 2019, renovated: 2018, kind: high_rise}
  expected: {refused: true}
- id: built-next-year
  rule: building_age
  inputs: {year: 2025, built: 2026, renovated: null, kind: high_rise}
  expected: {refused: true}
"""


def test_our_worked_cases_hold(tmp_path):
    path = tmp_path / "valuation.yaml"
    path.write_text(OUR_CASES, encoding="utf-8")
    result = CliRunner().invoke(cases, ["--lang", "en", str(path)])
    assert result.output == f"{OUR_CASES.count('- id:')} passed, 0 failed\n"


# --- the formulas against fractions -----------------------------------------------------------------------------------

money = st.integers(0, 10**13).map(Fraction)
areas = st.fractions(Fraction(1, 4), 10**6, max_denominator=4)
adjustments = st.integers(-50, 300).map(lambda percent: Fraction(percent, 100))


@st.composite
def comparables(draw):
    price = draw(money)
    return Comparable(price, draw(st.integers(0, int(price)).map(Fraction)), draw(areas), draw(adjustments),
                      draw(adjustments))


@settings(max_examples=300, deadline=None)
@given(st.lists(comparables(), min_size=1, max_size=6))
def test_nir_is_the_mean_of_adjusted_land_values_in_any_unit_and_order(rows):
    zone = value_zone(rows, "rupiah")
    by_hand = [(row.price - row.building) * (1 + row.time_adj + row.data_adj) / row.land_m2 for row in rows]
    assert list(zone.adjusted) == by_hand
    assert zone.nir * len(rows) == sum(by_hand)
    assert value_zone(rows[::-1], "rupiah").nir == zone.nir
    thousands = [Comparable(row.price / 1000, row.building / 1000, row.land_m2, row.time_adj, row.data_adj)
                 for row in rows]
    assert value_zone(thousands, "thousand").nir * 1000 == zone.nir
    assert value_zone(thousands, "thousand").written == zone.written
    steps = explain_zone(zone, rows)
    assert [step.value for step in steps[:-1]] == [*by_hand, zone.nir]


@settings(max_examples=300, deadline=None)
@given(st.fractions(0, 10**9, max_denominator=1000), st.sampled_from([("rupiah", 1000), ("thousand", 1)]))
def test_the_written_nir_reads_back_to_within_half_of_its_last_place(nir, unit):
    name, per_thousand = unit
    written = write_nir(nir, name)
    whole, cents = written.replace(".", "").split(",")
    assert len(cents) == 2
    assert abs(Fraction(f"{whole}.{cents}") - nir / per_thousand) <= Fraction(1, 200)
    assert all(len(group) == 3 for group in written.split(",")[0].split(".")[1:])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_the_time_adjustment_is_the_nearest_whole_per_cent(later, earlier):
    percent = time_adjustment(Fraction(later), Fraction(earlier))
    exact = Fraction(later - earlier, earlier) * 100
    nearest = floor(abs(exact) + Fraction(1, 2))  # a half goes away from zero
    assert percent == (nearest if exact >= 0 else -nearest)
    down, up = (time_adjustment(Fraction(later), Fraction(earlier), way) for way in ("down", "up"))
    assert abs(down) <= abs(exact) <= abs(up) <= abs(down) + 1
    assert explain_time_adjustment(Fraction(later), Fraction(earlier), percent)[0].value * 100 == exact


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**12), st.integers(1, 10**14))
def test_the_cap_rate_is_exact(income, value):
    rate = cap_rate(income, value)
    assert rate * value == income
    assert explain_cap_rate(income, value, rate)[-1].value == rate


@settings(max_examples=300, deadline=None)
@given(*(st.integers(0, 2 * limit * 4).map(lambda n: Fraction(n, 4)) for limit in LIMITS.values()))
def test_an_object_is_standard_while_no_limit_is_exceeded(land, floors, building):
    measures = dict(zip(LIMITS, (land, floors, building), strict=True))
    rule = read_standard_rule(Sources({"limits": LIMITS}))
    over = exceeded_limits(rule, measures)
    assert set(over) == {name for name in LIMITS if measures[name] > LIMITS[name]}
    assert explain_standard(rule, measures)[-1].value.text("en").startswith("Non-standard" if over else "Standard")


@settings(max_examples=400, deadline=None)
@given(st.integers(1900, 2100), st.integers(0, 120), st.none() | st.integers(0, 120))
def test_the_effective_age_follows_the_annex(year, age, back):
    built = year - age
    renovated = None if back is None else year - min(back, age)
    if renovated is None and age <= 10:
        expected = Fraction(age)
    else:
        since = 10 if renovated is None or year - renovated > 10 else year - renovated
        expected = Fraction(age + 2 * since, 3)
    result = building_age(year, built, renovated)
    assert result.effective_age == floor(expected + Fraction(1, 2))
    assert 0 <= result.effective_age <= max(age, 10)
    assert explain_building_age(result)[-1].value == result.effective_age


# --- what is refused, and what the steps rest on ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: cap_rate(-1, 5), "“net_income_year” must not be negative: −1"),
        (lambda: cap_rate(5, 0), "“fair_value” must be larger than 0"),
        (lambda: value_zone([], "rupiah"), "nearest zone"),
        (lambda: value_zone([Comparable(*map(Fraction, (9, 0, 0, 0, 0)))], "rupiah"), "“land_m2” must be larger"),
        (lambda: value_zone([Comparable(*map(Fraction, (9, 0, 1, -1, -1)))], "rupiah"), "below −100"),
        (lambda: time_adjustment(Fraction(-1), Fraction(1)), "“value_later” must not be negative"),
        (lambda: read_standard_rule(Sources({"limits": {**LIMITS, "floors": "four"}})), "limits.floors"),
        (lambda: read_standard_rule(Sources({"limits": {**LIMITS, "floors": -1}})), "must not be negative"),
        (lambda: read_standard_rule(Sources({"limits": {**LIMITS, "height_m": 9}})), "exactly land_m2, floors"),
        (lambda: read_standard_rule(Sources({"limits": None})), "limits"),
        (lambda: building_age(2026, 2000, None, "house"), "picture missing from the public copy"),
        (lambda: building_age(2026, 2027, None), "“built” 2027 lies after"),
        (lambda: building_age(2026, 2000, 2027), "renovation 2027 must lie from 2000"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(call, says):
    with pytest.raises(Refused) as refusal:
        call()
    assert says in str(refusal.value)


def test_the_limits_of_the_law_name_their_article_and_the_given_ones_do_not():
    law = load_book().law(region="35.73", levy="njop", on=date(2025, 1, 1))
    rule = read_standard_rule(Sources(law=law))
    assert rule.limits == {name: Fraction(limit) for name, limit in LIMITS.items()}
    assert (rule.basis.article, rule.basis.confidence) == ("Annex II.A.1", "verbatim")
    assert read_standard_rule(Sources({"limits": LIMITS}, law)).basis.kind == "given"


def test_articles_cited_by_the_formulas_are_those_of_the_statute_book():
    law = load_book().law(region="35.73", levy="njop", on=date(2025, 1, 1))
    zone = [Comparable(*map(Fraction, (9, 0, 1, 0, 0)))]
    cited = {basis.parameter: basis for step in (*explain_zone(value_zone(zone, "rupiah"), zone),
                                                 *explain_building_age(building_age(2026, 2000, None)))
             for basis in step.bases}
    for name in ("nir", "effective_age_high_rise"):
        provision = law.require(name)
        assert (cited[name].article, cited[name].confidence, cited[name].source) == (
            provision.article, provision.confidence, str(provision.source))


def test_a_given_rounding_serves_the_time_adjustment_alone(tmp_path):
    path = tmp_path / "rounding.yaml"
    path.write_text(
        "- {id: a, rule: time_adjustment, given: {rounding: up}, inputs: {value_later: 3000, value_earlier: 2880},"
        " expected: {percent: 5}}\n"
        "- {id: b, rule: cap_rate, given: {rounding: down}, inputs: {net_income_year: 1, fair_value: 3},"
        " expected: {cap_rate: 1 / 3}}\n"
        "- {id: c, rule: building_age, given: {rounding: down},"
        " inputs: {year: 2025, built: 2019, renovated: null, kind: high_rise}, expected: {refused: true}}\n",
        encoding="utf-8",
    )
    assert CliRunner().invoke(cases, [str(path)]).output == "3 passed, 0 failed\n"

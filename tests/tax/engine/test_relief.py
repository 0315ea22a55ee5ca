"""Relief programmes: the contract of worked cases written a second time, the programmes by decree, refusals."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.cases.case import Case, LawAt
from sepadan.cases.commands import cases
from sepadan.cases.rules.interest import evaluate_relief
from sepadan.ground.messages import message
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.tax.engine.late_interest import charge_late, read_interest_rule
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.relief import OwedBill, read_programme, relieve
from sepadan.tax.engine.relief_steps import explain_relief

from .test_late_interest import Wrong, check_keys, money, months_by_words, whole

SHARED = Path(__file__).resolve().parents[4] / "shared" / "cases" / "rules" / "penalty.yaml"
INTEREST = {"rate_per_month": Decimal("0.01"), "cap_months": 24, "month_rule": "part_counts_full"}
OCTOBER = [  # Kota Bekasi, October and November 2025
    {"years": [None, 2012], "principal_cut": Decimal("0.75"), "penalty_cut": 1},
    {"years": [2013, 2019], "principal_cut": Decimal("0.5"), "penalty_cut": 1},
    {"years": [2020, 2023], "principal_cut": Decimal("0.25"), "penalty_cut": 1},
    {"years": [2024, 2024], "principal_cut": Decimal("0.1"), "penalty_cut": 1},
    {"years": [2025, 2025], "principal_cut": 0, "penalty_cut": 1},
]
WINDOW = [date(2025, 10, 1), date(2025, 11, 30)]
DUES = {2012: 750_000, 2015: 500_000, 2022: 400_000, 2024: 420_000, 2025: 450_000}


def case(given_, inputs, law=None):
    return Case("one", "relief", "here:1", law, given_, inputs)


# --- the contract, written straight from its words --------------------------------------------------------------------


def inside(span, value):
    return (span[0] is None or value >= span[0]) and (span[1] is None or value <= span[1])


def by_words(given_, inputs):
    """What the contract expects of relief; raises Wrong where it refuses."""
    check_keys(given_, ("window", "programme", "rounding", *INTEREST))
    check_keys(inputs, ("bills", "paid"))
    if None in (given_.get("window"), given_.get("programme"), given_.get("rounding"), inputs.get("paid")):
        raise Wrong
    if not inputs.get("bills"):
        raise Wrong
    paid, rounding = inputs["paid"], given_["rounding"]
    payable, cut, principals = {}, {}, 0
    for bill in inputs["bills"]:
        check_keys(bill, ("tax_year", "principal", "penalty", "due"))
        principal, penalty, year = money(bill.get("principal")), bill.get("penalty"), bill.get("tax_year")
        if year is None or (penalty is None) == (bill.get("due") is None):
            raise Wrong
        if penalty is None:
            if any(name not in given_ for name in INTEREST):
                raise Wrong
            months = months_by_words(given_["month_rule"], bill["due"], paid)
            charged = months if given_["cap_months"] is None else min(months, given_["cap_months"])
            penalty = whole(principal * Fraction(given_["rate_per_month"]) * charged, rounding)
        row = None
        if inside(given_["window"], paid):
            row = next((row for row in given_["programme"] if inside(row["years"], year)
                        and inside(row.get("paid", [None, None]), paid)), None)
        principal_left, penalty_left = principal, money(penalty)
        if row is not None:
            principal_left = whole(principal * (1 - Fraction(row["principal_cut"])), rounding)
            penalty_left = whole(penalty * (1 - Fraction(row["penalty_cut"])), rounding)
        payable[year] = payable.get(year, 0) + principal_left + penalty_left
        cut[year] = cut.get(year, 0) + principal - principal_left
        principals += principal
    return {"payable": payable, "cut": cut, "total": sum(payable.values()), "principal_total": principals,
            "cut_total": sum(cut.values())}


# --- random cases -----------------------------------------------------------------------------------------------------

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
years = st.integers(2008, 2026)
cuts = st.sampled_from([0, 1, Decimal("0.5"), Decimal("0.25"), Decimal("0.1"), Fraction(1, 3)])
amounts = st.one_of(st.sampled_from([0, 1, 333_333, 66_667]), st.integers(0, 10**10))


@st.composite
def spans(draw, values):
    """A span in order, each end perhaps open."""
    ends = sorted([draw(values), draw(values)])
    return [draw(st.sampled_from([end, end, end, None])) for end in ends]


@st.composite
def programmes(draw):
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        row = {"years": draw(spans(years)), "principal_cut": draw(cuts), "penalty_cut": draw(cuts)}
        if draw(st.booleans()):
            row["paid"] = draw(spans(days))
        rows.append(row)
    return rows


@st.composite
def relief_cases(draw):
    window, rows = draw(spans(days)), draw(programmes())
    given_ = {"window": window, "programme": rows, "rounding": draw(st.sampled_from(["half_up", "down", "up"])),
              **INTEREST, "month_rule": draw(st.sampled_from(["part_counts_full", "full_only", "calendar_months"])),
              "cap_months": draw(st.sampled_from([24, None]))}
    bounds = [end for row in [{"paid": window}, *rows] for end in row.get("paid", []) if end is not None]
    border = st.sampled_from(bounds).map(lambda day: day + timedelta(draw(st.integers(-1, 1)))) if bounds else days
    paid, bills = draw(st.one_of(days, border)), []
    for _ in range(draw(st.integers(1, 5))):
        bill = {"tax_year": draw(years), "principal": draw(amounts)}
        if draw(st.booleans()):
            bill["penalty"] = draw(amounts)
        else:
            bill["due"] = draw(st.dates(date(2019, 1, 1), date(2026, 12, 31)))
        bills.append(bill)
    inputs = {"bills": bills, "paid": paid}
    fault = draw(st.integers(0, 24))
    if fault < 3:
        place = (given_, inputs, bills[0])[fault]
        del place[draw(st.sampled_from(sorted(place)))]
    elif fault < 6:
        (given_, inputs, bills[0])[fault - 3]["colour"] = 1
    elif fault == 6:
        bills[0].update(penalty=5, due=paid)
    elif fault == 7:
        bills[0]["principal"] = -1
    return given_, inputs


@given(relief_cases())
@settings(max_examples=400, deadline=None)
def test_cases_of_relief_give_what_the_contract_says(one):
    given_, inputs = one
    try:
        expected = by_words(given_, inputs)
    except Wrong:
        with pytest.raises(Refused):
            evaluate_relief(case(given_, inputs))
        return
    assert evaluate_relief(case(given_, inputs)).values == expected


def test_the_first_row_that_fits_decides_and_none_may_fit():
    rows = [{"years": [2020, 2022], "principal_cut": Decimal("0.2"), "penalty_cut": 0, "paid": [None, WINDOW[0]]},
            {"years": [2020, None], "principal_cut": Decimal("0.1"), "penalty_cut": 1}]
    programme = read_programme(Sources({"window": WINDOW, "programme": rows}))
    payable = [relieve(programme, OwedBill(year, 1_000, 50), day, "half_up").payable
               for year, day in [(2021, WINDOW[0]), (2021, WINDOW[1]), (2019, WINDOW[0]), (2021, date(2025, 12, 1))]]
    assert payable == [800 + 50, 900 + 0, 1_000 + 50, 1_000 + 50]


# --- programmes by decree ---------------------------------------------------------------------------------------------


def test_the_programme_of_the_region_and_day_is_taken_from_the_law():
    bills = [{"tax_year": year, "principal": amount, "penalty": 1_000} for year, amount in DUES.items()]
    law = LawAt("32.75", date(2025, 11, 15))
    found = evaluate_relief(case({"rounding": "half_up"}, {"bills": bills, "paid": law.on}, law))
    left = {2012: 750_000 // 4, 2015: 500_000 // 2, 2022: 400_000 * 3 // 4, 2024: 420_000 * 9 // 10, 2025: 450_000}
    assert found.values["payable"] == left
    assert found.values["cut_total"] == sum(DUES.values()) - sum(left.values())
    bases = [basis for step in found.steps for basis in step.bases]
    assert {basis.confidence for basis in bases} == {"secondary"}
    ended = LawAt("32.75", date(2025, 12, 1))
    with pytest.raises(Refused, match="relief_programme"):
        evaluate_relief(case({"rounding": "half_up"}, {"bills": bills, "paid": ended.on}, ended))


def test_a_given_window_stands_beside_the_programme_of_the_law():
    law = load_book().law(region="32.75", levy="pbb", on=date(2025, 11, 15))
    longer = read_programme(Sources({"window": [WINDOW[0], date(2025, 12, 31)]}, law))
    assert longer.row_for(2024, date(2025, 12, 15)).principal_cut == Fraction(1, 10)
    assert [basis.kind for basis in longer.bases] == ["law", "given"]
    with pytest.raises(Refused, match="programme"):
        read_programme(Sources({"window": WINDOW}))


def decreed():
    """Every relief programme of the statutes as (region, provision)."""
    book = load_book()
    for region in book.regions():
        for parameter in book.parameters(region, "pbb"):
            if parameter.name == "relief_programme":
                yield from ((region, provision) for provision in parameter.values if provision.value is not None)


def test_every_decreed_programme_is_read_holds_in_its_window_and_ends_with_it():
    found = list(decreed())
    assert {region for region, _ in found} == {"32.16", "32.75", "35.78"}
    for region, provision in found:
        law = load_book().law(region=region, levy="pbb", on=provision.since)
        programme = read_programme(Sources({}, law))
        assert (programme.window.first, programme.window.last) == (provision.since, provision.until - timedelta(1))
        assert provision.source
        assert provision.confidence == "secondary"
        for row in programme.rows:  # a row that no day of the window reaches would be a mistake of typing
            ends = () if row.paid is None else (row.paid.first, row.paid.last)
            assert all(programme.window.holds(end) for end in ends)


def test_surabaya_waived_the_interest_of_all_years_in_november_2025_and_no_principal():
    law = LawAt("35.78", date(2025, 11, 1))
    given_ = {"rounding": "half_up", "month_rule": "part_counts_full"}
    bills = [{"tax_year": 2011, "principal": 900_000, "due": date(2011, 9, 30)},
             {"tax_year": 2025, "principal": 500_000, "due": date(2025, 9, 30)}]
    values = evaluate_relief(case(given_, {"bills": bills, "paid": date(2025, 11, 30)}, law)).values
    assert (values["payable"], values["cut_total"]) == ({2011: 900_000, 2025: 500_000}, 0)
    after = evaluate_relief(case(given_, {"bills": bills, "paid": date(2025, 12, 1)}, law)).values
    assert after["total"] == 900_000 * 124 // 100 + 500_000 * 103 // 100  # 24 months at most; three begun


# --- explanation, refusals, the cases of officers ---------------------------------------------------------------------


def test_the_steps_show_the_cut_beside_the_principal_and_how_the_penalty_was_counted():
    rule = read_interest_rule(Sources({**INTEREST, "rounding": "half_up"}))
    programme = read_programme(Sources({"window": WINDOW, "programme": OCTOBER}))
    charge = charge_late(rule, 500_000, date(2015, 9, 30), date(2025, 11, 15))
    bill = OwedBill(2015, 500_000, charge.interest, charge)
    steps = explain_relief(programme, [relieve(programme, bill, date(2025, 11, 15), "half_up")], rule)
    assert [step.value for step in steps] == [500_000, -250_000, 122, 24, 120_000, 120_000, -120_000, 250_000]
    assert steps[1].name == message("tax.relief.step.cut", year="2015")
    assert "2015" in steps[1].name.text("id")
    assert steps[1].how.text("id") == "500.000 × 50\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"window": [WINDOW[1], WINDOW[0]]}, "in order"),
        ({"window": WINDOW[0]}, "in order"),
        ({"window": None}, "window"),
        ({"programme": {"years": [2012, 2013]}}, "list of rows"),
        ({"programme": [{"years": [2012, 2013], "principal_cut": 1}]}, "penalty_cut"),
        ({"programme": [{**OCTOBER[0], "cut": 1}]}, "list of rows"),
        ({"programme": [{**OCTOBER[0], "years": ["a", 2013]}]}, "in order"),
        ({"programme": [{**OCTOBER[0], "principal_cut": 75}]}, "fraction from 0 to 1"),
        ({"rounding": "bankers"}, "half_up"),
    ],
)
def test_a_malformed_programme_is_refused_by_name(changes, says):
    given_ = {"window": WINDOW, "programme": OCTOBER, "rounding": "half_up", **changes}
    inputs = {"bills": [{"tax_year": 2012, "principal": 1, "penalty": 0}], "paid": WINDOW[0]}
    with pytest.raises(Refused, match=says):
        evaluate_relief(case(given_, inputs))


def test_the_cases_of_tax_officers_pass():
    if not SHARED.exists():
        pytest.skip("penalty.yaml is not beside this checkout")
    report = json.loads(CliRunner().invoke(cases, ["--json", str(SHARED)]).output)
    assert [one["id"] for one in report["cases"] if not one["passed"]] == []
    assert len(report["cases"]) >= 50

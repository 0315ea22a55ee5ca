"""Late interest: the contract of worked cases written a second time, the calendar day by day, and rolls in DuckDB."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepadan.cases.case import Case, LawAt
from sepadan.cases.outcome import agrees
from sepadan.cases.rules.interest import evaluate_late_interest, evaluate_skpdkb
from sepadan.ground.columns import connect
from sepadan.ground.problems import Refused
from sepadan.ground.statutes import load_book
from sepadan.tax.engine.due import DAYS, MonthRule, day_number, months_late
from sepadan.tax.engine.late_interest import (
    BOUNDS,
    Payment,
    charge_late,
    charge_parts,
    interest_program,
    read_interest_rule,
)
from sepadan.tax.engine.late_interest_steps import explain_charge, explain_parts
from sepadan.tax.engine.parameters import Assumed, Sources

RULES = ("part_counts_full", "full_only", "calendar_months")
GIVEN = {"rate_per_month": Decimal("0.01"), "cap_months": 24, "rounding": "half_up", "month_rule": "part_counts_full"}


def rule_of(**changes):
    return read_interest_rule(Sources({**GIVEN, **changes}))


# --- the contract, written straight from its words --------------------------------------------------------------------


class Wrong(Exception):
    """The contract refuses the case."""


def shifted(day, months):
    """*day* so many calendar months on, clamped to the end of the month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_by_words(rule, due, paid):
    n = 0
    if rule == "part_counts_full":  # smallest n with paid <= due + n months
        while paid > shifted(due, n):
            n += 1
    elif rule == "full_only":  # largest n with due + n months <= paid
        while shifted(due, n + 1) <= paid:
            n += 1
    elif paid > due:  # difference of calendar months, at least 1 once late
        n = max(1, (paid.year * 12 + paid.month) - (due.year * 12 + due.month))
    return n


def whole(amount, rounding):
    amount = Fraction(amount)
    return {"half_up": floor(amount + Fraction(1, 2)), "down": floor(amount), "up": ceil(amount)}[rounding]


def by_words(given_, inputs):
    """What the contract expects of late_interest; raises Wrong where it refuses."""
    check_keys(given_, ("rate_per_month", "cap_months", "month_rule", "rounding"))
    check_keys(inputs, ("principal", "due", "paid", "months", "payments"))
    principal = money(inputs.get("principal"))
    rate, rounding = given_.get("rate_per_month"), given_.get("rounding")
    if "cap_months" not in given_ or rate is None or not 0 <= rate <= 1 or rounding not in ("half_up", "down", "up"):
        raise Wrong
    cap = given_["cap_months"]

    def charge(amount, n):
        charged = n if cap is None else min(n, cap)
        return charged, whole(amount * Fraction(rate) * charged, rounding)

    if inputs.get("months") is not None:
        if set(inputs) != {"principal", "months"} or inputs["months"] < 0:
            raise Wrong
        charged, interest = charge(principal, inputs["months"])
        return {"months": inputs["months"], "months_charged": charged, "interest": interest,
                "total": principal + interest}
    way, due, paid, payments = (given_.get("month_rule"), *(inputs.get(name) for name in ("due", "paid", "payments")))
    if way not in RULES or due is None or (paid is None) == (payments is None):
        raise Wrong
    if payments is None:
        n = months_by_words(way, due, paid)
        charged, interest = charge(principal, n)
        return {"months": n, "months_charged": charged, "interest": interest, "total": principal + interest}
    left, months, charges, parts = principal, [], [], []
    for number, payment in enumerate(payments):
        check_keys(payment, ("on", "amount"))
        amount = payment.get("amount")
        if amount == "rest" and number < len(payments) - 1:
            raise Wrong
        amount = left if amount == "rest" else money(amount)
        if amount > left or payment.get("on") is None:
            raise Wrong
        left -= amount
        months.append(months_by_words(way, due, payment["on"]))
        charged, interest = charge(amount, months[-1])
        charges.append(charged)
        parts.append(interest)
    return {"months": months, "months_charged": charges, "interest_parts": parts, "interest": sum(parts),
            "principal_left": left, "total": principal + sum(parts)}


def check_keys(found, known):
    if set(found) - set(known):
        raise Wrong


def money(amount):
    if not isinstance(amount, int) or amount < 0:
        raise Wrong
    return amount


def compare(given_, inputs):
    """The evaluator of worked cases and the words of the contract give the same, refusals included."""
    try:
        expected = by_words(given_, inputs)
    except Wrong:
        with pytest.raises(Refused):
            evaluate_late_interest(Case("one", "late_interest", "here:1", None, given_, inputs))
        return
    result = evaluate_late_interest(Case("one", "late_interest", "here:1", None, given_, inputs))
    assert result.values == expected
    assert all(step.name.text("id") and (step.how is None or step.how.text("en")) for step in result.steps)


# --- random cases -----------------------------------------------------------------------------------------------------

days = st.dates(date(1994, 1, 1), date(2036, 12, 31))
month_ends = days.map(lambda day: day.replace(day=calendar.monthrange(day.year, day.month)[1]))
due_days = st.one_of(days, month_ends, st.sampled_from([date(2024, 1, 30), date(2023, 1, 31), date(2024, 2, 29)]))


@st.composite
def day_pairs(draw):
    """A due day and a day of payment: on the border of a month, in time, on the day itself, or anywhere."""
    due = draw(due_days)
    near = shifted(due, draw(st.integers(-2, 40))) + timedelta(draw(st.integers(-1, 1)))
    soon = due + timedelta(draw(st.integers(-70, 40)))
    return due, draw(st.one_of(st.just(due), st.just(near), st.just(soon), days))


principals = st.one_of(st.sampled_from([0, 1, 50, 43_120, 8_765_432, 10**15]), st.integers(0, 10**12))
rates = st.sampled_from([Decimal("0.01"), Decimal("0.02"), Decimal("0.006"), Decimal("0"), Fraction(1, 3)])


@st.composite
def givens(draw):
    given_ = {"rate_per_month": draw(rates), "cap_months": draw(st.sampled_from([24, 24, 15, 0, None])),
              "month_rule": draw(st.sampled_from(RULES)), "rounding": draw(st.sampled_from(["half_up", "down", "up"]))}
    fault = draw(st.integers(0, 19))
    if fault == 0:
        del given_[draw(st.sampled_from(sorted(given_)))]
    elif fault == 1:
        given_[draw(st.sampled_from(["month_rule", "rounding"]))] = "half_even"
    elif fault == 2:
        given_["rate"] = 1
    elif fault == 3:
        given_["rate_per_month"] = 2
    return given_


@st.composite
def case_inputs(draw):
    principal, (due, paid) = draw(principals), draw(day_pairs())
    form = draw(st.integers(0, 3))
    if form == 0:
        inputs = {"principal": principal, "months": draw(st.integers(-1, 70))}
    elif form == 1:
        inputs = {"principal": principal, "due": due, "paid": paid}
    else:
        ons = draw(st.lists(st.one_of(st.just(paid), days), min_size=1, max_size=4))
        left, payments = principal, []
        for on in ons:
            amount = draw(st.one_of(st.integers(0, left), st.just(left), st.just(left + 1)))
            payments.append({"on": on, "amount": amount})
            left = max(0, left - amount)
        if draw(st.booleans()):
            payments[draw(st.sampled_from([-1, -1, -1, 0]))]["amount"] = "rest"
        inputs = {"principal": principal, "due": due, "payments": payments}
    fault = draw(st.integers(0, 24))
    if fault == 0:
        del inputs[draw(st.sampled_from(sorted(inputs)))]
    elif fault == 1:
        inputs["colour"] = 1
    elif fault == 2:
        inputs["principal"] = -1
    elif fault == 3 and "payments" in inputs:
        del inputs["payments"][0][draw(st.sampled_from(["on", "amount"]))]
    elif fault == 4:
        inputs["months"] = 3
    return inputs


@given(givens(), case_inputs())
@settings(max_examples=500, deadline=None)
def test_cases_of_every_form_give_what_the_contract_says(given_, inputs):
    compare(given_, inputs)


@given(day_pairs(), st.sampled_from(RULES))
@settings(max_examples=300, deadline=None)
def test_months_are_counted_from_the_due_day_with_the_day_clamped(pair, rule):
    assert months_late(MonthRule(rule), *pair) == months_by_words(rule, *pair)


@pytest.mark.parametrize(
    ("due", "paid", "part", "full", "calendar_"),
    [
        (date(2023, 1, 31), date(2023, 2, 28), 1, 1, 1),  # 31 January and a month is 28 February
        (date(2023, 1, 31), date(2023, 3, 1), 2, 1, 2),
        (date(2023, 1, 31), date(2023, 3, 30), 2, 1, 2),  # counted from 31 January, not from 28 February
        (date(2024, 1, 31), date(2024, 2, 28), 1, 0, 1),
        (date(2024, 1, 31), date(2024, 2, 29), 1, 1, 1),
        (date(2024, 2, 29), date(2025, 2, 28), 12, 12, 12),
        (date(2025, 2, 28), date(2025, 3, 28), 1, 1, 1),
        (date(2025, 2, 28), date(2025, 3, 29), 2, 1, 1),
        (date(2025, 12, 31), date(2026, 1, 1), 1, 0, 1),
        (date(2025, 3, 10), date(2025, 3, 11), 1, 0, 1),  # late within one calendar month
        (date(2025, 3, 10), date(2025, 4, 10), 1, 1, 1),
        (date(2025, 3, 10), date(2025, 6, 5), 3, 2, 3),
        (date(2025, 8, 31), date(2025, 8, 31), 0, 0, 0),
        (date(2025, 8, 31), date(2024, 2, 29), 0, 0, 0),  # paid before due
    ],
)  # fmt: skip
def test_ends_of_months_and_leap_years(due, paid, part, full, calendar_):
    assert [months_late(rule, due, paid) for rule in MonthRule] == [part, full, calendar_]


# --- whole rolls ------------------------------------------------------------------------------------------------------


def test_every_day_of_the_calendar_has_the_same_month_in_duckdb():
    """Months counted from day numbers agree with the calendar of the database for all days of years 1 to 9999."""
    every = f"(SELECT unnest(range(1, {DAYS[1] + 1}))::BIGINT AS paid_day, {DAYS[0]}::BIGINT AS due_day)"
    query = interest_program(rule_of(month_rule="calendar_months")).select(
        f"(SELECT *, 0::BIGINT AS principal FROM {every})", BOUNDS, ["paid_day", "paid_month", "paid_of_month"])
    wrong = connect(1).execute(f"""
        SELECT count(*), count(*) FILTER (
            WHERE paid_of_month + 1 <> day(on_) OR paid_month <> year(on_) * 12 + month(on_) - 3)
        FROM (SELECT *, (DATE '0001-01-01' + (paid_day - 1)::INTEGER)::DATE AS on_ FROM ({query}))""").fetchone()
    assert wrong == (DAYS[1], 0)


@given(
    st.lists(st.tuples(principals, day_pairs()), min_size=1, max_size=12), st.sampled_from(RULES), rates,
    st.sampled_from([24, 0, None]), st.sampled_from(["half_up", "down", "up"]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_roll_in_duckdb_bears_the_interest_of_its_bills(bills, month_rule, rate, cap, rounding):
    rule = rule_of(month_rule=month_rule, rate_per_month=rate, cap_months=cap, rounding=rounding)
    connection = connect(1)
    connection.execute("CREATE TABLE bills (id INTEGER, principal BIGINT, due DATE, paid DATE)")
    rows = [(number, principal, due, paid) for number, (principal, (due, paid)) in enumerate(bills)]
    connection.executemany("INSERT INTO bills VALUES (?, ?, ?, ?)", rows)
    numbered = """(SELECT id, principal, due - DATE '0001-01-01' + 1 AS due_day,
                          paid - DATE '0001-01-01' + 1 AS paid_day FROM bills)"""
    keep = ["id", "months", "months_charged", "interest", "total"]
    found = connection.execute(interest_program(rule).select(numbered, BOUNDS, keep)).fetchall()
    one_by_one = [charge_late(rule, principal, due, paid) for _, principal, due, paid in rows]
    assert sorted(found) == [(number, one.months, one.months_charged, one.interest, one.total)
                             for number, one in enumerate(one_by_one)]
    assert day_number(date(1, 1, 1)) == 1


# --- the law, parts, explanations, refusals ---------------------------------------------------------------------------


def law(region, on):
    return load_book().law(region=region, levy="late_interest", on=on)


def test_the_law_gives_rate_and_cap_and_not_what_is_from_memory():
    sources = Sources({"rounding": "half_up"}, law("32.16", date(2025, 8, 31)))
    with pytest.raises(Refused, match="month_rule"):
        read_interest_rule(sources)
    assumed = Sources(sources.given, sources.law, {"month_rule": Assumed("part_counts_full")})
    rule = read_interest_rule(assumed)
    assert (rule.rate_per_month, rule.cap_months) == (Fraction(1, 100), 24)
    assert rule.bases["month_rule"].kind == "assumption"
    assert charge_late(rule, 777_000, date(2025, 8, 31), date(2026, 1, 2)).interest == 777_000 * 5 // 100


def test_before_2024_the_rate_is_two_per_cent_and_a_cap_must_be_given():
    sources = Sources({"rounding": "half_up"}, law("35.73", date(2023, 6, 1)))
    with pytest.raises(Refused, match="cap_months"):
        read_interest_rule(sources, needs_month_rule=False)
    rule = read_interest_rule(Sources({"rounding": "half_up", "cap_months": None}, sources.law), needs_month_rule=False)
    assert (rule.rate_per_month, rule.cap_months) == (Fraction(2, 100), None)


def test_interest_follows_the_part_of_principal_and_never_compounds():
    payments = [Payment(date(2025, 7, 31), 20_000), Payment(date(2025, 12, 15), None)]
    result = charge_parts(rule_of(), 43_120, date(2025, 7, 31), payments)
    assert [part.interest for part in result.parts] == [0, 23_120 * 5 // 100]
    assert (result.principal_left, result.total) == (0, 43_120 + 1_156)
    with pytest.raises(Refused, match="more than the principal left"):
        charge_parts(rule_of(), 43_120, date(2025, 7, 31), [Payment(date(2025, 8, 1), 43_121)])
    with pytest.raises(Refused, match="last"):
        charge_parts(rule_of(), 43_120, date(2025, 7, 31), payments[::-1])


def test_the_steps_name_the_months_the_cap_and_what_they_rest_on():
    rule = rule_of()
    steps = explain_charge(rule, charge_late(rule, 43_120, date(2025, 7, 31), date(2027, 9, 1)))
    assert [step.value for step in steps] == [43_120, 26, 24, 10_349, 53_469]
    assert steps[1].how.text("id") == "Dari 31 Jul 2025 sampai 1 Sep 2027, bagian bulan dihitung penuh"
    assert steps[2].how.text("en") == "At most 24 months"
    assert [basis.parameter for basis in steps[3].bases] == ["rate_per_month", "rounding"]
    parts = charge_parts(rule, 900_000, date(2025, 9, 30), [Payment(date(2025, 10, 20), 250_000)])
    assert [step.value for step in explain_parts(rule, parts)] == [900_000, 250_000, 1, 2_500, 650_000, 2_500]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rate_per_month": None}, "rate_per_month"),
        ({"rate_per_month": 2}, "fraction"),
        ({"cap_months": -1}, "whole number of months"),
        ({"cap_months": Decimal("1.5")}, "whole number of months"),
        ({"month_rule": "thirty_days"}, "part_counts_full, full_only, calendar_months"),
        ({"rounding": "bankers"}, "half_up"),
    ],
)
def test_what_is_malformed_is_refused_by_name(changes, says):
    with pytest.raises(Refused, match=says):
        rule_of(**changes)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"principal": 100, "months": Decimal("1.5")}, "whole number"),
        ({"principal": 100, "due": date(2025, 1, 1)}, "“paid” is missing"),
        ({"principal": 100, "due": "1 January", "paid": date(2025, 2, 1)}, "must be a day"),
        ({"principal": 100, "months": 1, "paid": date(2025, 2, 1)}, "cannot be given together"),
        ({"principal": 100, "due": date(2025, 1, 1), "payments": [{"on": date(2025, 2, 1), "amount": "all"}]}, "rest"),
        ({"principal": 100, "due": date(2025, 1, 1), "payments": []}, "list of rows"),
        ({"principal": 10**15 + 1, "months": 1}, "number of zeros"),
    ],
)
def test_inputs_that_cannot_be_read_are_refused_by_name(inputs, says):
    with pytest.raises(Refused, match=says):
        evaluate_late_interest(Case("one", "late_interest", "here:1", None, GIVEN, inputs))


# --- short payments ---------------------------------------------------------------------------------------------------


@given(
    st.integers(0, 10**12), st.integers(0, 60), st.booleans(), st.sampled_from([24, None]),
    st.sampled_from(["half_up", "down", "up"]),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_a_short_payment_bears_its_own_rate_and_the_surcharge_only_ex_officio(short, months, ex_officio, cap, rounding):
    given_ = {"interest_audit": Decimal("0.018"), "interest_ex_officio": Decimal("0.022"), "cap_months": cap,
              "surcharge": Decimal("0.25"), "rounding": rounding}
    inputs = {"shortfall": short, "months": months, "ex_officio": ex_officio}
    charged = months if cap is None else min(months, cap)
    interest = whole(short * charged * (Fraction(22, 1000) if ex_officio else Fraction(18, 1000)), rounding)
    surcharge = whole(Fraction(short, 4), rounding) if ex_officio else 0
    found = evaluate_skpdkb(Case("one", "skpdkb", "here:1", None, given_, inputs)).values
    assert found == {"months_charged": charged, "interest": interest, "surcharge": surcharge,
                     "total": short + interest + surcharge}


def test_the_old_law_on_short_payments_is_known_and_the_new_one_must_be_given():
    inputs = {"shortfall": 4_000_000, "months": 10, "ex_officio": True}
    case = Case("one", "skpdkb", "here:1", LawAt("35.73", date(2023, 6, 1)), {"rounding": "half_up"}, inputs)
    total = 4_000_000 + 4_000_000 * 20 // 100 + 4_000_000 * 25 // 100  # UU 28/2009 Art. 97(5)
    assert agrees(total, evaluate_skpdkb(case).values["total"])
    newer = Case("one", "skpdkb", "here:1", LawAt("35.73", date(2025, 6, 1)), {"rounding": "half_up"}, inputs)
    with pytest.raises(Refused, match="interest_ex_officio"):
        evaluate_skpdkb(newer)

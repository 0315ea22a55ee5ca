"""Cases of paying late: late_interest, relief, skpdkb."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sepadan.cases.case import Case, Inputs
from sepadan.cases.law import sources_of
from sepadan.cases.outcome import Result
from sepadan.ground.money import ROUNDINGS, Rounding
from sepadan.ground.problems import refuse
from sepadan.tax.engine import late_interest, relief, skpdkb
from sepadan.tax.engine.late_interest import InterestRule, LateCharge, Payment, read_interest_rule
from sepadan.tax.engine.late_interest_steps import explain_charge, explain_parts
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.relief import OwedBill, read_programme, relieve
from sepadan.tax.engine.relief_steps import explain_relief
from sepadan.tax.engine.skpdkb import assess_shortfall, explain_shortfall, read_shortfall_rule

_RELIEF_GIVEN = (*relief.PARAMETERS, *late_interest.PARAMETERS)


def evaluate_late_interest(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("principal", "due", "paid", "months", "payments")
    principal, sources = inputs.rupiah("principal"), sources_of(case, "late_interest", late_interest.PARAMETERS)
    if "months" in inputs:
        _apart(inputs, "months", "due", "paid", "payments")
        months, rule = _whole(inputs, "months"), read_interest_rule(sources, needs_month_rule=False)
        return _charged(rule, late_interest.charge_months(rule, principal, months))
    due, rule = inputs.day("due"), read_interest_rule(sources)
    if "payments" not in inputs:
        return _charged(rule, late_interest.charge_late(rule, principal, due, inputs.day("paid")))
    _apart(inputs, "payments", "paid")
    payments = [_payment(row) for row in inputs.items("payments")]
    result = late_interest.charge_parts(rule, principal, due, payments)
    values = {
        "months": [part.months for part in result.parts],
        "months_charged": [part.months_charged for part in result.parts],
        "interest_parts": [part.interest for part in result.parts],
        "interest": result.interest,
        "principal_left": result.principal_left,
        "total": result.total,
    }
    return Result(values, tuple(explain_parts(rule, result)))


def _charged(rule: InterestRule, charge: LateCharge) -> Result:
    values = {
        "months": charge.months,
        "months_charged": charge.months_charged,
        "interest": charge.interest,
        "total": charge.total,
    }
    return Result(values, tuple(explain_charge(rule, charge)))


def _payment(row: Inputs) -> Payment:
    row.only("on", "amount")
    if row.raw("amount") == "rest":
        return Payment(row.day("on"), None)
    if isinstance(row.raw("amount"), str):
        raise refuse("cases.input.not_payment", where=row.where, name="amount", value=str(row.raw("amount")))
    return Payment(row.day("on"), row.rupiah("amount"))


def evaluate_relief(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("bills", "paid")
    paid = inputs.day("paid")
    programme = read_programme(sources_of(case, "pbb", _RELIEF_GIVEN))
    sources = sources_of(case, "late_interest", _RELIEF_GIVEN)
    rounding, rows = _rounding(sources), inputs.items("bills")
    rule = read_interest_rule(sources) if any("due" in row for row in rows) else None
    bills = [_bill(row, paid, rule) for row in rows]
    results = [relieve(programme, bill, paid, rounding) for bill in bills]
    payable: Counter[int] = Counter()  # two bills of one year stand under that year together
    cut: Counter[int] = Counter()
    for one in results:
        payable[one.bill.tax_year] += one.payable
        cut[one.bill.tax_year] += one.cut
    values = {
        "payable": dict(payable),
        "cut": dict(cut),
        "total": sum(payable.values()),
        "principal_total": sum(bill.principal for bill in bills),
        "cut_total": sum(cut.values()),
    }
    return Result(values, tuple(explain_relief(programme, results, rule)))


def _bill(row: Inputs, paid: date, rule: InterestRule | None) -> OwedBill:
    row.only("tax_year", "principal", "penalty", "due")
    year, principal = _whole(row, "tax_year"), row.rupiah("principal")
    if rule is None or "due" not in row:
        return OwedBill(year, principal, row.rupiah("penalty"))
    _apart(row, "due", "penalty")
    charge = late_interest.charge_late(rule, principal, row.day("due"), paid)
    return OwedBill(year, principal, charge.interest, charge)


def _rounding(sources: Sources) -> Rounding:
    value, _ = sources.need("rounding")
    if value not in ROUNDINGS:
        raise refuse("tax.parameter.not_one_of", where=sources.where, name="rounding", value=str(value),
                     allowed=", ".join(ROUNDINGS))
    way: Rounding = value
    return way


def evaluate_skpdkb(case: Case) -> Result:
    inputs = Inputs(case.inputs, case.where)
    inputs.only("shortfall", "months", "ex_officio")
    shortfall, months = inputs.rupiah("shortfall"), _whole(inputs, "months")
    sources = sources_of(case, "skpdkb", skpdkb.PARAMETERS)
    rule = read_shortfall_rule(sources, ex_officio=inputs.flag("ex_officio"))
    result = assess_shortfall(rule, shortfall, months)
    values = {
        "months_charged": result.months_charged,
        "interest": result.interest,
        "surcharge": result.surcharge,
        "total": result.total,
    }
    return Result(values, tuple(explain_shortfall(rule, result)))


def _whole(inputs: Inputs, name: str) -> int:
    number = inputs.number(name)
    if number.denominator != 1 or number < 0:
        raise refuse("cases.input.not_whole", where=inputs.where, name=name, value=str(inputs.raw(name)))
    return int(number)


def _apart(inputs: Inputs, name: str, *others: str) -> None:
    for other in others:
        if other in inputs:
            raise refuse("cases.input.together", where=inputs.where, name=name, other=other)

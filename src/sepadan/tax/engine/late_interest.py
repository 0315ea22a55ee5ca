"""Interest on tax paid late: simple interest on the principal, per month, at most so many months.

    interest = principal x rate per month x min(months, cap), rounded once     (PP 35/2023; UU 28/2009 Art. 100 before)

Nothing is charged on interest. A tax paid in parts bears interest on each part of principal for the months until that
part was paid, each part rounded by itself; what is left open bears none here until it is paid or a day is named. The
rate, the cap and the way of counting months (``due.py``) are parameters: none of them is a default in code.

The same program of steps serves one bill and a roll of bills in DuckDB (``interest_program``). Amounts are whole
rupiah. It charges all months at the rate of the law it was given: a rule for months before and after a change of the
rate was not found in any text. It does not post, nor allocate a payment to bills.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sepadan.ground.columns import Program, Step, col, least, rounded
from sepadan.ground.money import ROUNDINGS, Rounding, Rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis
from sepadan.tax.engine.due import DAYS, MonthRule, day_number, month_steps
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb_rule import number_of, share

PARAMETERS = ("rate_per_month", "cap_months", "month_rule", "rounding")
PRINCIPAL_MAX = 10**15
BOUNDS: Mapping[str, tuple[int, int]] = {"principal": (0, PRINCIPAL_MAX), "due_day": DAYS, "paid_day": DAYS}


@dataclass(frozen=True)
class InterestRule:
    """The parameters, read and checked. ``cap_months`` None: no cap. ``month_rule`` None: months are given as such."""

    rate_per_month: Fraction
    cap_months: int | None
    rounding: Rounding
    month_rule: MonthRule | None = None
    bases: Mapping[str, Basis] = field(default_factory=dict)


def read_interest_rule(sources: Sources, *, needs_month_rule: bool = True) -> InterestRule:
    """The rule that *sources* describe. Raises Refused naming the parameter that is missing or malformed.

    A cap given as null is no cap; a cap that nobody knows is refused.
    """
    bases: dict[str, Basis] = {}

    def take(name: str) -> Any:
        value, bases[name] = sources.need(name)
        return value

    rate = share(take("rate_per_month"), "rate_per_month", sources.where)
    cap = read_cap(sources, bases)
    rounding = _one_of(take("rounding"), "rounding", ROUNDINGS, sources.where)
    way = None
    if needs_month_rule:
        way = MonthRule(_one_of(take("month_rule"), "month_rule", tuple(MonthRule), sources.where))
    return InterestRule(rate, cap, rounding, way, bases)


def read_cap(sources: Sources, bases: dict[str, Basis]) -> int | None:
    """``cap_months`` of *sources*: a whole number of months, or None where null was given as *no cap*."""
    if "cap_months" in sources.given and sources.given["cap_months"] is None:
        bases["cap_months"] = Basis("given", "cap_months")
        return None
    value, bases["cap_months"] = sources.need("cap_months")
    return None if value is None else whole_months(value, "cap_months", sources.where)


def whole_months(value: Any, name: str, where: str = "") -> int:
    """A whole number of months, not negative. Raises Refused else."""
    number = number_of(value, name, where)
    if number.denominator != 1 or number < 0:
        raise refuse("tax.interest.not_months", where=where, name=name, value=str(value))
    return int(number)


def _one_of(value: Any, name: str, allowed: Sequence[str], where: str) -> Any:
    if value not in allowed:
        raise refuse("tax.parameter.not_one_of", where=where, name=name, value=str(value), allowed=", ".join(allowed))
    return value


# --- the program ----------------------------------------------------------------------------------------------------


def interest_program(rule: InterestRule) -> Program:
    """Interest over the columns ``principal``, ``due_day`` and ``paid_day`` (day numbers, bounds in ``BOUNDS``).

    Steps end with months, months_charged, interest, total. For open bills ``paid_day`` is the day of collection.
    """
    if rule.month_rule is None:
        raise refuse("tax.parameter.unknown", remedy="tax.parameter.unknown.remedy", name="month_rule")
    return Program((*month_steps(rule.month_rule), *_money_steps(rule)))


def _money_steps(rule: InterestRule) -> tuple[Step, ...]:
    principal, months = col("principal"), col("months")
    charged = Step("months_charged", months if rule.cap_months is None else least(months, rule.cap_months))
    interest = Step("interest", rounded(principal * charged.ref() * rule.rate_per_month, rule.rounding))
    return charged, interest, Step("total", principal + interest.ref())


# --- one bill -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateCharge:
    """Interest on one amount of principal. ``due`` and ``paid`` are None where months were given as such."""

    principal: Rupiah
    months: int
    months_charged: int
    interest: Rupiah
    due: date | None = None
    paid: date | None = None

    @property
    def total(self) -> Rupiah:
        return self.principal + self.interest


def charge_months(rule: InterestRule, principal: Rupiah, months: int) -> LateCharge:
    """Interest on *principal* for a given number of months."""
    values = Program(_money_steps(rule)).run_row({"principal": _checked(principal), "months": months})
    return LateCharge(principal, months, int(values["months_charged"]), int(values["interest"]))


def charge_late(rule: InterestRule, principal: Rupiah, due: date, paid: date) -> LateCharge:
    """Interest on *principal* that fell due on *due* and was paid (or is looked at) on *paid*."""
    row = {"principal": _checked(principal), "due_day": day_number(due), "paid_day": day_number(paid)}
    values = interest_program(rule).run_row(row)
    months, charged = int(values["months"]), int(values["months_charged"])
    return LateCharge(principal, months, charged, int(values["interest"]), due, paid)


def _checked(principal: Rupiah) -> Rupiah:
    if not 0 <= principal <= PRINCIPAL_MAX:
        raise refuse("tax.interest.principal_range", remedy="tax.interest.principal_range.remedy",
                     principal=principal, highest=PRINCIPAL_MAX)
    return principal


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of principal on a day; ``amount`` None is the rest, whatever was left."""

    on: date
    amount: Rupiah | None


@dataclass(frozen=True, slots=True)
class PaidInParts:
    """The parts in the order given, and the principal that stays open."""

    principal: Rupiah
    parts: tuple[LateCharge, ...]
    principal_left: Rupiah

    @property
    def interest(self) -> Rupiah:
        return sum(part.interest for part in self.parts)

    @property
    def total(self) -> Rupiah:
        return self.principal + self.interest


def charge_parts(rule: InterestRule, principal: Rupiah, due: date, payments: Sequence[Payment]) -> PaidInParts:
    """Interest on each payment of principal. Raises Refused on more than is owed (a credit, not interest) and on a
    rest that is not the last."""
    left, parts = _checked(principal), []
    for number, payment in enumerate(payments, 1):
        if payment.amount is None and number < len(payments):
            raise refuse("tax.interest.rest_not_last", remedy="tax.interest.rest_not_last.remedy", number=number)
        amount = left if payment.amount is None else payment.amount
        if amount > left:
            raise refuse("tax.interest.overpaid", remedy="tax.interest.overpaid.remedy", number=number, amount=amount,
                         left=left)
        parts.append(charge_late(rule, amount, due, payment.on))
        left -= amount
    return PaidInParts(principal, tuple(parts), left)

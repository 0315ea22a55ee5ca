"""Months past a due day, by three ways of counting, for one bill and for a whole roll.

    due + n months   = the same day n calendar months on, or the last day of that month if it is shorter (31 January + 1
                       is 28 February, or the 29th in a leap year), always counted from the due day itself
    part_counts_full = smallest n with paid <= due + n months: a begun month counts in full
    full_only        = largest n with due + n months <= paid: only whole months count
    calendar_months  = difference of the calendar months, at least 1 once late

Paid on the due day or before is 0 months in every way. Idea: a day is a number (1 is 1 January of year 1, as Python's
``toordinal`` and SQL's ``day - DATE '0001-01-01' + 1``), so that the count is integer arithmetic over columns
(``ground.columns``) with one meaning in Python and in DuckDB. Which way a region uses is a parameter: no text that was
read says it. Days are local dates; it knows neither working days nor holidays.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache

from sepadan.ground.columns import Expr, Program, Step, col, greatest, least, num, rounded, when

DAYS = (1, date.max.toordinal())  # bounds of a column of day numbers
_ONE_MARCH = 305  # from the day number to the days since 1 March of year 0, where years begin after the leap day


class MonthRule(StrEnum):
    """How months between the due day and the day of payment are counted."""

    PART_COUNTS_FULL = "part_counts_full"
    FULL_ONLY = "full_only"
    CALENDAR_MONTHS = "calendar_months"


def day_number(day: date) -> int:
    """The number of a day as the columns ``due_day`` and ``paid_day`` hold it."""
    return day.toordinal()


def months_late(rule: MonthRule, due: date, paid: date) -> int:
    """Months from *due* to *paid* by *rule*; 0 when paid in time."""
    row = _program(rule).run_row({"due_day": day_number(due), "paid_day": day_number(paid)})
    return int(row["months"])


@cache
def _program(rule: MonthRule) -> Program:
    return Program(month_steps(rule))


def month_steps(rule: MonthRule) -> tuple[Step, ...]:
    """Steps over ``due_day`` and ``paid_day`` (day numbers); the last is ``months``, whole and not negative."""
    due, paid = col("due_day"), col("paid_day")
    steps = [*_calendar("due", due), *_calendar("paid", paid)]
    known = {step.name: step.ref() for step in steps}
    between = Step("months_between", known["paid_month"] - known["due_month"])
    steps.append(between)
    n = between.ref()
    earlier_in_month = known["paid_of_month"] < known["due_of_month"]
    if rule is MonthRule.PART_COUNTS_FULL:
        n = when(known["due_of_month"] < known["paid_of_month"], n + 1, n)
    elif rule is MonthRule.FULL_ONLY:  # on the last day of a shorter month the clamped day has come
        following = _calendar("next", paid + 1)
        steps += following
        n = when(earlier_in_month & ~following[-1].ref().equals(0), n - 1, n)
    else:
        n = when(due < paid, greatest(n, 1), 0)
    return (*steps, Step("months", greatest(n, 0)))


def _calendar(name: str, day: Expr) -> list[Step]:
    """Steps ``{name}_month`` (months counted on from year 0) and ``{name}_of_month`` (0 is the 1st) of a day number.

    The Gregorian calendar with years from 1 March: putting back the leap days that centuries dropped makes every
    fourth year a leap year, and the months of such a year begin every 153 days per five of them.
    """
    start = Step(f"{name}_start", day + _ONE_MARCH)
    century = Step(f"{name}_century", _floor(start.ref() * 4 + 3, 146_097))
    shifted = Step(f"{name}_shifted", start.ref() + century.ref() - _floor(century.ref(), 4))
    year = Step(f"{name}_year", _floor(shifted.ref() * 4 + 3, 1_461))
    of_year = Step(f"{name}_of_year", _within(shifted.ref() - _floor(year.ref() * 1_461, 4), 365))
    of_five = Step(f"{name}_of_five", _floor(of_year.ref() * 5 + 2, 153))
    month = Step(f"{name}_month", year.ref() * 12 + of_five.ref())
    of_month = Step(f"{name}_of_month", _within(of_year.ref() - _floor(of_five.ref() * 153 + 2, 5), 30))
    return [start, century, shifted, year, of_year, of_five, month, of_month]


def _floor(value: Expr, divisor: int) -> Expr:
    """Whole quotient of a value that is never negative."""
    return rounded(value * Fraction(1, divisor), "down")


def _within(value: Expr, high: int) -> Expr:
    """*value*, which lies in 0..*high* anyway, with these bounds known: what follows then needs no sign."""
    return least(greatest(value, num(0)), num(high))

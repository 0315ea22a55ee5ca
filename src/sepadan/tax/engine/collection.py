"""Days and money of collection: when a debt can no longer be collected, plans of instalments, when a letter may follow,
and how much of a receivable is expected to be lost.

    limitation   = years from the start (1 January of the tax year, or the due day), anew from each interruption that
                   came before the end of the term then running; the first day on which nothing may be collected
    plan         = equal parts, the first takes the remainder; interest on a part = late interest to the day of the
                   decree, then rate per month x min(months, cap) to the day of payment, each rounded by itself
    allowance    = sum over bands of age (whole years since the due day) of open amount x share, rounded by band

Pure: values in, values out. Money is whole rupiah, days are local dates. Years and months keep the day of the month or
end with a shorter month.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sepadan.ground.money import Rounding, Rupiah, exact, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.tax.engine.due import months_late
from sepadan.tax.engine.late_interest import InterestRule, charge_late, whole_months
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb_rule import share

STARTS = ("tax_year_start", "due_day")
INTERRUPTING = ("stpd", "warning", "warrant", "acknowledgement")
MOST_PARTS = 60


def months_on(day: date, months: int) -> date:
    """The same day *months* later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- limitation -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limitation:
    years: int
    start: str

    def ends_on(self, tax_year: int, due: date, interrupted: Iterable[date] = ()) -> date:
        """The first day on which the debt may no longer be collected."""
        end = months_on(date(tax_year, 1, 1) if self.start == "tax_year_start" else due, 12 * self.years)
        for day in sorted(interrupted):
            if day < end:
                end = max(end, months_on(day, 12 * self.years))
        return end


def read_limitation(sources: Sources) -> Limitation:
    """``limitation_years`` and ``limitation_from`` of *sources*."""
    start, _ = sources.need("limitation_from")
    if start not in STARTS:
        raise refuse("tax.parameter.not_one_of", where=sources.where, name="limitation_from", value=str(start),
                     allowed=", ".join(STARTS))
    return Limitation(whole_months(sources.need("limitation_years")[0], "limitation_years", sources.where), start)


# --- instalments ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """A decree of instalments: from *since* on, interest per month at *rate*, at most *cap_months*."""

    since: date
    rate: Fraction
    cap_months: int


def plan_parts(principal: Rupiah, parts: int, first_due: date) -> list[tuple[int, date, Rupiah]]:
    """Number, day and principal of each part. Raises Refused on less than a rupiah a part."""
    if not 2 <= parts <= min(MOST_PARTS, principal):
        raise refuse("tax.collection.plan.parts", remedy="tax.collection.plan.parts.remedy", parts=parts,
                     most=MOST_PARTS)
    each = principal // parts
    return [(k + 1, months_on(first_due, k), each + (principal - each * parts if k == 0 else 0)) for k in range(parts)]


def interest_by(rule: InterestRule, part: Rupiah, due: date, paid: date, plan: Plan | None = None) -> Rupiah:
    """Interest on *part* of principal that was paid on *paid*, under a plan or none."""
    if plan is None or paid <= plan.since or rule.month_rule is None:
        return charge_late(rule, part, due, paid).interest
    months = min(months_late(rule.month_rule, max(due, plan.since), paid), plan.cap_months)
    return charge_late(rule, part, due, max(due, plan.since)).interest \
        + round_rupiah(part * plan.rate * months, rule.rounding)


# --- letters --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days: from the due day to a reminder, a demand (STPD) and a warning, from a warning's delivery to a warrant, and
    how long the addressee of each has."""

    days: Mapping[str, int]

    def follows_on(self, kind: str, day: date) -> date:
        """The first day on which a letter of *kind* may be written: *day* is the due day, for a warrant the delivery of
        the warning."""
        return day + timedelta(days=self.days[f"{kind}_after_days"])

    def answer_by(self, kind: str, issued: date) -> date:
        return issued + timedelta(days=self.days[f"{kind}_answer_days"])


DEADLINES = {f"{kind}_{what}_days": f"{kind}_{what}_days" for kind in ("reminder", "stpd", "warning", "warrant")
             for what in ("after", "answer")} | {"stpd_answer_days": "stpd_due_days"}


def read_deadlines(sources: Sources) -> Deadlines:
    return Deadlines({name: whole_months(sources.need(source)[0], source, sources.where)
                      for name, source in DEADLINES.items()})


def read_interrupting(sources: Sources) -> frozenset[str]:
    """``limitation_interrupted_by``: which acts let limitation run anew."""
    found = sources.need("limitation_interrupted_by")[0]
    if not isinstance(found, list | tuple) or not set(found) <= set(INTERRUPTING):
        raise refuse("tax.parameter.not_one_of", where=sources.where, name="limitation_interrupted_by",
                     value=str(found), allowed=", ".join(INTERRUPTING))
    return frozenset(str(one) for one in found)


# --- allowance ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Receivables up to *to_years* whole years after their due day (None: all older ones) and the share to be lost."""

    name: str
    to_years: int | None
    share: Fraction


def read_age_bands(sources: Sources) -> tuple[AgeBand, ...]:
    """``allowance`` of *sources*: a table of name, to_years, share, the last without end."""
    rows: Any = sources.need("allowance")[0]
    try:
        bands = tuple(AgeBand(str(row["name"]), None if row["to_years"] is None else int(row["to_years"]),
                              share(row["share"], "allowance.share", sources.where)) for row in rows)
    except (TypeError, KeyError) as error:
        raise refuse("tax.parameter.not_table", where=sources.where, name="allowance",
                     keys="name, to_years, share") from error
    limits = [band.to_years for band in bands]
    inner = [one for one in limits[:-1] if one is not None]
    if not bands or limits[-1] is not None or len(inner) != len(bands) - 1 or inner != sorted(set(inner)):
        raise refuse("tax.parameter.not_table", where=sources.where, name="allowance", keys="name, to_years, share")
    return bands


def band_edges(bands: Sequence[AgeBand], on: date) -> list[date]:
    """For each band but the last the latest due day that is too old for it: a debt due after ``edges[0]`` is in the
    first band."""
    return [months_on(on, -12 * band.to_years) for band in bands if band.to_years is not None]


def allowance_of(band: AgeBand, amount: Rupiah, rounding: Rounding = "half_up") -> Rupiah:
    return round_rupiah(exact(amount) * band.share, rounding)

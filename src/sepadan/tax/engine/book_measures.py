"""What the books of a tax say about whole years, and how much of it may leave the region.

    collection within the year = principal received on the bills of a tax year by its 31 December / what they came to
    collection to date         = the same, up to the end of the last whole year
    in time                    = principal received by the due date / what the bills came to
    receipts of a budget year  = principal and interest that arrived in it, on bills of whatever tax year
    rate of an age             = principal received in the last year on bills k years old / what was open of them as it
                                 began (of the year's own bills: what they came to)
    decided in time            = requests decided by their deadline / those whose deadline lay in the year

Years are whole: a study asks for any day, and the difference between two days would be the payments of one person.
``released`` leaves out what fewer than ``LEAST`` payers stand behind. Whole rupiah, exact fractions. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sepadan.ground.money import Rupiah
from sepadan.tax.engine.realisation import LEAST, Group, merge_small, share

OLDEST = 5
"""Bills of so many years and more are one age."""


@dataclass(frozen=True, slots=True)
class TaxYearBook:
    """One tax year: its bills in force that charge something, and the principal received on them.

    ``in_time``, ``received`` and ``still`` (open at the end) are None where they may not be told. The counts after
    them are of payers: behind the bills, of those who paid within the year, by the due date, after it, after the
    year, and of those who still owe. ``entries``: transfers on the bills.
    """

    tax_year: int
    bills: int
    billed: Rupiah
    within: Rupiah
    in_time: Rupiah | None
    received: Rupiah | None
    still: Rupiah | None
    payers: int
    paying: int
    timely: int
    late: int
    after: int
    owing: int
    entries: int

    @property
    def rate_within(self) -> Fraction | None:
        return share(self.within, self.billed)

    @property
    def rate(self) -> Fraction | None:
        return None if self.received is None else share(self.received, self.billed)

    @property
    def timely_share(self) -> Fraction | None:
        return None if self.in_time is None else share(self.in_time, self.billed)


@dataclass(frozen=True, slots=True)
class BudgetYearBook:
    """What arrived in one year: ``earlier`` of it on bills of earlier tax years (None where it may not be told)."""

    year: int
    amount: Rupiah
    earlier: Rupiah | None
    payers: int
    earlier_payers: int
    entries: int
    channels: tuple[Group, ...] = ()
    channels_together: tuple[str, ...] = ()
    """Names of the channels that the row without a key stands for."""


@dataclass(frozen=True, slots=True)
class AgeBook:
    """Bills *age* years old in the last year: ``base`` was due of them as it began, ``received`` arrived in it.

    Age 0 are the year's own bills; ``OLDEST`` stands for all older ones. ``still`` was open as the year ended.
    """

    age: int
    base: Rupiah
    received: Rupiah
    still: Rupiah
    payers: int
    owing: int

    @property
    def rate(self) -> Fraction | None:
        return share(self.received, self.base)


@dataclass(frozen=True, slots=True)
class RequestYearBook:
    """Requests whose deadline lay in one year, those decided by it, and those without a known deadline."""

    year: int
    due: int
    in_time: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class BookMeasures:
    """The books of one region up to *until*, the last day of a whole year.

    ``synthetic``: they are of example data. ``only``: names of the kecamatan to which the bills are limited, if any.
    """

    region: str
    until: date
    entries: int
    synthetic: bool
    only: tuple[str, ...] = ()
    tax_years: tuple[TaxYearBook, ...] = ()
    budget_years: tuple[BudgetYearBook, ...] = ()
    ages: tuple[AgeBook, ...] = ()
    requests: tuple[RequestYearBook, ...] = ()

    @property
    def newest(self) -> TaxYearBook | None:
        return self.tax_years[-1] if self.tax_years else None

    def age(self, age: int) -> AgeBook | None:
        return next((one for one in self.ages if one.age == age), None)


def year_end_before(on: date) -> date:
    """The last day of the last whole year before *on*."""
    return date(max(on.year - 1, 1), 12, 31)


def released(books: BookMeasures, least: int = LEAST) -> BookMeasures:
    """The measures as they may leave the region."""
    return replace(
        books, tax_years=tuple(_year(one, least) for one in books.tax_years if one.paying >= least),
        budget_years=tuple(_budget(one, least) for one in books.budget_years if one.payers >= least),
        ages=tuple(one for one in books.ages if one.payers >= least and one.owing >= least),
        requests=tuple(one for one in books.requests if one.due >= least))


def _year(one: TaxYearBook, least: int) -> TaxYearBook:
    """A sum of few is left out, and so is one that differs from a told one by that of few."""
    return replace(one, in_time=_told(one.in_time, least, one.timely, one.late),
                   received=_told(one.received, least, one.after), still=_told(one.still, least, one.owing))


def _budget(one: BudgetYearBook, least: int) -> BudgetYearBook:
    merged = merge_small(one.channels, least)
    rest = () if merged.rest is None else (merged.rest,)
    return replace(one, earlier=_told(one.earlier, least, one.earlier_payers), channels=(*merged.rows, *rest),
                   channels_together=merged.within)


def _told(amount: Rupiah | None, least: int, *payers: int) -> Rupiah | None:
    return None if any(0 < count < least for count in payers) else amount


def by_age(years: Sequence[tuple[int, AgeBook]], last: int) -> tuple[AgeBook, ...]:
    """Rows of tax years as ages in the year *last*; those of ``OLDEST`` years and more are one, and its payers those of
    its largest tax year, so that nobody counts twice."""
    found: dict[int, AgeBook] = {}
    for tax_year, row in years:
        age = min(last - tax_year, OLDEST)
        old = found.get(age)
        found[age] = replace(row, age=age) if old is None else AgeBook(
            age, old.base + row.base, old.received + row.received, old.still + row.still,
            max(old.payers, row.payers), max(old.owing, row.owing))
    return tuple(found[age] for age in sorted(found))

"""What a region's own books say, as public numbers with their origin, and another region's collection replayed on them.

Idea: the books on Sepadan are a source of their own. Their numbers stand beside published ones and are never mixed with
them: a published figure of the same thing is shown as it was published, and where the region has no books, the number
is missing although one is published.

    at the host's rate = what is due in the guest, of each age x the share of that age that the host received

Held constant in a replay: the guest's law, roll, bills and arrears. Replaced: the share that is received. A rate is an
outcome, not a rule: it comes from payers, bills, channels and work together, and none of them is told apart. It is
arithmetic on whole years, no forecast, and says nothing of cause. Money is whole rupiah, half up; rates are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256

from sepadan.ground.cells import Cell, Confidence, Source, missing
from sepadan.ground.messages import Message, message
from sepadan.ground.money import Rupiah, round_rupiah
from sepadan.study.engine.book import Book
from sepadan.study.engine.derived import figure
from sepadan.tax.engine.book_measures import BookMeasures, BudgetYearBook, RequestYearBook, TaxYearBook

MEASURES = ("bills", "billed", "within", "rate", "timely", "receipts", "earlier", "arrears", "requests")
PUBLISHED = {"bills": "sppt_count", "receipts": "tax_pbb"}
"""Published indicators that mean the same as a measure of the books, as far as one does."""


@dataclass(frozen=True, slots=True)
class BookSide:
    """The measures of one region's last whole year beside what is published of that year.

    ``books`` is None without books. ``cells`` has every name of ``MEASURES``; ``published`` those that something means.
    """

    region: str
    name: str
    until: date
    books: BookMeasures | None
    cells: Mapping[str, Cell]
    published: Mapping[str, Cell]

    @property
    def only(self) -> str:
        """The kecamatan to which the books are limited, in words; empty where they are not."""
        return "" if self.books is None else ", ".join(self.books.only)


@dataclass(frozen=True, slots=True)
class AgeReplay:
    """One age: what was due of it in the guest, the share the host received, and what that share comes to."""

    age: int
    due: Rupiah | None
    received: Rupiah | None
    own_rate: Fraction | None
    rate: Fraction | None

    @property
    def at_host(self) -> Rupiah | None:
        return None if self.due is None or self.rate is None else _share_of(self.due, self.rate)


@dataclass(frozen=True, slots=True)
class CollectionReplay:
    """The host's collection on the guest. ``billed`` is the guest's roll under its own law, for the year's own bills.

    ``ages`` needs books of both; ``lacking`` says what is not there.
    """

    own: str
    foreign: str
    billed: Rupiah
    rate: Fraction | None
    year: int | None
    ages: tuple[AgeReplay, ...]
    lacking: tuple[Message, ...]
    sample: bool
    only: tuple[str, ...]

    @property
    def at_host(self) -> Rupiah | None:
        """What the host's share of the year's own bills comes to on what the guest bills."""
        return None if self.rate is None else _share_of(self.billed, self.rate)


def book_side(name: str, region: str, books: BookMeasures | None, until: date, published: Book) -> BookSide:
    """The measures of *region* as cells; of its books only, with what is published beside them."""
    year = until.year
    tax = _of_tax_year(books, year)
    came = None if books is None else next((one for one in books.budget_years if one.year == year), None)
    asked = None if books is None else next((one for one in books.requests if one.year == year), None)
    cells = {one: _cell(one, name, books, until, tax, came, asked) for one in MEASURES}
    beside = {one: figure(published, region, indicator, period=str(year)).cell
              for one, indicator in PUBLISHED.items() if region in published.regions}
    return BookSide(region, name, until, books, cells, beside)


def replay_collection(own: BookSide, foreign: BookSide, billed: Rupiah) -> CollectionReplay:
    """What the collection of *foreign* gives on what *own* bills, and on its arrears by age where it has books."""
    lacking = tuple(message("study.books.lacking", region=side.name)
                    for side in (own, foreign) if side.books is None)
    host = foreign.books
    first = None if host is None else host.age(0)
    if host is not None and first is None:
        lacking = (*lacking, message("study.books.lacking.rate", region=foreign.name))
    ages: tuple[AgeReplay, ...] = ()
    if own.books is not None and host is not None:
        theirs = {one.age: one.rate for one in host.ages}
        ages = tuple(AgeReplay(one.age, one.base, one.received, one.rate, theirs.get(one.age))
                     for one in own.books.ages)
    return CollectionReplay(
        own.name, foreign.name, billed, None if first is None else first.rate,
        None if host is None else host.until.year, ages, lacking, host is not None and host.synthetic,
        () if host is None else host.only)


def books_digest(*books: BookMeasures | None) -> str:
    """What tells these measures from others; empty where no region has books."""
    known = [repr(one) for one in books if one is not None]
    return sha256("\n".join(known).encode()).hexdigest() if known else ""


def _cell(measure: str, name: str, books: BookMeasures | None, until: date, tax: TaxYearBook | None,
          came: BudgetYearBook | None, asked: RequestYearBook | None) -> Cell:
    label, year = message(f"study.books.{measure}"), str(until.year)
    meaning = message(f"study.books.{measure}.meaning")
    if books is None:
        return missing(label, message("study.books.none", region=name, year=year), meaning=meaning,
                       instead=message("study.books.none.short"))
    value, form, unit, entries = _value(measure, tax, came, asked)
    if value is None:
        why = "study.books.no_requests" if measure == "requests" else "study.books.few"
        return missing(label, message(why), meaning=meaning)
    confidence: Confidence = "low" if books.synthetic else "high"
    how = message("study.books.method", entries=entries, until=until)
    if measure == "requests" and asked is not None:
        how = message("study.books.requests.method", due=asked.due, unknown=asked.unknown)
    source = Source(message("study.books.source", region=name), published=until)
    return Cell(
        label, value, unit, "realised", year, confidence, form, source=source, method=how,
        meaning=meaning, trap=_only(books.only), assumption=message("study.books.sample") if books.synthetic else "")


def _value(measure: str, tax: TaxYearBook | None, came: BudgetYearBook | None, asked: RequestYearBook | None,
           ) -> tuple[int | Fraction | None, str, Message | str, int]:
    """The value, its form and unit, and the entries behind it."""
    if measure == "requests":
        return (None if asked is None else Fraction(asked.in_time, asked.due) * 100), "number1", "%", 0
    if measure in ("receipts", "earlier"):
        value = None if came is None else came.amount if measure == "receipts" else came.earlier
        return value, "rupiah_short", "", 0 if came is None else came.entries
    if tax is None:
        return None, "number", "", 0
    shares = {"rate": tax.rate_within, "timely": tax.timely_share}
    if measure in shares:
        share = shares[measure]
        return (None if share is None else share * 100), "number1", "%", tax.entries
    if measure == "bills":
        return tax.bills, "number", message("study.books.unit.bills"), tax.entries
    return {"billed": tax.billed, "within": tax.within, "arrears": tax.still}[measure], "rupiah_short", "", tax.entries


def _of_tax_year(books: BookMeasures | None, year: int) -> TaxYearBook | None:
    return None if books is None else next((one for one in books.tax_years if one.tax_year == year), None)


def _only(names: tuple[str, ...]) -> Message | str:
    return message("study.books.only", names=", ".join(names)) if names else ""


def _share_of(amount: Rupiah, rate: Fraction) -> Rupiah:
    return round_rupiah(amount * rate, "half_up")

"""The books of regions for a study: each read in the scope of its own region, and only what may leave it."""

from __future__ import annotations

from datetime import date

from sepadan.study.engine.book import Book
from sepadan.study.engine.books import BookSide, book_side
from sepadan.tax.public import BookMeasures, book_measures, year_end_before
from sepadan.territory.public import Region


def books_of(region: Region, on: date, today: date | None = None) -> BookMeasures | None:
    """The measures of the whole years before *on*; of a day to come, those before *today*."""
    return book_measures(region, on if today is None else min(on, today))


def side_of(region: Region, on: date, published: Book, today: date | None = None) -> BookSide:
    """The books of *region* before *on*, as cells beside what is published."""
    day = on if today is None else min(on, today)
    return book_side(region.name, region.code, books_of(region, day), year_end_before(day), published)

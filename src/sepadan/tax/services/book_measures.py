"""The measures of a region's books for others: read from the ledger, remembered until an entry could change them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

from sepadan.records.public import region_or_none, region_scope
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.engine.book_measures import BookMeasures, released, year_end_before
from sepadan.tax.queries.book_measures import entries_until, measures_until, requests_until
from sepadan.tax.queries.realisation import levy_accounts
from sepadan.tax.services.realisation_books import settled_read
from sepadan.territory.public import Region


def book_measures(region: Region, on: date) -> BookMeasures | None:
    """What the books of *region* say of the whole years before *on*, as it may leave the region.

    Opens the region's scope where it is not open. None where it has no books, or none that reach so far back.
    """
    until, open_now = year_end_before(on), region_or_none()
    inside = open_now is not None and open_now.pk == region.pk
    with nullcontext() if inside else region_scope(region):
        if levy_accounts(LEVY) is None:
            return None
        books = settled_read("measures", until, lambda: measures_until(region, until, entries_until(until)))
        return None if books is None else released(replace(books, requests=requests_until(until)))

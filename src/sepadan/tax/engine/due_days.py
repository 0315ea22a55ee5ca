"""Within which days a bill of a tax year can fall due. No law says it: a bound against slips of the pen."""

from __future__ import annotations

from datetime import date

YEARS_TO_DUE = 5
"""A bill falls due at most until the end of the fifth year after its tax year. Law sets the day within months of the
bill, and limitation ends five years after it: a later day (9999 for 2026) is a slip, and would never bear interest."""


def latest_due(tax_year: int) -> date:
    """The last day on which a bill of this tax year can fall due."""
    return date(tax_year + YEARS_TO_DUE, 12, 31)

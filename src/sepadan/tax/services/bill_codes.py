"""The code printed on a bill: with its NOP it opens the bill to whoever holds the sheet, and to nobody else.

A paper code (``records/services/paper_codes.py``) over region, NOP, tax year and run: a bill that is assessed anew gets
another code.
"""

from __future__ import annotations

from sepadan.records.public import code_opens, paper_code
from sepadan.tax.models import Bill


def bill_code(region: str, nop: str, tax_year: int, run_id: int, *, key: bytes | None = None) -> str:
    """The code of a bill from what stands on it: ``K7QF29MX4TGH``. *key* None: the installation's."""
    return paper_code("bill", region, nop, tax_year, run_id, key=key)


def code_of(bill: Bill) -> str:
    """The code of *bill*, which is of the region in scope (``bill.run.region`` at hand)."""
    return bill_code(bill.run.region.code, bill.nop, bill.tax_year, bill.run_id)


def opens(bill: Bill, typed: str) -> bool:
    """Whether *typed* is the code of *bill*. Takes the same time for any code."""
    return code_opens(code_of(bill), typed)

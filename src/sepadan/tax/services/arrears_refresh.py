"""The list of receivables for a page: the last one there is, at once, and a newer one made behind it.

Where the books are small, making it is quick and the page waits. Else a worker makes it (``REFRESH_WORK``; one for each
day at a time) and the page says as of when its figures are. A figure that must be exact, the account of one object, is
never read from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sepadan.records.public import Actor, Work, start_work
from sepadan.tax.queries.arrears import ledger_mark_now
from sepadan.tax.services.arrears import ArrearsList, arrears_folder, arrears_list, found_list, newest_list

REFRESH_WORK = "tax.refresh_arrears"
SMALL = 50_000
"""Transfers that are added up within a request."""
SYSTEM = Actor("Sepadan")
PAUSE = timedelta(minutes=2)
"""How old a list must be before a moved book makes another one."""


@dataclass(frozen=True, slots=True)
class ShownArrears:
    """``found`` is what the page shows (None: nothing was ever made), ``work`` what is making a newer one."""

    found: ArrearsList | None
    work: Work | None = None


def shown_arrears(on: date, *, now: datetime, fresh: bool = False) -> ShownArrears:
    """The list of *on* for a page, which may be an older one; *fresh* asks for a newer one however young it is."""
    folder, mark = arrears_folder(), ledger_mark_now()
    found = found_list(folder, on, mark)
    if found is not None and not found.moved:
        return ShownArrears(found)
    base = found or newest_list(folder, on, mark)
    if mark.rows <= SMALL:
        return ShownArrears(arrears_list(on, now=now))
    young = found is not None and timedelta() <= now - found.made_at < PAUSE
    work = None if young and not fresh else start_work(
        REFRESH_WORK, action="tax.read", actor=SYSTEM, now=now, once=on.isoformat(), params={"on": on.isoformat()})
    return ShownArrears(base, work)

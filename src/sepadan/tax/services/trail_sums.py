"""The sums of the audit trail, added up whole once and carried on from there, in this process and in a file.

    sums = those of everything up to some keys + what came after them

Exact as long as rows are only added, which the database holds for transfers, bills and payments; where a row came late
under a key already passed, everything is added up anew. So the page says when all of it was last added up, and how many
entries were added since: whoever wants to see every row looked at again asks for it (``anew``).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, astuple, dataclass, fields
from datetime import datetime
from threading import Lock
from typing import Any

from sepadan.records.public import current_region, region_scope, today
from sepadan.tax.engine.assessment import LEVY
from sepadan.tax.queries.trail_sums import (
    NOTHING,
    Checked,
    Mark,
    Marks,
    checked_since,
    marks_now,
    moved_accounts,
    only_added,
)
from sepadan.tax.services.kept_sums import keep, read_kept
from sepadan.tax.services.realisation_books import books_until
from sepadan.territory.public import Region

KEPT = 40
MANY = 2_000
"""Entries since the file was written beyond which it is written again."""


@dataclass(frozen=True, slots=True)
class TrailSums:
    """``accounts`` by key: entries, debit, credit. ``whole_at``: when everything was last added up; ``added``: entries
    since; ``filed``: transfers in the file."""

    marks: Marks
    whole_at: datetime
    added: int
    accounts: dict[int, tuple[int, int, int]]
    checked: Checked
    filed: int = 0


_known: OrderedDict[tuple[int, str], TrailSums] = OrderedDict()
_lock = Lock()


def trail_sums(levy: str, *, now: datetime, anew: bool = False) -> TrailSums:
    """The sums of the region in scope by this moment; *anew* adds every row up again."""
    key, marks = (current_region().pk, levy), marks_now()
    with _lock:
        known = None if anew else _known.get(key)
    if known is None and not anew:
        known = _filed(levy)
    if known is not None and only_added(known.marks, marks):
        found = known if known.marks == marks else _carried(levy, known, marks)
        worth = marks[0].rows - found.filed > MANY
    else:
        found = TrailSums(marks, now, 0, moved_accounts(NOTHING, marks), checked_since(levy, NOTHING, marks))
        worth = marks[0].rows > 0
    if worth:
        found = _file(levy, found)
    with _lock:
        _known[key] = found
        _known.move_to_end(key)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def keep_books(region: Region, *, now: datetime) -> None:
    """Add up what the first pages of leaders and auditors begin from, after a change of the whole, so that nobody waits
    for it. Opens the region's scope."""
    with region_scope(region):
        books_until(LEVY, today(region, now))
        trail_sums(LEVY, now=now)


def _carried(levy: str, known: TrailSums, marks: Marks) -> TrailSums:
    accounts, more = dict(known.accounts), checked_since(levy, known.marks, marks)
    for key, values in moved_accounts(known.marks, marks).items():
        was = accounts.get(key, (0, 0, 0))
        accounts[key] = (was[0] + values[0], was[1] + values[1], was[2] + values[2])
    checked = Checked(*(one + two for one, two in zip(astuple(known.checked), astuple(more), strict=True)))
    return TrailSums(marks, known.whole_at, known.added + marks[0].rows - known.marks[0].rows, accounts, checked,
                     known.filed)


def _file(levy: str, found: TrailSums) -> TrailSums:
    rows = found.marks[0].rows
    keep(f"trail-{levy}", {
        "marks": [asdict(one) for one in found.marks], "whole_at": found.whole_at.isoformat(), "added": found.added,
        "accounts": [[key, *values] for key, values in found.accounts.items()], "checked": asdict(found.checked)},
        last=found.marks[0].last)
    return TrailSums(found.marks, found.whole_at, found.added, found.accounts, found.checked, rows)


def _filed(levy: str) -> TrailSums | None:
    found: dict[str, Any] | None = read_kept(f"trail-{levy}")
    if found is None:
        return None
    try:
        marks = tuple(Mark(int(one["rows"]), int(one["last"])) for one in found["marks"])
        accounts = {int(row[0]): (int(row[1]), int(row[2]), int(row[3])) for row in found["accounts"]}
        checked = Checked(**{one.name: int(found["checked"][one.name]) for one in fields(Checked)})
        return TrailSums(marks, datetime.fromisoformat(found["whole_at"]), int(found["added"]), accounts, checked,
                         marks[0].rows)
    except (KeyError, ValueError, TypeError, IndexError):
        return None

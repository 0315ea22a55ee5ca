"""Receipts and collection carried on from the last reading: exact to the rupiah, without adding up the ledger again.

Adding up all transfers takes a second or more; the ledger is only added to. Each server process remembers the sums of
a region and the state of the books that they were read at, and a file keeps them for a process that has just started; a
later reader adds the transfers since. Everything is read
anew where that would not be enough: a transfer was committed late (their number says so), a run was posted or taken
back, or a request moved a due date. ``settled_read`` does the same for a result up to a past day: it stands until an
entry for that day or an earlier one comes. Money is whole rupiah.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, TypeVar, cast

from sepadan.records.public import current_region
from sepadan.tax.queries.realisation import Collection, Receipts, Sum, levy_accounts
from sepadan.tax.queries.realisation_sums import (
    BilledKey,
    MovedKey,
    ReceivedKey,
    Since,
    State,
    billed_sums,
    count_between,
    entries_by,
    moved_sums,
    received_sums,
    state_now,
)
from sepadan.tax.services.kept_sums import keep, read_kept

KEPT = 40
MANY = 2_000
"""Transfers since the file was written beyond which it is written again."""
Value = TypeVar("Value")
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """The sums of one levy in one region, of everything that counts by ``until``."""

    until: date
    channels: dict[int, str]
    received: dict[ReceivedKey, tuple[int, int, int]]
    moved: dict[MovedKey, tuple[int, int]]
    billed: dict[BilledKey, tuple[int, int]]

    @property
    def years(self) -> list[int]:
        """Budget years in which something arrived, oldest first."""
        return sorted({year for (year, view, _) in self.received if view == "day"})

    def receipts(self, year: int) -> Receipts:
        """What arrived in *year*, up to ``until``. Payers are not counted here."""
        found = Receipts()
        views: dict[str, dict[Any, Sum]] = {"day": found.day, "account": {}, "tax_year": found.tax_year,
                                            "kelurahan": found.kelurahan, "band": found.band}
        for (of_year, view, key), values in self.received.items():
            if of_year == year:
                views[view][key] = Sum(*values)
        days = found.day.values()
        total = Sum(sum(one.amount for one in days), sum(one.interest for one in days),
                    sum(one.payments for one in days))
        channel = {self.channels[key]: values for key, values in views["account"].items()}
        return Receipts(total, found.day, channel, found.tax_year, found.kelurahan, found.band)

    def collection(self, by: str = "tax_year", *, year: int | None = None, until: date) -> list[Collection]:
        """Bills in force and what was received on them by *until*: the last day of these books or of a whole year.

        By ``tax_year``, ``kelurahan_id`` or ``band``. Payers and settled bills are not counted here.
        """
        if until > self.until or (until != self.until and (until.month, until.day) != (12, 31)):
            raise ValueError(until)
        place = {"tax_year": 0, "kelurahan_id": 1, "band": 2}[by]
        rows: dict[int, list[int]] = {}
        for (*group, issued), (bills, payable) in self.billed.items():
            if issued <= until and year in (None, group[0]):
                row = rows.setdefault(group[place], [0] * 6)
                row[0] += payable
                row[1] += bills
        for (*group, entered, in_time), (moved, paid) in self.moved.items():
            row = rows.get(group[place], [0] * 6)
            if entered <= until.year and year in (None, group[0]):
                row[2] += paid if in_time else 0
                row[3] += paid if entered <= group[0] else 0
                row[4] += paid
                row[5] += moved
        return [Collection(key, row[0], row[1], row[2], row[3], row[4], row[5], 0, 0, 0)
                for key, row in sorted(rows.items())]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read at a state; ``filed``: the transfers in the file that it came from or went into."""

    state: State
    value: Any
    filed: int = 0


_read: OrderedDict[_Key, _Read] = OrderedDict()
_lock = Lock()


def books_until(levy: str, until: date) -> Books | None:
    """The books of *levy* in the region in scope up to *until*; None while it has no chart of accounts."""
    accounts = levy_accounts(levy)
    if accounts is None:
        return None
    key, state = ("books", current_region().pk, levy), state_now()
    known = _known(key) or _filed(levy)
    if known is not None and _only_added(known.state, state) and known.value.until <= until \
            and known.value.channels == accounts.channels:
        books: Books = known.value
        if state.last == known.state.last and books.until == until:
            _keep(key, known)
            return books
        since, filed = Since(known.state.last, books.until), known.filed
        found = Books(until, books.channels, _added(books.received, received_sums(accounts, until, since, state.last)),
                      _added(books.moved, moved_sums(accounts, until, since, state.last)), books.billed)
    else:
        found = Books(until, accounts.channels, _added({}, received_sums(accounts, until, None, state.last)),
                      _added({}, moved_sums(accounts, until, None, state.last)), billed_sums(accounts))
        filed = 0
    if state.held and (not filed or state.held - filed > MANY):
        _file(levy, state, found)
        filed = state.held
    _keep(key, _Read(state, found, filed))
    return found


def _file(levy: str, state: State, books: Books) -> None:
    received = [[year, view, key.isoformat() if isinstance(key, date) else key, *values]
                for (year, view, key), values in books.received.items()]
    keep(f"realisation-{levy}", {
        "state": asdict(state), "until": books.until.isoformat(), "channels": list(books.channels.items()),
        "received": received, "moved": [[*key, *values] for key, values in books.moved.items()],
        "billed": [[*key[:3], key[3].isoformat(), *values] for key, values in books.billed.items()]}, last=state.last)


def _filed(levy: str) -> _Read | None:
    found = read_kept(f"realisation-{levy}")
    if found is None:
        return None
    try:
        state = State(**{name: int(value) for name, value in found["state"].items()})
        books = Books(
            date.fromisoformat(found["until"]), {int(key): str(name) for key, name in found["channels"]},
            {(row[0], row[1], date.fromisoformat(row[2]) if row[1] == "day" else row[2]): (row[3], row[4], row[5])
             for row in found["received"]},
            {(row[0], row[1], row[2], row[3], row[4]): (row[5], row[6]) for row in found["moved"]},
            {(row[0], row[1], row[2], date.fromisoformat(row[3])): (row[4], row[5]) for row in found["billed"]})
    except (KeyError, ValueError, TypeError, IndexError):
        return None
    return _Read(state, books, state.held)


def settled_read(name: str, until: date, read: Callable[[], Value], state: State | None = None) -> Value:
    """What *read* gives of the region in scope up to *until*, read again only when an entry may have changed it.

    *name* tells it from other results; it names every argument of *read*. A page that reads several looks at the
    *state* of the books once.
    """
    key, state = (name, current_region().pk, until), state or state_now()
    known = _known(key)
    if known is not None and _only_added(known.state, state) and not entries_by(until, known.state.last):
        if state != known.state:
            _keep(key, replace(known, state=state))
        return cast(Value, known.value)
    value = read()
    _keep(key, _Read(state, value))
    return value


def _only_added(then: State, now: State) -> bool:
    """Whether nothing happened since but transfers at the end."""
    if (then.change, then.runs) != (now.change, now.runs) or now.last < then.last:
        return False
    newer = count_between(then.last, now.last) if now.last > then.last else 0
    return now.held == then.held + newer


def _added(known: dict[Any, Any], more: Any) -> dict[Any, Any]:
    found = dict(known)
    for key, values in more:
        found[key] = tuple(map(sum, zip(found[key], values, strict=True))) if key in found else values
    return found


def _known(key: _Key) -> _Read | None:
    with _lock:
        return _read.get(key)


def _keep(key: _Key, read: _Read) -> None:
    with _lock:
        _read[key] = read
        _read.move_to_end(key)
        while len(_read) > KEPT:
            _read.popitem(last=False)

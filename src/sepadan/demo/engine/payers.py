"""When, how and how much of each bill is paid: the payers of the demonstration.

Idea: every owner has a lot of his own that stays with him over the years, and every bill one; together they rank the
bills of a year from prompt to never. The shares of a year (paid by the due date, later that year, later still, never)
cut that ranking. Prompt payers come early in the year or, most of them, in the weeks before the due date; offices
are closed at weekends. A few pay in two parts, a few only one part, a few round up.

Money is whole rupiah, days are ordinals of local dates, times seconds of the local day. Shares are thousandths and,
like everything here, choices of the demonstration. What a late payer owes in interest the caller adds: ``settles``
marks the payment that pays a bill off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from sepadan.demo.engine.draws import Integers, below, words

Flags = npt.NDArray[np.bool_]
VERSION = 1
CHANNELS = ("bank", "va", "qris", "counter")
COUNTER = CHANNELS.index("counter")
SHARES = {2021: (600, 90, 170, 140), 2022: (645, 85, 140, 130), 2023: (685, 85, 110, 120), 2024: (715, 80, 95, 110),
          2025: (735, 75, 50, 140)}
"""Of a thousand bills of a tax year: paid by the due date, later that year, in a later year, never."""
BY_CHANNEL = {2021: (480, 120, 60, 340), 2022: (450, 170, 110, 270), 2023: (410, 210, 180, 200),
              2024: (370, 240, 250, 140), 2025: (330, 250, 320, 100), 2026: (300, 260, 360, 80)}
"""Of a thousand payments of a calendar year, by channel."""
TWO_PARTS, ONE_PART, ROUNDED_UP = 20, 5, 4
LEAST_FOR_PARTS = 100_000
PEAK_DAYS, FIRST_DAYS = 21, 25


@dataclass(frozen=True)
class Owed:
    """Bills of one tax year in the order of their numbers. ``owner`` is a number that stays with the owner."""

    tax_year: int
    owner: Integers
    payable: Integers
    issued: int
    due: int

    def __len__(self) -> int:
        return len(self.payable)


@dataclass(frozen=True)
class Paid:
    """Payments by day: ``bill`` is a place in ``Owed``, ``part`` counts the payments of a bill from 1."""

    bill: Integers
    part: Integers
    day: Integers
    second: Integers
    amount: Integers
    channel: Integers
    settles: Flags

    def __len__(self) -> int:
        return len(self.bill)


def payments_of(owed: Owed, seed: int, last_day: int) -> Paid:
    """What is paid on *owed* up to and including *last_day*."""
    count, year = len(owed), owed.tax_year
    stream = f"pay/{year}"
    day, promptly = _days(owed, seed, stream, last_day)
    lot = below(seed, f"{stream}/way", count, 1000)
    parts = promptly & (owed.payable >= LEAST_FOR_PARTS) & (lot < TWO_PARTS + ONE_PART)
    rounds = promptly & ~parts & (lot >= 1000 - ROUNDED_UP)
    half = (owed.payable // 2 + 999) // 1000 * 1000
    first = np.where(parts, half, np.where(rounds, (owed.payable // 50_000 + 1) * 50_000, owed.payable))
    second = parts & (lot < TWO_PARTS)
    later = day + 30 + below(seed, f"{stream}/rest", count, 120)
    pays, pays_rest = day <= last_day, second & (later <= last_day)
    bill = np.concatenate([np.flatnonzero(pays), np.flatnonzero(pays_rest)])
    part = np.repeat([1, 2], [int(pays.sum()), int(pays_rest.sum())])
    days = np.where(part == 1, day[bill], later[bill])
    amount = np.where(part == 1, first[bill], (owed.payable - half)[bill])
    order = np.lexsort((bill, days))
    bill, part, days, amount = bill[order], part[order], days[order], amount[order]
    channel = _channels(seed, stream, days)
    days, seconds = _hours(seed, stream, days, channel, owed.due, last_day)
    return Paid(bill, part, days, seconds, amount, channel, (part == 2) | ~parts[bill])


def _days(owed: Owed, seed: int, stream: str, last_day: int) -> tuple[Integers, Flags]:
    """The day of the first payment of each bill (beyond every calendar where there is none), and who pays in time."""
    count = len(owed)
    own = below(seed, "pay/owner", int(owed.owner.max(initial=0)) + 1, 1000)[owed.owner]
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(own * 2 + below(seed, f"{stream}/bill", count, 1000), kind="stable")] = np.arange(count)
    steps = np.cumsum(SHARES[owed.tax_year]) * count // 1000
    group = np.searchsorted(steps, rank, side="right")
    year_end = date(owed.tax_year, 12, 31).toordinal()
    late = owed.due + 1 + _least_of_two(seed, f"{stream}/late", count, year_end - owed.due)
    until = min(last_day, date(owed.tax_year + 3, 12, 31).toordinal())
    years_later = year_end + 1 + below(seed, f"{stream}/years", count, max(1, until - year_end))
    never = np.full(count, date.max.toordinal(), dtype=np.int64)
    return np.choose(group, [_in_time(owed, seed, stream), late, years_later, never]), group == 0


def _in_time(owed: Owed, seed: int, stream: str) -> Integers:
    """A day from the issue to the due date: half in the weeks before it, some at once, the rest in between."""
    count, span = len(owed), owed.due - owed.issued
    kind = below(seed, f"{stream}/kind", count, 100)
    peak = owed.due - _least_of_two(seed, f"{stream}/peak", count, PEAK_DAYS)
    at_once = owed.issued + 10 + _least_of_two(seed, f"{stream}/first", count, FIRST_DAYS)
    between = owed.issued + 10 + below(seed, f"{stream}/between", count, span - 10)
    return np.where(kind < 52, peak, np.where(kind < 66, at_once, between))


def _least_of_two(seed: int, stream: str, count: int, bound: int) -> Integers:
    """The lesser of two lots below *bound*: small numbers are likelier."""
    return np.minimum(below(seed, stream, count, bound), below(seed, f"{stream}/again", count, bound))


def _channels(seed: int, stream: str, days: Integers) -> Integers:
    lot = below(seed, f"{stream}/channel", len(days), 1000)
    found = np.zeros(len(days), dtype=np.int64)
    for year, shares in BY_CHANNEL.items():
        inside = (days >= date(year, 1, 1).toordinal()) & (days <= date(year, 12, 31).toordinal())
        found[inside] = np.searchsorted(np.cumsum(shares), lot[inside], side="right")
    return found


def _hours(seed: int, stream: str, days: Integers, channel: Integers, due: int,
           last_day: int) -> tuple[Integers, Integers]:
    """The day and the second of it: counters are open Monday to Friday from 8 to 15, other channels from 6 to 22."""
    counter = channel == COUNTER
    weekend = np.where(counter, np.maximum(0, (days - 1) % 7 - 4), 0)  # 1 on a Saturday, 2 on a Sunday
    open_day = days - weekend
    word = words(seed, f"{stream}/hour", len(days)) >> np.uint64(33)
    opens, hours = np.where(counter, 8, 6), np.where(counter, 7, 16)
    return open_day, opens * 3600 + (word.astype(np.int64) % (hours * 3600))

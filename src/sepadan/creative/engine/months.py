"""A month as numbers that are stored, the fingerprint of its rows, and what a later look finds different.

    numbers_of(facts)        everything that is published of a month, as JSON holds it (whole numbers, None for missing)
    fingerprint(facts)       sha256 over every row that a number rests on, in order: two states with one fingerprint
                             have the same rows and therefore the same numbers
    differences(old, new)    the numbers that changed, as path, before, after
    changed_rows(old, new)   the rows that caused them: added, gone, or with other content

A row is written as what counts of it (no name, no contact), so that the fingerprint can be computed again from data
without persons. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sepadan.creative.engine.measures import (
    GROUPS,
    HELIX,
    MEASURES,
    Ask,
    Facts,
    Row,
    Use,
    by_hour,
    capacities,
    capacity,
    evenness,
    grouped,
    refusals,
    share_of_place,
    total,
)

FORMAT = "sepadan.centre-month/1"
Numbers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that changed; None where it is or was missing."""

    path: tuple[str, ...]
    before: int | str | None
    after: int | str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A row before and after; None where it was not there."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        found = self.after or self.before
        assert found is not None
        return found


def numbers_of(facts: Facts) -> dict[str, Any]:
    """The month's numbers. Shares are pairs of whole numbers, so that nothing is rounded before it is stored."""
    whole, units = capacity(facts), capacities(facts)
    sectors = grouped(facts, "sector")
    even = evenness({key: one.minutes for key, one in sectors.items()})
    return {
        "format": FORMAT, "month": f"{facts.first:%Y-%m}",
        "headlines": {name: total(facts, name) for name in MEASURES},
        "capacity": None if whole is None else {"open": whole.open, "used": whole.used, "beyond": whole.beyond},
        "days_off": len(facts.days_off),
        "groups": {by: {key: [one.events, one.minutes, one.visits if one.counted else None]
                        for key, one in grouped(facts, by).items()} for by in GROUPS},
        "use_of_space": {code: None if (share := share_of_place(facts, code, units)) is None
                         else [share.numerator, share.denominator] for code in sorted(facts.places)},
        "hours": {f"{day}-{hour:02d}": minutes for (day, hour), minutes in by_hour(facts).items()},
        "refusals": refusals(facts), "turned_away": dict(sorted(facts.turned_away.items())),
        "helix": None if even is None else f"{even:.3f}",
        "helix_sectors": list(HELIX), "cost_of_year": facts.cost,
        "earned": None if facts.earned is None else {
            "charged": facts.earned.charged, "received": facts.earned.received, "charges": facts.earned.charges},
    }


def open_numbers(numbers: Numbers) -> dict[str, Any]:
    """What everybody may read of a month: reasons of refusals are free text of the desk and stay there."""
    return {name: value for name, value in numbers.items() if name != "refusals"}


def rows_in(facts: Facts) -> dict[tuple[str, int], tuple[Row, str]]:
    """Every row that a number rests on with its line, by kind and id."""
    found: dict[tuple[str, int], tuple[Row, str]] = {}
    for use in facts.uses:
        found["date", use.id] = use, _line(use)
    for ask in facts.asks:
        found["request", ask.id] = ask, _line(ask)
    return dict(sorted(found.items()))


def fingerprint(facts: Facts) -> str:
    """sha256 over the lines of all rows, the open hours of every unit, first events, cost and earnings."""
    digest = hashlib.sha256(f"{FORMAT} {facts.first} {facts.last}\n".encode())
    for _, line in rows_in(facts).values():
        digest.update(line.encode() + b"\n")
    numbers = numbers_of(facts)
    told = {name: numbers[name] for name in ("capacity", "days_off", "use_of_space", "cost_of_year", "earned",
                                                  "turned_away")}
    told["new"] = numbers["headlines"]["new_organisers"]
    digest.update(json.dumps(told, sort_keys=True).encode())
    return digest.hexdigest()


def _line(row: Row) -> str:
    if isinstance(row, Use):
        visits = None if row.visits is None else [row.visits.count, row.visits.kind, row.visits.people]
        parts: list[Any] = ["date", row.id, row.booking, row.space, row.start.timestamp(), row.end.timestamp(),
                            row.state, _mark(row.organiser), row.sector, row.purpose, row.subsector, row.pays, visits]
    else:
        parts = ["request", row.id, row.received.timestamp(), row.state, _mark(row.organiser), row.reason]
    return json.dumps(parts, ensure_ascii=False)


def _mark(organiser: str) -> str:
    """A name as a mark of sixteen letters: whether two rows have one organiser counts, not who it is."""
    return hashlib.sha256(organiser.encode()).hexdigest()[:16]


def differences(old: Numbers, new: Numbers) -> list[Difference]:
    """What is not the same in two sets of numbers of one month, in order."""
    left, right = dict(_leaves(old)), dict(_leaves(new))
    return [Difference(path, left.get(path), right.get(path)) for path in sorted(left.keys() | right.keys())
            if left.get(path) != right.get(path)]


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value):
            yield from _leaves(one, (*path, str(number)))
    else:
        yield path, value


def changed_rows(old: Facts, new: Facts) -> list[Changed]:
    """Rows that differ between two states of knowledge of one month."""
    before, after = rows_in(old), rows_in(new)
    found = []
    for key in sorted(before.keys() | after.keys()):
        left, right = before.get(key), after.get(key)
        if (left and left[1]) != (right and right[1]):
            found.append(Changed(left[0] if left else None, right[0] if right else None))
    return found


def is_ask(row: Row) -> bool:
    return isinstance(row, Ask)

"""Replay of a creative centre's rules on a year of requests: the guest's own, or the host's where the guest has none.

Idea: rules travel, requests stay. The host's rules are tried on the guest's requests; where the guest keeps no requests
on Sepadan that is told, and the host's own are used instead, under their own rules (where nothing may change: a check
of the replay itself) and under example rules that are nobody's. Only counts leave a region; a reason behind which fewer
than ``LEAST`` organisers stand is told together with others.

What people decided stays as it was, and no rule is asked whether it would have brought other requests
(``creative/engine/replay.py``). A sum of charges is missing as soon as one price is. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sepadan.creative.engine.centre_rules import CentreRules, compare_rules
from sepadan.creative.engine.replay import Log, Replayed, Result, by_organiser, replay
from sepadan.ground.money import Rupiah

LEAST = 5
OTHERS = "others"


@dataclass(frozen=True)
class Requests:
    """One region's requests of a year, as its own scope gives them. ``digest`` tells this state from others."""

    region: str
    name: str
    centre: str
    synthetic: bool
    first: date
    last: date
    log: Log
    digest: str


@dataclass(frozen=True)
class Tried:
    """One set of rules on the requests: dates granted before and after, and why they differ. ``charges`` None: not
    known, ``unpriced`` dates lack a tariff or an answer. ``changes``: parts of the rules, own and other."""

    name: str
    kind: str
    granted: int
    after: int
    refused: int
    refused_after: int
    lost: Mapping[str, int]
    won: Mapping[str, int]
    own_charges: Rupiah | None
    charges: Rupiah | None
    unpriced: int
    changes: tuple[tuple[str, Any, Any], ...]

    @property
    def identical(self) -> bool:
        return not self.lost and not self.won


@dataclass(frozen=True)
class WishReplay:
    """``guest``'s requests under ``host``'s rules. ``of`` is whose requests they are; None: neither has any here."""

    guest: str
    host: str
    of: Requests | None
    own: bool
    tried: tuple[Tried, ...]

    @property
    def dates(self) -> int:
        return 0 if self.of is None else len(self.of.log.wishes)

    @property
    def organisers(self) -> int:
        return 0 if self.of is None else len({one.organiser for one in self.of.log.wishes})


def replay_wishes(guest: tuple[str, Requests | None], host: tuple[str, Requests | None],
                  examples: Sequence[CentreRules]) -> WishReplay:
    """The host's rules on the guest's requests, or what can be said without these. Names come with the requests."""
    (own_name, own), (other_name, other) = guest, host
    if own is not None and other is not None:
        return WishReplay(own_name, other_name, own, True, (
            try_rules(own.log, other.log.own, "host"), *(try_rules(own.log, one, "example") for one in examples)))
    found = own or other
    if found is None:
        return WishReplay(own_name, other_name, None, False, ())
    return WishReplay(own_name, other_name, found, own is not None, (
        try_rules(found.log, found.log.own, "own"), *(try_rules(found.log, one, "example") for one in examples)))


def try_rules(log: Log, rules: CentreRules, kind: str) -> Tried:
    """Counts of *rules* on *log*, with small reasons together."""
    done: Replayed = replay(log, rules)
    lost = [one for one in done.changed if one.wish.outcome == "granted"]
    won = [one for one in done.changed if one.outcome == "granted"]
    return Tried(rules.name, kind, done.before["granted"], done.after["granted"], done.before["refused"],
                 done.after["refused"], _told(lost), _told(won), done.own_money.total, done.money.total,
                 done.money.unknown, tuple((one.part, one.own, one.other) for one in compare_rules(log.own, rules)))


def _told(results: Sequence[Result]) -> dict[str, int]:
    """Counts by reason; reasons of few organisers as one, if they are more than one or stand alone."""
    people, counts = by_organiser(results), dict[str, int]()
    for one in results:
        reason = one.reason if people[one.reason] >= LEAST else OTHERS
        counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items()))


def requests_digest(*found: Requests | None) -> str:
    """What tells these requests from others; empty where no region has any."""
    known = [one.digest for one in found if one is not None]
    return sha256("\n".join(known).encode()).hexdigest() if known else ""

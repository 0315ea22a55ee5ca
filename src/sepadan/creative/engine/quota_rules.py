"""The rules by which a centre shares its space, as its data says them: read and checked when the centre is set up.

    quotas:
      - {code, limit: hours | meetings | bookings, per: day | week | month | year, most, spaces, except}
      - {code, limit: open, most, except}                        wishes of one organiser that are not decided
      - {code, limit: lead, least_days, most_days, spaces, except}  days between filing and the first meeting
      - {code, limit: kept, share, groups, prime: {weekdays, since, until}, per, until_days, spaces}
      - {code, limit: needs, field: nib | subsector | kecamatan | people, groups, except}
    waiting: {offer_hours, closes_hours, rounds, priority: {group: points}}

``kept``: *share* per cent of the prime hours stays for *groups* until *until_days* days before. ``spaces`` names codes
or kinds of space (none: all), ``except`` groups whom a rule does not bind. A group is the kind of an organiser,
``newcomer``, ``disability``, or ``subsector:<code>`` and ``kecamatan:<code>``. A rule that is not there does not hold:
no lead time and no NIB unless the centre says so. Without ``waiting`` the desk goes through its lines by hand. None of
this is law; a centre decides it and says why (``why: {id, en}``). Whole hours, days, per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal, get_args

from sepadan.creative.engine.waiting import ROUNDS
from sepadan.creative.names import SpaceKind
from sepadan.ground.problems import Refused, refuse

Groups = frozenset[str]
Per = Literal["day", "week", "month", "year"]
Counted = Literal["hours", "meetings", "bookings"]
Needed = Literal["nib", "subsector", "kecamatan", "people"]
ORGANISERS = ("community", "government", "business", "academia", "media", "person")
PLAIN_GROUPS = (*ORGANISERS, "newcomer", "disability")
COMMON = {"code", "limit", "spaces", "except", "why"}
KEYS = {
    "hours": COMMON | {"per", "most"}, "meetings": COMMON | {"per", "most"}, "bookings": COMMON | {"per", "most"},
    "open": COMMON | {"most"}, "lead": COMMON | {"least_days", "most_days"},
    "kept": COMMON | {"share", "groups", "prime", "per", "until_days"}, "needs": COMMON | {"field", "groups"},
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What every rule has. ``spaces``: codes or kinds, none means all; ``excepted``: groups whom it does not bind."""

    code: str
    spaces: frozenset[str] = frozenset()
    excepted: Groups = frozenset()
    why: Mapping[str, str] = field(default_factory=dict, compare=False)

    def covers(self, space: str, kind: str) -> bool:
        return not self.spaces or space in self.spaces or kind in self.spaces

    def binds(self, space: str, kind: str, groups: Groups) -> bool:
        return self.covers(space, kind) and self.excepted.isdisjoint(groups)


@dataclass(frozen=True, slots=True)
class Limit(Rule):
    """At most so many hours, meetings or bookings of one organiser per period."""

    counted: Counted = "hours"
    per: Per = "month"
    most: int = 0


@dataclass(frozen=True, slots=True)
class OpenWishes(Rule):
    """At most so many wishes of one organiser that are not decided."""

    most: int = 0


@dataclass(frozen=True, slots=True)
class Lead(Rule):
    """Filed so many days before the first meeting, at least and at most."""

    least_days: int = 0
    most_days: int | None = None


@dataclass(frozen=True, slots=True)
class Kept(Rule):
    """A share (per cent) of the prime hours of each period that stays for *groups* until *until_days* before."""

    share: int = 0
    groups: Groups = frozenset()
    weekdays: frozenset[int] = frozenset(range(7))
    since: time = time()
    until: time = time(23, 59)
    per: Per = "month"
    until_days: int = 0


@dataclass(frozen=True, slots=True)
class Needs(Rule):
    """Organisers of *groups* (none: all) must give a field."""

    field: Needed = "nib"
    groups: Groups = frozenset()


@dataclass(frozen=True, slots=True)
class LineRules:
    """``offer_hours``: how long a freed slot is kept for who is next, 0: lines are gone through by hand. Offers end
    ``closes_hours`` before the meeting. ``priority``: points of a group; more points come first."""

    offer_hours: int = 0
    closes_hours: int = 2
    rounds: int = ROUNDS
    priority: Mapping[str, int] = field(default_factory=dict)

    def points(self, groups: Groups) -> int:
        return sum(points for group, points in self.priority.items() if group in groups)


def groups_of(kind: str, *, newcomer: bool, disability: bool, subsector: str = "", kecamatan: str = "") -> Groups:
    """The groups that an organiser belongs to."""
    named = [("newcomer", newcomer), ("disability", disability), (kind, kind in ORGANISERS),
             (f"subsector:{subsector}", bool(subsector)), (f"kecamatan:{kecamatan}", bool(kecamatan))]
    return frozenset(name for name, holds in named if holds)


def read_quotas(rules: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules under ``quotas``. Raises Refused naming the place of what cannot be."""
    rows = rules.get("quotas") or []
    if not isinstance(rows, list):
        raise refuse("creative.quotas.not_a_list", where="quotas")
    found: list[Rule] = []
    for number, row in enumerate(rows, 1):
        where = f"quotas[{number}]"
        rule = _rule(row, where)
        if any(one.code == rule.code for one in found):
            raise refuse("creative.quotas.twice", where=where, code=rule.code)
        found.append(rule)
    return tuple(found)


def read_line(rules: Mapping[str, Any]) -> LineRules:
    """The rules under ``waiting``. Raises Refused on an unknown key, number or group."""
    row = rules.get("waiting")
    if row is None:
        return LineRules()
    known = {"offer_hours", "closes_hours", "rounds", "priority"}
    _known(row, known, "waiting")
    priority = row.get("priority") or {}
    _known(priority, None, "waiting.priority")
    for group in priority:
        _group(group, "waiting.priority")
    return LineRules(
        _whole(row, "offer_hours", "waiting", 0, 24 * 30), _whole(row, "closes_hours", "waiting", 0, 24 * 30, 2),
        _whole(row, "rounds", "waiting", 1, 50, ROUNDS),
        {str(group): _whole(priority, group, "waiting.priority", -100, 100) for group in priority})


def _rule(row: Any, where: str) -> Rule:
    _known(row, None, where)
    limit = str(row.get("limit", ""))
    if limit not in KEYS:
        raise refuse("creative.quotas.unknown", where=f"{where}.limit", found=limit[:40], allowed=", ".join(KEYS))
    _known(row, KEYS[limit], where)
    code = row.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= 40:
        raise refuse("creative.quotas.code", where=f"{where}.code")
    why = row.get("why") or {}
    _known(why, {"id", "en"}, f"{where}.why")
    common: dict[str, Any] = {"code": code, "spaces": _names(row, "spaces", where), "excepted": _groups(
        row, "except", where), "why": {str(lang): str(text) for lang, text in why.items()}}
    if limit in get_args(Counted):
        return Limit(counted=limit, per=_per(row, where), most=_whole(row, "most", where, 0, 10_000),  # type: ignore[arg-type]
                     **common)
    if limit == "open":
        return OpenWishes(most=_whole(row, "most", where, 0, 10_000), **common)
    if limit == "lead":
        return _lead(row, where, common)
    if limit == "kept":
        return _kept(row, where, common)
    wanted = row.get("field")
    if wanted not in get_args(Needed):
        raise refuse("creative.quotas.unknown", where=f"{where}.field", found=str(wanted)[:40],
                     allowed=", ".join(get_args(Needed)))
    return Needs(field=wanted, groups=_groups(row, "groups", where), **common)


def _lead(row: Mapping[str, Any], where: str, common: dict[str, Any]) -> Lead:
    least = _whole(row, "least_days", where, 0, 1_000, 0)
    most = _whole(row, "most_days", where, 0, 2_000) if "most_days" in row else None
    if most is not None and most < least:
        raise refuse("creative.quotas.order", where=where, least=least, most=most)
    return Lead(least_days=least, most_days=most, **common)


def _kept(row: Mapping[str, Any], where: str, common: dict[str, Any]) -> Kept:
    prime = row.get("prime")
    _known(prime, {"weekdays", "since", "until"}, f"{where}.prime")
    assert isinstance(prime, Mapping)
    weekdays = prime.get("weekdays", list(range(7)))
    if not isinstance(weekdays, list) or not weekdays or any(day not in range(7) for day in weekdays):
        raise refuse("creative.quotas.weekdays", where=f"{where}.prime.weekdays")
    since, until = (_time(prime, name, f"{where}.prime") for name in ("since", "until"))
    if until <= since:
        raise refuse("creative.quotas.times", where=f"{where}.prime")
    groups = _groups(row, "groups", where)
    if not groups:
        raise refuse("creative.quotas.no_group", where=f"{where}.groups")
    return Kept(share=_whole(row, "share", where, 1, 100), groups=groups, per=_per(row, where), since=since,
                until=until, weekdays=frozenset(int(day) for day in weekdays),
                until_days=_whole(row, "until_days", where, 0, 365, 0), **common)


def _known(row: Any, keys: set[str] | None, where: str) -> None:
    if not isinstance(row, Mapping):
        raise refuse("creative.quotas.not_a_map", where=where)
    for key in row:
        if keys is not None and key not in keys:
            raise refuse("creative.quotas.unknown", where=f"{where}.{key}"[:80], found=str(key)[:40],
                         allowed=", ".join(sorted(keys)))


def _whole(row: Mapping[str, Any], name: str, where: str, least: int, most: int, otherwise: int | None = None) -> int:
    value = row.get(name, otherwise)
    if isinstance(value, bool) or value is None or not _is_whole(value) or not least <= int(value) <= most:
        raise refuse("creative.quotas.number", where=f"{where}.{name}", least=least, most=most)
    return int(value)


def _is_whole(value: Any) -> bool:
    try:
        return bool(int(value) == value)
    except (TypeError, ValueError, OverflowError):
        return False


def _per(row: Mapping[str, Any], where: str) -> Per:
    for one in get_args(Per):
        if row.get("per", "month") == one:
            return one  # type: ignore[no-any-return]
    raise refuse("creative.quotas.unknown", where=f"{where}.per", found=str(row.get("per"))[:40],
                 allowed=", ".join(get_args(Per)))


def _time(row: Mapping[str, Any], name: str, where: str) -> time:
    try:
        return time.fromisoformat(str(row[name]))
    except (KeyError, ValueError) as fault:
        raise _no_time(where, name) from fault


def _no_time(where: str, name: str) -> Refused:
    return refuse("creative.quotas.time", where=f"{where}.{name}")


def _names(row: Mapping[str, Any], name: str, where: str) -> frozenset[str]:
    values = row.get(name) or []
    if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
        raise refuse("creative.quotas.names", where=f"{where}.{name}")
    return frozenset(values)


def _groups(row: Mapping[str, Any], name: str, where: str) -> Groups:
    return frozenset(_group(one, f"{where}.{name}") for one in sorted(_names(row, name, where)))


def _group(name: Any, where: str) -> str:
    kind, _, code = str(name).partition(":")
    if name in PLAIN_GROUPS or (kind in ("subsector", "kecamatan") and code):
        return str(name)
    raise refuse("creative.quotas.group", where=where, found=str(name)[:40], allowed=", ".join(
        (*PLAIN_GROUPS, "subsector:...", "kecamatan:...")))


def unknown_spaces(rules: tuple[Rule, ...], codes: frozenset[str]) -> list[tuple[str, str]]:
    """(rule, name) of every space that a rule names and that is neither a code of the centre nor a kind."""
    known = codes | {kind.value for kind in SpaceKind}
    return [(rule.code, name) for rule in rules for name in sorted(rule.spaces - known)]

"""The rules of a centre that a replay can try on another centre's requests: read from its file, written, compared.

    hours: [{weekdays: [0..6], opens, closes}]        as in a file of ``centres/``
    rules: {skip, steps, step_days, lead_days, ahead_days, longest_hours, month_dates, quotas, nature, tariffs}

``skip`` names the days off on which nothing is held (none, national, joint). ``lead_days``: a request comes at least so
many days before the date; ``ahead_days``: at most so many; ``longest_hours`` of one date; ``month_dates``: dates of one
organiser in a calendar month. ``steps`` are the ways to a decision (``engine/desk_rules.py``): a date that begins
before the last of them could end is refused. ``quotas`` are those of ``engine/quota_rules.py``; the first four of them
are tried (hours, meetings, bookings, lead), the others need more than a log holds. ``tariffs``: {name: {hour|day|event:
rupiah}}; ``nature`` is the policy of ``engine/nature.py``. A rule that a file does not name is not applied. None of
this is law. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sepadan.creative.engine.desk_rules import DeskRules, read_rules
from sepadan.creative.engine.nature import Policy, read_policy
from sepadan.creative.engine.opening import Hours
from sepadan.creative.engine.quota_rules import Lead, Limit, read_quotas
from sepadan.creative.engine.recurrence import SKIPS, Skip
from sepadan.ground.money import Rupiah
from sepadan.ground.problems import refuse

PERS = ("hour", "day", "event")
LIMITS = ("lead_days", "ahead_days", "longest_hours", "month_dates")
NUMBERS = {"lead_days": 365, "ahead_days": 3660, "longest_hours": 336, "month_dates": 1_000}
"""The most that each may say."""
TRIED = ("hours", "meetings", "bookings", "lead")
"""Kinds of quota that a replay can try."""
STEP_PARTS = ("step", "days", "by", "not_for", "from_people", "kinds")
PARTS = ("hours", "skip", "steps", "step_days", *LIMITS, "quotas", "nature", "tariffs")


@dataclass(frozen=True)
class CentreRules:
    """``name`` is what they are called on a page. A limit that is None does not apply; ``hours`` empty: not judged.

    ``written`` are the same rules as a file holds them, in the order of ``PARTS``.
    """

    name: str
    hours: tuple[Hours, ...] = ()
    skip: Skip = "none"
    desk: DeskRules = field(default_factory=DeskRules)
    limits: Mapping[str, int] = field(default_factory=dict)
    quotas: tuple[Limit | Lead, ...] = ()
    policy: Policy = field(default_factory=Policy)
    tariffs: Mapping[str, tuple[str, Rupiah]] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)

    def limit(self, name: str) -> int | None:
        return self.limits.get(name)


def read_centre_rules(data: Mapping[str, Any], name: str = "") -> CentreRules:
    """The rules in a centre's file (or in a part of one). Raises Refused on what cannot be."""
    if not isinstance(data, Mapping):
        raise refuse("creative.replay.not_rules", where=name or "-")
    rules = data.get("rules") or {}
    if not isinstance(rules, Mapping):
        raise refuse("creative.replay.not_rules", where="rules")
    skip = rules.get("skip", "none")
    if skip not in SKIPS:
        raise refuse("creative.replay.value", where="rules.skip", value=str(skip)[:40], known=", ".join(SKIPS))
    limits = {one: _number(rules, one) for one in LIMITS if rules.get(one) is not None}
    hours = _hours(data.get("hours") or ())
    tariffs = _tariffs(rules.get("tariffs") or {})
    policy = rules.get("nature") or {}
    if not isinstance(policy, Mapping):
        raise refuse("creative.replay.value", where="rules.nature", value=str(policy)[:40], known="{...}")
    quotas = tuple(one for one in read_quotas(rules) if isinstance(one, (Limit, Lead)))
    return CentreRules(name or str(data.get("name", "")), hours, skip, read_rules(rules), limits, quotas,
                       read_policy(policy), tariffs, _written(rules, hours, skip, limits, tariffs))


def _number(rules: Mapping[str, Any], name: str) -> int:
    value, most = rules[name], NUMBERS[name]
    try:
        found = int(value)
    except (TypeError, ValueError):
        found = -1
    if isinstance(value, bool) or found != value or not 0 <= found <= most:
        raise refuse("creative.replay.value", where=f"rules.{name}", value=str(value)[:40], known=f"0–{most}")
    return found


def _hours(rows: Any) -> tuple[Hours, ...]:
    found = []
    try:
        for row in rows:
            opens, closes = (time.fromisoformat(str(row[one])) for one in ("opens", "closes"))
            for day in row["weekdays"]:
                if not 0 <= int(day) <= 6 or (closes != time() and closes <= opens):
                    raise ValueError(day)
                found.append(Hours(int(day), opens, closes))
    except (KeyError, TypeError, ValueError) as fault:
        raise refuse("creative.replay.value", where="hours", value=str(fault)[:40],
                     known="{weekdays: [0..6], opens: \"08:00\", closes: \"22:00\"}") from fault
    return tuple(sorted(found, key=lambda one: (one.weekday, one.opens)))


def _tariffs(given: Any) -> dict[str, tuple[str, Rupiah]]:
    found: dict[str, tuple[str, Rupiah]] = {}
    for name, amounts in (given.items() if isinstance(given, Mapping) else ()):
        sound = isinstance(amounts, Mapping) and len(amounts) == 1 and next(iter(amounts)) in PERS
        amount = next(iter(amounts.values())) if sound else None
        if amount is None or isinstance(amount, (bool, str)) or int(amount) != amount or not 0 <= amount <= 10**12:
            raise refuse("creative.replay.value", where=f"rules.tariffs.{str(name)[:40]}", value=str(amounts)[:60],
                         known="{hour|day|event: Rp}")
        found[str(name)] = next(iter(amounts)), int(amount)
    return found


def _written(rules: Mapping[str, Any], hours: Sequence[Hours], skip: str, limits: Mapping[str, int],
             tariffs: Mapping[str, tuple[str, Rupiah]]) -> dict[str, Any]:
    days: dict[tuple[str, str], list[int]] = {}
    for row in hours:
        days.setdefault((f"{row.opens:%H:%M}", f"{row.closes:%H:%M}"), []).append(row.weekday)
    steps = [{key: _plain(one[key]) for key in STEP_PARTS if key in one} for one in rules.get("steps", ())]
    found: dict[str, Any] = {
        "hours": [{"weekdays": sorted(some), "opens": opens, "closes": closes}
                  for (opens, closes), some in days.items()],
        "skip": skip, "steps": steps, "step_days": rules.get("step_days", "calendar") if steps else None, **limits,
        "quotas": [{str(key): _plain(value) for key, value in one.items() if key != "why"}
                   for one in rules.get("quotas") or () if one["limit"] in TRIED],
        "nature": {str(key): str(value) for key, value in (rules.get("nature") or {}).items()},
        "tariffs": {name: {per: amount} for name, (per, amount) in sorted(tariffs.items())}}
    return {part: found[part] for part in PARTS if found.get(part)}


def _plain(value: Any) -> Any:
    """A value of a step or quota as text, whole number or list, however it was read."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if isinstance(value, str) else int(value)


def shared(rules: CentreRules) -> dict[str, Any]:
    """The rules in the form of a centre's file, to hand to another region; nothing of a person is in them."""
    inner = {part: value for part, value in rules.written.items() if part != "hours"}
    return {"name": rules.name, "hours": rules.written.get("hours", []), "rules": inner}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One part in which two sets of rules differ, as their files say it; None where one does not name it."""

    part: str
    own: Any
    other: Any


def compare_rules(own: CentreRules, other: CentreRules) -> list[RuleChange]:
    """Where two sets of rules differ, in the order of ``PARTS``."""
    return [RuleChange(part, own.written.get(part), other.written.get(part)) for part in PARTS
            if own.written.get(part) != other.written.get(part)]

"""What a centre's data says of the desk's work: the steps to a decision, deadlines, keys, no-shows, displacement.

Idea: ``rules`` of a centre file is data of that centre; here it becomes typed values, and what cannot be is refused
when the centre is set up, not when a booking meets it. A step has days, the action that finishes it, for whom it is
needed; the last one is the decision, which an approver takes. ``step_days: working`` counts Monday to Friday without
days off by decree, else every day. Days and minutes are whole numbers. None of this is law: a centre decides it.

    steps: [{step, days, by, not_for: [intake], from_people, kinds: [kind of space], checks: {code: {id, en}}}]
    step_days, hold_slack_days, answer_days, no_show_minutes, return_minutes, displacement {hours, offers},
    condition {code: {id, en}}, keys {space: label}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sepadan.creative.names import Intake, SpaceKind
from sepadan.ground.problems import refuse

WRITES, APPROVES = "creative.write", "creative.approve"
STEP_KEYS = {"step", "days", "by", "not_for", "from_people", "kinds", "checks"}
CHECKS = ("access", "power", "safety", "layout")
CONDITION = ("key", "clean", "power", "furniture", "equipment")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist. ``words`` of the centre by language; empty: the product's own words for ``code``."""

    code: str
    words: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """``by`` is the action that finishes it; ``days`` its time, counted from the end of the step before."""

    code: str
    days: int
    by: str
    not_for: frozenset[str] = frozenset()
    from_people: int | None = None
    kinds: frozenset[str] = frozenset()
    checks: tuple[Item, ...] = ()

    def needed(self, intake: str, people: int | None, kind: str) -> bool:
        """Whether a booking needs this step. How many people come not being known, it does."""
        return (intake not in self.not_for and (not self.kinds or kind in self.kinds)
                and (self.from_people is None or people is None or people >= self.from_people))


@dataclass(frozen=True, slots=True)
class DeskRules:
    """``slack_days``: how long a hold outlasts a deadline, so that a late desk does not cost an applicant his slot;
    ``offer_hours``, ``offers``: how long and how many alternatives are held for a displaced party."""

    steps: tuple[Step, ...] = ()
    working: bool = False
    answer_days: int = 7
    no_show_minutes: int = 30
    return_minutes: int = 30
    offer_hours: int = 72
    offers: int = 2
    condition: tuple[Item, ...] = tuple(Item(code) for code in CONDITION)
    keys: Mapping[str, str] = field(default_factory=dict)
    slack_days: int = 2


def read_rules(rules: Mapping[str, Any]) -> DeskRules:
    """The rules of a centre. Raises Refused on a step or number that cannot be."""
    steps = tuple(_step(one) for one in rules.get("steps", ()))
    if len({one.code for one in steps}) != len(steps):
        raise refuse("creative.rules.step_twice", where="rules.steps")
    if steps and (steps[-1].by != APPROVES or steps[-1] != Step(steps[-1].code, steps[-1].days, APPROVES)):
        raise refuse("creative.rules.decision", where=steps[-1].code, remedy="creative.rules.decision.remedy")
    displacing = rules.get("displacement", {})
    counted = rules.get("step_days", "calendar")
    if counted not in ("calendar", "working"):
        raise refuse("creative.rules.step_days", where=str(counted)[:40])
    return DeskRules(
        steps, counted == "working", _whole(rules, "answer_days", 7, 1, 365),
        _whole(rules, "no_show_minutes", 30, 0, 24 * 60), _whole(rules, "return_minutes", 30, 0, 24 * 60),
        _whole(displacing, "hours", 72, 1, 24 * 30), _whole(displacing, "offers", 2, 0, 5),
        _items(rules.get("condition"), CONDITION), {str(k): str(v) for k, v in rules.get("keys", {}).items()},
        _whole(rules, "hold_slack_days", 2, 0, 30))


def _step(one: Mapping[str, Any]) -> Step:
    code = str(one.get("step", ""))
    for key in one:
        if key not in STEP_KEYS:
            raise refuse("creative.set_up.unknown_key", where=f"rules.steps {code}", key=str(key),
                         allowed=", ".join(sorted(STEP_KEYS)))
    by = str(one.get("by", WRITES))
    if not code or len(code) > 30 or by not in (WRITES, APPROVES):
        raise refuse("creative.rules.step", where=f"rules.steps {code[:40]}", allowed=f"{WRITES}, {APPROVES}")
    not_for, kinds = (frozenset(map(str, one.get(name, ()))) for name in ("not_for", "kinds"))
    if strange := (not_for - set(Intake)) | (kinds - set(SpaceKind)):
        raise refuse("creative.rules.step", where=f"rules.steps {code}: {', '.join(sorted(strange))[:80]}",
                     allowed=", ".join([*Intake, *SpaceKind]))
    checks = _items(one.get("checks"), CHECKS) if code == "site_check" or "checks" in one else ()
    people = None if one.get("from_people") is None else _whole(one, "from_people", 1, 1, 100_000)
    return Step(code, _whole(one, "days", 1, 1, 365), by, not_for, people, kinds, checks)


def _whole(rules: Mapping[str, Any], name: str, otherwise: int, least: int, most: int) -> int:
    value = rules.get(name, otherwise)
    try:
        found = int(value)
    except (TypeError, ValueError):
        found = least - 1
    if isinstance(value, bool) or found != value or not least <= found <= most:
        raise refuse("creative.rules.number", where=name, value=str(value)[:40], least=least, most=most)
    return found


def _items(found: Mapping[str, Any] | None, otherwise: Sequence[str]) -> tuple[Item, ...]:
    if found is None:
        return tuple(Item(code) for code in otherwise)
    for code, words in found.items():
        if not isinstance(words, Mapping) or {"id", "en"} - set(words):
            raise refuse("creative.rules.words", where=str(code)[:40])
    return tuple(Item(str(code)[:30], {str(k): str(v) for k, v in words.items()}) for code, words in found.items())


def steps_of(rules: DeskRules, intake: str, people: int | None, kind: str) -> tuple[Step, ...]:
    """The steps that a booking needs, in order; none where the centre demands none."""
    return tuple(one for one in rules.steps if one.needed(intake, people, kind))


def step_after(steps: Sequence[Step], code: str) -> Step | None:
    """The step behind *code*; the first where *code* is none of them; None behind the last."""
    codes = [one.code for one in steps]
    place = codes.index(code) + 1 if code in codes else 0
    return steps[place] if place < len(steps) else None


def due_on(start: date, days: int, *, working: bool = False, off: Collection[date] = ()) -> date:
    """The last day of a deadline of *days* that begins after *start*."""
    if not working:
        return start + timedelta(days=days)
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in off
    return day

"""A year of requests under other rules: what would have been granted, refused and why, charged, and which differ.

Idea: only what the rules decide is decided anew; what people decided stays. A request that was granted although it
broke a rule of its own centre was an exception and stays one; one that was refused by judgement, withdrawn or left to
lapse stays so. Hence with unchanged rules every outcome is the logged one, and each difference has one rule as cause.

    1  granted dates in the order of their filing: refused by the first rule (in the order of ``RULES``) that they break
       under the new rules and did not break under the own; counted towards the limits of their organiser when kept
    2  refused and waiting dates in the order of their filing: granted when what stood in their way is gone and the new
       rules forbid nothing. In the way stood granted dates of their units (buffers included), or a rule of their own
       centre. Of two for one freed slot the earlier filed has it.

A sum of charges is None as soon as one kept date has no known price; what is known is told beside it. Not replayed:
units needed only for carrying (a lift), equipment, holds, quotas on open wishes, shares kept for groups, and that other
rules would have brought other requests. All values in, values out, in the order of ids: the same log and rules give the
same outcome. Times are local. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from sepadan.creative.engine.centre_rules import CentreRules
from sepadan.creative.engine.desk_rules import due_on, steps_of
from sepadan.creative.engine.holidays import Known
from sepadan.creative.engine.nature import Nature, judge
from sepadan.creative.engine.opening import Closed, Schedule, Span, open_spans
from sepadan.creative.engine.quota_rules import Lead, Limit
from sepadan.creative.engine.quotas import period
from sepadan.ground.messages import Message, message
from sepadan.ground.money import Rupiah, round_rupiah

Outcome = Literal["granted", "refused", "waiting", "fallen", "open"]
OUTCOMES: tuple[Outcome, ...] = ("granted", "refused", "waiting", "fallen", "open")
QUOTA = "quota:"
RULES = ("hours", "day_off", "lead_days", "steps", "ahead_days", "longest_hours", "month_dates")
DAY = timedelta(days=1)
Slot = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Wish:
    """One date that somebody asked for, with what became of it. ``units`` are those it keeps for the whole time."""

    id: int
    booking: int
    number: str
    space: str
    kind: str
    tariff: str
    units: tuple[int, ...]
    start: datetime
    end: datetime
    setup: timedelta
    cleardown: timedelta
    received: datetime
    organiser: str
    intake: str
    people: int | None
    nature: Nature
    outcome: Outcome
    groups: frozenset[str] = frozenset()

    @property
    def span(self) -> Span:
        return Span(self.start - self.setup, self.end + self.cleardown)


@dataclass(frozen=True)
class Log:
    """Requests of one centre, its own rules, closures by space, and the days off that were decreed for its years."""

    wishes: tuple[Wish, ...]
    own: CentreRules
    zone: tzinfo
    days_off: Known
    closed: tuple[Closed, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of a wish. ``reason``: the rule that refuses it, ``freed`` or the rule that no longer does, empty
    where nothing changed. ``charge`` None: not known, or nothing is kept."""

    wish: Wish
    outcome: Outcome
    reason: str = ""
    charge: Rupiah | None = None

    @property
    def changed(self) -> bool:
        return self.outcome != self.wish.outcome


@dataclass(frozen=True, slots=True)
class Money:
    """Charges of what is granted. ``total`` is None while ``unknown`` of them have no known price."""

    known: Rupiah
    paying: int
    unknown: int

    @property
    def total(self) -> Rupiah | None:
        return None if self.unknown else self.known


@dataclass(frozen=True)
class Replayed:
    """The outcome of a log under ``rules``, and under the own rules for comparison."""

    rules: CentreRules
    results: tuple[Result, ...]
    money: Money
    own_money: Money

    @property
    def before(self) -> dict[str, int]:
        return _counts(one.wish.outcome for one in self.results)

    @property
    def after(self) -> dict[str, int]:
        return _counts(one.outcome for one in self.results)

    @property
    def changed(self) -> list[Result]:
        return [one for one in self.results if one.changed]

    @property
    def lost(self) -> dict[str, int]:
        """Granted dates that are refused, by rule."""
        return _by_reason(one for one in self.changed if one.wish.outcome == "granted")

    @property
    def won(self) -> dict[str, int]:
        """Dates that are granted now, by what stood in the way."""
        return _by_reason(one for one in self.changed if one.outcome == "granted")


def _counts(outcomes: Iterable[str]) -> dict[str, int]:
    found = Counter(outcomes)
    return {one: found.get(one, 0) for one in OUTCOMES}


def _by_reason(results: Iterable[Result]) -> dict[str, int]:
    return dict(sorted(Counter(one.reason for one in results).items()))


class _Judge:
    """One set of rules over one log: whether a wish breaks it, with the limits of an organiser as counted so far."""

    def __init__(self, rules: CentreRules, log: Log) -> None:
        self.rules, self._zone = rules, log.zone
        self._off = log.days_off.holidays.closed(rules.skip)
        self._joint = log.days_off.holidays.closed("joint")
        self._schedule = Schedule(log.zone, rules.hours, closed=log.closed)
        self._spans: dict[date, list[Span]] = {}
        self._counts: dict[tuple[str, int, int], int] = defaultdict(int)
        self._used: dict[tuple[str, str, date], list[Wish]] = defaultdict(list)

    def faults(self, wish: Wish) -> frozenset[str]:
        """The rules of ``RULES`` that *wish* breaks."""
        rules, start = self.rules, wish.start.astimezone(self._zone)
        ahead = (start.date() - wish.received.astimezone(self._zone).date()).days
        lead, most, longest, dates = (rules.limit(one) for one in ("lead_days", "ahead_days", "longest_hours",
                                                                   "month_dates"))
        broken = {
            "hours": bool(rules.hours) and not self._open(wish),
            "day_off": bool(self._off) and any(day in self._off for day in self._days(wish)),
            "lead_days": lead is not None and ahead < lead,
            "steps": bool(rules.desk.steps) and self._decided_by(wish) > start.date(),
            "ahead_days": most is not None and ahead > most,
            "longest_hours": longest is not None and wish.end - wish.start > timedelta(hours=longest),
            "month_dates": dates is not None and self._counts[self._month(wish)] >= dates}
        quotas = {f"{QUOTA}{one.code}" for one in rules.quotas
                  if one.binds(wish.space, wish.kind, wish.groups) and self._beyond(one, wish, start.date(), ahead)}
        return frozenset(name for name, found in broken.items() if found) | quotas

    def _beyond(self, rule: Limit | Lead, wish: Wish, day: date, ahead: int) -> bool:
        """Whether *wish* goes beyond a quota, as what was kept of its organiser so far counts."""
        if isinstance(rule, Lead):
            return ahead < rule.least_days or (rule.most_days is not None and ahead > rule.most_days)
        used = [one for one in self._used[wish.organiser, rule.per, period(day, rule.per)[0]]
                if rule.covers(one.space, one.kind)]
        if rule.counted == "bookings":
            return len({wish.booking, *(one.booking for one in used)}) > rule.most
        if rule.counted == "meetings":
            return len(used) + 1 > rule.most
        return sum((one.end - one.start for one in (*used, wish)), timedelta()) > timedelta(hours=rule.most)

    def keep(self, wish: Wish) -> None:
        """Count a granted date towards the limits of its organiser."""
        self._counts[self._month(wish)] += 1
        day = wish.start.astimezone(self._zone).date()
        for per in {one.per for one in self.rules.quotas if isinstance(one, Limit)}:
            self._used[wish.organiser, per, period(day, per)[0]].append(wish)

    def price(self, wish: Wish) -> tuple[bool, Rupiah | None]:
        """Whether a granted date pays, and how much; None where answers, tariff or share are not known."""
        kind = judge(wish.nature, self.rules.policy).kind
        if kind == "free":
            return False, 0
        tariff = self.rules.tariffs.get(wish.tariff)
        if kind == "unknown" or tariff is None:
            return True, None
        full = tariff[1] * self._quantity(wish, tariff[0])
        share = self.rules.policy.reduced_share
        if kind == "pays":
            return True, full
        return True, None if share is None else round_rupiah(full * share, "down")

    def _quantity(self, wish: Wish, per: str) -> int:
        if per == "hour":
            return -((wish.start - wish.end) // timedelta(hours=1))
        return len(self._days(wish)) if per == "day" else 1

    def _month(self, wish: Wish) -> tuple[str, int, int]:
        day = wish.start.astimezone(self._zone)
        return wish.organiser, day.year, day.month

    def _days(self, wish: Wish) -> list[date]:
        first = wish.start.astimezone(self._zone).date()
        last = (wish.end.astimezone(self._zone) - timedelta(microseconds=1)).date()
        return [first + number * DAY for number in range((last - first).days + 1)]

    def _open(self, wish: Wish) -> bool:
        """Within the hours; something of more than a day needs only its first and last minute and an open hour a day.
        """
        days = self._days(wish)
        if len(days) == 1 or wish.end - wish.start < DAY:
            spans = self._of(days[0]) + [one for day in days[1:] for one in self._of(day)]
            return any(one.start <= wish.start and wish.end <= one.end for one in _touching(spans))
        edges = ((days[0], wish.start), (days[-1], wish.end - timedelta(minutes=1)))
        return all(self._of(day) for day in days) and all(
            any(one.start <= moment < one.end for one in self._of(day)) for day, moment in edges)

    def _of(self, day: date) -> list[Span]:
        if day not in self._spans:
            self._spans[day] = open_spans(self._schedule, day, day)
        return self._spans[day]

    def _decided_by(self, wish: Wish) -> date:
        """The last day of the last step, each counted from the end of the one before."""
        day = wish.received.astimezone(self._zone).date()
        for step in steps_of(self.rules.desk, wish.intake, wish.people, wish.kind):
            day = due_on(day, step.days, working=self.rules.desk.working, off=self._joint)
        return day


def _touching(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for one in spans:
        if found and found[-1].end == one.start:
            found[-1] = Span(found[-1].start, one.end)
        else:
            found.append(one)
    return found


class _Book:
    """What units are taken when, by day."""

    def __init__(self) -> None:
        self._taken: dict[Slot, list[Wish]] = defaultdict(list)

    def add(self, wish: Wish) -> None:
        for slot in _slots(wish):
            self._taken[slot].append(wish)

    def in_the_way(self, wish: Wish) -> set[int]:
        """Ids of dates that meet *wish* on one of its units."""
        return {other.id for slot in _slots(wish) for other in self._taken.get(slot, ())
                if other.id != wish.id and other.span.meets(wish.span)}


def _slots(wish: Wish) -> list[Slot]:
    first, last = wish.span.start.date(), wish.span.end.date()
    days = [first + number * DAY for number in range((last - first).days + 1)]
    return [(unit, day) for unit in wish.units for day in days]


def replay(log: Log, rules: CentreRules) -> Replayed:
    """*log* under *rules*. With the log's own rules nothing changes."""
    ordered = sorted(log.wishes, key=lambda one: (one.received, one.id))
    own, new = _Judge(log.own, log), _Judge(rules, log)
    before, after = _Book(), _Book()
    results: dict[int, Result] = {}
    for wish in (one for one in ordered if one.outcome == "granted"):
        before.add(wish)
        broken = new.faults(wish) - own.faults(wish)
        own.keep(wish)
        if broken:
            results[wish.id] = Result(wish, "refused", first_of(broken))
        else:
            after.add(wish)
            new.keep(wish)
            results[wish.id] = Result(wish, "granted", "", new.price(wish)[1])
    for wish in (one for one in ordered if one.outcome != "granted"):
        results[wish.id] = _again(wish, own, new, before, after)
    kept = [one.wish for one in results.values() if one.outcome == "granted"]
    return Replayed(rules, tuple(results[one.id] for one in sorted(log.wishes, key=lambda one: one.id)),
                    _money(new, kept), _money(own, [one for one in ordered if one.outcome == "granted"]))


def first_of(rules: Collection[str]) -> str:
    """The rule that is told of several: the first of ``RULES``, then quotas by their codes."""
    return next((one for one in RULES if one in rules), min(rules))


def _again(wish: Wish, own: _Judge, new: _Judge, before: _Book, after: _Book) -> Result:
    """A wish that was not granted: granted when what stood in its way is gone, else as it was."""
    if wish.outcome not in ("refused", "waiting"):
        return Result(wish, wish.outcome)
    broken = new.faults(wish)
    lifted = own.faults(wish) - broken
    if broken or after.in_the_way(wish) or not (lifted or before.in_the_way(wish)):
        return Result(wish, wish.outcome)
    after.add(wish)
    new.keep(wish)
    return Result(wish, "granted", first_of(lifted) if lifted else "freed", new.price(wish)[1])


def _money(by: _Judge, kept: Iterable[Wish]) -> Money:
    known = paying = unknown = 0
    for wish in kept:
        pays, amount = by.price(wish)
        paying += pays
        unknown += amount is None
        known += amount or 0
    return Money(known, paying, unknown)


def reason_words(reason: str) -> Message:
    """A reason of a result in words."""
    if reason.startswith(QUOTA):
        return message("creative.replay.reason.quota", code=reason.removeprefix(QUOTA))
    return message(f"creative.replay.reason.{reason or 'none'}")


def by_organiser(results: Iterable[Result]) -> Mapping[str, int]:
    """How many organisers stand behind results, by reason: for what may leave the region."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in results:
        found[one.reason].add(one.wish.organiser)
    return {reason: len(some) for reason, some in sorted(found.items())}

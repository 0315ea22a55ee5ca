"""Whether a wish keeps to the rules by which a centre shares its space, and when it would.

Idea: ``judge`` gives every rule that a wish breaks, with the numbers: what is used, what may be, what is asked for, of
which period, and from when it would be allowed. ``closed_spans`` turns the same rules into spans in which an event of
some length may not lie for this asker, so that the smallest change that would fit (``calendar.py``) keeps to them; what
it proposes is judged once more. A meeting counts for the period of the local day on which it begins.

Prime hours are what of a rule's window lies in open hours, of all spaces it covers. What others than its groups may
have is the whole less the share kept, rounded down to the minute. Durations are exact; hours are decimals for people.
Moments are local to the region; ``today`` is an argument. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sepadan.creative.engine.opening import DAY, Span, days
from sepadan.creative.engine.quota_rules import Groups, Kept, Lead, Limit, Needs, OpenWishes, Per, Rule
from sepadan.ground.messages import Message, message

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Used:
    """A meeting that counts: its span, its space and its kind, its booking."""

    span: Span
    space: str
    kind: str
    booking: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish as the rules see it. ``given``: the fields that were filled in."""

    space: str
    kind: str
    groups: Groups
    meetings: tuple[Span, ...]
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """What is known of the rest: the organiser's own meetings, his wishes that are not decided, the meetings of others
    than a ``kept`` rule's groups, and the prime time there is: both by rule and first day of the period."""

    own: Sequence[Used] = ()
    open_wishes: int = 0
    others: Mapping[tuple[str, date], timedelta] = field(default_factory=dict)
    prime: Mapping[tuple[str, date], timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is not kept. ``used``, ``most`` and ``asked`` in hours or pieces; ``free_on``: from when it is."""

    rule: str
    what: Message
    remedy: Message
    used: Decimal
    most: Decimal
    asked: Decimal
    free_on: date | None = None


def period(day: date, per: Per) -> tuple[date, date]:
    """The first day of the period of *day*, and that of the next one."""
    if per == "day":
        return day, day + DAY
    if per == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + 7 * DAY
    if per == "month":
        first = day.replace(day=1)
        return first, (first + 32 * DAY).replace(day=1)
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def hours(length: timedelta) -> Decimal:
    """Hours as people say them: at most two decimals, none that are zero."""
    exact = (Decimal(length // timedelta(minutes=1)) / 60).quantize(Decimal("0.01"))
    return exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize()


def judge(rules: Iterable[Rule], asked: Asked, book: Book, today: date) -> list[Breach]:
    """Every rule that *asked* breaks, in the order of *rules*; of each the first period or meeting."""
    found: list[Breach | None] = []
    for rule in rules:
        if not rule.binds(asked.space, asked.kind, asked.groups):
            continue
        if isinstance(rule, Limit):
            found.append(_limit(rule, asked, book))
        elif isinstance(rule, OpenWishes):
            found.append(_open(rule, book))
        elif isinstance(rule, Lead):
            found.append(_lead(rule, asked, today))
        elif isinstance(rule, Kept):
            found.append(_kept(rule, asked, book, today))
        elif isinstance(rule, Needs):
            found.append(_needs(rule, asked))
    return [one for one in found if one is not None]


def _limit(rule: Limit, asked: Asked, book: Book) -> Breach | None:
    for first, after in sorted({period(one.start.date(), rule.per) for one in asked.meetings}):
        wanted = [one for one in asked.meetings if first <= one.start.date() < after]
        used, more = _counted(rule, book.own, first, after), _measure(rule, wanted)
        if used + more > rule.most:
            left = max(Decimal(0), rule.most - used)
            facts = {"rule": rule.code, "used": used, "most": rule.most, "asked": more, "left": left, "day": first,
                     "next": after}
            return Breach(rule.code, message(f"creative.quota.{rule.counted}.{rule.per}", **facts),
                          message(f"creative.quota.{rule.counted}.remedy", **facts), used, Decimal(rule.most), more,
                          after)
    return None


def _counted(rule: Limit, own: Iterable[Used], first: date, after: date) -> Decimal:
    rows = [one for one in own if first <= one.span.start.date() < after and rule.covers(one.space, one.kind)]
    if rule.counted == "bookings":
        return Decimal(len({one.booking for one in rows}))
    return _measure(rule, [one.span for one in rows])


def _measure(rule: Limit, spans: Sequence[Span]) -> Decimal:
    if rule.counted == "bookings":
        return Decimal(bool(spans))
    if rule.counted == "meetings":
        return Decimal(len(spans))
    return hours(sum((one.length for one in spans), NOTHING))


def _open(rule: OpenWishes, book: Book) -> Breach | None:
    if book.open_wishes < rule.most:
        return None
    facts = {"rule": rule.code, "used": book.open_wishes, "most": rule.most}
    return Breach(rule.code, message("creative.quota.open", **facts), message("creative.quota.open.remedy", **facts),
                  Decimal(book.open_wishes), Decimal(rule.most), Decimal(1))


def _lead(rule: Lead, asked: Asked, today: date) -> Breach | None:
    first, last = (edge(one.start.date() for one in asked.meetings) for edge in (min, max))
    ahead = (first - today).days
    if ahead < rule.least_days:
        earliest = today + rule.least_days * DAY
        facts = {"rule": rule.code, "ahead": ahead, "least": rule.least_days, "day": earliest}
        return Breach(rule.code, message("creative.quota.early", **facts),
                      message("creative.quota.early.remedy", **facts), Decimal(ahead), Decimal(rule.least_days),
                      Decimal(ahead), earliest)
    ahead = (last - today).days
    if rule.most_days is not None and ahead > rule.most_days:
        facts = {"rule": rule.code, "ahead": ahead, "most": rule.most_days, "day": today + rule.most_days * DAY}
        return Breach(rule.code, message("creative.quota.late", **facts),
                      message("creative.quota.late.remedy", **facts), Decimal(ahead), Decimal(rule.most_days),
                      Decimal(ahead))
    return None


def _needs(rule: Needs, asked: Asked) -> Breach | None:
    if rule.field in asked.given or (rule.groups and rule.groups.isdisjoint(asked.groups)):
        return None
    facts = {"rule": rule.code, "field": message(f"creative.quota.field.{rule.field}")}
    return Breach(rule.code, message("creative.quota.needs", **facts), message("creative.quota.needs.remedy", **facts),
                  Decimal(0), Decimal(1), Decimal(0))


def _kept(rule: Kept, asked: Asked, book: Book, today: date) -> Breach | None:
    if not rule.groups.isdisjoint(asked.groups):
        return None
    still = [one for one in asked.meetings if _still_kept(rule, one.start.date(), today)]
    for first, after in sorted({period(one.start.date(), rule.per) for one in still}):
        wanted = [one for one in still if first <= one.start.date() < after]
        more = sum((in_prime(rule, one) for one in wanted), NOTHING)
        used, most = book.others.get((rule.code, first), NOTHING), for_others(rule, book, first)
        if more and used + more > most:
            opens = wanted[0].start.date() - rule.until_days * DAY
            facts = {"rule": rule.code, "share": rule.share, "used": hours(used), "most": hours(most),
                     "asked": hours(more), "groups": group_words(rule.groups), "since": f"{rule.since:%H.%M}",
                     "until": f"{rule.until:%H.%M}", "day": opens, "first": first}
            return Breach(rule.code, message("creative.quota.kept", **facts),
                          message("creative.quota.kept.remedy", **facts), hours(used), hours(most), hours(more), opens)
    return None


def _still_kept(rule: Kept, day: date, today: date) -> bool:
    return (day - today).days > rule.until_days


def for_others(rule: Kept, book: Book, first: date) -> timedelta:
    """What others than the groups of *rule* may have of the prime time of a period, to the whole minute."""
    minutes = book.prime.get((rule.code, first), NOTHING) // timedelta(minutes=1)
    return timedelta(minutes=minutes * (100 - rule.share) // 100)


def windows(rule: Kept, first: date, after: date, zone_of: datetime) -> list[Span]:
    """The prime windows from *first* to before *after*, in the zone of the moment *zone_of*."""
    return [Span(datetime.combine(day, rule.since, zone_of.tzinfo), datetime.combine(day, rule.until, zone_of.tzinfo))
            for day in days(first, after - DAY) if day.weekday() in rule.weekdays]


def in_prime(rule: Kept, span: Span) -> timedelta:
    """How much of *span* lies in the prime windows of *rule*."""
    last = (span.end - timedelta(microseconds=1)).date()
    return sum((max(NOTHING, min(one.end, span.end) - max(one.start, span.start))
                for one in windows(rule, span.start.date(), last + DAY, span.start)), NOTHING)


def closed_spans(rules: Iterable[Rule], asked: Asked, book: Book, today: date, first: date, last: date
                 ) -> list[Span]:
    """Where from *first* to *last* (inclusive) an event as long as the first of *asked* may not begin, by the rules.

    Whole periods whose limit it would pass, days outside the lead time, prime windows that are kept for others.
    """
    event = asked.meetings[0]
    found: list[Span] = []
    for rule in rules:
        if not rule.binds(asked.space, asked.kind, asked.groups):
            continue
        if isinstance(rule, Limit):
            found += [_whole_days(begin, after, event.start) for begin, after in _periods(rule.per, first, last)
                      if _counted(rule, book.own, begin, after) + _measure(rule, [event]) > rule.most]
        elif isinstance(rule, Lead):
            found.append(_whole_days(first, max(first, today + rule.least_days * DAY), event.start))
            if rule.most_days is not None:
                found.append(_whole_days(min(last + DAY, today + (rule.most_days + 1) * DAY), last + DAY, event.start))
        elif isinstance(rule, Kept) and rule.groups.isdisjoint(asked.groups):
            for begin, after in _periods(rule.per, first, last):
                left = for_others(rule, book, begin) - book.others.get((rule.code, begin), NOTHING)
                if left < event.length:
                    found += [one for one in windows(rule, begin, after, event.start)
                              if _still_kept(rule, one.start.date(), today)]
    return [one for one in found if one.start < one.end]


def hours_left(rules: Iterable[Rule], asked: Asked, book: Book) -> timedelta | None:
    """How long the first meeting of *asked* may be by the limits on hours; None when none binds."""
    day = asked.meetings[0].start.date()
    left = [rule.most - _counted(rule, book.own, *period(day, rule.per)) for rule in rules
            if isinstance(rule, Limit) and rule.counted == "hours"
            and rule.binds(asked.space, asked.kind, asked.groups)]
    return timedelta(minutes=int(max(Decimal(0), min(left)) * 60)) if left else None


def _periods(per: Per, first: date, last: date) -> list[tuple[date, date]]:
    found = [period(first, per)]
    while found[-1][1] <= last:
        found.append(period(found[-1][1], per))
    return found


def _whole_days(first: date, after: date, zone_of: datetime) -> Span:
    return Span(*(datetime.combine(day, time(), zone_of.tzinfo) for day in (first, after)))


def group_words(groups: Groups) -> Message | str:
    """The names of groups, one after the other."""
    found: Message | str = ""
    for name in sorted(groups):
        kind, _, code = name.partition(":")
        one = message(f"creative.quota.group.{kind}", code=code)
        found = message("creative.quota.group.and", one=found, other=one) if found else one
    return found

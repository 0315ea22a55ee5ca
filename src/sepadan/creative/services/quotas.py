"""Keeping to the centre's quotas when a wish is filed or a date is moved: read, judge, refuse with the numbers.

What counts for an organiser are his dates that are wanted, wait, are held or confirmed, and those to which he did not
come: of the same name, or the same contact (``queries/groups.py``). Prime hours of others are those held or confirmed.
Two wishes of one organiser at once are judged one after the other: a lock on his name and contact, and on each rule
that keeps hours for groups, is taken before any unit. An officer may let a wish pass with a reason; that is kept and
counted (``Override``). Moments local to the region inside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from sepadan.creative.engine.opening import DAY, Span, open_spans
from sepadan.creative.engine.quota_rules import Groups, Kept, OpenWishes, Rule, groups_of, read_quotas
from sepadan.creative.engine.quotas import Asked, Book, Breach, Used, in_prime, judge, period, windows
from sepadan.creative.models import Booking, BookingDate, Centre, Override, Space
from sepadan.creative.names import BLOCKING, BookingState, DateState
from sepadan.creative.queries.groups import groups_of_booking, is_newcomer, same_organiser, with_newcomer
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.open_times import schedule_of
from sepadan.ground.problems import Problem, Refused
from sepadan.records.public import Actor, current_region, record, zone_of

COUNTED = (*BLOCKING, DateState.WANTED, DateState.WAITING, DateState.NO_SHOW)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as the rules see it. ``booking``: the one that is moved, when it is there already."""

    organiser: str
    contact: str = ""
    kind: str = ""
    subsector: str = ""
    kecamatan: str = ""
    disability: bool = False
    nib: str = ""
    people: int | None = None
    booking: int | None = None

    @property
    def given(self) -> frozenset[str]:
        facts = {"nib": self.nib, "subsector": self.subsector, "kecamatan": self.kecamatan, "people": self.people}
        return frozenset(name for name, value in facts.items() if value)


def asker_of_booking(booking: Booking) -> Asker:
    return Asker(booking.organiser, booking.contact, booking.organiser_kind, booking.subsector, booking.kecamatan,
                 booking.disability, booking.nib, booking.people, booking.pk)


def rules_of_centre(centre: Centre) -> tuple[Rule, ...]:
    return read_quotas(centre.rules)


def check_quotas(space: Space, asker: Asker, meetings: Sequence[Meeting], *, now: datetime, today: date,
                 override: str = "", but: Sequence[int] = ()) -> list[Breach]:
    """The rules that *meetings* would break, which *override* lets pass; without it raises Refused for the first.

    *but*: dates that do not count (those that are moved). The caller has taken ``lock_asker``.
    """
    rules = rules_of_centre(space.floor.centre)
    if not rules or not meetings:
        return []
    asked = asked_of(space, asker, meetings, now)
    broken = judge(rules, asked, book_of(space.floor.centre, rules, asked, asker, but=but), today)
    if asker.booking is not None:  # a date that moves is no further wish
        open_codes = {one.code for one in rules if isinstance(one, OpenWishes)}
        broken = [one for one in broken if one.rule not in open_codes]
    if broken and not override.strip():
        raise Refused(Problem(broken[0].what, space.name, broken[0].remedy))
    return broken


def asked_of(space: Space, asker: Asker, meetings: Sequence[Meeting], now: datetime) -> Asked:
    zone = zone_of(current_region())
    groups = groups_of(asker.kind, newcomer=is_newcomer(asker.organiser, asker.contact, now),
                       disability=asker.disability, subsector=asker.subsector, kecamatan=asker.kecamatan)
    spans = tuple(Span(one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)) for one in meetings)
    return Asked(space.code, space.kind, groups, spans, asker.given)


def book_of(centre: Centre, rules: Sequence[Rule], asked: Asked, asker: Asker, *, but: Sequence[int] = (),
            reach: timedelta = NOTHING) -> Book:
    """What is known of the organiser's own meetings and of the hours kept for groups; with *reach* that many days each
    way more, and for every space."""
    first = min(one.start.date() for one in asked.meetings) - reach
    last = max(one.start.date() for one in asked.meetings) + reach
    year = (period(first, "year")[0], period(last, "year")[1])
    mine = Booking.objects.filter(same_organiser(asker.organiser, asker.contact), centre=centre)
    own = _used(BookingDate.objects.filter(booking__in=mine.values("pk"), state__in=[one.value for one in COUNTED],
                                           starts_at__gte=_start(year[0]), starts_at__lt=_start(year[1]))
                .exclude(pk__in=list(but)).select_related("space"))
    waiting = mine.filter(state__in=[BookingState.REVIEW.value, BookingState.ASKED.value, BookingState.WAITING.value])
    kept = [one for one in rules if isinstance(one, Kept) and one.groups.isdisjoint(asked.groups)
            and one.excepted.isdisjoint(asked.groups) and (reach or one.covers(asked.space, asked.kind))]
    others: dict[tuple[str, date], timedelta] = {}
    prime: dict[tuple[str, date], timedelta] = {}
    for rule in kept:
        begin, after = period(first, rule.per)[0], period(last, rule.per)[1]
        if reach or any(in_prime(rule, one) for one in asked.meetings):
            _add_kept(centre, rule, begin, after, but, others, prime)
    return Book(own, waiting.count(), others, prime)


def _used(dates: Iterable[BookingDate]) -> list[Used]:
    zone = zone_of(current_region())
    return [Used(Span(one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)), one.space.code, one.space.kind,
                 str(one.booking_id)) for one in dates]


def _add_kept(centre: Centre, rule: Kept, first: date, after: date, but: Sequence[int],
              others: dict[tuple[str, date], timedelta], prime: dict[tuple[str, date], timedelta]) -> None:
    """The prime time of *rule* from *first* to *after*, and what others than its groups have of it, by period."""
    spaces = [one for one in Space.objects.select_related("floor").filter(floor__centre=centre, bookable=True)
              if rule.covers(one.code, one.kind)]
    start = _start(first)
    for space in spaces:
        schedule = schedule_of(space)
        opened = open_spans(schedule, first, after - DAY) if schedule.hours else [Span(start, _start(after))]
        for window in windows(rule, first, after, start):
            key = (rule.code, period(window.start.date(), rule.per)[0])
            prime[key] = prime.get(key, NOTHING) + sum((
                max(NOTHING, min(one.end, window.end) - max(one.start, window.start)) for one in opened), NOTHING)
    dates = list(BookingDate.objects.filter(
        space__in=spaces, state__in=[one.value for one in BLOCKING], starts_at__gte=start,
        starts_at__lt=_start(after)).exclude(pk__in=list(but)))
    groups = booking_groups({one.booking_id for one in dates})
    zone = zone_of(current_region())
    for one in dates:
        if rule.groups.isdisjoint(groups[one.booking_id]):
            span = Span(one.starts_at.astimezone(zone), one.ends_at.astimezone(zone))
            key = (rule.code, period(span.start.date(), rule.per)[0])
            others[key] = others.get(key, NOTHING) + in_prime(rule, span)


def booking_groups(keys: Iterable[int]) -> dict[int, Groups]:
    """The groups of each booking by its id."""
    found: dict[int, Groups] = defaultdict(frozenset)
    rows: list[Any] = list(with_newcomer(Booking.objects.filter(pk__in=set(keys))))
    for one in rows:
        found[one.pk] = groups_of_booking(one, newcomer=one.newcomer)
    return found


def _start(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone_of(current_region()))


def lock_asker(space: Space, asker: Asker) -> None:
    """Wishes of one organiser, and those that share hours kept for groups, are judged one after the other. Nothing is
    locked where the centre has no quotas. To be taken before any unit."""
    rules = rules_of_centre(space.floor.centre)
    if not rules:
        return
    name, contact = _plain(asker.organiser), _plain(asker.contact)
    names = [f"rule:{one.code}" for one in rules if isinstance(one, Kept)]
    names += [f"name:{name}"] * bool(name) + [f"contact:0{contact.removeprefix('62').lstrip('0')}"] * bool(contact)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(name, %s) AS key "
            "FROM unnest(%s::text[]) AS name ORDER BY key) AS keys", [current_region().pk, names])


def _plain(text: str) -> str:
    return "".join(one for one in text.lower() if one.isalnum())


def note_overrides(booking: Booking, broken: Sequence[Breach], reason: str, *, line: bool, actor: Actor,
                   now: datetime) -> None:
    """Keep that an officer let *booking* pass rules, or the line, and why."""
    if not reason.strip():
        return
    rows = [(one.rule, {"used": str(one.used), "most": str(one.most), "asked": str(one.asked)}) for one in broken]
    rows += [("line", {})] if line else []
    for rule, facts in rows:
        Override.objects.create(booking=booking, rule=rule, reason=reason.strip()[:500], facts=facts, at=now,
                                by_id=actor.person_id, by_name=actor.name)
    record(actor, "creative.audit.override", booking, now=now, reason=reason.strip()[:500],
           after={"number": booking.number, "rules": ", ".join(rule for rule, _ in rows)})

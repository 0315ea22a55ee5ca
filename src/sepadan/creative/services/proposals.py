"""The smallest changes by which a refused wish would fit: another space, a shift, shorter, fewer people, another day.

The calendar's engine (``engine/calendar.py``) proposes; what it must keep to is put before it as data: open hours less
the spans that the centre's quotas close for this organiser, units that are taken or kept for those who wait in line,
and for each item of equipment a unit of its own that is busy while too few pieces are free. What comes out is judged
by the quotas once more, so that a proposal that is taken is not refused for a rule. Of a series: without the dates that
do not fit, the whole in another space, the whole some minutes later or earlier. Nothing is locked: somebody else may
be faster. Moments local to the region.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from sepadan.creative.engine.calendar import (
    SHORTEST,
    Bookable,
    Change,
    Elsewhere,
    Shorter,
    changes_that_fit,
    clash,
    fits,
    other_times,
    told,
)
from sepadan.creative.engine.opening import Span, take_out
from sepadan.creative.engine.quota_rules import Rule
from sepadan.creative.engine.quotas import Asked, Book, closed_spans, hours_left, judge
from sepadan.creative.engine.stock import short
from sepadan.creative.models import Centre, Space, StockItem
from sepadan.creative.names import Hold
from sepadan.creative.queries.stock import promises
from sepadan.creative.services.alternatives import REACH, Finder
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.lines import line, line_rules
from sepadan.creative.services.quotas import Asker, asked_of, book_of, rules_of_centre
from sepadan.ground.messages import Message, message

MOST = 4
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change in words, and the fields of the form that it changes."""

    text: Message
    fields: Mapping[str, str]


class Proposer:
    """Everything that stands around one wish, read once."""

    def __init__(self, space: Space, asker: Asker, meetings: Sequence[Meeting], stock: Mapping[str, int], *,
                 now: datetime, today: date):
        self.centre: Centre = space.floor.centre
        self.space, self.asker, self.now, self.today = space, asker, now, today
        self.finder = Finder(self.centre, now)
        zone = self.finder.zone
        self.events = [Span(one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)) for one in meetings]
        self.whole = Span(self.events[0].start, max(one.end for one in self.events))
        self.busy = self.finder.busy_around(self.whole)
        self.rules: tuple[Rule, ...] = rules_of_centre(self.centre)
        self.asked = asked_of(space, asker, meetings, now)
        self.book = book_of(self.centre, self.rules, self.asked, asker, reach=timedelta(days=REACH)) if self.rules \
            else Book()
        self.items = self._stock(stock)
        self._line()
        self.spaces = {code: self._bookable(one) for code, one in self.finder.spaces.items()}

    def _stock(self, stock: Mapping[str, int]) -> list[str]:
        """A busy unit for each item that is wanted, while too few are free."""
        rows = {one.code: one for one in StockItem.objects.filter(centre=self.centre, code__in=[
            code for code, count in stock.items() if count])}
        around = Span(self.whole.start - timedelta(days=REACH + 1), self.whole.end + timedelta(days=REACH + 1))
        taken = promises([one.pk for one in rows.values()], around.start, around.end)
        for code, item in rows.items():
            missing = short(item.quantity, taken.get(item.pk, ()), stock[code], around)
            self.busy[f"stock:{code}"] = [self._local(one) for one in missing]
        return [f"stock:{code}" for code in rows]

    def _line(self) -> None:
        """Slots that others wait for are not proposed."""
        if line_rules(self.centre).offer_hours:
            for one in line(self.centre, self.now):
                if self.now < one.queued.closes_at:
                    for unit, spans in one.queued.takes.items():
                        self.busy[unit] = [*self.busy.get(unit, ()), *map(self._local, spans)]

    def _local(self, span: Span) -> Span:
        """*span* in the region's zone: a proposal begins where something ends, and takes its zone from there."""
        return Span(span.start.astimezone(self.finder.zone), span.end.astimezone(self.finder.zone))

    def _bookable(self, space: Space) -> Bookable:
        plain = self.finder.bookable(space, self.whole)
        needs: dict[Hashable, Hold] = {**plain.needs, **dict.fromkeys(self.items, Hold.WHOLE)}
        opened: Sequence[Span] = plain.opened
        if self.rules and opened:
            asked = self._asked(space, [self.events[0]])
            opened = take_out(opened, closed_spans(self.rules, asked, self.book, self.today, opened[0].start.date(),
                                                   opened[-1].end.date()))
        return replace(plain, needs=needs, opened=opened)

    def _asked(self, space: Space, events: Sequence[Span]) -> Asked:
        return replace(self.asked, space=space.code, kind=space.kind, meetings=tuple(events))

    def allowed(self, code: str, events: Sequence[Span]) -> bool:
        """Whether the quotas let *events* in the space *code*."""
        return not judge(self.rules, self._asked(self.finder.spaces[code], events), self.book, self.today)

    def single(self, people: int | None) -> list[Proposal]:
        """For one meeting, the smallest change first."""
        event, own = self.events[0], self.spaces[self.space.code]
        changes = changes_that_fit(own, event, self.busy, self.spaces.values(), people, not_before=self.now)
        crowded = people is not None and own.seats is not None and people > own.seats
        shift, found = changes.shift, list[Change]()
        found += changes.elsewhere[:2]
        if not crowded:
            found += [one for one in (shift if shift and shift.same_day else None, changes.shorter, self._less(own))
                      if one is not None]
        found += changes.smaller[:1]
        if not crowded and shift is not None and not shift.same_day:
            found.append(shift)
        made = [self._fewer(own)] if crowded and fits(own, event, self.busy, self.now) else []
        return [*made, *(one for one in map(self._proposal, found) if one is not None)][:MOST]

    def _less(self, own: Bookable) -> Shorter | None:
        """The same start, as many hours as are left to the organiser."""
        left = hours_left(self.rules, self.asked, self.book)
        event = self.events[0]
        if left is None or left >= event.length or SHORTEST * left < (SHORTEST - 1) * event.length:
            return None
        shorter = Span(event.start, event.start + left)
        plain = self.finder.bookable(self.space, self.whole)
        if not fits(replace(own, opened=plain.opened), shorter, self.busy, self.now):
            return None
        return Shorter(shorter, (event.length - left) // timedelta(minutes=1))

    def _fewer(self, own: Bookable) -> Proposal:
        return Proposal(message("creative.proposal.fewer", space=own.name, seats=own.seats),
                        {"people": str(own.seats)})

    def _proposal(self, change: Change) -> Proposal | None:
        if isinstance(change, Elsewhere):
            if not self.allowed(change.space.code, [self.events[0]]):
                return None
            fields = {"space": change.space.code}
            if change.people_over:
                fields["people"] = str(change.space.seats)
            return Proposal(told(change), fields)
        if change.event.start.date() != change.event.end.date() or not self.allowed(self.space.code, [change.event]):
            return None  # the form has one day; midnight is the next
        return Proposal(told(change), _times(change.event))

    def series(self, people: int | None) -> list[Proposal]:
        """For several meetings: without those that do not fit, elsewhere, shifted as a whole."""
        own, made = self.spaces[self.space.code], list[Proposal]()
        crowded = people is not None and own.seats is not None and people > own.seats
        rooms = replace(own, needs=self.finder.needs[self.space.pk])  # what is skipped is a space that is taken alone
        good = [] if crowded else [one for one in self.events if clash(rooms, one, self.busy) is None]
        if 0 < len(good) < len(self.events) and all(fits(own, one, self.busy, self.now) for one in good) \
                and self.allowed(own.code, good):
            made.append(Proposal(message("creative.proposal.skip", free=len(good), count=len(self.events)),
                                 {"on_clash": "skip"}))
        roomy = sorted((one for one in self.spaces.values() if one.code != own.code and (
            people is None or one.seats is None or one.seats >= people)),
                       key=lambda one: (one.seats is None, one.seats or 0, one.code))
        elsewhere = (one for one in roomy if all(fits(one, event, self.busy, self.now) for event in self.events)
                     and self.allowed(one.code, self.events))
        made += [Proposal(message("creative.proposal.all_elsewhere", space=one.name, count=len(self.events)),
                          {"space": one.code}) for one in islice(elsewhere, 2)]
        made += [] if crowded else islice(self._shifted(own), 1)
        return made[:MOST]

    def _shifted(self, own: Bookable) -> Iterable[Proposal]:
        for first in other_times(own, self.events[0], self.busy, 12, self.now):
            by = first.start - self.events[0].start
            events = [Span(one.start + by, one.end + by) for one in self.events]
            if by and abs(by) < DAY and first.start.date() == self.events[0].start.date() and all(
                    fits(own, one, self.busy, self.now) for one in events) and self.allowed(own.code, events):
                times = {"since": f"{first.start:%H.%M}", "until": f"{first.end:%H.%M}"}
                yield Proposal(message("creative.proposal.all_shifted", **times),
                               {"since": f"{first.start:%H:%M}", "until": f"{first.end:%H:%M}"})


def propose(space: Space, asker: Asker, meetings: Sequence[Meeting], *, people: int | None,
            stock: Mapping[str, int], now: datetime, today: date) -> list[Proposal]:
    """Up to ``MOST`` changes by which *meetings* would fit, the smallest first; none when nothing fits."""
    if not meetings:
        return []
    ordered = sorted(meetings, key=lambda one: one.starts_at)
    proposer = Proposer(space, asker, ordered, stock, now=now, today=today)
    if space.code not in proposer.spaces:
        return []
    if len(ordered) > 1:
        return proposer.series(people)
    return [*proposer.single(people), *_another_period(proposer, ordered[0], people, stock)][:MOST]


def _another_period(proposer: Proposer, meeting: Meeting, people: int | None, stock: Mapping[str, int]
                    ) -> list[Proposal]:
    """The same weekday and hours once a rule counts anew, when that is farther than a proposal looks."""
    free_on = max((one.free_on for one in judge(proposer.rules, proposer.asked, proposer.book, proposer.today)
                   if one.free_on is not None), default=None)
    if free_on is None:
        return []
    weeks = -((proposer.events[0].start.date() - free_on).days // 7)
    if weeks * 7 <= REACH:
        return []
    later = Meeting(meeting.starts_at + timedelta(weeks=weeks), meeting.ends_at + timedelta(weeks=weeks))
    moved = Proposer(proposer.space, proposer.asker, [later], stock, now=proposer.now, today=proposer.today)
    event, own = moved.events[0], moved.spaces[proposer.space.code]
    if not fits(own, event, moved.busy, moved.now) or not moved.allowed(own.code, [event]) or (
            people is not None and own.seats is not None and people > own.seats):
        return []
    return [Proposal(message("creative.change.other_day", day=event.start.date(), since=f"{event.start:%H.%M}",
                             until=f"{event.end:%H.%M}"), _times(event))]


def _times(event: Span) -> dict[str, str]:
    return {"day": f"{event.start:%Y-%m-%d}", "since": f"{event.start:%H:%M}", "until": f"{event.end:%H:%M}"}

"""What a centre did in a month, counted so that every number is the sum of rows that can be shown.

Idea: a number without its definition cannot be compared, and one without its rows cannot be checked. Each measure is a
list of rows with what each adds (``rows_of``); the number is their sum (``total``) and nothing else. Definitions:

    event       one confirmed date that begins in the month (a series of four Tuesdays is four events)
    hours       from start to end of confirmed dates, as far as they lie in the month; set-up and clear-down not counted
    organiser   one name as written, capitals, signs and spaces aside; new when its first event of all lies in the month
    visit       entries counted at the door; without a door what the organiser reported after, else stated before the
                event; the three are added and always told apart. The same person twice is two visits
    people      different tickets that came in, per event; nobody is recognised from one event to the next
    request     one booking filed in the month; its outcome is that known at the moment of counting
    use share   hours of units in use within the open hours / open hours of units; days off and closures are not open
    cost        running cost of the year / 12, per visit; missing until the region enters it with a source

Minutes are whole, money whole rupiah, shares exact. Times are local to the region. Rows are of one moment of knowledge;
whoever reads them decides which. Evenness of the helix is Pielou's J over the five sectors by hours (0 one alone, 1
equal); organisers outside the five are left out of it and told. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction
from math import log
from typing import Literal

from sepadan.creative.engine.opening import Schedule, Span, join, open_spans
from sepadan.ground.money import Rupiah

VisitKind = Literal["scanned", "reported", "stated"]
VISIT_KINDS: tuple[VisitKind, ...] = ("scanned", "reported", "stated")
HELIX = ("academia", "business", "community", "government", "media")
GROUPS = ("floor", "space", "purpose", "sector", "subsector")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visits:
    """How many came. ``people``: different tickets that came in, None where nobody counted them."""

    count: int
    kind: VisitKind
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A space: its floor, and the units that only one party can use at a time."""

    code: str
    name: str
    floor: int
    units: tuple[int, ...]
    bookable: bool = True


@dataclass(frozen=True, slots=True)
class Use:
    """One date of a booking as it was known. ``pays`` is what its answers make it (``engine/nature.py``)."""

    id: int
    booking: int
    number: str
    space: str
    start: datetime
    end: datetime
    state: str
    organiser: str
    sector: str = ""
    purpose: str = ""
    subsector: str = ""
    pays: str = "unknown"
    visits: Visits | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request (a booking) as it was known."""

    id: int
    number: str
    received: datetime
    state: str
    organiser: str
    reason: str = ""
    decided: datetime | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """Money of the month's events by the ledger: charged, and received of it. Whole rupiah."""

    charged: Rupiah
    received: Rupiah
    charges: int


@dataclass(frozen=True)
class Facts:
    """All that is known of one month at one moment. ``last`` is its last day. ``first_events``: by organiser, the day
    of the first event of all. ``schedules`` by space; ``days_off`` those in the month. ``cost`` is that of the year.
    """

    first: date
    last: date
    zone: tzinfo
    uses: tuple[Use, ...]
    asks: tuple[Ask, ...]
    places: Mapping[str, Place]
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    first_events: Mapping[str, date] = field(default_factory=dict)
    days_off: tuple[date, ...] = ()
    cost: Rupiah | None = None
    earned: Earned | None = None
    turned_away: Mapping[str, int] = field(default_factory=dict)
    """Requests that were refused before they were filed, by the rule that refused them."""


Row = Use | Ask
Counted = tuple[Row, int]


@dataclass(frozen=True, slots=True)
class Sums:
    """A group: events, minutes, and the visits of those events whose visits are known."""

    events: int = 0
    minutes: int = 0
    visits: int = 0
    counted: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.events + other.events, self.minutes + other.minutes, self.visits + other.visits,
                    self.counted + other.counted)


def organiser_key(name: str) -> str:
    """What two spellings of one organiser share: letters and digits alone, small."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def began(facts: Facts, state: str) -> list[Use]:
    """Dates in *state* that begin in the month."""
    return [one for one in facts.uses if one.state == state and facts.first <= _day(one.start, facts) <= facts.last]


def _day(moment: datetime, facts: Facts) -> date:
    return moment.astimezone(facts.zone).date()


def minutes_in(one: Use, facts: Facts) -> int:
    """Minutes of a date that lie in the month."""
    low, high = bounds(facts)
    return max(0, (min(one.end, high) - max(one.start, low)) // MINUTE)


def bounds(facts: Facts) -> tuple[datetime, datetime]:
    """The month as moments, end excluded."""
    return (datetime(facts.first.year, facts.first.month, facts.first.day, tzinfo=facts.zone),
            datetime.combine(facts.last + timedelta(days=1), datetime.min.time(), facts.zone))


def _events(facts: Facts) -> list[Counted]:
    return [(one, 1) for one in began(facts, "confirmed")]


def _minutes(facts: Facts) -> list[Counted]:
    return [(one, minutes) for one in facts.uses if one.state == "confirmed" and (minutes := minutes_in(one, facts))]


def _first_each(rows: Iterable[Use]) -> list[Use]:
    seen: dict[str, Use] = {}
    for one in sorted(rows, key=lambda one: (one.start, one.id)):
        seen.setdefault(one.organiser, one)
    return list(seen.values())


def _organisers(facts: Facts) -> list[Counted]:
    return [(one, 1) for one in _first_each(began(facts, "confirmed"))]


def _new_organisers(facts: Facts) -> list[Counted]:
    return [(one, 1) for one in _first_each(began(facts, "confirmed"))
            if facts.first <= facts.first_events.get(one.organiser, facts.first)]


def _visits_of(kind: VisitKind) -> Callable[[Facts], list[Counted]]:
    return lambda facts: [(one, one.visits.count) for one in began(facts, "confirmed")
                          if one.visits is not None and one.visits.kind == kind]


def _visits(facts: Facts) -> list[Counted]:
    return [row for kind in VISIT_KINDS for row in _visits_of(kind)(facts)]


def _people(facts: Facts) -> list[Counted]:
    return [(one, one.visits.people) for one in began(facts, "confirmed")
            if one.visits is not None and one.visits.people is not None]


def _uncounted(facts: Facts) -> list[Counted]:
    return [(one, 1) for one in began(facts, "confirmed") if one.visits is None]


def _paying(kind: str) -> Callable[[Facts], list[Counted]]:
    return lambda facts: [(one, 1) for one in began(facts, "confirmed") if one.pays == kind]


def _state(state: str) -> Callable[[Facts], list[Counted]]:
    return lambda facts: [(one, 1) for one in began(facts, state)]


def asked_in(facts: Facts) -> list[Ask]:
    """Requests filed in the month."""
    return [one for one in facts.asks if facts.first <= _day(one.received, facts) <= facts.last]


def _asks(*states: str) -> Callable[[Facts], list[Counted]]:
    return lambda facts: [(one, 1) for one in asked_in(facts) if not states or one.state in states]


MEASURES: Mapping[str, Callable[[Facts], list[Counted]]] = {
    "events": _events, "minutes": _minutes, "organisers": _organisers, "new_organisers": _new_organisers,
    "visits": _visits, "scanned": _visits_of("scanned"), "reported": _visits_of("reported"),
    "stated": _visits_of("stated"), "uncounted": _uncounted, "people": _people, "free": _paying("free"),
    "reduced": _paying("reduced"), "pays": _paying("pays"), "pays_unknown": _paying("unknown"),
    "no_show": _state("no_show"), "cancelled": _state("cancelled"), "displaced": _state("displaced"),
    "requests": _asks(), "granted": _asks("confirmed", "cancelled"), "refused": _asks("refused"),
    "undecided": _asks("review", "asked", "waiting"), "fallen": _asks("expired", "withdrawn"),
}


def rows_of(facts: Facts, measure: str) -> list[Counted]:
    """The rows behind a measure with what each adds. Raises KeyError on an unknown name."""
    return MEASURES[measure](facts)


def total(facts: Facts, measure: str) -> int | None:
    """The number: the sum of its rows. None for visits and people when not one event says any."""
    rows = rows_of(facts, measure)
    if measure in ("visits", "people", *VISIT_KINDS) and not rows:
        return None
    return sum(amount for _, amount in rows)


def group_key(one: Use, by: str, places: Mapping[str, Place]) -> str:
    """What a date is counted under; empty where it was not said."""
    if by == "floor":
        return str(places[one.space].floor)
    return {"space": one.space, "purpose": one.purpose, "sector": one.sector, "subsector": one.subsector}[by]


def grouped(facts: Facts, by: str) -> dict[str, Sums]:
    """Events, minutes and visits by floor, space, purpose, sector or subsector. The groups add up to the whole."""
    found: dict[str, Sums] = defaultdict(Sums)
    for row, minutes in _minutes(facts):
        assert isinstance(row, Use)
        found[group_key(row, by, facts.places)] += Sums(minutes=minutes)
    for one in began(facts, "confirmed"):
        known = one.visits
        found[group_key(one, by, facts.places)] += Sums(
            1, 0, 0 if known is None else known.count, 0 if known is None else 1)
    return dict(sorted(found.items()))


def refusals(facts: Facts) -> dict[str, int]:
    """Refused requests of the month by the reason as written, most frequent first."""
    found: dict[str, int] = defaultdict(int)
    for one in asked_in(facts):
        if one.state == "refused":
            found[one.reason] += 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def by_hour(facts: Facts) -> dict[tuple[int, int], int]:
    """Minutes of confirmed dates by weekday (0 Monday) and hour of the day."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    low, high = bounds(facts)
    for one in facts.uses:
        if one.state != "confirmed":
            continue
        start, end = (moment.astimezone(facts.zone) for moment in (max(one.start, low), min(one.end, high)))
        while start < end:
            following = min(start.replace(minute=0, second=0, microsecond=0) + HOUR, end)
            found[start.weekday(), start.hour] += (following - start) // MINUTE
            start = following
    return dict(sorted(found.items()))


def weekdays_in(facts: Facts) -> dict[int, int]:
    """How often each weekday comes in the month."""
    found = dict.fromkeys(range(7), 0)
    for number in range((facts.last - facts.first).days + 1):
        found[(facts.first + timedelta(days=number)).weekday()] += 1
    return found


@dataclass(frozen=True, slots=True)
class Capacity:
    """Minutes that units were open, and in use while open. ``beyond``: minutes of use outside the open hours."""

    open: int
    used: int
    beyond: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.used, self.open) if self.open else None

    def __add__(self, other: Capacity) -> Capacity:
        return Capacity(self.open + other.open, self.used + other.used, self.beyond + other.beyond)


def capacities(facts: Facts) -> dict[int, Capacity]:
    """By unit: open and used minutes of the month. A unit follows the hours of the smallest space that needs it."""
    homes: dict[int, Place] = {}
    for place in sorted(facts.places.values(), key=lambda one: (len(one.units), one.code)):
        for unit in place.units if place.bookable else ():
            homes.setdefault(unit, place)
    taken: dict[int, list[Span]] = defaultdict(list)
    low, high = bounds(facts)
    for one in facts.uses:
        if one.state == "confirmed" and one.start < high and low < one.end:
            for unit in facts.places[one.space].units:
                taken[unit].append(Span(max(one.start, low), min(one.end, high)))
    opened: dict[int, list[Span]] = {}
    found = {}
    for unit, place in sorted(homes.items()):
        schedule = facts.schedules.get(place.code)
        if schedule is None or not schedule.hours:
            continue
        spans = opened.setdefault(id(schedule), [])
        if not spans:
            spans += open_spans(schedule, facts.first, facts.last)
        used = join(taken.get(unit, []))
        inside = _overlap(spans, used)
        found[unit] = Capacity(_length(spans), inside, _length(used) - inside)
    return found


def capacity(facts: Facts) -> Capacity | None:
    """Of the whole centre; None while its hours are not known."""
    found = capacities(facts)
    return sum(found.values(), Capacity(0, 0, 0)) if found else None


def share_of_place(facts: Facts, code: str, found: Mapping[int, Capacity]) -> Fraction | None:
    """How far one space is in use, by whoever needs one of its units: the mean over its units."""
    parts = [found[unit] for unit in facts.places[code].units if unit in found]
    return sum(parts, Capacity(0, 0, 0)).share if parts else None


def _length(spans: Iterable[Span]) -> int:
    return sum(one.length // MINUTE for one in spans)


def _overlap(left: Sequence[Span], right: Sequence[Span]) -> int:
    """Minutes in both; each list in order without overlaps."""
    place, minutes = 0, 0
    for one in right:
        while place < len(left) and left[place].end <= one.start:
            place += 1
        here = place
        while here < len(left) and left[here].start < one.end:
            minutes += (min(left[here].end, one.end) - max(left[here].start, one.start)) // MINUTE
            here += 1
    return minutes


def evenness(minutes: Mapping[str, int], sectors: Sequence[str] = HELIX) -> float | None:
    """Pielou's J of the minutes of *sectors*: 0 when one has all, 1 when all have the same; None when none has any."""
    parts = [minutes.get(one, 0) for one in sectors]
    whole = sum(parts)
    if not whole or len(parts) < 2:
        return None
    shares = [part / whole for part in parts if part]
    return abs(sum(share * log(share) for share in shares)) / log(len(parts))


def cost_per_visit(facts: Facts) -> Fraction | None:
    """A twelfth of the year's running cost per visit; None without a cost, or without a known visit."""
    visits = total(facts, "visits")
    return None if facts.cost is None or not visits else Fraction(facts.cost, 12 * visits)

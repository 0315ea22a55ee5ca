"""What a calendar feed says: bookings as entries of a calendar file, by centre, space, organiser or as a person's own.

The public reads titles of published bookings; what else is held or confirmed stands as taken, without a title, and
disappears when it ends. Who has a secret link (``full``) reads all titles, and what was cancelled as cancelled. In the
feed of a space a booking of another space that needs one of its units is in the way and shown as such.

A series is one entry with its rule: dates that are not held fall out (EXDATE), those that were moved, made longer or
cancelled stand by themselves with the time they had by the rule. Where the rule does not expand to exactly the dates in
the table, every date is an entry of its own: a feed never says what the table does not. Three queries however many
bookings there are; a window of days bounds the file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet, Sum

from sepadan import __version__
from sepadan.creative.engine.ical import Changed, Entry, Once, Series, Status
from sepadan.creative.engine.recurrence import expand
from sepadan.creative.engine.rule_text import read_rule
from sepadan.creative.models import Booking, BookingDate, Centre, Space, SpaceUnit
from sepadan.creative.names import BLOCKING, BookingState, DateState, Hold
from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.problems import Refused

PAST, AHEAD, AHEAD_FULL = timedelta(days=30), timedelta(days=150), timedelta(days=400)
GONE = (DateState.CANCELLED, DateState.DISPLACED, DateState.NO_SHOW)
MOST = 6_000
"""Bookings in one feed, the nearest to come last left out first."""


@dataclass(frozen=True, slots=True)
class FeedScope:
    """Whose calendar. ``bookings``: only these (a person's own); ``full``: with every title."""

    centre: Centre
    space: Space | None = None
    organiser: str = ""
    bookings: tuple[int, ...] | None = None
    full: bool = False
    language: Language = "id"


def mark_of(scope: FeedScope, now: datetime) -> str:
    """Tells one state of a feed from another without writing it. Two queries."""
    shared = _sharing(scope.space)
    found = _bookings(scope, shared, now).aggregate(
        many=Count("id"), versions=Sum("version"), last=Max("changed_at"), newest=Max("id"))
    space = (scope.space.code, scope.space.name, scope.space.floor.name) if scope.space else ()
    parts = (__version__, scope.centre.region_id, scope.centre.code, scope.centre.name, space, sorted(shared),
             scope.organiser, scope.bookings, scope.full, scope.language, now.date(), *found.values())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def entries_of(scope: FeedScope, now: datetime, zone: ZoneInfo) -> list[Entry]:
    """The entries of a feed, in the order of the bookings."""
    shared = _sharing(scope.space)
    bookings = list(_bookings(scope, shared, now).select_related("centre", "region", "space")[:MOST])
    rows: dict[int, list[BookingDate]] = {}
    for one in BookingDate.objects.filter(booking__in=[booking.pk for booking in bookings]).select_related(
            "space__floor").order_by("first_planned", "ordinal"):
        rows.setdefault(one.booking_id, []).append(one)
    found: list[Entry] = []
    for booking in sorted(bookings, key=lambda one: one.pk):
        found += _entries(booking, rows.get(booking.pk, []), scope, shared, zone)
    return found


def _sharing(space: Space | None) -> frozenset[int]:
    """The ids of the spaces that cannot be had while *space* is, itself included."""
    if space is None:
        return frozenset()
    units = SpaceUnit.objects.filter(space=space, hold=Hold.WHOLE.value).values("unit")
    return frozenset({space.pk, *SpaceUnit.objects.filter(unit__in=units, hold=Hold.WHOLE.value).values_list(
        "space", flat=True)})


def _bookings(scope: FeedScope, shared: frozenset[int], now: datetime) -> QuerySet[Booking]:
    dates = BookingDate.objects.filter(starts_at__gte=now - PAST,
                                       starts_at__lt=now + (AHEAD_FULL if scope.full else AHEAD))
    if scope.space is not None:
        dates = dates.filter(space__in=shared)
    gone = Q(state__in=GONE) if scope.full else Q(state__in=GONE, booking__published_at__isnull=False)
    found = Booking.objects.filter(  # from the dates of the window, which an index finds, to their bookings
        centre=scope.centre, pk__in=dates.filter(Q(state__in=BLOCKING) | gone).values("booking"))
    if scope.organiser:
        found = found.filter(organiser__iexact=scope.organiser)
        found = found if scope.full else found.filter(published_at__isnull=False)
    if scope.bookings is not None:
        found = found.filter(pk__in=scope.bookings)
    return found


def _entries(booking: Booking, rows: Sequence[BookingDate], scope: FeedScope, shared: frozenset[int], zone: ZoneInfo
             ) -> list[Entry]:
    open_to_all = scope.full or booking.published_at is not None
    here = [one for one in rows if scope.space is None or one.space_id in shared]
    live = {one.ordinal for one in here if one.state in BLOCKING}
    gone = {one.ordinal for one in here if one.state in GONE and open_to_all}
    if not live and not gone:
        return []
    series = _series(booking, rows, live, gone, zone)
    if series is not None:
        home = next(one for one in rows if one.space_id == _home(rows))
        return [_entry(booking, home, series, scope, open_to_all, booking.state == BookingState.CANCELLED)]
    dates = [one for one in here if one.ordinal in live | gone]
    return [_entry(booking, one, Once(one.starts_at, one.ends_at), scope, open_to_all, one.ordinal in gone,
                   f"-{one.ordinal}" if len(rows) > 1 else "") for one in dates]


def _entry(booking: Booking, row: BookingDate, when: Once | Series, scope: FeedScope, open_to_all: bool, gone: bool,
           ending: str = "") -> Entry:
    status: Status = "CANCELLED" if gone else "CONFIRMED" if booking.state == BookingState.CONFIRMED else "TENTATIVE"
    taken = render("creative.feed.taken", scope.language)
    summary = booking.title if open_to_all else taken
    if scope.space is not None and row.space_id != scope.space.pk:
        summary = f"{summary} ({row.space.name})"
    return Entry(
        uid_of(booking, booking.region.code, ending), booking.version, booking.changed_at, summary, when,
        status, description=_told(booking, scope) if open_to_all else "", location=_where(row, booking))


def uid_of(booking: Booking, region_code: str, ending: str = "") -> str:
    """The name of a booking in every calendar, for good."""
    return f"ruang-{region_code}-{booking.pk}{ending}@sepadan"


def _told(booking: Booking, scope: FeedScope) -> str:
    words = render("creative.feed.organiser", scope.language, {"organiser": booking.organiser})
    return f"{words}\n{booking.number}" if scope.full else words


def _where(row: BookingDate, booking: Booking) -> str:
    return f"{row.space.name}, {row.space.floor.name}, {booking.centre.name}"


def _series(booking: Booking, rows: Sequence[BookingDate], live: set[int], gone: set[int], zone: ZoneInfo
            ) -> Series | None:
    """The dates as their rule says them, or None where it does not say exactly these."""
    by_day = _by_day(booking, rows, zone)
    if by_day is None:
        return None
    written = read_rule(booking.rule)
    still = [one for one in rows if one.starts_at == one.first_planned] or list(rows)
    length = Counter(one.ends_at - one.starts_at for one in still).most_common(1)[0][0]
    home = _home(rows)
    skipped, changed = set(), []
    for day, one in by_day.items():
        if one.ordinal in gone:
            changed.append(Changed(day, one.starts_at, one.ends_at, cancelled=True))
        elif one.ordinal not in live:
            skipped.add(day)
        elif (one.starts_at, one.ends_at - one.starts_at, one.space_id) != (one.first_planned, length, home) or (
                one.state == DateState.HELD and booking.state == BookingState.CONFIRMED):
            changed.append(Changed(day, one.starts_at, one.ends_at, location=_where(one, booking),
                                   tentative=one.state == DateState.HELD))
    return Series(written.rule, written.at, length, frozenset(skipped), tuple(changed))


def _home(rows: Sequence[BookingDate]) -> int:
    """The space of most dates."""
    return Counter(one.space_id for one in rows).most_common(1)[0][0]


def _by_day(booking: Booking, rows: Sequence[BookingDate], zone: ZoneInfo) -> dict[date, BookingDate] | None:
    """The rows by the day of their rule; None when the rule does not expand to exactly these."""
    try:
        written = read_rule(booking.rule)
        days = expand(written.rule)
    except Refused:
        return None
    by_day = {one.first_planned.astimezone(zone).date(): one for one in rows}
    planned = {day: datetime.combine(day, written.at, ZoneInfo(written.zone)).astimezone(UTC) for day in days}
    if {day: one.first_planned.astimezone(UTC) for day, one in by_day.items()} != planned or len(by_day) != len(rows):
        return None
    return by_day

"""Series of a test: planned and filed in a small centre, read back from the table and from the calendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sepadan.creative.engine.ical import Feed, write_calendar
from sepadan.creative.engine.recurrence import expand
from sepadan.creative.engine.rule_text import read_rule
from sepadan.creative.models import Booking, Space
from sepadan.creative.names import BLOCKING, OnClash
from sepadan.creative.queries.feed_entries import FeedScope, entries_of
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.decisions import confirm_booking
from sepadan.creative.services.series import Pattern, plan_series
from sepadan.creative.services.wishes import Reach

from .centre import DESK

WIB = ZoneInfo("Asia/Jakarta")
FAR = Reach(4_000, 1_200)
FILED = datetime(2025, 10, 1, 2, tzinfo=UTC)


def file_series(space: Space, pattern: Pattern, *, since: time = time(19), until: time = time(21),
                now: datetime = FILED, on_clash: OnClash = OnClash.WHOLE, confirm: bool = True) -> Booking:
    today = now.astimezone(WIB).date()
    plan = plan_series(space.floor.centre, space, pattern, since, until, today=today, reach=FAR, on_clash=on_clash)
    booking = file_booking(
        Wish(space.code, "Kelas gim", "Komunitas gim", plan.meetings, series=plan.series, on_clash=on_clash),
        actor=DESK, now=now, today=today)
    if confirm:
        booking = confirm_booking(booking, version=booking.version, actor=DESK, now=now, today=today)
    return booking


def live(booking: Booking) -> list[tuple[datetime, datetime]]:
    """What the table says is held: start and end."""
    return sorted((one.starts_at, one.ends_at) for one in booking.dates.all() if one.state in BLOCKING)


def live_days(booking: Booking) -> list[date]:
    return [start.astimezone(WIB).date() for start, _ in live(booking)]


def ruled_days(booking: Booking) -> list[date]:
    """The days of the stored rule."""
    return expand(read_rule(booking.rule).rule)


def table_days(booking: Booking) -> list[date]:
    """The days in the table as they were first planned."""
    return [one.first_planned.astimezone(WIB).date() for one in booking.dates.order_by("ordinal")]


def calendar_file(booking: Booking, now: datetime, *, full: bool = True) -> bytes:
    scope = FeedScope(booking.centre, bookings=(booking.pk,), full=full)
    return write_calendar(Feed("Pusat Kreatif", "Asia/Jakarta", entries_of(scope, now, WIB)))

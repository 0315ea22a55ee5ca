"""Times, days and blocks of the calendar as templates want them; lengths are per cent of the shown day, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sepadan.creative.models import BookingDate, Centre, Space
from sepadan.creative.names import BLOCKING
from sepadan.creative.queries.calendar import Block
from sepadan.creative.views.series_words import why_of
from sepadan.ground.messages import Message, message

TONES = {"review": "wait", "asked": "care", "waiting": "care", "confirmed": "ok", "refused": "bad", "expired": "",
         "withdrawn": "", "cancelled": ""}
DATE_TONES = {"wanted": "wait", "held": "wait", "confirmed": "ok", "waiting": "care", "skipped": "care",
              "displaced": "bad", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class Frame:
    """The hours that a day's picture shows, local."""

    first: int
    last: int

    @property
    def hours(self) -> list[tuple[str, str]]:
        """Marks every two hours: place in per cent, words."""
        span = self.last - self.first
        return [(f"{100 * (hour - self.first) / span:.2f}", f"{hour:02d}") for hour in range(self.first, self.last, 2)]

    def place(self, moment: datetime, day: date) -> float:
        hours = (moment.replace(tzinfo=None) - datetime.combine(day, datetime.min.time())).total_seconds() / 3600
        return min(max(100 * (hours - self.first) / (self.last - self.first), 0.0), 100.0)


def sample_of(centre: Centre) -> Message | None:
    """What the band above a page says of a synthetic centre."""
    return message("creative.sample") if centre.synthetic else None


def frame_of(centre: Centre) -> Frame:
    """From the earliest opening to the latest closing of the centre; the whole day where none is known."""
    rows = list(centre.hours.filter(space__isnull=True))
    if not rows:
        return Frame(0, 24)
    return Frame(min(row.opens.hour for row in rows), max(row.closes.hour + bool(row.closes.minute) for row in rows))


def row_of(space: Space, taken: Iterable[Block], day: date, frame: Frame, zone: tzinfo) -> dict[str, Any]:
    """One space on one day: bars for the picture and the same in words."""
    bars, said = [], []
    for block in taken:
        start, end = block.starts_at.astimezone(zone), block.ends_at.astimezone(zone)
        left, right = frame.place(start, day), frame.place(end, day)
        held = block.date.state == "held"
        bars.append({"start": f"{left:.2f}", "length": f"{max(right - left, 0.6):.2f}", "held": held})
        said.append({"words": message("creative.block", since=f"{start:%H.%M}", until=f"{end:%H.%M}"),
                     "title": block.title or message("creative.block.held" if held else "creative.block.taken")})
    return {"space": space, "bars": bars, "said": said}


def date_row(one: BookingDate, zone: tzinfo) -> dict[str, Any]:
    """One meeting of a booking in words."""
    start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    return {"date": one, "day": start.date(), "hours": message(
        "creative.block", since=f"{start:%H.%M}", until=f"{end:%H.%M}"), "tone": DATE_TONES.get(one.state, ""),
        "state": message(f"creative.date.state.{one.state}"), "why": why_of(one), "blocks": one.state in BLOCKING,
        "until": one.held_until.astimezone(zone) if one.held_until else None,
        "iso": f"{start:%Y-%m-%d}", "since": f"{start:%H:%M}", "till": f"{end:%H:%M}"}


def week_of(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def facts_of(space: Space) -> list[tuple[str, Any]]:
    """What is known of a space; what is configuration without a published source says so."""
    seats: Sequence[Message] | Message = [
        message("creative.space.layout", layout=message(f"creative.layout.{name}"), seats=number)
        for name, number in space.layouts.items()]
    return [("creative.space.kind", message(f"creative.kind.{space.kind}")), ("creative.space.floor", space.floor.name),
            ("creative.space.seats", seats or message("creative.unknown")),
            ("creative.space.buffers", message("creative.space.buffers.words", setup=space.setup_minutes,
                                               cleardown=space.cleardown_minutes))]



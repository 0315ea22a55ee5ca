"""Periods as they are written beside figures: ``2024``, ``2024-05``, ``2024Q2``, ``2023-01..2025-07``, ``2023-01..08``.

Idea: a figure speaks of a stretch of days, and may have been read before that stretch was over (``as_of``). Two figures
of "2024" are not of the same stretch when one was read in October. Days are local dates; nothing here knows today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from sepadan.ground.messages import Message, message

_PART = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_WINDOW = re.compile(rf"^({_PART})\.\.({_PART}|\d{{2}})$")
_QUARTER = re.compile(r"^(\d{4})Q([1-4])$")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from ``start`` to ``end``, both included; ``text`` is how it was written."""

    start: date
    end: date
    text: str

    @property
    def year(self) -> int:
        """The calendar year it ends in."""
        return self.end.year

    @property
    def is_year(self) -> bool:
        return self.start == date(self.year, 1, 1) and self.end == date(self.year, 12, 31)

    @property
    def months(self) -> int:
        """Whole or begun calendar months."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def holds(self, other: Period) -> bool:
        """Whether *other* lies wholly inside it."""
        return self.start <= other.start and other.end <= self.end

    def named(self, as_of: date | None = None) -> Message:
        """In words: a year, a window, or a window read on a day before its end."""
        if as_of is not None and as_of < self.end:
            return message("study.period.until", on=as_of)
        if self.is_year:
            return message("study.period.year", year=str(self.year))
        if (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return message("study.period.month", month=self.end.strftime("%Y-%m"))
        return message("study.period.window", start=self.start, end=self.end)


def period_of(text: str) -> Period:
    """The period that *text* writes. Raises ValueError on another form, an impossible day, an end before the start."""
    quarter = _QUARTER.match(text)
    if quarter:
        year, month = int(quarter[1]), 3 * int(quarter[2])
        return Period(date(year, month - 2, 1), _month_end(year, month), text)
    window = _WINDOW.match(text)
    if window:
        first, last = window[1], window[2]
        if len(last) == 2:
            last = f"{first[:4]}-{last}"
        period = Period(first_day(first), last_day(last), text)
        if period.end < period.start:
            raise ValueError(f"the period {text!r} ends before it begins")
        return period
    if re.fullmatch(_PART, text):
        return Period(first_day(text), last_day(text), text)
    raise ValueError(f"{text!r} is not a period; write 2024, 2024-05, 2024Q2 or 2023-01..2025-07")


def year_period(year: int) -> Period:
    return period_of(str(year))


def first_day(text: str) -> date:
    """The first day of a year, month or day."""
    parts = [int(part) for part in text.split("-")]
    return date(*[*parts, 1, 1][:3])


def last_day(text: str) -> date:
    """The last day of a year, month or day: the day by which what it dates is surely past."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    if len(parts) == 2:
        return _month_end(*parts)
    return date(parts[0], 12, 31)


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)

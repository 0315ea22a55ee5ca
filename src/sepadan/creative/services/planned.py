"""What a wish comes to before it is filed: its meetings, and of a series its rule and the dates that are passed over.

A series has a date for every day of its rule. Those that are left out from the start (a day off by decree, a day on
which the centre is closed, a day that the applicant does not want) are kept as passed over with their cause, so that
the rule always expands to exactly the dates in the table, and a later decree can bring one back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sepadan.creative.engine.recurrence import Skip
from sepadan.creative.names import DateCause

if TYPE_CHECKING:
    from sepadan.creative.services.holding import Meeting


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A date of a series that is passed over from the start, and why (UTC). ``reason`` is kept in Indonesian."""

    starts_at: datetime
    ends_at: datetime
    cause: DateCause
    reason: str


@dataclass(frozen=True, slots=True)
class SeriesDraft:
    """What a series is planned by: its rule text, the policy on days off, the ids of the decrees that were known."""

    rule: str
    skip: Skip
    decrees: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """The meetings of a wish; of a series its plan, the days off that fell out, years whose days off are not decreed.
    """

    meetings: tuple[Meeting, ...]
    series: SeriesDraft | None = None
    skipped: tuple[date, ...] = ()
    unknown_years: tuple[int, ...] = ()


def numbers_of(meetings: Sequence[Meeting], left_out: Sequence[LeftOut]) -> dict[datetime, int]:
    """The ordinal of each date by its start: in the order of time, those that are passed over counted."""
    if not left_out:
        return {one.starts_at: number for number, one in enumerate(meetings, 1)}
    starts = sorted({*(one.starts_at for one in meetings), *(one.starts_at for one in left_out)})
    return {start: number for number, start in enumerate(starts, 1)}

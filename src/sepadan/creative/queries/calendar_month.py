"""A month of a centre, or of one floor or space of it: every meeting by its local day, in one query.

Only what is held or confirmed; titles only of what is published. A meeting over midnight stands on the day on which it
begins. Plain tuples instead of models: a month holds a thousand meetings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from sepadan.creative.models import BookingDate, Centre
from sepadan.creative.names import BLOCKING, DateState


@dataclass(frozen=True, slots=True)
class MonthMeeting:
    """A published meeting: local hours as text, title, space."""

    at: str
    title: str
    space: str
    code: str


@dataclass(slots=True)
class MonthDay:
    """``published`` in the order of their hours; of the rest only how many are confirmed and on hold."""

    published: list[MonthMeeting] = field(default_factory=list)
    taken: int = 0
    held: int = 0

    @property
    def count(self) -> int:
        return len(self.published) + self.taken + self.held


def month_of(centre: Centre, since: datetime, until: datetime, zone: tzinfo, *, space: int | None = None,
             floor: int | None = None) -> Mapping[date, MonthDay]:
    """The days from *since* to before *until* on which there is something. One query."""
    rows = BookingDate.objects.filter(booking__centre=centre, state__in=BLOCKING, starts_at__gte=since,
                                      starts_at__lt=until)
    if space is not None:
        rows = rows.filter(space=space)
    if floor is not None:
        rows = rows.filter(space__floor=floor)
    found: dict[date, MonthDay] = defaultdict(MonthDay)
    for starts_at, ends_at, state, title, published_at, name, code in rows.order_by("starts_at", "id").values_list(
            "starts_at", "ends_at", "state", "booking__title", "booking__published_at", "space__name", "space__code"):
        start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
        day = found[start.date()]
        if published_at is not None:
            day.published.append(MonthMeeting(f"{start:%H.%M}–{end:%H.%M}", title, name, code))
        elif state == DateState.HELD:
            day.held += 1
        else:
            day.taken += 1
    return found

"""The calendar of a centre: what is taken on some days, by space and by unit; which spaces are free for a wish.

Reads occupancy, so that buffers and the halves of a hall count. Three queries for a day or a month, however many
bookings there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sepadan.creative.models import BookingDate, Centre, Floor, Space, SpaceUnit
from sepadan.creative.names import DateState, Hold
from sepadan.creative.queries.occupied import occupied


@dataclass(frozen=True, slots=True)
class Block:
    """A time in which a space cannot be had: a booking of its own, or one that needs a unit of it. UTC."""

    starts_at: datetime
    ends_at: datetime
    date: BookingDate
    own: bool

    @property
    def title(self) -> str:
        """Its title once its confirmation is published; else nothing is told."""
        shown = self.date.booking.published_at and self.date.state == DateState.CONFIRMED
        return self.date.booking.title if shown else ""


def any_centre() -> bool:
    """Whether the region in scope runs a centre here."""
    return Centre.objects.exists()


def floors_of(centre: Centre) -> list[tuple[Floor, list[Space]]]:
    """Floors from below, each with its spaces that can be booked."""
    found = Space.objects.filter(floor__centre=centre, bookable=True).select_related("floor").order_by(
        "floor__level", "id")
    parts: dict[int, tuple[Floor, list[Space]]] = {}
    for space in found:
        parts.setdefault(space.floor_id, (space.floor, []))[1].append(space)
    return list(parts.values())


def blocks(spaces: Sequence[Space], since: datetime, until: datetime) -> Mapping[int, list[Block]]:
    """What stands in the way of each space between *since* and *until*, in order, by the id of the space."""
    needs: dict[int, list[int]] = defaultdict(list)
    for space, unit in SpaceUnit.objects.filter(space__in=list(spaces), hold=Hold.WHOLE.value).values_list(
            "space", "unit"):
        needs[unit].append(space)
    rows = occupied(needs, since, until).select_related(
        "date__booking").order_by("during")
    found: dict[int, dict[int, Block]] = defaultdict(dict)
    for row in rows:
        for space in needs[row.unit_id]:
            found[space].setdefault(row.date_id, Block(row.date.starts_at, row.date.ends_at, row.date,
                                                       row.date.space_id == space))
    return {space: sorted(taken.values(), key=lambda one: one.starts_at) for space, taken in found.items()}


def free_spaces(centre: Centre, since: datetime, until: datetime, *, people: int | None = None) -> list[Space]:
    """Spaces that are free from *since* to *until* with their own buffers, large enough, the smallest first."""
    spaces = [space for _, some in floors_of(centre) for space in some
              if people is None or space.seats is None or space.seats >= people]
    before = timedelta(minutes=max((space.setup_minutes for space in spaces), default=0))
    after = timedelta(minutes=max((space.cleardown_minutes for space in spaces), default=0))
    needs = SpaceUnit.objects.filter(space__in=spaces, hold=Hold.WHOLE.value).values_list("space", "unit")
    taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in occupied({unit for _, unit in needs}, since - before, until + after):
        taken[row.unit_id].append((row.during.lower, row.during.upper))
    busy = {space.pk for space in spaces for one, unit in needs if one == space.pk
            for start, end in taken[unit]
            if start < until + timedelta(minutes=space.cleardown_minutes)
            and since - timedelta(minutes=space.setup_minutes) < end}
    return sorted((space for space in spaces if space.pk not in busy),
                  key=lambda space: (space.seats is None, space.seats or 0, space.pk))


def coming(centre: Centre, since: datetime, *, days: int = 7, most: int = 12, space: Space | None = None
           ) -> list[BookingDate]:
    """The first *most* published meetings of the next *days* days, of all spaces or of one."""
    rows = BookingDate.objects.filter(
        booking__centre=centre, booking__published_at__isnull=False, state=DateState.CONFIRMED.value,
        starts_at__gte=since, starts_at__lt=since + timedelta(days=days))
    rows = rows if space is None else rows.filter(space=space)
    return list(rows.select_related("booking", "space").order_by("starts_at")[:most])

"""Whether a centre is open when something is wanted: its rows of hours and closures, read for the engine.

A centre without hours is not judged: nothing is known of it. Days off by decree do not close a centre by themselves;
its rules say whether a series leaves them out (``wishes.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from sepadan.creative.engine.opening import Closed, Hours, Schedule, nearest_open, shut
from sepadan.creative.models import Closure, OpeningHours, Space
from sepadan.creative.services.holding import Meeting
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region, zone_of


def schedule_of(space: Space) -> Schedule:
    """Everything that decides when *space* is open."""
    return schedules_of(space.floor.centre_id, [space])[space.pk]


def schedules_of(centre_id: int, spaces: Sequence[Space]) -> dict[int, Schedule]:
    """The same for several spaces of one centre, by their ids. Two queries, however many there are."""
    hours = list(OpeningHours.objects.filter(centre=centre_id))
    closures = list(Closure.objects.filter(centre=centre_id))
    return {space.pk: Schedule(
        zone_of(current_region()),
        [Hours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to, row.rank, row.space_id is not None,
               row.reason) for row in hours if row.space_id in (None, space.pk)],
        closed=[Closed(row.first, row.last, row.reason) for row in closures if row.space_id in (None, space.pk)])
        for space in spaces}


def check_open(space: Space, meetings: Sequence[Meeting]) -> None:
    """Raises Refused with the reason and the nearest time of the same length when a meeting is not in open hours."""
    schedule = schedule_of(space)
    if not schedule.hours:
        return
    for meeting in meetings:
        long = (meeting.ends_at - meeting.starts_at).days >= 1
        fault = shut(schedule, meeting.starts_at, meeting.ends_at, over_nights=long)
        if fault is not None:
            near = nearest_open(schedule, meeting.starts_at, meeting.ends_at)
            if not near:
                raise refuse("creative.booking.shut", where=space.name, why=fault.reason)
            raise refuse("creative.booking.shut", where=space.name, remedy="creative.booking.shut.remedy",
                         why=fault.reason, on=near[0].start.date(), since=f"{near[0].start:%H.%M}",
                         until=f"{near[0].end:%H.%M}")

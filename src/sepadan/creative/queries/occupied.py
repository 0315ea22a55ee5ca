"""What keeps units taken in a span of time, found by the start of the dates that take them.

Row-level security lets only leak-proof comparisons reach an index, and the overlap of ranges is none: asked that way,
PostgreSQL would read every booking that a space ever had. No meeting is longer than ``LONGEST`` nor its buffers than
``MOST_BUFFER`` (constraints of the table), hence whatever overlaps a span begins within that of it, and the index on
space and start finds it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from sepadan.creative.models import Occupancy, SpaceUnit
from sepadan.creative.names import LONGEST, MOST_BUFFER


def occupied(units: Collection[int], since: datetime, until: datetime) -> QuerySet[Occupancy]:
    """Rows of occupancy of *units* (their ids) that overlap [*since*, *until*), buffers counted."""
    spaces = SpaceUnit.objects.filter(unit__in=list(units)).values_list("space", flat=True).distinct()
    return Occupancy.objects.filter(
        unit__in=list(units), during__overlap=(since, until), date__space__in=list(spaces),
        date__starts_at__gt=since - LONGEST - MOST_BUFFER, date__starts_at__lt=until + MOST_BUFFER)

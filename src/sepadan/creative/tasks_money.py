"""The money of bookings by itself: unpaid slots are released, paid ones kept, letters follow what changed.

Each region in a scope of its own; what is refused stays as it is, is logged, and is tried again the next time. Running
it twice changes nothing more.
"""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app as queue

from sepadan.creative.services.releases import sweep_charges
from sepadan.records.public import QUEUE, region_scope
from sepadan.records.public import now as clock
from sepadan.territory.public import Region

logger = logging.getLogger(__name__)


@queue.periodic(cron="7,22,37,52 * * * *")
@queue.task(name="creative.sweep_charges", queue=QUEUE, pass_context=False)
def sweep(timestamp: int) -> int:
    """Every quarter of an hour, in every region: how many bookings were released, kept or followed."""
    done = 0
    for region in Region.objects.all():
        try:
            with region_scope(region):
                swept = sweep_charges(clock())
        except Exception:
            logger.exception("the sweep over charges failed in %s", region.code)
            continue
        done += swept.released + swept.kept + swept.followed
        for one in swept.problems:
            logger.error("a charge in %s still waits: %s", region.code, one)
    return done

"""Later decrees reach planned series by themselves, where the centre says so (``replan: auto`` in its rules).

Once a night, in every region, each in a scope of its own. A centre without that rule waits for its desk, which sees on
its page what would change. A second run changes nothing.
"""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app as queue

from sepadan.creative.models import Centre
from sepadan.creative.services.replanning import replan_series
from sepadan.records.public import QUEUE, Actor, region_scope, today
from sepadan.records.public import now as clock
from sepadan.territory.public import Region

logger = logging.getLogger(__name__)


@queue.periodic(cron="41 20 * * *")  # 03.41 in Jakarta, once new statutes are in place
@queue.task(name="creative.replan", queue=QUEUE, pass_context=False)
def replan_all(timestamp: int) -> int:
    """How many series were adjusted."""
    return sum(replan_region(region) for region in Region.objects.all())


def replan_region(region: Region) -> int:
    """Adjust the series of a region whose centres all ask for it; a refusal leaves them to the next night."""
    try:
        with region_scope(region):
            ways = [centre.rules.get("replan") for centre in Centre.objects.all()]
            if not ways or any(way != "auto" for way in ways):
                return 0
            run = replan_series(actor=Actor(name="Sepadan"), now=clock(), today=today(region))
            return run.series if run else 0
    except Exception:
        logger.exception("series of %s could not be held against later decrees", region.code)
        return 0

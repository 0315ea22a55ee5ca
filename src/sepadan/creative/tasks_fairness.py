"""What the centres do by themselves every few minutes: end holds that ran out, offer what is free to who waits."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app as queue

from sepadan.creative.services.waiting import sweep_region
from sepadan.records.public import QUEUE, now
from sepadan.territory.public import Region

logger = logging.getLogger(__name__)


@queue.periodic(cron="*/2 * * * *")
@queue.task(name="creative.sweep", queue=QUEUE, pass_context=False)
def sweep(timestamp: int) -> int:
    """Every two minutes, in every region: holds that ran out end, freed slots are offered. A region that fails is
    logged and holds up no other; whatever was missed while no worker lived is done in the next round."""
    done = 0
    for region in Region.objects.all():
        try:
            ended, offered = sweep_region(region, now())
        except Exception:  # the others still want their turn
            logger.exception("the lines of %s were not gone through", region.code)
            continue
        done += ended + offered
    return done

"""What happens to events by itself: offers that ran out go to the next, ended events are over, people are forgotten.

Each region in a scope of its own; an error in one leaves the others alone and is logged. Running a task twice, or late,
changes nothing but the moment: seats are taken until an offer is marked as lapsed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from procrastinate.contrib.django import app as queue

from sepadan.creative.services.events import end_events
from sepadan.creative.services.forgetting import forget_visitors
from sepadan.creative.services.seats import sweep_offers
from sepadan.records.public import QUEUE, region_scope
from sepadan.records.public import now as clock
from sepadan.territory.public import Region

logger = logging.getLogger(__name__)


@queue.periodic(cron="*/2 * * * *")
@queue.task(name="creative.offer_seats", queue=QUEUE, pass_context=False)
def offer_seats(timestamp: int) -> int:
    """Every two minutes: seats of offers that ran out are offered to the next; ended events are over."""
    return _everywhere(lambda now: sweep_offers(now) + end_events(now))


@queue.periodic(cron="41 19 * * *")  # 02.41 in Jakarta
@queue.task(name="creative.forget_visitors", queue=QUEUE, pass_context=False)
def forget(timestamp: int) -> int:
    """Once a night: visitors whose data have served are made anonymous."""
    return _everywhere(forget_visitors)


def _everywhere(act: Callable[[datetime], int]) -> int:
    done = 0
    for region in Region.objects.all():
        try:
            with region_scope(region):
                done += act(clock())
        except Exception:
            logger.exception("a nightly task of events failed in %s", region.code)
    return done

"""Rolls that are still to come: noted before the first of them is begun, so that a page can say what it waits for.

Loading takes a minute or two and goes one region after the other. Without a note, the page of the second region would
say that nothing is loaded there. A note is background work in the state *queued* in its own region; ``load_roll`` turns
it into the work that loads. It tells how far the roll before it is, and its heartbeat that somebody is still at it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, IntegrityError, InterfaceError
from django.db.models import QuerySet

from sepadan.demo.engine.plan import Plan
from sepadan.demo.services.progress import OPEN, WHOLE, Told
from sepadan.demo.services.rolls import find_roll
from sepadan.ground.messages import Message, message
from sepadan.records.public import Work, WorkState, region_scope
from sepadan.tax.public import LOAD_WORK
from sepadan.territory.public import Region

ONCE = "demo"
PAUSE = 2.0


def announce_rolls(plans: Sequence[Plan], *, clock: Callable[[], datetime]) -> None:
    """Note every roll of *plans* that is missing and not noted yet. Safe to call again, also by two processes."""
    before: Region | None = None
    for plan in plans:
        region = Region.objects.filter(code=plan.region).first()
        if region is None or find_roll(plan, region) is not None:
            continue
        said, now = _said(before, 0), clock()
        with suppress(IntegrityError), region_scope(region):  # another process may note it in this moment
            if not Work.objects.filter(kind=LOAD_WORK, state__in=OPEN).exists():
                Work.objects.create(kind=LOAD_WORK, once=ONCE, action="tax.read", total=WHOLE, queued_at=now,
                                    heartbeat_at=now, message_key=said.key, message_params=dict(said.params))
            else:
                _waiting().update(heartbeat_at=now)
        before = before or region


@contextmanager
def line_of(plans: Sequence[Plan], *, clock: Callable[[], datetime]) -> Iterator[Line]:
    """The rolls of *plans* as a line: noted on entry; what is still noted when loading broke off is withdrawn."""
    announce_rolls(plans, clock=clock)
    line = Line([region for plan in plans if (region := Region.objects.filter(code=plan.region).first())], clock)
    try:
        yield line
    except BaseException:
        with suppress(DatabaseError, InterfaceError):
            line.withdraw()
        raise


@dataclass(slots=True)
class Line:
    """Regions in the order in which their rolls load. Those behind are told at most every ``PAUSE`` seconds."""

    regions: Sequence[Region]
    clock: Callable[[], datetime]
    last: float = field(default=0.0)

    def telling(self, code: str, told: Told) -> Told:
        """*told*, which also tells those behind region *code* how far that is."""
        place = next((k for k, region in enumerate(self.regions) if region.code == code), len(self.regions))
        behind = self.regions[place + 1:]

        def tell(done: int, what: Message) -> None:
            told(done, what)
            if behind and time.monotonic() - self.last >= PAUSE:
                self.last = time.monotonic()
                said = _said(self.regions[place], done * 100 // WHOLE)
                for region in behind:
                    with region_scope(region):
                        _waiting().update(heartbeat_at=self.clock(), message_key=said.key,
                                          message_params=dict(said.params))

        return tell

    def withdraw(self) -> None:
        for region in self.regions:
            with region_scope(region):
                _waiting().update(state=WorkState.FAILED.value, finished_at=self.clock(),
                                  message_key="demo.progress.interrupted", message_params={})


def _waiting() -> QuerySet[Work]:
    return Work.objects.filter(kind=LOAD_WORK, state=WorkState.QUEUED.value)


def _said(before: Region | None, percent: int) -> Message:
    if before is None:
        return message("demo.progress.soon")
    return message("demo.progress.waiting", region=before.name, percent=percent)

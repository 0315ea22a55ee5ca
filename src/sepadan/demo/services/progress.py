"""How far a piece of loading is: in its work, for pages, and told to the caller. One piece of work per region and kind.

The caller holds the lock of loading, so that whatever work of that kind is still open belongs to a killed process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.records.public import Work, WorkState, region_scope
from sepadan.territory.public import Region

Clock = Callable[[], datetime]
Told = Callable[[int, Message], None]
"""Hears how far the work is, in thousandths, and what it is doing."""
WHOLE = 1000
PAUSE = 0.4
OPEN = (WorkState.QUEUED.value, WorkState.RUNNING.value)


def begin_work(kind: str, now: datetime, params: dict[str, Any]) -> Work:
    """The work that loads: the one that was noted beforehand (``waiting.py``), or a new one.

    Work that a killed process left open is closed. The caller holds the lock, so that none of it is alive.
    """
    still = Work.objects.filter(kind=kind, state__in=OPEN)
    work = still.filter(state=WorkState.QUEUED.value).order_by("id").first()
    (still if work is None else still.exclude(pk=work.pk)).update(
        state=WorkState.FAILED.value, finished_at=now, message_key="demo.progress.interrupted", message_params={})
    work = work or Work(kind=kind, action="tax.read", total=WHOLE, queued_at=now)
    work.state, work.params, work.started_at, work.heartbeat_at = WorkState.RUNNING.value, params, now, now
    work.save()
    return work


@dataclass(slots=True)
class Progress:
    """Writes at most every ``PAUSE`` seconds while it counts."""

    work: Work
    region: Region
    clock: Clock
    told: Told | None
    said: Message = field(default_factory=lambda: message("demo.progress.interrupted"))
    last: float = 0.0

    def show(self, done: int, said: Message) -> None:
        self.said, self.last = said, time.monotonic()
        with region_scope(self.region):
            Work.objects.filter(pk=self.work.pk).update(
                done=done, message_key=said.key, message_params=dict(said.params), heartbeat_at=self.clock())
        if self.told is not None:
            self.told(done, said)

    def counting(self, total: int, first: int, last: int) -> Callable[[int], None]:
        """Hears how many of *total* rows are written while the work goes from *first* to *last*."""

        def count(done: int) -> None:
            if time.monotonic() - self.last >= PAUSE:
                self.show(first + (last - first) * done // total, self.said)

        return count

    def end(self, state: WorkState) -> None:
        now = self.clock()
        done = {"done": WHOLE, "message_key": "", "message_params": {}} if state is WorkState.DONE else {
            "message_key": "demo.progress.interrupted", "message_params": {}}
        Work.objects.filter(pk=self.work.pk).update(state=state.value, finished_at=now, heartbeat_at=now, **done)
        if state is WorkState.DONE and self.told is not None:
            self.told(WHOLE, message("demo.progress.ready", region=self.region.name))

"""Background work: asked for in a request, done by a worker, whole again after a kill.

A module registers what it can do in its ``tasks.py`` (a message with the kind as key gives it a title)::

    @handler("tax.issue_bills")
    def issue_bills(run: Run) -> dict[str, Any]:
        while True:
            with run.step() as step:                        # one transaction in the region's scope
                bills = next_bills(after=run.checkpoint or 0, limit=5_000)
                if not bills:
                    return {"bills": run.done}
                issue(bills)
                step.advance(len(bills), checkpoint=bills[-1].pk)

What a step did, how far the work is and the checkpoint are committed together. After a kill the handler is called
again with the last checkpoint and goes on; no step takes effect twice. The handler opens no region itself and is
given none but its own. It must not keep state between steps other than in the checkpoint.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from procrastinate.contrib.django import app as queue

from sepadan.ground.figures import LANGUAGES
from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Refused
from sepadan.records.engine.changes import plain
from sepadan.records.models import Work
from sepadan.records.names import ACTIONS, OPEN_STATES, Actor, WorkState
from sepadan.records.services.audit import record
from sepadan.records.tenancy import current_region, region_scope

logger = logging.getLogger(__name__)
TASK = "records.perform_work"
QUEUE = "work"
LOST_CONNECTION = (OperationalError, InterfaceError)
Handler = Callable[["Run"], "dict[str, Any] | None"]
_handlers: dict[str, Handler] = {}


class StopRequested(Exception):
    """A person asked this work to stop; raised at the next step, after the last one was committed."""


class Superseded(Exception):
    """Another worker took this work over; this one must not write any more."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does work of *kind*. Raises ValueError when another one has that name."""

    def register(function: Handler) -> Handler:
        known = _handlers.get(kind)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"two handlers for work of kind {kind!r}: {known.__module__} and {function.__module__}")
        _handlers[kind] = function
        return function

    return register


def start_work(kind: str, *, action: str, actor: Actor, now: datetime, params: Mapping[str, Any] | None = None,
               once: str = "", total: int | None = None) -> Work:
    """Ask for work of *kind* in the region in scope; a worker begins when this transaction is committed.

    *action* is the right a person needs to see and stop it. With *once* (``"2026"``) there is one open piece of work of
    that kind and name at a time: asking again returns it. *params* are JSON values and carry no personal data.
    """
    if kind not in _handlers:
        raise ValueError(f"nothing does work of kind {kind!r}; register it with @handler in a tasks.py")
    if action not in ACTIONS:
        raise ValueError(f"no role has the action {action!r}")
    if once:
        with transaction.atomic():
            transaction.get_connection().cursor().execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"{kind}:{once}", current_region().pk])
        found = Work.objects.filter(kind=kind, once=once, state__in=OPEN_STATES).first()
        if found is not None:
            return found
    work = Work.objects.create(kind=kind, once=once, action=action, params=plain(params or {}), total=total,
                               queued_at=now, started_by_id=actor.person_id)
    queue.configure_task(TASK, queue=QUEUE, lock=f"work:{work.pk}").defer(region_id=work.region_id, work_id=work.pk)
    record(actor, "records.audit.work_started", work, now=now, after={"kind": kind, "params": work.params})
    return work


def stop_work(work: Work, *, actor: Actor, now: datetime) -> Work:
    """Stop work: at once when no worker has begun, else at its next step. Finished work stays as it is."""
    row = Work.objects.select_for_update(of=("self",)).get(pk=work.pk)
    if not row.is_open or row.stop_requested:
        return row
    row.stop_requested = True
    if row.state == WorkState.QUEUED:
        row.state, row.finished_at = WorkState.STOPPED, now
    row.save(update_fields=["stop_requested", "state", "finished_at"])
    record(actor, "records.audit.work_stopped", row, now=now, after={"done": row.done, "total": row.total})
    return row


class Run:
    """One attempt at a piece of work, in the hand of its handler."""

    def __init__(self, work: Work, clock: Callable[[], datetime]) -> None:
        self.region, self.params, self.kind, self.work_id = work.region, dict(work.params), work.kind, work.pk
        self.done, self.total, self.checkpoint = work.done, work.total, work.checkpoint
        self.started_by_id = work.started_by_id
        self._attempt, self._now = work.attempt, clock

    @contextmanager
    def step(self) -> Iterator[Step]:
        """A transaction in the region's scope whose effect and progress are committed together.

        Raises StopRequested when a person asked for it, Superseded when a newer attempt is under way.
        """
        with region_scope(self.region):
            row = self._own_row()
            step = Step(row)
            yield step
            row.heartbeat_at = self._now()
            row.save(update_fields=["done", "total", "checkpoint", "message_key", "message_params", "heartbeat_at"])
        self.done, self.total, self.checkpoint = row.done, row.total, row.checkpoint

    def progress(self, done: int | None = None, *, total: int | None = None, message: Message | None = None) -> None:
        """Show how far the work is, apart from any effect: *done* is the new count, not an increment."""
        with self.step() as step:
            step.show(done=done, total=total, message=message)

    def now(self) -> datetime:
        return self._now()

    def _own_row(self) -> Work:
        row = Work.objects.select_for_update(of=("self",)).get(pk=self.work_id)
        if row.attempt != self._attempt or row.state != WorkState.RUNNING:
            raise Superseded(f"work {row.pk}: attempt {self._attempt} was overtaken by {row.attempt} ({row.state})")
        if row.stop_requested:
            raise StopRequested
        return row


class Step:
    """What a handler says about one step, saved when the step is."""

    def __init__(self, row: Work) -> None:
        self._row = row

    def advance(self, count: int, *, checkpoint: Any = None, message: Message | None = None) -> None:
        """*count* more are done. *checkpoint* (JSON) is where the next attempt would go on."""
        self.show(done=self._row.done + count, message=message)
        if checkpoint is not None:
            self._row.checkpoint = checkpoint

    def show(self, *, done: int | None = None, total: int | None = None, message: Message | None = None) -> None:
        if total is not None:
            self._row.total = total
        if done is not None:
            self._row.done = done
        if self._row.total is not None and self._row.done > self._row.total:
            self._row.total = self._row.done
        if message is not None:
            self._row.message_key, self._row.message_params = message.key, plain(message.params)


def perform(region_id: int, work_id: int, *, clock: Callable[[], datetime]) -> WorkState | None:
    """Do a piece of work to its end; the queue's task calls this. Returns the state it ended in, None if not its own.

    A lost database connection is raised: the queue tries again. Any other fault ends the work as failed, with a
    sentence for the person who asked and the trace in the log.
    """
    work = _begin(region_id, work_id, clock())
    if work is None:
        return None
    run = Run(work, clock)
    try:
        outcome = _outcome(run)
    except Superseded:
        logger.warning("work %s of region %s was taken over by another worker", work_id, region_id)
        return None
    return _end(run, *outcome)


def _outcome(run: Run) -> tuple[WorkState, Message | None, dict[str, Any] | None]:
    """Call the handler: the state the work ends in, what it says, and its result."""
    function = _handlers.get(run.kind)
    if function is None:
        return WorkState.FAILED, message("records.work.no_handler", kind=run.kind), None
    try:
        return WorkState.DONE, None, function(run)
    except StopRequested:
        return WorkState.STOPPED, message("records.work.state.stopped"), None
    except Refused as refused:
        fault = {lang: refused.problem.text(lang) for lang in LANGUAGES}
        return WorkState.FAILED, message("records.work.refused"), {"refused": fault}
    except (Superseded, *LOST_CONNECTION):
        raise
    except Exception:
        logger.exception("work %s (%s) of region %s failed", run.work_id, run.kind, run.region.pk)
        return WorkState.FAILED, message("records.work.broken", number=str(run.work_id)), None


def _begin(region_id: int, work_id: int, now: datetime) -> Work | None:
    with region_scope(region_id):
        row = Work.objects.select_for_update(of=("self",)).select_related("region").filter(pk=work_id).first()
        if row is None or not row.is_open:
            return None
        row.state, row.attempt, row.heartbeat_at = WorkState.RUNNING, row.attempt + 1, now
        row.started_at = row.started_at or now
        row.save(update_fields=["state", "attempt", "heartbeat_at", "started_at"])
        return row


def _end(run: Run, state: WorkState, said: Message | None, result: dict[str, Any] | None) -> WorkState | None:
    with region_scope(run.region):
        row = Work.objects.select_for_update(of=("self",)).get(pk=run.work_id)
        if row.attempt != run._attempt:
            return None
        row.state, row.finished_at, row.heartbeat_at = state, run.now(), run.now()
        row.result = None if result is None else plain(result)
        if said is not None:
            row.message_key, row.message_params = said.key, plain(said.params)
        elif state is WorkState.DONE:
            row.message_key, row.message_params = "", {}
            if row.total is not None:
                row.done = row.total
        row.save(update_fields=["state", "finished_at", "heartbeat_at", "result", "message_key", "message_params",
                                "done"])
        return state

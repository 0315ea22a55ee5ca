"""The queue's tasks, and the worker that runs it: ``run_worker()`` until it is stopped, recovering what a kill left.

A worker holds a shared advisory lock for as long as it lives; PostgreSQL drops it the moment the process dies. A
worker that starts and gets the lock alone knows that every job marked as running belongs to a dead one and puts it
back; where other workers live, only jobs of a worker without heartbeat are put back. If the server goes away the
worker waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import procrastinate
import psycopg
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, connections
from procrastinate.contrib.django import app as queue
from procrastinate.jobs import DeleteJobCondition, Status

from sepadan.records import clock
from sepadan.records.services import work
from sepadan.records.services.bank_messages import finish_messages
from sepadan.records.services.sign_in import forget_old_throttles
from sepadan.territory.public import Region

logger = logging.getLogger(__name__)
_LOCK = 7_326_401
_PAUSE_SECONDS = 1.0
_SILENT_SECONDS = 20.0
_PARAMETERS = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
_OUTAGES = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError,
            procrastinate.exceptions.ConnectorException)


@queue.task(name=work.TASK, queue=work.QUEUE,
            retry=procrastinate.RetryStrategy(max_attempts=20, linear_wait=2,
                                              retry_exceptions=set(work.LOST_CONNECTION)))
def perform_work(region_id: int, work_id: int) -> str | None:
    """Do one piece of work. The region comes as an argument; the work opens its scope itself."""
    return work.perform(region_id, work_id, clock=clock.now)


@queue.periodic(cron="17 20 * * *")  # 03.17 in Jakarta
@queue.task(name="records.tidy", queue=work.QUEUE, pass_context=False)
def tidy(timestamp: int) -> int:
    """Once a night: forget failed sign-ins that no longer count, and sessions that have ended."""
    forgotten = forget_old_throttles(clock.now())
    return forgotten + Session.objects.filter(expire_date__lt=clock.now()).delete()[0]


@queue.periodic(cron="*/10 * * * *")
@queue.task(name="records.finish_bank_messages", queue=work.QUEUE, pass_context=False)
def finish_bank_messages(timestamp: int) -> int:
    """Every ten minutes: answer the messages of banks that a crash left stored and unanswered, in every region.

    One that cannot be answered (an account is missing) stays and is logged; the page of banks shows it.
    """
    done = 0
    for region in Region.objects.all():
        finished, problems = finish_messages(region, now=clock.now())
        done += finished
        for one in problems:
            logger.error("a bank message in %s still waits: %s", region.code, one)
    return done


def run_worker(*, stop: threading.Event | None = None, until_empty: bool = False, concurrency: int = 1,
               outage_seconds: float = 600) -> None:
    """Work until *stop* is set (or SIGTERM or SIGINT arrive, in the main thread), or until the queue is empty.

    Raises the last error when the database has not answered for *outage_seconds*.
    """
    stop = stop or threading.Event()
    unreachable_since: float | None = None
    while not stop.is_set():
        try:
            with _alive() as alone:
                unreachable_since = None
                asyncio.run(_work(alone, stop, until_empty, concurrency))
            return
        except _OUTAGES as error:
            unreachable_since = unreachable_since or time.monotonic()
            if time.monotonic() - unreachable_since > outage_seconds:
                raise
            logger.warning("the worker lost the database and waits for it: %s", error)
            stop.wait(_PAUSE_SECONDS)


def _parameters() -> dict[str, Any]:
    given = connections["default"].get_connection_params()
    return {name: given[name] for name in _PARAMETERS if given.get(name)}


@contextmanager
def _alive() -> Iterator[bool]:
    """Hold the workers' lock; says whether no other worker held it."""
    with psycopg.connect(**_parameters(), autocommit=True) as connection:
        alone = bool(connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()[0])  # type: ignore[index]
        connection.execute("SELECT pg_advisory_lock_shared(%s)", [_LOCK])
        if alone:
            connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        yield alone


async def _work(alone: bool, stop: threading.Event, until_empty: bool, concurrency: int) -> None:
    connector = procrastinate.PsycopgConnector(kwargs=_parameters(), min_size=1, max_size=concurrency + 3)
    app = queue.with_connector(connector)
    _stop_on_signals(stop)
    await sync_to_async(connections.close_all)()  # periodic tasks are queued over one that may have died meanwhile
    async with app.open_async():
        await _recover(app, alone)
        recovering = asyncio.create_task(_keep_recovering(app))
        running = asyncio.create_task(app.run_worker_async(
            concurrency=concurrency, update_heartbeat_interval=5, stalled_worker_timeout=_SILENT_SECONDS,
            wait=not until_empty, fetch_job_polling_interval=2.0,
            delete_jobs=DeleteJobCondition.SUCCESSFUL, shutdown_graceful_timeout=20, install_signal_handlers=False))
        stopping = asyncio.create_task(_stopped(stop))
        await asyncio.wait({running, stopping, recovering}, return_when=asyncio.FIRST_COMPLETED)
        for task in (running, stopping, recovering):
            task.cancel()
        await asyncio.gather(stopping, recovering, return_exceptions=True)
        try:
            await running
        except asyncio.CancelledError:
            if not stop.is_set():
                raise
        if not stop.is_set():  # the queue's worker also ends, without an error, when it loses the database
            await app.check_connection_async()
            if not until_empty:
                raise procrastinate.exceptions.ConnectorException("the queue's worker ended by itself")


def _stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT set *stop*; running jobs then end first. Only the main thread hears signals."""
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)


async def _stopped(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.2)


async def _keep_recovering(app: procrastinate.App) -> None:
    while True:
        await asyncio.sleep(_SILENT_SECONDS)
        await _recover(app, alone=False)


async def _recover(app: procrastinate.App, alone: bool) -> None:
    """Put back the jobs of dead workers, and those that gave up because the database stayed away."""
    manager = app.job_manager
    left = [*await manager.list_jobs_async(status=Status.DOING.value),
            *await manager.list_jobs_async(task=work.TASK, status=Status.FAILED.value)] if alone \
        else list(await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS))
    for job in left:
        logger.warning("job %s was left by a dead worker and is put back", job.id)
        await manager.retry_job(job)

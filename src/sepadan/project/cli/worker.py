"""``sepadan worker``: background jobs from the queue in PostgreSQL.

Jobs of a worker that vanished (its heartbeat is old) go back into the queue, so that a killed worker loses nothing; a
job must therefore bear being started twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime

import click

HEARTBEAT, STALE = 5.0, 20.0


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs at a time.")
@click.option("--until-empty", is_flag=True, help="Stop when the queue is empty instead of waiting for more.")
def worker(concurrency: int, until_empty: bool) -> None:
    """Run background jobs until stopped (Ctrl-C lets running jobs finish)."""
    asyncio.run(_work(concurrency, until_empty))


async def _work(concurrency: int, until_empty: bool) -> None:
    from procrastinate.contrib.django import app

    working = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with working.open_async():
        await _requeue_stalled(working)
        watch = asyncio.create_task(_keep_requeueing(working))
        try:
            await working.run_worker_async(
                concurrency=concurrency, wait=not until_empty, fetch_job_polling_interval=2.0,
                update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=STALE, shutdown_graceful_timeout=10,
                install_signal_handlers=True)
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch


async def _keep_requeueing(app: object) -> None:
    while True:
        await asyncio.sleep(STALE)
        await _requeue_stalled(app)


async def _requeue_stalled(app: object) -> None:
    manager = app.job_manager  # type: ignore[attr-defined]
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALE):
        await manager.retry_job(job, retry_at=datetime.now(UTC))

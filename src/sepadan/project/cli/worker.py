"""``sepadan worker``: background jobs from the queue in PostgreSQL.

What a killed worker left is put back the moment another one starts (``records/tasks.py`` says how it knows); a job must
therefore bear being started twice.
"""

from __future__ import annotations

import click


@click.command(epilog="""\b
Examples:
  sepadan worker
  sepadan worker --concurrency 4
  sepadan worker --until-empty
""")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="Jobs at a time.")
@click.option("--until-empty", is_flag=True, help="Stop when the queue is empty instead of waiting for more.")
def worker(concurrency: int, until_empty: bool) -> None:
    """Run background jobs until stopped (Ctrl-C lets running jobs finish)."""
    from sepadan.records.public import run_worker

    run_worker(concurrency=concurrency, until_empty=until_empty)

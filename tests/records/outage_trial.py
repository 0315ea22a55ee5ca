"""Run by test_outage.py in a process and a cluster of its own: kill PostgreSQL while a worker works, see the end.

Prints the state, count, attempts and number of rows; says nothing else on standard output.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

WORKER = "import django; django.setup(); import work_probe; from sepadan.records.tasks import run_worker; run_worker()"
STEPS = 30


def main(folder: Path) -> None:
    from sepadan.project.postgres import ensure_server, leave_server

    ensure_server()
    import django

    django.setup()
    import work_probe  # noqa: F401  registers the probe
    from django.db import connections

    from sepadan.project.cli.database import apply_migrations
    from sepadan.records import clock
    from sepadan.records.models import Account, Work
    from sepadan.records.names import Actor
    from sepadan.records.services.work import start_work
    from sepadan.records.tenancy import region_scope

    apply_migrations()
    with region_scope(3573):
        asked = start_work("records.probe", action="tax.read", actor=Actor("Sistem"), now=clock.now(),
                           params={"steps": STEPS, "pause": "0.1"})

    def look() -> Work:
        with region_scope(3573):
            return Work.objects.get(pk=asked.pk)

    worker = subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.DEVNULL)
    try:
        while look().done < STEPS // 3:
            time.sleep(0.1)
        os.kill(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        connections.close_all()
        time.sleep(2)
        leave_server()
        ensure_server()
        end = time.monotonic() + 60
        while (row := look()).is_open and time.monotonic() < end:
            time.sleep(0.2)
        with region_scope(3573):
            print(row.state, row.done, row.attempt, Account.objects.count(), worker.poll() is None)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
        connections.close_all()
        leave_server()


if __name__ == "__main__":
    main(Path(os.environ["SEPADAN_DATA"]))

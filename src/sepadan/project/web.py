"""The web server as a child process: ``python -m sepadan.project.web HOST PORT WORKERS THREADS``.

granian keeps *WORKERS* processes with *THREADS* threads each and replaces one that dies. ``served`` is what each of
them loads: the WSGI application of a process that follows its parent.
"""

from __future__ import annotations

import multiprocessing
import sys

from sepadan.project.lifeline import follow_parent


def serve(host: str, port: int, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    follow_parent()
    Granian("sepadan.project.web:served", factory=True, address=host, port=port, interface=Interfaces.WSGI,
            workers=workers, blocking_threads=threads, backpressure=64, websockets=False, respawn_failed_workers=True,
            respawn_interval=0.5, workers_kill_timeout=10, log_level=LogLevels.warning).serve()


def served() -> object:
    """The application of one worker process, which follows the process that granian runs in."""
    parent = multiprocessing.parent_process()
    follow_parent(parent.pid if parent else None)
    from sepadan.project.wsgi import application

    return application


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))

"""What a process of a mass print does first. It imports nothing that needs Django: it is read before that is up."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait


def begin(prepare: Callable[[], None] | None) -> None:
    """Tie this process to the one that started it, then *prepare*.

    A pool does not end when the process that made it is killed: its processes would finish their part beside a print
    that was started again, and then wait for ever.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def set_up(database: str) -> None:
    """Start Django on the database named *database*, which may be another than the settings name (a test's)."""
    import django
    from django.db import connections

    django.setup()
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = database

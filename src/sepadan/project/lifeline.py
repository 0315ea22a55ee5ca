"""A child process ends when the process that started it is gone, in whatever way that went (``kill -9`` included).

Without this, a killed supervisor would leave a web server holding the port and a loader writing beside the next one.
The parent's number is handed over, not asked for: a parent killed while its child starts is gone before it is asked.
"""

from __future__ import annotations

import os
import threading
import time

FOLLOW = "SEPADAN_FOLLOW_PARENT"  # holds the number of the process to follow
SECONDS = 0.5


def follow_parent(parent: int | None = None) -> None:
    """Leave at once when *parent* (default: the one named in the environment, if any) is not our parent any more."""
    named = os.environ.pop(FOLLOW, "")
    followed = parent or (int(named) if named.isdigit() else None)
    if followed is None:
        return

    def watch() -> None:
        while os.getppid() == followed:
            time.sleep(SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="follow-parent", daemon=True).start()

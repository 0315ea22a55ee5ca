"""A child process ends when the process that started it is gone, in whatever way that went (``kill -9`` included).

Without this, a killed supervisor would leave a web server holding the port and a loader writing beside the next one.
"""

from __future__ import annotations

import os
import threading
import time

SECONDS = 0.5


def follow_parent() -> None:
    """Watch the present parent from a background thread and leave at once when it is no longer ours."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="follow-parent", daemon=True).start()

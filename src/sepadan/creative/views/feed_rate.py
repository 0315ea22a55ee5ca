"""How often one calendar may be fetched from one address: a few dozen times in five minutes, then asked to wait.

Calendar programs fetch every quarter of an hour or so; what comes more often is a fault or a guess. Counted in the
memory of each process, so that a fetch writes nothing: the bound holds for each process by itself.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

WINDOW, MOST, KEPT = timedelta(minutes=5), 40, 5_000
_seen: OrderedDict[str, deque[datetime]] = OrderedDict()
_lock = Lock()


def seconds_to_wait(key: str, now: datetime) -> int:
    """0 when *key* may be fetched now, which then counts; else after how many seconds."""
    with _lock:
        times = _seen.setdefault(key, deque())
        _seen.move_to_end(key)
        while len(_seen) > KEPT:
            _seen.popitem(last=False)
        while times and now - times[0] >= WINDOW:
            times.popleft()
        if len(times) >= MOST:
            return max(1, int((times[0] + WINDOW - now).total_seconds()))
        times.append(now)
        return 0


def forget_all() -> None:
    """For tests."""
    with _lock:
        _seen.clear()

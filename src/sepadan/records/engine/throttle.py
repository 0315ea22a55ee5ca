"""How long after failed attempts the next one is refused. Delays double with each failure beyond a few free ones.

Three counts run side by side: one account from one network address (strict: somebody guesses or has forgotten), one
account from anywhere (loose: nobody shall lock a colleague out for long), one address for any account (an office shares
one). Units: seconds. A count is forgotten a day after its last failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """*free* failures cost nothing; then *first* seconds, doubled each time, at most *most* seconds."""

    free: int
    first: int
    most: int


ACCOUNT_AND_ADDRESS = Limit(free=4, first=2, most=3600)
ACCOUNT = Limit(free=20, first=15, most=900)
ADDRESS = Limit(free=60, first=15, most=900)


def delay(failures: int, limit: Limit) -> timedelta:
    """The wait after the failure number *failures*."""
    beyond = failures - limit.free
    if beyond <= 0:
        return timedelta(0)
    return timedelta(seconds=min(limit.first * 2 ** min(beyond - 1, 30), limit.most))


def counted(failures: int, last_failure_at: datetime, now: datetime) -> int:
    """The failures that still count at *now*."""
    return 0 if now - last_failure_at > FORGOTTEN_AFTER else failures

"""Slowing down guesses at codes printed on paper: counted by what is guessed at and by the asker's network address.

As at signing in (``engine/throttle.py``): an attempt is counted before its code is looked at, under a lock, so that a
hundred sent at once count as a hundred; a right code takes its own attempt back. Counts lie under keyed digests.
The count is kept (``keep_written``) though the request be refused afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from sepadan.records.engine import throttle
from sepadan.records.engine.throttle import Limit
from sepadan.records.models import SignInThrottle
from sepadan.records.tenancy import keep_written

THING = Limit(free=10, first=15, most=900)
"""One number guessed at from anywhere."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """``wait`` above zero: too many before, nothing may be looked at. Else the attempt is counted."""

    wait: timedelta
    keys: tuple[str, ...] = ()

    @property
    def seconds(self) -> int:
        return max(0, int(self.wait.total_seconds()) + 1) if self.wait > timedelta(0) else 0


def begin_attempt(purpose: str, thing: str, ip: str | None, *, now: datetime) -> Attempt:
    """Count an attempt at *thing* from the address *ip*. Must be committed whatever comes of it."""
    limits = {_key(purpose, "thing", thing): THING}
    if ip:
        limits[_key(purpose, "address", ip)] = throttle.ADDRESS
    with transaction.atomic():
        SignInThrottle.objects.bulk_create(
            [SignInThrottle(key=key, failures=0, last_failure_at=now, open_at=now) for key in sorted(limits)],
            ignore_conflicts=True)
        rows = list(SignInThrottle.objects.select_for_update().filter(key__in=limits).order_by("key"))
        wait = max(row.open_at - now for row in rows)
        if wait > timedelta(0):
            return Attempt(wait)
        for row in rows:
            row.failures = throttle.counted(row.failures, row.last_failure_at, now) + 1
            row.last_failure_at = now
            row.open_at = now + throttle.delay(row.failures, limits[row.key])
            row.save(update_fields=["failures", "last_failure_at", "open_at"])
    keep_written()
    return Attempt(timedelta(0), tuple(sorted(limits)))


def forgive_attempt(attempt: Attempt) -> None:
    """The code was right: this attempt does not count."""
    with transaction.atomic():
        for row in SignInThrottle.objects.select_for_update().filter(key__in=attempt.keys).order_by("key"):
            row.failures, row.open_at = max(0, row.failures - 1), row.last_failure_at
            row.save(update_fields=["failures", "open_at"])
    keep_written()


def _key(*parts: str) -> str:
    return salted_hmac("sepadan.records.attempts", "\n".join(parts), secret=settings.SECRET_KEY,
                       algorithm="sha256").hexdigest()

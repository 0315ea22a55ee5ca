"""The one clock of the product. Views, tasks and commands ask it; everything below takes ``now`` and ``today``.

``shifted(to=...)`` lets a demonstration or a test live at another moment: time runs on from there within the block. A
legal day is the local date in the region's zone (WIB, WITA, WIT); an instant is kept in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sepadan.territory.public import Region

_shift: ContextVar[timedelta] = ContextVar("sepadan_clock_shift", default=timedelta(0))


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC) + _shift.get()


def zone_of(region: Region | None) -> ZoneInfo:
    """The region's time zone; Jakarta's where no region is meant."""
    return ZoneInfo(region.timezone if region is not None else "Asia/Jakarta")


def today(region: Region | None = None, at: datetime | None = None) -> date:
    """The local date in *region* now, or at the instant *at*."""
    return (at or now()).astimezone(zone_of(region)).date()


@contextmanager
def shifted(to: datetime) -> Iterator[None]:
    """Within the block the clock shows *to* (an aware instant) and runs on from there."""
    token = _shift.set(to - datetime.now(UTC))
    try:
        yield
    finally:
        _shift.reset(token)

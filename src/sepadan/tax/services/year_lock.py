"""One at a time for the charges of a region and tax year: a mass posting, or receivables that are taken over.

Either looks first whether an object and year is charged already, then writes. Both hold this lock from the look to the
end of their transaction, so that the second sees what the first has committed. Years are taken in rising order, so
that two that want several never wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sepadan.charged_year.' || %s::text, %s))"


class _Cursor(Protocol):
    def execute(self, query: Any, params: Any = None) -> Any: ...


def lock_years(cursor: _Cursor, region_id: int, years: Iterable[int]) -> None:
    """Hold the charges of *years* until the transaction ends."""
    for year in sorted(set(years)):
        cursor.execute(_LOCK, [str(year), region_id])

"""Before and after of a change, as an audit entry keeps it: changed fields only, in plain JSON values.

Dates become ISO text, exact decimals and fractions their written form (never a float), enumerations their value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of *before* and *after* that differ, as JSON values. A field missing on one side is left out there."""
    old, new = plain(before), plain(after)
    names = [name for name in (*old, *(n for n in new if n not in old))
             if old.get(name, _ABSENT) != new.get(name, _ABSENT)]
    return {n: old[n] for n in names if n in old}, {n: new[n] for n in names if n in new}


_ABSENT = object()


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError(f"no float is kept ({value!r}); pass an exact decimal or a string")
    if isinstance(value, Enum):
        return _json(value.value)
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_json(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)

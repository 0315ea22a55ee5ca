"""Sums of a region's books kept as a file, so that a process that has just started need not add everything up.

A file is one JSON of whole numbers in the region's folder, named by what it holds. It carries the identity of the books
that it was made from: the database, and source and instant of the last transfer in it. A reader takes it only when that
very row is still there under its key; what came since it adds itself, and what the sums rest on it checks itself. A
file that is absent, torn or of other books is no file. Written under a temporary name and renamed.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from django.db import connection

from sepadan.records.public import current_region, region_folder

FORMAT = 1
_IDENTITY = """
    SELECT (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
           (SELECT source || ' ' || posted_at::text FROM records_transfer WHERE region_id = %s AND id = %s)
"""


def read_kept(name: str) -> dict[str, Any] | None:
    """What was kept under *name* of the region in scope; None where nothing is, or it is of other books."""
    try:
        found: dict[str, Any] = json.loads(_path(name).read_text(encoding="utf-8"))
        if found["format"] != FORMAT or found["identity"] != _identity(int(found["last"])):
            return None
        value: dict[str, Any] = found["value"]
        return value
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(name: str, value: dict[str, Any], *, last: int) -> None:
    """Keep *value* under *name*; *last* is the key of the last transfer in it."""
    path = _path(name)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    text = json.dumps({"format": FORMAT, "last": last, "identity": _identity(last), "value": value})
    try:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _identity(last: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITY, [current_region().pk, last])
        row = cursor.fetchone()
    return list(row or ())


def _path(name: str) -> Path:
    return region_folder(current_region(), "books") / f"{name}.json"

"""Snapshots: a frozen roll as one Parquet file that a replay reads in milliseconds.

A file holds per object, in the order of NOP: ``object_id`` (1, 2, ...), ``village`` (index into the sorted kelurahan
codes), ``owner_id``, ``njop``, ``food_land``, ``decile`` (1-10 by NJOP, equal values together), two flags,
``owner_first_in_village`` and ``owner_first_in_decile``, whose sums are numbers of distinct owners, and
``highest_of_owner``, which marks the object that takes the NJOPTKP by the usual choice. No NOP, name or address. A JSON
file beside it holds what does not fit in columns.

The name carries the version of the roll and its content hash, so that a file is either the right one or absent; it is
written under a temporary name and renamed, and made again from PostgreSQL when it is missing. One process or thread at
a time writes in a folder (a lock that the kernel drops with the process); the others wait and find the file. Under
that lock nobody else's draft can be alive, so what a killed one left is removed. Folders belong to one region each and
open to nobody else (0700); paths come from the server alone.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from django.db import connection

from sepadan.ground.columns import connect
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region, region_folder
from sepadan.tax.engine.roll_columns import RollColumns, deciles, first_of_pair, highest_of_owner
from sepadan.tax.models import Roll
from sepadan.tax.services.roll_reading import read_columns
from sepadan.territory.public import Region

FORMAT = 2
ROW_GROUP = 122_880
WRITE = f"""
    COPY (SELECT object_id::INTEGER AS object_id, village::SMALLINT AS village, owner_id::INTEGER AS owner_id, njop,
                 food_land, decile::TINYINT AS decile, owner_first_in_village, owner_first_in_decile,
                 highest_of_owner
          FROM roll ORDER BY object_id)
    TO $path (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE {ROW_GROUP},
              USE_TMP_FILE false)"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole file: ``path`` to the Parquet file, the kelurahan codes that ``village`` indexes, and its facts."""

    path: Path
    villages: tuple[str, ...]
    content_hash: str
    object_count: int
    owner_count: int
    njop_max: int


def ensure_snapshot(roll: Roll) -> Snapshot:
    """The snapshot of a ready roll of the region in scope; made from PostgreSQL when there is none.

    Raises Refused when the roll is not ready, or when its rows no longer have the content hash that it was loaded with.
    """
    if not roll.content_hash:
        raise refuse("tax.roll.not_ready", where=str(roll), remedy="tax.roll.not_ready.remedy")
    found = find_snapshot(roll)
    if found is not None:
        return found
    path = _path(roll, _in_scope(roll))
    with sole_writer(path.parent):
        if (found := find_snapshot(roll)) is not None:  # another request made it meanwhile
            return found
        columns = read_columns(connection.connection, roll)
        if columns.content_hash() != roll.content_hash:
            raise refuse("tax.roll.altered", where=str(roll), remedy="tax.roll.altered.remedy")
        return _write(path, roll, columns)


def find_snapshot(roll: Roll) -> Snapshot | None:
    """The snapshot of *roll*, which is one of the region in scope, if its file is there."""
    path = _path(roll, _in_scope(roll))
    try:
        facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not path.exists() or facts.get("format") != FORMAT or facts["content_hash"] != roll.content_hash:
        return None
    return Snapshot(path, tuple(facts["villages"]), facts["content_hash"], facts["object_count"], facts["owner_count"],
                    facts["njop_max"])


def write_snapshot(roll: Roll, columns: RollColumns, region: Region) -> Snapshot:
    """Write the file of a ready roll of *region* from its columns, already proven to be its content."""
    path = _path(roll, region)
    with sole_writer(path.parent):
        return _write(path, roll, columns)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; drafts found under it are those of killed processes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for draft in folder.glob(".*"):
            draft.unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)


def _write(path: Path, roll: Roll, columns: RollColumns) -> Snapshot:
    tenth = deciles(columns.njop)
    table = {
        "object_id": np.arange(1, len(columns) + 1, dtype=np.int32), "village": columns.village.astype(np.int16),
        "owner_id": columns.owner.astype(np.int32), "njop": columns.njop, "food_land": columns.food_land == 1,
        "decile": tenth.astype(np.int8), "owner_first_in_village": first_of_pair(columns.owner, columns.village),
        "owner_first_in_decile": first_of_pair(columns.owner, tenth),
        "highest_of_owner": highest_of_owner(columns.owner, columns.njop),
    }
    snapshot = Snapshot(path, columns.villages, roll.content_hash, len(columns), columns.owner_count,
                        int(columns.njop.max(initial=0)))
    draft = path.with_name(f".{path.name}")
    try:
        with connect() as duck:
            duck.register("roll", table)
            duck.execute(WRITE, {"path": str(draft)})
        draft.chmod(0o600)
        facts = {**asdict(snapshot), "format": FORMAT}
        del facts["path"]
        draft_facts = draft.with_suffix(".json")
        draft_facts.write_text(json.dumps(facts), encoding="utf-8")
        draft_facts.replace(path.with_suffix(".json"))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return snapshot


def _in_scope(roll: Roll) -> Region:
    """The region in scope, which must be that of *roll*."""
    region = current_region()
    if roll.region_id != region.pk:
        raise refuse("tax.roll.elsewhere", where=str(roll))
    return region


def _path(roll: Roll, region: Region) -> Path:
    return region_folder(region, "rolls") / f"{roll.tax_year}-v{roll.version}-{roll.content_hash[:16]}.parquet"
